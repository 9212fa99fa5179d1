/* The lines of the sheet being written: medicines or herbs, where they come from and in what order they stand. */
#include "ui/visit_model_private.h"

#include "ui/draft_list.h"

#include <glib/gi18n-lib.h>

#define ITEM "rx.item"
#define MOST_ITEMS 5  /* one sheet (处方管理办法 art. 6); the rulebook says it again when signing */
#define MOST_HERBS 40 /* no law says how many; two columns of a sheet hold these */

const char *
fz_visit_model_get_item (FzVisitModel *self, guint i, const char *key)
{
  return fz_fields_get_at (self->draft, ITEM, i, key);
}

void
fz_visit_model_set_item (FzVisitModel *self, guint i, const char *key, const char *value)
{
  g_autofree char *path = g_strdup_printf (ITEM ".%02u.%s", i, key);

  fz_visit_model_set (self, path, value);
}

guint
fz_visit_model_get_n_items (FzVisitModel *self)
{
  return fz_fields_count (self->draft, ITEM);
}

/* Valid on its day unless the doctor extends it (处方管理办法 art. 18). */
static void
begin_sheet (FzVisitModel *self)
{
  if (!fz_fields_has (self->draft, "rx.valid_days"))
    fz_fields_set (self->draft, "rx.valid_days", "1");
}

gboolean
fz_visit_model_add_drug (FzVisitModel *self, const char *code, guint *out_index, GError **error)
{
  static const char *const keys[] = { "drug", "dose", "freq", "route", "days", "special" };
  guint n = fz_visit_model_get_n_items (self);
  g_autoptr (FzFields) usual = NULL;

  if (n >= MOST_HERBS) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("一张中药饮片处方最多 %d 味。"), MOST_HERBS);
    return FALSE;
  }
  if (!fz_visit_model_is_herbal (self) && n >= MOST_ITEMS) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("一张处方不得超过5种药品。请先签名本张，再另开一张处方。"));
    return FALSE;
  }
  usual = fz_desk_usual_line (self->session, code, error);
  if (usual == NULL)
    return FALSE;
  for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
    fz_fields_set_at (self->draft, ITEM, n, keys[k], fz_fields_get_at (usual, ITEM, 0, keys[k]));
  begin_sheet (self);
  fz_visit_model_set_place (self, "rx", 0);
  fz_visit_model_touch (self);
  fz_visit_model_flush (self, NULL);
  fz_visit_model_items_changed (self);
  *out_index = n;
  return TRUE;
}

void
fz_visit_model_remove_item (FzVisitModel *self, guint i, const char *words)
{
  fz_visit_model_begin_removal (self);
  fz_visit_model_take_draft (self, fz_draft_list_without (self->draft, ITEM, i));
  fz_visit_model_end_removal (self, words);
  fz_visit_model_items_changed (self);
}

gboolean
fz_visit_model_move_item (FzVisitModel *self, guint i, int by)
{
  guint n = fz_visit_model_get_n_items (self);
  g_autoptr (GPtrArray) before = g_ptr_array_ref (self->findings);
  g_autoptr (FzFields) draft = fz_fields_dup (self->draft, NULL);

  if (i >= n || (by < 0 && i == 0) || (by > 0 && i + 1 >= n))
    return FALSE;
  fz_visit_model_take_draft (self, fz_draft_list_swapped (self->draft, ITEM, i, by < 0 ? i - 1 : i + 1));
  fz_visit_model_carry_reasons (self, before, draft);
  fz_visit_model_items_changed (self);
  return TRUE;
}

gboolean
fz_visit_model_is_herbal (FzVisitModel *self)
{
  return g_strcmp0 (fz_fields_get (self->draft, "rx.sheet"), "herbal") == 0;
}

/* Shown and signed; the doctor changes what is otherwise. Doses, decoction and pattern are theirs to say. */
static void
begin_herbal (FzVisitModel *self)
{
  static const char *const usual[][2] = { { "rx.packet_days", "1" }, { "rx.freq", "bid" }, { "rx.route", "1" } };

  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    if (!fz_fields_has (self->draft, usual[i][0]))
      fz_fields_set (self->draft, usual[i][0], usual[i][1]);
}

void
fz_visit_model_set_herbal (FzVisitModel *self, gboolean herbal)
{
  if (fz_visit_model_get_n_items (self) > 0 || herbal == fz_visit_model_is_herbal (self))
    return;
  fz_fields_set (self->draft, "rx.sheet", herbal ? "herbal" : NULL);
  if (herbal)
    begin_herbal (self);
  fz_visit_model_touch (self);
  fz_visit_model_flush (self, NULL);
  fz_visit_model_items_changed (self);
}

static void
take_herbal (FzVisitModel *self, const FzFields *from)
{
  static const char *const keys[] = { "rx.packets", "rx.packet_days", "rx.decoction", "rx.volume_ml", "rx.freq", "rx.route", "rx.use_words",
                                      "rx.tcm.disease", "rx.tcm.disease_code", "rx.tcm.pattern", "rx.tcm.pattern_code" };

  fz_fields_set (self->draft, "rx.sheet", "herbal");
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    fz_fields_set (self->draft, keys[i], fz_fields_get (from, keys[i]));
}

void
fz_visit_model_replace (FzVisitModel *self, const FzFields *prescription)
{
  static const char *const keys[] = { "drug", "dose", "freq", "route", "days", "note", "special" };
  gboolean herbal = g_strcmp0 (fz_fields_get (prescription, "rx.kind"), "herbal") == 0;
  guint n = MIN (fz_fields_count (prescription, ITEM), herbal ? MOST_HERBS : MOST_ITEMS);

  fz_visit_model_begin_removal (self);
  if (herbal)
    take_herbal (self, prescription);
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_fields_set_at (self->draft, ITEM, i, keys[k], fz_fields_get_at (prescription, ITEM, i, keys[k]));
  fz_fields_set (self->draft, "rx.replaces", fz_fields_get (prescription, "rx.id"));
  fz_fields_set (self->draft, "rx.cost", fz_fields_get (prescription, "rx.cost"));
  fz_fields_set (self->draft, "rx.note", fz_fields_get (prescription, "rx.note"));
  begin_sheet (self);
  fz_visit_model_touch (self);
  fz_visit_model_flush (self, NULL);
  fz_visit_model_end_removal (self, _ ("已带入被退回的处方，请按审核意见修改。"));
  fz_visit_model_items_changed (self);
}

gboolean
fz_visit_model_take_lines (FzVisitModel *self, const FzFields *lines, const char *words, GError **error)
{
  static const char *const keys[] = { "drug", "dose", "freq", "route", "days", "note", "special" };
  gboolean herbal = g_strcmp0 (fz_fields_get (lines, "rx.sheet"), "herbal") == 0;
  guint n = MIN (fz_fields_count (lines, ITEM), herbal ? MOST_HERBS : MOST_ITEMS);

  if (n == 0 || fz_visit_model_get_n_items (self) > 0) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED,
                         n == 0 ? _ ("其中的药品目录中都已没有，没有可以带入的。") : _ ("处方里已有药品。请先签名或删除，再带入。"));
    return FALSE;
  }
  fz_visit_model_begin_removal (self);
  fz_fields_set (self->draft, "rx.sheet", NULL);
  if (herbal) {
    take_herbal (self, lines);
    begin_herbal (self);
  }
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_fields_set_at (self->draft, ITEM, i, keys[k], fz_fields_get_at (lines, ITEM, i, keys[k]));
  begin_sheet (self);
  fz_visit_model_touch (self);
  fz_visit_model_flush (self, NULL);
  fz_visit_model_end_removal (self, words);
  fz_visit_model_items_changed (self);
  return TRUE;
}
