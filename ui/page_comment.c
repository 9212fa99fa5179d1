#include "ui/page_comment.h"

#include "ui/comment_acts.h"
#include "ui/comment_card.h"
#include "ui/comment_sample.h"
#include "ui/fact_list.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/rx_context.h"
#include "ui/rx_sheet.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

#define LIST_WIDTH 328
#define RIGHT_WIDTH 290

struct _FzPageComment {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *sample, *segments, *table, *error, *middle, *right, *acts;
  GListStore *rows;  /* FzFactRow of what is shown */
  GPtrArray *items;  /* FzFields of the sample */
  GPtrArray *codes, *defects;
  FzFields *item;    /* the one in the middle */
  GError *trouble; /* why nothing could be listed; NULL: it could */
};

#define FZ_TYPE_PAGE_COMMENT (fz_page_comment_get_type ())
G_DECLARE_FINAL_TYPE (FzPageComment, fz_page_comment, FZ, PAGE_COMMENT, GtkBox)

static void fz_page_comment_page_init (FzPageInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (FzPageComment, fz_page_comment, GTK_TYPE_BOX, G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, fz_page_comment_page_init))

static void reload (FzPageComment *self, gboolean next);

static gboolean
is_doctor (FzPageComment *self)
{
  return fz_session_get_role (self->session) == FZ_ROLE_DOCTOR;
}

static const char *
plan_of (FzPageComment *self)
{
  return fz_comment_sample_get_plan (FZ_COMMENT_SAMPLE (self->sample));
}

/* --- the list --- */

static char *
number_of (gpointer row, gpointer data)
{
  return g_strdup (fz_fact_row_text (row, "comment.number"));
}

static char *
about_of (gpointer row, gpointer data)
{
  const char *diagnosis = fz_fact_row_text (row, "diagnosis.00.name");

  return g_strdup_printf ("%s · %s", fz_fact_row_text (row, "comment.position"), *diagnosis != '\0' ? diagnosis : fz_fact_row_text (row, "rx.department_name"));
}

static FzStatus
state_of (gpointer row, char **word, gpointer data)
{
  FzStatus status = FZ_STATUS_NEUTRAL;

  *word = g_strdup (fz_comment_row_state (fz_fact_row_get (row), &status));
  return status;
}

static GtkWidget *
table_new (FzPageComment *self)
{
  FzColumn columns[] = {
    { .title = _ ("处方或病历"), .text = number_of, .second = about_of, .width = 150, .expand = TRUE, .strong = TRUE },
    { .title = _ ("进度"), .pill = state_of, .width = 126 },
  };

  return fz_table_new (_ ("点评清单"), columns, G_N_ELEMENTS (columns), G_LIST_MODEL (self->rows), self);
}

/* --- signing --- */

static void
on_failed (FzCommentActs *acts, const char *message, FzPageComment *self)
{
  fz_empty (self->error);
  gtk_widget_set_visible (self->error, message != NULL);
  if (message != NULL)
    fz_put (self->error, fz_finding_card_new (FZ_STATUS_STOP, _ ("没有完成"), message, NULL));
}

static void
say (FzPageComment *self, const GError *error)
{
  on_failed (NULL, error != NULL ? error->message : NULL, self);
}

static void
on_signed (FzCommentActs *acts, GPtrArray *ids, FzPageComment *self)
{
  fz_toast_show (GTK_WIDGET (self), FZ_STATUS_OK, _ ("已签名并记入"));
  reload (self, TRUE);
  fz_page_changed (GTK_WIDGET (self));
}

/* --- the prescription in the middle --- */

static void
put_until (FzPageComment *self)
{
  g_autofree char *until = fz_say_value (fz_fields_get (self->item, "confirm.until"));
  g_autofree char *text = until != NULL ? g_strdup_printf (_ ("请在 %s 之前（含当日）认可或申诉；到期不答复的，结果不再更改。"), until) : NULL;

  if (text != NULL)
    fz_put (self->right, fz_finding_card_new (FZ_STATUS_WARN, _ ("等待您的答复"), text, NULL));
}

static void
show_item (FzPageComment *self)
{
  gint64 now_us = fz_session_now_us (self->session);
  gboolean record = fz_comment_is_of_record (self->item);
  GtkWidget *said = fz_comment_said_new (self->item, record ? self->defects : self->codes, now_us);

  if (g_strcmp0 (fz_fields_get (self->item, "comment.act"), "reply") == 0)
    put_until (self);
  if (said != NULL)
    fz_put (self->right, said);
  if (record) {
    fz_put (self->middle, fz_comment_record_new (self->item, now_us));
    if (fz_session_get_role (self->session) == FZ_ROLE_AFFAIRS && g_strcmp0 (fz_fields_get (self->item, "comment.place"), "online") == 0)
      fz_put (self->right, fz_comment_noticed_new (self->item));
    return;
  }
  fz_put (self->middle, fz_rx_sheet_new (self->item, now_us));
  fz_put (self->right, fz_comment_found_new (self->item));
  fz_put (self->right, fz_rx_patient_new (self->item));
}

static const char *
empty_text (FzPageComment *self)
{
  if (is_doctor (self))
    return _ ("您的处方被抽中点评、病历被抽中质控，有结果后在这里查看；可以认可或申诉，乙级、丙级病历在期限内整改。");
  if (fz_session_get_role (self->session) == FZ_ROLE_AFFAIRS)
    return _ ("处方和病历按月随机抽样，处方也可写明目的作专项点评；样本由随机数和审计日志决定，可以重新抽出核对。");
  return _ ("医务管理人员抽样后，待点评的处方列在左侧；本人开具或审核的由另一位药师点评。");
}

static void
show_nothing (FzPageComment *self, const GError *error)
{
  GtkWidget *card = fz_put_wide (self->middle, fz_card_new ());

  if (error != NULL)
    fz_put_wide (card, fz_page_error_new (error));
  else
    fz_put_wide (card, fz_empty_state_new ("scales", self->rows != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->rows)) > 0 ? _ ("选择一份") : _ ("没有要办理的点评"),
                                           empty_text (self), NULL));
}

static void
on_selected (FzTable *table, FzFactRow *row, FzPageComment *self)
{
  g_autoptr (GError) error = NULL;

  if (row != NULL && self->item != NULL && g_strcmp0 (fz_fields_get (self->item, "comment.prescription"), fz_fact_row_text (row, "comment.prescription")) == 0 &&
      g_strcmp0 (fz_fields_get (self->item, "comment.state"), fz_fact_row_text (row, "comment.state")) == 0)
    return; /* reading is an act: what did not change is not read again */
  g_clear_pointer (&self->item, fz_fields_unref);
  fz_empty (self->middle);
  fz_empty (self->right);
  say (self, NULL);
  if (row != NULL)
    self->item = fz_desk_read_comment (self->session, fz_fact_row_text (row, "comment.plan"), fz_fact_row_text (row, "comment.prescription"), &error);
  fz_comment_acts_set_item (FZ_COMMENT_ACTS (self->acts), self->item);
  if (self->item != NULL)
    show_item (self);
  else
    show_nothing (self, error != NULL ? error : self->trouble);
}

/* --- what is listed --- */

static gboolean
is_wanted (FzPageComment *self, const FzFields *item)
{
  return g_strcmp0 (fz_segments_get_active (FZ_SEGMENTS (self->segments)), "all") == 0 || fz_fields_has (item, "comment.act");
}

/* The same one again; after a signature the next that waits. */
static void
fill (FzPageComment *self, gboolean next)
{
  g_autofree char *before = self->item != NULL ? g_strdup (fz_fields_get (self->item, "comment.prescription")) : NULL;
  guint at = GTK_INVALID_LIST_POSITION, n = 0, was = 0;
  gboolean found = FALSE;

  g_list_store_remove_all (self->rows);
  for (guint i = 0; self->items != NULL && i < self->items->len; i++) {
    g_autoptr (FzFactRow) row = NULL;
    gboolean same = g_strcmp0 (fz_fields_get (self->items->pdata[i], "comment.prescription"), before) == 0;

    if (same)
      was = n;
    if (!is_wanted (self, self->items->pdata[i]))
      continue;
    row = fz_fact_row_new (self->items->pdata[i]);
    g_list_store_append (self->rows, row);
    if (same && !(next && !fz_fields_has (self->items->pdata[i], "comment.act"))) {
      found = TRUE;
      at = n;
    }
    n++;
  }
  if (!found && n > 0)
    at = MIN (was, n - 1);
  fz_table_select (FZ_TABLE (self->table), at);
  if (n == 0)
    on_selected (NULL, NULL, self);
}

static void
reload (FzPageComment *self, gboolean next)
{
  gboolean reads = fz_session_get_role (self->session) != FZ_ROLE_SECURITY;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->items, g_ptr_array_unref);
  if (fz_comment_sample_reload (FZ_COMMENT_SAMPLE (self->sample), &error) && reads && (is_doctor (self) || plan_of (self) != NULL))
    self->items = fz_desk_list_comments (self->session, plan_of (self), &error);
  g_clear_error (&self->trouble);
  self->trouble = g_steal_pointer (&error);
  gtk_widget_set_visible (self->table, self->trouble == NULL);
  fill (self, next);
}

static void
on_chosen (FzCommentSample *sample, FzPageComment *self)
{
  reload (self, FALSE);
}

static void
on_segment (FzSegments *segments, const char *id, FzPageComment *self)
{
  fill (self, FALSE);
}

/* --- keys --- */

static void
move (FzPageComment *self, int by)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->rows)), at = 0;

  for (guint i = 0; i < n; i++) {
    g_autoptr (FzFactRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), i);

    if (self->item != NULL && g_strcmp0 (fz_fact_row_text (row, "comment.prescription"), fz_fields_get (self->item, "comment.prescription")) == 0)
      at = i;
  }
  if (n > 0)
    fz_table_select (FZ_TABLE (self->table), (guint) CLAMP ((int) at + by, 0, (int) n - 1));
}

static gboolean
on_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, FzPageComment *self)
{
  if ((mods & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    return FALSE;
  switch (gdk_keyval_to_lower (keyval)) {
  case GDK_KEY_j:
    move (self, 1);
    return TRUE;
  case GDK_KEY_k:
    move (self, -1);
    return TRUE;
  default:
    return fz_comment_acts_take_key (FZ_COMMENT_ACTS (self->acts), keyval);
  }
}

/* --- the page --- */

/* The keys are the page's as soon as it is shown, but never taken from what somebody is at. */
static void
take_focus (FzPageComment *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (root != NULL && (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self))))
    gtk_widget_child_focus (self->table, GTK_DIR_TAB_FORWARD);
}

/* Listing is an act in the audit log: the window's clock does it only when something changed. */
static void
refresh (FzPage *page)
{
  FzPageComment *self = FZ_PAGE_COMMENT (page);
  g_autoptr (GPtrArray) plans = is_doctor (self) ? NULL : fz_desk_list_comment_plans (self->session, NULL);
  gboolean same = self->items != NULL && fz_comment_sample_shows (FZ_COMMENT_SAMPLE (self->sample), plans);

  if (!same)
    reload (self, FALSE);
  take_focus (self);
}

static void
fz_page_comment_page_init (FzPageInterface *iface)
{
  iface->refresh = refresh;
}

static void
fz_page_comment_finalize (GObject *object)
{
  FzPageComment *self = FZ_PAGE_COMMENT (object);

  g_object_unref (self->rows);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->codes, g_ptr_array_unref);
  g_clear_pointer (&self->defects, g_ptr_array_unref);
  g_clear_pointer (&self->item, fz_fields_unref);
  g_clear_error (&self->trouble);
  fz_session_unref (self->session);
  G_OBJECT_CLASS (fz_page_comment_parent_class)->finalize (object);
}

static void
fz_page_comment_class_init (FzPageCommentClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_page_comment_finalize;
}

static void
fz_page_comment_init (FzPageComment *self)
{
}

static void
build_top (FzPageComment *self)
{
  self->acts = fz_comment_acts_new (self->session, self->codes, self->defects);
  self->segments = fz_segments_new (_ ("范围"));
  fz_segments_add (FZ_SEGMENTS (self->segments), "mine", _ ("待我办理"));
  fz_segments_add (FZ_SEGMENTS (self->segments), "all", _ ("全部"));
  if (is_doctor (self))
    fz_segments_set_active (FZ_SEGMENTS (self->segments), "all");
  self->sample = fz_put (GTK_WIDGET (self), fz_comment_sample_new (self->session, FZ_COMMENT_ACTS (self->acts), self->segments));
}

static void
build_middle (FzPageComment *self, GtkWidget *below)
{
  GtkWidget *column = fz_put_wide (below, fz_column (12));

  self->error = fz_put (column, fz_column (0));
  self->middle = fz_column (12);
  fz_put_wide (column, fz_scrolled (self->middle));
  fz_put (column, self->acts);
  g_signal_connect (self->acts, "signed", G_CALLBACK (on_signed), self);
  g_signal_connect (self->acts, "failed", G_CALLBACK (on_failed), self);
}

static void
build_below (FzPageComment *self)
{
  GtkWidget *below = fz_put_wide (GTK_WIDGET (self), fz_line (14)), *card = fz_put (below, fz_card_new ()), *scroll;

  gtk_widget_set_size_request (card, LIST_WIDTH, -1);
  gtk_widget_set_hexpand (card, FALSE);
  self->table = fz_put_wide (card, table_new (self));
  fz_access_controls (self->segments, self->table);
  fz_table_set_first (FZ_TABLE (self->table), TRUE);
  fz_table_set_empty (FZ_TABLE (self->table), fz_empty_state_new ("scales", _ ("没有要办理的"), _ ("可切换到“全部”。"), NULL));
  build_middle (self, below);
  self->right = fz_column (12);
  scroll = fz_put (below, fz_scrolled (self->right));
  gtk_widget_set_size_request (scroll, RIGHT_WIDTH, -1);
  gtk_widget_set_hexpand (scroll, FALSE);
}

/* A doctor sees everything said of theirs, but first what waits for a word. */
static void
open_segment (FzPageComment *self)
{
  gboolean waits = FALSE;

  for (guint i = 0; self->items != NULL && i < self->items->len; i++)
    waits = waits || fz_fields_has (self->items->pdata[i], "comment.act");
  if (!is_doctor (self) || !waits)
    return;
  fz_segments_set_active (FZ_SEGMENTS (self->segments), "mine");
  fill (self, FALSE);
}

GtkWidget *
fz_page_comment_new (FzSession *session)
{
  FzPageComment *self = g_object_new (FZ_TYPE_PAGE_COMMENT, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 12, NULL);
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->session = fz_session_ref (session);
  self->rows = g_list_store_new (FZ_TYPE_FACT_ROW);
  self->codes = fz_desk_codes (session, "comment", NULL);
  self->defects = fz_desk_codes (session, "record_defect", NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-page");
  build_top (self);
  build_below (self);
  g_signal_connect (self->table, "selected", G_CALLBACK (on_selected), self);
  g_signal_connect (self->sample, "chosen", G_CALLBACK (on_chosen), self);
  g_signal_connect (self->segments, "changed", G_CALLBACK (on_segment), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  reload (self, FALSE);
  open_segment (self);
  return GTK_WIDGET (self);
}
