#include "app/platform/generic.h"

#include "app/platform/sm.h"
#include "core/json.h"

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

char *
fz_generic_seal_file (const FzPlatformConfig *config, const char *method, const char *key, const guint8 iv[16], GBytes *payload, GError **error)
{
  g_autoptr (FzJsonWriter) json = fz_json_writer_new ();
  gint64 now_ms = g_get_real_time () / 1000;
  g_autofree char *timestamp = g_strdup_printf ("%" G_GINT64_FORMAT, now_ms);
  g_autofree char *signature = fz_generic_signature (fz_platform_config_get_secret (config), method, now_ms, key);
  g_autofree char *body = NULL;
  g_autoptr (GString) hex = g_string_new (NULL);
  gsize n = 0;
  const void *bytes = g_bytes_get_data (payload, &n);

  body = fz_sm4_cbc_hex (fz_platform_config_get_secret (config), iv, bytes, n, error);
  if (body == NULL)
    return NULL;
  for (guint i = 0; i < 16; i++)
    g_string_append_printf (hex, "%02x", iv[i]);
  fz_json_writer_begin_object (json, NULL);
  fz_json_writer_string (json, "format", "fuzhen.collect/v1");
  fz_json_writer_string (json, "method", method);
  fz_json_writer_string (json, "app_key", fz_platform_config_get_app_key (config));
  fz_json_writer_string (json, "timestamp", timestamp);
  fz_json_writer_string (json, "key", key);
  fz_json_writer_string (json, "signature", signature);
  fz_json_writer_string (json, "iv", hex->str);
  fz_json_writer_string (json, "body", body);
  fz_json_writer_end_object (json);
  return fz_json_writer_finish (json, error);
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
