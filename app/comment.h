/* app/comment.h: what the files of app/ share about comment on prescriptions (处方点评) and scoring of records (病历质控); what people do with it stands in app/desk.h.
 * 医院处方点评管理规范（试行）（卫医管发〔2010〕28号）; Fujian 2024 art. 22. */
#pragma once

#include "app/submit.h"
#include "core/comment.h"

/* --- the policy: codes/comment-policy.csv --- */

typedef enum {
  FZ_COMMENT_PER_MILLE,
  FZ_COMMENT_AT_LEAST,
  FZ_COMMENT_AT_MOST,
  FZ_COMMENT_APPEAL_DAYS,
  FZ_COMMENT_SMALL_CELL,
  FZ_COMMENT_WARN_AT,
  FZ_COMMENT_REVOKE_AT,
  FZ_COMMENT_FAIL_AT,
  FZ_COMMENT_CYCLE_MONTHS,
  FZ_RECORD_PER_MILLE,
  FZ_RECORD_AT_LEAST,
  FZ_RECORD_GRADE_A,
  FZ_RECORD_GRADE_B,
  FZ_RECORD_RECTIFY_DAYS,
  FZ_N_COMMENT_NUMBERS
} FzCommentNumber;

/* INVALID naming the row that is missing or no whole number, the grade there is not, or a code of no category; at loading. */
gboolean fz_comment_policy_check (const FzCodes *policy, const FzCodes *codes, const FzCodes *rules, GError **error);
/* The score sheet (评分表, codes/record-defects.csv): INVALID naming the row without category, points or place. */
gboolean fz_record_defects_check (const FzCodes *defects, GError **error);
guint fz_comment_number (FzDesk *desk, FzCommentNumber which);
/* Whether this pharmacist's title is enough for the comment group (第九条). */
gboolean fz_comment_in_group (FzDesk *desk, const FzFields *person);
/* The code that a finding of this rule suggests; NULL: none. (transfer none) */
const char *fz_comment_suggested (FzDesk *desk, const char *rule);
/* Puts code.NN.{code,label,category} and `result`; of a record code.NN.points too, and the score by the sample's limits. INVALID: no such code, one twice,
 * or none for where the record was written. */
gboolean fz_comment_put_codes (FzDesk *desk, const FzCommentFold *fold, const char *const *codes, FzFields *body, GError **error);
/* The table that a sample's codes are of. (transfer none) */
FzCodes *fz_comment_codes (FzDesk *desk, FzCommentOf of);

/* --- records: what a sample is drawn from, and what stands in one --- */

/* Ids of the records signed before `as_of_us` of the visits applied for in these days. GPtrArray of char *. */
GPtrArray *fz_record_gather (FzSession *session, gint64 from_us, gint64 to_us, gint64 as_of_us, GError **error);
/* Records on paper or of another system, typed or pasted one a line: number, the doctor's staff number, department code, day. FzFields rows number, doctor
 * (natural person), department, department_name, written_on. INVALID naming the line. */
GPtrArray *fz_record_read_list (FzSession *session, const char *text, FzDate from, FzDate to, GError **error);
/* Of what is commented on, in a job: the facts of a prescription, or the same names for a record (rx.{id,visit,note_sha256,signed_at,department_name,item.NN},
 * doctor.person, subject.code, patient.*, diagnosis.NN, record.*). `item` are the facts of core/comment.h. (transfer full) */
FzFields *fz_comment_subject_facts (FzTxn *txn, const FzFields *item, GError **error);
/* TRUE for an item or a sample of records. */
gboolean fz_comment_is_record (const FzFields *facts);
/* Defects that the rules of quality see in it: suggest.NN.{code,label,rule,message}. */
gboolean fz_record_suggest (FzDesk *desk, const FzFields *visit, gint64 now_us, FzFields *facts, GError **error);
/* The day on which the last account of who wrote this record ended; NULL without error while one is there, or the store does not know them. (transfer full) */
char *fz_record_author_left (FzTxn *txn, const FzFields *item, const FzFields *subject, GError **error);
/* What this person has to do about records: `add` (word, plan, record, day); a doctor replies and puts right, medical affairs see what is not put right: as
 * `role`, who is not always who is signed in. */
typedef void (*FzRecordDue) (const char *word, const char *plan, const char *record, const char *on, gpointer data);
gboolean fz_record_put_due (FzSession *session, FzTxn *txn, FzRole role, FzRecordDue add, gpointer data, GError **error);

/* --- in a job --- */

/* The sample folded from its documents. NOT_FOUND when there is none. */
FzCommentFold *fz_comment_fold_of (FzTxn *txn, const char *plan, GError **error);
/* The same of one prescription of it alone (NULL: of all), to try a step on; the whole is kept folded for the next one. */
FzCommentFold *fz_comment_fold_part (FzDesk *desk, FzTxn *txn, const char *plan, const char *prescription, GError **error);
/* CONFLICT when a random sample was drawn from some of these days (kind, from, to; of records: place) already. */
gboolean fz_comment_check_days (FzTxn *txn, const FzFields *body, GError **error);
/* A FzSheetKeep: what was signed for one sample becomes durable. */
gboolean fz_comment_submit (FzDesk *desk, FzSession *session, FzTxn *txn, const FzSubmission *submission, GError **error);

/* --- figures --- */

typedef struct {
  const char *name; /* borrowed from the items */
  guint n, bad;     /* commented on; of them not reasonable */
} FzCommentCell;

/* Facts of commented items by department, largest first. A small department stands among the others (其他科室); when these would still be few
 * the next smallest joins them, so that nothing can be reckoned back from the total. Empty when all of them are one small cell. */
GArray *fz_comment_departments (FzDesk *desk, GPtrArray *items);
/* What the comments ask of medical affairs (处方管理办法第四十五条, 点评规范第二十五条): rows what (warn|revoke|fail), number, name, n, on (the day it
 * was reached); nothing where the register prescribing-right already holds the answer. In a job. */
GPtrArray *fz_comment_consequences (FzDesk *desk, FzTxn *txn, GError **error);

/* --- for the desk --- */

/* What the derived rows say otherwise than their documents, one a line. */
gboolean fz_comments_compare (FzDesk *desk, GPtrArray *differences, GError **error);
/* A new body of this sample, with institution, plan and the signer below `signer`. */
FzFields *fz_comment_body_new (FzSession *session, const char *kind, const char *plan, const char *word, gint64 at_us, const char *signer);
/* What this person may do next with one prescription: "write", "confirm", "reply" or "answer", of a record also "rectify" or "evaluate"; NULL: nothing, and *out_why (may be NULL, not
 * translated again) says why not when it is theirs at all. `rx` are the facts of the prescription. */
const char *fz_comment_next_act (FzSession *session, const FzFields *plan, const FzFields *item, const FzFields *rx, const char **out_why);
