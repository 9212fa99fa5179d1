#include "tests/platform_client/caller.h"

#include "tests/platform_client/sample.h"

#include <glib/gstdio.h>
#include <string.h>

static FzPlatformConfig *
configure (guint port, const char *ca_path, const char *crl_path, const char *ours_path, const char *pin)
{
  g_autofree char *lists = crl_path != NULL ? g_strdup_printf (",\"crl_file\":\"%s\"", crl_path) : g_strdup ("");
  g_autofree char *ours = ours_path != NULL ? g_strdup_printf (",\"client_file\":\"%s\",\"client_password\":\"caller\"", ours_path) : g_strdup ("");
  g_autofree char *pins = pin != NULL ? g_strdup_printf (",\"pin_sha256\":[\"%s\"]", pin) : g_strdup ("");
  g_autofree char *text = g_strdup_printf ("{\"profile\":\"tianjin\",\"url\":\"https://127.0.0.1:%u/openapi/api\",\"app_key\":\"test-app-key\","
                                           "\"app_secret\":\"" SECRET "\",\"unit_id\":\"TEST-UNIT\",\"ca_file\":\"%s\"%s%s%s}",
                                           port, ca_path, pins, lists, ours);
  g_autoptr (GError) error = NULL;
  FzPlatformConfig *config = fz_platform_config_parse ((const guint8 *) text, strlen (text), "/", TRUE, &error);

  g_assert_no_error (error);
  return config;
}

void
caller_begin (Caller *self, const char *ca_pem)
{
  int fd = g_file_open_tmp ("fuzhen-ca-XXXXXX.pem", &self->ca_path, NULL);

  g_assert_true (g_close (fd, NULL));
  self->table = sample_table ();
  caller_trust (self, ca_pem);
}

void
caller_end (Caller *self)
{
  g_clear_pointer (&self->transport, fz_transport_unref);
  g_clear_pointer (&self->config, fz_platform_config_unref);
  while (g_main_context_iteration (NULL, FALSE))
    ; /* what it closes, it closes here */
  g_assert_cmpint (g_unlink (self->ca_path), ==, 0);
  g_free (self->ca_path);
  g_assert_true (self->crl_path == NULL || g_unlink (self->crl_path) == 0);
  g_clear_pointer (&self->crl_path, g_free);
  fz_message_table_unref (self->table);
}

void
caller_trust (Caller *self, const char *ca_pem)
{
  g_assert_true (g_file_set_contents (self->ca_path, ca_pem, -1, NULL));
}

void
caller_list (Caller *self, const char *crl_pem)
{
  if (self->crl_path == NULL)
    self->crl_path = g_strconcat (self->ca_path, ".crl", NULL);
  g_assert_true (g_file_set_contents (self->crl_path, crl_pem, -1, NULL));
}

void
caller_connect (Caller *self, guint port, const char *pin, gint64 deadline_ms)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->transport, fz_transport_unref);
  g_clear_pointer (&self->config, fz_platform_config_unref);
  self->config = configure (port, self->ca_path, self->crl_path, self->ours_path, pin);
  self->transport = fz_transport_new (self->config, self->table, deadline_ms, &error);
  g_assert_no_error (error);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

FzPlatformAnswer *
caller_call (Caller *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) payload = g_bytes_new_static ("[]", 2);
  g_autoptr (GAsyncResult) result = NULL;

  fz_platform_call_async (self->transport, METHOD, payload, cancellable, on_done, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return fz_platform_call_finish (self->transport, result, error);
}
