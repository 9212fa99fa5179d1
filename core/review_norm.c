#include "core/review_norm.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _FzReviewNorm {
  FzCodes *items, *rules;
};

static void
norm_clear (gpointer data)
{
  FzReviewNorm *self = data;

  fz_codes_unref (self->items);
  fz_codes_unref (self->rules);
}

FzReviewNorm *
fz_review_norm_ref (FzReviewNorm *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
fz_review_norm_unref (FzReviewNorm *self)
{
  g_atomic_rc_box_release_full (self, norm_clear);
}

/* --- the tables --- */

static gboolean
check_item (const FzCodes *items, guint row, GError **error)
{
  static const char *const by[] = { "engine", "person", "signature", NULL };
  const char *applies = fz_codes_get (items, row, "applies");

  if (g_strv_contains (by, fz_codes_get (items, row, "by")) && *applies != '\0' && *fz_codes_get (items, row, "label_en") != '\0')
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("审方项目表中，项目“%s”缺少适用范围、英文名称，或核对方式不是已知的取值。"),
               fz_codes_get (items, row, "code"));
  return FALSE;
}

static gboolean
check_rule (const FzReviewNorm *self, guint row, GError **error)
{
  static const char *const columns[] = { "item", "herbal" };

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++) {
    const char *item = fz_codes_get (self->rules, row, columns[i]);

    if (*item == '\0' || fz_codes_find_code (self->items, item) >= 0)
      continue;
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("审方规则表中，“%s”指向不存在的项目“%s”。"), fz_codes_get (self->rules, row, "code"), item);
    return FALSE;
  }
  return TRUE;
}

FzReviewNorm *
fz_review_norm_new (FzCodes *items, FzCodes *rules, GError **error)
{
  g_autoptr (FzReviewNorm) self = g_atomic_rc_box_new0 (FzReviewNorm);

  self->items = fz_codes_ref (items);
  self->rules = fz_codes_ref (rules);
  for (guint i = 0; i < fz_codes_get_n (items); i++)
    if (!check_item (items, i, error))
      return NULL;
  for (guint i = 0; i < fz_codes_get_n (rules); i++)
    if (!check_rule (self, i, error))
      return NULL;
  return g_steal_pointer (&self);
}

/* A row speaks of every rule whose name begins with its code; the longest says most. */
static int
row_of (const FzReviewNorm *self, const char *rule)
{
  gsize most = 0;
  int found = -1;

  for (guint i = 0; rule != NULL && i < fz_codes_get_n (self->rules); i++) {
    const char *prefix = fz_codes_get (self->rules, i, "code");

    if (strlen (prefix) > most && g_str_has_prefix (rule, prefix)) {
      most = strlen (prefix);
      found = (int) i;
    }
  }
  return found;
}

static gboolean
is_herbal (const char *rx_kind)
{
  return g_strcmp0 (rx_kind, "herbal") == 0;
}

static const char *
cell (const FzReviewNorm *self, int row, const char *column)
{
  const char *value = row >= 0 ? fz_codes_get (self->rules, (guint) row, column) : "";

  return *value != '\0' ? value : NULL;
}

const char *
fz_review_norm_item_of (const FzReviewNorm *self, const char *rule, const char *rx_kind)
{
  int row = row_of (self, rule);
  const char *herbal = is_herbal (rx_kind) ? cell (self, row, "herbal") : NULL;

  return herbal != NULL ? herbal : cell (self, row, "item");
}

gboolean
fz_review_norm_knows (const FzReviewNorm *self, const char *rule)
{
  return row_of (self, rule) >= 0;
}

gboolean
fz_review_norm_is_routine (const FzReviewNorm *self, const char *rule)
{
  return g_strcmp0 (cell (self, row_of (self, rule), "routine"), "yes") == 0;
}

gboolean
fz_review_norm_wants_confirmation (const FzReviewNorm *self, const char *rule)
{
  return g_strcmp0 (cell (self, row_of (self, rule), "confirm"), "yes") == 0;
}

void
fz_review_norm_describe (const FzReviewNorm *self, const char *rule, const char *rx_kind, FzFields *facts, const char *list, guint i)
{
  int row = row_of (self, rule);
  const char *item = fz_review_norm_item_of (self, rule, rx_kind), *reason = cell (self, row, "reason");

  fz_fields_set_at (facts, list, i, "title", cell (self, row, "label"));
  fz_fields_set_at (facts, list, i, "title_en", cell (self, row, "label_en"));
  fz_fields_set_at (facts, list, i, "item", item);
  fz_fields_set_at (facts, list, i, "reason", reason != NULL ? reason : item);
  fz_fields_set_at (facts, list, i, "law", cell (self, row, "law"));
}

/* --- what the checks said --- */

/* The reason the prescriber gave, NULL for none. */
static const char *
answer_of (const FzFields *rx, const FzFinding *finding)
{
  for (guint i = 0; i < fz_fields_count (rx, "override"); i++) {
    const char *label = fz_fields_get_at (rx, "override", i, "reason_label");

    if (g_strcmp0 (fz_fields_get_at (rx, "override", i, "rule"), finding->rule) == 0 &&
        g_strcmp0 (fz_fields_get_at (rx, "override", i, "field"), finding->field) == 0)
      return label != NULL ? label : "";
  }
  return NULL;
}

typedef struct {
  gboolean grave, unknown, noted, attention;
  GString *words;
} Said;

static void
weigh (const FzReviewNorm *self, const FzFields *rx, const FzFinding *finding, Said *said)
{
  const char *answer = answer_of (rx, finding);
  gboolean routine = answer != NULL && fz_review_norm_is_routine (self, finding->rule);

  if (finding->cannot_check)
    said->unknown = TRUE;
  else if (finding->severity >= FZ_SEVERITY_REASON)
    said->grave = TRUE;
  else
    said->noted = TRUE;
  said->attention |= finding->severity >= FZ_SEVERITY_REASON && !routine;
  if (said->words->len > 0)
    g_string_append_c (said->words, ' ');
  g_string_append (said->words, finding->message);
  if (answer != NULL && *answer != '\0')
    g_string_append_printf (said->words, "（医师说明：%s）", answer); /* signed words are always Chinese */
}

static const char *
engine_word (const Said *said, const char *by)
{
  if (said->grave)
    return "finding";
  if (said->unknown)
    return "unknown";
  if (said->noted)
    return "note";
  return g_str_equal (by, "person") ? "person" : "pass";
}

static void
put_item (const FzReviewNorm *self, guint row, const FzFields *rx, GPtrArray *findings, gboolean signatures_hold, FzFields *out)
{
  static const char *const copied[] = { "code", "label", "label_en", "group" };
  const char *code = fz_codes_get (self->items, row, "code"), *by = fz_codes_get (self->items, row, "by");
  g_autoptr (GString) words = g_string_new (NULL);
  Said said = { .words = words };
  guint n = fz_fields_count (out, "item");

  if (g_str_equal (by, "signature") && !signatures_hold) {
    said.grave = said.attention = TRUE;
    g_string_append (words, "签名核验不通过。");
  }
  for (guint i = 0; i < findings->len; i++)
    if (g_strcmp0 (fz_review_norm_item_of (self, ((FzFinding *) findings->pdata[i])->rule, fz_fields_get (rx, "rx.kind")), code) == 0)
      weigh (self, rx, findings->pdata[i], &said);
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    fz_fields_set_at (out, "item", n, copied[i], fz_codes_get (self->items, row, copied[i]));
  fz_fields_set_at (out, "item", n, "engine", engine_word (&said, by));
  fz_fields_set_at (out, "item", n, "words", words->len > 0 ? words->str : NULL);
  fz_fields_set_at (out, "item", n, "attention", said.attention ? "yes" : "no");
}

void
fz_review_norm_put (const FzReviewNorm *self, const FzFields *rx, GPtrArray *findings, gboolean signatures_hold, FzFields *out)
{
  const char *kind = fz_fields_get (rx, "rx.kind");

  for (guint i = 0; i < fz_codes_get_n (self->items); i++)
    if (fz_codes_field_has (self->items, i, "applies", kind != NULL ? kind : "western"))
      put_item (self, i, rx, findings, signatures_hold, out);
}

/* --- the pharmacist's decisions --- */

static int
decision_at (const FzFields *decisions, const char *code)
{
  for (guint i = 0; decisions != NULL && i < fz_fields_count (decisions, "item"); i++)
    if (g_strcmp0 (fz_fields_get_at (decisions, "item", i, "code"), code) == 0)
      return (int) i;
  return -1;
}

/* Why an approval or a return cannot stand with this decision; NULL: it can. (transfer full) */
static char *
objection (const char *decision, const char *verdict, gboolean is_reason, const char *code, const char *label)
{
  gboolean approved = g_strcmp0 (verdict, "approved") == 0, objected = g_str_equal (decision, "objected");

  if (approved && g_str_equal (decision, "undecided"))
    return g_strdup_printf (_ ("“%s %s”有系统提示，请先看过并作出判断，再通过。"), code, label);
  if (approved && objected)
    return g_strdup_printf (_ ("“%s %s”判断为不合理，处方不能通过；请退回医师，或改变判断。"), code, label);
  if (objected && !is_reason && g_strcmp0 (verdict, "returned") == 0)
    return g_strdup_printf (_ ("“%s %s”判断为不合理，但没有选作退回理由。"), code, label);
  return NULL;
}

/* accepted | objected | undecided; NULL with *error. */
static const char *
decide_one (const FzFields *judged, guint i, const char *word, const char *verdict, gboolean is_reason, GError **error)
{
  gboolean attention = g_strcmp0 (fz_fields_get_at (judged, "item", i, "attention"), "yes") == 0;
  const char *decision = is_reason ? "objected" : word != NULL ? word : attention ? "undecided" : "accepted";
  g_autofree char *why = objection (decision, verdict, is_reason, fz_fields_get_at (judged, "item", i, "code"),
                                    fz_fields_get_at (judged, "item", i, "label"));

  if (why == NULL)
    return decision;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, why);
  return NULL;
}

static gboolean
check_words (const FzFields *judged, const FzFields *decisions, GError **error)
{
  for (guint i = 0; decisions != NULL && i < fz_fields_count (decisions, "item"); i++) {
    const char *word = fz_fields_get_at (decisions, "item", i, "decision"), *code = fz_fields_get_at (decisions, "item", i, "code");
    gboolean known = g_strcmp0 (word, "accepted") == 0 || g_strcmp0 (word, "objected") == 0;

    if (known && decision_at (judged, code) >= 0)
      continue;
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("对项目“%s”的判断无法识别：本处方没有这一项，或判断不是已知的取值。"), code != NULL ? code : "");
    return FALSE;
  }
  return TRUE;
}

gboolean
fz_review_norm_decide (const FzFields *judged, const FzFields *decisions, const char *verdict, const char *const *reasons,
                       FzFields *body, GError **error)
{
  static const char *const copied[] = { "code", "label", "engine", "words" };

  if (!check_words (judged, decisions, error))
    return FALSE;
  for (guint i = 0; i < fz_fields_count (judged, "item"); i++) {
    const char *code = fz_fields_get_at (judged, "item", i, "code");
    int at = decision_at (decisions, code);
    const char *word = at >= 0 ? fz_fields_get_at (decisions, "item", (guint) at, "decision") : NULL;
    const char *decision = decide_one (judged, i, word, verdict, reasons != NULL && g_strv_contains (reasons, code), error);

    if (decision == NULL)
      return FALSE;
    for (guint k = 0; k < G_N_ELEMENTS (copied); k++)
      fz_fields_set_at (body, "item", i, copied[k], fz_fields_get_at (judged, "item", i, copied[k]));
    fz_fields_set_at (body, "item", i, "decision", decision);
    fz_fields_set_at (body, "item", i, "remark", at >= 0 ? fz_fields_get_at (decisions, "item", (guint) at, "remark") : NULL);
  }
  return TRUE;
}
