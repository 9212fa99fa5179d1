/* core/comment.h: one sample under comment (点评、质控的一份样本), folded from its documents, pure and total: of prescriptions (处方点评), or of
 * records (病历质控), which core/comment_record.c tells apart.
 *
 * A sample is a document `fuzhen.comment_plan/v1` of medical affairs: random by the norm, or targeted with a purpose. One that is aimed at a
 * doctor or a medicine counts only once another natural person approved it (`fuzhen.comment_approval/v1`). Then, for each prescription of it:
 *   due -> commented (`fuzhen.comment/v1`, a pharmacist who neither wrote nor reviewed it)
 *       -> confirmed (`fuzhen.comment_confirmation/v1`, another natural person, who may change the codes)
 *       -> accepted | appealed (`fuzhen.comment_reply/v1`, the doctor who wrote it, when the result is not reasonable, until reply_until)
 *       -> answered (`fuzhen.comment_answer/v1`, not the first reader; the codes of the answer stand)
 * and the sample is announced (`fuzhen.comment_announcement/v1`) when nothing of it is open. Both belong to the institution: their `visit` is
 * "@" and the sample's id. 医院处方点评管理规范（试行）（卫医管发〔2010〕28号）第八条至第二十一条.
 *
 * A sample of records (`fuzhen.record_sample/v1`) is random, of the visits of this hospital (place online) or of paper and other systems by their
 * number (offline, with who wrote each). For each record:
 *   due -> confirmed (`fuzhen.record_score/v1`, medical affairs, never who wrote it: defects, points, grade)
 *       -> accepted | appealed (`fuzhen.record_reply/v1`, the doctor who wrote it, when there are defects, until reply_until)
 *       -> answered (`fuzhen.record_answer/v1`, another natural person than who scored)
 * and of grade B or C, from any of these but an open appeal:
 *       -> rectified (`fuzhen.record_rectification/v1`, the doctor, by rectify_until) -> closed, or back (`fuzhen.record_evaluation/v1`, affairs); of an author who
 *       left (author_left, a day) closed at once
 * until `fuzhen.record_notice/v1` ends the sample. 福建省互联网诊疗监管实施办法第二十六条 (线上线下病历一体化质控); 互联网诊疗监管细则（试行）第十九条.
 *
 * Facts of a sample: plan.{id,kind (random|targeted),from,to,as_of,at,by,by_number,state,approval_needed,purpose,appeal_days,n},
 * plan.target.{kind,value,label}, plan.population.{n,sha256}, plan.draw.{seed,random,audit_size,audit_root}, plan.policy.*,
 * plan.count.<state>, plan.result.<result> (of those confirmed), plan.approval.* and plan.announcement.{at,by,by_number,words}.
 * Of records also plan.{place (online|offline),rectify_days}; plan.kind is random.
 * Facts of one: comment.{plan,position,prescription,state,result,words,at,by,by_number,department,department_name,kind},
 * comment.code.NN.{code,label,category}, first.* (result and codes of the first reader where a later one changed them),
 * confirm.{at,by,by_number,words,changed,until}, reply.{at,stance,words}, answer.{at,by,by_number,words,changed},
 * doctor.person. Of a record `comment.prescription` is its document's id or its number on paper, and there are also comment.{place,score,written_on},
 * comment.code.NN.points, confirm.at (the doctor may read it from then), rectify.{until,at,words}, evaluation.{at,by,by_number,verdict,words,author_left}. */
#pragma once

#include "core/date.h"
#include "core/document.h"

#define FZ_COMMENT_PLAN_KIND "fuzhen.comment_plan/v1"
#define FZ_COMMENT_APPROVAL_KIND "fuzhen.comment_approval/v1"
#define FZ_COMMENT_KIND "fuzhen.comment/v1"
#define FZ_COMMENT_CONFIRMATION_KIND "fuzhen.comment_confirmation/v1"
#define FZ_COMMENT_REPLY_KIND "fuzhen.comment_reply/v1"
#define FZ_COMMENT_ANSWER_KIND "fuzhen.comment_answer/v1"
#define FZ_COMMENT_ANNOUNCEMENT_KIND "fuzhen.comment_announcement/v1"

#define FZ_RECORD_SAMPLE_KIND "fuzhen.record_sample/v1"
#define FZ_RECORD_SCORE_KIND "fuzhen.record_score/v1"
#define FZ_RECORD_REPLY_KIND "fuzhen.record_reply/v1"
#define FZ_RECORD_ANSWER_KIND "fuzhen.record_answer/v1"
#define FZ_RECORD_RECTIFICATION_KIND "fuzhen.record_rectification/v1"
#define FZ_RECORD_EVALUATION_KIND "fuzhen.record_evaluation/v1"
#define FZ_RECORD_NOTICE_KIND "fuzhen.record_notice/v1"

typedef enum { FZ_COMMENT_OF_PRESCRIPTIONS, FZ_COMMENT_OF_RECORDS } FzCommentOf;

typedef enum {
  FZ_COMMENT_PLAN_ASKED,     /* waits for the second person's approval */
  FZ_COMMENT_PLAN_OPEN,
  FZ_COMMENT_PLAN_DECLINED,
  FZ_COMMENT_PLAN_ANNOUNCED,
  FZ_N_COMMENT_PLAN_STATES
} FzCommentPlanState;

typedef enum {
  FZ_COMMENT_DUE,
  FZ_COMMENT_COMMENTED,
  FZ_COMMENT_CONFIRMED,
  FZ_COMMENT_ACCEPTED,
  FZ_COMMENT_APPEALED,
  FZ_COMMENT_ANSWERED,
  FZ_COMMENT_RECTIFIED, /* these two of records only */
  FZ_COMMENT_CLOSED,
  FZ_N_COMMENT_STATES
} FzCommentState;

const char *fz_comment_plan_state_to_word (FzCommentPlanState state);
const char *fz_comment_plan_state_label (const char *word); /* translated; NULL for no such word */
const char *fz_comment_state_to_word (FzCommentState state);
const char *fz_comment_state_label (const char *word);
/* reasonable | irregular | inappropriate | extraordinary, gravest last. */
guint fz_comment_result_rank (const char *word); /* 0..3; G_MAXUINT for no such word */
const char *fz_comment_result_word (guint rank);
#define FZ_N_COMMENT_RESULTS 4
/* Of a grade as well. */
const char *fz_comment_result_label (const char *word);
/* grade_a | grade_b | grade_c (甲、乙、丙级). NULL past the last. */
const char *fz_record_grade_word (guint rank);
#define FZ_N_RECORD_GRADES 3
/* A hundred less the points of `list`.NN, never below 0, and its grade: A from `a` on, B from `b` on; with one category `fatal` (单项否决) C.
 * (transfer none) */
const char *fz_record_grade_of (const FzFields *body, const char *list, guint a, guint b, guint *out_score);
/* The gravest category among `list`.NN.category of a body; `reasonable` without any. (transfer none) */
const char *fz_comment_result_of (const FzFields *body, const char *list);

typedef struct {
  guint position; /* from 1 */
  char *prescription;
  FzCommentState state;
  char *commenter, *doctor, *reviewer; /* natural persons; NULL until known */
  char *note_sha256;                   /* of the document a next one must name */
  FzDate until;                        /* the last day of a reply, once confirmed */
  FzFields *facts;
} FzCommentItem;

typedef struct {
  FzCommentOf of;
  FzCommentPlanState state;
  char *id, *planner, *note_sha256;
  GPtrArray *items; /* FzCommentItem, by position */
  FzFields *facts;  /* NULL before the sample's own document; without the counts */
} FzCommentFold;

FzCommentFold *fz_comment_fold_new (void);
void fz_comment_fold_free (FzCommentFold *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzCommentFold, fz_comment_fold_free)

/* Adds the next document or says why it may not stand here; then nothing changed. REFUSED: not by this person or role, not now.
 * INVALID: a key is missing or odd. UNSUPPORTED: another kind. */
gboolean fz_comment_fold_add (FzCommentFold *self, const FzDocument *document, GError **error);
/* The same with this prescription alone (NULL: with all), for trying a step on it without touching the whole. (transfer full) */
FzCommentFold *fz_comment_fold_dup_part (const FzCommentFold *self, const char *prescription);
/* The facts of the sample with its counts. Not before its own document. (transfer full) */
FzFields *fz_comment_fold_dup_facts (const FzCommentFold *self);
/* NULL when the sample has no such prescription. (transfer none) */
const FzCommentItem *fz_comment_fold_find (const FzCommentFold *self, const char *prescription);
/* Nothing more can change what was found: nothing and confirmed, accepted, answered, or the days for a reply are over; a record of grade B or C once it
 * was put right. */
gboolean fz_comment_item_is_final (const FzCommentItem *item, FzDate today);
/* The key under which a document names one of the sample: prescription or record. */
const char *fz_comment_item_key (FzCommentOf of);
/* The subject of a sample's documents: "@" and its id. (transfer full) */
char *fz_comment_subject (const char *plan);
/* The ids of a plan's body, `sample.NN` with up to ten a value. (transfer full) */
GPtrArray *fz_comment_plan_sample (const FzFields *body);
void fz_comment_plan_put_sample (FzFields *body, GPtrArray *ids);
