#include "ui/page_audit.h"

#include "core/date.h"
#include "ui/access_desk.h"
#include "ui/audit_acts.h"
#include "ui/audit_words.h"
#include "ui/dialog_guide.h"
#include "ui/fact_list.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SIDE_WIDTH 340

struct _FzPageAudit {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *segments, *search, *table, *error, *detail;
  FzFactList *rows;
  char *outcome, *sought; /* NULL: all */
};

#define FZ_TYPE_PAGE_AUDIT (fz_page_audit_get_type ())
G_DECLARE_FINAL_TYPE (FzPageAudit, fz_page_audit, FZ, PAGE_AUDIT, GtkBox)

static void fz_page_audit_page_init (FzPageInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (FzPageAudit, fz_page_audit, GTK_TYPE_BOX, G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, fz_page_audit_page_init))

/* --- the table --- */

static char *
number_text (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "number"));
}

static char *
time_text (gpointer item, gpointer data)
{
  gint64 us = 0;

  return fz_fields_get_time (fz_fact_row_get (item), "at", &us) ? fz_say_second (us) : g_strdup ("");
}

static char *
actor_text (gpointer item, gpointer data)
{
  const char *actor = fz_fact_row_text (item, "actor");

  return g_strdup (g_str_equal (actor, "system") ? _ ("系统") : actor);
}

static char *
role_text (gpointer item, gpointer data)
{
  FzRole role = FZ_ROLE_NONE;

  fz_role_from_word (fz_fields_get (fz_fact_row_get (item), "role"), &role);
  return g_strdup (role != FZ_ROLE_NONE ? fz_role_label (role) : "");
}

static char *
action_text (gpointer item, gpointer data)
{
  return fz_audit_action (fz_fields_get (fz_fact_row_get (item), "action"));
}

static char *
subject_text (gpointer item, gpointer data)
{
  return g_strdup_printf ("%s %s", fz_audit_subject_kind (fz_fields_get (fz_fact_row_get (item), "subject_kind")),
                          fz_fact_row_text (item, "subject"));
}

static FzStatus
outcome_pill (gpointer item, char **word, gpointer data)
{
  FzStatus status;

  *word = g_strdup (fz_audit_outcome (fz_fields_get (fz_fact_row_get (item), "outcome"), &status));
  return status;
}

static GtkWidget *
table_new (FzPageAudit *self)
{
  FzColumn columns[] = {
    { .title = _ ("序号"), .text = number_text, .width = 50, .numeric = TRUE },
    { .title = _ ("时间（北京）"), .text = time_text, .width = 108 },
    { .title = _ ("人员"), .text = actor_text, .second = role_text, .width = 132 },
    { .title = _ ("事项"), .text = action_text, .width = 140, .expand = TRUE, .strong = TRUE },
    { .title = _ ("对象"), .text = subject_text, .width = 130, .expand = TRUE },
    { .title = _ ("结果"), .pill = outcome_pill, .width = 88 },
  };

  return fz_table_new (_ ("审计记录"), columns, G_N_ELEMENTS (columns), G_LIST_MODEL (self->rows), self->session);
}

/* --- filter --- */

static gboolean
holds (const char *value, const char *sought)
{
  g_autofree char *folded = value != NULL ? g_utf8_casefold (value, -1) : NULL;

  return folded != NULL && strstr (folded, sought) != NULL;
}

static gboolean
is_wanted (const FzFields *row, gpointer data)
{
  FzPageAudit *self = data;
  g_autofree char *action = fz_audit_action (fz_fields_get (row, "action"));

  if (self->outcome != NULL && g_strcmp0 (fz_fields_get (row, "outcome"), self->outcome) != 0)
    return FALSE;
  return self->sought == NULL || holds (action, self->sought) || holds (fz_fields_get (row, "action"), self->sought) ||
         holds (fz_fields_get (row, "actor"), self->sought) || holds (fz_fields_get (row, "subject"), self->sought);
}

static void
refresh (FzPage *page)
{
  FzPageAudit *self = FZ_PAGE_AUDIT (page);
  g_autoptr (GError) error = NULL;

  fz_fact_list_reload (self->rows, &error);
  fz_page_tell (self->error, self->table, error);
}

static void
filter_changed (FzPageAudit *self)
{
  fz_fact_list_set_wanted (self->rows, self->outcome != NULL || self->sought != NULL ? is_wanted : NULL, self);
  refresh (FZ_PAGE (self));
}

static void
on_segment (FzSegments *segments, const char *id, FzPageAudit *self)
{
  g_free (self->outcome);
  self->outcome = g_str_equal (id, "all") ? NULL : g_strdup (id);
  filter_changed (self);
}

static void
on_search (GtkSearchEntry *entry, FzPageAudit *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (entry));

  g_free (self->sought);
  self->sought = *text != '\0' ? g_utf8_casefold (text, -1) : NULL;
  filter_changed (self);
}

/* --- one entry --- */

static void
put_line (const char *key, const char *value, gpointer data)
{
  GString *text = data;
  g_autofree char *flat = g_strdelimit (g_strdup (value), "\n", ' ');

  if (!g_str_equal (key, "cursor"))
    g_string_append_printf (text, "%s%s  %s", text->len > 0 ? "\n" : "", key, flat);
}

static void
on_selected (FzTable *table, FzFactRow *row, FzPageAudit *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GtkWidget *label;

  fz_empty (self->detail);
  gtk_widget_set_visible (self->detail, row != NULL);
  if (row == NULL)
    return;
  fz_fields_foreach (fz_fact_row_get (row), put_line, text);
  label = fz_put (self->detail, fz_wrapped (text->str, "fz-mono"));
  gtk_widget_add_css_class (label, "fz-small");
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  fz_access_label (label, _ ("这条记录的全部内容"));
}

/* --- the page --- */

static void
on_guide (GtkButton *button, FzPageAudit *self)
{
  fz_dialog_guide (GTK_WIDGET (self), "trust", NULL);
}

static void
fz_page_audit_page_init (FzPageInterface *iface)
{
  iface->refresh = refresh;
}

static void
fz_page_audit_finalize (GObject *object)
{
  FzPageAudit *self = FZ_PAGE_AUDIT (object);

  fz_fact_list_set_wanted (self->rows, NULL, NULL);
  g_object_unref (self->rows);
  fz_session_unref (self->session);
  g_free (self->outcome);
  g_free (self->sought);
  G_OBJECT_CLASS (fz_page_audit_parent_class)->finalize (object);
}

static void
fz_page_audit_class_init (FzPageAuditClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_page_audit_finalize;
}

static void
fz_page_audit_init (FzPageAudit *self)
{
}

static void
build_head (FzPageAudit *self, GtkWidget *page)
{
  GtkWidget *line, *title, *guide = fz_button_new (FZ_BUTTON_PLAIN, "rulebook", _ ("凭什么相信"));

  title = fz_put (page, fz_page_title_new (_ ("审计"), _ ("每一次操作和每一次被拒绝的尝试，与操作本身同时写入，不能修改或删除")));
  g_signal_connect (guide, "clicked", G_CALLBACK (on_guide), self);
  fz_section_add_end (title, guide);
  fz_section_add_end (title, fz_access_button_new (self->session));
  line = fz_put (page, fz_line (12));
  self->segments = fz_put (line, fz_segments_new (_ ("按结果筛选")));
  fz_segments_add (FZ_SEGMENTS (self->segments), "all", _ ("全部"));
  fz_segments_add (FZ_SEGMENTS (self->segments), "done", _ ("完成"));
  fz_segments_add (FZ_SEGMENTS (self->segments), "denied", _ ("已拒绝"));
  fz_segments_add (FZ_SEGMENTS (self->segments), "failed", _ ("失败"));
  self->search = fz_put (line, gtk_search_entry_new ());
  g_object_set (self->search, "placeholder-text", _ ("事项、工号或对象编号"), NULL);
  gtk_widget_set_size_request (self->search, 280, -1);
  fz_access_label (self->search, _ ("筛选审计记录"));
  g_signal_connect (self->segments, "changed", G_CALLBACK (on_segment), self);
  g_signal_connect (self->search, "search-changed", G_CALLBACK (on_search), self);
}

GtkWidget *
fz_page_audit_new (FzSession *session)
{
  FzPageAudit *self = g_object_new (FZ_TYPE_PAGE_AUDIT, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 14, NULL);
  GtkWidget *page = GTK_WIDGET (self), *below, *card, *side;

  self->session = fz_session_ref (session);
  self->rows = fz_fact_list_new (session, FZ_LIST_AUDIT, NULL);
  gtk_widget_add_css_class (page, "fz-page");
  build_head (self, page);
  below = fz_put_wide (page, fz_line (14));
  card = fz_put_wide (below, fz_card_new ());
  self->error = fz_put (card, fz_column (0));
  self->table = fz_put_wide (card, table_new (self));
  fz_table_set_first (FZ_TABLE (self->table), TRUE);
  fz_access_controls (self->segments, self->table);
  fz_access_controls (self->search, self->table);
  fz_table_set_empty (FZ_TABLE (self->table), fz_empty_state_new ("audit", _ ("没有符合条件的记录"), _ ("换一个词，或切换到“全部”。"), NULL));
  self->detail = fz_put (card, fz_column (0));
  gtk_widget_add_css_class (self->detail, "fz-card-foot");
  gtk_widget_set_visible (self->detail, FALSE);
  side = fz_put (below, fz_scrolled (fz_audit_acts_new (session)));
  gtk_widget_set_size_request (side, SIDE_WIDTH, -1);
  gtk_widget_set_hexpand (side, FALSE);
  g_signal_connect (self->table, "selected", G_CALLBACK (on_selected), self);
  refresh (FZ_PAGE (self));
  return page;
}
