/* The numbers and code tables of comment on prescriptions (点评规则数据). */
#include "app/comment.h"

#include "app/knowledge.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define POLICY "comment-policy"
#define CODES "comment-codes"
#define RULES "comment-rules"

static const char *const names[FZ_N_COMMENT_NUMBERS] = {
  [FZ_COMMENT_PER_MILLE] = "per_mille",     [FZ_COMMENT_AT_LEAST] = "at_least",   [FZ_COMMENT_AT_MOST] = "at_most",
  [FZ_COMMENT_APPEAL_DAYS] = "appeal_days", [FZ_COMMENT_SMALL_CELL] = "small_cell", [FZ_COMMENT_WARN_AT] = "warn_at",
  [FZ_COMMENT_REVOKE_AT] = "revoke_at",     [FZ_COMMENT_FAIL_AT] = "fail_at",     [FZ_COMMENT_CYCLE_MONTHS] = "cycle_months",
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
fz_comment_put_codes (FzDesk *desk, const char *const *wanted, FzFields *body, GError **error)
{
  FzCodes *codes = fz_knowledge_codes (desk->knowledge, CODES);
  guint n = 0;

  /* In the order of the norm, whatever order they were picked in. */
  for (guint i = 0; i < fz_codes_get_n (codes); i++) {
    const char *code = fz_codes_get (codes, i, "code");

    if (wanted == NULL || !g_strv_contains (wanted, code))
      continue;
    fz_fields_set_at (body, "code", n, "code", code);
    fz_fields_set_at (body, "code", n, "label", fz_codes_get (codes, i, "label"));
    fz_fields_set_at (body, "code", n++, "category", fz_codes_get (codes, i, "category"));
  }
  for (guint i = 0; wanted != NULL && wanted[i] != NULL; i++)
    if (fz_codes_find_code (codes, wanted[i]) < 0) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("点评代码“%s”不在目录中。"), wanted[i]);
      return FALSE;
    }
  fz_fields_set (body, "result", fz_comment_result_of (body, "code"));
  return TRUE;
}
