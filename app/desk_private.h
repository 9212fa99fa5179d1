/* app/desk_private.h: what the files of app/ share about a desk and a session. ui/ never includes this. */
#pragma once

#include "app/data.h"
#include "app/desk.h"
#include "app/fold_shelf.h"
#include "app/knowledge_files.h"
#include "app/platform/message.h"
#include "core/controlled.h"
#include "core/drug.h"
#include "core/herb.h"
#include "core/knowledge_set.h"
#include "core/portal.h"
#include "core/register.h"
#include "core/review_norm.h"
#include "db/attempts.h"
#include "db/keyfile.h"
#include "db/store.h"

/* Everything shipped or imported that checks and screens read; replaced as a whole after an import, never edited. */
typedef struct {
  gint refs;
  FzRulebook *rulebook;
  FzMessageTable *messages;
  GHashTable *templates; /* kind -> FzTemplate */
  GHashTable *codes;     /* name -> FzCodes */
  FzFrequencies *frequencies;
  FzControlledList *controlled;
  FzKnowledgeFiles *files; /* the bytes medicines are judged by: set, controlled, herbs and their code tables */
  FzKnowledgeSet *set;
  const char *problem;    /* why medicines cannot be judged, interned; NULL: they can */
  FzReviewNorm *norm;     /* the pharmacist's items */
  FzHerbs *herbs;
  FzCatalogue *catalogue; /* the hospital's; NULL before the store is open */
  GHashTable *removals;   /* code -> FzFields of the removal it stands under (core/catalogue_change.h); NULL before the store is open */
  GPtrArray *diagnoses;   /* FzFields code, name, initials, aliases */
  GPtrArray *tcm;         /* the same of Chinese medicine, with kind (disease|pattern) */
} FzKnowledge;

struct _FzDesk {
  char *data_dir, *state_dir;
  FzFields *front;
  gboolean demo;
  FzKeyFile *keys;
  FzAttemptsBook *attempts;
  FzStore *store; /* NULL until somebody signed in */
  FzSecret *store_key; /* while the store is open: enrolment and backup need it */
  FzKnowledge *knowledge;
  const FzFields *institution; /* organ.*, desk.*, department.NN.*; NULL until the store is open; borrowed from institutions */
  GPtrArray *institutions; /* FzFields: older ones may still be read in another thread */
  GPtrArray *registers;  /* FzRegister; all that ship */
  GPtrArray *reports;    /* FzReportPlan; all that ship */
  FzCalendar *calendar;  /* working days: those that ship and those that were imported; borrowed from calendars */
  GPtrArray *calendars;  /* FzCalendar: older ones may still be read in another thread */
  FzPortal *portal;      /* what is filed by hand */
  FzSession *current;    /* borrowed */
  FzClock clock;
  gpointer clock_data;
  const struct _FzTimeSource *time_source; /* borrowed; NULL: the kernel, or nothing under a scripted clock */
  FzRandom random;
  gpointer random_data;
  FzFoldShelf *folds;    /* NULL while the store is closed */
  const char *rules_problem; /* why the rules in force cannot be used, interned: any thread may read it; NULL: they can */
  char *rules_version;   /* RULES-0002: the version the knowledge was loaded for; NULL: the shipped rules, no store yet */
  char *knowledge_version; /* KNOWLEDGE-0001: whose edition the knowledge holds; NULL or `shipped`: what ships */
  const char *added_problem, *added_problem_of; /* why the messages that the hospital added are not used, and the entry that adopted them (NULL: not even that is known); both interned */
  const char *added_for; /* the place and the environment that they were measured against, interned */
  GPtrArray *retired;    /* FzKnowledge replaced while another thread may still read it; freed with the desk */
  struct _FzUpload *upload;
  gboolean uploads;      /* an engine ran since the store was opened: what is left goes to the background sender when it closes */
  struct _FzSpoolWatch *spool_watch; /* while rows could be given away at the end */
  gint spool_asked;      /* atomic: what lies with the background sender is to come back first */
  gint draining;         /* atomic: one drain runs; two engines over one outbox would only be in each other's way */
  struct _FzFrontThread *front_thread; /* to the hospital's front; NULL: none runs */
  GCancellable *stop; /* borrowed, may be NULL: ends what the command line has on the wire */
  struct _FzUploadWatch *drain; /* borrowed while one drains, by its thread alone; NULL: nobody watches */
};

struct _FzSession {
  gint refs;
  FzDesk *desk;
  FzFields *person;     /* frozen */
  FzRole role;
  char *id;             /* of this session, in every audit entry */
  char *number;
  FzSecret *person_key; /* K; NULL while locked */
  gint64 password_until_us; /* 0: for ever */
  gint64 second_us;     /* when somebody last tried to sign in by this account as well; 0: nobody */
  gint64 idle_minutes;  /* of quiet before the screen locks, as it was set when this person signed in */
  FzVerifier *verifier;
  GHashTable *present;  /* visit -> gint64 *: when the person last proved or showed to be there */
  GHashTable *patients; /* visit -> FzFields allergy.NN, taken.NN.key: what the person saw on opening it; the search marks drugs by it */
  struct _FzPurgePlan *plan; /* what this person counted for a purge last; NULL: nothing */
  gint token_seen;      /* atomic: the person's token was there at the last look */
  GHashTable *looked;   /* set of what this session looked at and has an entry of: the action, LF, the subject */
  char *stated_for;     /* the specially sensitive visit this person last stated a purpose for; NULL: none, or another case was opened since */
  gint64 stated_us;
  GMutex mutex;         /* over person_key, second_us, present, patients, plan, looked and stated_*, which a pool thread reads */
};

/* One more FzDesk over folders that exist (or are about to): reads the shipped data, no store yet. */
FzDesk *fz_desk_new (const char *data_dir, const char *state_dir, GError **error);
gint64 fz_desk_now_us (FzDesk *self);
void fz_desk_random (FzDesk *self, void *out, gsize n);
/* Opens the store with this key and reads institution and catalogue. */
gboolean fz_desk_open_store (FzDesk *self, const FzSecret *store_key, GError **error);
void fz_desk_close_store (FzDesk *self);
gboolean fz_desk_reload (FzDesk *self, GError **error);
/* The institution alone, after its profile changed. */
gboolean fz_desk_reload_institution (FzDesk *self, GError **error);
/* The rules in force and the catalogue anew; the institution stays. */
gboolean fz_desk_reload_knowledge (FzDesk *self, GError **error);
/* Takes what is checked by from now on. */
void fz_desk_take_knowledge (FzDesk *self, FzKnowledge *take_fresh);
const char *fz_desk_label (FzDesk *self, const char *codes, const char *code);
FzTemplate *fz_desk_get_template (FzDesk *self, const char *kind, GError **error);
/* The keyed word of a natural person. */
char *fz_desk_person_word (FzDesk *self, const char *id_number);

/* --- rights --- */

/* TRUE when the role may; else REFUSED, and the attempt is audited (Tianjin 2025 art. 14, 等保 AC-1). */
gboolean fz_session_may (FzSession *session, const char *act, const char *subject_kind, const char *subject, GError **error);
/* Audits the refused attempt and gives REFUSED with that sentence; always FALSE. */
gboolean fz_session_deny (FzSession *session, const char *act, const char *subject_kind, const char *subject, const char *sentence,
                          GError **error);
/* Fails LOCKED while the screen is locked; REFUSED while the password is over. */
gboolean fz_session_check_open (FzSession *session, GError **error);
/* The same of a person who may still have to change the password. */
gboolean fz_session_check_there (FzSession *session, GError **error);
/* session.second_at, when somebody tried to sign in by this account as well. */
void fz_session_put_second (FzSession *session, FzFields *status);
/* A copy of the person's key; NULL while locked. (transfer full) */
FzSecret *fz_session_dup_key (FzSession *session);
/* One audit entry of this session. */
gboolean fz_session_audit (FzSession *session, FzTxn *txn, const char *action, const char *subject_kind, const char *subject,
                           const char *outcome, const char *reason, const FzFields *payload, GError **error);
/* What the audit log already says was made could not be written: notes that too, best effort, with the sentence of `take_why`, which becomes the error. FALSE. */
gboolean fz_session_fail (FzSession *session, const char *action, const char *subject_kind, const char *subject, GError *take_why, GError **error);
/* Somebody looks at this: one entry the first time in a session, none when the same page is drawn again. Whoever may not is refused before. */
gboolean fz_session_look (FzSession *session, const char *action, const char *subject_kind, const char *subject, GError **error);
/* The signer's facts for a body, below `prefix` (doctor, pharmacist). */
void fz_session_put_signer (FzSession *session, FzFields *body, const char *prefix);
void fz_session_touch (FzSession *session, const char *visit);
gboolean fz_session_is_present (FzSession *session, const char *visit);
/* From now on the person may open that specially sensitive visit (app/marking.h): for half an hour, until another case is opened or the screen locks. */
void fz_session_state_purpose (FzSession *session, const char *visit);
/* `opens`: this case is being opened, which ends what was stated for another. */
gboolean fz_session_has_purpose (FzSession *session, const char *visit, gboolean opens);
/* Keeps allergies and medicines (app/taken.h) of the patient of a visit whose opening was just audited, until the session locks or ends. Nobody else can take the visit
 * meanwhile: one person is signed in at a desk. */
void fz_session_remember (FzSession *session, const char *visit, const FzFields *facts, const FzFields *taken);
/* NULL when this session has not opened that visit. (transfer full) */
FzFields *fz_session_dup_patient (FzSession *session, const char *visit);
