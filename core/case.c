#include "core/case.h"

#include <glib/gi18n-lib.h>

struct _FzCase {
  FzStage stage;
  char *visit;
  char *holder;       /* person who took it */
  gboolean identity;
  gboolean consent;
  gboolean presence;  /* by the holder, for this taking */
  gboolean eligible;  /* by the holder, after this taking */
  GPtrArray *rx;      /* FzCaseRx */
};

/* What must already be true before a document may stand. */
enum {
  NEED_NOTHING = 0,
  NEED_IDENTITY = 1 << 0,
  NEED_CONSENT = 1 << 1,
  NEED_HOLDER = 1 << 2,   /* signed by the person who took the visit */
  NEED_ELIGIBLE = 1 << 3, /* that person's verdict says a follow-up is allowed */
  NEED_OTHER = 1 << 4,    /* signed by another natural person than the prescriber */
  NEED_AUTHOR = 1 << 5,   /* signed by the prescriber */
  NEED_KEPT = 1 << 6,     /* nothing of it has left the pharmacy */
};

typedef struct {
  FzStage stage;
  FzDocKind kind;
  FzRole role;
  guint need;
  FzStage next;
} VisitRow;

/* The visit: (stage, document, role, precondition) -> stage. A row that is not here is refused. */
static const VisitRow visit_table[] = {
  { FZ_STAGE_NONE, FZ_DOC_INTAKE, FZ_ROLE_DESK, NEED_NOTHING, FZ_STAGE_WAITING },

  /* Money moves at any time, and moves nothing else. */
  { FZ_STAGE_WAITING, FZ_DOC_PAYMENT, FZ_ROLE_DESK, NEED_NOTHING, FZ_STAGE_WAITING },
  { FZ_STAGE_TAKEN, FZ_DOC_PAYMENT, FZ_ROLE_DESK, NEED_NOTHING, FZ_STAGE_TAKEN },
  { FZ_STAGE_RECORDED, FZ_DOC_PAYMENT, FZ_ROLE_DESK, NEED_NOTHING, FZ_STAGE_RECORDED },
  { FZ_STAGE_FINISHED, FZ_DOC_PAYMENT, FZ_ROLE_DESK, NEED_NOTHING, FZ_STAGE_FINISHED },
  { FZ_STAGE_REFUSED, FZ_DOC_PAYMENT, FZ_ROLE_DESK, NEED_NOTHING, FZ_STAGE_REFUSED },
  { FZ_STAGE_WITHDRAWN, FZ_DOC_PAYMENT, FZ_ROLE_DESK, NEED_NOTHING, FZ_STAGE_WITHDRAWN },
  { FZ_STAGE_TERMINATED, FZ_DOC_PAYMENT, FZ_ROLE_DESK, NEED_NOTHING, FZ_STAGE_TERMINATED },

  { FZ_STAGE_WAITING, FZ_DOC_IDENTITY, FZ_ROLE_DESK, NEED_NOTHING, FZ_STAGE_WAITING },
  { FZ_STAGE_WAITING, FZ_DOC_CONSENT, FZ_ROLE_DESK, NEED_NOTHING, FZ_STAGE_WAITING },
  { FZ_STAGE_WAITING, FZ_DOC_PRIOR_RECORD, FZ_ROLE_DESK, NEED_NOTHING, FZ_STAGE_WAITING },
  { FZ_STAGE_WAITING, FZ_DOC_SUPPLEMENT, FZ_ROLE_DESK, NEED_NOTHING, FZ_STAGE_WAITING },
  { FZ_STAGE_WAITING, FZ_DOC_PRESENCE, FZ_ROLE_DOCTOR, NEED_IDENTITY | NEED_CONSENT, FZ_STAGE_TAKEN },
  { FZ_STAGE_WAITING, FZ_DOC_REFUSAL, FZ_ROLE_DOCTOR, NEED_NOTHING, FZ_STAGE_REFUSED },
  { FZ_STAGE_WAITING, FZ_DOC_REFUSAL, FZ_ROLE_DESK, NEED_NOTHING, FZ_STAGE_REFUSED }, /* by time-out */
  { FZ_STAGE_WAITING, FZ_DOC_WITHDRAWAL, FZ_ROLE_DESK, NEED_NOTHING, FZ_STAGE_WITHDRAWN },

  { FZ_STAGE_TAKEN, FZ_DOC_PRESENCE, FZ_ROLE_DOCTOR, NEED_HOLDER, FZ_STAGE_TAKEN }, /* came back after being away */
  { FZ_STAGE_TAKEN, FZ_DOC_CONSENT, FZ_ROLE_DESK, NEED_NOTHING, FZ_STAGE_TAKEN },   /* a newer text was signed */
  { FZ_STAGE_TAKEN, FZ_DOC_PRIOR_RECORD, FZ_ROLE_DESK, NEED_NOTHING, FZ_STAGE_TAKEN },
  { FZ_STAGE_TAKEN, FZ_DOC_SUPPLEMENT, FZ_ROLE_DESK, NEED_NOTHING, FZ_STAGE_TAKEN },
  { FZ_STAGE_TAKEN, FZ_DOC_ELIGIBILITY, FZ_ROLE_DOCTOR, NEED_IDENTITY | NEED_CONSENT | NEED_HOLDER, FZ_STAGE_TAKEN },
  { FZ_STAGE_TAKEN, FZ_DOC_RECORD, FZ_ROLE_DOCTOR, NEED_IDENTITY | NEED_CONSENT | NEED_HOLDER | NEED_ELIGIBLE, FZ_STAGE_RECORDED },
  { FZ_STAGE_TAKEN, FZ_DOC_WITHDRAWAL, FZ_ROLE_DESK, NEED_NOTHING, FZ_STAGE_WITHDRAWN },
  { FZ_STAGE_TAKEN, FZ_DOC_TERMINATION, FZ_ROLE_DOCTOR, NEED_HOLDER, FZ_STAGE_TERMINATED },
  { FZ_STAGE_TAKEN, FZ_DOC_HANDOVER, FZ_ROLE_DOCTOR, NEED_HOLDER, FZ_STAGE_WAITING },

  { FZ_STAGE_RECORDED, FZ_DOC_PRESENCE, FZ_ROLE_DOCTOR, NEED_HOLDER, FZ_STAGE_RECORDED },
  { FZ_STAGE_RECORDED, FZ_DOC_ADDENDUM, FZ_ROLE_DOCTOR, NEED_HOLDER, FZ_STAGE_RECORDED },
  { FZ_STAGE_RECORDED, FZ_DOC_TERMINATION, FZ_ROLE_DOCTOR, NEED_HOLDER, FZ_STAGE_TERMINATED },
  { FZ_STAGE_RECORDED, FZ_DOC_FINISH, FZ_ROLE_DOCTOR, NEED_HOLDER, FZ_STAGE_FINISHED },

  { FZ_STAGE_FINISHED, FZ_DOC_ADDENDUM, FZ_ROLE_DOCTOR, NEED_HOLDER, FZ_STAGE_FINISHED },
  { FZ_STAGE_TERMINATED, FZ_DOC_ADDENDUM, FZ_ROLE_DOCTOR, NEED_HOLDER, FZ_STAGE_TERMINATED },

  /* How closely it is kept says nothing of how far it is: at any time by its doctor, and by medical affairs. */
  { FZ_STAGE_WAITING, FZ_DOC_MARKING, FZ_ROLE_AFFAIRS, NEED_NOTHING, FZ_STAGE_WAITING },
  { FZ_STAGE_TAKEN, FZ_DOC_MARKING, FZ_ROLE_AFFAIRS, NEED_NOTHING, FZ_STAGE_TAKEN },
  { FZ_STAGE_TAKEN, FZ_DOC_MARKING, FZ_ROLE_DOCTOR, NEED_HOLDER, FZ_STAGE_TAKEN },
  { FZ_STAGE_RECORDED, FZ_DOC_MARKING, FZ_ROLE_AFFAIRS, NEED_NOTHING, FZ_STAGE_RECORDED },
  { FZ_STAGE_RECORDED, FZ_DOC_MARKING, FZ_ROLE_DOCTOR, NEED_HOLDER, FZ_STAGE_RECORDED },
  { FZ_STAGE_FINISHED, FZ_DOC_MARKING, FZ_ROLE_AFFAIRS, NEED_NOTHING, FZ_STAGE_FINISHED },
  { FZ_STAGE_FINISHED, FZ_DOC_MARKING, FZ_ROLE_DOCTOR, NEED_HOLDER, FZ_STAGE_FINISHED },
  { FZ_STAGE_REFUSED, FZ_DOC_MARKING, FZ_ROLE_AFFAIRS, NEED_NOTHING, FZ_STAGE_REFUSED },
  { FZ_STAGE_WITHDRAWN, FZ_DOC_MARKING, FZ_ROLE_AFFAIRS, NEED_NOTHING, FZ_STAGE_WITHDRAWN },
  { FZ_STAGE_TERMINATED, FZ_DOC_MARKING, FZ_ROLE_AFFAIRS, NEED_NOTHING, FZ_STAGE_TERMINATED },
  { FZ_STAGE_TERMINATED, FZ_DOC_MARKING, FZ_ROLE_DOCTOR, NEED_HOLDER, FZ_STAGE_TERMINATED },
};

typedef struct {
  FzRxStage stage;
  FzDocKind kind;
  FzRole role;
  const char *verdict; /* of a review or check, `complete` of a dispensing, `outcome` of a delivery; NULL for other kinds */
  guint need;
  FzRxStage next;
} RxRow;

/* The prescription. Writing one also asks a recorded visit and everything the record asked (see apply_prescription). */
static const RxRow rx_table[] = {
  { FZ_RX_NONE, FZ_DOC_PRESCRIPTION, FZ_ROLE_DOCTOR, NULL, NEED_IDENTITY | NEED_CONSENT | NEED_HOLDER | NEED_ELIGIBLE, FZ_RX_SIGNED },
  { FZ_RX_SIGNED, FZ_DOC_REVIEW, FZ_ROLE_PHARMACIST, "approved", NEED_OTHER, FZ_RX_EFFECTIVE },
  { FZ_RX_SIGNED, FZ_DOC_REVIEW, FZ_ROLE_PHARMACIST, "returned", NEED_OTHER, FZ_RX_RETURNED },
  { FZ_RX_SIGNED, FZ_DOC_REVIEW, FZ_ROLE_PHARMACIST, "refused", NEED_OTHER, FZ_RX_REFUSED },
  { FZ_RX_SIGNED, FZ_DOC_CONFIRMATION, FZ_ROLE_DOCTOR, NULL, NEED_AUTHOR, FZ_RX_SIGNED },
  { FZ_RX_RETURNED, FZ_DOC_CONFIRMATION, FZ_ROLE_DOCTOR, NULL, NEED_AUTHOR, FZ_RX_SIGNED }, /* reviewed anew */
  /* What was promised to be watched is told of while the patient may have the medicine. */
  { FZ_RX_SIGNED, FZ_DOC_MONITORING, FZ_ROLE_DOCTOR, NULL, NEED_AUTHOR, FZ_RX_SIGNED },
  { FZ_RX_EFFECTIVE, FZ_DOC_MONITORING, FZ_ROLE_DOCTOR, NULL, NEED_AUTHOR, FZ_RX_EFFECTIVE },
  { FZ_RX_DISPENSED, FZ_DOC_MONITORING, FZ_ROLE_DOCTOR, NULL, NEED_AUTHOR, FZ_RX_DISPENSED },
  { FZ_RX_EXPIRED, FZ_DOC_MONITORING, FZ_ROLE_DOCTOR, NULL, NEED_AUTHOR, FZ_RX_EXPIRED },
  { FZ_RX_SIGNED, FZ_DOC_VOID, FZ_ROLE_DOCTOR, NULL, NEED_AUTHOR, FZ_RX_VOIDED },
  { FZ_RX_SIGNED, FZ_DOC_EXPIRY, FZ_ROLE_DESK, NULL, NEED_NOTHING, FZ_RX_EXPIRED },
  { FZ_RX_EFFECTIVE, FZ_DOC_PREPARATION, FZ_ROLE_PHARMACIST, NULL, NEED_OTHER, FZ_RX_EFFECTIVE },
  { FZ_RX_EFFECTIVE, FZ_DOC_CHECK, FZ_ROLE_PHARMACIST, "passed", NEED_OTHER, FZ_RX_EFFECTIVE },
  { FZ_RX_EFFECTIVE, FZ_DOC_CHECK, FZ_ROLE_PHARMACIST, "rejected", NEED_OTHER, FZ_RX_EFFECTIVE },
  { FZ_RX_EFFECTIVE, FZ_DOC_DISPENSE, FZ_ROLE_PHARMACIST, "no", NEED_OTHER, FZ_RX_EFFECTIVE },
  { FZ_RX_EFFECTIVE, FZ_DOC_DISPENSE, FZ_ROLE_PHARMACIST, "yes", NEED_OTHER, FZ_RX_DISPENSED },
  { FZ_RX_EFFECTIVE, FZ_DOC_DISPENSE_V1, FZ_ROLE_PHARMACIST, NULL, NEED_OTHER, FZ_RX_DISPENSED },
  /* What became of a parcel is told whatever became of the prescription; one that came back is owed again. */
  { FZ_RX_EFFECTIVE, FZ_DOC_DELIVERY, FZ_ROLE_PHARMACIST, "delivered", NEED_OTHER, FZ_RX_EFFECTIVE },
  { FZ_RX_EFFECTIVE, FZ_DOC_DELIVERY, FZ_ROLE_PHARMACIST, "returned", NEED_OTHER, FZ_RX_EFFECTIVE },
  { FZ_RX_DISPENSED, FZ_DOC_DELIVERY, FZ_ROLE_PHARMACIST, "delivered", NEED_OTHER, FZ_RX_DISPENSED },
  { FZ_RX_DISPENSED, FZ_DOC_DELIVERY, FZ_ROLE_PHARMACIST, "returned", NEED_OTHER, FZ_RX_EFFECTIVE },
  { FZ_RX_EXPIRED, FZ_DOC_DELIVERY, FZ_ROLE_PHARMACIST, "delivered", NEED_OTHER, FZ_RX_EXPIRED },
  { FZ_RX_EXPIRED, FZ_DOC_DELIVERY, FZ_ROLE_PHARMACIST, "returned", NEED_OTHER, FZ_RX_EXPIRED },
  { FZ_RX_VOIDED, FZ_DOC_DELIVERY, FZ_ROLE_PHARMACIST, "delivered", NEED_OTHER, FZ_RX_VOIDED },
  { FZ_RX_VOIDED, FZ_DOC_DELIVERY, FZ_ROLE_PHARMACIST, "returned", NEED_OTHER, FZ_RX_VOIDED },
  { FZ_RX_EFFECTIVE, FZ_DOC_VOID, FZ_ROLE_DOCTOR, NULL, NEED_AUTHOR | NEED_KEPT, FZ_RX_VOIDED },
  { FZ_RX_EFFECTIVE, FZ_DOC_VOID, FZ_ROLE_PHARMACIST, NULL, NEED_OTHER, FZ_RX_VOIDED },
  { FZ_RX_EFFECTIVE, FZ_DOC_EXPIRY, FZ_ROLE_DESK, NULL, NEED_NOTHING, FZ_RX_EXPIRED },
};

static void
rx_free (gpointer data)
{
  FzCaseRx *rx = data;

  g_free (rx->id);
  g_free (rx->doctor_person);
  g_free (rx->reviewer_person);
  g_free (rx->replaced_by);
  g_free (rx->note_sha256);
  fz_supply_free (rx->supply);
  g_free (rx);
}

FzCase *
fz_case_new (void)
{
  FzCase *self = g_new0 (FzCase, 1);

  self->rx = g_ptr_array_new_with_free_func (rx_free);
  return self;
}

FzCase *
fz_case_dup (const FzCase *self)
{
  FzCase *copy = fz_case_new ();

  copy->stage = self->stage;
  copy->visit = g_strdup (self->visit);
  copy->holder = g_strdup (self->holder);
  copy->identity = self->identity;
  copy->consent = self->consent;
  copy->presence = self->presence;
  copy->eligible = self->eligible;
  for (guint i = 0; i < self->rx->len; i++) {
    const FzCaseRx *from = self->rx->pdata[i];
    FzCaseRx *to = g_new0 (FzCaseRx, 1);

    *to = *from;
    to->id = g_strdup (from->id);
    to->doctor_person = g_strdup (from->doctor_person);
    to->reviewer_person = g_strdup (from->reviewer_person);
    to->replaced_by = g_strdup (from->replaced_by);
    to->note_sha256 = g_strdup (from->note_sha256);
    to->supply = fz_supply_dup (from->supply);
    g_ptr_array_add (copy->rx, to);
  }
  return copy;
}

void
fz_case_free (FzCase *self)
{
  if (self == NULL)
    return;
  g_free (self->visit);
  g_free (self->holder);
  g_ptr_array_unref (self->rx);
  g_free (self);
}

FzStage
fz_case_get_stage (const FzCase *self)
{
  return self->stage;
}

const char *
fz_case_get_visit (const FzCase *self)
{
  return self->visit;
}

const char *
fz_case_get_holder (const FzCase *self)
{
  return self->holder;
}

gboolean
fz_case_has_identity (const FzCase *self)
{
  return self->identity;
}

gboolean
fz_case_has_consent (const FzCase *self)
{
  return self->consent;
}

gboolean
fz_case_is_eligible (const FzCase *self)
{
  return self->eligible;
}

guint
fz_case_get_n_rx (const FzCase *self)
{
  return self->rx->len;
}

const FzCaseRx *
fz_case_get_rx (const FzCase *self, guint i)
{
  return i < self->rx->len ? self->rx->pdata[i] : NULL;
}

static FzCaseRx *
find_rx (const FzCase *self, const char *id)
{
  for (guint i = 0; id != NULL && i < self->rx->len; i++) {
    FzCaseRx *rx = self->rx->pdata[i];

    if (g_str_equal (rx->id, id))
      return rx;
  }
  return NULL;
}

const FzCaseRx *
fz_case_find_rx (const FzCase *self, const char *id)
{
  return find_rx (self, id);
}

/* The preconditions in the order a person would ask them. `rx` is NULL for documents of the visit. */
static gboolean
check_needs (const FzCase *self, guint need, const FzActor *actor, const FzCaseRx *rx, GError **error)
{
  if ((need & NEED_IDENTITY) && !self->identity)
    return fz_refuse (error, _ ("患者尚未通过实名核验，不能继续。"));
  if ((need & NEED_CONSENT) && !self->consent)
    return fz_refuse (error, _ ("患者尚未签署知情同意书，不能继续。"));
  if ((need & NEED_HOLDER) && (!self->presence || g_strcmp0 (self->holder, actor->person) != 0))
    return fz_refuse (error, _ ("只有完成本人认证的接诊医师可以继续本次诊疗。"));
  if ((need & NEED_ELIGIBLE) && !self->eligible)
    return fz_refuse (error, _ ("接诊医师尚未判断本次就诊符合复诊条件，不能继续。"));
  if ((need & NEED_OTHER) && rx != NULL && g_strcmp0 (rx->doctor_person, actor->person) == 0)
    return fz_refuse (error, _ ("开方医师本人不能审核、调配或撤回自己的处方，请由另一位药师处理。"));
  if ((need & NEED_AUTHOR) && rx != NULL && g_strcmp0 (rx->doctor_person, actor->person) != 0)
    return fz_refuse (error, _ ("只有开方医师本人可以作废、再次确认这张处方或登记它的监测结果。"));
  if ((need & NEED_KEPT) && rx != NULL && fz_supply_has_gone (rx->supply))
    return fz_refuse (error, _ ("这张处方已发出一部分药品，医师不能再作废；请联系药师撤回其余部分。"));
  return TRUE;
}

static const char *
require (const FzFields *body, const char *key, GError **error)
{
  const char *value = fz_fields_get (body, key);

  if (value == NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("文书缺少必填项“%s”。"), key);
  return value;
}

static gboolean
forget_taking (FzCase *self)
{
  g_clear_pointer (&self->holder, g_free);
  self->presence = FALSE;
  self->eligible = FALSE;
  /* The next doctor checks identity, evidence and verdict anew; the patient's consent stands. */
  return TRUE;
}

static gboolean
is_yes_no (const char *value)
{
  return g_str_equal (value, "yes") || g_str_equal (value, "no");
}

/* What a visit document changes besides the stage. Reads and checks first, changes last. */
static gboolean
visit_effect (FzCase *self, FzDocKind kind, const FzFields *body, const FzActor *actor, GError **error)
{
  const char *word = NULL;

  switch (kind) {
  case FZ_DOC_INTAKE:
    self->visit = g_strdup (fz_fields_get (body, "visit"));
    return TRUE;
  case FZ_DOC_IDENTITY:
    word = require (body, "verified", error);
    if (word == NULL || !is_yes_no (word))
      return word == NULL ? FALSE : fz_refuse (error, _ ("实名核验结论只能是“是”或“否”。"));
    self->identity = g_str_equal (word, "yes");
    return TRUE;
  case FZ_DOC_CONSENT:
    word = require (body, "agreed", error);
    if (word == NULL || !is_yes_no (word))
      return word == NULL ? FALSE : fz_refuse (error, _ ("知情同意结论只能是“是”或“否”。"));
    self->consent = g_str_equal (word, "yes");
    return TRUE;
  case FZ_DOC_PRESENCE:
    g_free (self->holder);
    self->holder = g_strdup (actor->person);
    self->presence = TRUE;
    return TRUE;
  case FZ_DOC_ELIGIBILITY:
    word = require (body, "verdict", error);
    if (word == NULL)
      return FALSE;
    if (!g_str_equal (word, "eligible") && !g_str_equal (word, "not_eligible")) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("复诊判断结论“%s”不是已知的取值。"), word);
      return FALSE;
    }
    self->eligible = g_str_equal (word, "eligible");
    return TRUE;
  case FZ_DOC_MARKING:
    word = require (body, "marked", error);
    if (word == NULL || !is_yes_no (word))
      return word == NULL ? FALSE : fz_refuse (error, _ ("特别敏感标记只能是“是”或“否”。"));
    return g_str_equal (word, "yes") || actor->role == FZ_ROLE_AFFAIRS || fz_refuse (error, _ ("特别敏感标记只能由医务管理人员解除。"));
  case FZ_DOC_HANDOVER:
    return forget_taking (self);
  case FZ_DOC_PRIOR_RECORD:
  case FZ_DOC_SUPPLEMENT:
  case FZ_DOC_PAYMENT:
  case FZ_DOC_RECORD:
  case FZ_DOC_ADDENDUM:
  case FZ_DOC_FINISH:
  case FZ_DOC_REFUSAL:
  case FZ_DOC_WITHDRAWAL:
  case FZ_DOC_TERMINATION:
    return TRUE;
  case FZ_DOC_PRESCRIPTION:
  case FZ_DOC_REVIEW:
  case FZ_DOC_CONFIRMATION:
  case FZ_DOC_MONITORING:
  case FZ_DOC_PREPARATION:
  case FZ_DOC_CHECK:
  case FZ_DOC_DISPENSE:
  case FZ_DOC_DELIVERY:
  case FZ_DOC_DISPENSE_V1:
  case FZ_DOC_EXPIRY:
  case FZ_DOC_VOID:
  case FZ_N_DOCS:
  default:
    g_assert_not_reached ();
  }
}

static gboolean
apply_visit (FzCase *self, FzDocKind kind, const FzFields *body, const FzActor *actor, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (visit_table); i++) {
    const VisitRow *row = &visit_table[i];

    if (row->stage != self->stage || row->kind != kind || row->role != actor->role)
      continue;
    if (!check_needs (self, row->need, actor, NULL, error) || !visit_effect (self, kind, body, actor, error))
      return FALSE;
    self->stage = row->next;
    return TRUE;
  }
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("就诊处于“%s”状态，%s不能提交“%s”。"), fz_stage_label (self->stage),
               fz_role_label (actor->role), fz_doc_kind_label (kind));
  return FALSE;
}

static gboolean
replace_returned (FzCase *self, const FzFields *body, const char *id, GError **error)
{
  const char *old = fz_fields_get (body, "replaces");
  FzCaseRx *rx = old != NULL ? find_rx (self, old) : NULL;

  if (old == NULL)
    return TRUE;
  if (rx == NULL || (rx->stage != FZ_RX_RETURNED && rx->stage != FZ_RX_VOIDED) || rx->replaced_by != NULL)
    return fz_refuse (error, _ ("新处方所替换的处方不存在、未被退回，或已被替换。"));
  if (self->stage == FZ_STAGE_FINISHED && rx->stage != FZ_RX_RETURNED)
    return fz_refuse (error, _ ("本次接诊已结束，只能重开被药师退回的处方；其他情况请患者重新申请复诊。"));
  rx->replaced_by = g_strdup (id);
  return TRUE;
}

/* After the visit is closed only a prescription that the pharmacist sent back may be written anew: the patient is waiting
 * for it, and everything it rests on was signed in this visit. */
static gboolean
may_prescribe_in (FzStage stage, const FzFields *body)
{
  return stage == FZ_STAGE_RECORDED || (stage == FZ_STAGE_FINISHED && fz_fields_has (body, "replaces"));
}

/* Which of the reasons given were a promise to watch. */
static void
note_promises (FzCaseRx *rx, const FzFields *body)
{
  for (guint i = 0; i < MIN (fz_fields_count (body, "override"), FZ_CASE_MOST_REASONS); i++)
    rx->watched[i] = fz_fields_get_at (body, "override", i, "monitor_by") != NULL ? 'p' : 0;
}

static gboolean
keep_promise (FzCaseRx *rx, const FzFields *body, GError **error)
{
  gint64 position = -1;

  if (!fz_fields_get_int (body, "position", &position) || position < 0 || position >= FZ_CASE_MOST_REASONS || rx->watched[position] == 0)
    return fz_refuse (error, _ ("这张处方没有这一项监测安排，不能登记结果。"));
  if (rx->watched[position] == 'k')
    return fz_refuse (error, _ ("这一项监测的结果已经登记过；需要补充时请写病历补记。"));
  rx->watched[position] = 'k';
  return TRUE;
}

static gboolean
apply_prescription (FzCase *self, const FzFields *body, const FzActor *actor, const char *note_sha256, GError **error)
{
  const char *id = require (body, "id", error);
  FzCaseRx *rx;
  gint64 from = 0, until = 0;

  if (id == NULL)
    return FALSE;
  if (actor->role != FZ_ROLE_DOCTOR || !may_prescribe_in (self->stage, body)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("就诊处于“%s”状态，%s不能开具处方；需由接诊医师在书写病历后开具。"),
                 fz_stage_label (self->stage), fz_role_label (actor->role));
    return FALSE;
  }
  if (!check_needs (self, rx_table[0].need, actor, NULL, error))
    return FALSE;
  if (!fz_fields_get_time (body, "valid_from", &from) || !fz_fields_get_time (body, "valid_until", &until) || until < from) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("处方缺少有效期，或有效期的起止时间颠倒。"));
    return FALSE;
  }
  if (note_sha256 == NULL || find_rx (self, id) != NULL)
    return fz_refuse (error, _ ("处方没有医师签名，或处方编号重复。"));
  if (!replace_returned (self, body, id, error))
    return FALSE;
  rx = g_new0 (FzCaseRx, 1);
  rx->id = g_strdup (id);
  rx->stage = FZ_RX_SIGNED;
  rx->doctor_person = g_strdup (actor->person);
  rx->note_sha256 = g_strdup (note_sha256);
  rx->to_confirm = fz_fields_is_yes (body, "rx.second_signature");
  rx->valid_from_us = from;
  rx->valid_until_us = until;
  rx->supply = fz_supply_new (body);
  note_promises (rx, body);
  g_ptr_array_add (self->rx, rx);
  return TRUE;
}

static gboolean
is_dispensing (FzDocKind kind)
{
  return kind == FZ_DOC_PREPARATION || kind == FZ_DOC_CHECK || kind == FZ_DOC_DISPENSE || kind == FZ_DOC_DISPENSE_V1;
}

/* Dates bind on their own: nothing takes effect or leaves the pharmacy outside them, and nothing expires early. */
static gboolean
check_dates (const FzCaseRx *rx, FzDocKind kind, FzRxStage next, gint64 at_us, GError **error)
{
  gboolean over = at_us > rx->valid_until_us;
  gboolean early = at_us < rx->valid_from_us;
  gboolean binds = is_dispensing (kind) || (kind == FZ_DOC_REVIEW && next == FZ_RX_EFFECTIVE);

  if (over && (binds || kind == FZ_DOC_CONFIRMATION))
    return fz_refuse (error, _ ("处方已超过有效期，不能审核通过或发药；请医师重新开具。"));
  if (early && binds)
    return fz_refuse (error, _ ("处方的有效期尚未开始，不能审核通过或发药；请核对本机时间。"));
  if (!over && kind == FZ_DOC_EXPIRY)
    return fz_refuse (error, _ ("处方仍在有效期内，不能按过期处理。"));
  return TRUE;
}

/* What a review or a confirmation asks besides its row: the same bytes, and for an approval everything the doctor still owed. */
static gboolean
check_judged (const FzCase *self, const FzCaseRx *rx, FzDocKind kind, FzRxStage next, const FzFields *body, GError **error)
{
  if (kind != FZ_DOC_REVIEW && kind != FZ_DOC_CONFIRMATION)
    return TRUE;
  if (self->stage == FZ_STAGE_TERMINATED && (next == FZ_RX_EFFECTIVE || kind == FZ_DOC_CONFIRMATION))
    return fz_refuse (error, _ ("本次诊疗已终止，处方不能再审核通过。"));
  if (g_strcmp0 (fz_fields_get (body, "note_sha256"), rx->note_sha256) != 0)
    return fz_refuse (error, _ ("审核的内容与医师签名的处方不一致，请重新打开处方。"));
  if (next == FZ_RX_EFFECTIVE && rx->to_confirm && !rx->confirmed)
    return fz_refuse (error, _ ("处方超过常用剂量，须由开方医师再次签名确认后才能审核通过。"));
  if (kind == FZ_DOC_CONFIRMATION && rx->replaced_by != NULL)
    return fz_refuse (error, _ ("这张处方已由新处方替换，不能再确认。"));
  if (kind == FZ_DOC_CONFIRMATION && rx->stage == FZ_RX_SIGNED && (!rx->to_confirm || rx->confirmed))
    return fz_refuse (error, _ ("这张处方不需要再次签名，或已再次签名。"));
  return TRUE;
}

/* The key whose word chooses the row. */
static const char *
word_key (FzDocKind kind)
{
  if (kind == FZ_DOC_REVIEW || kind == FZ_DOC_CHECK)
    return "verdict";
  return kind == FZ_DOC_DISPENSE ? "complete" : kind == FZ_DOC_DELIVERY ? "outcome" : NULL;
}

static gboolean
apply_supply (FzSupply *supply, FzDocKind kind, const FzFields *body, const FzActor *actor, GError **error)
{
  if (kind == FZ_DOC_PREPARATION)
    return fz_supply_prepare (supply, body, actor->person, error);
  if (kind == FZ_DOC_CHECK)
    return fz_supply_check (supply, body, actor->person, error);
  if (kind == FZ_DOC_DISPENSE)
    return fz_supply_dispense (supply, body, error);
  if (kind == FZ_DOC_DELIVERY)
    return fz_supply_deliver (supply, body, error);
  if (kind == FZ_DOC_DISPENSE_V1 && fz_supply_get_n_parts (supply) > 0)
    return fz_refuse (error, _ ("这张处方已有调配记录，不能再按旧格式登记发药。"));
  if (kind == FZ_DOC_DISPENSE_V1)
    fz_supply_dispense_whole (supply);
  return TRUE;
}

static gboolean
apply_rx (FzCase *self, FzDocKind kind, const FzFields *body, const FzActor *actor, gint64 at_us, GError **error)
{
  const char *id = require (body, "prescription", error);
  const char *verdict = NULL;
  FzCaseRx *rx;

  if (id == NULL)
    return FALSE;
  if (word_key (kind) != NULL && (verdict = require (body, word_key (kind), error)) == NULL)
    return FALSE;
  rx = find_rx (self, id);
  if (rx == NULL)
    return fz_refuse (error, _ ("这次就诊没有该处方。"));
  for (guint i = 0; i < G_N_ELEMENTS (rx_table); i++) {
    const RxRow *row = &rx_table[i];

    if (row->stage != rx->stage || row->kind != kind || row->role != actor->role || g_strcmp0 (row->verdict, verdict) != 0)
      continue;
    if (!check_needs (self, row->need, actor, rx, error) || !check_dates (rx, kind, row->next, at_us, error))
      return FALSE;
    if (!check_judged (self, rx, kind, row->next, body, error))
      return FALSE;
    rx->confirmed = rx->confirmed || kind == FZ_DOC_CONFIRMATION;
    if (kind == FZ_DOC_MONITORING && !keep_promise (rx, body, error))
      return FALSE;
    if (!apply_supply (rx->supply, kind, body, actor, error))
      return FALSE;
    if (kind == FZ_DOC_REVIEW) {
      g_free (rx->reviewer_person); /* one that was stood by is reviewed anew */
      rx->reviewer_person = g_strdup (actor->person);
    }
    rx->stage = row->next;
    return TRUE;
  }
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("处方处于“%s”状态，%s不能提交“%s”。"), fz_rx_stage_label (rx->stage),
               fz_role_label (actor->role), fz_doc_kind_label (kind));
  return FALSE;
}

static gboolean
is_rx_kind (FzDocKind kind)
{
  return kind == FZ_DOC_REVIEW || kind == FZ_DOC_CONFIRMATION || kind == FZ_DOC_MONITORING || is_dispensing (kind) || kind == FZ_DOC_DELIVERY || kind == FZ_DOC_EXPIRY || kind == FZ_DOC_VOID;
}

static gboolean
check_visit (const FzCase *self, FzDocKind kind, const FzFields *body, GError **error)
{
  const char *visit = require (body, "visit", error);

  if (visit == NULL)
    return FALSE;
  if (kind != FZ_DOC_INTAKE && g_strcmp0 (self->visit, visit) != 0)
    return fz_refuse (error, _ ("文书属于另一次就诊。"));
  return TRUE;
}

gboolean
fz_case_apply (FzCase *self, const FzFields *body, const FzActor *actor, gint64 at_us, const char *note_sha256, GError **error)
{
  FzDocKind kind = FZ_N_DOCS;

  g_return_val_if_fail (actor != NULL && actor->person != NULL, FALSE);
  if (!fz_doc_kind_from_text (fz_fields_get_kind (body), &kind)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("不认识的文书种类“%s”。"), fz_fields_get_kind (body));
    return FALSE;
  }
  if (!check_visit (self, kind, body, error))
    return FALSE;
  if (kind == FZ_DOC_PRESCRIPTION)
    return apply_prescription (self, body, actor, note_sha256, error);
  if (is_rx_kind (kind))
    return apply_rx (self, kind, body, actor, at_us, error);
  return apply_visit (self, kind, body, actor, error);
}

gboolean
fz_case_table_allows (FzStage stage, FzDocKind kind, FzRole role)
{
  if (kind == FZ_DOC_PRESCRIPTION)
    return (stage == FZ_STAGE_RECORDED || stage == FZ_STAGE_FINISHED) && role == FZ_ROLE_DOCTOR;
  if (is_rx_kind (kind)) {
    for (guint i = 0; i < G_N_ELEMENTS (rx_table); i++)
      if (rx_table[i].kind == kind && rx_table[i].role == role)
        return stage >= FZ_STAGE_RECORDED && stage != FZ_STAGE_REFUSED && stage != FZ_STAGE_WITHDRAWN;
    return FALSE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (visit_table); i++)
    if (visit_table[i].stage == stage && visit_table[i].kind == kind && visit_table[i].role == role)
      return TRUE;
  return FALSE;
}
