#include "app/platform/generic.h"

char *
fz_generic_key (const char *method, GBytes *payload)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data (payload, &n);

  g_checksum_update (sum, (const guint8 *) method, -1);
  g_checksum_update (sum, (const guint8 *) "\n", 1);
  g_checksum_update (sum, bytes, (gssize) n);
  return g_strdup (g_checksum_get_string (sum));
}

char *
fz_generic_signature (const FzSecret *secret, const char *method, gint64 timestamp_ms, const char *key)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, fz_secret_get (secret), fz_secret_size (secret));
  g_autofree char *text = g_strdup_printf ("%s\n%" G_GINT64_FORMAT "\n%s", method, timestamp_ms, key);

  g_hmac_update (hmac, (const guchar *) text, -1);
  return g_strdup (g_hmac_get_string (hmac));
}

void
fz_generic_seal (SoupMessage *message, const FzPlatformConfig *config, const char *method, const char *key, GBytes *payload)
{
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  gint64 now_ms = g_get_real_time () / 1000;
  g_autofree char *timestamp = g_strdup_printf ("%" G_GINT64_FORMAT, now_ms);
  g_autofree char *signature = fz_generic_signature (fz_platform_config_get_secret (config), method, now_ms, key);

  soup_message_headers_append (headers, "X-Fuzhen-Method", method);
  soup_message_headers_append (headers, "X-Fuzhen-Key", fz_platform_config_get_app_key (config));
  soup_message_headers_append (headers, "X-Fuzhen-Timestamp", timestamp);
  soup_message_headers_append (headers, "Idempotency-Key", key);
  soup_message_headers_append (headers, "X-Fuzhen-Signature", signature);
  soup_message_set_request_body_from_bytes (message, "application/json", payload);
}
