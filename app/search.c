/* Search as typed, code lists and the usual line (检索). */
#include "app/desk_private.h"

#include "app/catalogue.h"
#include "app/knowledge.h"
#include "app/taken.h"
#include "core/date.h"
#include "core/text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A visit this session has not opened is opened first, with its check of whose it is and its audit entry; typing on adds none. */
static gboolean
find_patient (FzSession *session, const char *visit, FzFields **out, GError **error)
{
  g_autoptr (FzFields) opened = NULL;

  *out = visit != NULL ? fz_session_dup_patient (session, visit) : NULL;
  if (visit == NULL || *out != NULL)
    return TRUE;
  opened = fz_desk_read_visit (session, visit, error);
  *out = opened != NULL ? fz_session_dup_patient (session, visit) : NULL;
  return opened != NULL;
}

static void
add_mark (FzFields *row, const char *kind, const char *word)
{
  guint n = fz_fields_count (row, "mark");

  fz_fields_set_at (row, "mark", n, "kind", kind);
  fz_fields_set_at (row, "mark", n, "word", word);
}

/* What the sheet or the patient has of the same substance. */
static gboolean
is_among (const FzDrug *drug, const FzFields *facts, const char *list)
{
  for (guint i = 0; facts != NULL && i < fz_fields_count (facts, list); i++)
    for (guint k = 0; drug->ingredient_keys[k] != NULL; k++)
      if (g_strcmp0 (drug->ingredient_keys[k], fz_fields_get_at (facts, list, i, "key")) == 0)
        return TRUE;
  return FALSE;
}

/* Risk stands where the search is: an allergy by ingredient name shows before the drug is chosen. */
static void
put_marks (FzFields *row, const FzDrug *drug, const FzFields *visit, const FzFields *sheet)
{
  for (guint i = 0; visit != NULL && i < fz_fields_count (visit, "allergy"); i++) {
    const char *allergy = fz_fields_get_at (visit, "allergy", i, NULL);

    for (guint k = 0; drug->ingredients[k] != NULL; k++)
      if (strstr (allergy, drug->ingredients[k]) != NULL || strstr (drug->ingredients[k], allergy) != NULL) {
        add_mark (row, "allergy", _ ("过敏"));
        break;
      }
  }
  if (is_among (drug, sheet, "taken"))
    add_mark (row, "sheet", _ ("本方已有"));
  else if (is_among (drug, visit, "taken"))
    add_mark (row, "taken", _ ("在用"));
  if (drug->antibacterial != FZ_ANTIBACTERIAL_NONE)
    add_mark (row, "antibacterial", drug->antibacterial == FZ_ANTIBACTERIAL_SPECIAL ? _ ("特殊使用级") : _ ("抗菌药"));
  if (drug->long_excluded)
    add_mark (row, "short", _ ("不可长期处方"));
}

/* What would be stopped when signing says so before it is chosen: by a controlled list, by its grade, by the only way it is given. */
static void
put_blocked (FzDesk *desk, const FzDrug *drug, const char *day, FzFields *row)
{
  FzCodes *forms = fz_knowledge_codes (desk->knowledge, "forms"), *routes = fz_knowledge_codes (desk->knowledge, "routes");
  int form = fz_codes_find_code (forms, drug->form), route = fz_codes_find_code (routes, drug->route);
  const char *state = form >= 0 ? fz_codes_get (forms, (guint) form, "state") : "";
  FzControlledQuery query = { .name = drug->generic,
                              .brand = *drug->brand != '\0' ? drug->brand : NULL,
                              .ingredients = drug->ingredients,
                              .form_state = *state != '\0' ? state : NULL };
  g_autoptr (GArray) hits = fz_controlled_match (desk->knowledge->controlled, day, &query);

  for (guint i = 0; i < hits->len; i++) {
    const FzControlledHit *hit = &g_array_index (hits, FzControlledHit, i);

    if (hit->severity == FZ_SEVERITY_STOP && !hit->uncertain) {
      add_mark (row, "blocked", fz_controlled_list_label (hit->list));
      return;
    }
  }
  if (drug->antibacterial == FZ_ANTIBACTERIAL_SPECIAL)
    add_mark (row, "blocked", _ ("不能在线开具"));
  else if (route >= 0 && g_str_equal (fz_codes_get (routes, (guint) route, "online"), "no"))
    add_mark (row, "blocked", _ ("给药途径不能在线开具"));
}

static void
put_herb (FzDesk *desk, const FzDrug *drug, FzFields *row)
{
  const FzHerb *herb = fz_herbs_find (desk->knowledge->herbs, drug->generic);
  g_autofree char *least = NULL, *most = NULL, *range = NULL;

  if (herb == NULL)
    return;
  fz_fields_set (row, "special", *herb->special != '\0' ? herb->special : NULL);
  if (herb->toxic)
    add_mark (row, "toxic", _ ("有毒"));
  if (herb->pregnancy != FZ_HERB_PREGNANCY_NONE)
    add_mark (row, "pregnancy", herb->pregnancy == FZ_HERB_PREGNANCY_FORBIDDEN ? _ ("孕妇禁用") : _ ("孕妇慎用"));
  if (herb->least.unit == NULL || herb->most.unit == NULL)
    return;
  least = fz_dose_format_number (&herb->least);
  most = fz_dose_format (&herb->most);
  range = g_strdup_printf ("%s～%s", least, most);
  fz_fields_set (row, "range", range);
}

/* What was removed for a suspected reaction is shown where it is looked for, and says so: who does not find it would think it was never here. */
static void
add_removed (FzDesk *desk, const char *text, gboolean herbal, GPtrArray *found)
{
  g_autofree char *key = fz_text_key (text);
  GHashTableIter removals;
  gpointer code;

  if (desk->knowledge->removals == NULL)
    return;
  g_hash_table_iter_init (&removals, desk->knowledge->removals);
  while (*key != '\0' && g_hash_table_iter_next (&removals, &code, NULL)) {
    FzDrug *drug = fz_catalogue_find_code (desk->knowledge->catalogue, code);
    g_autofree char *name = drug != NULL ? fz_text_key (drug->generic) : NULL;

    if (name != NULL && (drug->kind == FZ_DRUG_HERBAL) == herbal && (strstr (name, key) != NULL || strstr (drug->initials, key) != NULL))
      g_ptr_array_add (found, drug);
  }
}

static FzFields *
drug_row (FzDesk *desk, const FzDrug *drug, const char *day, const FzFields *visit, const FzFields *sheet)
{
  FzFields *row = fz_fields_new ("fuzhen.drug_row/v1");

  fz_fields_set (row, "code", drug->code);
  fz_fields_set (row, "generic", drug->generic);
  fz_fields_set (row, "strength", drug->strength_text);
  if (drug->kind != FZ_DRUG_HERBAL) { /* of a herb the kilogram that its price speaks of says nothing */
    fz_fields_set (row, "packing", drug->packing);
    fz_fields_set (row, "form_label", fz_desk_label (desk, "forms", drug->form));
  }
  fz_fields_set (row, "manufacturer", drug->manufacturer);
  if (!drug->active)
    add_mark (row, "blocked", _ ("疑似不良反应，已移除"));
  put_blocked (desk, drug, day, row);
  put_marks (row, drug, visit, sheet);
  if (drug->kind == FZ_DRUG_HERBAL)
    put_herb (desk, drug, row);
  return fz_fields_freeze (row);
}

static GPtrArray *
search_sheet (FzSession *session, const char *text, const char *visit, const FzFields *draft, gboolean herbal, guint limit, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref), found = NULL;
  g_autoptr (FzFields) facts = NULL, sheet = fz_fields_new ("fuzhen.taken/v1");
  g_autofree char *day = NULL;

  if (!fz_session_may (session, "search", "store", NULL, error) || !find_patient (session, visit, &facts, error))
    return NULL;
  found = fz_catalogue_search_sheet (session->desk->knowledge->catalogue, text, herbal, limit);
  add_removed (session->desk, text, herbal, found);
  day = fz_date_format (fz_date_in_beijing (fz_session_now_us (session)));
  if (draft != NULL)
    fz_taken_put_lines (session->desk, draft, sheet);
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add (rows, drug_row (session->desk, found->pdata[i], day, facts, sheet));
  return g_steal_pointer (&rows);
}

GPtrArray *
fz_desk_search_drugs (FzSession *session, const char *text, const char *visit, const FzFields *draft, guint limit, GError **error)
{
  return search_sheet (session, text, visit, draft, FALSE, limit, error);
}

GPtrArray *
fz_desk_search_herbs (FzSession *session, const char *text, const char *visit, const FzFields *draft, guint limit, GError **error)
{
  return search_sheet (session, text, visit, draft, TRUE, limit, error);
}

/* 2: begins with what was typed, 1: contains it, 0: neither. */
static int
match (const char *field, const char *typed)
{
  const char *at = field != NULL && *typed != '\0' ? strstr (field, typed) : NULL;

  return at == NULL ? 0 : at == field || at[-1] == '|' ? 2 : 1;
}

static int
score (const FzFields *row, const char *typed, const char *lower, const char *upper)
{
  int name = match (fz_fields_get (row, "name"), typed), code = match (fz_fields_get (row, "code"), upper);
  int initials = match (fz_fields_get (row, "initials"), lower), alias = match (fz_fields_get (row, "aliases"), typed);

  return MAX (MAX (name, code == 2 ? 2 : 0), MAX (initials == 2 ? 2 : 0, alias));
}

GPtrArray *
fz_desk_search_diagnoses (FzSession *session, const char *text, guint limit, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_autofree char *lower = g_ascii_strdown (text, -1), *upper = g_ascii_strup (text, -1);

  if (!fz_session_may (session, "search", "store", NULL, error))
    return NULL;
  for (int wanted = 2; wanted >= 1 && rows->len < limit; wanted--)
    for (guint i = 0; i < session->desk->knowledge->diagnoses->len && rows->len < limit; i++) {
      FzFields *row = session->desk->knowledge->diagnoses->pdata[i];

      if (score (row, text, lower, upper) == wanted)
        g_ptr_array_add (rows, fz_fields_ref (row));
    }
  return g_steal_pointer (&rows);
}

GPtrArray *
fz_desk_search_tcm (FzSession *session, const char *kind, const char *text, guint limit, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  GPtrArray *all = session->desk->knowledge->tcm;
  g_autofree char *lower = g_ascii_strdown (text, -1), *upper = g_ascii_strup (text, -1);

  if (!fz_session_may (session, "search", "store", NULL, error))
    return NULL;
  for (int wanted = 2; wanted >= 1; wanted--)
    for (guint i = 0; i < all->len && rows->len < limit; i++)
      if (g_strcmp0 (fz_fields_get (all->pdata[i], "kind"), kind) == 0 && score (all->pdata[i], text, lower, upper) == wanted)
        g_ptr_array_add (rows, fz_fields_ref (all->pdata[i]));
  return g_steal_pointer (&rows);
}

static FzFields *
code_row (const char *code, const char *label)
{
  FzFields *row = fz_fields_new ("fuzhen.code/v1");

  fz_fields_set (row, "code", code);
  fz_fields_set (row, "label", label);
  return fz_fields_freeze (row);
}

static void
list_frequencies (FzDesk *desk, GPtrArray *rows)
{
  for (guint i = 0; i < fz_frequencies_get_n (desk->knowledge->frequencies); i++) {
    const FzFrequency *frequency = fz_frequencies_get (desk->knowledge->frequencies, i);

    g_ptr_array_add (rows, code_row (frequency->code, frequency->label));
  }
}

static void
list_table (const FzCodes *codes, GPtrArray *rows)
{
  static const char *const comment[] = { "label_en", "category", "short", "short_en", "herbal", "points", "place" };

  for (guint i = 0; i < fz_codes_get_n (codes); i++) {
    const char *code = fz_codes_get (codes, i, "code");
    FzFields *row;

    if (g_strcmp0 (fz_codes_get (codes, i, "by"), "timeout") == 0)
      continue; /* the clock's reason is nobody's to choose */
    row = fz_fields_new ("fuzhen.code/v1");
    fz_fields_set (row, "code", code);
    fz_fields_set (row, "label", fz_codes_get (codes, i, "label"));
    fz_fields_set (row, "guidance", fz_codes_get (codes, i, "guidance"));
    fz_fields_set (row, "text_required", fz_codes_get (codes, i, "text_required"));
    fz_fields_set (row, "within_days", fz_codes_get (codes, i, "within_days"));
    fz_fields_set (row, "group", fz_codes_get (codes, i, "group"));
    fz_fields_set (row, "online", fz_codes_get (codes, i, "online"));
    for (guint k = 0; k < G_N_ELEMENTS (comment); k++)
      fz_fields_set (row, comment[k], fz_codes_get (codes, i, comment[k]));
    g_ptr_array_add (rows, fz_fields_freeze (row));
  }
}

GPtrArray *
fz_desk_codes (FzSession *session, const char *name, GError **error)
{
  static const char *const names[][2] = { { "route", "routes" }, { "termination", "termination-reasons" },
                                          { "refusal", "refusal-reasons" }, { "review_reason", "review-reasons" }, { "comment", "comment-codes" }, { "record_defect", "record-defects" },
                                          { "override", "override-reasons" }, { "monitor_outcome", "monitor-outcomes" }, { "relation", "relations" },
                                          { "id_kind", "id-kinds" }, { "sex", "sex" }, { "mode", "modes" },
                                          { "department", "departments" }, { "over_7d", "long-reasons" },
                                          { "evidence_kind", "evidence-kinds" }, { "consent_method", "consent-methods" },
                                          { "decoction", "decoctions" }, { "long_confirmation", "long-confirmations" }, { "valid_reason", "valid-reasons" }, { "herb_handling", "herb-handling" }, { "title", "titles" }, { "jurisdiction", "jurisdictions" },
                                          { "reveal_purpose", "reveal-purposes" }, { "access_reason", "access-reasons" },
                                          { "opening_purpose", "opening-purposes" }, { "sensitive_reason", "sensitive-reasons" },
                                          { "talk_way", "talk-ways" }, { "business", "businesses" }, { "office", "offices" }, { "recurring", "recurring" } };
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);

  if (!fz_session_check_open (session, error))
    return NULL;
  if (g_str_equal (name, "frequency")) {
    list_frequencies (session->desk, rows);
    return g_steal_pointer (&rows);
  }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i][0], name)) {
      list_table (fz_knowledge_codes (session->desk->knowledge, names[i][1]), rows);
      return g_steal_pointer (&rows);
    }
  g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL, "no code list %s", name);
  return NULL;
}

FzFields *
fz_desk_usual_line (FzSession *session, const char *code, GError **error)
{
  FzDrug *drug = fz_session_may (session, "search", "store", NULL, error)
                   ? fz_catalogue_find_code (session->desk->knowledge->catalogue, code)
                   : NULL;
  g_autoptr (FzFields) line = fz_fields_new ("fuzhen.draft/v1");
  g_autofree char *against = drug != NULL ? fz_catalogue_objection (session->desk->knowledge, drug) : NULL;
  g_autofree char *dose = drug != NULL && drug->usual_dose.unit != NULL ? fz_dose_format (&drug->usual_dose) : NULL;

  if (drug == NULL) {
    if (error != NULL && *error == NULL)
      g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("药品目录中没有“%s”。"), code);
    return NULL;
  }
  if (against != NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, "%s", against);
    return NULL;
  }
  fz_fields_set_at (line, "rx.item", 0, "drug", code);
  fz_fields_set_at (line, "rx.item", 0, "dose", dose);
  fz_fields_set_at (line, "rx.item", 0, "freq", drug->usual_freq);
  fz_fields_set_at (line, "rx.item", 0, "route", drug->kind != FZ_DRUG_HERBAL ? drug->route : NULL);
  if (drug->kind == FZ_DRUG_HERBAL) {
    const FzHerb *herb = fz_herbs_find (session->desk->knowledge->herbs, drug->generic);

    fz_fields_set_at (line, "rx.item", 0, "special", herb != NULL && *herb->special != '\0' ? herb->special : NULL);
  }
  return fz_fields_freeze (g_steal_pointer (&line));
}
