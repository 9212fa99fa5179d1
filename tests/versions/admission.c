/* The admission of an account, folded: every role, both persons, both verdicts, and what it says of which row. */
#include "core/admission.h"

static FzFields *
body_of (const char *verdict)
{
  static const char *const facts[][2] = { { "id", "ADM-000001-admission-00" }, { "visit", "@ADM-000001" }, { "proposal", "ADM-000001" }, { "act", "add" },
                                          { "account.number", "N1" }, { "account.name", "甲" }, { "account.role", "doctor" }, { "account.person", "p-n1" },
                                          { "issuer.name", "乙" }, { "issuer.staff_number", "S1" }, { "issuer.person", "p-s1" }, { "issued_at", "2026-03-02T01:00:00Z" },
                                          { "decider.name", "丙" }, { "decider.staff_number", "A1" } };
  FzFields *body = fz_fields_new (FZ_ADMISSION_KIND);

  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    fz_fields_set (body, facts[i][0], facts[i][1]);
  fz_fields_set (body, "verdict", verdict);
  return body;
}

static FzFields *
fold (const FzFields *before, FzFields *take_body, FzRole role, const char *person, GError **error)
{
  g_autoptr (FzFields) body = take_body;
  g_autoptr (FzDocument) document = fz_document_new (body, "— test/key AAAA\n", role, person, G_GINT64_CONSTANT (1772413200000000), error);

  g_assert_nonnull (document);
  return fz_admission_fold (before, document, error);
}

static void
by_whom (void)
{
  static const gboolean may[FZ_N_ROLES] = { [FZ_ROLE_AFFAIRS] = TRUE, [FZ_ROLE_SECURITY] = TRUE, [FZ_ROLE_SYSTEM] = TRUE };
  static const char *const persons[] = { "p-a1", "p-s1", "p-n1" }; /* another, who handed out the code, whose account it is */

  for (FzRole role = FZ_ROLE_DOCTOR; role < FZ_N_ROLES; role++)
    for (guint i = 0; i < G_N_ELEMENTS (persons); i++) {
      g_autoptr (GError) error = NULL;
      g_autoptr (FzFields) facts = fold (NULL, body_of ("admitted"), role, persons[i], &error);

      if ((facts != NULL) != (may[role] && i == 0))
        g_error ("%s as %s: %s", persons[i], fz_role_to_word (role), facts != NULL ? "admits" : error->message);
      g_assert_true (facts != NULL || g_error_matches (error, FZ_ERROR, FZ_ERROR_REFUSED));
    }
}

static void
expect_invalid (FzFields *take_body)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (fold (NULL, take_body, FZ_ROLE_AFFAIRS, "p-a1", &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
}

static void
what_it_says (void)
{
  static const char *const keys[] = { "proposal", "verdict", "act", "account.number", "account.name", "account.role", "account.person", "issuer.person", "issued_at", "decider.name" };
  FzFields *odd;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    FzFields *body = body_of ("admitted");

    fz_fields_set (body, keys[i], NULL);
    expect_invalid (body);
  }
  expect_invalid (body_of ("maybe"));
  expect_invalid (body_of ("declined")); /* without words */
  odd = body_of ("admitted");
  fz_fields_set (odd, "account.role", "king");
  expect_invalid (odd);
}

static void
one_decision (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) facts = fold (NULL, body_of ("admitted"), FZ_ROLE_AFFAIRS, "p-a1", &error), again = NULL;

  g_assert_no_error (error);
  again = fold (facts, body_of ("admitted"), FZ_ROLE_SYSTEM, "p-y1", &error);
  g_assert_null (again);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
}

static void
of_which_row (void)
{
  static const char *const keys[] = { "number", "role", "person" };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) admitted = fold (NULL, body_of ("admitted"), FZ_ROLE_AFFAIRS, "p-a1", &error), words = body_of ("declined"), declined = NULL;

  fz_fields_set (words, "words", "未在本机构任职");
  declined = fold (NULL, g_steal_pointer (&words), FZ_ROLE_AFFAIRS, "p-a1", &error);
  g_assert_no_error (error);
  for (guint i = 0; i <= G_N_ELEMENTS (keys); i++) {
    g_autoptr (FzFields) row = fz_fields_new ("fuzhen.staff/v1");

    fz_fields_set (row, "number", "N1");
    fz_fields_set (row, "role", "doctor");
    fz_fields_set (row, "person", "p-n1");
    if (i < G_N_ELEMENTS (keys))
      fz_fields_set (row, keys[i], i == 1 ? "security" : NULL);
    g_assert_true (fz_admission_admits (admitted, row) == (i == G_N_ELEMENTS (keys)));
    g_assert_false (fz_admission_admits (declined, row));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/admission/by-whom", by_whom);
  g_test_add_func ("/admission/what-it-says", what_it_says);
  g_test_add_func ("/admission/one-decision", one_decision);
  g_test_add_func ("/admission/of-which-row", of_which_row);
  return g_test_run ();
}
