/* app/desk_trust.h: what two persons do, what leaves the house and what it can be believed by (授权、材料、可信): grants, accounts, purge, alarms, papers and files, log and keys.
 * Part of app/desk.h, whose words and promises hold here. */
#pragma once

#include "app/desk.h"

/* --- leave by a second person: core/grant.h --- */

/* What this role may ask for: rows kind, label, days, times (the most), purpose.NN.{code,label,label_en}. */
GPtrArray *fz_desk_list_grant_kinds (FzSession *session, GError **error);
/* Newest first, at most 500: facts of core/grant.h with grant.{kind_label,state_label,uses,left,mine,may_withdraw,may_decide,may_revoke (yes)} and
 * use.NN.{position,staff,used_at,scope.*}, of a purge also purge.* (core/purge.h) and grant.may_run (yes); `state` as of now (used, expired). Who neither decides nor audits sees their own. filter (may be NULL):
 * waiting (yes), kind. */
GPtrArray *fz_desk_list_grants (FzSession *session, const FzFields *filter, GError **error);
/* Of one's own, the one that covers this use now, else the one that waits for a decision: grant.{id,state (granted|asked),left,…}; empty: none. */
FzFields *fz_desk_find_grant (FzSession *session, const char *kind, const FzFields *scope, GError **error);
/* Facts: kind, purpose (a code), words, times, until_on (day), scope.*. For signing; from then on it waits for another natural person. INVALID names
 * what is missing; REFUSED: not for this role. */
FzSheet *fz_desk_prepare_grant (FzSession *session, const FzFields *facts, GError **error);
/* verdict: approved | declined | revoked (once granted), all by another natural person; withdrawn by who asked, before or after. Words are a must of
 * declined and revoked. */
FzSheet *fz_desk_prepare_grant_decision (FzSession *session, const char *id, const char *verdict, const char *words, GError **error);

/* --- accounts that wait for a second person: core/admission.h --- */

/* Accounts that were added or given a new enrolment code, newest first: number, name, role, role_label, title_label, opening.{id,act,act_label,at,by,by_name},
 * admission.{state (waits|admitted|declined),state_label,decided_at,by,by_number,words,may_decide (yes)}. Nobody signs in by one that waits. */
GPtrArray *fz_desk_list_admissions (FzSession *session, GError **error);
/* verdict: admitted | declined (with words), for signing; by affairs, the security or the system administrator, and neither by who handed out the code nor
 * by whose account it is. NOT_FOUND: a newer code took its place, or the account ended. */
FzSheet *fz_desk_prepare_admission (FzSession *session, const char *id, const char *verdict, const char *words, GError **error);

/* --- removing what was kept long enough: core/purge.h --- */

/* SLOW. What is over and may go, counted; nothing is changed. `ask`: class (image | detail), to (the last day on which a visit ended). Answers class,
 * class_label, basis, years, to, n, visits, held (visits that something keeps), hold.NN (sentences, the first 20), list_sha256. Medical affairs and
 * the system administrator. INVALID: the term of that day is not over; CANCELLED. */
FzFields *fz_desk_plan_purge (FzSession *session, const FzFields *ask, GCancellable *cancellable,
                              void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error);
/* For signing: leave to remove the list that was counted last. `ask`: list_sha256, purpose (a code), words, until_on. A grant like any other, to be
 * given by another natural person of medical affairs or the security administrator. INVALID: nothing was counted, or nothing is over. */
FzSheet *fz_desk_prepare_purge (FzSession *session, const FzFields *ask, GError **error);
/* SLOW. Carries it out, or goes on where it was cut off: by who asked, once another gave leave; what was begun may be finished by others of these
 * roles. Answers facts of core/purge.h. Each batch is whole: CANCELLED and RETRY leave what is done done. REFUSED: no leave; CORRUPT: another list. */
FzFields *fz_desk_run_purge (FzSession *session, const char *grant, GCancellable *cancellable,
                             void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error);

/* --- who looks at more than their work asks (app/watch.h) --- */

/* Newest first: alarm.{number,raised_at,staff,what,what_label,subject,amount,settled_at,settled_by,words,may_settle (yes)}. filter (may be NULL): open
 * (yes). Security and audit administrators. */
GPtrArray *fz_desk_list_alarms (FzSession *session, const FzFields *filter, GError **error);
/* The security administrator says what it was. INVALID: no words; NOT_FOUND: none such is open. */
gboolean fz_desk_settle_alarm (FzSession *session, gint64 number, const char *words, GError **error);

/* --- papers and files --- */

/* The signed note; audited. REFUSED of a specially sensitive visit: it leaves with the whole record only. */
gboolean fz_desk_export_prescription (FzSession *session, const char *id, const char *path, GError **error);
/* Slips for paper (处方笺), laid out and ready to be drawn: core of the preview, the printer's page and the PDF. `size`: a5 | a4. Not shared
 * between threads. */
FzPrintout *fz_desk_printout_new (FzSession *session, const char *size, GError **error);
void fz_printout_free (FzPrintout *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzPrintout, fz_printout_free)
/* One prescription more, audited as a look at it; as it would be printed now, "尚未生效" across it until approved. Nothing is added on failure. */
gboolean fz_desk_printout_add (FzSession *session, FzPrintout *self, const char *id, GError **error);
guint fz_printout_get_n (const FzPrintout *self); /* prescriptions */
gboolean fz_printout_is_audited (const FzPrintout *self); /* FALSE: of a file outside the store, and `session` below may be NULL */
/* The number of prescription `i`, and which print of it the next one is: from 2 on the sheets say 补打. */
const char *fz_printout_get_id (const FzPrintout *self, guint i);
guint fz_printout_get_number (const FzPrintout *self, guint i);
gboolean fz_printout_is_effective (const FzPrintout *self, guint i);
guint fz_printout_get_n_pages (const FzPrintout *self);
void fz_printout_get_paper (const FzPrintout *self, double *width, double *height); /* points */
const char *fz_printout_get_size (const FzPrintout *self);
/* The same on other paper; INVALID, and nothing changed. */
gboolean fz_printout_set_size (FzPrintout *self, const char *size, GError **error);
gboolean fz_printout_draw (FzPrintout *self, guint page, cairo_t *cairo, GError **error);
/* The record of a visit as the patient gets it (病历副本), whole and with who it is: by a grant of kind export over scope report=record, subject, format=full
 * (and sensitive=yes of a marked one), of which this uses one. Parts: all documents, the consents. On A4 only. REFUSED, NOT_FOUND. */
FzPrintout *fz_desk_printout_record (FzSession *session, const char *visit, GError **error);
/* A report for the printer: one part, on A4; asks for and uses up what fz_desk_report_save() does. SLOW. */
FzPrintout *fz_desk_printout_report (FzSession *session, const FzReportWanted *wanted, GError **error);
const char *fz_printout_get_title (const FzPrintout *self); /* NULL of slips */
const char *fz_printout_get_about (const FzPrintout *self); /* the visit's number, the report's period; NULL of slips */
/* What of it is shown and printed; slips have no parts. */
guint fz_printout_get_n_parts (const FzPrintout *self);
const char *fz_printout_get_part (const FzPrintout *self, guint i);
void fz_printout_set_part (FzPrintout *self, guint i);
/* Call before anything reaches a printer or a file: reads all of them anew, counts each and audits it with paper, copies (1 to 99) and way
 * (printer | pdf). When one fails nothing may be printed, what was already counted is audited as failed; REFUSED or CONFLICT as by reading. */
gboolean fz_desk_print (FzSession *session, FzPrintout *self, guint copies, const char *way, GError **error);
/* What was counted did not come out after all: audited with the reason (the printer's words). The numbers stay. */
gboolean fz_desk_print_failed (FzSession *session, const FzPrintout *self, const char *reason, GError **error);
/* Prints to a PDF file: counted and audited as such, then written; a file that could not be written is audited as failed. */
gboolean fz_desk_print_pdf (FzSession *session, FzPrintout *self, const char *path, GError **error);
/* The slip of one prescription that way. */
gboolean fz_desk_export_slip (FzSession *session, const char *id, const char *size, const char *path, GError **error);
/* Writes folders of `out/` that are due (state, guidance, slip; JSON and PDF); `out_written` may be NULL. SLOW. */
gboolean fz_desk_write_handouts (FzSession *session, guint *out_written, GError **error);

/* What an inspector is handed (检查材料): a new folder with documents, evidence, ledger, rules, part of the log with proofs, keys, the verifier
 * and an index, signed by the institution; either whole or not there. `ask`: from, to (days), recipient, purpose; may have doctor (staff number),
 * patient (a visit of that patient), complaint (TS-000001), level (full | pseudonymised | statistics), since (path of a checkpoint that the
 * inspector brought), sensitive (yes: specially sensitive visits too, which else are left out and counted). Answers number, manifest_sha256, n_files, n_documents, n_visits, n_entries, bytes. By a grant of another person, which
 * this uses up also when it is stopped; audited with the manifest's hash. INVALID, REFUSED, CONFLICT (the folder is there), RETRY (the disk),
 * CORRUPT (the checkpoint is of a longer log), CANCELLED. SLOW. */
FzFields *fz_desk_export_inspection (FzSession *session, const FzFields *ask, const char *folder, GCancellable *cancellable,
                                     void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error);

/* SLOW. A package of the call above as one file for its receiver: a tar in a zip of AES-256, opened by `words` that are told by another way and kept nowhere.
 * Every file is compared with the list first; `take_away` removes the folder once the file is there. Answers path, sha256, words, n_files; audited with the hashes. Transfer of custody: Tianjin 2025 art. 22. INVALID: no
 * whole package of ours; CONFLICT: the file is there; RETRY (the disk); CANCELLED: the folder is as it was, and no file is there. progress (may be NULL): files sealed, of all. */
FzFields *fz_desk_seal_package (FzSession *session, const char *folder, const char *path, gboolean take_away, GCancellable *cancellable,
                                void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error);

/* A new folder with records as JSON and XML by core/exchange.h: either whole or not there. `ask`: visit, patient (a visit of that patient) or from and to
 * (days of application), full (yes: with who the patient is and the signed documents) and sensitive (yes: specially sensitive visits too; else they are left
 * out and counted, and one that was named is REFUSED). A doctor: one visit they hold; full, sensitive, and whatever medical
 * affairs exports, by a grant of another person, which this uses up also when it is stopped. Every record is audited with the hashes of what was
 * written. Answers n_visits, n_left_out, n_documents, n_files, n_defects (of quality; index.txt lists them), files_sha256, masked, grant. INVALID, REFUSED, NOT_FOUND, CONFLICT (the folder is there), RETRY (the
 * disk), CANCELLED. SLOW. */
FzFields *fz_desk_export_records (FzSession *session, const FzFields *ask, const char *folder, GCancellable *cancellable,
                                  void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error);

/* What an entry of the register record-copy asks for (state asked: field.visit, range visit|patient, sensitive): the whole records as above in `folder`, and for
 * signing the document of that entry which says what was given, when, by which grant and with which hash; `way` media | paper. The folder is in its place
 * only when that is signed; a sheet that is not signed takes it away again, and its use of the grant is gone. Medical affairs. NOT_FOUND, REFUSED (no
 * longer asked; no grant), INVALID and as above. 医疗机构病历管理规定（2013年版） art. 17 to 22; 个人信息保护法 art. 45. SLOW. */
FzSheet *fz_desk_prepare_record_copy (FzSession *session, const char *id, const char *way, const char *folder, GCancellable *cancellable,
                                      void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error);

/* Takes in a record of another hospital (JSON or XML of the same form) as evidence of a visit that is waiting or taken and has no record yet; `visit` NULL
 * (medical affairs only): of every such visit of the patient it names. Kept with its bytes and hash, never changed; its coded diagnoses join prior.NN unless
 * that visit was held over the net too. Answers visit.NN, institution, at, sha256, n_diagnoses, n_medicines, n_defects. `out_problems` (may be NULL): char *, what is
 * wrong with the file, each with its place. INVALID: the file; REFUSED: another patient, or not now; CONFLICT: it is there; NOT_FOUND: no such visit. SLOW. */
FzFields *fz_desk_import_record (FzSession *session, const char *visit, const char *path, GPtrArray **out_problems, GError **error);

/* --- trust --- */

gboolean fz_desk_audit_verify (FzSession *session, guint64 *out_size, char **out_root_hex, GCancellable *cancellable,
                               void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error);
/* SLOW. CANCELLED: by `stop` (may be NULL). progress (may be NULL) 0..1, in the caller's thread. */
gboolean fz_desk_rebuild_check (FzSession *session, guint *out_visits, GPtrArray **out_differences, GCancellable *stop, void (*progress) (double done, gpointer data), gpointer data,
                                GError **error);
/* Where the newest checkpoint is kept outside this machine: stick.{folder,size,at,problem}, witness.{url,key,size,at,problem}. */
FzFields *fz_desk_outside (FzSession *session, GError **error);
/* SLOW. Sets stick.folder, or witness.url with witness.key; "-" ends one. Tries it at once. INVALID names what is wrong. */
gboolean fz_desk_set_outside (FzSession *session, const FzFields *changes, GError **error);
/* The newest checkpoint on one page of A6 with a code, to be printed at the end of a shift and kept away from here. PDF; audited. */
gboolean fz_desk_save_head (FzSession *session, const char *path, GError **error);
/* Signed key list, or plain verifier keys. */
char *fz_desk_export_keys (FzSession *session, gboolean plain, GError **error);
/* Of these each asks the PIN of the security administrator who does it, counted like any other. SLOW. */
/* A person's present key (else the last one that was closed) signs nothing from now on. `from_us` 0: now, else the time it was known or feared to be out: the
 * signed list says from which log entry on. The notice of 电子签名法 art. 15 becomes a task. INVALID: a time to come, no reason. */
gboolean fz_desk_revoke_key (FzSession *session, const char *number, gint64 from_us, const char *reason, const FzSecret *pin, GError **error);
/* Those who rely on it were told: whom and how. No PIN. NOT_FOUND: no revocation of this person waits. */
gboolean fz_desk_tell_revocation (FzSession *session, const char *number, const char *words, GError **error);
/* A new certificate for the same key, from now on. REFUSED: no key, or the person left. */
gboolean fz_desk_renew_certificate (FzSession *session, const char *number, const FzSecret *pin, GError **error);
/* A new store key for every person and the recovery shares, all pages sealed anew; what was copied and printed before opens nothing written after. progress 0..1, in
 * the caller's thread. *out_left (may be NULL): staff numbers that need a new enrolment code. As fz_store_rotate() fails. */
gboolean fz_desk_rotate_store_key (FzSession *session, const char *reason, const FzSecret *pin, GCancellable *cancellable,
                                   void (*progress) (double done, gpointer data), gpointer data, GPtrArray **out_left, GError **error);
/* what: log | institution. The former key signs its successor. *out_note (may be NULL): that signed note. */
gboolean fz_desk_rotate_desk_key (FzSession *session, const char *what, const char *reason, const FzSecret *pin, char **out_note, GError **error);
/* New recovery shares; the older ones open backups of before only. By two persons: `second`, system administrator or affairs, proves to be there with
 * password and PIN. Print once, then wipe with fz_shares_free(). REFUSED: the same natural person. */
char **fz_desk_new_shares (FzSession *session, const FzSecret *pin, const char *second, const FzSecret *second_password, const FzSecret *second_pin,
                           GError **error);
/* SLOW. Online, read back before it counts. CANCELLED: by `stop` (may be NULL), and what stood at `path` stands there still; the audit says
 * that it was begun and that it failed. progress (may be
 * NULL) 0..1, in the caller's thread. */
gboolean fz_desk_backup (FzSession *session, const char *path, GCancellable *stop, void (*progress) (double done, gpointer data), gpointer data, GError **error);
/* SLOW. The restore drill: `file` (NULL: the newest of the daily backups; NOT_FOUND when there is none) is restored with two shares into a folder that is
 * removed afterwards; its log is verified entry by entry and compared with the log in use, every visit is folded anew. The report, to be signed by who held
 * the drill, also when the backup did not come back: *out_report (may be NULL) file, outcome (good | different | failed), made_at, audit_size, audit_root,
 * visits, behind_s (the backup's age), took_ms, differences, difference.NN, log_agrees, documents, documents_since and entries_since (what would be missing
 * if this backup were all that is left; only when the log agrees), problem, problem_code. The outcome stands in the audit (store.drill) whether it is signed or not. INVALID,
 * SIGNATURE: the shares; CANCELLED: by `stop` (may be NULL), no report, and the audit says that it was not finished. progress (may be NULL) 0..1. */
FzSheet *fz_desk_prepare_drill (FzSession *session, const char *file, const FzSecret *share_a, const FzSecret *share_b, FzFields **out_report,
                                GCancellable *stop, void (*progress) (double done, gpointer data), gpointer data, GError **error);
/* The day's seal, and expiry of prescriptions whose time has passed; called by the window's clock and at sign-in. */
gboolean fz_desk_tick (FzSession *session, GError **error);
