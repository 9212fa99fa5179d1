/* A person's signing token remembers the log when the whole machine is put back. */
#include "tests/attack/outside.h"

#include "app/outside.h"
#include "app/sheet.h"
#include "app/signers.h"
#include "tests/signer/softhsm.h"

#include <string.h>

#define TOKEN_PIN "808182"
#define YEAR_US (G_GINT64_CONSTANT (365) * 86400 * FZ_US_PER_SECOND)
#define DOCTOR fz_demo_world_doctor (w->world, 0)

/* --- the machine --- */

char *
outside_value (World *w, const char *key)
{
  g_autoptr (FzFields) kept = NULL;
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "S4003");
  kept = fz_desk_outside (w->session, &error);
  g_assert_no_error (error);
  return g_strdup (fz_fields_get (kept, key));
}

void
machine_keep (World *w, const char *name)
{
  g_autofree char *to = g_build_filename (w->root, name, NULL), *data = g_build_filename (to, "data", NULL), *state = g_build_filename (to, "state", NULL);

  world_close (w);
  copy_tree (w->data, data);
  copy_tree (w->state, state);
  world_reopen (w);
}

void
machine_put (World *w, const char *name)
{
  g_autofree char *from = g_build_filename (w->root, name, NULL), *data = g_build_filename (from, "data", NULL), *state = g_build_filename (from, "state", NULL);

  world_close (w);
  remove_tree (w->data);
  remove_tree (w->state);
  copy_tree (data, w->data);
  copy_tree (state, w->state);
  world_reopen (w);
}

void
machine_refused (World *w, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *why = NULL;

  world_sign_in (w, "D1001");
  g_assert_true (fz_session_is_read_only (w->session, &why));
  g_assert_nonnull (strstr (why, words));
  expect_error (!fz_desk_save_draft (w->session, "V1", NULL, &error), &error, FZ_ERROR_CORRUPT, words);
}

/* --- the token --- */

/* Three visits are typed with the built-in key; then the doctor gets a token. */
static void
give_token (World *w, Authority *authority, const char *slot)
{
  static const char *const visits[] = { "V1", "V2", "V3" };
  gint64 now = fz_desk_now_us (w->desk);
  g_autofree char *root = authority_root_pem (authority), *between = authority_between_pem (authority);
  g_autofree char *list = authority_list_pem (authority, 0, 0, now - FZ_US_PER_SECOND, now + YEAR_US), *all = g_strconcat (root, between, list, NULL);
  g_autoptr (GError) error = NULL;
  guint n = 0;

  world_sign_in (w, DOCTOR);
  for (guint i = 0; i < G_N_ELEMENTS (visits); i++) {
    world_arrive (w, i, visits[i]);
    world_take (w, visits[i]);
    world_type (w, i, visits[i]);
  }
  world_sign_in (w, "S4001");
  fz_signers_import_ca (w->session, all, strlen (all), &n, &error);
  g_assert_no_error (error);
  fz_signers_set_module (w->session, softhsm_get_module (), 0, &error);
  g_assert_no_error (error);
  fz_signers_register (w->session, DOCTOR, "pkcs11", slot, &error);
  g_assert_no_error (error);
}

/* By who is signed in. */
static gboolean
sign_with_token (World *w, const char *visit, GError **error)
{
  g_autoptr (FzSecret) pin = fz_demo_pin (w->number);
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (GPtrArray) ids = NULL;

  fz_session_touch (w->session, visit);
  sheet = fz_desk_prepare_sheet (w->session, visit, FZ_SHEET_VERDICT | FZ_SHEET_RECORD, error);
  if (sheet == NULL)
    return FALSE;
  for (guint i = 0; i < fz_sheet_get_n_statements (sheet); i++)
    fz_sheet_state (sheet, i, TRUE);
  fz_sheet_take_token_pin (sheet, secret (TOKEN_PIN));
  return fz_desk_sign_sheet (w->session, sheet, pin, &ids, error);
}

static gint64
token_size (World *w)
{
  g_autofree char *size = outside_value (w, "token.size"), *problem = outside_value (w, "token.problem");

  g_assert_cmpstr (problem, ==, NULL);
  return g_ascii_strtoll (size, NULL, 10);
}

void
outside_token_knows_better (World *w)
{
  gint64 now = fz_desk_now_us (w->desk), first, documents;
  g_autoptr (Authority) authority = authority_new ("P-256", now);
  g_autofree char *sha256 = NULL;
  g_autofree char *slot = softhsm_make_token ("linruoxi", TOKEN_PIN, FZ_ALGORITHM_ECDSA_P256, authority, now - YEAR_US, now + YEAR_US, &sha256);
  g_autoptr (GError) error = NULL;

  give_token (w, authority, slot);
  world_sign_in (w, DOCTOR);
  g_assert_true (sign_with_token (w, "V1", &error));
  first = token_size (w);
  g_assert_cmpint (first, >, 10);
  machine_keep (w, "monday");
  world_sign_in (w, DOCTOR);
  g_assert_true (sign_with_token (w, "V2", &error)); /* too soon to wear its memory again */
  g_assert_cmpint (token_size (w), ==, first);
  world_pass (w, MINUTES_LATER * MINUTE);
  world_sign_in (w, DOCTOR);
  g_assert_true (sign_with_token (w, "V3", &error));
  g_assert_cmpint (token_size (w), >, first);
  machine_keep (w, "tuesday");
  /* The disk put back with the token in: found at the door. */
  machine_put (w, "monday");
  machine_refused (w, "linruoxi");
  /* With the token at home: found when it comes to sign, before a PIN is judged; nothing is signed and nothing overwritten. */
  softhsm_set_mishap (TOKEN_REMOVED);
  machine_put (w, "monday");
  world_sign_in (w, DOCTOR);
  softhsm_set_mishap (TOKEN_WELL);
  documents = world_ask (w, "SELECT COUNT(*) FROM document");
  expect_error (!sign_with_token (w, "V2", &error), &error, FZ_ERROR_CORRUPT, "旧副本");
  g_assert_true (fz_store_is_read_only (w->desk->store, NULL));
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM document"), ==, documents);
  machine_put (w, "tuesday");
  world_sign_in (w, DOCTOR);
  g_assert_false (fz_store_is_read_only (w->desk->store, NULL));
}
