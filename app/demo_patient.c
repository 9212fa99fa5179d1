#include "app/demo_patient.h"

#include "app/platform/config.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>

struct _FzDemoPatient {
  SoupSession *session;
  char *base;
  guint n;
};

FzDemoPatient *
fz_demo_patient_new (const char *front_config, GError **error)
{
  g_autoptr (FzPlatformConfig) config = fz_platform_config_load (front_config, TRUE, error);
  FzDemoPatient *self;
  GUri *uri;

  if (config == NULL)
    return NULL;
  uri = fz_platform_config_get_uri (config);
  self = g_new0 (FzDemoPatient, 1);
  self->session = soup_session_new_with_options ("tls-database", fz_platform_config_get_authorities (config), "proxy-resolver", NULL, "timeout", 20, NULL);
  self->base = g_strdup_printf ("https://%s:%d/patient/v1", g_uri_get_host (uri), g_uri_get_port (uri));
  return self;
}

void
fz_demo_patient_free (FzDemoPatient *self)
{
  g_object_unref (self->session);
  g_free (self->base);
  g_free (self);
}

static GBytes *
post (FzDemoPatient *self, const char *path, GBytes *body, GError **error)
{
  g_autofree char *address = g_strconcat (self->base, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_POST, address);
  g_autoptr (GBytes) answer = NULL;

  soup_message_set_request_body_from_bytes (message, "application/octet-stream", body);
  answer = soup_session_send_and_read (self->session, message, NULL, error);
  if (answer == NULL || soup_message_get_status (message) == 200)
    return g_steal_pointer (&answer);
  g_set_error (error, FZ_ERROR, FZ_ERROR_REJECTED, _ ("演示的医院前端答复 %u。"), soup_message_get_status (message));
  return NULL;
}

char *
fz_demo_patient_tell (FzDemoPatient *self, const char *kind, const char *visit, const char *body, GError **error)
{
  g_autofree char *event = g_strdup_printf ("%s-e%u", visit, ++self->n);
  g_autofree char *path = g_strdup_printf ("/events?id=%s&kind=%s&visit=%s", event, kind, visit);
  g_autoptr (GBytes) bytes = g_bytes_new_static (body, strlen (body)), answer = post (self, path, bytes, error);

  return answer != NULL ? g_steal_pointer (&event) : NULL;
}

char *
fz_demo_patient_put (FzDemoPatient *self, GBytes *file, GError **error)
{
  g_autoptr (GBytes) answer = post (self, "/files", file, error);

  return answer != NULL ? g_strndup (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer)) : NULL;
}
