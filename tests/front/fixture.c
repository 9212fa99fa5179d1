#include "tests/front/fixture.h"

#include "app/demo_front.h"
#include "app/front_config.h"
#include "app/front_thread.h"
#include "db/front.h"
#include "tests/platform_client/certificate.h"

#include <string.h>

static gpointer
serve (gpointer data)
{
  Front *self = data;
  g_autoptr (SoupServer) server = NULL;
  g_autoptr (GError) error = NULL;
  GSList *uris;

  g_main_context_push_thread_default (self->context);
  server = soup_server_new ("tls-certificate", self->certificate, NULL);
  gateway_serve (self->gateway, server, "/gw/v1");
  g_assert_true (soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | SOUP_SERVER_LISTEN_HTTPS, &error));
  uris = soup_server_get_uris (server);
  g_atomic_int_set (&self->port, (guint) g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  g_main_loop_run (self->loop);
  gateway_finish_handshakes (self->gateway);
  soup_server_disconnect (server);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static void
write_config (Front *self, const TestIdentity *identity)
{
  g_autofree char *ca = g_build_filename (self->dir, "ca.pem", NULL);
  g_autofree char *text = g_strdup_printf ("{\"profile\": \"front\", \"url\": \"https://127.0.0.1:%u/gw/v1\", \"app_key\": \"" FRONT_KEY
                                           "\", \"app_secret\": \"" FRONT_SECRET "\", \"unit_id\": \"" FRONT_UNIT "\", \"ca_file\": \"ca.pem\"}",
                                           self->port);

  self->config = g_build_filename (self->dir, "front.json", NULL);
  g_assert_true (g_file_set_contents (ca, identity->ca_pem, -1, NULL));
  g_assert_true (g_file_set_contents_full (self->config, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
}

void
front_open (Front *self)
{
  g_autoptr (TestIdentity) identity = test_identity_new ("127.0.0.1", -1, 1);
  g_autoptr (GError) error = NULL;

  self->dir = g_dir_make_tmp ("fuzhen-front-XXXXXX", NULL);
  self->certificate = g_tls_certificate_new_from_pem (identity->leaf_pem, -1, &error);
  g_assert_no_error (error);
  self->gateway = gateway_new (FRONT_KEY, FRONT_SECRET, FRONT_UNIT);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("gateway", serve, self);
  while (g_atomic_int_get (&self->port) == 0)
    g_thread_yield ();
  write_config (self, identity);
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

void
front_hang_up (Front *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, quit, self->loop, NULL);
  g_source_attach (source, self->context);
  g_thread_join (g_steal_pointer (&self->thread));
}

void
front_close (Front *self)
{
  if (self->thread != NULL)
    front_hang_up (self);
  gateway_free (self->gateway);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_object_unref (self->certificate);
  remove_tree (self->dir);
  g_free (self->dir);
  g_free (self->config);
}

void
front_set_up (Front *self, World *w)
{
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "D1001");
  w->desk->clock = NULL;
  w->world->now_us = 0;
  fz_store_set_clock (w->desk->store, NULL, NULL);
  fz_front_configure (w->desk, self->config, &error);
  g_assert_no_error (error);
}

void
front_request (Front *self, World *w, guint i, const char *event, const char *visit, void (*tweak) (FzFields *facts))
{
  g_autoptr (FzFields) facts = world_request (w, i, visit);
  g_autoptr (GBytes) picture = fz_data_load ("demo/evidence-1.jpg", NULL);
  g_autofree char *sha256 = gateway_put_file (self->gateway, g_bytes_get_data (picture, NULL), g_bytes_get_size (picture)), *json = NULL;
  g_autoptr (GError) error = NULL;

  fz_fields_set_at (facts, "evidence", 0, "file", "e1.jpg");
  fz_fields_set_at (facts, "evidence", 0, "sha256", sha256);
  fz_fields_set_at (facts, "evidence", 0, "kind", "outpatient_record");
  if (tweak != NULL)
    tweak (facts);
  json = fz_demo_front_request (facts, &error);
  g_assert_no_error (error);
  gateway_post (self->gateway, event, "visit_request", visit, json);
}

int
front_round (World *w)
{
  g_auto (FzFrontRound) round = { 0 };
  g_autoptr (GError) error = NULL;

  fz_front_exchange_once (w->desk, &round, &error);
  g_assert_no_error (error);
  if (round.words != NULL)
    g_test_message ("%d: %s", round.kind, round.words);
  return round.kind;
}

/* What waits for its time waits no longer: tests do not sit it out. */
static gboolean
hurry (FzTxn *txn, gpointer data, GError **error)
{
  return fz_txn_run (txn, error, "UPDATE front_out SET next_at = 0 WHERE state = 'queued'", "") &&
         fz_txn_run (txn, error, "UPDATE front_in SET next_at = 0 WHERE state = 'new'", "");
}

void
front_settle (Front *self, World *w, guint seconds)
{
  gint64 until_us = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  GwCount count;

  do {
    g_autoptr (GError) error = NULL;

    front_round (w);
    fz_store_run (w->desk->store, FZ_TXN_LOCAL, hurry, NULL, &error);
    g_assert_no_error (error);
    count = gateway_count (self->gateway);
    if (g_get_monotonic_time () > until_us)
      g_error ("not settled: %u of %u acknowledged, %" G_GINT64_FORMAT " queued, %" G_GINT64_FORMAT " new", count.acked, count.posted,
               world_ask (w, "SELECT COUNT(*) FROM front_out WHERE state = 'queued'"), world_ask (w, "SELECT COUNT(*) FROM front_in WHERE state = 'new'"));
  } while (count.acked < count.posted || world_ask (w, "SELECT COUNT(*) FROM front_out WHERE state = 'queued'") > 0 ||
           world_ask (w, "SELECT COUNT(*) FROM front_in WHERE state = 'new'") > 0);
}

gint64
front_held (World *w)
{
  return world_ask (w, "SELECT COUNT(*) FROM front_in WHERE state = 'held'");
}
