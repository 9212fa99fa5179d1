#include "ui/finding_row.h"

#include "ui/entry_words.h"
#include "ui/finding_words.h"
#include "ui/kit/kit.h"
#include "ui/knowledge_limits.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

struct _FzFindingRow {
  GtkWidget parent_instance;
  FzVisitModel *model;
  FzFinding *finding;
  GtkWidget *content, *reason, *words, *day;
  GHashTable *needs_words, *needs_day; /* codes that ask for words, and for a day */
  gboolean quiet;
};

G_DEFINE_FINAL_TYPE (FzFindingRow, fz_finding_row, GTK_TYPE_WIDGET)

static guint answered_signal;

static gboolean
is_quantity_rule (const FzFinding *finding)
{
  return g_str_has_prefix (finding->rule, "QTY_");
}

/* One course of treatment has one reason to be long: the other lines that ask the same are answered with it unless they have their own. */
static void
answer_alike (FzFindingRow *self, const char *code, const char *words)
{
  GPtrArray *findings = fz_visit_model_get_findings (self->model);

  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *other = findings->pdata[i];

    if (other != self->finding && other->severity == FZ_SEVERITY_REASON && g_str_equal (other->rule, self->finding->rule) &&
        fz_visit_model_get_reason (self->model, other, NULL) == NULL)
      fz_visit_model_set_reason (self->model, other, code, words);
  }
}

static void
keep (FzFindingRow *self)
{
  const char *code = fz_drop_down_get_code (FZ_DROP_DOWN (self->reason));
  const char *words = gtk_editable_get_text (GTK_EDITABLE (self->words));

  fz_visit_model_set_reason (self->model, self->finding, code, words);
  if (is_quantity_rule (self->finding))
    answer_alike (self, code, words);
}

static void
show_words (FzFindingRow *self)
{
  const char *code = fz_drop_down_get_code (FZ_DROP_DOWN (self->reason));

  gboolean day = code != NULL && g_hash_table_contains (self->needs_day, code);

  gtk_widget_set_visible (self->words, code != NULL && g_hash_table_contains (self->needs_words, code));
  gtk_widget_set_visible (self->day, day);
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->words), day ? _ ("监测什么，如血钾、肌酐") : _ ("请写明"));
}

/* Another in the place of one that was given can be taken back; the first one is nobody's loss. */
static void
on_reason (FzDropDown *reason, FzFindingRow *self)
{
  gboolean given = fz_visit_model_get_reason (self->model, self->finding, NULL) != NULL;

  show_words (self);
  if (given)
    fz_visit_model_begin_removal (self->model);
  keep (self);
  if (given)
    fz_visit_model_end_removal (self->model, _ ("理由已改"));
  if (gtk_widget_get_visible (self->words))
    gtk_widget_grab_focus (self->words);
  else
    g_signal_emit (self, answered_signal, 0);
}

static void
on_words (GtkEditable *editable, FzFindingRow *self)
{
  if (!self->quiet)
    keep (self);
}

static void
on_day (GtkEditable *editable, FzFindingRow *self)
{
  if (!self->quiet)
    fz_visit_model_set_reason_day (self->model, self->finding, gtk_editable_get_text (editable));
}

/* On to what is still asked, then out of the row. */
static void
on_words_entered (GtkEntry *entry, FzFindingRow *self)
{
  if (GTK_WIDGET (entry) == self->words && gtk_widget_get_visible (self->day))
    gtk_widget_grab_focus (self->day);
  else
    g_signal_emit (self, answered_signal, 0);
}

static void
fill_codes (FzFindingRow *self)
{
  g_autoptr (GPtrArray) rows = fz_desk_codes (fz_visit_model_get_session (self->model),
                                              is_quantity_rule (self->finding) ? "over_7d" : "override", NULL);

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    const char *code = fz_fields_get (rows->pdata[i], "code");

    fz_drop_down_add (FZ_DROP_DOWN (self->reason), code, fz_entry_label (rows->pdata[i], NULL, 0, "label"), NULL);
    if (fz_fields_is_yes (rows->pdata[i], "text_required") || g_str_has_suffix (code, "9"))
      g_hash_table_add (self->needs_words, g_strdup (code));
    if (fz_fields_has (rows->pdata[i], "within_days"))
      g_hash_table_add (self->needs_day, g_strdup (code));
  }
}

static GtkWidget *
answer_new (FzFindingRow *self)
{
  GtkWidget *box = fz_column (6);
  g_autofree char *name = g_strdup_printf (_ ("理由：%s"), self->finding->message);

  self->reason = fz_drop_down_new (_ ("请选择理由…"));
  fz_drop_down_set_numbered (FZ_DROP_DOWN (self->reason), TRUE);
  fz_access_label (self->reason, name);
  self->words = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->words), _ ("请写明"));
  fz_access_label (self->words, _ ("理由说明"));
  self->day = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->day), _ ("最迟哪天复查（年-月-日）"));
  fz_access_label (self->day, _ ("最迟复查日期"));
  gtk_widget_set_visible (self->words, FALSE);
  gtk_widget_set_visible (self->day, FALSE);
  fill_codes (self);
  g_signal_connect (self->reason, "changed", G_CALLBACK (on_reason), self);
  g_signal_connect (self->words, "changed", G_CALLBACK (on_words), self);
  g_signal_connect (self->words, "activate", G_CALLBACK (on_words_entered), self);
  fz_put (box, self->reason);
  g_signal_connect (self->day, "changed", G_CALLBACK (on_day), self);
  g_signal_connect (self->day, "activate", G_CALLBACK (on_words_entered), self);
  fz_put (box, self->words);
  fz_put (box, self->day);
  return box;
}

/* A note takes one line; what asks or stops takes a card. In a grid: a box tells the words their height, and large ones then ask for more width than there is. */
static GtkWidget *
note_new (const FzFinding *finding)
{
  GtkWidget *line = gtk_grid_new (), *icon = fz_icon_new ("info", 15), *words;
  const char *source = fz_finding_source_words (finding->source);
  g_autofree char *text = source != NULL ? g_strdup_printf (_ ("%s（%s）"), finding->message, source) : g_strdup (finding->message);

  gtk_widget_add_css_class (icon, "info");
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_set_margin_top (icon, 2);
  gtk_grid_set_column_spacing (GTK_GRID (line), 7);
  gtk_grid_attach (GTK_GRID (line), icon, 0, 0, 1, 1);
  words = fz_wrapped (text, "fz-small");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_grid_attach (GTK_GRID (line), words, 1, 0, 1, 1);
  return line;
}

/* What asks a reason says it in one line, and the answer stands beside it. */
static GtkWidget *
question_new (FzFindingRow *self)
{
  GtkWidget *line = fz_line (10);
  GtkWidget *icon = fz_icon_new ("warning", 17);
  GtkWidget *words = fz_column (2);
  GtkWidget *answer = answer_new (self);
  const char *source = fz_finding_source (self->finding);

  gtk_widget_add_css_class (line, "fz-question");
  gtk_widget_add_css_class (icon, "warn");
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_set_margin_top (icon, 3);
  fz_put (line, icon);
  fz_put (words, fz_wrapped (self->finding->message, NULL));
  if (source != NULL)
    fz_put (words, fz_wrapped (source, "fz-caption"));
  gtk_widget_set_valign (words, GTK_ALIGN_START);
  gtk_widget_set_margin_top (words, 1);
  fz_put_wide (line, words);
  gtk_widget_set_size_request (answer, 200, -1);
  gtk_widget_set_valign (answer, GTK_ALIGN_START);
  fz_put (line, answer);
  return line;
}

void
fz_finding_row_update (FzFindingRow *self)
{
  const char *words = NULL, *code, *day;

  if (self->reason == NULL)
    return;
  day = fz_visit_model_get_reason_day (self->model, self->finding);
  code = fz_visit_model_get_reason (self->model, self->finding, &words);
  self->quiet = TRUE;
  if (g_strcmp0 (code, fz_drop_down_get_code (FZ_DROP_DOWN (self->reason))) != 0)
    fz_drop_down_set_code (FZ_DROP_DOWN (self->reason), code);
  if (g_strcmp0 (words != NULL ? words : "", gtk_editable_get_text (GTK_EDITABLE (self->words))) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->words), words != NULL ? words : "");
  if (g_strcmp0 (day != NULL ? day : "", gtk_editable_get_text (GTK_EDITABLE (self->day))) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->day), day != NULL ? day : "");
  self->quiet = FALSE;
  show_words (self);
}

gboolean
fz_finding_row_is_open (FzFindingRow *self)
{
  return self->reason != NULL && !fz_visit_model_has_reason (self->model, self->finding, NULL);
}

static gboolean
fz_finding_row_grab_focus (GtkWidget *widget)
{
  FzFindingRow *self = FZ_FINDING_ROW (widget);

  GtkWidget *next = self->reason;

  if (next == NULL)
    return FALSE;
  /* A code is chosen: what it asks besides comes first. */
  if (gtk_widget_get_visible (self->words) && *gtk_editable_get_text (GTK_EDITABLE (self->words)) == '\0')
    next = self->words;
  else if (gtk_widget_get_visible (self->day) && fz_finding_row_is_open (self))
    next = self->day;
  return gtk_widget_grab_focus (next);
}

static void
fz_finding_row_dispose (GObject *object)
{
  g_clear_pointer (&FZ_FINDING_ROW (object)->content, gtk_widget_unparent);
  G_OBJECT_CLASS (fz_finding_row_parent_class)->dispose (object);
}

static void
fz_finding_row_finalize (GObject *object)
{
  FzFindingRow *self = FZ_FINDING_ROW (object);

  fz_finding_unref (self->finding);
  g_hash_table_unref (self->needs_words);
  g_hash_table_unref (self->needs_day);
  g_object_unref (self->model);
  G_OBJECT_CLASS (fz_finding_row_parent_class)->finalize (object);
}

static void
fz_finding_row_class_init (FzFindingRowClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fz_finding_row_dispose;
  G_OBJECT_CLASS (class)->finalize = fz_finding_row_finalize;
  GTK_WIDGET_CLASS (class)->grab_focus = fz_finding_row_grab_focus;
  GTK_WIDGET_CLASS (class)->focus = fz_access_walk;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  answered_signal = g_signal_new ("answered", FZ_TYPE_FINDING_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
fz_finding_row_init (FzFindingRow *self)
{
  self->needs_words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->needs_day = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static GtkWidget *
content_new (FzFindingRow *self)
{
  if (fz_knowledge_limits_is (self->finding->rule))
    return fz_knowledge_limits_new (self->finding->message);
  if (self->finding->severity == FZ_SEVERITY_NOTE)
    return note_new (self->finding);
  return self->finding->severity == FZ_SEVERITY_REASON ? question_new (self) : fz_finding_card_of (self->finding);
}

GtkWidget *
fz_finding_row_new (FzVisitModel *model, FzFinding *finding)
{
  FzFindingRow *self = g_object_new (FZ_TYPE_FINDING_ROW, NULL);

  self->model = g_object_ref (model);
  self->finding = fz_finding_ref (finding);
  self->content = content_new (self);
  gtk_widget_set_parent (self->content, GTK_WIDGET (self));
  fz_finding_row_update (self);
  return GTK_WIDGET (self);
}

char *
fz_finding_rows_word (GPtrArray *findings)
{
  g_autoptr (GString) word = g_string_new (NULL);

  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = findings->pdata[i];

    g_string_append_printf (word, "%s|%s|%d|%s\n", finding->rule, finding->field != NULL ? finding->field : "", (int) finding->severity,
                            finding->message);
  }
  return g_string_free (g_steal_pointer (&word), FALSE);
}
