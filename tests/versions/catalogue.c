/* One change of the drug catalogue, folded: who may propose, who may decide, what may follow what. Every cell of states and verdicts. */
#include "core/catalogue_change.h"

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static FzFields *
add (const FzFields *before, FzFields *take_body, FzRole role, const char *person, GError **error)
{
  g_autoptr (FzFields) body = take_body;
  g_autoptr (FzDocument) document = NULL;

  fz_fields_set (body, "visit", "@CAT-000001");
  document = fz_document_new (body, "— test/key AAAA\n", role, person, G_GINT64_CONSTANT (1772413200000000), error);
  g_assert_nonnull (document);
  return fz_catalogue_change_fold (before, document, error);
}

static FzFields *
change_body (void)
{
  FzFields *body = fz_fields_new (FZ_CATALOGUE_CHANGE_KIND);

  fz_fields_set (body, "id", "CAT-000001-change-00");
  fz_fields_set (body, "proposal", "CAT-000001");
  fz_fields_set (body, "rows_sha256", HASH);
  fz_fields_set (body, "n_rows", "1");
  fz_fields_set (body, "words", "药事会决定");
  fz_fields_set (body, "proposer.name", "甲");
  return body;
}

static FzFields *
removal_body (void)
{
  FzFields *body = fz_fields_new (FZ_CATALOGUE_REMOVAL_KIND);

  fz_fields_set (body, "id", "CAT-000001-removal-00");
  fz_fields_set (body, "proposal", "CAT-000001");
  fz_fields_set (body, "drug.code", "FZ0001");
  fz_fields_set (body, "drug.generic", "某片");
  fz_fields_set (body, "entry", "BL-000001");
  fz_fields_set (body, "due_on", "2026-03-05");
  fz_fields_set (body, "words", "疑似严重皮肤反应");
  fz_fields_set (body, "proposer.name", "甲");
  return body;
}

static FzFields *
decision_body (const FzFields *change, const char *verdict)
{
  FzFields *body = fz_fields_new (FZ_CATALOGUE_DECISION_KIND);

  fz_fields_set (body, "id", "CAT-000001-decision-00");
  fz_fields_set (body, "proposal", fz_fields_get (change, "change.id"));
  fz_fields_set (body, "note_sha256", fz_fields_get (change, "change.note_sha256"));
  fz_fields_set (body, "verdict", verdict);
  fz_fields_set (body, "decider.name", "乙");
  return body;
}

static FzFields *
opened (gboolean removal, FzRole role)
{
  g_autoptr (GError) error = NULL;
  FzFields *facts = add (NULL, removal ? removal_body () : change_body (), role, "person-1", &error);

  g_assert_no_error (error);
  return facts;
}

static const char *const verdicts[] = { "approved", "declined", "withdrawn", "confirmed", "lifted" };

/* The table: what each verdict makes of a change or a removal, by its own signer and by another; NULL: refused. */
static const struct {
  gboolean removal, mine;
  const char *state[G_N_ELEMENTS (verdicts)];
} cells[] = {
  { FALSE, FALSE, { "approved", "declined", NULL, NULL, NULL } },
  { FALSE, TRUE, { NULL, NULL, "withdrawn", NULL, NULL } },
  { TRUE, FALSE, { NULL, NULL, NULL, "confirmed", "lifted" } },
  { TRUE, TRUE, { NULL, NULL, NULL, NULL, NULL } },
};

static void
every_cell (void)
{
  for (guint c = 0; c < G_N_ELEMENTS (cells); c++)
    for (guint v = 0; v < G_N_ELEMENTS (verdicts); v++)
      for (FzRole role = FZ_ROLE_DOCTOR; role < FZ_N_ROLES; role++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (FzFields) before = opened (cells[c].removal, FZ_ROLE_PHARMACIST);
        g_autoptr (FzFields) after =
          add (before, decision_body (before, verdicts[v]), role, cells[c].mine ? "person-1" : "person-2", &error);
        gboolean may = role == FZ_ROLE_PHARMACIST || role == FZ_ROLE_AFFAIRS;

        if (cells[c].state[v] == NULL || !may) {
          g_assert_null (after);
          g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
          continue;
        }
        g_assert_no_error (error);
        g_assert_cmpstr (fz_fields_get (after, "change.state"), ==, cells[c].state[v]);
        g_assert_cmpstr (fz_fields_get (after, "change.open"), ==, "no");
        g_assert_cmpstr (fz_fields_get (after, "change.decided_by"), ==, "乙");
        {
          g_autoptr (FzFields) again = add (after, decision_body (after, verdicts[v]), role, "person-3", &error);

          g_assert_null (again); /* what was decided is never decided again */
          g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
        }
      }
}

static void
who_opens (void)
{
  for (FzRole role = FZ_ROLE_DOCTOR; role < FZ_N_ROLES; role++)
    for (guint removal = 0; removal < 2; removal++) {
      g_autoptr (GError) error = NULL;
      g_autoptr (FzFields) facts = add (NULL, removal ? removal_body () : change_body (), role, "person-1", &error);

      g_assert_true ((facts != NULL) == (role == FZ_ROLE_PHARMACIST || role == FZ_ROLE_AFFAIRS));
      g_assert_true (facts != NULL || g_error_matches (error, FZ_ERROR, FZ_ERROR_REFUSED));
    }
}

/* Each key that is needed, left out. */
static void
missing_keys (void)
{
  static const char *const keys[][2] = { { "change", "rows_sha256" }, { "change", "n_rows" },     { "change", "words" },  { "change", "proposal" },
                                         { "removal", "drug.code" },  { "removal", "entry" },     { "removal", "words" }, { "removal", "due_on" },
                                         { "removal", "proposal" },   { "removal", "drug.generic" } };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autoptr (GError) error = NULL;
    FzFields *body = g_str_equal (keys[i][0], "removal") ? removal_body () : change_body ();
    g_autoptr (FzFields) facts = NULL;

    fz_fields_set (body, keys[i][1], NULL);
    facts = add (NULL, body, FZ_ROLE_PHARMACIST, "person-1", &error);
    g_assert_null (facts);
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  }
}

static void
other_bytes (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) before = opened (FALSE, FZ_ROLE_AFFAIRS), after = NULL, twice = NULL, strange = NULL;
  FzFields *body = decision_body (before, "approved");

  fz_fields_set (body, "note_sha256", HASH);
  after = add (before, body, FZ_ROLE_PHARMACIST, "person-2", &error);
  g_assert_null (after);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
  g_clear_error (&error);
  twice = add (before, change_body (), FZ_ROLE_AFFAIRS, "person-1", &error);
  g_assert_null (twice);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
  g_clear_error (&error);
  body = fz_fields_new ("fuzhen.catalogue_other/v1");
  fz_fields_set (body, "id", "X");
  strange = add (before, body, FZ_ROLE_AFFAIRS, "person-1", &error);
  g_assert_null (strange);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/catalogue/fold/every-cell", every_cell);
  g_test_add_func ("/catalogue/fold/who-opens", who_opens);
  g_test_add_func ("/catalogue/fold/missing-keys", missing_keys);
  g_test_add_func ("/catalogue/fold/other-bytes", other_bytes);
  return g_test_run ();
}
