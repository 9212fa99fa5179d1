#include "app/front_wire.h"

#include "core/fields.h"
#include "core/json.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <libsoup/soup.h>
#include <string.h>

#define LONGEST_WAIT_S 3600
#define MAX_WORDS 200

struct _FzFrontWire {
  FzPlatformConfig *config;
  FzPostLine *line;
  char *base;   /* https://host/gw/v1 */
  char *prefix; /* /gw/v1: what is signed begins with it */
};

static gboolean
accepts (gconstpointer config, GTlsCertificate *certificate)
{
  return fz_platform_config_accepts_key (config, certificate);
}

FzFrontWire *
fz_front_wire_new (FzPlatformConfig *config)
{
  FzFrontWire *self = g_new0 (FzFrontWire, 1);

  self->config = fz_platform_config_ref (config);
  self->line = fz_post_line_new (fz_platform_config_get_authorities (config), fz_platform_config_get_proxy (config), accepts, config);
  self->base = g_uri_to_string (fz_platform_config_get_uri (config));
  self->prefix = g_strdup (g_uri_get_path (fz_platform_config_get_uri (config)));
  if (g_str_has_suffix (self->base, "/")) {
    self->base[strlen (self->base) - 1] = '\0';
    self->prefix[strlen (self->prefix) - 1] = '\0';
  }
  return self;
}

void
fz_front_wire_free (FzFrontWire *self)
{
  if (self == NULL)
    return;
  fz_post_line_free (self->line);
  fz_platform_config_unref (self->config);
  g_free (self->base);
  g_free (self->prefix);
  g_free (self);
}

FzPostLine *
fz_front_wire_get_line (FzFrontWire *self)
{
  return self->line;
}

char *
fz_front_wire_url (FzFrontWire *self, const char *path)
{
  return g_strconcat (self->base, "/", path, NULL);
}

static char *
digest_of (GBytes *body)
{
  gsize n = 0;
  const void *bytes = body != NULL ? g_bytes_get_data (body, &n) : "";

  return fz_sha256_hex (bytes, n);
}

/* HMAC over everything a go-between could change. Time and nonce keep an old request from being played again. */
char **
fz_front_wire_sign (FzFrontWire *self, const char *method, const char *path, GBytes *body)
{
  const FzSecret *secret = fz_platform_config_get_secret (self->config);
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, fz_secret_get (secret), fz_secret_size (secret));
  g_autofree char *nonce = g_uuid_string_random (), *digest = digest_of (body);
  g_autofree char *time = g_strdup_printf ("%" PRId64, g_get_real_time () / 1000);
  const char *key = fz_platform_config_get_app_key (self->config), *unit = fz_platform_config_get_unit_id (self->config);
  g_autofree char *text = g_strdup_printf ("%s\n%s/%s\n%s\n%s\n%s\n%s\n%s", method, self->prefix, path, key, unit, time, nonce, digest);
  const char *const headers[] = { "X-Fuzhen-Key", key, "X-Fuzhen-Unit", unit, "X-Fuzhen-Time", time, "X-Fuzhen-Nonce", nonce,
                                  "X-Fuzhen-Content-SHA256", digest, "X-Fuzhen-Signature", NULL, NULL };
  char **out = g_new0 (char *, G_N_ELEMENTS (headers));

  g_hmac_update (hmac, (const guchar *) text, -1);
  for (guint i = 0; i + 2 < G_N_ELEMENTS (headers); i++)
    out[i] = g_strdup (headers[i]);
  out[G_N_ELEMENTS (headers) - 2] = g_strdup (g_hmac_get_string (hmac));
  return out;
}

void
fz_front_answer_clear (FzFrontAnswer *answer)
{
  g_clear_pointer (&answer->body, g_bytes_unref);
  g_clear_pointer (&answer->words, g_free);
  g_clear_pointer (&answer->range, g_free);
}

static FzFrontAnswerKind
kind_of (guint status)
{
  if (status >= 200 && status < 300)
    return FZ_FRONT_GOOD;
  if (status == 409)
    return FZ_FRONT_TAKEN;
  if (status == 404 || status == 410 || status == 416)
    return FZ_FRONT_MISSING;
  return status == 408 || status == 425 || status == 429 || status >= 500 ? FZ_FRONT_LATER : FZ_FRONT_WRONG;
}

/* {"code": …, "words": …} in the front's own words, when it sent any that can be shown. */
static char *
words_of (const FzPostAnswer *answer)
{
  gsize n = 0;
  const void *bytes = answer->body != NULL ? g_bytes_get_data (answer->body, &n) : NULL;
  g_autoptr (FzJson) json = n > 0 ? fz_json_parse (bytes, n, 64 * 1024, NULL) : NULL;
  const char *words = json != NULL && fz_json_get_type (json) == FZ_JSON_OBJECT ? fz_json_get_string (json, "words", NULL) : NULL;
  g_autofree char *brief = words != NULL && *words != '\0' ? g_utf8_substring (words, 0, MIN (g_utf8_strlen (words, -1), MAX_WORDS)) : NULL;

  return brief != NULL ? g_strdup_printf (_ ("医院前端答复 %u：%s"), answer->status, brief) : g_strdup_printf (_ ("医院前端答复 %u"), answer->status);
}

static gint64
wait_of (const FzPostAnswer *answer)
{
  gint64 seconds = answer->retry_after != NULL ? g_ascii_strtoll (answer->retry_after, NULL, 10) : 0;

  return CLAMP (seconds, 0, LONGEST_WAIT_S) * G_USEC_PER_SEC;
}

static char **
headers_of (FzFrontWire *self, const FzFrontRequest *request)
{
  char **headers = fz_front_wire_sign (self, request->method, request->path, request->body);
  guint n = g_strv_length (headers);

  if (request->from == 0)
    return headers;
  headers = g_renew (char *, headers, n + 3);
  headers[n] = g_strdup ("Range");
  headers[n + 1] = g_strdup_printf ("bytes=%" PRId64 "-", request->from);
  headers[n + 2] = NULL;
  return headers;
}

void
fz_front_wire_ask (FzFrontWire *self, const FzFrontRequest *request, FzFrontAnswer *out)
{
  g_auto (GStrv) headers = headers_of (self, request);
  g_autofree char *url = fz_front_wire_url (self, request->path);
  FzPostRequest ask = { .method = request->method, .url = url, .headers = (const char *const *) headers,
                        .type = request->type != NULL ? request->type : "application/json", .body = request->body, .most = request->most,
                        .seconds = request->seconds, .stop = request->stop };
  g_auto (FzPostAnswer) answer = { 0 };
  g_autoptr (GError) why = NULL;

  *out = (FzFrontAnswer) { 0 };
  if (!fz_post_line_ask (self->line, &ask, &answer, &why)) {
    out->kind = g_error_matches (why, FZ_ERROR, FZ_ERROR_REJECTED) ? FZ_FRONT_WRONG : FZ_FRONT_LATER;
    out->words = g_strdup_printf (_ ("没有连上医院前端：%s"), why->message);
  } else {
    out->kind = kind_of (answer.status);
    out->words = out->kind == FZ_FRONT_GOOD ? NULL : words_of (&answer);
    out->after_us = wait_of (&answer);
  }
  out->status = answer.status;
  out->range = g_steal_pointer (&answer.range);
  out->body = g_steal_pointer (&answer.body);
}
