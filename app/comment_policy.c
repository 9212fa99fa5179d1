/* The numbers and code tables of comment on prescriptions (点评规则数据). */
#include "app/comment.h"

#include "app/knowledge.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define POLICY "comment-policy"
#define CODES "comment-codes"
#define RULES "comment-rules"
#define DEFECTS "record-defects"

static const char *const names[FZ_N_COMMENT_NUMBERS] = {
  [FZ_COMMENT_PER_MILLE] = "per_mille",     [FZ_COMMENT_AT_LEAST] = "at_least",   [FZ_COMMENT_AT_MOST] = "at_most",
  [FZ_COMMENT_APPEAL_DAYS] = "appeal_days", [FZ_COMMENT_SMALL_CELL] = "small_cell", [FZ_COMMENT_WARN_AT] = "warn_at",
  [FZ_COMMENT_REVOKE_AT] = "revoke_at",     [FZ_COMMENT_FAIL_AT] = "fail_at",     [FZ_COMMENT_CYCLE_MONTHS] = "cycle_months",
  [FZ_RECORD_PER_MILLE] = "record_per_mille", [FZ_RECORD_AT_LEAST] = "record_at_least", [FZ_RECORD_GRADE_A] = "grade_a",
  [FZ_RECORD_GRADE_B] = "grade_b", [FZ_RECORD_RECTIFY_DAYS] = "rectify_days",
};

static const char *const grades[] = { "assistant", "junior", "intermediate", "senior" };

static const char *
value_of (const FzCodes *policy, const char *code)
{
  int row = fz_codes_find_code (policy, code);

  return row >= 0 ? fz_codes_get (policy, (guint) row, "value") : "";
}

static gint64
number_in (const FzCodes *policy, FzCommentNumber which)
{
  gint64 value = 0;

  return g_ascii_string_to_signed (value_of (policy, names[which]), 10, 1, 1000, &value, NULL) ? value : 0;
}

static int
grade_rank (const char *grade)
{
  for (guint i = 0; i < G_N_ELEMENTS (grades); i++)
    if (g_strcmp0 (grades[i], grade) == 0)
      return (int) i;
  return -1;
}

static gboolean
bad_row (const char *code, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("处方点评的数据表中“%s”缺失或不合要求。"), code);
  return FALSE;
}

gboolean
fz_comment_policy_check (const FzCodes *policy, const FzCodes *codes, const FzCodes *rules, GError **error)
{
  for (FzCommentNumber i = 0; i < FZ_N_COMMENT_NUMBERS; i++)
    if (number_in (policy, i) == 0)
      return bad_row (names[i], error);
  if (grade_rank (value_of (policy, "member_grade")) < 0)
    return bad_row ("member_grade", error);
  for (guint i = 0; i < fz_codes_get_n (codes); i++) {
    guint rank = fz_comment_result_rank (fz_codes_get (codes, i, "category"));

    if (rank == 0 || rank == G_MAXUINT)
      return bad_row (fz_codes_get (codes, i, "code"), error);
  }
  for (guint i = 0; i < fz_codes_get_n (rules); i++)
    if (fz_codes_find_code (codes, fz_codes_get (rules, i, "comment")) < 0)
      return bad_row (fz_codes_get (rules, i, "code"), error);
  return TRUE;
}

guint
fz_comment_number (FzDesk *desk, FzCommentNumber which)
{
  return (guint) number_in (fz_knowledge_codes (desk->knowledge, POLICY), which);
}

gboolean
fz_comment_in_group (FzDesk *desk, const FzFields *person)
{
  FzCodes *titles = fz_knowledge_codes (desk->knowledge, "titles");
  const char *title = fz_fields_get (person, "title");
  int row = title != NULL ? fz_codes_find_code (titles, title) : -1;

  return row >= 0 && g_str_equal (fz_codes_get (titles, (guint) row, "profession"), "pharmacist") &&
         grade_rank (fz_codes_get (titles, (guint) row, "grade")) >= grade_rank (value_of (fz_knowledge_codes (desk->knowledge, POLICY), "member_grade"));
}

/* The longest beginning that the table has: DOSE_UNIT before DOSE_. */
const char *
fz_comment_suggested (FzDesk *desk, const char *rule)
{
  FzCodes *rules = fz_knowledge_codes (desk->knowledge, RULES);
  const char *found = NULL;
  gsize longest = 0;

  for (guint i = 0; rule != NULL && i < fz_codes_get_n (rules); i++) {
    const char *code = fz_codes_get (rules, i, "code");

    if (g_str_has_prefix (rule, code) && strlen (code) > longest) {
      longest = strlen (code);
      found = fz_codes_get (rules, i, "comment");
    }
  }
  return found;
}

gboolean
fz_record_defects_check (const FzCodes *defects, GError **error)
{
  static const char *const categories[] = { "minor", "major", "fatal", NULL }, *const places[] = { "", "online", "offline", NULL };
  guint64 points = 0;

  for (guint i = 0; i < fz_codes_get_n (defects); i++)
    if (!g_strv_contains (categories, fz_codes_get (defects, i, "category")) || !g_strv_contains (places, fz_codes_get (defects, i, "place")) ||
        !g_ascii_string_to_unsigned (fz_codes_get (defects, i, "points"), 10, 1, 100, &points, NULL))
      return bad_row (fz_codes_get (defects, i, "code"), error);
  return TRUE;
}

FzCodes *
fz_comment_codes (FzDesk *desk, FzCommentOf of)
{
  return fz_knowledge_codes (desk->knowledge, of == FZ_COMMENT_OF_RECORDS ? DEFECTS : CODES);
}

static gboolean
fits_place (const FzCodes *codes, guint i, const char *place)
{
  const char *only = fz_codes_get (codes, i, "place");

  return *only == '\0' || g_strcmp0 (only, place) == 0;
}

static void
put_result (const FzCommentFold *fold, FzFields *body)
{
  gint64 a = 0, b = 0;
  guint score = 0;

  if (fold->of == FZ_COMMENT_OF_PRESCRIPTIONS) {
    fz_fields_set (body, "result", fz_comment_result_of (body, "code"));
    return;
  }
  fz_fields_get_int (fold->facts, "plan.policy.grade_a", &a);
  fz_fields_get_int (fold->facts, "plan.policy.grade_b", &b);
  fz_fields_set (body, "result", fz_record_grade_of (body, "code", (guint) a, (guint) b, &score));
  fz_fields_set_int (body, "score", score);
}

gboolean
fz_comment_put_codes (FzDesk *desk, const FzCommentFold *fold, const char *const *wanted, FzFields *body, GError **error)
{
  FzCodes *codes = fz_comment_codes (desk, fold->of);
  const char *place = fz_fields_get (fold->facts, "plan.place");
  guint n = 0;

  /* In the order of the norm, whatever order they were picked in. */
  for (guint i = 0; i < fz_codes_get_n (codes); i++) {
    const char *code = fz_codes_get (codes, i, "code"), *points = fz_codes_get (codes, i, "points");

    if (wanted == NULL || !g_strv_contains (wanted, code) || !fits_place (codes, i, place))
      continue;
    fz_fields_set_at (body, "code", n, "code", code);
    fz_fields_set_at (body, "code", n, "label", fz_codes_get (codes, i, "label"));
    fz_fields_set_at (body, "code", n, "points", *points != '\0' ? points : NULL);
    fz_fields_set_at (body, "code", n++, "category", fz_codes_get (codes, i, "category"));
  }
  for (guint i = 0; wanted != NULL && wanted[i] != NULL; i++) {
    int row = fz_codes_find_code (codes, wanted[i]);

    if (row < 0 || !fits_place (codes, (guint) row, place)) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, fold->of == FZ_COMMENT_OF_RECORDS ? _ ("缺陷代码“%s”不在评分表中，或不适用于这份病历。") : _ ("点评代码“%s”不在目录中。"), wanted[i]);
      return FALSE;
    }
  }
  put_result (fold, body);
  return TRUE;
}
