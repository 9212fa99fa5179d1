#include "ui/page_catalogue.h"

#include "ui/catalogue_acts.h"
#include "ui/catalogue_detail.h"
#include "ui/dialog_drug.h"
#include "ui/dialog_import.h"
#include "ui/fact_list.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/page.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

#define DETAIL_WIDTH 380

struct _FzPageCatalogue {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *title, *segments, *search, *show, *error, *stack, *drugs, *changes, *detail;
  FzFactList *rows;     /* of the catalogue */
  GListStore *proposals; /* FzFactRow: what waits to be proposed, then changes */
  GPtrArray *known;      /* FzFields of the proposals as last read */
  char *code, *change;   /* what the detail shows; may be NULL */
};

#define FZ_TYPE_PAGE_CATALOGUE (fz_page_catalogue_get_type ())
G_DECLARE_FINAL_TYPE (FzPageCatalogue, fz_page_catalogue, FZ, PAGE_CATALOGUE, GtkBox)

static void fz_page_catalogue_page_init (FzPageInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (FzPageCatalogue, fz_page_catalogue, GTK_TYPE_BOX,
                               G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, fz_page_catalogue_page_init))

static gboolean
shows_changes (FzPageCatalogue *self)
{
  return g_strcmp0 (fz_segments_get_active (FZ_SEGMENTS (self->segments)), "changes") == 0;
}

/* --- columns --- */

static char *
word (gpointer item, const char *key)
{
  return g_strdup (fz_fact_row_text (item, key));
}

static char *
joined (gpointer item, const char *a, const char *b)
{
  const char *first = fz_fact_row_text (item, a), *second = fz_fact_row_text (item, b);

  return g_strdup_printf ("%s%s%s", first, *first != '\0' && *second != '\0' ? " · " : "", second);
}

static char *drug_name (gpointer item, gpointer data) { return word (item, "drug.generic"); }
static char *drug_strength (gpointer item, gpointer data) { return joined (item, "drug.strength", "drug.form_label"); }
static char *drug_code (gpointer item, gpointer data) { return word (item, "drug.code"); }
static char *drug_maker (gpointer item, gpointer data) { return word (item, "drug.manufacturer"); }
static char *drug_packing (gpointer item, gpointer data) { return word (item, "drug.packing"); }
static char *drug_price (gpointer item, gpointer data) { return word (item, "drug.price"); }
static char *drug_marks (gpointer item, gpointer data) { return word (item, "drug.marks"); }
static char *change_title (gpointer item, gpointer data) { return fz_catalogue_change_title (fz_fact_row_get (item)); }
static char *change_by (gpointer item, gpointer data) { return *fz_fact_row_text (item, "change.by") != '\0' ? word (item, "change.by") : word (item, "staged.by"); }
static char *change_decided (gpointer item, gpointer data) { return word (item, "change.decided_by"); }

static char *
change_id (gpointer item, gpointer data)
{
  return *fz_fact_row_text (item, "change.id") != '\0' ? word (item, "change.id") : word (item, "staged.id");
}

static char *
change_words (gpointer item, gpointer data)
{
  return *fz_fact_row_text (item, "change.words") != '\0' ? word (item, "change.words") : word (item, "staged.file");
}

static char *
change_time (gpointer item, gpointer data)
{
  gint64 now_us = fz_session_now_us (data);

  return *fz_fact_row_text (item, "change.id") != '\0' ? fz_words_time (fz_fact_row_get (item), "change.opened_at", now_us)
                                                       : fz_words_time (fz_fact_row_get (item), "staged.at", now_us);
}

static FzStatus
drug_state (gpointer item, char **out, gpointer data)
{
  FzStatus status;

  *out = g_strdup (fz_catalogue_state (fz_fact_row_get (item), &status));
  return status;
}

static FzStatus
change_state (gpointer item, char **out, gpointer data)
{
  FzStatus status;

  *out = g_strdup (fz_catalogue_change_state (fz_fact_row_get (item), &status));
  return status;
}

static GtkWidget *
drugs_new (FzPageCatalogue *self)
{
  const FzColumn columns[] = {
    { .title = _ ("药品"), .text = drug_name, .second = drug_strength, .width = 190, .expand = TRUE, .strong = TRUE, .wrap = TRUE },
    { .title = _ ("编码"), .text = drug_code, .second = drug_maker, .width = 120, .expand = TRUE },
    { .title = _ ("包装"), .text = drug_packing, .second = drug_marks, .width = 130, .expand = TRUE },
    { .title = _ ("单价（元）"), .text = drug_price, .width = 78, .numeric = TRUE },
    { .title = _ ("状态"), .pill = drug_state, .width = 96 },
  };

  return fz_table_new (_ ("药品目录"), columns, G_N_ELEMENTS (columns), NULL, self->session);
}

static GtkWidget *
changes_new (FzPageCatalogue *self)
{
  const FzColumn columns[] = {
    { .title = _ ("变更"), .text = change_title, .second = change_words, .width = 200, .expand = TRUE, .strong = TRUE },
    { .title = _ ("编号"), .text = change_id, .second = change_time, .width = 104 },
    { .title = _ ("提出人"), .text = change_by, .second = change_decided, .width = 84 },
    { .title = _ ("状态"), .pill = change_state, .width = 150 },
  };

  return fz_table_new (_ ("药品目录变更"), columns, G_N_ELEMENTS (columns), G_LIST_MODEL (self->proposals), self->session);
}

/* --- filling --- */

static void refresh (FzPage *page);

static void
on_done (GObject *page)
{
  FzPageCatalogue *self = FZ_PAGE_CATALOGUE (page);

  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  refresh (FZ_PAGE (self));
  fz_page_changed (GTK_WIDGET (self));
}

static void
show_drug (FzPageCatalogue *self, const char *code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) drug = fz_desk_read_catalogue (self->session, code, &error);
  g_autofree char *keep = g_strdup (code);

  fz_empty (self->detail);
  g_free (self->code);
  self->code = g_steal_pointer (&keep);
  if (drug == NULL) {
    fz_put (self->detail, fz_page_error_new (error));
    return;
  }
  fz_catalogue_put_drug_acts (self->detail, self->session, drug, on_done, G_OBJECT (self));
  fz_catalogue_put_drug (self->detail, drug, fz_session_now_us (self->session));
}

static GPtrArray *
lines_of (FzPageCatalogue *self, const FzFields *change)
{
  g_autoptr (FzFields) edit = NULL;

  if (g_strcmp0 (fz_fields_get (change, "change.kind"), "removal") == 0)
    return NULL; /* its words are all there is */
  if (fz_fields_has (change, "change.id"))
    return fz_desk_list_catalogue_lines (self->session, fz_fields_get (change, "change.id"), NULL, NULL);
  edit = fz_fields_new ("fuzhen.catalogue_edit/v1");
  fz_fields_set (edit, "staged", fz_fields_get (change, "staged.id"));
  return fz_desk_check_catalogue_change (self->session, edit, NULL);
}

static const char *
id_of (const FzFields *change)
{
  return fz_fields_has (change, "change.id") ? fz_fields_get (change, "change.id") : fz_fields_get (change, "staged.id");
}

static void
show_change (FzPageCatalogue *self, const FzFields *change)
{
  g_autoptr (GPtrArray) lines = lines_of (self, change);

  fz_empty (self->detail);
  g_free (self->change);
  self->change = g_strdup (id_of (change));
  fz_catalogue_put_change_acts (self->detail, self->session, change, on_done, G_OBJECT (self));
  fz_catalogue_put_change (self->detail, change, lines, fz_session_now_us (self->session));
}

static void
show_nothing (FzPageCatalogue *self)
{
  fz_empty (self->detail);
  fz_put_wide (self->detail, fz_empty_state_new ("pill", _ ("选择一条"), shows_changes (self) ? _ ("这里显示逐行内容，并可批准、不批准或撤回。")
                                                                                            : _ ("这里显示药品的全部资料、受控目录的判断和变更记录。"), NULL));
}

static void
show_filter (FzPageCatalogue *self, FzFields *filter)
{
  g_autofree char *typed = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search))));

  fz_fields_set (filter, "words", typed);
  fz_fields_set (filter, "show", fz_drop_down_get_code (FZ_DROP_DOWN (self->show)));
}

static gboolean
load_drugs (FzPageCatalogue *self, GError **error)
{
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  guint at;

  show_filter (self, filter);
  fz_fact_list_set_filter (self->rows, filter);
  if (!fz_fact_list_reload (self->rows, error))
    return FALSE;
  at = self->code != NULL ? fz_fact_list_find (self->rows, "drug.code", self->code) : G_MAXUINT;
  if (at != G_MAXUINT && !shows_changes (self))
    fz_table_select (FZ_TABLE (self->drugs), at);
  return TRUE;
}

static gboolean
is_same (GPtrArray *a, GPtrArray *b)
{
  gboolean same = a != NULL && a->len == b->len;

  for (guint i = 0; same && i < a->len; i++)
    same = fz_fields_equal (a->pdata[i], b->pdata[i]);
  return same;
}

static GPtrArray *
read_changes (FzPageCatalogue *self, guint *out_waiting, GError **error)
{
  g_autoptr (GPtrArray) staged = fz_desk_list_staged (self->session, error);
  g_autoptr (GPtrArray) changes = staged != NULL ? fz_desk_list_catalogue_changes (self->session, NULL, error) : NULL;
  GPtrArray *all;

  *out_waiting = 0;
  if (changes == NULL)
    return NULL;
  all = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  for (guint i = 0; i < staged->len; i++, (*out_waiting)++)
    g_ptr_array_add (all, fz_fields_ref (staged->pdata[i]));
  for (guint i = 0; i < changes->len; i++) {
    g_ptr_array_add (all, fz_fields_ref (changes->pdata[i]));
    *out_waiting += fz_fields_is_yes (changes->pdata[i], "change.open");
  }
  return all;
}

static gboolean
load_changes (FzPageCatalogue *self, GError **error)
{
  guint waiting = 0;
  g_autoptr (GPtrArray) all = read_changes (self, &waiting, error);
  g_autofree char *said = waiting > 0 ? g_strdup_printf (_ ("变更 %u"), waiting) : g_strdup (_ ("变更"));

  if (all == NULL)
    return FALSE;
  fz_segments_set_word (FZ_SEGMENTS (self->segments), "changes", said);
  if (is_same (self->known, all))
    return TRUE;
  g_clear_pointer (&self->known, g_ptr_array_unref);
  self->known = g_steal_pointer (&all);
  g_list_store_remove_all (self->proposals);
  for (guint i = 0; i < self->known->len; i++) {
    g_autoptr (FzFactRow) row = fz_fact_row_new (self->known->pdata[i]);

    g_list_store_append (self->proposals, row);
  }
  return TRUE;
}

/* The detail shows what stands now; what is gone (a file that was dropped) leaves it. */
static void
show_again (FzPageCatalogue *self)
{
  if (!shows_changes (self)) {
    if (self->code != NULL)
      show_drug (self, self->code);
    else
      show_nothing (self);
    return;
  }
  for (guint i = 0; self->change != NULL && self->known != NULL && i < self->known->len; i++)
    if (g_strcmp0 (id_of (self->known->pdata[i]), self->change) == 0) {
      show_change (self, self->known->pdata[i]);
      return;
    }
  show_nothing (self);
}

static void
refresh (FzPage *page)
{
  FzPageCatalogue *self = FZ_PAGE_CATALOGUE (page);
  g_autoptr (GError) error = NULL;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (load_drugs (self, &error))
    load_changes (self, &error);
  fz_page_tell (self->error, self->stack, error);
  show_again (self);
}

/* Thousands of rows are made for who looks at them: a screen reader walks hidden pages too. */
static void
on_map (GtkWidget *page, gpointer unused)
{
  FzPageCatalogue *self = FZ_PAGE_CATALOGUE (page);

  fz_table_set_model (FZ_TABLE (self->drugs), G_LIST_MODEL (self->rows));
  refresh (FZ_PAGE (self));
}

static void
on_unmap (GtkWidget *page, gpointer unused)
{
  fz_table_set_model (FZ_TABLE (FZ_PAGE_CATALOGUE (page)->drugs), NULL);
}

/* --- acts --- */

static void
on_drug (FzTable *table, FzFactRow *row, FzPageCatalogue *self)
{
  if (row != NULL && g_strcmp0 (fz_fact_row_text (row, "drug.code"), self->code) != 0)
    show_drug (self, fz_fact_row_text (row, "drug.code"));
}

static void
on_change (FzTable *table, FzFactRow *row, FzPageCatalogue *self)
{
  if (row != NULL)
    show_change (self, fz_fact_row_get (row));
}

static void
on_segment (FzSegments *segments, const char *id, FzPageCatalogue *self)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), id);
  gtk_widget_set_visible (self->search, !shows_changes (self));
  gtk_widget_set_visible (self->show, !shows_changes (self));
  show_again (self);
}

#define MOST_FOUND 6

static void
find_drugs (FzPage *page, const char *text, GListStore *rows)
{
  FzPageCatalogue *self = FZ_PAGE_CATALOGUE (page);
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  g_autoptr (GPtrArray) found = NULL;

  fz_fields_set (filter, "words", text);
  fz_fields_set_int (filter, "limit", MOST_FOUND);
  found = fz_desk_list (self->session, FZ_LIST_CATALOGUE, filter, NULL);
  for (guint i = 0; found != NULL && i < found->len; i++) {
    const FzFields *drug = found->pdata[i];
    g_autofree char *title = g_strdup_printf ("%s  %s", fz_fields_get (drug, "drug.generic"), fz_fields_get (drug, "drug.strength"));
    g_autoptr (FzSearchRow) row = fz_search_row_new (fz_fields_get (drug, "drug.code"), title, fz_fields_get (drug, "drug.manufacturer"));

    fz_search_row_set_aside (row, _ ("药品"), fz_fields_get (drug, "drug.code"));
    g_list_store_append (rows, row);
  }
}

static void
open_drug (FzPage *page, const char *code)
{
  FzPageCatalogue *self = FZ_PAGE_CATALOGUE (page);

  fz_segments_set_active (FZ_SEGMENTS (self->segments), "drugs");
  on_segment (FZ_SEGMENTS (self->segments), "drugs", self);
  gtk_editable_set_text (GTK_EDITABLE (self->search), code);
  show_drug (self, code);
}

static void
on_filter (GtkWidget *control, FzPageCatalogue *self)
{
  g_autoptr (GError) error = NULL;

  load_drugs (self, &error);
  fz_page_tell (self->error, self->stack, error);
}

static void
on_add (GtkButton *button, FzPageCatalogue *self)
{
  fz_dialog_drug (GTK_WIDGET (self), self->session, NULL, on_done, G_OBJECT (self));
}

static void
on_imported (GObject *page)
{
  FzPageCatalogue *self = FZ_PAGE_CATALOGUE (page);

  fz_segments_set_active (FZ_SEGMENTS (self->segments), "changes");
  on_segment (NULL, "changes", self);
  refresh (FZ_PAGE (self));
}

static void
on_import (GtkWidget *button, FzPageCatalogue *self)
{
  fz_dialog_import (button, self->session, on_imported, G_OBJECT (self));
}

/* --- building --- */

static void
fz_page_catalogue_page_init (FzPageInterface *iface)
{
  iface->refresh = refresh;
  iface->search = find_drugs;
  iface->open = open_drug;
}

static void
fz_page_catalogue_finalize (GObject *object)
{
  FzPageCatalogue *self = FZ_PAGE_CATALOGUE (object);

  g_object_unref (self->rows);
  g_object_unref (self->proposals);
  g_clear_pointer (&self->known, g_ptr_array_unref);
  g_free (self->code);
  g_free (self->change);
  fz_session_unref (self->session);
  G_OBJECT_CLASS (fz_page_catalogue_parent_class)->finalize (object);
}

static void
fz_page_catalogue_class_init (FzPageCatalogueClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_page_catalogue_finalize;
}

static void
fz_page_catalogue_init (FzPageCatalogue *self)
{
}

static GtkWidget *
show_new (void)
{
  static const char *const shows[][2] = { { "all", N_ ("全部药品") },           { "offered", N_ ("在用") },
                                          { "withdrawn", N_ ("停用") },         { "removed", N_ ("因疑似不良反应移除") },
                                          { "blocked", N_ ("不能网上开") },     { "antibacterial", N_ ("抗菌药") },
                                          { "long_excluded", N_ ("不可开长期处方") }, { "otc", N_ ("非处方药") },
                                          { "special_storage", N_ ("特殊储存") }, { "herbal", N_ ("中药饮片") } };
  GtkWidget *show = fz_drop_down_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (shows); i++)
    fz_drop_down_add (FZ_DROP_DOWN (show), shows[i][0], _ (shows[i][1]), NULL);
  fz_drop_down_set_code (FZ_DROP_DOWN (show), "all");
  fz_access_label (show, _ ("筛选药品"));
  return show;
}

static GtkWidget *
bar_new (FzPageCatalogue *self)
{
  GtkWidget *bar = fz_line (10);

  gtk_widget_add_css_class (bar, "fz-detail");
  self->segments = fz_put (bar, fz_segments_new (_ ("药品目录")));
  fz_segments_add (FZ_SEGMENTS (self->segments), "drugs", _ ("目录"));
  fz_segments_add (FZ_SEGMENTS (self->segments), "changes", _ ("变更"));
  self->search = fz_put_wide (bar, gtk_search_entry_new ());
  fz_access_label (self->search, _ ("按名称或首字母查找药品"));
  g_object_set (self->search, "placeholder-text", _ ("查找"), "tooltip-text", _ ("按名称或首字母查找药品"), NULL);
  self->show = fz_put (bar, show_new ());
  return bar;
}

static void
build_tables (FzPageCatalogue *self, GtkWidget *card)
{
  self->stack = fz_put_wide (card, fz_access_stack_new ());
  fz_access_controls (self->segments, self->stack);
  fz_access_controls (self->search, self->stack);
  self->drugs = drugs_new (self);
  self->changes = changes_new (self);
  fz_table_set_empty (FZ_TABLE (self->drugs), fz_empty_state_new ("pill", _ ("没有这样的药品"), _ ("换一个词或筛选条件；新药由一人提出、另一人批准后进入目录。"), NULL));
  fz_table_set_empty (FZ_TABLE (self->changes), fz_empty_state_new ("pill", _ ("还没有变更"), _ ("修改、停用、新增、导入和移除都会列在这里，须由另一人决定。"), NULL));
  gtk_stack_add_named (GTK_STACK (self->stack), self->drugs, "drugs");
  gtk_stack_add_named (GTK_STACK (self->stack), self->changes, "changes");
  g_signal_connect (self->drugs, "selected", G_CALLBACK (on_drug), self);
  g_signal_connect (self->changes, "selected", G_CALLBACK (on_change), self);
}

GtkWidget *
fz_page_catalogue_new (FzSession *session)
{
  FzPageCatalogue *self = g_object_new (FZ_TYPE_PAGE_CATALOGUE, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 14, NULL);
  GtkWidget *page = GTK_WIDGET (self), *below, *card, *side;
  GtkWidget *import = fz_button_new (FZ_BUTTON_PLAIN, "file", _ ("导入药品目录…")), *add = fz_button_new (FZ_BUTTON_PRIMARY, "plus", _ ("新增药品…"));

  self->session = fz_session_ref (session);
  self->rows = fz_fact_list_new (session, FZ_LIST_CATALOGUE, NULL);
  self->proposals = g_list_store_new (FZ_TYPE_FACT_ROW);
  gtk_widget_add_css_class (page, "fz-page");
  self->title = fz_put (page, fz_page_title_new (_ ("药品目录"), _ ("变更由一人提出、另一人批准；疑似不良反应的药品可先移除再确认")));
  fz_section_add_end (self->title, import);
  fz_section_add_end (self->title, add);
  below = fz_put_wide (page, fz_line (14));
  card = fz_put_wide (below, fz_card_new ());
  fz_put (card, bar_new (self));
  self->error = fz_put (card, fz_column (0));
  build_tables (self, card);
  side = fz_put (below, fz_card_new ());
  gtk_widget_set_size_request (side, DETAIL_WIDTH, -1);
  gtk_widget_set_hexpand (side, FALSE);
  self->detail = fz_column (12);
  gtk_widget_add_css_class (self->detail, "fz-detail");
  fz_put_wide (side, fz_scrolled (self->detail));
  g_signal_connect (self->segments, "changed", G_CALLBACK (on_segment), self);
  g_signal_connect (self->search, "search-changed", G_CALLBACK (on_filter), self);
  g_signal_connect (self->show, "changed", G_CALLBACK (on_filter), self);
  g_signal_connect (import, "clicked", G_CALLBACK (on_import), self);
  g_signal_connect (add, "clicked", G_CALLBACK (on_add), self);
  g_signal_connect (page, "map", G_CALLBACK (on_map), NULL);
  g_signal_connect (page, "unmap", G_CALLBACK (on_unmap), NULL);
  show_nothing (self);
  return page;
}
