/* core/case.h: the state of one visit (诊疗过程), a pure fold over its documents. The table in case.c is the product: which
 * document may follow which, by whom, and what must already be true. Nothing else decides this.
 *
 * Visit: waiting -> taken -> recorded -> finished; exits refused, withdrawn, terminated; handed over goes back to waiting.
 * Prescription: signed -> effective | returned | refused; returned -> signed when the prescriber confirms it unchanged; effective ->
 * dispensed | expired | voided; signed -> voided. It is dispensed
 * when everything prescribed has left the pharmacy (core/supply.h), and effective again when a parcel comes back.
 * Tianjin 2025 art. 11, 14, 18, 20, 23; national 2022 art. 9, 13, 17, 18, 21. */
#pragma once

#include "core/fields.h"
#include "core/supply.h"

typedef enum {
  FZ_STAGE_NONE, /* no intake yet */
  FZ_STAGE_WAITING,
  FZ_STAGE_TAKEN,
  FZ_STAGE_RECORDED,
  FZ_STAGE_FINISHED,
  FZ_STAGE_REFUSED,
  FZ_STAGE_WITHDRAWN,
  FZ_STAGE_TERMINATED,
  FZ_N_STAGES
} FzStage;

typedef enum {
  FZ_RX_NONE,
  FZ_RX_SIGNED,
  FZ_RX_EFFECTIVE,
  FZ_RX_RETURNED,
  FZ_RX_REFUSED,
  FZ_RX_DISPENSED,
  FZ_RX_EXPIRED,
  FZ_RX_VOIDED,
  FZ_N_RX_STAGES
} FzRxStage;

/* Who signed a document. DESK is the workstation's own key: it only says "received then" (架构: 桌面密钥). */
typedef enum { FZ_ROLE_NONE, FZ_ROLE_DOCTOR, FZ_ROLE_PHARMACIST, FZ_ROLE_AFFAIRS, FZ_ROLE_SECURITY, FZ_ROLE_SYSTEM,
               FZ_ROLE_AUDIT, FZ_ROLE_DESK, FZ_N_ROLES } FzRole;

typedef enum {
  FZ_DOC_INTAKE,       /* fuzhen.intake/v1: what the patient asked and showed */
  FZ_DOC_IDENTITY,     /* fuzhen.identity/v1: real-name check of the patient (实名核验) */
  FZ_DOC_CONSENT,      /* fuzhen.consent/v1: informed consent as received (知情同意) */
  FZ_DOC_PRESENCE,     /* fuzhen.presence/v1: the doctor proved to be there for this visit (接诊前实名认证) */
  FZ_DOC_ELIGIBILITY,  /* fuzhen.eligibility/v1: the doctor's verdict on follow-up (复诊资格判断) */
  FZ_DOC_RECORD,       /* fuzhen.record/v1 (病历) */
  FZ_DOC_ADDENDUM,     /* fuzhen.addendum/v1 (病历补记) */
  FZ_DOC_PRESCRIPTION, /* fuzhen.prescription/v1 (处方) */
  FZ_DOC_REVIEW,       /* fuzhen.review/v1 (审方) */
  FZ_DOC_CONFIRMATION, /* fuzhen.confirmation/v1: the prescriber signs for the same prescription once more (超剂量再次签名；退回后确认) */
  FZ_DOC_MONITORING,   /* fuzhen.monitoring/v1: what came of a promise to watch that was a reason for signing (用药监测记录) */
  FZ_DOC_PREPARATION,  /* fuzhen.preparation/v1 (调配) */
  FZ_DOC_CHECK,        /* fuzhen.preparation_check/v1 (核对) */
  FZ_DOC_DISPENSE,     /* fuzhen.dispense/v2 (发药): handed over, sent by courier, or passed on to an outside pharmacy */
  FZ_DOC_DELIVERY,     /* fuzhen.delivery/v1 (配送结果) */
  FZ_DOC_DISPENSE_V1,  /* fuzhen.dispense/v1: everything at once; read, no longer written */
  FZ_DOC_EXPIRY,       /* fuzhen.expiry/v1 (处方过期) */
  FZ_DOC_VOID,         /* fuzhen.void/v1 (处方作废) */
  FZ_DOC_FINISH,       /* fuzhen.finish/v1 (结束接诊) */
  FZ_DOC_REFUSAL,      /* fuzhen.refusal/v1 (拒诊) */
  FZ_DOC_WITHDRAWAL,   /* fuzhen.withdrawal/v1 (患者撤销) */
  FZ_DOC_TERMINATION,  /* fuzhen.termination/v1 (终止诊疗) */
  FZ_DOC_HANDOVER,     /* fuzhen.handover/v1 (转交) */
  FZ_DOC_PRIOR_RECORD, /* fuzhen.prior_record/v1: a record of another hospital as it was taken in (院外病历) */
  FZ_DOC_MARKING,      /* fuzhen.marking/v1: the visit is specially sensitive, or no longer (特别敏感标记) */
  FZ_DOC_SUPPLEMENT,   /* fuzhen.supplement/v1: evidence or a guardian that came after the request was taken in (补充资料) */
  FZ_DOC_PAYMENT,      /* fuzhen.payment/v1: what the hospital's till says of the visit (付费状态) */
  FZ_N_DOCS
} FzDocKind;

const char *fz_stage_to_word (FzStage stage);
gboolean fz_stage_from_word (const char *word, FzStage *out);
const char *fz_rx_stage_to_word (FzRxStage stage);
gboolean fz_rx_stage_from_word (const char *word, FzRxStage *out);
const char *fz_role_to_word (FzRole role);
gboolean fz_role_from_word (const char *word, FzRole *out);
/* "fuzhen.prescription/v1" <-> FZ_DOC_PRESCRIPTION; FALSE for a kind or version we do not know: it stops, it is not skipped. */
const char *fz_doc_kind_to_text (FzDocKind kind);
gboolean fz_doc_kind_from_text (const char *text, FzDocKind *out);
/* Chinese words for the screen (translated). */
const char *fz_stage_label (FzStage stage);
const char *fz_rx_stage_label (FzRxStage stage);
const char *fz_role_label (FzRole role);
const char *fz_doc_kind_label (FzDocKind kind);

#define FZ_CASE_MOST_REASONS 100 /* override.NN */

/* One prescription of the visit. */
typedef struct {
  char *id;
  FzRxStage stage;
  char *doctor_person;   /* who signed it, as a natural person */
  char *reviewer_person; /* NULL until reviewed */
  char *replaced_by;     /* the prescription that names this returned one */
  gboolean to_confirm;   /* it holds a reason the prescriber must sign for once more before approval */
  gboolean confirmed;    /* and did */
  char *note_sha256;     /* the note with the doctor's line: what a review must name */
  gint64 valid_from_us;
  gint64 valid_until_us;
  FzSupply *supply;
  char watched[FZ_CASE_MOST_REASONS]; /* of reason NN: 0 nothing was promised, 'p' a promise is open, 'k' it was kept */
} FzCaseRx;

typedef struct _FzCase FzCase;
FzCase *fz_case_new (void);
FzCase *fz_case_dup (const FzCase *self);
void fz_case_free (FzCase *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzCase, fz_case_free)

FzStage fz_case_get_stage (const FzCase *self);
const char *fz_case_get_visit (const FzCase *self);         /* NULL before intake */
const char *fz_case_get_holder (const FzCase *self);        /* the natural person who took it, NULL when nobody holds it */
gboolean fz_case_has_identity (const FzCase *self);
gboolean fz_case_has_consent (const FzCase *self);
gboolean fz_case_is_eligible (const FzCase *self);
guint fz_case_get_n_rx (const FzCase *self);
const FzCaseRx *fz_case_get_rx (const FzCase *self, guint i);
const FzCaseRx *fz_case_find_rx (const FzCase *self, const char *id);

/* The signer of a document as the caller knows them: role they act in and natural person (`person` word). */
typedef struct {
  FzRole role;
  const char *person;
} FzActor;

/* Adds one document to the case, or says why not. Body keys read: `visit`; consent `agreed`; eligibility `verdict`
 * (eligible | not_eligible); prescription `id`, `valid_from`, `valid_until`, `replaces`, `rx.second_signature`; review `prescription`,
 * `note_sha256`, `verdict` (approved | returned | refused); confirmation `prescription`, `note_sha256`; monitoring `prescription`,
 * `position` (of the override whose `monitor_by` it answers); marking `marked` (yes | no: only medical affairs takes a mark away); preparation, check, dispense,
 * delivery `prescription` and those of core/supply.h; expiry, void `prescription`.
 * `at_us` is when it was signed. `note_sha256` is the hash of the note with the doctor's line, for a prescription only.
 * REFUSED: not now, not by this person, or something that must come first is missing. INVALID: a key is missing or odd.
 * On failure the case is as it was. */
gboolean fz_case_apply (FzCase *self, const FzFields *body, const FzActor *actor, gint64 at_us, const char *note_sha256,
                        GError **error);

/* The table, for the tests and the manual: is this kind ever allowed for that role in that stage? */
gboolean fz_case_table_allows (FzStage stage, FzDocKind kind, FzRole role);
