/* How a prescription's medicine leaves the pharmacy (调配、核对、发药、配送). Each step is a signed document; core/supply.h says what may follow
 * what. 处方管理办法 art. 33, 37; Tianjin 2025 art. 23, 24; national 2022 art. 21, 22. */
#include "app/dispense.h"

#include "app/catalogue.h"
#include "app/check.h"
#include "app/reach.h"
#include "app/sheet.h"
#include "app/visit.h"
#include "core/mask.h"
#include "db/directory.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_BATCH 60

typedef struct {
  FzSession *session;
  const char *id, *visit_id;
  FzFields *rx, *visit, *doctor;
  FzFold *fold;
  const FzCaseRx *state;
  const char *act;
  gboolean denied; /* not in the pharmacy's work any more, and another's */
  FzFields *agreement; /* NULL: none is named */
  const char *agreement_id;
} Out;

static void
out_clear (Out *out)
{
  g_clear_pointer (&out->rx, fz_fields_unref);
  g_clear_pointer (&out->visit, fz_fields_unref);
  g_clear_pointer (&out->doctor, fz_fields_unref);
  g_clear_pointer (&out->fold, fz_fold_free);
  g_clear_pointer (&out->agreement, fz_fields_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Out, out_clear)

static gboolean
read_out (FzTxn *txn, gpointer data, GError **error)
{
  Out *out = data;

  out->rx = fz_rx_get (txn, out->id, error);
  out->visit_id = out->rx != NULL ? fz_fields_get (out->rx, "rx.visit") : NULL;
  out->visit = out->rx != NULL ? fz_visits_get (txn, out->visit_id, error) : NULL;
  if (out->visit == NULL || !fz_reach_rx (out->session, txn, out->act, out->visit, out->rx, &out->denied, error))
    return FALSE;
  if (out->denied)
    return TRUE;
  out->doctor = fz_staff_get (txn, fz_fields_get (out->rx, "rx.doctor_number"), error);
  out->fold = out->doctor != NULL ? fz_submit_fold (txn, out->visit_id, error) : NULL;
  if (out->fold == NULL)
    return FALSE;
  out->state = fz_case_find_rx (out->fold->state, out->id);
  if (out->agreement_id == NULL)
    return TRUE;
  out->agreement = fz_agreement_get (out->session->desk, txn, out->agreement_id, error);
  return out->agreement != NULL;
}

static gboolean
open_out (FzSession *session, const char *act, const char *id, const FzFields *facts, Out *out, GError **error)
{
  out->session = session;
  out->id = id;
  out->act = act;
  out->agreement_id = facts != NULL ? fz_fields_get (facts, "agreement") : NULL;
  return fz_session_may (session, act, "prescription", id, error) &&
         fz_store_run (session->desk->store, FZ_TXN_READ, read_out, out, error) &&
         (!out->denied || fz_reach_refuse_rx (session, act, id, error));
}

static gboolean
invalid (GError **error, const char *why)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, why);
  return FALSE;
}

/* --- the rules at this moment --- */

static FzFields *
facts_of (const Out *out, GError **error)
{
  FzSession *session = out->session;

  return fz_check_facts (session->desk, out->visit, out->rx, out->doctor, session->person, session->person, error);
}

static gboolean
ask_rules (const Out *out, FzFields *verdicts, GError **error)
{
  static const FzMoment moments[] = { FZ_MOMENT_DISPENSE };
  g_autoptr (FzFields) facts = facts_of (out, error);
  g_autoptr (GPtrArray) findings = facts != NULL ? fz_check_run (out->session->desk, moments, G_N_ELEMENTS (moments), facts, FALSE,
                                                                 fz_session_now_us (out->session), verdicts, error) : NULL;
  const FzFinding *blocker = findings != NULL ? fz_check_blocker (findings, out->rx) : NULL;

  return findings != NULL && (blocker == NULL || fz_refuse_for (blocker, error));
}

/* What the national list keeps out of online sale, and anything specially managed, does not go to an outside pharmacy; what might be on
 * the list does not either (药品网络销售禁止清单, 2022 no. 111). */
static gboolean
may_go_outside (const Out *out, GError **error)
{
  static const FzMoment moments[] = { FZ_MOMENT_DISPENSE };
  g_autoptr (FzFields) facts = facts_of (out, error);
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GString) lines = g_string_new (NULL);

  if (facts == NULL)
    return FALSE;
  fz_fields_set (facts, "rx.delivery", "outside_pharmacy");
  findings = fz_check_run (out->session->desk, moments, G_N_ELEMENTS (moments), facts, TRUE, fz_session_now_us (out->session), NULL, error);
  for (guint i = 0; findings != NULL && i < findings->len; i++) {
    const FzFinding *finding = findings->pdata[i];

    if (g_str_has_prefix (finding->rule, "CONTROLLED_"))
      g_string_append_printf (lines, "%s%s", lines->len > 0 ? "\n" : "", finding->message);
  }
  if (findings == NULL || lines->len == 0)
    return findings != NULL;
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("以下药品不得流转到院外药店，请改为窗口自取或本院药房配送：\n%s"), lines->str);
  return FALSE;
}

/* --- bodies --- */

static FzFields *
body_new (const Out *out, const FzSheet *sheet, FzDocKind kind, const char *word, guint part)
{
  FzDesk *desk = out->session->desk;
  g_autofree char *id = fz_document_id (desk, out->id, word);
  FzFields *body = fz_body_new (desk, kind, out->visit_id, id, sheet->prepared_us);

  fz_session_put_signer (out->session, body, "pharmacist");
  fz_fields_set (body, "prescription", out->id);
  fz_fields_set (body, "patient.name", fz_fields_get (out->rx, "patient.name"));
  fz_fields_set_int (body, "part", part + 1);
  return body;
}

static void
put_line (const Out *out, FzFields *body, guint i)
{
  if (fz_fields_has (out->rx, "rx.packets")) { /* herbs are counted in doses, as one line */
    fz_fields_set_at (body, "line", i, "name", "中药饮片");
    fz_fields_set_at (body, "line", i, "unit", "剂");
    return;
  }
  fz_fields_set_at (body, "line", i, "name", fz_fields_get_at (out->rx, "rx.item", i, "generic"));
  fz_fields_set_at (body, "line", i, "strength", fz_fields_get_at (out->rx, "rx.item", i, "strength"));
  fz_fields_set_at (body, "line", i, "unit", fz_fields_get_at (out->rx, "rx.item", i, "unit"));
}

/* The batch on the box, where somebody wrote it: a recall can then leave out who got another. Herbs are weighed from many. */
static gboolean
put_batch (const Out *out, const FzFields *typed, FzFields *body, guint i, GError **error)
{
  g_autofree char *key = g_strdup_printf ("batch.%02u", i), *batch = typed != NULL && fz_fields_has (typed, key) ? g_strstrip (g_strdup (fz_fields_get (typed, key))) : NULL;

  if (batch == NULL || *batch == '\0')
    return TRUE;
  if (fz_fields_has (out->rx, "rx.packets") || strchr (batch, '\n') != NULL || g_utf8_strlen (batch, -1) > MAX_BATCH) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("第 %u 行的批号应为一行，不超过%d字，几个批号用顿号隔开；中药饮片不填批号。"), i + 1, MAX_BATCH);
    return FALSE;
  }
  fz_fields_set_at (body, "line", i, "batch", batch);
  return TRUE;
}

/* What was prescribed, goes now and stays owed after it. `typed` (may be NULL): give.NN, batch.NN; else everything owed. */
static gboolean
put_packs (const Out *out, const FzFields *typed, FzFields *body, GError **error)
{
  const FzSupply *supply = out->state->supply;

  for (guint i = 0; i < fz_supply_get_n_lines (supply); i++) {
    gint64 owed = fz_supply_get_owed (supply, i), give = owed;
    g_autofree char *key = g_strdup_printf ("give.%02u", i);

    if (typed != NULL && fz_fields_has (typed, key) && !fz_fields_get_int (typed, key, &give)) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("第 %u 行本次发出的数量应为整数。"), i + 1);
      return FALSE;
    }
    put_line (out, body, i);
    fz_fields_set_int_at (body, "line", i, "prescribed", owed + fz_supply_get_gone (supply, i));
    fz_fields_set_int_at (body, "line", i, "give", give);
    fz_fields_set_int_at (body, "line", i, "owed", owed - give);
    if (give > 0 && !put_batch (out, typed, body, i, error))
      return FALSE;
  }
  return TRUE;
}

/* The packs of a part that stands, as its preparation said. */
static void
put_part_packs (const Out *out, guint part, gboolean whole, FzFields *body)
{
  const FzSupply *supply = out->state->supply;
  g_autofree char *list = g_strdup_printf ("rx.part.%02u.give", part), *batches = g_strdup_printf ("rx.part.%02u.batch", part);

  for (guint i = 0; i < fz_supply_get_n_lines (supply); i++) {
    const char *give = fz_fields_get_at (out->rx, list, i, NULL);
    gint64 packs = give != NULL ? g_ascii_strtoll (give, NULL, 10) : 0, owed = fz_supply_get_owed (supply, i);

    put_line (out, body, i);
    fz_fields_set_at (body, "line", i, "give", give);
    fz_fields_set_at (body, "line", i, "batch", fz_fields_get_at (out->rx, batches, i, NULL));
    if (!whole)
      continue;
    fz_fields_set_int_at (body, "line", i, "prescribed", owed + packs + fz_supply_get_gone (supply, i));
    fz_fields_set_int_at (body, "line", i, "owed", owed);
  }
}

/* Tries the machine before anybody is asked to sign: what it will refuse is said now. */
static gboolean
add_piece (const Out *out, FzSheet *sheet, FzFields *body, GError **error)
{
  FzActor actor = { out->session->role, fz_fields_get (out->session->person, "person") };

  return fz_case_apply (out->fold->state, body, &actor, sheet->prepared_us, NULL, error) &&
         fz_sheet_add (sheet, out->session->desk, body, error);
}

/* A medicine was removed for a suspected reaction after this was approved: who hands it out all the same says why, and signs for it. */
static gboolean
check_removed (const Out *out, const char *words, GError **error)
{
  g_autofree char *removed = fz_catalogue_removed_lines (out->session->desk->knowledge, out->rx);

  if (removed == NULL || (words != NULL && *words != '\0'))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("%s。\n请与开方医师和患者联系，停发并作废处方；确需继续发出的，在说明中写明理由。"), removed);
  return FALSE;
}

/* --- prepared (调配) --- */

FzSheet *
fz_desk_prepare_preparation (FzSession *session, const char *rx, const FzFields *facts, GError **error)
{
  g_auto (Out) out = { 0 };
  g_autoptr (FzFields) verdicts = fz_fields_new ("fuzhen.verdicts/v1"), body = NULL;
  g_autoptr (FzSheet) sheet = NULL;
  const char *way = fz_fields_get (facts, "way");

  if (!open_out (session, "prescription.prepare", rx, NULL, &out, error) || !ask_rules (&out, verdicts, error) ||
      !check_removed (&out, fz_fields_get (facts, "words"), error))
    return NULL;
  sheet = fz_sheet_new (session, out.visit_id);
  body = body_new (&out, sheet, FZ_DOC_PREPARATION, "prepare", fz_supply_get_n_parts (out.state->supply));
  fz_fields_set (body, "way", way != NULL ? way : "counter");
  fz_fields_set (body, "words", fz_fields_get (facts, "words"));
  fz_check_put_rules (session->desk, verdicts, body);
  return put_packs (&out, facts, body, error) && add_piece (&out, sheet, body, error) ? g_steal_pointer (&sheet) : NULL;
}

/* --- checked by another (核对) --- */

static gboolean
add_check (Out *out, FzSheet *sheet, const char *verdict, const char *words, GError **error)
{
  guint open = fz_supply_get_open (out->state->supply);
  g_autoptr (FzFields) body = NULL;

  if (open == G_MAXUINT)
    return fz_refuse (error, _ ("这张处方没有待核对的药品，请先调配。"));
  if (g_strcmp0 (verdict, "rejected") == 0 && (words == NULL || *words == '\0'))
    return invalid (error, _ ("核对不符时，请写明哪里不符。"));
  body = body_new (out, sheet, FZ_DOC_CHECK, "check", open);
  fz_fields_set (body, "verdict", verdict);
  fz_fields_set (body, "words", words);
  fz_fields_set (body, "preparer.name", fz_fields_get_at (out->rx, "rx.part", open, "preparer_name"));
  put_part_packs (out, open, FALSE, body);
  return add_piece (out, sheet, body, error);
}

FzSheet *
fz_desk_prepare_preparation_check (FzSession *session, const char *rx, const char *verdict, const char *words, GError **error)
{
  g_auto (Out) out = { 0 };
  g_autoptr (FzSheet) sheet = NULL;

  if (!open_out (session, "prescription.check", rx, NULL, &out, error) ||
      (g_strcmp0 (verdict, "rejected") != 0 && !check_removed (&out, words, error)))
    return NULL;
  sheet = fz_sheet_new (session, out.visit_id);
  return add_check (&out, sheet, verdict, words, error) ? g_steal_pointer (&sheet) : NULL;
}

/* --- handed over, sent, passed on (发药) --- */

/* The last four of the identity number shown at the counter; the patient's own must be the registered one's. */
static gboolean
put_receiver (const Out *out, const FzFields *facts, FzFields *body, GError **error)
{
  const char *relation = fz_fields_get (facts, "relation"), *name = fz_fields_get (facts, "receiver"), *tail = fz_fields_get (facts, "id_tail");
  const char *own = fz_fields_get (out->rx, "patient.id_number");
  const char *label = fz_desk_label (out->session->desk, "relations", relation != NULL ? relation : "self");
  gboolean self = relation == NULL || g_str_equal (relation, "self");

  if (own == NULL)
    own = fz_fields_get (out->visit, "patient.id_number");
  if (label == NULL)
    return invalid (error, _ ("请选择取药人与患者的关系。"));
  if (!self && name == NULL)
    return invalid (error, _ ("请填写代取人的姓名。"));
  if (tail == NULL || strlen (tail) != 4 || strspn (tail, "0123456789X") != 4)
    return invalid (error, _ ("请填写取药人证件号的后四位（数字，末位可为 X）。"));
  if (self && own != NULL && !g_str_has_suffix (own, tail))
    return fz_refuse (error, _ ("证件号后四位与患者登记的不一致，请核对取药人的身份。"));
  fz_fields_set (body, "receiver", self ? fz_fields_get (out->rx, "patient.name") : name);
  fz_fields_set (body, "relation", self ? "self" : relation);
  fz_fields_set (body, "relation_label", label);
  fz_fields_set (body, "id_tail", tail);
  return TRUE;
}

/* A third party carries only under an agreement on file; the hospital's own courier is named. */
static gboolean
put_courier (const Out *out, const FzFields *facts, FzFields *body, GError **error)
{
  const char *carrier = fz_fields_get (facts, "carrier"), *parcel = fz_fields_get (facts, "parcel"), *address = fz_fields_get (facts, "address");
  g_autofree char *masked = NULL;

  if (address == NULL)
    address = fz_fields_get (out->visit, "patient.address");
  if (address == NULL)
    return invalid (error, _ ("患者没有登记地址，请填写收件地址，或改为窗口自取。"));
  if (out->agreement != NULL && !fz_agreement_is_of (out->agreement, "delivery"))
    return invalid (error, _ ("所选协议不是药品配送协议。"));
  if (out->agreement != NULL && parcel == NULL)
    return invalid (error, _ ("委托第三方配送的，请填写运单号。"));
  if (out->agreement == NULL && carrier == NULL)
    return invalid (error, _ ("请填写本院配送人员的姓名，或选择签有配送协议的承运人。"));
  masked = fz_mask_address (address);
  fz_fields_set (body, "carrier", out->agreement != NULL ? fz_fields_get (out->agreement, "field.partner") : carrier);
  fz_fields_set (body, "agreement", out->agreement_id);
  fz_fields_set (body, "parcel", parcel);
  fz_fields_set (body, "address", masked);
  return TRUE;
}

static gboolean
put_pharmacy (const Out *out, FzFields *body, GError **error)
{
  if (out->agreement == NULL)
    return invalid (error, _ ("请选择签有供药协议的院外药店；没有有效协议的药店不能接收处方。"));
  if (!fz_agreement_is_of (out->agreement, "pharmacy"))
    return invalid (error, _ ("所选协议不是院外药店的供药协议。"));
  fz_fields_set (body, "partner", fz_fields_get (out->agreement, "field.partner"));
  fz_fields_set (body, "partner_code", fz_fields_get (out->agreement, "field.partner_code"));
  fz_fields_set (body, "agreement", out->agreement_id);
  return may_go_outside (out, error);
}

static gboolean
put_way (const Out *out, FzWay way, const FzFields *facts, FzFields *body, GError **error)
{
  const char *paid = fz_fields_get (facts, "paid");

  fz_fields_set (body, "way", fz_way_to_word (way));
  fz_fields_set (body, "words", fz_fields_get (facts, "words"));
  fz_fields_set (body, "paid", paid);
  if (g_strcmp0 (paid, "yes") != 0 && g_strcmp0 (paid, "no") != 0)
    return invalid (error, _ ("请说明药品费用是否已结清：监管平台的核销数据要求如实填报。"));
  if (way == FZ_WAY_OUTSIDE)
    return put_pharmacy (out, body, error);
  return way == FZ_WAY_COUNTER ? put_receiver (out, facts, body, error) : put_courier (out, facts, body, error);
}

static gboolean
add_dispense (Out *out, FzSheet *sheet, guint open, FzWay way, const FzFields *facts, const FzFields *verdicts, GError **error)
{
  g_autoptr (FzFields) body = body_new (out, sheet, FZ_DOC_DISPENSE, "dispense", open);

  if (way == FZ_WAY_OUTSIDE) {
    if (!put_packs (out, NULL, body, error))
      return FALSE;
  } else
    put_part_packs (out, open, TRUE, body);
  fz_fields_set_bool (body, "complete", way == FZ_WAY_OUTSIDE || !fz_supply_owes (out->state->supply));
  fz_check_put_rules (out->session->desk, verdicts, body);
  return put_way (out, way, facts, body, error) && add_piece (out, sheet, body, error);
}

FzSheet *
fz_desk_prepare_dispense (FzSession *session, const char *rx, const FzFields *facts, GError **error)
{
  g_auto (Out) out = { 0 };
  g_autoptr (FzFields) verdicts = fz_fields_new ("fuzhen.verdicts/v1");
  g_autoptr (FzSheet) sheet = NULL;
  gboolean outside = g_strcmp0 (fz_fields_get (facts, "way"), "outside") == 0;
  guint open;

  if (!open_out (session, "prescription.dispense", rx, facts, &out, error) || !ask_rules (&out, verdicts, error) ||
      !check_removed (&out, fz_fields_get (facts, "words"), error))
    return NULL;
  open = fz_supply_get_open (out.state->supply);
  sheet = fz_sheet_new (session, out.visit_id);
  if (outside)
    return add_dispense (&out, sheet, fz_supply_get_n_parts (out.state->supply), FZ_WAY_OUTSIDE, facts, verdicts, error) ? g_steal_pointer (&sheet) : NULL;
  if (open == G_MAXUINT) {
    fz_refuse (error, out.state->stage == FZ_RX_EFFECTIVE ? _ ("这张处方还没有调配，不能发药。") : _ ("这张处方不在有效状态，不能发药。"));
    return NULL;
  }
  if (fz_supply_get_state (out.state->supply, open) == FZ_PART_PREPARED && !add_check (&out, sheet, "passed", NULL, error))
    return NULL;
  return add_dispense (&out, sheet, open, fz_supply_get_way (out.state->supply, open), facts, verdicts, error) ? g_steal_pointer (&sheet) : NULL;
}

/* --- what became of it --- */

static gboolean
put_outcome (const Out *out, guint part, const FzFields *facts, FzFields *body, GError **error)
{
  const char *outcome = fz_fields_get (facts, "outcome"), *words = fz_fields_get (facts, "words");
  gboolean came_back = g_strcmp0 (outcome, "returned") == 0, outside = fz_supply_get_way (out->state->supply, part) == FZ_WAY_OUTSIDE;
  g_autofree char *key = g_strdup_printf ("rx.part.%02u.handed_at", part);
  gint64 at_us = fz_session_now_us (out->session), sent_us = 0;

  if (came_back && words == NULL)
    return invalid (error, _ ("请写明退回的原因，以及退回药品如何处理。"));
  if (outside && !came_back && (!fz_fields_has (facts, "prepared_by") || !fz_fields_has (facts, "checked_by")))
    return invalid (error, _ ("请填写药店的调配人和核对人。"));
  if (fz_fields_has (facts, "arrived_at") && !fz_fields_get_time (facts, "arrived_at", &at_us))
    return invalid (error, _ ("到达时间看不懂。"));
  if (at_us > fz_session_now_us (out->session) || (fz_fields_get_time (out->rx, key, &sent_us) && at_us < sent_us))
    return invalid (error, _ ("到达时间不能早于发出时间，也不能晚于现在。"));
  fz_fields_set (body, "way", fz_way_to_word (fz_supply_get_way (out->state->supply, part)));
  fz_fields_set (body, "outcome", outcome);
  fz_fields_set (body, "words", words);
  fz_fields_set (body, "prepared_by", outside ? fz_fields_get (facts, "prepared_by") : NULL);
  fz_fields_set (body, "checked_by", outside ? fz_fields_get (facts, "checked_by") : NULL);
  fz_fields_set_time (body, "arrived_at", at_us);
  return TRUE;
}

FzSheet *
fz_desk_prepare_delivery (FzSession *session, const char *rx, const FzFields *facts, GError **error)
{
  g_auto (Out) out = { 0 };
  g_autoptr (FzFields) body = NULL;
  g_autoptr (FzSheet) sheet = NULL;
  gint64 number = 0;
  guint n;

  if (!open_out (session, "prescription.deliver", rx, NULL, &out, error))
    return NULL;
  n = fz_supply_get_n_parts (out.state->supply);
  fz_fields_get_int (facts, "part", &number);
  for (guint i = 0; number == 0 && i < n; i++)
    if (fz_supply_get_state (out.state->supply, i) == FZ_PART_SENT)
      number = i + 1;
  if (number < 1 || number > n) {
    fz_refuse (error, _ ("这张处方没有在途的药品。"));
    return NULL;
  }
  sheet = fz_sheet_new (session, out.visit_id);
  body = body_new (&out, sheet, FZ_DOC_DELIVERY, "delivery", (guint) number - 1);
  return put_outcome (&out, (guint) number - 1, facts, body, error) && add_piece (&out, sheet, body, error) ? g_steal_pointer (&sheet) : NULL;
}
