/* A doctor who is registered with a certificate of a CA: two lines under every document, the chain kept with it, judged years later. Electronic
 * Signature Law art. 13, 16, 24. */
#include "tests/desk/world.h"

#include "app/sheet.h"
#include "app/signers.h"
#include "app/verify_ca.h"
#include "tests/signer/authority.h"

#include <stdio.h>
#include <string.h>

#define ALL (FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION)
#define TOKEN_PIN "808182"
#define YEAR_US (G_GINT64_CONSTANT (365) * 86400 * FZ_US_PER_SECOND)

typedef struct {
  Authority *authority;
  char *file, *ca;
} Ca;

/* The key file of one person, under TOKEN_PIN. */
static char *
make_file (World *w, const Ca *ca, const char *person, const char *name, long serial)
{
  gint64 now = fz_desk_now_us (w->desk);
  AuthorityLeaf leaf = { person, now - YEAR_US, now + YEAR_US, NULL, serial };
  EVP_PKEY *key = authority_key_new ("SM2");
  g_autoptr (GBytes) der = authority_issue (ca->authority, key, &leaf);
  g_autofree char *key_pem = authority_key_pem (key, TOKEN_PIN), *own = authority_certificate_pem (der), *all = g_strconcat (key_pem, own, NULL);
  char *path = g_build_filename (w->root, name, NULL);

  g_assert_true (g_file_set_contents (path, all, -1, NULL));
  EVP_PKEY_free (key);
  return path;
}

static void
make_ca (World *w, Ca *ca, const char *name, long serial)
{
  gint64 now = fz_desk_now_us (w->desk);
  g_autofree char *root = NULL, *between = NULL, *list = NULL;

  ca->authority = authority_new ("SM2", now);
  root = authority_root_pem (ca->authority);
  between = authority_between_pem (ca->authority);
  list = authority_list_pem (ca->authority, 0, 0, now - FZ_US_PER_SECOND, now + YEAR_US);
  ca->ca = g_strconcat (root, between, list, NULL);
  ca->file = make_file (w, ca, "林若溪", name, serial);
}

static void
ca_clear (Ca *ca)
{
  authority_free (ca->authority);
  g_free (ca->file);
  g_free (ca->ca);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ca, ca_clear)

#define DOCTOR fz_demo_world_doctor (w->world, 0)

static void
import_ca (World *w, const Ca *ca)
{
  g_autoptr (GError) error = NULL;
  guint n = 0;

  g_assert_true (fz_signers_import_ca (w->session, ca->ca, strlen (ca->ca), &n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 2);
}

/* The visit is taken and typed with the built-in key; then the doctor gets a certificate and signs in anew. */
static void
begin (World *w, const Ca *ca)
{
  g_autoptr (GError) error = NULL;

  world_sign_in (w, DOCTOR);
  world_arrive (w, 0, "V1");
  world_take (w, "V1");
  world_type (w, 0, "V1");
  world_sign_in (w, "S4001");
  import_ca (w, ca);
  fz_signers_register (w->session, DOCTOR, "file", ca->file, &error);
  g_assert_no_error (error);
  world_sign_in (w, DOCTOR);
}

static FzSheet *
prepare (World *w)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  fz_session_touch (w->session, "V1"); /* the new session proves that the person is there elsewhere */
  sheet = fz_desk_prepare_sheet (w->session, "V1", ALL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < fz_sheet_get_n_statements (sheet); i++)
    fz_sheet_state (sheet, i, TRUE);
  return sheet;
}

static char *
try_sign (World *w, FzSheet *sheet, const char *token_pin, GError **error)
{
  g_autoptr (FzSecret) pin = fz_demo_pin (w->number);
  g_autoptr (GPtrArray) ids = NULL;

  fz_sheet_take_token_pin (sheet, token_pin != NULL ? secret (token_pin) : NULL);
  return fz_desk_sign_sheet (w->session, sheet, pin, &ids, error) ? g_strdup (ids->pdata[ids->len - 1]) : NULL;
}

/* --- signing --- */

static void
test_refusals (World *w)
{
  g_auto (Ca) ca = { 0 };
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *away = NULL, *token = NULL;
  gint64 documents;

  make_ca (w, &ca, "doctor.pem", 100);
  begin (w, &ca);
  sheet = prepare (w);
  documents = world_ask (w, "SELECT COUNT(*) FROM document");
  token = fz_session_dup_token (w->session);
  g_assert_nonnull (strstr (token, "CN=林若溪"));
  expect_error (try_sign (w, sheet, NULL, &error) == NULL, &error, FZ_ERROR_TOKEN, "介质");
  expect_error (try_sign (w, sheet, "000000", &error) == NULL, &error, FZ_ERROR_TOKEN, "4");
  away = g_strconcat (ca.file, ".away", NULL);
  g_assert_false (fz_session_token_pulled (w->session)); /* seen from now on */
  g_assert_cmpint (rename (ca.file, away), ==, 0);
  g_assert_true (fz_session_token_pulled (w->session));
  g_assert_false (fz_session_token_pulled (w->session)); /* said once */
  expect_error (try_sign (w, sheet, TOKEN_PIN, &error) == NULL, &error, FZ_ERROR_NOT_FOUND, NULL);
  g_assert_cmpint (rename (away, ca.file), ==, 0);
  for (guint i = 0; i < 4; i++)
    expect_error (try_sign (w, sheet, "000000", &error) == NULL, &error, FZ_ERROR_TOKEN, NULL);
  expect_error (try_sign (w, sheet, TOKEN_PIN, &error) == NULL, &error, FZ_ERROR_TOKEN, "安全管理员");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM document"), ==, documents);
  world_sign_in (w, "S4001");
  g_assert_false (fz_session_token_pulled (w->session));
  g_assert_true (fz_signers_register (w->session, DOCTOR, "file", ca.file, &error));
  world_sign_in (w, DOCTOR);
  {
    g_autoptr (FzSheet) again = prepare (w);
    g_autofree char *id = try_sign (w, again, TOKEN_PIN, &error);

    g_assert_no_error (error);
    g_assert_nonnull (id);
  }
}

/* --- judging --- */

/* The worst of the lines, of which there are `lines`. */
static FzVerdictCa
judge_lines (const char *note, gsize n, const char *pool_pem, const char *roots_pem, gint64 at_us, guint lines)
{
  g_autoptr (FzChain) pool = fz_chain_new (), roots = fz_chain_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) verdicts = NULL;
  FzVerdictCa worst = FZ_VERDICT_CA_VALID;

  g_assert_true (pool_pem == NULL || fz_chain_add_pem (pool, pool_pem, strlen (pool_pem), NULL));
  g_assert_true (roots_pem == NULL || fz_chain_add_pem (roots, roots_pem, strlen (roots_pem), NULL));
  verdicts = fz_verify_ca ((const guint8 *) note, n, pool, roots, NULL, at_us, &error);
  if (verdicts == NULL)
    return FZ_VERDICT_CA_INVALID;
  g_assert_cmpuint (verdicts->len, ==, lines);
  for (guint i = 0; i < verdicts->len; i++)
    worst = MAX (worst, ((FzLineVerdict *) verdicts->pdata[i])->verdict);
  return worst;
}

static FzVerdictCa
judge (const char *note, gsize n, const char *pool_pem, const char *roots_pem, gint64 at_us)
{
  return judge_lines (note, n, pool_pem, roots_pem, at_us, 1);
}

/* Whatever byte of the text or of the CA's line is changed, it is never good. */
static void
damage (const char *note, gsize n, const char *pool, const char *root, gint64 at_us)
{
  g_autofree char *copy = g_memdup2 (note, n);
  gsize body = (gsize) (g_strstr_len (note, (gssize) n, "\n\n") - note);
  const char *line = strchr (g_strstr_len (note, (gssize) n, "\n\n") + 2, '\n') + 1; /* the second */
  gsize from = (gsize) (line - note), until = (gsize) (strchr (line, '\n') - note);

  for (gsize i = 0; i < n; i += i < body ? 97 : 1) {
    if (i >= body && (i < from || i > until))
      continue;
    copy[i] ^= 1;
    g_assert_cmpint (judge (copy, n, pool, root, at_us), >=, FZ_VERDICT_CA_INDETERMINATE);
    copy[i] ^= 1;
  }
}

static void
test_two_lines (World *w)
{
  g_auto (Ca) ca = { 0 }, other = { 0 };
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) rx = NULL;
  g_autofree char *id = NULL, *path = NULL, *beside = NULL, *note = NULL, *pool = NULL, *root = NULL, *other_root = NULL, *bare = NULL;
  g_autofree char *before = NULL, *after = NULL;
  gint64 now;
  gsize n = 0;

  make_ca (w, &ca, "doctor.pem", 100);
  make_ca (w, &other, "other.pem", 100);
  begin (w, &ca);
  sheet = prepare (w);
  id = try_sign (w, sheet, TOKEN_PIN, &error);
  g_assert_no_error (error);
  now = fz_desk_now_us (w->desk);
  rx = fz_desk_read_prescription (w->session, id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get_at (rx, "signature", 0, "label"), ==, "CA 签名（SM2）");
  g_assert_cmpstr (fz_fields_get_at (rx, "signature", 0, "valid"), ==, "yes");
  world_review (w, "P2001", id, "approved");
  path = g_build_filename (w->root, "rx.fzd", NULL);
  beside = g_strconcat (path, ".ca.pem", NULL);
  g_assert_true (fz_desk_export_prescription (w->session, id, path, &error));
  g_assert_true (g_file_get_contents (path, &note, &n, NULL));
  g_assert_true (g_file_get_contents (beside, &pool, NULL, NULL));
  g_assert_nonnull (strstr (note, ".signature CA 签名（SM2）\n"));
  root = authority_root_pem (ca.authority);
  other_root = authority_root_pem (other.authority);
  g_assert_cmpint (judge (note, n, pool, root, now), ==, FZ_VERDICT_CA_VALID);
  g_assert_cmpint (judge (note, n, pool, root, now + 2 * YEAR_US), ==, FZ_VERDICT_CA_EXPIRED_SINCE);
  g_assert_cmpint (judge (note, n, pool, NULL, now), ==, FZ_VERDICT_CA_INDETERMINATE);
  g_assert_cmpint (judge (note, n, pool, other_root, now), >=, FZ_VERDICT_CA_INDETERMINATE);
  g_assert_cmpint (judge (note, n, NULL, root, now), ==, FZ_VERDICT_CA_INDETERMINATE);
  before = authority_list_pem (ca.authority, 100, now - YEAR_US / 2, now + YEAR_US / 2, now + YEAR_US);
  after = authority_list_pem (ca.authority, 100, now + YEAR_US / 4, now + YEAR_US / 2, now + YEAR_US);
  bare = g_strconcat (pool, before, NULL);
  g_assert_cmpint (judge (note, n, bare, root, now), ==, FZ_VERDICT_CA_REVOKED_BEFORE);
  g_free (bare);
  bare = g_strconcat (pool, after, NULL);
  g_assert_cmpint (judge (note, n, bare, root, now), ==, FZ_VERDICT_CA_INDETERMINATE);
  *strstr (pool, "-----BEGIN X509 CRL-----") = '\0';
  g_assert_cmpint (judge (note, n, pool, root, now), ==, FZ_VERDICT_CA_INDETERMINATE);
  g_clear_pointer (&pool, g_free);
  g_assert_true (g_file_get_contents (beside, &pool, NULL, NULL));
  damage (note, n, pool, root, now);
}

/* --- a whole visit --- */

static void
taken_with_the_token (World *w)
{
  g_autoptr (GError) error = NULL;

  world_sign_in (w, DOCTOR);
  world_arrive (w, 0, "V1");
  w->token_pin = NULL;
  expect_error (!world_try_take (w, "V1", &error), &error, FZ_ERROR_TOKEN, "介质");
  w->token_pin = "000000";
  expect_error (!world_try_take (w, "V1", &error), &error, FZ_ERROR_TOKEN, "4");
  g_assert_false (fz_session_is_present (w->session, "V1"));
  w->token_pin = TOKEN_PIN;
  world_take (w, "V1");
  g_assert_true (fz_session_is_present (w->session, "V1"));
}

static char *
visited (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *rx = NULL;

  taken_with_the_token (w);
  world_type (w, 0, "V1");
  rx = world_sign (w, fz_desk_prepare_sheet (w->session, "V1", ALL, &error));
  world_review (w, "P2001", rx, "approved");
  world_sign_in (w, DOCTOR);
  world_take (w, "V1"); /* the half hour is of the session */
  g_free (world_sign (w, fz_desk_prepare_finish (w->session, "V1", &error)));
  world_dispense (w, rx);
  return g_steal_pointer (&rx);
}

/* Nothing that a doctor or a pharmacist does is out of reach of who signs with a token: everything that they sign has both lines and what judges
 * them later. */
static void
test_whole_visit (World *w)
{
  const char *const people[] = { DOCTOR, "P2001", "P2002" };
  static const char *const names[] = { "林若溪", "药师甲", "药师乙" };
  g_auto (Ca) ca = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *rx = NULL, *path = g_build_filename (w->root, "whole.fzd", NULL), *beside = g_strconcat (path, ".ca.pem", NULL);
  g_autofree char *note = NULL, *pool = NULL, *root = NULL;
  gsize n = 0;

  make_ca (w, &ca, "doctor.pem", 100);
  world_sign_in (w, "S4001");
  import_ca (w, &ca);
  for (guint i = 0; i < G_N_ELEMENTS (people); i++) {
    g_autofree char *name = g_strconcat (people[i], ".pem", NULL), *file = make_file (w, &ca, names[i], name, 200 + (long) i);

    fz_signers_register (w->session, people[i], "file", file, &error);
    g_assert_no_error (error);
  }
  rx = visited (w);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM document WHERE visit = 'V1' AND role IN ('doctor', 'pharmacist')"), >=, 8);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM document WHERE visit = 'V1' AND role IN ('doctor', 'pharmacist') AND NOT EXISTS "
                                 "(SELECT 1 FROM validation_of JOIN validation ON validation.number = validation_of.validation "
                                 "WHERE kind = 'ca_chain' AND validation_of.document = document.id)"), ==, 0);
  world_sign_in (w, DOCTOR);
  g_assert_true (fz_desk_export_prescription (w->session, rx, path, &error));
  g_assert_true (g_file_get_contents (path, &note, &n, NULL) && g_file_get_contents (beside, &pool, NULL, NULL));
  root = authority_root_pem (ca.authority);
  g_assert_cmpint (judge_lines (note, n, pool, root, fz_desk_now_us (w->desk), 2), ==, FZ_VERDICT_CA_VALID);
}

/* --- registering --- */

static void
test_registering (World *w)
{
  g_auto (Ca) ca = { 0 }, other = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *key_only = NULL;
  guint n = 0;

  make_ca (w, &ca, "doctor.pem", 100);
  make_ca (w, &other, "other.pem", 101);
  world_sign_in (w, DOCTOR);
  expect_error (!fz_signers_register (w->session, DOCTOR, "file", ca.file, &error), &error, FZ_ERROR_REFUSED, NULL);
  expect_error (!fz_signers_import_ca (w->session, ca.ca, strlen (ca.ca), &n, &error), &error, FZ_ERROR_REFUSED, NULL);
  world_sign_in (w, "S4001");
  expect_error (!fz_signers_register (w->session, DOCTOR, "file", ca.file, &error), &error, FZ_ERROR_REFUSED, "证书链");
  import_ca (w, &ca);
  expect_error (!fz_signers_register (w->session, DOCTOR, "file", other.file, &error), &error, FZ_ERROR_REFUSED, "证书链");
  expect_error (!fz_signers_register (w->session, DOCTOR, "magic", ca.file, &error), &error, FZ_ERROR_INVALID, "magic");
  expect_error (!fz_signers_register (w->session, "D9999", "file", ca.file, &error), &error, FZ_ERROR_NOT_FOUND, NULL);
  g_assert_true (fz_signers_register (w->session, DOCTOR, "file", ca.file, &error));
  expect_error (!fz_signers_register (w->session, "P2001", "file", ca.file, &error), &error, FZ_ERROR_REFUSED, DOCTOR);
  g_assert_true (fz_signers_register (w->session, DOCTOR, "builtin", NULL, &error));
  g_assert_true (fz_signers_register (w->session, "P2001", "file", ca.file, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (ca.file, &key_only, NULL, NULL));
  *strstr (key_only, "-----BEGIN CERTIFICATE-----") = '\0';
  expect_error (!fz_signers_import_ca (w->session, key_only, strlen (key_only), &n, &error), &error, FZ_ERROR_INVALID, NULL);
  expect_error (!fz_signers_import_ca (w->session, "x", 1, &n, &error), &error, FZ_ERROR_INVALID, NULL);
  expect_error (!fz_signers_set_module (w->session, "/nonexistent/module.so", 0, &error), &error, FZ_ERROR_UNSUPPORTED, NULL);
}

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/signers/refusals", test_refusals);
  world_add_test ("/desk/signers/two-lines", test_two_lines);
  world_add_test ("/desk/signers/whole-visit", test_whole_visit);
  world_add_test ("/desk/signers/registering", test_registering);
  code = g_test_run ();
  world_remove_template ();
  return code;
}
