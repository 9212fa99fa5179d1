#include "ui/page_registers.h"

#include "core/date.h"
#include "ui/dialog_entry.h"
#include "ui/dialog_grant.h"
#include "ui/dialog_old_entries.h"
#include "ui/entry_words.h"
#include "ui/fact_list.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/long_work.h"
#include "ui/policy_read.h"
#include "ui/portal_duty.h"
#include "ui/recall.h"
#include "ui/record_copy.h"
#include "ui/register_list.h"
#include "ui/save_as.h"
#include "ui/talk_complaint.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SIDE_WIDTH 210
#define DETAIL_WIDTH 340

struct _FzPageRegisters {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *title, *side, *error, *segments, *search, *open, *sheets, *import, *export, *publish, *publishing, *table, *detail;
  FzFactList *rows;
  guint n_shown; /* how often an entry was shown beside the list */
  GPtrArray *registers; /* FzFields */
  FzFields *reg, *entry; /* the one shown; may be NULL */
};

#define FZ_TYPE_PAGE_REGISTERS (fz_page_registers_get_type ())
G_DECLARE_FINAL_TYPE (FzPageRegisters, fz_page_registers, FZ, PAGE_REGISTERS, GtkBox)

static void fz_page_registers_page_init (FzPageInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (FzPageRegisters, fz_page_registers, GTK_TYPE_BOX, G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, fz_page_registers_page_init))

/* --- the table --- */

static char *
number_of (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "entry.id"));
}

static char *
opened_of (gpointer item, gpointer data)
{
  FzPageRegisters *self = data;

  return fz_words_time (fz_fact_row_get (item), "entry.opened_at", fz_session_now_us (self->session));
}

static char *
about_of (gpointer item, gpointer data)
{
  FzPageRegisters *self = data;

  return self->reg != NULL ? fz_entry_about (self->reg, fz_fact_row_get (item)) : NULL;
}

static char *
kind_of (gpointer item, gpointer data)
{
  FzPageRegisters *self = data;

  for (guint i = 0; self->reg != NULL && i < fz_fields_count (self->reg, "field"); i++)
    if (g_strcmp0 (fz_fields_get_at (self->reg, "field", i, "key"), "kind") == 0)
      return fz_entry_value (self->reg, i, fz_fact_row_get (item));
  return NULL;
}

static FzStatus
state_of (gpointer item, char **word, gpointer data)
{
  FzPageRegisters *self = data;
  FzStatus status = FZ_STATUS_NEUTRAL;

  *word = self->reg != NULL ? g_strdup (fz_entry_state (self->reg, fz_fact_row_get (item), &status)) : NULL;
  return status;
}

static FzStatus
due_of (gpointer item, char **word, gpointer data)
{
  FzPageRegisters *self = data;
  const char *on = fz_fields_get_at (fz_fact_row_get (item), "due", 0, "on");
  FzStatus status = FZ_STATUS_NEUTRAL;
  g_autofree char *whole = fz_entry_due (fz_fact_row_get (item), 0, fz_session_now_us (self->session), &status);

  *word = whole == NULL ? NULL : (on != NULL ? fz_say_value (on) : g_strdup (_ ("无法计算")));
  return status;
}

static GtkWidget *
table_new (FzPageRegisters *self)
{
  FzColumn columns[] = {
    { .title = _ ("内容"), .text = about_of, .second = kind_of, .width = 180, .expand = TRUE, .strong = TRUE },
    { .title = _ ("编号"), .text = number_of, .second = opened_of, .width = 104 },
    { .title = _ ("状态"), .pill = state_of, .width = 96 },
    { .title = _ ("期限"), .pill = due_of, .width = 132 },
  };

  return fz_table_new (_ ("台账条目"), columns, G_N_ELEMENTS (columns), G_LIST_MODEL (self->rows), self);
}

/* --- one entry --- */

static void refresh (FzPage *page);
static void reload (FzPageRegisters *self);
static void select_entry (FzPageRegisters *self, const char *id);

static void
on_done (const char *entry, gpointer user_data)
{
  FzPageRegisters *self = user_data;

  fz_toast_show (GTK_WIDGET (self), FZ_STATUS_OK, _ ("已签名并记入台账"));
  refresh (FZ_PAGE (self));
  reload (self);
  select_entry (self, entry);
  fz_page_changed (GTK_WIDGET (self));
}

static void
on_move (GtkButton *button, FzPageRegisters *self)
{
  fz_dialog_entry (GTK_WIDGET (self), self->session, self->reg, self->entry, g_object_get_data (G_OBJECT (button), "fz-move"), on_done, G_OBJECT (self));
}

/* `plain`: another button is the next thing to do. */
static void
put_moves (FzPageRegisters *self, gboolean plain)
{
  GtkWidget *line = fz_put (self->detail, fz_wrap_new (8, 8));

  for (guint m = 0; m < fz_fields_count (self->entry, "move"); m++) {
    GtkWidget *button = fz_button_new (m == 0 && !plain ? FZ_BUTTON_PRIMARY : FZ_BUTTON_PLAIN, NULL, fz_entry_label (self->entry, "move", m, "label"));

    g_object_set_data_full (G_OBJECT (button), "fz-move", g_strdup (fz_fields_get_at (self->entry, "move", m, "word")), g_free);
    g_signal_connect (button, "clicked", G_CALLBACK (on_move), self);
    fz_wrap_add (line, button);
  }
}

static void
put_history (FzPageRegisters *self)
{
  fz_put (self->detail, fz_section_new (_ ("办理经过"), NULL));
  for (guint i = 0; i < fz_fields_count (self->entry, "history"); i++) {
    g_autofree char *prefix = g_strdup_printf ("history.%02u", i), *list = g_strconcat (prefix, ".line", NULL), *when = NULL, *head = NULL;
    g_autoptr (FzFields) step = fz_fields_dup_below (self->entry, prefix, "fuzhen.step/v1");
    GtkWidget *card = fz_put (self->detail, fz_column (2));

    when = fz_words_time (step, "signed_at", fz_session_now_us (self->session));
    head = g_strdup_printf ("%s　%s · %s", fz_fields_get (step, "move_label"), fz_fields_get (step, "by"), when);
    fz_put (card, fz_wrapped (head, "fz-strong"));
    for (guint l = 0; l < fz_fields_count (self->entry, list); l++) {
      g_autofree char *line = g_strdup_printf (_ ("%s：%s"), fz_fields_get_at (self->entry, list, l, "label"), fz_fields_get_at (self->entry, list, l, "text"));

      fz_put (card, fz_wrapped (line, "fz-soft"));
    }
    if (fz_fields_has (step, "words"))
      fz_put (card, fz_wrapped (fz_fields_get (step, "words"), "fz-soft"));
  }
}

static void
on_attachment_path (GtkWidget *over, const char *path, gpointer data)
{
  FzPageRegisters *self = FZ_PAGE_REGISTERS (over);
  g_autoptr (GError) error = NULL;

  if (self->entry == NULL)
    return;
  if (fz_desk_save_attachment (self->session, fz_fields_get (self->entry, "entry.id"), GPOINTER_TO_UINT (data), path, &error))
    fz_toast_show (over, FZ_STATUS_OK, _ ("附件已保存"));
  else
    fz_toast_show (over, FZ_STATUS_STOP, error->message);
}

static void
on_attachment (GtkButton *button, FzPageRegisters *self)
{
  guint i = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "fz-attachment"));

  fz_save_as (GTK_WIDGET (self), _ ("附件另存为"), fz_fields_get_at (self->entry, "attachment", i, "name"), on_attachment_path, GUINT_TO_POINTER (i));
}

static void
put_attachments (FzPageRegisters *self)
{
  guint n = fz_fields_count (self->entry, "attachment");

  if (n > 0)
    fz_put (self->detail, fz_section_new (_ ("附件"), NULL));
  for (guint i = 0; i < n; i++) {
    GtkWidget *line = fz_put (self->detail, fz_line (8)), *button;
    const char *name = fz_fields_get_at (self->entry, "attachment", i, "name");
    g_autofree char *label = g_strdup_printf (_ ("另存附件 %s"), name);

    gtk_widget_set_hexpand (fz_put_wide (line, fz_wrapped (name, "fz-soft")), TRUE);
    button = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, NULL, _ ("另存…")));
    fz_access_label (button, label);
    g_object_set_data (G_OBJECT (button), "fz-attachment", GUINT_TO_POINTER (i));
    g_signal_connect (button, "clicked", G_CALLBACK (on_attachment), self);
  }
}

static void
on_exported (const char *entry, gpointer owner)
{
  FzPageRegisters *self = FZ_PAGE_REGISTERS (owner);

  refresh (FZ_PAGE (self));
  reload (self);
  select_entry (self, entry);
  fz_page_changed (GTK_WIDGET (self));
}

/* Said in a field or choice that the register has no more: shown in the words of its document. */
static gboolean
is_former (const FzFields *entry, const char *key)
{
  for (guint i = 0; i < fz_fields_count (entry, "former"); i++)
    if (g_strcmp0 (fz_fields_get_at (entry, "former", i, "key"), key) == 0)
      return TRUE;
  return FALSE;
}

static void
show_entry (FzPageRegisters *self)
{
  GtkWidget *head = fz_put (self->detail, fz_line (10)), *facts;
  FzStatus standing;
  const char *state = fz_entry_state (self->reg, self->entry, &standing);
  gboolean plain;

  fz_put_wide (head, fz_text (fz_fields_get (self->entry, "entry.id"), "fz-heading"));
  fz_put (head, fz_pill_new (standing, state));
  for (guint i = 0; i < fz_fields_count (self->entry, "due"); i++) {
    FzStatus status;
    g_autofree char *due = fz_entry_due (self->entry, i, fz_session_now_us (self->session), &status);

    if (due != NULL)
      fz_put (self->detail, fz_pill_new (status, due));
  }
  plain = fz_portal_duty_put (self->detail, self->session, self->entry, on_exported, GTK_WIDGET (self));
  plain = fz_recall_put (self->detail, self->session, self->entry, on_exported, GTK_WIDGET (self)) || plain;
  plain = fz_record_copy_put (self->detail, self->session, self->entry, on_exported, GTK_WIDGET (self)) || plain;
  plain = fz_policy_read_put (self->detail, self->session, self->entry, GTK_WIDGET (self)) || plain;
  put_moves (self, plain);
  fz_talk_complaint_put (self->detail, self->session, self->reg, self->entry);
  facts = fz_put (self->detail, fz_facts_new (1));
  fz_facts_add (facts, _ ("负责人"), fz_fields_has (self->entry, "entry.owner_name") ? fz_fields_get (self->entry, "entry.owner_name") : _ ("由程序登记，尚无人接手"), 1);
  for (guint i = 0; i < fz_fields_count (self->reg, "field"); i++) {
    g_autofree char *value = is_former (self->entry, fz_fields_get_at (self->reg, "field", i, "key")) ? NULL : fz_entry_value (self->reg, i, self->entry);

    if (value != NULL && fz_fields_get_at (self->reg, "field", i, "common") == NULL)
      fz_facts_add (facts, fz_entry_label (self->reg, "field", i, "label"), value, 1);
  }
  for (guint i = 0; i < fz_fields_count (self->entry, "former"); i++)
    fz_facts_add (facts, fz_fields_get_at (self->entry, "former", i, "label"), fz_fields_get_at (self->entry, "former", i, "text"), 1);
  put_attachments (self);
  put_history (self);
}

static void
on_selected (FzTable *table, FzFactRow *row, FzPageRegisters *self)
{
  g_autoptr (GError) error = NULL;

  fz_empty (self->detail);
  self->n_shown++;
  g_clear_pointer (&self->entry, fz_fields_unref);
  if (row != NULL)
    self->entry = fz_desk_read_entry (self->session, fz_fact_row_text (row, "entry.id"), &error);
  if (self->entry != NULL)
    show_entry (self);
  else if (error != NULL)
    fz_put (self->detail, fz_page_error_new (error));
  else
    fz_put_wide (self->detail, fz_empty_state_new ("list", _ ("选择一条"), _ ("这里显示内容、期限和办理经过。"), NULL));
}

static void
select_entry (FzPageRegisters *self, const char *id)
{
  guint at = id != NULL ? fz_fact_list_find (self->rows, "entry.id", id) : GTK_INVALID_LIST_POSITION;

  if (at != GTK_INVALID_LIST_POSITION)
    fz_table_select (FZ_TABLE (self->table), at);
}

/* --- one register --- */

/* The one beside the list is read anew, whether its row is another or not: what was signed for it may stand in its history alone. */
static void
reload (FzPageRegisters *self)
{
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  g_autofree char *chosen = self->entry != NULL ? g_strdup (fz_fields_get (self->entry, "entry.id")) : NULL, *text = NULL;
  g_autoptr (GError) error = NULL;
  guint before = self->n_shown;

  if (self->reg == NULL)
    return;
  text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search))));
  fz_fields_set (filter, "register", fz_fields_get (self->reg, "name"));
  fz_fields_set (filter, "text", text);
  fz_fields_set_bool (filter, "open", g_strcmp0 (fz_segments_get_active (FZ_SEGMENTS (self->segments)), "all") != 0);
  fz_fields_set_bool (filter, "mine", g_strcmp0 (fz_segments_get_active (FZ_SEGMENTS (self->segments)), "mine") == 0);
  fz_fact_list_set_filter (self->rows, filter);
  fz_fact_list_reload (self->rows, &error);
  fz_page_tell (self->error, self->table, error);
  select_entry (self, chosen);
  if (self->n_shown == before)
    on_selected (NULL, fz_table_get_selected (FZ_TABLE (self->table)), self);
}

static void
show_register (FzPageRegisters *self, const FzFields *row)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->reg, fz_fields_unref);
  g_clear_pointer (&self->entry, fz_fields_unref);
  if (!fz_long_work_is_running (FZ_LONG_WORK (self->publishing)))
    gtk_widget_set_visible (self->publishing, FALSE); /* what came of it is of the register that was left */
  self->reg = fz_desk_read_register (self->session, fz_fields_get (row, "name"), &error);
  fz_section_set_subtitle (self->title, fz_entry_label (row, NULL, 0, "title"));
  gtk_widget_set_visible (self->open, fz_fields_has (row, "opens"));
  gtk_widget_set_visible (self->sheets, g_str_has_prefix (fz_fields_get (row, "name"), "downtime"));
  gtk_widget_set_visible (self->import, fz_fields_has (row, "old_entries"));
  gtk_widget_set_visible (self->publish, g_strcmp0 (fz_fields_get (row, "name"), "published") == 0);
  if (fz_fields_has (row, "opens"))
    fz_button_set_label (self->open, fz_entry_label (row, NULL, 0, "opens_label"));
  if (self->reg != NULL) {
    reload (self);
    return;
  }
  fz_page_tell (self->error, self->table, error);
  on_selected (NULL, NULL, self);
}

static void
on_register (const FzFields *row, gpointer data)
{
  show_register (data, row);
}

static void
on_open (GtkButton *button, FzPageRegisters *self)
{
  const char *move = self->reg != NULL ? fz_fields_get_at (self->reg, "move", 0, "word") : NULL;

  if (move != NULL)
    fz_dialog_entry (GTK_WIDGET (self), self->session, self->reg, NULL, move, on_done, G_OBJECT (self));
}

/* One of the two at a time. */
static void
hold (FzPageRegisters *self, gboolean busy)
{
  gtk_widget_set_sensitive (self->publish, !busy);
  gtk_widget_set_sensitive (self->export, !busy);
}

typedef struct {
  char *name, *path;
} Export;

static void
export_free (gpointer data)
{
  Export *export = data;

  g_free (export->name);
  g_free (export->path);
  g_free (export);
}

/* By the ending of the name: what is no .csv is written for a spreadsheet. */
static char *
write_register (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer data, GError **error)
{
  Export *export = data;

  if (!fz_desk_export_register (session, export->name, g_str_has_suffix (export->path, ".csv") ? "csv" : "xlsx", export->path, error))
    return NULL;
  return g_strdup_printf (_ ("台账已导出：%s"), export->path);
}

static void
on_export_path (GtkWidget *over, const char *path, gpointer data)
{
  FzPageRegisters *self = FZ_PAGE_REGISTERS (over);
  Export *export = g_new0 (Export, 1);

  export->name = g_strdup (self->reg != NULL ? fz_fields_get (self->reg, "name") : "");
  export->path = g_strdup (path);
  if (!fz_long_work_run (FZ_LONG_WORK (self->publishing), _ ("导出台账"), FALSE, write_register, export, export_free))
    fz_toast_show (over, FZ_STATUS_WARN, _ ("上一件还没有做完，请稍候再导出。"));
  else
    hold (self, TRUE);
}

static void
on_asked (GPtrArray *ids, gpointer data)
{
  fz_toast_show (GTK_WIDGET (data), FZ_STATUS_OK, _ ("已提出申请，由另一人在“授权”页批准后可以导出"));
  fz_page_changed (GTK_WIDGET (data));
}

/* What it is about stands there already. */
static void
ask_leave (FzPageRegisters *self)
{
  g_autoptr (FzFields) start = fz_fields_new ("fuzhen.grant_ask/v1");

  fz_fields_set (start, "kind", "export");
  fz_fields_set (start, "scope.report", "register");
  fz_fields_set (start, "scope.subject", fz_fields_get (self->reg, "name"));
  fz_dialog_grant (GTK_WIDGET (self), self->session, start, on_asked, G_OBJECT (self));
}

/* By leave of a second person: with one, where to; while one waits, that it does; else the form that asks for one. */
static void
on_export (GtkButton *button, FzPageRegisters *self)
{
  g_autofree char *name = self->reg != NULL ? g_strdup_printf ("%s.xlsx", fz_fields_get (self->reg, "title")) : NULL, *waits = NULL;
  g_autoptr (FzFields) scope = fz_fields_new ("fuzhen.scope/v1"), grant = NULL;
  g_autoptr (GError) error = NULL;
  const char *state;

  if (name == NULL)
    return;
  fz_fields_set (scope, "report", "register");
  fz_fields_set (scope, "subject", fz_fields_get (self->reg, "name"));
  grant = fz_desk_find_grant (self->session, "export", scope, &error);
  state = grant != NULL ? fz_fields_get (grant, "grant.state") : NULL;
  if (grant == NULL)
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_STOP, error->message);
  else if (g_strcmp0 (state, "granted") == 0)
    fz_save_as (GTK_WIDGET (self), _ ("导出台账（.xlsx 或 .csv）"), name, on_export_path, NULL);
  else if (state == NULL)
    ask_leave (self);
  else {
    waits = g_strdup_printf (_ ("%s 已经申请导出这一台账，待另一人在“授权”页批准。"), fz_fields_get (grant, "grant.id"));
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_WARN, waits);
  }
}

/* --- paper for when the program is down --- */

#define SHEETS 20

static void
on_sheets_path (GtkWidget *over, const char *path, gpointer data)
{
  FzPageRegisters *self = FZ_PAGE_REGISTERS (over);
  g_autoptr (GError) error = NULL;

  if (fz_desk_save_downtime_sheets (self->session, SHEETS, path, &error))
    fz_toast_show (over, FZ_STATUS_OK, _ ("已制作20张停机登记单，编号各不相同；请打印后放在诊间备用"));
  else
    fz_toast_show (over, FZ_STATUS_STOP, error->message);
}

static void
on_sheets (GtkButton *button, FzPageRegisters *self)
{
  fz_save_as (GTK_WIDGET (self), _ ("停机登记单存为 PDF"), _ ("停机登记单.pdf"), on_sheets_path, NULL);
}

/* --- what an older register says --- */

static void
on_taken_over (gpointer owner)
{
  FzPageRegisters *self = FZ_PAGE_REGISTERS (owner);

  refresh (FZ_PAGE (self));
  reload (self);
  fz_page_changed (GTK_WIDGET (self));
}

static void
on_import (GtkButton *button, FzPageRegisters *self)
{
  if (self->reg != NULL)
    fz_dialog_old_entries (GTK_WIDGET (self), self->session, self->reg, on_taken_over, G_OBJECT (self));
}

/* --- what the hospital shows its patients --- */

static void
on_progress (guint64 done, guint64 total, gpointer work)
{
  fz_long_work_report (work, done, total);
}

static char *
publish (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer folder, GError **error)
{
  g_autoptr (FzFields) made = NULL;

  fz_long_work_leaves (work, _ ("已停止，没有留下公示材料。"));
  made = fz_desk_export_publication (session, folder, stop, on_progress, work, error);
  return made != NULL ? g_strdup_printf (_ ("公示材料已写入“%s”：网页 index.html 和 publication.pdf"), fz_fields_get (made, "folder")) : NULL;
}

static void
on_published (FzLongWork *work, gboolean good, FzPageRegisters *self)
{
  hold (self, FALSE);
  if (!good)
    return;
  fz_toast_show (GTK_WIDGET (self), FZ_STATUS_OK, fz_long_work_get_said (work));
  gtk_widget_set_visible (GTK_WIDGET (work), FALSE); /* the lists below are of other registers too */
}

static void
on_publish_folder (GtkWidget *over, const char *path, gpointer data)
{
  FzPageRegisters *self = FZ_PAGE_REGISTERS (over);

  if (fz_long_work_run (FZ_LONG_WORK (self->publishing), _ ("制作公示材料"), TRUE, publish, g_strdup (path), g_free))
    hold (self, TRUE);
}

static void
on_publish (GtkButton *button, FzPageRegisters *self)
{
  g_autofree char *day = fz_date_format (fz_date_in_beijing (fz_session_now_us (self->session))), *name = g_strdup_printf (_ ("公示_%s"), day);

  fz_save_as (GTK_WIDGET (self), _ ("公示材料放在哪里（新文件夹）"), name, on_publish_folder, NULL);
}

static void
on_filter (GtkWidget *widget, FzPageRegisters *self)
{
  reload (self);
}

static void
on_segment (FzSegments *segments, const char *id, FzPageRegisters *self)
{
  reload (self);
}

/* --- the page --- */

/* Reading entries is an act in the audit log: the window's clock does not do it over and over. */
static void
refresh (FzPage *page)
{
  FzPageRegisters *self = FZ_PAGE_REGISTERS (page);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) registers = fz_desk_list_registers (self->session, &error);

  if (registers == NULL) {
    fz_page_tell (self->error, self->table, error);
    return;
  }
  if (fz_facts_are_same (self->registers, registers))
    return;
  g_clear_pointer (&self->registers, g_ptr_array_unref);
  self->registers = g_steal_pointer (&registers);
  fz_register_list_set (self->side, self->registers);
  if (self->reg == NULL && self->registers->len > 0)
    show_register (self, fz_register_list_select (self->side, NULL));
  else
    reload (self);
}

#define BY_NAME "register/"

static void
find_registers (FzPage *page, const char *text, GListStore *rows)
{
  FzPageRegisters *self = FZ_PAGE_REGISTERS (page);

  for (guint i = 0; self->registers != NULL && i < self->registers->len; i++) {
    const FzFields *row = self->registers->pdata[i];
    const char *title = fz_entry_label (row, NULL, 0, "title");

    fz_search_rows_offer (rows, text, &(FzSearchName){ BY_NAME, fz_fields_get (row, "name"), title, fz_fields_get (row, "title"), _ ("台账"), NULL });
  }
}

/* By its number, whatever is shown now: its register with all that was ever entered, and that one chosen. */
static void
open_entry (FzPageRegisters *self, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) entry = fz_desk_read_entry (self->session, id, &error);
  const FzFields *row;

  if (entry == NULL) {
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_STOP, error->message);
    return;
  }
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  fz_segments_set_active (FZ_SEGMENTS (self->segments), "all");
  row = fz_register_list_select (self->side, fz_fields_get (entry, "entry.register"));
  if (row != NULL)
    show_register (self, row);
  select_entry (self, id);
  if (self->entry == NULL || g_strcmp0 (fz_fields_get (self->entry, "entry.id"), id) != 0) { /* further down than what is read */
    gtk_editable_set_text (GTK_EDITABLE (self->search), id);
    reload (self);
    select_entry (self, id);
  }
}

/* A register by its name, or an entry by its number. */
static void
open_found (FzPage *page, const char *id)
{
  FzPageRegisters *self = FZ_PAGE_REGISTERS (page);
  const FzFields *row;

  if (!g_str_has_prefix (id, BY_NAME)) {
    open_entry (self, id);
    return;
  }
  row = fz_register_list_select (self->side, id + strlen (BY_NAME));
  if (row != NULL)
    show_register (self, row);
  fz_register_list_focus (self->side);
}

static void
fz_page_registers_page_init (FzPageInterface *iface)
{
  iface->refresh = refresh;
  iface->search = find_registers;
  iface->open = open_found;
}

static void
fz_page_registers_finalize (GObject *object)
{
  FzPageRegisters *self = FZ_PAGE_REGISTERS (object);

  g_object_unref (self->rows);
  g_clear_pointer (&self->registers, g_ptr_array_unref);
  g_clear_pointer (&self->reg, fz_fields_unref);
  g_clear_pointer (&self->entry, fz_fields_unref);
  fz_session_unref (self->session);
  G_OBJECT_CLASS (fz_page_registers_parent_class)->finalize (object);
}

/* The buttons of an entry hold the page until they are gone. */
static void
fz_page_registers_unroot (GtkWidget *widget)
{
  fz_empty (FZ_PAGE_REGISTERS (widget)->detail);
  GTK_WIDGET_CLASS (fz_page_registers_parent_class)->unroot (widget);
}

static void
fz_page_registers_class_init (FzPageRegistersClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_page_registers_finalize;
  GTK_WIDGET_CLASS (class)->unroot = fz_page_registers_unroot;
}

static void
fz_page_registers_init (FzPageRegisters *self)
{
}

static GtkWidget *
bar_new (FzPageRegisters *self)
{
  GtkWidget *bar = fz_line (10);

  gtk_widget_add_css_class (bar, "fz-detail");
  self->segments = fz_put (bar, fz_segments_new (_ ("范围")));
  fz_segments_add (FZ_SEGMENTS (self->segments), "open", _ ("未办结"));
  fz_segments_add (FZ_SEGMENTS (self->segments), "mine", _ ("我负责的"));
  fz_segments_add (FZ_SEGMENTS (self->segments), "all", _ ("全部"));
  self->search = fz_put_wide (bar, gtk_search_entry_new ());
  fz_access_label (self->search, _ ("在台账中查找"));
  g_object_set (self->search, "placeholder-text", _ ("查找内容或编号"), "tooltip-text", _ ("查找内容或编号"), NULL);
  self->open = fz_put (bar, fz_button_new (FZ_BUTTON_PRIMARY, "plus", _ ("登记")));
  return bar;
}

/* What is done with a register as a whole stands above it. */
static GtkWidget *
acts_new (FzPageRegisters *self)
{
  GtkWidget *acts = fz_line (10);

  self->publish = fz_put (acts, fz_button_new (FZ_BUTTON_PLAIN, "report", _ ("公示材料…")));
  self->sheets = fz_put (acts, fz_button_new (FZ_BUTTON_PLAIN, "print", _ ("停机登记单…")));
  gtk_widget_set_visible (self->sheets, FALSE);
  self->import = fz_put (acts, fz_button_new (FZ_BUTTON_PLAIN, "download", _ ("导入旧台账…")));
  self->export = fz_put (acts, fz_button_new (FZ_BUTTON_PLAIN, "file", _ ("导出…")));
  gtk_widget_set_visible (self->publish, FALSE);
  gtk_widget_set_visible (self->import, FALSE);
  gtk_widget_set_visible (self->export, fz_session_get_role (self->session) == FZ_ROLE_AFFAIRS);
  return acts;
}

GtkWidget *
fz_page_registers_new (FzSession *session)
{
  FzPageRegisters *self = g_object_new (FZ_TYPE_PAGE_REGISTERS, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 14, NULL);
  GtkWidget *page = GTK_WIDGET (self), *below, *left, *card, *right;

  self->session = fz_session_ref (session);
  self->rows = fz_fact_list_new (session, FZ_LIST_ENTRIES, NULL);
  gtk_widget_add_css_class (page, "fz-page");
  self->title = fz_put (page, fz_page_title_new (_ ("台账"), ""));
  fz_section_add_end (self->title, acts_new (self));
  self->publishing = fz_put (page, fz_long_work_new (self->session));
  below = fz_put_wide (page, fz_line (14));
  left = fz_put (below, fz_card_new ());
  gtk_widget_set_size_request (left, SIDE_WIDTH, -1);
  gtk_widget_set_hexpand (left, FALSE);
  self->side = fz_put_wide (left, fz_register_list_new (on_register, self));
  card = fz_put_wide (below, fz_card_new ());
  fz_put (card, bar_new (self));
  self->error = fz_put (card, fz_column (0));
  self->table = fz_put_wide (card, table_new (self));
  fz_access_controls (self->segments, self->table);
  fz_access_controls (self->search, self->table);
  fz_table_set_empty (FZ_TABLE (self->table), fz_empty_state_new ("list", _ ("没有条目"), _ ("没有符合条件的条目；可切换到“全部”，或新登记一条。"), NULL));
  right = fz_put (below, fz_card_new ());
  gtk_widget_set_size_request (right, DETAIL_WIDTH, -1);
  gtk_widget_set_hexpand (right, FALSE);
  self->detail = fz_column (12);
  gtk_widget_add_css_class (self->detail, "fz-detail");
  fz_put_wide (right, fz_scrolled (self->detail));
  g_signal_connect (self->table, "selected", G_CALLBACK (on_selected), self);
  g_signal_connect (self->open, "clicked", G_CALLBACK (on_open), self);
  g_signal_connect (self->sheets, "clicked", G_CALLBACK (on_sheets), self);
  g_signal_connect (self->publishing, "ended", G_CALLBACK (on_published), self);
  g_signal_connect (self->import, "clicked", G_CALLBACK (on_import), self);
  g_signal_connect (self->export, "clicked", G_CALLBACK (on_export), self);
  g_signal_connect (self->publish, "clicked", G_CALLBACK (on_publish), self);
  g_signal_connect (self->search, "search-changed", G_CALLBACK (on_filter), self);
  g_signal_connect (self->segments, "changed", G_CALLBACK (on_segment), self);
  on_selected (NULL, NULL, self);
  refresh (FZ_PAGE (self));
  return page;
}
