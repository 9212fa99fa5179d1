/* A medicine suspected of an adverse reaction leaves the catalogue at once, by one person's signature (疑似不良反应移除). Fujian 2024 art. 21. */
#include "app/catalogue.h"

#include "app/knowledge.h"
#include "app/proposal.h"
#include "app/sheet.h"
#include "core/date.h"
#include "db/registers.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>

#define TITLE N_ ("因疑似不良反应移除药品")
#define POLICY "catalogue-policy"

typedef struct {
  const char *entry;
  FzFields *facts; /* of the entry */
  char *id;
} Ask;

static void
ask_clear (Ask *ask)
{
  g_clear_pointer (&ask->facts, fz_fields_unref);
  g_clear_pointer (&ask->id, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ask, ask_clear)

/* The suspicion stands in the register, where it is analysed and reported; the removal names it. */
static gboolean
read_entry (FzTxn *txn, gpointer data, GError **error)
{
  Ask *ask = data;

  ask->facts = fz_entries_get (txn, ask->entry, error);
  if (ask->facts == NULL)
    return FALSE;
  if (g_strcmp0 (fz_fields_get (ask->facts, "entry.register"), "adverse-event") == 0 &&
      g_strcmp0 (fz_fields_get (ask->facts, "field.kind"), "drug_reaction") == 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”不是台账中的药品不良反应；请先在“不良事件与药品不良反应”台账中登记，类别选“药品不良反应”。"), ask->entry);
  return FALSE;
}

static gboolean
next_id (FzTxn *txn, gpointer data, GError **error)
{
  Ask *ask = data;
  gint64 number = 0;

  if (!fz_counter_next (txn, "catalogue.removal", &number, error))
    return FALSE;
  ask->id = g_strdup_printf ("RMV-%06d", (int) number);
  return TRUE;
}

/* --- what it may rest on --- */

static gboolean
list_reactions (FzTxn *txn, gpointer data, GError **error)
{
  GPtrArray *rows = data;
  g_autoptr (GPtrArray) open = fz_entries_all (txn, "adverse-event", TRUE, error);

  for (guint i = open != NULL ? open->len : 0; i > 0; i--) {
    const FzFields *entry = open->pdata[i - 1];
    FzFields *row;

    if (g_strcmp0 (fz_fields_get (entry, "field.kind"), "drug_reaction") != 0)
      continue;
    row = fz_fields_new ("fuzhen.reaction/v1");
    fz_fields_set (row, "id", fz_fields_get (entry, "entry.id"));
    fz_fields_set (row, "drug", fz_fields_get (entry, "field.drug"));
    fz_fields_set (row, "on", fz_fields_get (entry, "field.happened_on"));
    g_ptr_array_add (rows, fz_fields_freeze (row));
  }
  return open != NULL;
}

GPtrArray *
fz_desk_list_reactions (FzSession *session, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);

  return fz_session_may (session, "catalogue.remove", "catalogue", NULL, error) &&
             fz_session_look (session, "list.reactions", "register", NULL, error) && fz_store_run (session->desk->store, FZ_TXN_READ, list_reactions, rows, error)
           ? g_steal_pointer (&rows)
           : NULL;
}

/* When another person must have spoken; a policy that cannot be read gives today. */
static char *
due_on (FzDesk *desk)
{
  const FzCodes *policy = fz_knowledge_codes (desk->knowledge, POLICY);
  int row = fz_codes_find_code (policy, "removal_days");
  gint64 days = 0;

  if (row >= 0)
    g_ascii_string_to_signed (fz_codes_get (policy, (guint) row, "value"), 10, 0, 60, &days, NULL);
  return fz_date_format (fz_date_add_days (fz_date_in_beijing (fz_desk_now_us (desk)), (int) days));
}

static const FzDrug *
find_offered (FzDesk *desk, const char *code, GError **error)
{
  const FzDrug *drug = code != NULL ? fz_catalogue_find_code (desk->knowledge->catalogue, code) : NULL;
  g_autofree char *why = NULL;

  if (drug == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("药品目录中没有“%s”。"), code != NULL ? code : "");
    return NULL;
  }
  why = fz_catalogue_objection (desk->knowledge, drug);
  if (why == NULL)
    return drug;
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("不需要再移除：%s。"), why);
  return NULL;
}

static FzFields *
body_of (FzSession *session, const FzSheet *sheet, const Ask *ask, const FzDrug *drug, const char *words)
{
  FzFields *body = fz_proposal_body_new (session, sheet, FZ_CATALOGUE_REMOVAL_KIND, ask->id, "removal");
  g_autofree char *due = due_on (session->desk);

  fz_session_put_signer (session, body, "proposer");
  fz_fields_set (body, "drug.code", drug->code);
  fz_fields_set (body, "drug.generic", drug->generic);
  fz_fields_set (body, "drug.strength", drug->strength_text);
  fz_fields_set (body, "drug.packing", drug->packing);
  fz_fields_set (body, "drug.manufacturer", drug->manufacturer);
  fz_fields_set (body, "entry", ask->entry);
  fz_fields_set (body, "words", words);
  fz_fields_set (body, "due_on", due);
  return body;
}

FzSheet *
fz_desk_prepare_removal (FzSession *session, const char *code, const char *entry, const char *words, GError **error)
{
  g_auto (Ask) ask = { .entry = entry };
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzFields) body = NULL;
  const FzDrug *drug = fz_session_may (session, "catalogue.remove", "catalogue", code, error) ? find_offered (session->desk, code, error) : NULL;

  if (drug == NULL || !fz_catalogue_check_words (words, error))
    return NULL;
  if (entry == NULL || *entry == '\0') {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请选择所依据的不良反应；还没有登记的，请先在“不良事件与药品不良反应”台账中登记。"));
    return NULL;
  }
  if (!fz_store_run (session->desk->store, FZ_TXN_READ, read_entry, &ask, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_LOCAL, next_id, &ask, error))
    return NULL;
  sheet = fz_proposal_sheet_new (session, ask.id, _ (TITLE), fz_catalogue_submit);
  sheet->after = fz_catalogue_refresh;
  body = body_of (session, sheet, &ask, drug, words);
  if (!fz_proposal_add (session, sheet, fz_catalogue_change_fold, NULL, body, error))
    return NULL;
  return g_steal_pointer (&sheet);
}
