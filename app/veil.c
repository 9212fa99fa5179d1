#include "app/veil.h"

#include "app/knowledge.h"
#include "app/reach.h"
#include "core/mask.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_WORDS 200

typedef char *(*Mask) (const char *value);

static const struct {
  const char *key;
  Mask mask;
  gboolean name;
} fields[] = {
  { "patient.name", fz_mask_name, TRUE },
  { "patient.id_number", fz_mask_id, FALSE },
  { "patient.mobile", fz_mask_phone, FALSE },
  { "patient.insurance_card", fz_mask_id, FALSE },
  { "patient.health_card", fz_mask_id, FALSE },
  { "patient.health_record", fz_mask_id, FALSE },
  { "patient.address", fz_mask_address, FALSE },
  { "consent.signer", fz_mask_name, TRUE },
  { "guardian.name", fz_mask_name, TRUE },
  { "guardian.id_number", fz_mask_id, FALSE },
  { "guardian.mobile", fz_mask_phone, FALSE },
};

static void
veil (FzFields *facts, const char *prefix, gboolean names)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    g_autofree char *key = g_strconcat (prefix, fields[i].key, NULL);
    const char *value = fz_fields_get (facts, key);
    g_autofree char *masked = value != NULL ? fields[i].mask (value) : NULL;

    if (masked != NULL && (names || !fields[i].name))
      fz_fields_set (facts, key, masked);
  }
}

/* Who received a parcel and where it went. */
static void
veil_parts (FzFields *facts, const char *prefix)
{
  g_autofree char *list = g_strconcat (prefix, "rx.part", NULL);

  for (guint i = 0; i < fz_fields_count (facts, list); i++) {
    g_autofree char *name = fz_mask_name (fz_fields_get_at (facts, list, i, "receiver"));
    g_autofree char *address = fz_mask_address (fz_fields_get_at (facts, list, i, "address"));

    if (*name != '\0')
      fz_fields_set_at (facts, list, i, "receiver", name);
    if (*address != '\0')
      fz_fields_set_at (facts, list, i, "address", address);
  }
}

void
fz_veil_numbers (FzFields *facts, const char *prefix)
{
  veil (facts, prefix, FALSE);
}

void
fz_veil_all (FzFields *facts, const char *prefix)
{
  veil (facts, prefix, TRUE);
  veil_parts (facts, prefix);
}

char *
fz_veil_text (const char *text, const FzFields *facts, const char *prefix)
{
  g_autoptr (GString) out = text != NULL ? g_string_new (text) : NULL;

  for (guint i = 0; out != NULL && i < G_N_ELEMENTS (fields); i++) {
    g_autofree char *key = g_strconcat (prefix, fields[i].key, NULL);
    const char *value = fz_fields_get (facts, key);
    g_autofree char *masked = value != NULL && *value != '\0' ? fields[i].mask (value) : NULL;

    if (masked != NULL)
      g_string_replace (out, value, masked, 0);
  }
  return out != NULL ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

gboolean
fz_veil_check_words (const char *words, const FzFields *facts, GError **error)
{
  g_autofree char *veiled = fz_veil_text (words, facts, "");

  if (g_strcmp0 (veiled, words) == 0)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("说明会写入审计日志，请不要写患者或监护人的姓名、证件号码、电话和住址。"));
  return FALSE;
}

/* --- one field, with a purpose --- */

typedef struct {
  FzSession *session;
  const char *visit, *field, *purpose, *words;
  FzFields *payload;
  char *value;
  gboolean denied;
} Reveal;

static gboolean
reveal_job (FzTxn *txn, gpointer data, GError **error)
{
  Reveal *reveal = data;
  g_autoptr (FzFields) facts = fz_visits_get (txn, reveal->visit, error);

  if (facts == NULL || !fz_reach_visit (reveal->session, txn, "patient.reveal", facts, &reveal->denied, error))
    return FALSE;
  if (reveal->denied)
    return TRUE;
  if (!fz_veil_check_words (reveal->words, facts, error))
    return FALSE;
  if (!fz_fields_has (facts, reveal->field)) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("这次就诊没有记录此项信息。"));
    return FALSE;
  }
  if (!fz_session_audit (reveal->session, txn, "patient.reveal", "visit", reveal->visit, "done", reveal->purpose, reveal->payload, error))
    return FALSE;
  reveal->value = g_strdup (fz_fields_get (facts, reveal->field));
  return TRUE;
}

static gboolean
check_asked (FzSession *session, const char *field, const char *purpose, const char *words, GError **error)
{
  const FzCodes *purposes = fz_knowledge_codes (session->desk->knowledge, "reveal-purposes");
  gboolean known = FALSE;

  for (guint i = 0; field != NULL && i < G_N_ELEMENTS (fields); i++)
    known = known || g_str_equal (fields[i].key, field);
  if (!known) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("没有这一项脱敏信息。"));
    return FALSE;
  }
  if (purpose == NULL || fz_codes_find_code (purposes, purpose) < 0 || words == NULL || *words == '\0' || g_utf8_strlen (words, -1) > MAX_WORDS) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请选择查看用途，并用一句话写明（不超过200字）。"));
    return FALSE;
  }
  return TRUE;
}

char *
fz_desk_reveal (FzSession *session, const char *visit, const char *field, const char *purpose, const char *words, GError **error)
{
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.reveal/v1");
  Reveal reveal = { session, visit, field, purpose, words, payload, NULL, FALSE };

  if (!fz_session_may (session, "patient.reveal", "visit", visit, error) || !check_asked (session, field, purpose, words, error))
    return NULL;
  fz_fields_set (payload, "field", field);
  fz_fields_set (payload, "words", words);
  fz_fields_set (payload, "purpose_label", fz_desk_label (session->desk, "reveal-purposes", purpose));
  if (!fz_store_run (session->desk->store, FZ_TXN_RECORD, reveal_job, &reveal, error)) {
    g_clear_pointer (&reveal.value, g_free);
    return NULL;
  }
  if (reveal.denied)
    fz_reach_refuse_visit (session, "patient.reveal", visit, error);
  return reveal.value;
}
