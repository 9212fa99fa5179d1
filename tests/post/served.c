#include "tests/post/served.h"

static gpointer
serve (gpointer data)
{
  Served *self = data;
  g_autoptr (SoupServer) server = NULL;
  g_autoptr (GError) error = NULL;
  GSList *uris;

  g_main_context_push_thread_default (self->context);
  server = self->certificate != NULL ? soup_server_new ("tls-certificate", self->certificate, NULL) : soup_server_new (NULL, NULL);
  soup_server_add_handler (server, NULL, self->answer, self->data, NULL);
  g_assert_true (soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | (self->certificate != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0), &error));
  uris = soup_server_get_uris (server);
  g_atomic_pointer_set (&self->url, g_uri_to_string (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  g_main_loop_run (self->loop);
  soup_server_disconnect (server);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

void
served_open (Served *self, GTlsCertificate *take_certificate, SoupServerCallback answer, gpointer data)
{
  self->certificate = take_certificate;
  self->answer = answer;
  self->data = data;
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("served", serve, self);
  while (g_atomic_pointer_get (&self->url) == NULL)
    g_thread_yield ();
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

void
served_close (Served *self)
{
  g_main_context_invoke (self->context, quit, self->loop);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_clear_object (&self->certificate);
  g_free (self->url);
}
