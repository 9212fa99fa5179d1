/* Time stamps of an authority outside (RFC 3161), asked for after the signature: nobody waits for them, what does not come is a task, and years later
 * they prove what the signer's own clock cannot. */
#include "tests/desk/world.h"

#include "app/signer/stamp.h"
#include "app/signers.h"
#include "app/stamps.h"
#include "app/trust.h"
#include "app/verify_ca.h"
#include "tests/post/served.h"
#include "tests/signer/stamper.h"

#include <string.h>
#include <sys/wait.h>

#define TOKEN_PIN "808182"
#define YEAR_US (G_GINT64_CONSTANT (365) * 86400 * FZ_US_PER_SECOND)
#define DOCTOR fz_demo_world_doctor (w->world, 0)

/* --- the authority, in a thread of its own --- */

typedef struct {
  Served served;
  World *world;
  Authority *authority;
  Stamper *stamper;
  char *pem;
  StamperMishap mishap;
  guint status; /* 0: 200 */
  guint asked;
} Tsa;

static void
on_asked (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  Tsa *self = data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) reply = NULL;
  gsize n = 0;
  const char *bytes;

  self->asked++;
  g_assert_cmpstr (soup_message_headers_get_content_type (soup_server_message_get_request_headers (message), NULL), ==, "application/timestamp-query");
  g_assert_cmpint (body->length, <, 128); /* a hash, a nonce, and nothing of a patient */
  reply = stamper_answer (self->stamper, body->data, (gsize) body->length, fz_desk_now_us (self->world->desk), self->mishap);
  bytes = g_bytes_get_data (reply, &n);
  soup_server_message_set_status (message, self->status != 0 ? self->status : 200, NULL);
  soup_server_message_set_response (message, "application/timestamp-reply", SOUP_MEMORY_COPY, bytes != NULL ? bytes : "", n);
}

static void
tsa_open (Tsa *self, World *w)
{
  gint64 now = fz_desk_now_us (w->desk);
  g_autofree char *root = NULL, *between = NULL;

  self->world = w;
  self->authority = authority_new ("P-256", now);
  self->stamper = stamper_new (self->authority, now - YEAR_US, now + YEAR_US);
  root = authority_root_pem (self->authority);
  between = authority_between_pem (self->authority);
  self->pem = g_strconcat (root, between, NULL);
  served_open (&self->served, NULL, on_asked, self);
}

static void
tsa_close (Tsa *self)
{
  served_close (&self->served);
  authority_free (self->authority);
  stamper_free (self->stamper);
  g_free (self->pem);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tsa, tsa_close)

/* --- the desk --- */

static void
use (World *w, const Tsa *tsa)
{
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "S4001");
  fz_stamps_use (w->session, tsa->served.url, tsa->pem, strlen (tsa->pem), NULL, &error);
  g_assert_no_error (error);
}

/* The doctor with a key file of the same authority; its line stands second. */
static void
register_doctor (World *w, const Tsa *tsa)
{
  gint64 now = fz_desk_now_us (w->desk);
  AuthorityLeaf leaf = { "林若溪", now - YEAR_US, now + YEAR_US, NULL, 100, NULL };
  EVP_PKEY *key = authority_key_new ("P-256");
  g_autoptr (GBytes) der = authority_issue (tsa->authority, key, &leaf);
  g_autofree char *own = authority_key_pem (key, TOKEN_PIN), *certificate = authority_certificate_pem (der), *all = g_strconcat (own, certificate, NULL);
  g_autofree char *path = g_build_filename (w->root, "doctor.pem", NULL), *list = authority_list_pem (tsa->authority, 0, 0, now, now + YEAR_US);
  g_autofree char *ca = g_strconcat (tsa->pem, list, NULL);
  g_autoptr (GError) error = NULL;
  guint n = 0;

  g_assert_true (g_file_set_contents (path, all, -1, NULL));
  g_assert_true (fz_signers_import_ca (w->session, ca, strlen (ca), &n, &error));
  fz_signers_register (w->session, DOCTOR, "file", path, &error);
  g_assert_no_error (error);
  EVP_PKEY_free (key);
}

static gint64
waiting (World *w)
{
  return world_ask (w, "SELECT COUNT(*) FROM stamp_due");
}

static gint64
kept (World *w)
{
  return world_ask (w, "SELECT COUNT(*) FROM validation WHERE kind = 'time_stamp'");
}

static void
tick (World *w)
{
  g_autoptr (GError) error = NULL;

  fz_trust_tick (w->desk, &error);
  g_assert_no_error (error);
}

static void
test_off (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) state = NULL;
  guint n = 0;

  g_free (world_prescribe (w, 0, "V1"));
  g_assert_cmpint (waiting (w), ==, 0);
  tick (w);
  g_assert_cmpint (kept (w), ==, 0);
  world_sign_in (w, "S4001");
  expect_error (!fz_stamps_ask_now (w->session, &n, &error), &error, FZ_ERROR_REFUSED, "没有设置");
  state = fz_stamps_state (w->session, &error);
  g_assert_no_error (error);
  g_assert_false (fz_fields_has (state, "tsa.served.url"));
}

static void
test_setting (World *w)
{
  g_auto (Tsa) tsa = { 0 }, other = { 0 };
  g_autoptr (GError) error = NULL;
  guint n = 0;

  tsa_open (&tsa, w);
  tsa_open (&other, w);
  world_sign_in (w, DOCTOR);
  expect_error (!fz_stamps_use (w->session, tsa.served.url, tsa.pem, strlen (tsa.pem), NULL, &error), &error, FZ_ERROR_REFUSED, NULL);
  expect_error (!fz_stamps_ask_now (w->session, &n, &error), &error, FZ_ERROR_REFUSED, NULL);
  expect_error (!fz_stamps_end (w->session, &error), &error, FZ_ERROR_REFUSED, NULL);
  g_assert_null (fz_stamps_state (w->session, &error));
  g_clear_error (&error);
  world_sign_in (w, "S4001");
  expect_error (!fz_stamps_use (w->session, "https://tsa.example/", tsa.pem, strlen (tsa.pem), NULL, &error), &error, FZ_ERROR_INVALID, "演示库");
  expect_error (!fz_stamps_use (w->session, "nonsense", tsa.pem, strlen (tsa.pem), NULL, &error), &error, FZ_ERROR_INVALID, "nonsense");
  expect_error (!fz_stamps_use (w->session, tsa.served.url, "x", 1, NULL, &error), &error, FZ_ERROR_INVALID, NULL);
  expect_error (!fz_stamps_use (w->session, tsa.served.url, tsa.pem, strlen (tsa.pem), "/nonexistent.pem", &error), &error, FZ_ERROR_REJECTED, NULL);
  g_assert_cmpuint (tsa.asked, ==, 0);
  expect_error (!fz_stamps_use (w->session, tsa.served.url, other.pem, strlen (other.pem), NULL, &error), &error, FZ_ERROR_REJECTED, "不可用");
  expect_error (!fz_stamps_use (w->session, "http://127.0.0.1:9/", tsa.pem, strlen (tsa.pem), NULL, &error), &error, FZ_ERROR_OFFLINE, "没有取得时间戳");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM setting WHERE name = 'signer.tsa_url'"), ==, 0);
  use (w, &tsa);
  g_assert_true (fz_stamps_end (w->session, &error));
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM setting WHERE name LIKE 'signer.tsa%'"), ==, 0);
}

/* --- a visit --- */

static GPtrArray *
read_stamps (const char *path, guint expected)
{
  GPtrArray *out = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (guint i = 1; i <= expected + 1; i++) {
    g_autofree char *beside = fz_stamp_path (path, i);
    char *bytes = NULL;
    gsize n = 0;

    g_assert_cmpint (g_file_get_contents (beside, &bytes, &n, NULL), ==, i <= expected);
    if (i <= expected)
      g_ptr_array_add (out, g_bytes_new_take (bytes, n));
  }
  return out;
}

static FzVerdictCa
first_line (const char *note, gsize n, const char *pool_pem, const FzChain *roots, const GPtrArray *stamps, gint64 at_us)
{
  g_autoptr (FzChain) pool = fz_chain_new ();
  g_autoptr (GPtrArray) verdicts = NULL;

  g_assert_true (fz_chain_add_pem (pool, pool_pem, strlen (pool_pem), NULL));
  verdicts = fz_verify_ca ((const guint8 *) note, n, pool, roots, stamps, at_us, NULL);
  g_assert_cmpuint (verdicts->len, ==, 1);
  return ((FzLineVerdict *) verdicts->pdata[0])->verdict;
}

static const FzLineVerdict *
judge_stamp (GPtrArray **keep, const char *note, gsize n, GPtrArray *replies, const FzChain *roots, guint i)
{
  g_clear_pointer (keep, g_ptr_array_unref);
  *keep = fz_verify_stamps ((const guint8 *) note, n, replies, roots, NULL);
  g_assert_cmpuint ((*keep)->len, ==, replies->len);
  return (*keep)->pdata[i];
}

/* From files alone, in later years. */
static void
judge_files (World *w, const Tsa *tsa, const char *path)
{
  gint64 now = fz_desk_now_us (w->desk);
  g_autofree char *beside = g_strconcat (path, ".ca.pem", NULL), *note = NULL, *pool = NULL, *revoked = NULL, *with = NULL;
  g_autoptr (GPtrArray) replies = read_stamps (path, 2), stamps = NULL;
  g_autoptr (FzChain) roots = fz_chain_new (), nothing = fz_chain_new ();
  const FzLineVerdict *one;
  gsize n = 0;

  g_assert_true (g_file_get_contents (path, &note, &n, NULL) && g_file_get_contents (beside, &pool, NULL, NULL));
  g_assert_true (fz_chain_add_pem (roots, tsa->pem, strlen (tsa->pem), NULL));
  one = judge_stamp (&stamps, note, n, replies, nothing, 0);
  g_assert_cmpint (one->verdict, ==, FZ_VERDICT_CA_INDETERMINATE);
  one = judge_stamp (&stamps, note, n, replies, roots, 0);
  g_assert_cmpint (one->verdict, ==, FZ_VERDICT_CA_VALID);
  g_assert_cmpuint (one->lines, ==, 3); /* the doctor's two and the pharmacist's */
  one = judge_stamp (&stamps, note, n, replies, roots, 1);
  g_assert_cmpint (one->verdict, ==, FZ_VERDICT_CA_VALID);
  g_assert_cmpuint (one->lines, ==, 2);
  /* The certificate was revoked in the year after: without a stamp nothing proves that the line is older. */
  revoked = authority_list_pem (tsa->authority, 100, now + YEAR_US / 4, now + YEAR_US / 2, now + YEAR_US);
  with = g_strconcat (pool, revoked, NULL);
  g_assert_cmpint (first_line (note, n, pool, roots, stamps, now), ==, FZ_VERDICT_CA_VALID);
  g_assert_cmpint (first_line (note, n, with, roots, NULL, now + YEAR_US), ==, FZ_VERDICT_CA_INDETERMINATE);
  g_assert_cmpint (first_line (note, n, with, roots, stamps, now + YEAR_US), ==, FZ_VERDICT_CA_REVOKED_LATER);
  /* A letter for a letter: a byte anywhere may make it no document at all, and then there is nothing to judge. */
  strstr (note, ".code ")[strlen (".code ")] ^= 1;
  one = judge_stamp (&stamps, note, n, replies, roots, 0);
  g_assert_cmpint (one->verdict, ==, FZ_VERDICT_CA_INVALID);
}

/* As an auditor runs it. */
static void
run_program (const Tsa *tsa, const char *path, int expected, guint n_rows)
{
  g_autofree char *roots = g_strconcat (path, ".roots", NULL), *out = NULL;
  const char *const argv[] = { g_getenv ("FUZHEN"), "verify-ca", path, "--json", "--chain", roots, "--tsa", roots, NULL };
  g_autoptr (GError) error = NULL;
  guint rows = 0;
  int status = 0;

  g_assert_true (g_file_set_contents (roots, tsa->pem, -1, NULL));
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, expected);
  for (const char *at = out; (at = strstr (at, "\"verdict\"")) != NULL; at++)
    rows++;
  g_assert_cmpuint (rows, ==, n_rows);
}

static void
test_visit (World *w)
{
  g_auto (Tsa) tsa = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *rx = NULL, *path = g_build_filename (w->root, "rx.fzd", NULL);
  gint64 documents;

  tsa_open (&tsa, w);
  use (w, &tsa);
  register_doctor (w, &tsa);
  w->token_pin = TOKEN_PIN;
  g_assert_cmpint (waiting (w), ==, 0);
  rx = world_prescribe (w, 0, "V1");
  g_assert_cmpuint (tsa.asked, ==, 1); /* when it was set: signing asks nobody */
  documents = world_ask (w, "SELECT COUNT(*) FROM document WHERE visit = 'V1' AND person <> 'desk'");
  g_assert_cmpint (waiting (w), ==, documents);
  tick (w);
  g_assert_cmpint (waiting (w), ==, 0);
  g_assert_cmpint (kept (w), ==, documents);
  world_review (w, "P2001", rx, "approved");
  g_assert_cmpint (waiting (w), ==, 2); /* the review, and the prescription once more for the pharmacist's line */
  tick (w);
  g_assert_cmpint (waiting (w), ==, 0);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM audit WHERE action = 'signer.stamp'"), ==, documents + 2);
  world_sign_in (w, DOCTOR);
  g_assert_true (fz_desk_export_prescription (w->session, rx, path, &error));
  judge_files (w, &tsa, path);
  run_program (&tsa, path, 0, 3); /* the doctor's second line, two stamps */
  {
    g_autofree char *stamp = fz_stamp_path (path, 2);

    g_assert_true (g_file_set_contents (stamp, "x", 1, NULL));
    run_program (&tsa, path, 1, 3);
  }
}

/* --- trouble --- */

static guint
stamp_tasks (World *w, const char *number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  guint n = 0;

  world_sign_in (w, number);
  rows = fz_desk_list_deadlines (w->session, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    n += g_strcmp0 (fz_fields_get (rows->pdata[i], "kind"), "signer") == 0;
  return n;
}

static void
fails_once (World *w, Tsa *tsa)
{
  guint asked = tsa->asked;
  gint64 before = waiting (w);

  tick (w);
  tick (w); /* not again at once */
  g_assert_cmpuint (tsa->asked, ==, asked + 1);
  g_assert_cmpint (waiting (w), ==, before);
  g_assert_cmpint (kept (w), ==, 0);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM setting WHERE name = 'signer.tsa_problem'"), ==, 1);
  world_pass (w, 5 * MINUTE + 1);
}

static void
test_trouble (World *w)
{
  static const StamperMishap mishaps[] = { STAMPER_OTHER_NONCE, STAMPER_REFUSES, STAMPER_GARBLED, STAMPER_EMPTY, STAMPER_HUGE, STAMPER_PAGE };
  g_auto (Tsa) tsa = { 0 };
  g_autoptr (GError) error = NULL;
  guint n = 0;

  tsa_open (&tsa, w);
  use (w, &tsa);
  g_free (world_prescribe (w, 0, "V1"));
  for (guint i = 0; i < G_N_ELEMENTS (mishaps); i++) {
    tsa.mishap = mishaps[i];
    fails_once (w, &tsa);
  }
  tsa.mishap = STAMPER_WELL;
  tsa.status = 503;
  fails_once (w, &tsa);
  g_free (world_prescribe (w, 1, "V2")); /* nobody who signs feels it */
  g_assert_cmpuint (stamp_tasks (w, "S4001"), ==, 0);
  world_pass (w, 25 * 60 * MINUTE);
  tick (w);
  g_assert_cmpuint (stamp_tasks (w, "S4001"), ==, 1);
  tsa.status = 0;
  world_sign_in (w, "S4001");
  g_assert_true (fz_stamps_ask_now (w->session, &n, &error));
  g_assert_no_error (error);
  g_assert_cmpint (n, ==, kept (w));
  g_assert_cmpint (waiting (w), ==, 0);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM setting WHERE name IN ('signer.tsa_problem', 'signer.tsa_again_at')"), ==, 0);
  g_assert_cmpuint (stamp_tasks (w, "S4001"), ==, 0);
}

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/stamps/off", test_off);
  world_add_test ("/desk/stamps/setting", test_setting);
  world_add_test ("/desk/stamps/visit", test_visit);
  world_add_test ("/desk/stamps/trouble", test_trouble);
  code = g_test_run ();
  world_remove_template ();
  return code;
}
