/* The catalogue as people look at it: rows by filter, one medicine with all that is known of it, changes and what may be done (药品目录的查看). */
#include "app/catalogue.h"

#include "app/knowledge.h"
#include "core/date.h"
#include "db/catalogue.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PAGE 128
#define HISTORY 50

/* --- what the lists of controlled medicines say --- */

static GArray *
controlled_hits (FzDesk *desk, const FzDrug *drug, const char *day)
{
  FzCodes *forms = fz_knowledge_codes (desk->knowledge, "forms");
  int form = fz_codes_find_code (forms, drug->form);
  const char *state = form >= 0 ? fz_codes_get (forms, (guint) form, "state") : "";
  FzControlledQuery query = { .name = drug->generic,
                              .brand = *drug->brand != '\0' ? drug->brand : NULL,
                              .ingredients = drug->ingredients,
                              .form_state = *state != '\0' ? state : NULL };

  return fz_controlled_match (desk->knowledge->controlled, day, &query);
}

/* Why it may not be prescribed online; NULL: nothing stands against it. */
static const char *
blocked_by (FzDesk *desk, const FzDrug *drug, const char *day)
{
  FzCodes *routes = fz_knowledge_codes (desk->knowledge, "routes");
  g_autoptr (GArray) hits = controlled_hits (desk, drug, day);
  int route = fz_codes_find_code (routes, drug->route);

  for (guint i = 0; i < hits->len; i++) {
    const FzControlledHit *hit = &g_array_index (hits, FzControlledHit, i);

    if (hit->severity == FZ_SEVERITY_STOP && !hit->uncertain)
      return fz_controlled_list_label (hit->list);
  }
  if (drug->antibacterial == FZ_ANTIBACTERIAL_SPECIAL)
    return _ ("特殊使用级抗菌药物");
  return route >= 0 && g_str_equal (fz_codes_get (routes, (guint) route, "online"), "no") ? _ ("给药途径不能在线开具") : NULL;
}

/* --- rows --- */

typedef struct {
  FzDesk *desk;
  const char *show, *day;
} Wanted;

static gboolean
is_shown (const Wanted *wanted, const FzDrug *drug)
{
  const FzKnowledge *know = wanted->desk->knowledge;
  const char *show = wanted->show;

  if (show == NULL || g_str_equal (show, "all"))
    return TRUE;
  if (g_str_equal (show, "offered"))
    return drug->active;
  if (g_str_equal (show, "withdrawn"))
    return !drug->active;
  if (g_str_equal (show, "removed"))
    return fz_catalogue_find_removal (know, drug->code) != NULL;
  if (g_str_equal (show, "blocked"))
    return blocked_by (wanted->desk, drug, wanted->day) != NULL;
  if (g_str_equal (show, "long_excluded"))
    return drug->long_excluded;
  if (g_str_equal (show, "antibacterial"))
    return drug->antibacterial != FZ_ANTIBACTERIAL_NONE;
  if (g_str_equal (show, "otc"))
    return drug->otc;
  if (g_str_equal (show, "special_storage"))
    return drug->special_storage;
  return g_str_equal (show, "herbal") && drug->kind == FZ_DRUG_HERBAL;
}

static void
put_marks (FzFields *row, FzDesk *desk, const FzDrug *drug, const char *blocked)
{
  const char *const marks[] = { !drug->active ? (fz_catalogue_find_removal (desk->knowledge, drug->code) != NULL ? _ ("已移除") : _ ("停用")) : NULL,
                                blocked,
                                drug->antibacterial == FZ_ANTIBACTERIAL_RESTRICTED ? _ ("限制使用级") : NULL,
                                drug->long_excluded ? _ ("不可长期处方") : NULL,
                                drug->special_storage ? _ ("特殊储存") : NULL,
                                drug->otc ? _ ("非处方药") : NULL };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (marks[i] != NULL)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", marks[i]);
  fz_fields_set (row, "drug.marks", text->str);
}

static const char *
state_of (FzDesk *desk, const FzDrug *drug, const char *blocked)
{
  if (fz_catalogue_find_removal (desk->knowledge, drug->code) != NULL)
    return "removed";
  if (!drug->active)
    return "withdrawn";
  return blocked != NULL ? "blocked" : "offered";
}

static FzFields *
drug_row (FzDesk *desk, const FzDrug *drug, const char *day)
{
  FzFields *row = fz_fields_new ("fuzhen.catalogue_row/v1");
  const char *blocked = blocked_by (desk, drug, day);
  FzDrugCodes codes = fz_knowledge_drug_codes (desk->knowledge);
  g_autofree char *price = fz_drug_show_column (drug, "price_fen", &codes, TRUE);

  fz_fields_set (row, "cursor", drug->code);
  fz_fields_set (row, "drug.code", drug->code);
  fz_fields_set (row, "drug.generic", drug->generic);
  fz_fields_set (row, "drug.strength", drug->strength_text);
  fz_fields_set (row, "drug.form_label", fz_desk_label (desk, "forms", drug->form));
  fz_fields_set (row, "drug.packing", drug->packing);
  fz_fields_set (row, "drug.manufacturer", drug->manufacturer);
  fz_fields_set (row, "drug.price", price);
  fz_fields_set (row, "drug.state", state_of (desk, drug, blocked));
  put_marks (row, desk, drug, blocked);
  return fz_fields_freeze (row);
}

/* Medicines first: a hospital has few herbs whose row it looks for, and their codes may stand before. */
static GPtrArray *
medicines_first (GPtrArray *take_found)
{
  g_autoptr (GPtrArray) found = take_found;
  GPtrArray *ordered = g_ptr_array_sized_new (found->len);

  for (guint herbs = 0; herbs < 2; herbs++)
    for (guint i = 0; i < found->len; i++)
      if ((((const FzDrug *) found->pdata[i])->kind == FZ_DRUG_HERBAL) == (herbs == 1))
        g_ptr_array_add (ordered, found->pdata[i]);
  return ordered;
}

GPtrArray *
fz_catalogue_list (FzSession *session, const FzFields *filter, GError **error)
{
  const FzCatalogue *catalogue = session->desk->knowledge->catalogue;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref), found = NULL;
  const char *words = filter != NULL ? fz_fields_get (filter, "words") : NULL, *after = filter != NULL ? fz_fields_get (filter, "after") : NULL;
  g_autofree char *day = fz_date_format (fz_date_in_beijing (fz_session_now_us (session)));
  Wanted wanted = { session->desk, filter != NULL ? fz_fields_get (filter, "show") : NULL, day };
  gint64 limit = PAGE;
  gboolean skipping = after != NULL;

  if (!fz_session_may (session, "catalogue.read", "catalogue", NULL, error))
    return NULL;
  if (filter != NULL)
    fz_fields_get_int (filter, "limit", &limit);
  found = medicines_first (fz_catalogue_find_all (catalogue, words != NULL ? words : ""));
  for (guint i = 0; i < found->len && rows->len < (guint) limit; i++) {
    const FzDrug *drug = found->pdata[i];

    if (!skipping && is_shown (&wanted, drug))
      g_ptr_array_add (rows, drug_row (session->desk, drug, day));
    if (skipping && g_str_equal (drug->code, after))
      skipping = FALSE;
  }
  return g_steal_pointer (&rows);
}

/* --- one medicine --- */

static void
put_columns (FzDesk *desk, const FzDrug *drug, FzFields *facts)
{
  FzDrugCodes codes = fz_knowledge_drug_codes (desk->knowledge);
  const char *const *columns = fz_drug_columns ();
  guint n = 0;

  for (guint i = 0; columns[i] != NULL; i++) {
    g_autofree char *value = fz_drug_dup_column (drug, columns[i]), *shown = fz_drug_show_column (drug, columns[i], &codes, TRUE);
    g_autofree char *key = g_strconcat ("value.", columns[i], NULL);

    fz_fields_set (facts, key, value);
    if (shown == NULL)
      continue;
    fz_fields_set_at (facts, "column", n, "name", columns[i]);
    fz_fields_set_at (facts, "column", n, "label", _ (fz_drug_column_label (columns[i])));
    fz_fields_set_at (facts, "column", n++, "text", shown);
  }
}

static void
put_controlled (FzDesk *desk, const FzDrug *drug, const char *day, FzFields *facts)
{
  g_autoptr (GArray) hits = controlled_hits (desk, drug, day);

  for (guint i = 0; i < hits->len && i < 100; i++) {
    const FzControlledHit *hit = &g_array_index (hits, FzControlledHit, i);

    fz_fields_set_at (facts, "controlled", i, "label", fz_controlled_list_label (hit->list));
    fz_fields_set_at (facts, "controlled", i, "entry", hit->entry);
    fz_fields_set_at (facts, "controlled", i, "severity", fz_severity_to_word (hit->severity));
    fz_fields_set_at (facts, "controlled", i, "edition", hit->edition);
    fz_fields_set_at (facts, "controlled", i, "source", hit->source);
    fz_fields_set_at (facts, "controlled", i, "uncertain", hit->uncertain ? "yes" : "no");
  }
  fz_fields_set (facts, "drug.blocked", blocked_by (desk, drug, day));
}

static void
put_known (FzDesk *desk, const FzDrug *drug, FzFields *facts)
{
  const FzKnowledgeSet *set = desk->knowledge->set;
  guint contra = 0, limits = 0, indications = 0, interactions = 0;
  GPtrArray *alike = fz_drug_words_lookalikes (fz_knowledge_set_get_words (set), drug->generic);

  for (guint i = 0; drug->ingredient_keys[i] != NULL; i++) {
    const char *key = drug->ingredient_keys[i];
    GPtrArray *c = fz_contraindications_of (fz_knowledge_set_get_contraindications (set), key);
    GPtrArray *l = fz_drug_limits_of (fz_knowledge_set_get_limits (set), key);

    contra += c != NULL ? c->len : 0;
    limits += l != NULL ? l->len : 0;
    indications += fz_indications_cover (fz_knowledge_set_get_indications (set), key);
    interactions += fz_interactions_covers (fz_knowledge_set_get_interactions (set), key);
  }
  fz_fields_set (facts, "known.edition", fz_knowledge_set_get_edition (set));
  fz_fields_set_int (facts, "known.contraindications", contra);
  fz_fields_set_int (facts, "known.limits", limits);
  fz_fields_set_bool (facts, "known.indications", indications > 0);
  fz_fields_set_bool (facts, "known.interactions", interactions > 0);
  fz_fields_set_int (facts, "known.lookalikes", alike != NULL ? alike->len : 0);
}

typedef struct {
  FzSession *session;
  const char *code, *id;
  GPtrArray *rows;
  FzFields *change;
  const FzFields *filter;
} Ask;

static gboolean
read_history (FzTxn *txn, gpointer data, GError **error)
{
  Ask *ask = data;

  ask->rows = fz_catalogue_history (txn, ask->code, HISTORY, error);
  return ask->rows != NULL;
}

static void
put_history (GPtrArray *rows, FzFields *facts)
{
  static const char *const keys[] = { "id", "opened_at", "by", "words", "decided_at", "decided_by", "decision_words", "file", "entry", "due_on" };

  for (guint i = 0; i < rows->len; i++) {
    FzChangeState state = FZ_CHANGE_PENDING;

    fz_change_state_from_word (fz_fields_get (rows->pdata[i], "change.state"), &state);
    fz_fields_set_at (facts, "history", i, "state_label", fz_change_state_label (state));
    fz_fields_set_at (facts, "history", i, "text", fz_fields_get (rows->pdata[i], "line.text"));
    fz_fields_set_at (facts, "history", i, "act", fz_fields_get (rows->pdata[i], "line.act"));
    if (fz_fields_is_yes (rows->pdata[i], "change.open"))
      fz_fields_set (facts, "drug.waiting", fz_fields_get (rows->pdata[i], "change.id"));
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++) {
      g_autofree char *key = g_strconcat ("change.", keys[k], NULL);

      fz_fields_set_at (facts, "history", i, keys[k], fz_fields_get (rows->pdata[i], key));
    }
  }
}

FzFields *
fz_desk_read_catalogue (FzSession *session, const char *code, GError **error)
{
  FzDesk *desk = session->desk;
  FzDrug *drug = fz_session_may (session, "catalogue.read", "catalogue", code, error) ? fz_catalogue_find_code (desk->knowledge->catalogue, code) : NULL;
  g_autofree char *day = fz_date_format (fz_date_in_beijing (fz_session_now_us (session)));
  Ask ask = { .session = session, .code = code };
  FzFields *facts;

  if (drug == NULL) {
    if (error != NULL && *error == NULL)
      g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("药品目录中没有“%s”。"), code);
    return NULL;
  }
  if (!fz_store_run (desk->store, FZ_TXN_READ, read_history, &ask, error))
    return NULL;
  facts = fz_fields_new ("fuzhen.catalogue_drug/v1");
  fz_fields_set (facts, "drug.code", drug->code);
  fz_fields_set (facts, "drug.generic", drug->generic);
  fz_fields_set (facts, "drug.strength", drug->strength_text);
  fz_fields_set_bool (facts, "drug.active", drug->active);
  put_columns (desk, drug, facts);
  put_controlled (desk, drug, day, facts);
  put_known (desk, drug, facts);
  fz_fields_set (facts, "drug.state", state_of (desk, drug, fz_fields_get (facts, "drug.blocked")));
  put_history (ask.rows, facts);
  g_ptr_array_unref (ask.rows);
  if (fz_catalogue_find_removal (desk->knowledge, code) != NULL)
    fz_fields_merge (facts, "removal", fz_catalogue_find_removal (desk->knowledge, code));
  return fz_fields_freeze (facts);
}

/* --- changes --- */

/* By natural person, not by account. */
static FzFields *
change_row (FzSession *session, const FzFields *change)
{
  FzFields *row = fz_fields_dup (change, NULL);
  gboolean open = fz_fields_is_yes (change, "change.open"), removal = g_strcmp0 (fz_fields_get (change, "change.kind"), "removal") == 0;
  gboolean mine = g_strcmp0 (fz_fields_get (change, "change.by_person"), fz_fields_get (session->person, "person")) == 0;
  FzChangeState state = FZ_CHANGE_PENDING;

  fz_change_state_from_word (fz_fields_get (change, "change.state"), &state);
  fz_fields_set (row, "change.state_label", fz_change_state_label (state));
  fz_fields_set (row, "change.may_decide", open && !removal && !mine ? "yes" : NULL);
  fz_fields_set (row, "change.may_withdraw", open && !removal && mine ? "yes" : NULL);
  fz_fields_set (row, "change.may_settle", open && removal && !mine ? "yes" : NULL);
  return fz_fields_freeze (row);
}

static gboolean
list_changes (FzTxn *txn, gpointer data, GError **error)
{
  Ask *ask = data;
  gboolean waiting = ask->filter != NULL && fz_fields_is_yes (ask->filter, "waiting");
  g_autoptr (GPtrArray) kept = fz_catalogue_change_list (txn, waiting, G_MAXINT64, "", 500, error);

  ask->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  for (guint i = 0; kept != NULL && i < kept->len; i++)
    g_ptr_array_add (ask->rows, change_row (ask->session, kept->pdata[i]));
  return kept != NULL;
}

GPtrArray *
fz_desk_list_catalogue_changes (FzSession *session, const FzFields *filter, GError **error)
{
  Ask ask = { .session = session, .filter = filter };

  if (!fz_session_may (session, "catalogue.read", "catalogue", NULL, error))
    return NULL;
  if (fz_store_run (session->desk->store, FZ_TXN_READ, list_changes, &ask, error))
    return ask.rows;
  g_clear_pointer (&ask.rows, g_ptr_array_unref);
  return NULL;
}

static gboolean
read_lines (FzTxn *txn, gpointer data, GError **error)
{
  Ask *ask = data;
  const char *after = ask->filter != NULL ? fz_fields_get (ask->filter, "after") : NULL;

  ask->rows = fz_catalogue_lines (txn, ask->id, after != NULL ? after : "", 5000, error);
  return ask->rows != NULL;
}

GPtrArray *
fz_desk_list_catalogue_lines (FzSession *session, const char *id, const FzFields *filter, GError **error)
{
  Ask ask = { .session = session, .id = id, .filter = filter };

  return fz_session_may (session, "catalogue.read", "catalogue", id, error) &&
             fz_store_run (session->desk->store, FZ_TXN_READ, read_lines, &ask, error)
           ? ask.rows
           : NULL;
}
