#include "ui/page_rules.h"

#include "ui/dialog_guide.h"
#include "ui/dialog_reason.h"
#include "ui/dialog_rules.h"
#include "ui/fact_list.h"
#include "ui/file_import.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/rules_knowledge.h"
#include "ui/rules_tables.h"
#include "ui/sign_flow.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define DETAIL_WIDTH 360

static const char *const views[FZ_N_RULES_VIEWS] = { "versions", "clauses", "parameters", "coverage", "differences", "knowledge" };

struct _FzPageRules {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *title, *segments, *search, *propose, *import, *error, *stack, *detail;
  GtkWidget *tables[FZ_N_RULES_VIEWS];
  GListStore *rows[FZ_N_RULES_VIEWS];
  GPtrArray *all[FZ_N_RULES_VIEWS]; /* before the search; NULL: not read yet */
};

#define FZ_TYPE_PAGE_RULES (fz_page_rules_get_type ())
G_DECLARE_FINAL_TYPE (FzPageRules, fz_page_rules, FZ, PAGE_RULES, GtkBox)

static void fz_page_rules_page_init (FzPageInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (FzPageRules, fz_page_rules, GTK_TYPE_BOX, G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, fz_page_rules_page_init))

static FzRulesView
view_of (FzPageRules *self)
{
  const char *active = fz_segments_get_active (FZ_SEGMENTS (self->segments));

  for (guint i = 0; i < FZ_N_RULES_VIEWS; i++)
    if (g_strcmp0 (views[i], active) == 0)
      return (FzRulesView) i;
  return FZ_RULES_VIEW_VERSIONS;
}

/* --- rows --- */

typedef struct {
  const char *text;
  gboolean found;
} Search;

static void
match (const char *key, const char *value, gpointer data)
{
  Search *search = data;
  g_autofree char *folded = g_utf8_casefold (value, -1);

  search->found = search->found || strstr (folded, search->text) != NULL;
}

static void
fill (FzPageRules *self, FzRulesView view)
{
  g_autofree char *typed = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search)))), *text = g_utf8_casefold (typed, -1);

  g_list_store_remove_all (self->rows[view]);
  for (guint i = 0; self->all[view] != NULL && i < self->all[view]->len; i++) {
    Search search = { text, *text == '\0' };
    g_autoptr (FzFactRow) row = fz_fact_row_new (self->all[view]->pdata[i]);

    if (!search.found)
      fz_fields_foreach (self->all[view]->pdata[i], match, &search);
    if (search.found)
      g_list_store_append (self->rows[view], row);
  }
}

static void on_selected (FzTable *table, FzFactRow *row, FzPageRules *self);

static void
load (FzPageRules *self, FzRulesView view)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_rules_rows (self->session, view, &error);

  fz_page_tell (self->error, self->stack, error);
  if (rows == NULL)
    return;
  if (fz_facts_are_same (self->all[view], rows))
    return;
  g_clear_pointer (&self->all[view], g_ptr_array_unref);
  self->all[view] = g_steal_pointer (&rows);
  fill (self, view);
  on_selected (NULL, NULL, self);
}

static void
show_title (FzPageRules *self)
{
  for (guint i = 0; self->all[FZ_RULES_VIEW_VERSIONS] != NULL && i < self->all[FZ_RULES_VIEW_VERSIONS]->len; i++) {
    const FzFields *row = self->all[FZ_RULES_VIEW_VERSIONS]->pdata[i];

    if (g_strcmp0 (fz_fields_get (row, "rules.now"), "in_force") == 0) {
      g_autofree char *since = fz_say_value (fz_fields_get (row, "rules.since"));
      g_autofree char *said = g_strdup_printf (_ ("现行：%s（%s，自 %s）"), fz_fields_get (row, "rulebook.title"), fz_fields_get (row, "rules.id"), since);

      fz_section_set_subtitle (self->title, said);
    }
  }
}

static void
refresh (FzPage *page)
{
  FzPageRules *self = FZ_PAGE_RULES (page);

  load (self, FZ_RULES_VIEW_VERSIONS);
  if (view_of (self) != FZ_RULES_VIEW_VERSIONS)
    load (self, view_of (self));
  show_title (self);
}

/* --- deciding --- */

static void
on_signed (GPtrArray *ids, gpointer user_data)
{
  FzPageRules *self = user_data;

  fz_toast_show (GTK_WIDGET (self), FZ_STATUS_OK, _ ("已签名"));
  for (guint i = 0; i < FZ_N_RULES_VIEWS; i++)
    g_clear_pointer (&self->all[i], g_ptr_array_unref);
  refresh (FZ_PAGE (self));
  fz_page_changed (GTK_WIDGET (self));
}

typedef struct {
  FzPageRules *page;
  char *id, *verdict;
} Decide;

static void
decide_free (gpointer data)
{
  Decide *decide = data;

  g_object_unref (decide->page);
  g_free (decide->id);
  g_free (decide->verdict);
  g_free (decide);
}

static gboolean
decide (FzPageRules *self, const char *id, const char *verdict, const char *words, GError **error)
{
  FzSheet *sheet = fz_desk_prepare_rules_decision (self->session, id, verdict, words, error);

  if (sheet == NULL)
    return FALSE;
  fz_sign_flow_start (GTK_WIDGET (self), self->session, sheet, _ ("规则版本审批"), on_signed, g_object_ref (self), g_object_unref);
  return TRUE;
}

static gboolean
on_words (FzDialog *dialog, const char *code, const char *words, gpointer user_data, GError **error)
{
  Decide *what = user_data;
  g_autoptr (FzPageRules) page = g_object_ref (what->page);

  if (*words == '\0')
    return FALSE;
  if (!decide (page, what->id, what->verdict, words, error))
    return FALSE;
  fz_dialog_close (dialog);
  return TRUE;
}

/* What may be decided of a version; those with a title ask for words first. */
static const struct {
  const char *flag, *verdict, *label, *title, *about;
  FzButtonKind kind;
} decisions[] = {
  { "rules.may_decide", "approved", N_ ("批准"), NULL, NULL, FZ_BUTTON_PRIMARY },
  { "rules.may_decide", "declined", N_ ("不同意…"), N_ ("不同意这一版本"), N_ ("不会施行；理由记入签名的决定。"), FZ_BUTTON_DANGER_SOFT },
  { "rules.may_withdraw", "withdrawn", N_ ("撤回…"), N_ ("撤回这一版本"), N_ ("不会施行；可以改好后重新拟订。"), FZ_BUTTON_PLAIN },
  { "rules.may_agree", "cancelled", N_ ("同意取消"), NULL, NULL, FZ_BUTTON_DANGER_SOFT },
  { "rules.may_keep", "kept", N_ ("不取消…"), N_ ("照原定日期施行"), N_ ("取消的请求不再有效；理由记入签名的决定。"), FZ_BUTTON_PLAIN },
  { "rules.may_cancel", "cancel", N_ ("取消施行…"), N_ ("施行前取消这一版本"), N_ ("须在施行日之前由另一人同意才会取消；没有人同意，就照原定日期施行。"),
    FZ_BUTTON_DANGER_SOFT },
};

static void
ask_words (FzPageRules *self, const char *id, guint i)
{
  FzReasonAsk ask = { .title = _ (decisions[i].title), .subtitle = _ (decisions[i].about), .words_caption = _ ("理由"), .words_hint = "", .confirm = _ ("核对并签名") };
  Decide *what = g_new0 (Decide, 1);

  what->page = g_object_ref (self);
  what->id = g_strdup (id);
  what->verdict = g_strdup (decisions[i].verdict);
  fz_dialog_reason (GTK_WIDGET (self), &ask, on_words, what, decide_free);
}

static void
on_decide (GtkButton *button, FzPageRules *self)
{
  guint i = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "fz-decision"));
  const char *id = g_object_get_data (G_OBJECT (button), "fz-id");
  g_autoptr (GError) error = NULL;

  if (decisions[i].title != NULL)
    ask_words (self, id, i);
  else if (!decide (self, id, decisions[i].verdict, NULL, &error))
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_STOP, error->message);
}

static void
put_decision (FzPageRules *self, const FzFields *row)
{
  GtkWidget *line = fz_put (self->detail, fz_line (8));

  for (guint i = 0; i < G_N_ELEMENTS (decisions); i++)
    if (fz_fields_is_yes (row, decisions[i].flag)) {
      GtkWidget *button = fz_put (line, fz_button_new (decisions[i].kind, NULL, _ (decisions[i].label)));

      g_object_set_data (G_OBJECT (button), "fz-decision", GUINT_TO_POINTER (i));
      g_object_set_data_full (G_OBJECT (button), "fz-id", g_strdup (fz_fields_get (row, "rules.id")), g_free);
      g_signal_connect (button, "clicked", G_CALLBACK (on_decide), self);
    }
  gtk_widget_set_visible (line, gtk_widget_get_first_child (line) != NULL);
}

/* --- the page --- */

static void
on_selected (FzTable *table, FzFactRow *row, FzPageRules *self)
{
  FzRulesView view = view_of (self);

  fz_empty (self->detail);
  if (row == NULL) {
    fz_put_wide (self->detail, fz_empty_state_new ("rulebook", _ ("选择一条"), _ ("这里显示依据、原文和取值。"), NULL));
    return;
  }
  if (view == FZ_RULES_VIEW_VERSIONS)
    put_decision (self, fz_fact_row_get (row));
  if (view == FZ_RULES_VIEW_KNOWLEDGE)
    fz_rules_knowledge_put_acts (self->detail, GTK_WIDGET (self), self->session, fz_fact_row_get (row), on_signed, G_OBJECT (self));
  fz_rules_detail (self->detail, view, fz_fact_row_get (row));
}

/* What is proposed here depends on what is looked at. */
static void
show_acts (FzPageRules *self)
{
  gboolean affairs = fz_session_get_role (self->session) == FZ_ROLE_AFFAIRS, knowledge = view_of (self) == FZ_RULES_VIEW_KNOWLEDGE;

  gtk_widget_set_visible (self->propose, affairs && !knowledge);
  gtk_widget_set_visible (self->import, affairs && knowledge);
}

static void
on_import (GtkButton *button, FzPageRules *self)
{
  fz_file_import (GTK_WIDGET (self), self->session, FZ_FILE_KNOWLEDGE);
}

static void
on_segment (FzSegments *segments, const char *id, FzPageRules *self)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), id);
  show_acts (self);
  load (self, view_of (self));
  fill (self, view_of (self));
  on_selected (NULL, NULL, self);
}

static void
on_search (GtkSearchEntry *entry, FzPageRules *self)
{
  fill (self, view_of (self));
}

static void
on_propose (GtkButton *button, FzPageRules *self)
{
  fz_dialog_rules (GTK_WIDGET (self), self->session, on_signed, G_OBJECT (self));
}

static void
on_guide (GtkButton *button, FzPageRules *self)
{
  fz_dialog_guide (GTK_WIDGET (self), "rules", NULL);
}

static void
fz_page_rules_page_init (FzPageInterface *iface)
{
  iface->refresh = refresh;
}

static void
fz_page_rules_finalize (GObject *object)
{
  FzPageRules *self = FZ_PAGE_RULES (object);

  for (guint i = 0; i < FZ_N_RULES_VIEWS; i++) {
    g_object_unref (self->rows[i]);
    g_clear_pointer (&self->all[i], g_ptr_array_unref);
  }
  fz_session_unref (self->session);
  G_OBJECT_CLASS (fz_page_rules_parent_class)->finalize (object);
}

static void
fz_page_rules_class_init (FzPageRulesClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_page_rules_finalize;
}

static void
fz_page_rules_init (FzPageRules *self)
{
}

static GtkWidget *
bar_new (FzPageRules *self)
{
  const char *const words[FZ_N_RULES_VIEWS] = { _ ("版本"), _ ("条款"), _ ("参数"), _ ("条文覆盖"), _ ("差异"), _ ("药品知识") };
  GtkWidget *bar = fz_line (10);

  gtk_widget_add_css_class (bar, "fz-detail");
  self->segments = fz_put (bar, fz_segments_new (_ ("规则")));
  for (guint i = 0; i < FZ_N_RULES_VIEWS; i++)
    fz_segments_add (FZ_SEGMENTS (self->segments), views[i], words[i]);
  self->search = fz_put_wide (bar, gtk_search_entry_new ());
  fz_access_label (self->search, _ ("在规则中查找"));
  g_object_set (self->search, "placeholder-text", _ ("查找"), "tooltip-text", _ ("在规则中查找"), NULL);
  return bar;
}

GtkWidget *
fz_page_rules_new (FzSession *session)
{
  FzPageRules *self = g_object_new (FZ_TYPE_PAGE_RULES, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 14, NULL);
  GtkWidget *page = GTK_WIDGET (self), *below, *card, *right, *guide = fz_button_new (FZ_BUTTON_PLAIN, "rulebook", _ ("怎样增加一条规则"));

  self->session = fz_session_ref (session);
  gtk_widget_add_css_class (page, "fz-page");
  self->title = fz_put (page, fz_page_title_new (_ ("规则"), ""));
  g_signal_connect (guide, "clicked", G_CALLBACK (on_guide), self);
  fz_section_add_end (self->title, guide);
  self->propose = fz_button_new (FZ_BUTTON_PRIMARY, "plus", _ ("拟订新版本"));
  fz_section_add_end (self->title, self->propose);
  self->import = fz_button_new (FZ_BUTTON_PRIMARY, "plus", _ ("导入药品知识库…"));
  g_signal_connect (self->import, "clicked", G_CALLBACK (on_import), self);
  fz_section_add_end (self->title, self->import);
  below = fz_put_wide (page, fz_line (14));
  card = fz_put_wide (below, fz_card_new ());
  fz_put (card, bar_new (self));
  self->error = fz_put (card, fz_column (0));
  self->stack = fz_put_wide (card, fz_access_stack_new ());
  fz_access_controls (self->segments, self->stack);
  fz_access_controls (self->search, self->stack);
  for (guint i = 0; i < FZ_N_RULES_VIEWS; i++) {
    self->rows[i] = g_list_store_new (FZ_TYPE_FACT_ROW);
    self->tables[i] = fz_rules_table_new ((FzRulesView) i, G_LIST_MODEL (self->rows[i]));
    g_signal_connect (self->tables[i], "selected", G_CALLBACK (on_selected), self);
    gtk_stack_add_named (GTK_STACK (self->stack), self->tables[i], views[i]);
  }
  right = fz_put (below, fz_card_new ());
  gtk_widget_set_size_request (right, DETAIL_WIDTH, -1);
  gtk_widget_set_hexpand (right, FALSE);
  self->detail = fz_column (12);
  gtk_widget_add_css_class (self->detail, "fz-detail");
  fz_put_wide (right, fz_scrolled (self->detail));
  g_signal_connect (self->segments, "changed", G_CALLBACK (on_segment), self);
  g_signal_connect (self->search, "search-changed", G_CALLBACK (on_search), self);
  g_signal_connect (self->propose, "clicked", G_CALLBACK (on_propose), self);
  show_acts (self);
  on_selected (NULL, NULL, self);
  refresh (FZ_PAGE (self));
  return page;
}
