#include "ui/rules_tables.h"

#include "app/coverage.h"
#include "app/differences.h"
#include "app/data.h"
#include "core/regulation.h"
#include "ui/entry_words.h"
#include "ui/fact_list.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/rules_differences.h"
#include "ui/rules_knowledge.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- words --- */

static char *
word (gpointer item, const char *key)
{
  const char *value = fz_fields_get (fz_fact_row_get (item), key);

  return value != NULL ? g_strdup (value) : NULL;
}

/* zh or en by the window's language. */
static const char *
own_words (const FzFields *row)
{
  const char *en = fz_fields_get (row, "en"), *zh = fz_fields_get (row, "zh");

  return en != NULL && !g_str_equal (_ ("中文"), "中文") ? en : zh;
}

static const char *
severity_word (const char *severity, FzStatus *out)
{
  *out = g_strcmp0 (severity, "stop") == 0 ? FZ_STATUS_LEGAL : g_strcmp0 (severity, "reason") == 0 ? FZ_STATUS_WARN : FZ_STATUS_INFO;
  return *out == FZ_STATUS_LEGAL ? _ ("禁止") : *out == FZ_STATUS_WARN ? _ ("需说明理由") : _ ("提示");
}

static const char *
moment_word (const char *moment)
{
  static const struct {
    const char *moment, *word;
  } words[] = { { "intake", N_ ("收到申请") }, { "take", N_ ("接诊") },   { "eligibility", N_ ("复诊判断") }, { "record", N_ ("病历") },
                { "prescribe", N_ ("开方") }, { "review", N_ ("审方") }, { "dispense", N_ ("发药") } };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (words[i].moment, moment) == 0)
      return _ (words[i].word);
  return moment;
}

static char *
moments_of (const FzFields *row)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fz_fields_count (row, "moment"); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? _ ("、") : "", moment_word (fz_fields_get_at (row, "moment", i, NULL)));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static const char *
layer_word (const char *layer)
{
  static const struct {
    const char *layer, *word;
  } words[] = { { "upper", N_ ("上位规定") },          { "national-2022", N_ ("国家细则") }, { "tianjin-2025", N_ ("天津") },
                { "sichuan-2020", N_ ("四川") },       { "chongqing-2023", N_ ("重庆") },    { "fujian-2024", N_ ("福建") } };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (words[i].layer, layer) == 0)
      return _ (words[i].word);
  return _ ("院内规定");
}

static const char *
coverage_word (const char *status, FzStatus *out)
{
  static const struct {
    const char *status, *word;
    FzStatus shown;
  } words[] = { { "enforced", N_ ("已实现"), FZ_STATUS_OK }, { "partly", N_ ("部分实现"), FZ_STATUS_INFO },
              { "planned", N_ ("尚未实现"), FZ_STATUS_WARN },
                { "authority", N_ ("仅约束主管部门"), FZ_STATUS_NEUTRAL }, { "general", N_ ("一般规定"), FZ_STATUS_NEUTRAL } };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (words[i].status, status) == 0) {
      *out = words[i].shown;
      return _ (words[i].word);
    }
  *out = FZ_STATUS_STOP;
  return status;
}

static const char *
version_word (const FzFields *row, FzStatus *out)
{
  const char *now = fz_fields_get (row, "rules.now"), *state = fz_fields_get (row, "rules.state");

  *out = g_strcmp0 (now, "in_force") == 0 ? FZ_STATUS_OK : g_strcmp0 (state, "pending") == 0 ? FZ_STATUS_WARN : g_strcmp0 (now, "planned") == 0 ? FZ_STATUS_INFO : FZ_STATUS_NEUTRAL;
  if (now == NULL)
    return fz_fields_get (row, "rules.state_label");
  return *out == FZ_STATUS_OK ? _ ("现行") : *out == FZ_STATUS_INFO ? _ ("待施行") : _ ("已被取代");
}

/* --- columns --- */

static char *version_id (gpointer item, gpointer data) { return word (item, "rules.id"); }
static char *version_words (gpointer item, gpointer data) { return word (item, "rules.words"); }
static char *version_title (gpointer item, gpointer data) { return word (item, "rulebook.title"); }
static char *version_since (gpointer item, gpointer data) { return fz_say_value (fz_fields_get (fz_fact_row_get (item), "rules.since")); }
static char *clause_words (gpointer item, gpointer data) { return g_strdup (own_words (fz_fact_row_get (item))); }
static char *clause_id (gpointer item, gpointer data) { return word (item, "id"); }
static char *clause_text (gpointer item, gpointer data) { return word (item, "text"); }
static char *clause_article (gpointer item, gpointer data) { return word (item, "article"); }
static char *clause_moments (gpointer item, gpointer data) { return moments_of (fz_fact_row_get (item)); }
static char *parameter_words (gpointer item, gpointer data) { return g_strdup (own_words (fz_fact_row_get (item))); }
static char *parameter_name (gpointer item, gpointer data) { return word (item, "name"); }
static char *parameter_value (gpointer item, gpointer data) { return word (item, "value"); }
static char *parameter_law (gpointer item, gpointer data) { return word (item, "law"); }
static char *parameter_layer (gpointer item, gpointer data) { return g_strdup (layer_word (fz_fact_row_text (item, "layer"))); }
static char *coverage_row (gpointer item, gpointer data) { return word (item, "row"); }
static char *coverage_article (gpointer item, gpointer data) { return word (item, "article"); }

static char *
coverage_what (gpointer item, gpointer data)
{
  const FzFields *row = fz_fact_row_get (item);
  const char *note = fz_entry_label (row, NULL, 0, "note");
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fz_fields_count (row, "clause"); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", fz_fields_get_at (row, "clause", i, NULL));
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : g_strdup (note);
}

static char *
coverage_where (gpointer item, gpointer data)
{
  const FzFields *row = fz_fact_row_get (item);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fz_fields_count (row, "where"); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", fz_fields_get_at (row, "where", i, NULL));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static FzStatus
version_pill (gpointer item, char **out, gpointer data)
{
  FzStatus status;

  *out = g_strdup (version_word (fz_fact_row_get (item), &status));
  return status;
}

static FzStatus
clause_pill (gpointer item, char **out, gpointer data)
{
  FzStatus status;

  *out = g_strdup (severity_word (fz_fact_row_text (item, "severity"), &status));
  return status;
}

static FzStatus
parameter_pill (gpointer item, char **out, gpointer data)
{
  gboolean own = fz_fields_is_yes (fz_fact_row_get (item), "own"), asked = fz_fields_has (fz_fact_row_get (item), "question");

  *out = own ? g_strdup (_ ("院内从严")) : asked ? g_strdup (_ ("待确认的理解")) : NULL;
  return own ? FZ_STATUS_OK : FZ_STATUS_WARN;
}

static FzStatus
coverage_pill (gpointer item, char **out, gpointer data)
{
  FzStatus status;

  *out = g_strdup (coverage_word (fz_fact_row_text (item, "status"), &status));
  return status;
}

GtkWidget *
fz_rules_table_new (FzRulesView view, GListModel *model)
{
  const FzColumn versions[] = {
    { .title = _ ("版本"), .text = version_id, .width = 120, .strong = TRUE },
    { .title = _ ("规则集"), .text = version_title, .second = version_words, .width = 200, .expand = TRUE },
    { .title = _ ("施行日期"), .text = version_since, .width = 100, .numeric = TRUE },
    { .title = _ ("状态"), .pill = version_pill, .width = 170 },
  };
  const FzColumn clauses[] = {
    { .title = _ ("要求"), .text = clause_words, .second = clause_id, .width = 190, .expand = TRUE, .strong = TRUE },
    { .title = _ ("依据"), .text = clause_article, .second = clause_text, .width = 170, .expand = TRUE },
    { .title = _ ("时点"), .text = clause_moments, .width = 130, .wrap = TRUE },
    { .title = _ ("效力"), .pill = clause_pill, .width = 110 },
  };
  const FzColumn parameters[] = {
    { .title = _ ("参数"), .text = parameter_words, .second = parameter_name, .width = 200, .expand = TRUE, .strong = TRUE },
    { .title = _ ("取值"), .text = parameter_value, .width = 130 },
    { .title = _ ("规定"), .text = parameter_law, .second = parameter_layer, .width = 130 },
    { .title = "", .pill = parameter_pill, .width = 124 },
  };
  const FzColumn coverage[] = {
    { .title = _ ("条文"), .text = coverage_article, .second = coverage_row, .width = 120, .strong = TRUE },
    { .title = _ ("条款或说明"), .text = coverage_what, .second = coverage_where, .width = 240, .expand = TRUE },
    { .title = _ ("状态"), .pill = coverage_pill, .width = 132 },
  };
  const struct {
    const char *name;
    const FzColumn *columns;
    gsize n;
  } all[FZ_RULES_VIEW_DIFFERENCES] = { { _ ("规则版本"), versions, G_N_ELEMENTS (versions) },
                              { _ ("条款"), clauses, G_N_ELEMENTS (clauses) },
                              { _ ("参数"), parameters, G_N_ELEMENTS (parameters) },
                              { _ ("条文覆盖"), coverage, G_N_ELEMENTS (coverage) } };
  GtkWidget *table = view == FZ_RULES_VIEW_KNOWLEDGE    ? fz_rules_knowledge_table_new (model)
                     : view == FZ_RULES_VIEW_DIFFERENCES ? fz_rules_differences_table_new (model)
                                                       : fz_table_new (all[view].name, all[view].columns, all[view].n, model, NULL);

  fz_table_set_empty (FZ_TABLE (table), fz_empty_state_new ("rulebook", _ ("没有符合的内容"), _ ("换一个查找词。"), NULL));
  return table;
}

GPtrArray *
fz_rules_rows (FzSession *session, FzRulesView view, GError **error)
{
  switch (view) {
  case FZ_RULES_VIEW_VERSIONS:
    return fz_desk_rules_versions (session, error);
  case FZ_RULES_VIEW_CLAUSES:
    return fz_desk_read_rules (session, NULL, FZ_RULES_CLAUSES, error);
  case FZ_RULES_VIEW_PARAMETERS:
    return fz_desk_read_rules (session, NULL, FZ_RULES_PARAMETERS, error);
  case FZ_RULES_VIEW_DIFFERENCES:
    return fz_differences_load (error);
  case FZ_RULES_VIEW_KNOWLEDGE:
    return fz_desk_knowledge_versions (session, error);
  case FZ_RULES_VIEW_COVERAGE:
  case FZ_N_RULES_VIEWS:
  default:
    return fz_coverage_load (NULL, error);
  }
}

/* --- details --- */

typedef struct {
  const char *caption, *key;
  gboolean day;
} Line;

static void
put_facts (GtkWidget *box, const FzFields *row, const Line *lines, gsize n)
{
  GtkWidget *facts = fz_put (box, fz_facts_new (1));

  for (gsize i = 0; i < n; i++)
    if (fz_fields_has (row, lines[i].key))
      (lines[i].day ? fz_facts_add_day : fz_facts_add) (facts, _ (lines[i].caption), fz_fields_get (row, lines[i].key), 1);
}

/* The law's own words; a text that is not held has none to show. */
static void
put_wording (GtkWidget *box, const char *regulation, const char *article)
{
  g_autofree char *text = regulation != NULL ? fz_data_load_regulation (regulation, NULL) : NULL;
  g_autofree char *wording = text != NULL && article != NULL ? fz_regulation_dup_article (text, article) : NULL;

  if (wording == NULL)
    return;
  fz_put (box, fz_section_new (_ ("条文原文"), NULL));
  fz_put (box, fz_wrapped (wording, "fz-soft"));
}

static void
clause_detail (GtkWidget *box, const FzFields *row)
{
  static const Line lines[] = { { N_ ("说明"), "zh" },       { N_ ("英文说明"), "en" },   { N_ ("提示语"), "message" }, { N_ ("依据"), "text" },
                                { N_ ("条文"), "article" },  { N_ ("条文编号"), "row" },  { N_ ("自"), "from", TRUE }, { N_ ("至"), "until", TRUE },
                                { N_ ("所指栏目"), "field" }, { N_ ("判断条件"), "require" } };
  FzStatus status;
  const char *severity = severity_word (fz_fields_get (row, "severity"), &status);
  GtkWidget *head = fz_put (box, fz_line (10));
  g_autofree char *moments = moments_of (row);

  fz_put_wide (head, fz_text (fz_fields_get (row, "id"), "fz-heading"));
  fz_put (head, fz_pill_new (status, severity));
  fz_put (box, fz_text (moments, "fz-soft"));
  put_facts (box, row, lines, G_N_ELEMENTS (lines));
  put_wording (box, fz_fields_get (row, "layer"), fz_fields_get (row, "article"));
}

static void
coverage_detail (GtkWidget *box, const FzFields *row)
{
  static const Line lines[] = { { N_ ("条文"), "article" }, { N_ ("能力"), "capability" }, { N_ ("概要（英文）"), "duty" } };
  static const struct {
    const char *caption, *list;
  } lists[] = { { N_ ("条款"), "clause" }, { N_ ("实现于"), "where" }, { N_ ("测试"), "test" } };
  FzStatus status;
  const char *state = coverage_word (fz_fields_get (row, "status"), &status);
  GtkWidget *head = fz_put (box, fz_line (10)), *facts;

  fz_put_wide (head, fz_text (fz_fields_get (row, "row"), "fz-heading"));
  fz_put (head, fz_pill_new (status, state));
  put_facts (box, row, lines, G_N_ELEMENTS (lines));
  facts = fz_put (box, fz_facts_new (1));
  fz_facts_add (facts, _ ("说明"), fz_entry_label (row, NULL, 0, "note"), 1);
  for (gsize l = 0; l < G_N_ELEMENTS (lists); l++)
    for (guint i = 0; i < fz_fields_count (row, lists[l].list); i++)
      fz_facts_add (facts, i == 0 ? _ (lists[l].caption) : "", fz_fields_get_at (row, lists[l].list, i, NULL), 1);
  put_wording (box, fz_fields_get (row, "text"), fz_fields_get (row, "article"));
}

static void
version_detail (GtkWidget *box, const FzFields *row)
{
  static const Line lines[] = { { N_ ("规则集"), "rulebook.title" }, { N_ ("地区"), "rules.jurisdiction_label" }, { N_ ("施行日期"), "rules.since", TRUE },
                                { N_ ("拟订说明"), "rules.words" },  { N_ ("拟订人"), "rules.by" },              { N_ ("知情同意书版本"), "consent.version" },
                                { N_ ("审批人"), "rules.decided_by" }, { N_ ("审批说明"), "rules.decision_words" },
                                { N_ ("提出取消"), "rules.cancel_by" }, { N_ ("取消的理由"), "rules.cancel_words" },
                                { N_ ("同意取消"), "rules.cancelled_by" }, { N_ ("规则集摘要"), "rulebook.sha256" } };
  FzStatus status;
  const char *state = version_word (row, &status);
  GtkWidget *head = fz_put (box, fz_line (10));

  fz_put_wide (head, fz_text (fz_fields_get (row, "rules.id"), "fz-heading"));
  fz_put (head, fz_pill_new (status, state));
  put_facts (box, row, lines, G_N_ELEMENTS (lines));
  if (fz_fields_count (row, "change") > 0)
    fz_put (box, fz_section_new (_ ("与前一版相比"), NULL));
  for (guint i = 0; i < fz_fields_count (row, "change"); i++)
    fz_put (box, fz_wrapped (fz_fields_get_at (row, "change", i, NULL), "fz-soft"));
  if (fz_fields_count (row, "layer") > 0)
    fz_put (box, fz_section_new (_ ("由下至上各层"), NULL));
  for (guint i = 0; i < fz_fields_count (row, "layer"); i++)
    fz_put (box, fz_wrapped (fz_fields_get_at (row, "layer", i, "title"), "fz-soft"));
}

static void
parameter_detail (GtkWidget *box, const FzFields *row)
{
  static const Line lines[] = { { N_ ("说明"), "zh" }, { N_ ("英文说明"), "en" }, { N_ ("现值"), "value" }, { N_ ("规定的值"), "law" },
                                { N_ ("理解上的疑问，请咨询法律人士"), "question" } };
  const char *stricter = fz_fields_get (row, "stricter");

  fz_put (box, fz_text (fz_fields_get (row, "name"), "fz-heading"));
  put_facts (box, row, lines, G_N_ELEMENTS (lines));
  fz_facts_add (fz_put (box, fz_facts_new (1)), _ ("来自"), layer_word (fz_fields_get (row, "layer")), 1);
  fz_put (box, fz_wrapped (g_strcmp0 (stricter, "more") == 0   ? _ ("医院只能调大（更严）。")
                           : g_strcmp0 (stricter, "less") == 0 ? _ ("医院只能调小（更严）。")
                                                               : _ ("医院不能调整。"),
                           "fz-soft"));
}

void
fz_rules_detail (GtkWidget *box, FzRulesView view, const FzFields *row)
{
  static void (*const details[FZ_N_RULES_VIEWS]) (GtkWidget *, const FzFields *) = { version_detail, clause_detail, parameter_detail, coverage_detail,
                                                                                      fz_rules_differences_detail, fz_rules_knowledge_detail };

  details[view] (box, row);
}
