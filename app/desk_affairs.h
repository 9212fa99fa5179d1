/* app/desk_affairs.h: what the hospital arranges (医务管理): departments, overview and reports, the front, catalogue, registers, comment, rules, drug knowledge. Part of
 * app/desk.h, whose words and promises hold here. */
#pragma once

#include "app/desk.h"

/* --- who practises here, and where --- */

/* SLOW. The security administrator adds accounts, all or none: rows number, name, role, id_number and what app/accounts.h reads beside; a code for each
 * (GPtrArray of FzEnrolCode). Nobody signs in by one before another person admitted it. `problems` (of char *) gets what is wrong with each bad row;
 * INVALID then. */
GPtrArray *fz_desk_add_staff (FzSession *session, GPtrArray *rows, GPtrArray *problems, GError **error);
/* Such rows from a CSV file, whose columns are named so. */
GPtrArray *fz_desk_staff_of_table (const char *path, GError **error);
/* SLOW. A new code; the old password, PIN, signing key and second factor end, and so does a lock. REFUSED: one's own. */
FzEnrolCode *fz_desk_reset_staff (FzSession *session, const char *number, GError **error);
/* The account ends: no sign-in, no signature from now on. What was signed stays valid. REFUSED: one's own. */
gboolean fz_desk_end_staff (FzSession *session, const char *number, GError **error);
/* Changes of a person's papers (licence_until, insurance_until, departments, title …: app/staff_facts.c); "-" removes one. Audited with what
 * it was and what it is. INVALID names the key. Affairs and the security administrator. */
gboolean fz_desk_amend_staff (FzSession *session, const char *number, const FzFields *changes, GError **error);
/* organ.*, desk.*, department.NN.{code,name,physical}, seniority.NN.{department,seniors,associates,counted_on,counted_by}, business.NN.{code,noted_on,noted_by}, office.NN.{code,number}, recurring.NN.{code,months}; kept.<fact>: the entry of a register that says an organ.* fact. Frozen. */
FzFields *fz_desk_read_institution (FzSession *session, GError **error);
/* Keys: licence_until (day); business_from, business_until (HH:MM at Beijing: then somebody must be on duty to review); business (code of the list business) with filed (yes|no): only what was
 * filed is reported, once anything was said of it; office (code of the list office) with holder (staff number of who is told of what is late; "-": nobody); recurring (code of the list recurring) with months; department (code) with approved (yes|no), physical (yes|no), name, seniors, associates (numbers of the physical institution). */
gboolean fz_desk_amend_institution (FzSession *session, const FzFields *changes, GError **error);
/* The roster of reviewing pharmacists, by begin: rows number, name, from, until (times), by (staff number), on_duty (yes|no). */
GPtrArray *fz_desk_list_duty (FzSession *session, GError **error);
/* On duty from then until then, at most 24 hours, not yet over: by affairs for anyone, by pharmacists for themselves. CONFLICT: overlaps. */
gboolean fz_desk_put_duty (FzSession *session, const char *number, gint64 from_us, gint64 until_us, GError **error);
/* Ends what has begun, takes back what has not. NOT_FOUND when there is no such entry or it is over. */
gboolean fz_desk_end_duty (FzSession *session, const char *number, gint64 from_us, GError **error);

/* --- affairs --- */

/* A refused, alarmed or blocked row built anew from today's facts. */
gboolean fz_desk_retry_upload (FzSession *session, gint64 id, GError **error);
/* A person's decision, with its ground. Unknown outcome: it was received, or it goes again. Task (row `task`): done, or not needed. Blocked,
 * refused, or waiting for one of those: `sent` FALSE says that it is not to be sent. CONFLICT: nothing to decide. */
gboolean fz_desk_settle_upload (FzSession *session, gint64 id, gboolean sent, const char *reason, GError **error);
/* SLOW. What the documents of a day (Beijing, not after today) ask the platform to hear, made again and compared with the ledger: what is missing is queued
 * (*out_added, may be NULL; also medicines without a row), what stands there in any state is left alone. Rows key, state, added (yes|no). CANCELLED: by `stop` (may be
 * NULL); what was added before stays, and the next time adds the rest. progress (may be NULL) 0..1, in the caller's thread. */
GPtrArray *fz_desk_collect_uploads (FzSession *session, const char *day, guint *out_added, GCancellable *stop, void (*progress) (double done, gpointer data), gpointer data,
                                    GError **error);
/* SLOW. What would be in the way of uploading in earnest; nothing is written or sent. Rows item (licence, organ, filing, messages, departments, staff, mapping, catalogue,
 * ledger, config, environment, authorities, pins, clock), label, state (ok|warn|stop), words. Affairs and the system administrator. `stop` and progress as above. */
GPtrArray *fz_desk_read_preflight (FzSession *session, GCancellable *stop, void (*progress) (double done, gpointer data), gpointer data, GError **error);
/* What is still to do before the first patient (开业前), counted from what stands in the store. Rows item (licence, departments, filing, people, rules, catalogue,
 * consent, backup, calendar, platform, front, shares, drill), label, state (done | part | open | free: a hospital may do without), words, role (who does it), place (the
 * page where). Affairs, the system and the security administrator. */
GPtrArray *fz_desk_read_opening (FzSession *session, GError **error);
/* The system administrator sets the file with the platform's address and keys, to be used from the next start of the engine on; fz_desk_upload_start() starts it.
 * INVALID: not such a file; REFUSED: this store reported to another environment. */
gboolean fz_desk_set_platform (FzSession *session, const char *config_path, GError **error);
/* Starts the engine of this session, or one anew that stands still (alarm, waiting); stops it; once: drains and returns (SLOW), CONFLICT while it runs;
 * CANCELLED: by `stop` (may be NULL); what is in flight ends first, the rest stays queued. progress (may be NULL): settled, of those queued at its beginning. */
gboolean fz_desk_upload_start (FzSession *session, GError **error);
void fz_desk_upload_stop (FzSession *session);
gboolean fz_desk_upload_once (FzSession *session, GCancellable *stop, void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error);
/* Where what is queued goes when the window closes, for the background sender (status upload.spool): "": the folder `spool` of this workstation's state, made
 * ready; NULL: nowhere. The system administrator. CONFLICT: rows lie outside. */
gboolean fz_desk_set_spool (FzSession *session, const char *dir, GError **error);

/* --- the hospital's own front, where patients ask and read: assets/help/zh/front.md --- */

/* How it stands: set (yes: one is set up), address, desk (this desk's name there), problem (its configuration cannot be read), front.* as in
 * fz_desk_status(), and the visits that wait for it, visit.NN.{id,n (messages not yet sent; 0: waits to be taken)}, payment.asked
 * (yes: unpaid visits are not taken). Affairs and the system administrator. */
FzFields *fz_desk_read_front (FzSession *session, GError **error);
/* What came and could not be done, and what the front would not take, oldest first: way (in: what came; out: what the patient was to be told), number, kind, visit,
 * words (why), code, came_at, at (since when it waits), again (yes: it may be tried again). Affairs. */
GPtrArray *fz_desk_list_front (FzSession *session, GError **error);
/* One of them is tried again, or settled with a reason. CONFLICT: it was dealt with, or cannot be tried again. */
gboolean fz_desk_decide_front (FzSession *session, const char *way, gint64 number, gboolean again, const char *words, GError **error);
/* The system administrator sets the file with address and key; NULL: none any more, and patients come by bundles only. INVALID: not such a file. */
gboolean fz_desk_set_front (FzSession *session, const char *config_path, GError **error);
/* The exchange begins, or looks at once. UNSUPPORTED: no front is set up. */
gboolean fz_desk_connect_front (FzSession *session, GError **error);

/* SLOW. diagnoses: checks and replaces rows; all or nothing unless skip_bad. calendar: the years it names anew, whole. knowledge: a folder or zip of a whole edition, checked and kept to be
 * proposed, always all or nothing. `out_problems` one a line. */
gboolean fz_desk_import (FzSession *session, const char *what, const char *path, gboolean skip_bad, guint *out_rows,
                         GPtrArray **out_problems, GError **error);
/* --- the hospital's drug catalogue: changed by two persons, core/catalogue_change.h --- */

/* All that is known of one medicine: drug.{code,generic,strength,active,state (offered|withdrawn|removed|blocked),blocked,waiting (the change that waits)},
 * value.<column> as in a file, column.NN.{name,label,text}, controlled.NN.{label,entry,severity,edition,source,uncertain}, known.{edition,
 * contraindications,limits,lookalikes (counts),indications,interactions (covered: yes|no)}, removal.change.* of the removal it stands under, history.NN.{id,
 * act,text,state_label,opened_at,by,words,decided_at,decided_by,decision_words,file,entry,due_on}, newest first. */
FzFields *fz_desk_read_catalogue (FzSession *session, const char *code, GError **error);
/* Changes and removals, newest first, at most 500: facts of core/catalogue_change.h with change.{state_label,may_decide,may_withdraw,may_settle (yes)}.
 * filter (may be NULL): waiting (yes). */
GPtrArray *fz_desk_list_catalogue_changes (FzSession *session, const FzFields *filter, GError **error);
/* What a change says of each medicine: rows code, act, text; at most 5000, filter (may be NULL): after (a code). */
GPtrArray *fz_desk_list_catalogue_lines (FzSession *session, const char *id, const FzFields *filter, GError **error);
/* SLOW. Reads a catalogue file (columns of core/drug.h) and keeps it until somebody signs for it; nothing changes by it. All rows must be good, unless
 * skip_bad. staged.{id,file,n_rows,n_changes,n_add,n_alter,n_withdraw,n_restore,n_bad,bad.NN}; no id: the file says what the catalogue says. CANCELLED: by `stop`
 * (may be NULL), and nothing is kept. progress (may be NULL): rows read, of all. */
FzFields *fz_desk_stage_catalogue (FzSession *session, const char *path, gboolean skip_bad, GPtrArray **out_problems, GCancellable *stop,
                                   void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error);
/* What was read and nobody signed for, newest first. */
GPtrArray *fz_desk_list_staged (FzSession *session, GError **error);
gboolean fz_desk_drop_staged (FzSession *session, const char *id, GError **error);
/* What an edit would change, rows code, act, text. `edit`: staged (an id), or row.NN.{code,new (yes), and the columns that change; "-" empties one}.
 * INVALID names the column; CONFLICT: another change of the same medicine waits; REFUSED: it is under a removal. */
GPtrArray *fz_desk_check_catalogue_change (FzSession *session, const FzFields *edit, GError **error);
/* SLOW for a long file. The same for signing, as one proposal; from then on it waits for another natural person. */
FzSheet *fz_desk_prepare_catalogue_change (FzSession *session, const FzFields *edit, const char *words, GError **error);
/* verdict: approved | declined by another natural person, withdrawn by who proposed; of a removal confirmed | lifted by another natural person. Words may be
 * NULL for approved and confirmed. CONFLICT: a row was changed meanwhile. */
FzSheet *fz_desk_prepare_catalogue_decision (FzSession *session, const char *id, const char *verdict, const char *words, GError **error);
/* Drug reactions of the register that are not closed, whoever reported them, newest first: id, drug, on; nothing of the patient. */
GPtrArray *fz_desk_list_reactions (FzSession *session, GError **error);
/* Takes a medicine off the catalogue from the moment of signing, for a suspected adverse reaction: `entry` is that of the register adverse-event. */
FzSheet *fz_desk_prepare_removal (FzSession *session, const char *code, const char *entry, const char *words, GError **error);
/* What reports there are: rows name, title, words, grant (yes: by a grant of kind profiling for exactly this report and these days, one use each time,
 * small numbers hidden), period (month | year: what it is usually asked over), row.NN (articles served), department and person, each with .allowed and .why.
 * Those without a grant count no medicine, and no prescriptions of a doctor; most are put together as assets/reports says. */
GPtrArray *fz_desk_list_reports (FzSession *session, GError **error);
/* Whom a report may be asked for alone: rows by (department | person), code, label; the departments of the institution, and doctors and pharmacists who did not leave. */
GPtrArray *fz_desk_list_report_filters (FzSession *session, GError **error);

/* What is asked of a report. */
typedef struct {
  const char *name;
  gint64 from_us, to_us;  /* from included, to excluded */
  const char *department; /* its code, with those below it; NULL: all. At most one of these two, where the report's plan allows it */
  const char *person;     /* a staff number; NULL: all */
  GCancellable *stop;     /* NULL: it cannot be stopped */
  void (*progress) (double done, gpointer data); /* 0 to 1, in the caller's thread; may be NULL */
  gpointer data;
  const char *schedule;   /* the entry of the register that asks for it by itself; NULL: who is signed in does */
} FzReportWanted;

/* The report as facts: numbers and tables (table.NN.*), for preview and for files. REFUSED: its plan allows no such filter, and why. G_IO_ERROR_CANCELLED. */
FzFields *fz_desk_report (FzSession *session, const FzReportWanted *wanted, GError **error);
/* format: xlsx | csv | pdf. SLOW. */
gboolean fz_desk_report_save (FzSession *session, const FzReportWanted *wanted, const char *format, const char *path, GError **error);
/* SLOW. Makes what running entries of the register report-schedule ask for: each day, week or month that is over and was not made, oldest first, one file a call.
 * Rows (one, or none when nothing is left) entry, title, from, to, and path or problem; what failed is told once and tried again after 10 minutes. Medical affairs;
 * nobody signs, since the entry was signed. A read-only store: none. LOCKED also when the screen was locked meanwhile, which is no failure. */
GPtrArray *fz_desk_make_scheduled_reports (FzSession *session, GError **error);

/* SLOW. Once for each month that is over: an indicator worse than its limit (assets/codes/indicators.csv) becomes an entry of the register intervention that waits to be
 * answered, with its deadline; one that waits and is within its limit again is ended. Both by the desk's key. Medical affairs. A read-only store: nothing. */
gboolean fz_desk_check_indicators (FzSession *session, GError **error);

/* --- registers --- */

/* The registers this role reads, in the order of assets/codes/registers.csv: name, title, title_en, group, group_en, n_open and n_over (of what this person sees: not
 * ended, and past the day, or the time of day, they were due), n_all, old_entries (yes: older ones can be imported), and `opens`, `opens_label`, `opens_label_en` when it may open an
 * entry there. */
GPtrArray *fz_desk_list_registers (FzSession *session, GError **error);
/* What a form needs: title, row.NN (articles served), field.NN.{key,label,label_en,kind,help,common (yes: every register has it),ahead (yes: a day that something ends or is due on),choice.NN.{code,label,label_en}},
 * state.NN.{word,label,label_en}, move.NN.{word,label,label_en,need.NN,ask.NN} that open an entry. */
FzFields *fz_desk_read_register (FzSession *session, const char *name, GError **error);
/* All entries, oldest first (fz_desk_list with FZ_LIST_ENTRIES: newest first, a page at a time); filter (may be NULL): open (yes), mine (yes: this person answers for it), text. Rows: entry.*, entry.owner_name (absent: nobody took it on), field.*, attachment.*, due.NN.{word,label,label_en,on,
 * problem}. Who is not of medical affairs sees their own. Audited. */
GPtrArray *fz_desk_list_entries (FzSession *session, const char *name, const FzFields *filter, GError **error);
/* The same for one, with move.NN.* that this role may make now, and history.NN.{id,move_label,state_label,words,signed_at,by,line.NN.{
 * label,text}}, newest first. */
FzFields *fz_desk_read_entry (FzSession *session, const char *id, GError **error);
/* A move for signing: `id` NULL opens an entry. `values`: field.<key>; `attachments`: paths, NULL for none. INVALID names the field.
 * Of the register intervention it measures the indicator (begin, answer, go_on, evaluate), which takes as long as a report of those days: SLOW. */
FzSheet *fz_desk_prepare_entry (FzSession *session, const char *name, const char *id, const char *move, const FzFields *values,
                                const char *words, const char *const *attachments, GError **error);
/* The file `index` of an entry's attachment.NN as it was attached, to `path`; audited. NOT_FOUND: no such file. */
gboolean fz_desk_save_attachment (FzSession *session, const char *id, guint index, const char *path, GError **error);
/* All entries of a register with their fields, state and next deadline; format: csv | xlsx. Medical affairs, by a grant of kind export over scope report=register,
 * subject=<name>, one use each time; audited. */
gboolean fz_desk_export_register (FzSession *session, const char *name, const char *format, const char *path, GError **error);

/* An empty table for entries of an older register: CSV that spreadsheets open, the register's own columns and the number, day and author there. Audited.
 * REFUSED: entries of this register cannot be taken over (assets/codes/registers.csv). Medical affairs, as the next two. */
gboolean fz_desk_save_entry_table (FzSession *session, const char *name, const char *path, GError **error);
/* SLOW. Such a table filled in (CSV or .xlsx, at most 200 entries), judged line by line; nothing is taken. Rows line, old_number, old_on, old_by, state, state_label,
 * state_label_en, field.*, problem.NN.{column,words (what, and how to write it)}. INVALID: no such table; CONFLICT: this very file was taken already. Audited with the
 * file's hash. */
GPtrArray *fz_desk_check_entries (FzSession *session, const char *name, const char *path, GError **error);
/* SLOW. The same read anew, for signing, when nothing is wrong with any line: an entry each, which stands in the state that its line names (`entry.taken`), has the
 * file attached, and is neither uploaded nor filed nor told to anybody. INVALID: a line is not good, and none is taken. */
FzSheet *fz_desk_prepare_entries (FzSession *session, const char *name, const char *path, GError **error);

/* SLOW. The patients whom a recall (entry of the register `recall` with a code of the catalogue, not closed) concerns: each with an approved prescription of that medicine since
 * field.since_on, newest known visit first, who is not noted yet becomes an entry of the register `recall-notice` by the desk's key; the recall then has the counts. Answers
 * n_rx, n_unknown (of these, prescriptions whose batch nobody wrote), n_people, n_new; with field.by_batch prescriptions whose boxes are all known to be of other batches than field.batch are left out: what is
 * written is then a list of letters and digits, and neither text is a piece of the other. Medical affairs, by a grant of kind export over scope report=recall, subject=<id>, drug=<code>. INVALID: no such code, or field.by_batch and
 * field.batch is no plain list (a range, other signs). */
FzFields *fz_desk_trace_recall (FzSession *session, const char *id, GError **error);
/* Sheets for when the program is down (停机登记单), A4 as one PDF, each with a number of its own, TJD-P-000001; `n` 1 to 50. Audited with the numbers. */
gboolean fz_desk_save_downtime_sheets (FzSession *session, guint n, const char *path, GError **error);

/* SLOW. What is published (公示) as a new folder: index.html for the website, publication.pdf, files/ of the entries, files.sha256. The institution, who serves and
 * may practise today, the departments, what is charged today (register `fee`) and the entries of the register `published` that were found lawful and true; which sections a place asks for stands in
 * assets/codes/publication.csv. Answers folder, list_sha256, n_sections, n_staff, n_files. INVALID names every section that is asked for and empty; CONFLICT: the
 * folder is there; CANCELLED: by `stop` (may be NULL), and there is no folder. progress (may be NULL): files of entries, of all. Tianjin 2025 art. 9, 10; national 2022 art. 8, 23. */
FzFields *fz_desk_export_publication (FzSession *session, const char *folder, GCancellable *stop, void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data,
                                      GError **error);

/* A duty of the portal (register portal-duty): what its package would hold and what is still missing: label, label_en, files, files_en (what has to be
 * uploaded beside it), n_rows, n_files, n_missing, missing.NN. */
FzFields *fz_desk_check_portal (FzSession *session, const char *id, GError **error);
/* SLOW. The package of one duty as a new folder: a table in the portal's columns, the files, what to do, files.sha256. The duty is then exported, which
 * the desk's key signs; who did it stands in the audit. Answers folder, list_sha256, n_files. INVALID names every needed column that is empty;
 * CONFLICT: the folder is there; CANCELLED: by `stop` (may be NULL), no folder, and the duty as it was. progress (may be NULL): files beside the table, of all. */
FzFields *fz_desk_export_portal (FzSession *session, const char *id, const char *folder, GCancellable *stop, void (*progress) (guint64 done, guint64 total, gpointer data),
                                 gpointer data, GError **error);

/* What a refused or blocked upload says, to begin an entry of the register rectification with: field.*. NOT_FOUND; INVALID: it was neither refused nor blocked. */
FzFields *fz_desk_start_rectification (FzSession *session, gint64 id, GError **error);

/* --- comment on prescriptions (处方点评) and scoring of records (病历质控): core/comment.h says what may follow what --- */

/* Samples, newest first: plan.* of core/comment.h with plan.state_label and plan.may_approve (yes). Names no doctor and no patient. Those of records
 * (plan.place) are not a pharmacist's. */
GPtrArray *fz_desk_list_comment_plans (FzSession *session, GError **error);
/* The prescriptions of a sample in the order of the draw; for a doctor (`plan` is not read) what was said and confirmed on their own. Rows:
 * comment.*, first.*, confirm.*, reply.*, answer.*, comment.{number,state_label,result_label,act (write|confirm|reply|answer|rectify|evaluate: what this person may do
 * next),why_not}, rx.{signed_at,department_name,kind,n_items,stage}, diagnosis.00.name. Who wrote it is not told. Audited. */
GPtrArray *fz_desk_list_comments (FzSession *session, const char *plan, GError **error);
/* One of them: the same, with the prescription as written, record.*, prior.*, what the checks said when it was signed (finding.NN, `shown` yes where it bears on a comment, override.NN),
 * the reviewer's decisions decision.NN.{code,label,engine,words,decision,remark}, and suggest.NN.{code,label,rule,message}. The patient's name
 * is masked, and who wrote and reviewed it is not told, but to the doctor who wrote it. Of a record: record.*, diagnosis.NN, addendum.NN.{text,at}, the
 * medicines prescribed (rx.item.NN), plan.policy.{grade_a,grade_b}, and suggest.NN from the rules of quality; of one on paper its number only. Audited. */
FzFields *fz_desk_read_comment (FzSession *session, const char *plan, const char *prescription, GError **error);
/* Draws a sample: kind (random|targeted), from, to (days of one month); targeted: target.{kind (department|diagnosis|override|sheet|class|drug|
 * doctor),value}, purpose, size. One at a doctor or a drug waits for a second person. The chance is drawn once a month and kept, so preparing
 * again gives the same. Of records: kind random, place (online|offline), offline: list (one a line: number, the doctor's staff number, department code,
 * day), which is kept as an attachment of the sample. REFUSED: nothing to draw from. CONFLICT at the signature: these days were drawn already. */
FzSheet *fz_desk_prepare_comment_plan (FzSession *session, const FzFields *facts, GError **error);
/* verdict: approved | declined (with words), by another natural person. */
FzSheet *fz_desk_prepare_comment_approval (FzSession *session, const char *id, const char *verdict, const char *words, GError **error);
/* `codes` of the list `comment`, NULL or none: reasonable. By a pharmacist of the group who neither wrote nor reviewed it. Of a record codes of
 * `record_defect`, by medical affairs, never by who wrote it; no second reader. */
FzSheet *fz_desk_prepare_comment (FzSession *session, const char *plan, const char *prescription, const char *const *codes, const char *words,
                                  GError **error);
/* By another person; other codes than the first reader's ask words. */
FzSheet *fz_desk_prepare_comment_confirmation (FzSession *session, const char *plan, const char *prescription, const char *const *codes,
                                               const char *words, GError **error);
/* By the doctor: stance accepted | appealed (with words), until confirm.until. */
FzSheet *fz_desk_prepare_comment_reply (FzSession *session, const char *plan, const char *prescription, const char *stance, const char *words,
                                        GError **error);
/* To an appeal, not by the first reader; the codes given stand. Words are asked. */
FzSheet *fz_desk_prepare_comment_answer (FzSession *session, const char *plan, const char *prescription, const char *const *codes,
                                         const char *words, GError **error);
/* The doctor says what was put right in a record of grade B or C; medical affairs say whether it is: verdict good | again (with words; another term) | left (who wrote it works here no more: with words; ends it). */
FzSheet *fz_desk_prepare_record_rectification (FzSession *session, const char *plan, const char *record, const char *words, GError **error);
FzSheet *fz_desk_prepare_record_evaluation (FzSession *session, const char *plan, const char *record, const char *verdict, const char *words,
                                            GError **error);
/* Ends the sample with its figures and what will be done (`words`): no patient, no medicine, no name, small departments together. */
FzSheet *fz_desk_prepare_comment_announcement (FzSession *session, const char *plan, const char *words, GError **error);

/* --- the hospital's rules --- */

typedef enum { FZ_RULES_LAYERS, FZ_RULES_CLAUSES, FZ_RULES_PARAMETERS, FZ_RULES_TERMINATIONS } FzRulesPart;

/* Versions, newest first: the facts of core/rules_version.h and rules.{state_label,now (in_force|planned|past; absent while not approved),
 * may_decide,may_withdraw,may_cancel,may_agree,may_keep (yes)}. Everybody may read the rules they work by. */
GPtrArray *fz_desk_rules_versions (FzSession *session, GError **error);
/* One part as rows. `id`: a version, a jurisdiction word (the shipped rules of that place), NULL the one in force. LAYERS: name, title,
 * title_en, short, layer (upper|national|local|hospital), source, successor, since, until, sha256, n_clauses. CLAUSES: the facts of
 * fz_rule_layer_get_clause(). PARAMETERS: name, zh, en, question, stricter (more|less|none: which way the hospital may go), type
 * (int|bool|texts), layer, value today (yes|no; lists joined by |), law (what it is without the hospital), own (yes|no).
 * TERMINATIONS: code, label, emergency (yes|no), guidance, law (the shipped guidance), own (yes|no). CORRUPT: kept rules were altered. */
GPtrArray *fz_desk_read_rules (FzSession *session, const char *id, FzRulesPart part, GError **error);
/* The informed consent of a version: version, text, sha256. */
FzFields *fz_desk_read_rules_consent (FzSession *session, const char *id, GError **error);
/* Medical affairs: a new version as typed. Facts: rules.{jurisdiction,since,words}, parameter.NN.{name,value},
 * termination.NN.{code,label,emergency,guidance}, consent.{version,text}, clauses.{file,json}; what is not said, the law says. Without a
 * saved draft: what the version in force says, since tomorrow. Saving NULL removes it. */
FzFields *fz_desk_get_rules_draft (FzSession *session, GError **error);
gboolean fz_desk_save_rules_draft (FzSession *session, const FzFields *draft, GError **error);
/* The draft with what a hospital layer's file (`fuzhen schema rulebook`) says; INVALID `file:line: path：reason`, and nothing changed. */
FzFields *fz_desk_import_rules (FzSession *session, const FzFields *draft, const char *path, GError **error);
/* What the draft changes against the version in force, in words (char *); empty: nothing. INVALID or CONFLICT: why it cannot stand. */
GPtrArray *fz_desk_check_rules (FzSession *session, const FzFields *draft, GError **error);
/* The new version for signing; from then on it waits for the second person. */
FzSheet *fz_desk_prepare_rules (FzSession *session, const FzFields *draft, GError **error);
/* verdict: approved | declined by another natural person of affairs or security; withdrawn by who proposed it. Before the day of an approved
 * one: cancel by affairs or security, then cancelled by another natural person of these, or kept. Words may be NULL for approved and
 * cancelled. An approved version takes effect at 00:00 at Beijing of its day, by fz_desk_tick(), or at once when that is today. */
FzSheet *fz_desk_prepare_rules_decision (FzSession *session, const char *id, const char *verdict, const char *words, GError **error);
/* SLOW. What would have changed: documents signed from `from_us` to before `to_us`, judged again on their own days under the draft (NULL: the
 * version that waits for approval). Rows, at most 2000, one a visit, rule and change: document, kind_label, visit, signed_at, rule, then, now
 * (pass|fail|unknown|not_applicable|- not asked), message, clause. `out_sum` (may be NULL): documents, judged, not_kept (signed before what
 * was judged was kept), changed, cannot_tell (facts that were not kept). Audited; names no patient. */
GPtrArray *fz_desk_try_rules (FzSession *session, const FzFields *draft, gint64 from_us, gint64 to_us, GCancellable *cancellable,
                              void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, FzFields **out_sum,
                              GError **error);

/* --- the drug knowledge --- */

/* What was imported and waits to be proposed (id `staged`), versions newest first (core/knowledge_version.h), last what ships (id `shipped`);
 * each with knowledge.{state_label,now (in_force|planned|past),may_propose,may_decide,may_withdraw,may_try (yes)}. */
GPtrArray *fz_desk_knowledge_versions (FzSession *session, GError **error);
/* One of them (NULL: the one in force): edition, title, until, set.{since,sha256,manifest}, table.NN.{name,label,rows,added,removed} against
 * the one in force, gap.NN (what it does not cover). CORRUPT: its kept bytes were altered. */
FzFields *fz_desk_read_knowledge (FzSession *session, const char *id, GError **error);
/* Medical affairs: `staged` or `shipped` from a day on (NULL: today), with the reason. REFUSED: it is in force, or another one waits. */
FzSheet *fz_desk_prepare_knowledge (FzSession *session, const char *what, const char *since, const char *words, GError **error);
/* SLOW. What an edition (`staged`, `shipped`, a version) would have found otherwise in the prescriptions signed from `from_us` to before `to_us`, each
 * judged on its own day by the edition of that day and by this one, all else as it was kept. Rows, at most 2000: document, visit, signed_at, rule,
 * field, then, now (stop|reason|note|-), message, about (medicines). `out_sum` (may be NULL): documents, judged, not_kept (signed before what was
 * judged was kept), prescriptions (with a change), stopped (with a stop that was none), changed (findings), reworded (only in their words: no
 * rows). Audited; names no patient. */
GPtrArray *fz_desk_try_knowledge (FzSession *session, const char *id, gint64 from_us, gint64 to_us, GCancellable *cancellable,
                                  void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, FzFields **out_sum,
                                  GError **error);
/* verdict: approved, declined (both by another natural person: pharmacist, affairs or security), withdrawn (who proposed it). Words are a must
 * unless it is approved. An approved one takes effect at 00:00 at Beijing of its day, by fz_desk_tick(), or at once when that is today. */
FzSheet *fz_desk_prepare_knowledge_decision (FzSession *session, const char *id, const char *verdict, const char *words, GError **error);
