#include "ui/rules_knowledge.h"

#include "app/knowledge_files.h"
#include "ui/dialog_reason.h"
#include "ui/fact_list.h"
#include "ui/kit/kit.h"
#include "ui/knowledge_trial.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- words --- */

static const char *
state_word (const FzFields *row, FzStatus *out)
{
  const char *now = fz_fields_get (row, "knowledge.now"), *state = fz_fields_get (row, "knowledge.state");

  *out = FZ_STATUS_NEUTRAL;
  if (g_strcmp0 (now, "in_force") == 0)
    *out = FZ_STATUS_OK;
  else if (g_strcmp0 (now, "planned") == 0 || g_strcmp0 (state, "staged") == 0)
    *out = FZ_STATUS_INFO;
  else if (g_strcmp0 (state, "pending") == 0)
    *out = FZ_STATUS_WARN;
  if (now == NULL)
    return fz_fields_get (row, "knowledge.state_label");
  return *out == FZ_STATUS_OK ? _ ("现行") : *out == FZ_STATUS_INFO ? _ ("待启用") : _ ("已被取代");
}

static char *
word (gpointer item, const char *key)
{
  const char *value = fz_fields_get (fz_fact_row_get (item), key);

  return value != NULL ? g_strdup (value) : NULL;
}

/* What ships and what was imported have no number yet. */
static char *
number_text (gpointer item, gpointer data)
{
  return fz_fields_has (fz_fact_row_get (item), "knowledge.number") ? word (item, "knowledge.id") : g_strdup ("—");
}

static char *edition_text (gpointer item, gpointer data) { return word (item, "knowledge.edition"); }
static char *title_text (gpointer item, gpointer data) { return word (item, "knowledge.title"); }
static char *since_text (gpointer item, gpointer data) { return fz_say_value (fz_fields_get (fz_fact_row_get (item), "knowledge.since")); }
static char *until_text (gpointer item, gpointer data) { return fz_say_value (fz_fields_get (fz_fact_row_get (item), "knowledge.until")); }

static FzStatus
state_pill (gpointer item, char **out, gpointer data)
{
  FzStatus status;

  *out = g_strdup (state_word (fz_fact_row_get (item), &status));
  return status;
}

GtkWidget *
fz_rules_knowledge_table_new (GListModel *model)
{
  const FzColumn columns[] = {
    { .title = _ ("药品知识库"), .text = edition_text, .second = title_text, .width = 150, .expand = TRUE, .strong = TRUE },
    { .title = _ ("编号"), .text = number_text, .width = 150 },
    { .title = _ ("启用日"), .text = since_text, .width = 92, .numeric = TRUE },
    { .title = _ ("有效期至"), .text = until_text, .width = 92, .numeric = TRUE },
    { .title = _ ("状态"), .pill = state_pill, .width = 148 },
  };

  return fz_table_new (_ ("药品知识"), columns, G_N_ELEMENTS (columns), model, NULL);
}

/* --- one edition --- */

static char *
table_words (const FzFields *row, guint i)
{
  const char *rows = fz_fields_get_at (row, "table", i, "rows"), *added = fz_fields_get_at (row, "table", i, "added"),
             *removed = fz_fields_get_at (row, "table", i, "removed");

  if (g_strcmp0 (added, "0") == 0 && g_strcmp0 (removed, "0") == 0)
    return g_strdup_printf (_ ("%s 行"), rows);
  return g_strdup_printf (_ ("%s 行（新增 %s，删除 %s）"), rows, added, removed);
}

static void
put_tables (GtkWidget *box, const FzFields *row)
{
  GtkWidget *facts;

  if (fz_fields_count (row, "table") == 0)
    return;
  fz_put (box, fz_section_new (fz_fields_has (row, "knowledge.number") ? _ ("各表行数与提出时现行的相比") : _ ("各表行数与现行的相比"), NULL));
  facts = fz_put (box, fz_facts_new (1));
  for (guint i = 0; i < fz_fields_count (row, "table"); i++) {
    const char *label = fz_knowledge_files_label (fz_fields_get_at (row, "table", i, "name"));
    g_autofree char *words = table_words (row, i);

    fz_facts_add (facts, label != NULL ? label : fz_fields_get_at (row, "table", i, "label"), words, 1);
  }
}

void
fz_rules_knowledge_detail (GtkWidget *box, const FzFields *row)
{
  static const struct {
    const char *caption, *key;
    gboolean day;
  } lines[] = { { N_ ("药品知识库"), "knowledge.title" },        { N_ ("启用日"), "knowledge.since", TRUE }, { N_ ("有效期至"), "knowledge.until", TRUE },
                { N_ ("提出人"), "knowledge.by" },               { N_ ("说明"), "knowledge.words" },         { N_ ("决定人"), "knowledge.decided_by" },
                { N_ ("决定说明"), "knowledge.decision_words" }, { N_ ("摘要"), "set.sha256" } };
  FzStatus status;
  const char *state = state_word (row, &status);
  GtkWidget *head = fz_put (box, fz_line (10)), *facts = fz_put (box, fz_facts_new (1));

  fz_put_wide (head, fz_text (fz_fields_get (row, "knowledge.edition"), "fz-heading"));
  fz_put (head, fz_pill_new (status, state));
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    if (fz_fields_has (row, lines[i].key))
      (lines[i].day ? fz_facts_add_day : fz_facts_add) (facts, _ (lines[i].caption), fz_fields_get (row, lines[i].key), 1);
  put_tables (box, row);
  if (fz_fields_count (row, "gap") > 0)
    fz_put (box, fz_section_new (_ ("不覆盖"), NULL));
  for (guint i = 0; i < fz_fields_count (row, "gap"); i++)
    fz_put (box, fz_wrapped (fz_fields_get_at (row, "gap", i, NULL), "fz-soft"));
}

/* --- acts --- */

static const struct {
  const char *flag, *verdict, *label, *title, *about;
  FzButtonKind kind;
} acts[] = {
  { "knowledge.may_propose", NULL, N_ ("提出启用…"), N_ ("提出启用这一药品知识库"), N_ ("须由药师、另一名医务管理人员或安全管理员批准，到启用日才按它检查处方。"),
    FZ_BUTTON_PRIMARY },
  { "knowledge.may_decide", "approved", N_ ("批准"), NULL, NULL, FZ_BUTTON_PRIMARY },
  { "knowledge.may_decide", "declined", N_ ("不同意…"), N_ ("不同意启用"), N_ ("不会启用；理由记入签名的决定。"), FZ_BUTTON_DANGER_SOFT },
  { "knowledge.may_withdraw", "withdrawn", N_ ("撤回…"), N_ ("撤回提出"), N_ ("不会启用；可以重新提出。"), FZ_BUTTON_PLAIN },
};

typedef struct {
  GtkWidget *over;
  FzSession *session;
  char *id, *verdict; /* verdict NULL: proposes */
  GtkWidget *since;
  FzSigned done;
  GObject *owner;
} Act;

static void
act_free (gpointer data)
{
  Act *act = data;

  g_object_unref (act->over);
  g_clear_object (&act->since);
  g_object_unref (act->owner);
  fz_session_unref (act->session);
  g_free (act->id);
  g_free (act->verdict);
  g_free (act);
}

static gboolean
sign (const Act *act, const char *words, GError **error)
{
  FzSheet *sheet = act->verdict == NULL ? fz_desk_prepare_knowledge (act->session, act->id, gtk_editable_get_text (GTK_EDITABLE (act->since)), words, error)
                                        : fz_desk_prepare_knowledge_decision (act->session, act->id, act->verdict, words, error);

  if (sheet == NULL)
    return FALSE;
  fz_sign_flow_start (act->over, act->session, sheet, _ ("启用药品知识库"), act->done, g_object_ref (act->owner), g_object_unref);
  return TRUE;
}

static gboolean
on_words (FzDialog *dialog, const char *code, const char *words, gpointer user_data, GError **error)
{
  Act *act = user_data;

  if (!sign (act, words, error))
    return FALSE;
  fz_dialog_close (dialog);
  return TRUE;
}

static GtkWidget *
since_new (Act *act)
{
  g_autofree char *today = fz_date_format (fz_date_in_beijing (fz_session_now_us (act->session)));

  act->since = g_object_ref_sink (gtk_entry_new ());
  gtk_editable_set_text (GTK_EDITABLE (act->since), today);
  return fz_form_row_new (_ ("启用日"), act->since, TRUE);
}

static void
on_act (GtkButton *button, gpointer unused)
{
  const Act *known = g_object_get_data (G_OBJECT (button), "fz-act");
  guint i = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "fz-number"));
  FzReasonAsk ask = { .words_caption = _ ("理由"), .words_hint = "", .confirm = _ ("核对并签名") };
  g_autoptr (GError) error = NULL;
  Act *act;

  if (acts[i].title == NULL) {
    if (!sign (known, NULL, &error))
      fz_toast_show (known->over, FZ_STATUS_STOP, error->message);
    return;
  }
  act = g_new0 (Act, 1);
  *act = (Act){ g_object_ref (known->over), fz_session_ref (known->session), g_strdup (known->id), g_strdup (known->verdict), NULL, known->done,
                g_object_ref (known->owner) };
  ask.title = _ (acts[i].title);
  ask.subtitle = _ (acts[i].about);
  if (act->verdict == NULL)
    ask.extra = since_new (act);
  fz_dialog_reason (act->over, &ask, on_words, act, act_free);
}

void
fz_rules_knowledge_put_acts (GtkWidget *box, GtkWidget *over, FzSession *session, const FzFields *row, FzSigned done, GObject *owner)
{
  GtkWidget *line = fz_put (box, fz_line (8));

  for (guint i = 0; i < G_N_ELEMENTS (acts); i++) {
    GtkWidget *button;
    Act *act;

    if (!fz_fields_is_yes (row, acts[i].flag))
      continue;
    button = fz_put (line, fz_button_new (acts[i].kind, NULL, _ (acts[i].label)));
    act = g_new0 (Act, 1);
    *act = (Act){ g_object_ref (over), fz_session_ref (session), g_strdup (fz_fields_get (row, "knowledge.id")), g_strdup (acts[i].verdict), NULL, done,
                  g_object_ref (owner) };
    g_object_set_data_full (G_OBJECT (button), "fz-act", act, act_free);
    g_object_set_data (G_OBJECT (button), "fz-number", GUINT_TO_POINTER (i));
    g_signal_connect (button, "clicked", G_CALLBACK (on_act), NULL);
  }
  gtk_widget_set_visible (line, gtk_widget_get_first_child (line) != NULL);
  if (fz_fields_is_yes (row, "knowledge.may_try"))
    fz_knowledge_trial_put (box, session, fz_fields_get (row, "knowledge.id"));
}
