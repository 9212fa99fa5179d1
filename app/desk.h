/* app/desk.h: everything that can happen at this workstation (工作台). A page has a session and calls these; so do the command
 * line and the demo. A feature that is neither here nor in the schema does not exist.
 *
 * Every function checks rights first, and writes its audit entry in the transaction of its act; reads of a patient's case are
 * acts too. Functions wait for the database thread (a read is about a millisecond); those marked SLOW also derive keys or
 * wait longer, and a window runs them by fz_call_async(). Errors carry a sentence for the user in the reader's language.
 *
 * Facts (FzFields) are the currency. Names, the same in lists, forms, rules, documents and uploads:
 *   visit.{id,stage,sensitive,sensitive_label,mode,department,department_name,applied_at,received_at,returned_at,taken_at,ended_at,price_fen,complaint,history,holder_name,holder_number}
 *   patient.{name,id_kind,id_number,sex (F|M|unknown),birth_date,age_years,age_text,mobile}, allergy.NN,
 *   patient.{insurance_card,health_card,health_record,ethnic,marital,occupation,address,cannot_express,capacity (full|limited|none)},
 *   imported.NN.{document,institution,number,at,department,doctor,online,file,media,sha256,by,received_at,n_medicines,n_defects} with diagnosis.NN.{code,name},
 *   medicine.NN.{name,words} and defect.NN.{code,field,words} below it: records of other hospitals, whose coded diagnoses stand in prior too,
 *   request.{drug,purchased}.NN.generic where given, guardian.{name,relation,id_number,mobile,present}, specialist.{name,licence,institution}, prior.NN.{institution,date,code,name},
 *   consent.{text_version,text_sha256,signer,relation,at,method,current}, evidence.NN.{sha256,file,kind,media,width,height},
 *   identity.verified, eligibility.{verdict,prior,note}, eligibility.basis.NN, record.{chief_complaint,present_history,
 *   past_history,allergy_history,current_drugs,exam,assist,opinion}, diagnosis.NN.{code,name}, end.{reason,guidance,referral,diagnosis}, mark.NN (words of risk), payment.{state (paid|unpaid|refunded|partly_refunded),label,amount_fen,at,method,
 *   transaction} as far as the hospital's till said, evidence.NN.added_at of what came after the request
 *   draft: eligibility.*, record.*, diagnosis.*, rx.{reason_over_7d,valid_days,note,replaces},
 *   rx.item.NN.{drug,dose,freq,route,days,quantity,quantity_edited,note,override.NN}  (dose "5mg", quantity in packs)
 *   rules.{id,number,state,since,…}: core/rules_version.h
 *   rx list: rx.{id,stage,visit,signed_at,reviewed_at,valid_until,doctor_name,doctor_number,department_name,pharmacist_name,risk,
 *   n_items,wait_s,reasons}, patient.*, rx.item.NN.{drug,generic,strength,form,route,dose,freq,days,quantity,unit,…} */
#pragma once

#include <cairo.h>
#include <gio/gio.h>

#include "core/case.h"
#include "core/fields.h"
#include "core/finding.h"
#include "core/secret.h"

typedef struct _FzDesk FzDesk;       /* one data folder, its knowledge and (after the first sign-in) its open store */
typedef struct _FzSession FzSession; /* one signed-in person */
typedef struct _FzSheet FzSheet;     /* the documents of one visit shown together for one PIN */
typedef struct _FzPrintout FzPrintout; /* slips laid out for paper */

/* --- the desk --- */

/* `data_dir` NULL: the XDG data folder. NOT_FOUND when no store is there: `fuzhen init` or `fuzhen demo` makes one. */
FzDesk *fz_desk_open (const char *data_dir, GError **error);
void fz_desk_close (FzDesk *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzDesk, fz_desk_close)
/* What the sign-in page shows before anybody signed in: hospital.name, hospital.second_name, rulebook.name, rulebook.since,
 * demo (yes), store.{state (older: an older copy of the folder was put here),words}, and in a demo people.NN.{number,name,role,title,department,password,pin,key_file}. Frozen. */
const FzFields *fz_desk_get_front (FzDesk *self);
gboolean fz_desk_is_demo (FzDesk *self);

/* --- the first hour: app/founding.h --- */

/* One person's code for the first sign-in, good for 72 hours. */
typedef struct {
  char *number, *name;
  char *code;      /* 16 letters and digits in groups of four */
  gint64 until_us;
} FzEnrolCode;

void fz_enrol_code_free (FzEnrolCode *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzEnrolCode, fz_enrol_code_free)

/* What a new store gives away once and keeps nowhere: recovery shares, of which any two open it again, and a code a person. */
typedef struct {
  char **shares;
  GPtrArray *codes; /* FzEnrolCode */
} FzFounding;

void fz_founding_free (FzFounding *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzFounding, fz_founding_free)

/* SLOW. A new store in `data_dir` (NULL: the XDG data folder): facts jurisdiction (codes/jurisdictions.csv), organ.{name,code,physical_name} and, if wanted,
 * organ.{second_name,unit_id,licence,licence_until}, person.NN.{role,number,name,id_number}. INVALID with the fact it speaks of in *out_field (transfer
 * full), before anything is made. CONFLICT: the folder holds a store. */
FzFounding *fz_desk_found (const char *data_dir, const FzFields *facts, char **out_field, GError **error);
/* SLOW. A person's first sign-in: with the code they make password, PIN, signing key and second factor; the code is good once. `key_file` is where the
 * key file goes, a file that is not there yet; NULL makes a one-time code app's key instead, as text and as an otpauth:// address (shown once).
 * SIGNATURE: wrong number or code, with one text; LOCKED after five; REFUSED: too late, or the person left; INVALID: password or PIN too simple, or the
 * file cannot be made. 电子签名法 art. 13. */
gboolean fz_desk_enrol (FzDesk *self, const char *number, const FzSecret *code, const FzSecret *password, const FzSecret *pin, const char *key_file,
                        FzSecret **out_key_text, FzSecret **out_uri, GError **error);

/* --- signing in --- */

/* SLOW. `factor`: the content of the key file, or the six digits of a one-time code. SIGNATURE with one text for unknown number
 * and wrong secret; LOCKED with the time left; REFUSED while this account is signed in and not out again: one session
 * an account. CORRUPT: this person's part of the key file is damaged, and no try is counted. */
FzSession *fz_desk_sign_in (FzDesk *self, const char *number, const FzSecret *password, const FzSecret *factor, GError **error);
/* Running time passed: a lock after wrong passwords counts it, whatever clocks say. Call once a minute, signed in or not. */
gboolean fz_desk_pass_time (FzDesk *self, guint seconds, GError **error);
FzSession *fz_session_ref (FzSession *self);
void fz_session_unref (FzSession *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzSession, fz_session_unref)
/* Looks for this person's key file on mounted sticks and in the device's folder; NULL when there is none. */
char *fz_desk_find_key_file (FzDesk *self, const char *number);
void fz_session_sign_out (FzSession *self);
/* Wipes the person's keys; the store stays open for the upload. SLOW: unlock asks the password. */
void fz_session_lock (FzSession *self);
gboolean fz_session_unlock (FzSession *self, const FzSecret *password, GError **error);
gboolean fz_session_is_locked (FzSession *self);
/* TRUE while the store can only be read: every call that would write fails CORRUPT with this sentence (`out_why` may be NULL). */
gboolean fz_session_is_read_only (FzSession *session, char **out_why);
/* SLOW. One's own password anew: the present one is asked and counted as at signing in, and the PIN of the signing key, which stays the same (who has
 * no signing key gives none). SIGNATURE: one of them is wrong; INVALID: the new one is too simple, or is one of the last. */
gboolean fz_desk_change_password (FzSession *session, const FzSecret *old, const FzSecret *fresh, const FzSecret *pin, GError **error);
/* SLOW. One's own PIN anew; the signing key stays the same. */
gboolean fz_desk_change_pin (FzSession *session, const FzSecret *old, const FzSecret *fresh, GError **error);
/* Minutes of quiet after which a window locks, as set when this person signed in: 1 to 15. */
gint64 fz_session_idle_minutes (FzSession *session);
/* SLOW. The security administrator sets it for everybody's next sign-in, with the PIN, counted like any other; audited with what it was. INVALID: not 1 to
 * 15, and no PIN is judged. */
gboolean fz_desk_set_idle_minutes (FzSession *session, gint64 minutes, const FzSecret *pin, GError **error);
/* What is set now; -1 with error. */
gint64 fz_desk_get_idle_minutes (FzSession *session, GError **error);
/* FALSE: the person has none, or it was destroyed. */
gboolean fz_session_has_signing_key (FzSession *session);
/* Days until the password must have been changed; 0: it is over, and every other call is refused until it was. G_MAXINT in a demo. */
int fz_session_password_days (FzSession *session);
gboolean fz_session_password_is_near_its_end (FzSession *session);

FzDesk *fz_session_get_desk (FzSession *self);
FzRole fz_session_get_role (FzSession *self);
/* number, name, role, title, title_label, department, department_name, licence … of the signed-in person. Frozen. */
const FzFields *fz_session_get_person (FzSession *self);
gint64 fz_session_now_us (FzSession *self);

/* Runs one of the calls below off the main thread and comes back to it. The result is freed by `free_result` if nobody takes it; `data` is freed in the main
 * thread, after `callback`. */
typedef gpointer (*FzCall) (FzSession *session, gpointer data, GError **error);
void fz_call_async (FzSession *session, FzCall call, gpointer data, GDestroyNotify free_data, GDestroyNotify free_result,
                    GAsyncReadyCallback callback, gpointer user_data);
gpointer fz_call_finish (GAsyncResult *result, GError **error);
/* Calls that have not come back. They use their desk: it is closed when there are none. */
guint fz_calls_running (void);

/* --- reading --- */

typedef enum {
  FZ_LIST_WAITING,   /* visits to take: the doctor's own department first, each oldest first (doctor) */
  FZ_LIST_MINE,      /* visits this doctor holds */
  FZ_LIST_DONE,      /* this doctor's ended visits of today, newest first */
  FZ_LIST_REVIEW,    /* prescriptions to review in fair order, with who is at it (pharmacist) */
  FZ_LIST_REVIEWED,  /* reviewed by this pharmacist today */
  FZ_LIST_DISPENSE,  /* effective prescriptions: what is to prepare, check or hand over (pharmacist) */
  FZ_LIST_SENT,      /* parcels and outside pharmacies still to be heard of (pharmacist) */
  FZ_LIST_DISPENSED, /* of today, newest last (pharmacist) */
  FZ_LIST_VISITS,    /* all visits of a period (affairs: masked) */
  FZ_LIST_RX,        /* all prescriptions of a period (affairs: masked) */
  FZ_LIST_OUTBOX,    /* the upload ledger (affairs, system) */
  FZ_LIST_STAFF,     /* accounts (security, affairs) */
  FZ_LIST_AUDIT,     /* entries, newest first (audit administrator) */
  FZ_LIST_EARLIER,   /* this doctor's ended visits of before today, newest first; reads all of them where words are looked for: SLOW */
  FZ_LIST_CATALOGUE  /* the hospital's medicines in their order (pharmacist, affairs) */
} FzList;

/* `filter` may be NULL; keys read: words (of prescriptions and earlier visits: in the patient's name or the number; of the catalogue: initials, name, alias), show (catalogue: all |
 * offered | withdrawn | removed | blocked | antibacterial | long_excluded | otc | special_storage | herbal), state (outbox), from, to (times), after (the `cursor` of the last row), limit.
 * GPtrArray of frozen FzFields, each with `cursor`; of a doctor's visits talk.new (messages not yet seen). REFUSED when the role may not. */
GPtrArray *fz_desk_list (FzSession *session, FzList list, const FzFields *filter, GError **error);
/* What has a day on it, soonest first: kind (register | staff | institution | catalogue | upload | backup | monitor | comment | grant | alarm | access | duty | daily | business | rules |
 * knowledge | account), what, label, subject, name, on (day), days
 * (left; negative: over), tell and tell_en (who has to hear of it, once it is over for as many working days as assets/codes/lead-times.csv says), lead (of registers: days of reminding before), label_en, title, title_en and problem of registers, register (daily: the one to confirm in). Each role sees what is its own to do: affairs all, the system administrator reports and backup, the security
 * administrator people's papers, a doctor what they promised to watch (subject: the prescription, what: the position of the reason). */
GPtrArray *fz_desk_list_deadlines (FzSession *session, GError **error);
/* The same as a calendar for other programs (RFC 5545): a day each, with a reminder as long before as assets/codes/lead-times.csv says; what cannot be
 * reckoned is left out. `out_n` (may be NULL). Audited. RETRY: it cannot be written. */
gboolean fz_desk_export_deadlines (FzSession *session, const char *path, guint *out_n, GError **error);
/* Everything about one visit for the person who may see it, its prescriptions below prescription.NN.{id,stage,signed_at,reviewed_at,
 * valid_until,pharmacist_name,reason.NN,review_words,void_reason,replaces,replaced_by,n_items,second_signature,confirmed_at,confirm_words}, visit.present (the doctor proved to be
 * there less than 30 min ago) and visit.mine; appends the audit entry `case.read`. */
FzFields *fz_desk_read_visit (FzSession *session, const char *visit, GError **error);
/* Opening a case that is not one's own, in need: a document to sign (core/access.h). `reason` is a code of `access_reason`, `words` say what is the matter and
 * name no patient. Signed, that visit and its prescriptions can be read for a while; another person reviews it. CONFLICT: it can be read anyway.
 * REFUSED: an earlier one was not reviewed for too long. */
FzSheet *fz_desk_prepare_access (FzSession *session, const char *visit, const char *reason, const char *words, GError **error);
/* Newest first: the facts of core/access.h with access.{state_label,open,may_review (yes)}. Names no patient. Affairs and the audit administrator see
 * all, others their own. */
GPtrArray *fz_desk_list_access (FzSession *session, GError **error);
/* verdict: accepted | objected (with words), by affairs or the audit administrator, another natural person than who opened. */
FzSheet *fz_desk_prepare_access_review (FzSession *session, const char *id, const char *verdict, const char *words, GError **error);
/* One masked field of a visit's patient as it is kept: patient.{name,id_number,mobile,insurance_card,health_card,health_record,address},
 * guardian.{name,id_number,mobile}. `purpose` is a code of `reveal_purpose`, `words` say which; audited with field and purpose, and shown until the page is left. Every other
 * function gives these masked: numbers and addresses to everybody, names to who is not at work on the case. */
char *fz_desk_reveal (FzSession *session, const char *visit, const char *field, const char *purpose, const char *words, GError **error);
/* A visit that is specially sensitive (app/marking.h) opens to nobody but its doctor before they said what for: its readings, and all else done with it, fail
 * PURPOSE. `purpose` is a code of `opening_purpose`, `words` say more and name no patient; audited. Holds until another case is opened, the screen locks, or half
 * an hour passed. REFUSED as the reading itself; CONFLICT: the visit has no mark. */
gboolean fz_desk_state_purpose (FzSession *session, const char *visit, const char *purpose, const char *words, GError **error);
/* The mark, for signing: set by the doctor who holds the visit or by medical affairs, `reason` a code of `sensitive_reason`; taken away (`marked` FALSE, no reason)
 * by medical affairs alone. `words` say why and name no patient. CONFLICT: it stands so already. */
FzSheet *fz_desk_prepare_marking (FzSession *session, const char *visit, gboolean marked, const char *reason, const char *words, GError **error);
/* One prescription with its items, findings as the checks give now (now.NN.{rule,severity,message,field,source,title,title_en,item,reason,
 * law}), the norm's items with what was found beside each (item.NN: core/review_norm.h), signatures (signature.NN.{name,role,valid}), audited. For a pharmacist
 * one that waits for review is held while open: rx.{claimed_by,claimed_until,claimed_mine,first_look_by,first_look_at}. */
FzFields *fz_desk_read_prescription (FzSession *session, const char *id, GError **error);
/* Decoded evidence for the viewer: RGBA, audited. What was lawfully removed has no pixels and says so. SLOW. */
typedef struct {
  int width, height, stride;
  GBytes *rgba;
  char *media;
  char *gone; /* when it was removed and who approved it, a sentence; NULL: it is there */
} FzPicture;
void fz_picture_free (FzPicture *self);
FzPicture *fz_desk_read_evidence (FzSession *session, const char *visit, guint index, int max_edge, GError **error);
/* Today: visits.*, rx.*, review.*, upload.{state words}, wait.*, hour.NN.{visits,rx} for the charts. */
FzFields *fz_desk_overview (FzSession *session, GError **error);
/* One ledger row with its sources below `facts.`; of a refused one the fields that the platform names, as `named`. */
FzFields *fz_desk_read_outbox (FzSession *session, gint64 id, GError **error);
/* Each field of what is sent with where it is from: rows field, label, value, fact, said, how (fz_message_trace()), from (document | register | staff | institution | catalogue |
 * codes | clock | reckoned | platform; absent: nobody can say), document (its id), sha256, key (its line, the field, the staff number …). Empty for a task and for
 * an empty call. Masked. Affairs. */
GPtrArray *fz_desk_trace_upload (FzSession *session, gint64 id, GError **error);
/* Platform and store for the status line: platform.{state,words,waiting}, store.{state,words,free_bytes}, review.waiting, queue.waiting, talk.unread (visits of this doctor with messages not yet seen), visit.calls (both),
 * session.second_at (somebody else tried to sign in by this account), queue.limit_minutes (when one is set), video.{url,process_url} (where they are set), duty.missing (yes: business hours, and no pharmacist is on duty), daily.late (yes: today's
 * sign-in for adverse events is not done, and its hour has come), front.{state (none|idle|sending|waiting|alarm),words,heard_at,down_since,out.queued,out.refused,
 * out.visits,in.new,in.held,held (both ways),last_event_at,oldest_queued_at,visits_waiting (waiting visits that came by the front)}. */
FzFields *fz_desk_status (FzSession *session);

/* Search as typed: initials, part of a name, code. Rows: code, generic, strength, form_label, packing, manufacturer, marks
 * (mark.NN.{kind,word}: allergy, taken (the same substance in an earlier prescription that still runs, or bought before), sheet (on this one: `draft`,
 * may be NULL), blocked). `visit` gives the patient's marks; NULL for none. A visit
 * not opened in this session yet is read as by fz_desk_read_visit(), with the same refusal and one audit entry; more typing adds none. */
GPtrArray *fz_desk_search_drugs (FzSession *session, const char *text, const char *visit, const FzFields *draft, guint limit, GError **error);
/* The same among prepared herbs, which have a sheet of their own and are not found by the other search. Rows also: special (usual handling),
 * range (usual grams a dose). */
GPtrArray *fz_desk_search_herbs (FzSession *session, const char *text, const char *visit, const FzFields *draft, guint limit, GError **error);
/* TCM diseases and patterns; kind: disease | pattern. Rows: code, name. */
GPtrArray *fz_desk_search_tcm (FzSession *session, const char *kind, const char *text, guint limit, GError **error);
/* Rows: code, name. */
GPtrArray *fz_desk_search_diagnoses (FzSession *session, const char *text, guint limit, GError **error);
/* Closed code lists for drop-downs: rows code, label. Names: route, frequency, termination, refusal, review_reason, comment, override,
 * relation, id_kind, sex, mode, department, over_7d, monitor_outcome, reveal_purpose, access_reason, opening_purpose, sensitive_reason, talk_way, record_defect. Rows of override also: text_required, within_days. */
GPtrArray *fz_desk_codes (FzSession *session, const char *name, GError **error);
/* The drug's usual line as draft facts rx.item.00.*, to start from. */
FzFields *fz_desk_usual_line (FzSession *session, const char *drug, GError **error);

/* --- the visit --- */

/* Takes in bundles (a folder with visit.json, a folder of such folders, or a zip of either): all or nothing for each. Returns the
 * number taken in; `out_problems` one a line. */
gboolean fz_desk_intake (FzSession *session, const char *path, guint *out_taken, GPtrArray **out_problems, GError **error);
/* A visit typed in by hand, with the same checks: facts of a bundle (patient.*, visit.*, prior.*, consent.*) and evidence files. */
char *fz_desk_intake_by_hand (FzSession *session, const FzFields *facts, const char *const *evidence_paths, GError **error);
/* The informed consent in force: version, sha256, text. */
FzFields *fz_desk_consent_text (FzSession *session, GError **error);
/* The patient signed the text in force: consent.{text_version,text_sha256,signer,relation,at,method}. While the visit waits or is being
 * seen. INVALID names the fact; CONFLICT: another text, or not newer than what stands. A bundle with the same visit number does the
 * same by fz_desk_intake(), when nothing but the consent differs. */
gboolean fz_desk_renew_consent (FzSession *session, const char *visit, const FzFields *consent, GError **error);
/* The patient takes the request back, before the record is signed; `words`: how they said so and why. */
gboolean fz_desk_withdraw_visit (FzSession *session, const char *visit, const char *words, GError **error);
/* After how many minutes of waiting a visit is refused by time-out, by fz_desk_tick(); 0: never, which is so until it is set. */
gboolean fz_desk_set_queue_limit (FzSession *session, gint64 minutes, GError **error);
/* May a visit that came by the hospital's front and is not paid for be taken? It may (`asked` FALSE) until affairs say otherwise. */
gboolean fz_desk_set_payment_rule (FzSession *session, gboolean asked, GError **error);
/* Findings that stand in the way of taking (people, consent, identity, child, UNPAID by the hospital's own rule, else a note), and a note OTHER_DEPARTMENT when the
 * patient asked for a department that is not this doctor's: shown before the PIN. */
GPtrArray *fz_desk_check_taking (FzSession *session, const char *visit, GError **error);
/* Re-authentication bound to this visit (Tianjin 2025 art. 14): the sheet that signing begins it with. REFUSED: what fz_desk_check_taking() found. */
FzSheet *fz_desk_prepare_taking (FzSession *session, const char *visit, GError **error);
/* SLOW. The same and signed at once, by who has no token. */
gboolean fz_desk_take_visit (FzSession *session, const char *visit, const FzSecret *pin, GError **error);
/* As typed; NULL draft removes it. */
gboolean fz_desk_save_draft (FzSession *session, const char *visit, const FzFields *draft, GError **error);
/* Never NULL without error; empty when there is none. */
FzFields *fz_desk_get_draft (FzSession *session, const char *visit, GError **error);
/* The visits this doctor has drafts of, the one typed in last first: their numbers, char *. */
GPtrArray *fz_desk_list_drafts (FzSession *session, GError **error);
/* Rulebook and drug checks over visit and draft, gravest first; the rules of quality (app/quality.h) as notes while the record is not signed. Fails only when it could not run; then nothing can be signed. */
GPtrArray *fz_desk_check_draft (FzSession *session, const char *visit, const FzFields *draft, GError **error);
/* What the doctor is asked of the patient's body, as draft values `record.{weight_kg,pregnant,lactating,egfr,liver}`: a child's weight and a
 * woman's pregnancy always, kidneys and liver when a medicine of the sheet has limits for them. `visit`, `draft`: their facts; `findings`: of
 * fz_desk_check_draft(). */
typedef struct {
  gboolean weight, pregnancy, egfr, liver;
} FzPersonAsks;
FzPersonAsks fz_desk_person_asks (FzSession *session, const FzFields *visit, const FzFields *draft, GPtrArray *findings);
/* The most characters of a text the doctor writes (`record.chief_complaint`) that the supervision platform takes; 0: no limit. A longer one
 * is a stop among the findings. */
guint fz_desk_text_limit (FzDesk *self, const char *fact);
/* Computed per line: rx.item.NN.{quantity,unit,daily_text,total_text} from dose, frequency and days. */
FzFields *fz_desk_compute_draft (FzSession *session, const FzFields *draft, GError **error);

/* --- the doctor's hand: drafts to start from, checked anew and never signed by themselves --- */

/* A favourite with the line it is usually written with (`line`: rx.item.00.*); starred FALSE takes it away. */
gboolean fz_desk_star_drug (FzSession *session, const char *code, const FzFields *line, gboolean starred, GError **error);
/* The draft's lines under a name, for the doctor alone or for the department; the same name is replaced. INVALID: no name, no lines. */
gboolean fz_desk_keep_set (FzSession *session, const char *name, gboolean department, const FzFields *draft, GError **error);
/* `out_dropped` (may be NULL): the set as it was kept, to put it back whole with fz_desk_put_back_set(). NOT_FOUND: no such set. */
gboolean fz_desk_drop_set (FzSession *session, const char *name, gboolean department, FzFields **out_dropped, GError **error);
/* CONFLICT: meanwhile there is another of that name. */
gboolean fz_desk_put_back_set (FzSession *session, const FzFields *dropped, GError **error);
/* CONFLICT: there is one of the new name already; INVALID: no name. */
gboolean fz_desk_rename_set (FzSession *session, const char *name, gboolean department, const char *new_name, GError **error);
/* Rows: kind (star|set), name (code, or the set's name), scope (own|department) and the lines as draft facts (rx.sheet, rx.packets …,
 * rx.item.NN.*, with generic); missing.NN: medicines of it that the catalogue no longer offers, which are not among the lines. */
GPtrArray *fz_desk_list_hand (FzSession *session, GError **error);
/* The same of the patient's last effective prescription of this hospital, whoever wrote it, with from.{id,signed_at}. NOT_FOUND: none. Audited. */
FzFields *fz_desk_repeat_last (FzSession *session, const char *visit, GError **error);

/* --- talking with the patient: app/talk.h --- */

/* The newest 100 messages before number `before` (0: all), oldest first: number, id, side (patient | doctor), kind (text | image | audio | video |
 * note), at, kept_at (when it came to this desk), state (core/talk.h), state_label, state_at, reason, after_end (yes: the visit was over), by_name; text,
 * original_sha256 (hidden characters were left out of what came with this hash), sha256, media, file, started_at, ended_at, custodian, way_label;
 * gone (it was lawfully removed: a sentence). Audited once a session. */
GPtrArray *fz_desk_list_talk (FzSession *session, const char *visit, guint64 before, GError **error);
/* new (messages not yet seen), front (yes: what is sent reaches the patient), video (yes: its address is set), open (yes: the visit is being seen), ended, mine. */
FzFields *fz_desk_talk_state (FzSession *session, const char *visit, GError **error);
/* Kept and queued for the patient. INVALID: empty or too long. REFUSED: the visit is not taken, or over; UNSUPPORTED: no front reaches this patient. */
gboolean fz_desk_send_talk (FzSession *session, const char *visit, const char *text, GError **error);
/* SLOW. A JPEG or PNG; it is written anew, with nothing but its pixels: where and by what it was taken stays here. */
gboolean fz_desk_send_talk_picture (FzSession *session, const char *visit, const char *path, GError **error);
/* One that failed, once more. CONFLICT: it did not. */
gboolean fz_desk_send_talk_again (FzSession *session, const char *visit, const char *id, GError **error);
/* Everything of the patient up to this number was read; the patient is told. */
gboolean fz_desk_see_talk (FzSession *session, const char *visit, guint64 number, GError **error);
/* What was said elsewhere; `way` is a code of `talk_way`. Nothing is sent. */
gboolean fz_desk_note_talk (FzSession *session, const char *visit, const char *way, const char *words, GError **error);
/* A recording kept outside, by reference: kind (audio | video), file, sha256, started_at, ended_at, custodian. INVALID names what is missing. */
gboolean fz_desk_keep_recording (FzSession *session, const char *visit, const FzFields *facts, GError **error);
/* SLOW. The picture of a message, audited. */
FzPicture *fz_desk_read_talk_picture (FzSession *session, const char *visit, const char *id, int max_edge, GError **error);
/* The addresses of the hospital's video system (app/video.h): `url`, opened from a visit, with {visit} and, if wanted, {staff}; `process_url`, with {visit}, is told
 * to the platform as the place of the process data. https only; NULL or "": none. INVALID says what an address must be. */
gboolean fz_desk_set_video (FzSession *session, const char *url, const char *process_url, GError **error);
/* Where to hold the video conversation of this visit: url, for the desktop to open, and at. Audited. REFUSED: the visit is not open; UNSUPPORTED: no address is set. */
FzFields *fz_desk_open_video (FzSession *session, const char *visit, GError **error);
/* The doctor's own short answers, strings in their order (those that ship until there are any); they replace each other whole. INVALID: too many, too long, empty. */
GPtrArray *fz_desk_list_phrases (FzSession *session, GError **error);
gboolean fz_desk_keep_phrases (FzSession *session, const char *const *phrases, GError **error);
/* For medical affairs handling a complaint (TS-000001) that names the visit and is not settled: the same rows. `words`: what for. REFUSED otherwise. */
GPtrArray *fz_desk_list_complaint_talk (FzSession *session, const char *visit, const char *complaint, const char *words, GError **error);
/* SLOW. One picture of it, on the same condition; each is audited. */
FzPicture *fz_desk_read_complaint_picture (FzSession *session, const char *visit, const char *complaint, const char *id, int max_edge, GError **error);

/* What goes on one sheet. */
typedef enum {
  FZ_SHEET_VERDICT = 1 << 0,      /* eligibility */
  FZ_SHEET_RECORD = 1 << 1,
  FZ_SHEET_PRESCRIPTION = 1 << 2
} FzSheetParts;
/* Builds the documents from the draft and freezes them; REFUSED when a stop finding stands or a reason is missing. */
FzSheet *fz_desk_prepare_sheet (FzSession *session, const char *visit, FzSheetParts parts, GError **error);
/* Without a signed verdict the draft's `eligibility.verdict` is said as the doctor's answer to "is it a follow-up" (end.referral), and without
 * a signed diagnosis the sheet says that none was made: the platform asks both. */
FzSheet *fz_desk_prepare_termination (FzSession *session, const char *visit, const char *reason, const char *guidance, GError **error);
FzSheet *fz_desk_prepare_refusal (FzSession *session, const char *visit, const char *reason, const char *words, GError **error);
FzSheet *fz_desk_prepare_finish (FzSession *session, const char *visit, GError **error);
FzSheet *fz_desk_prepare_addendum (FzSession *session, const char *visit, const char *text, GError **error);
FzSheet *fz_desk_prepare_handover (FzSession *session, const char *visit, const char *reason, GError **error);
FzSheet *fz_desk_prepare_void (FzSession *session, const char *rx, const char *reason, GError **error);
/* verdict: approved | returned | refused; reasons: codes of `review_reason`, empty for approved. `decisions`: item.NN.{code,decision
 * (accepted|objected),remark} on the norm's items; may be NULL: what the checks found nothing against is accepted. INVALID: approving while an
 * item with `attention` is not decided (fz_desk_read_prescription gives the items); CONFLICT: another pharmacist is at it; REFUSED: a high risk
 * was not looked at twice. */
FzSheet *fz_desk_prepare_review (FzSession *session, const char *rx, const char *verdict, const char *const *reasons,
                                 const char *words, const FzFields *decisions, GError **error);
/* Puts a prescription back that opening it holds for this pharmacist; NULL: all. Opening another, locking, leaving and time do the same. */
gboolean fz_desk_release_review (FzSession *session, const char *rx, GError **error);
/* By the prescriber: signs for the same prescription once more, above the usual dose (rx.second_signature yes) or after it was returned (then
 * `words` are asked, and it is reviewed anew). CONFLICT: nothing to confirm. */
FzSheet *fz_desk_prepare_confirmation (FzSession *session, const char *rx, const char *words, GError **error);

/* --- what a doctor promised to watch: a reason for signing in spite of a finding, with a day (override.NN.{words,monitor_by}) --- */

/* TRUE when the draft's `override.NN` for this finding is a coded reason of its list with everything that code asks: words, and for what will be
 * watched a day from tomorrow on and not too far. INVALID says what is missing. */
gboolean fz_desk_check_reason (FzSession *session, const FzFinding *finding, const FzFields *draft, GError **error);
/* This doctor's open promises, soonest first: monitor.{rx,visit,position,message,what,on,days (left; negative: over)}, patient.name. They go when
 * the result is signed, and when the prescription is voided, refused or returned. */
GPtrArray *fz_desk_list_monitors (FzSession *session, GError **error);
/* The result, for signing: outcome is a code of `monitor_outcome`; words are asked by most of them. CONFLICT: nothing is promised there any more. */
FzSheet *fz_desk_prepare_monitoring (FzSession *session, const char *rx, guint position, const char *outcome, const char *words, GError **error);

/* --- dispensing: core/supply.h says what may follow what; rx.part.NN.* and rx.supply tell it (core/fold_supply.h) --- */

/* Packs taken from the shelf: way (counter | hospital_courier), give.NN (packs of line NN; absent: all that is owed), words. */
FzSheet *fz_desk_prepare_preparation (FzSession *session, const char *rx, const FzFields *facts, GError **error);
/* By another pharmacist than who prepared: verdict passed | rejected (with words). */
FzSheet *fz_desk_prepare_preparation_check (FzSession *session, const char *rx, const char *verdict, const char *words, GError **error);
/* What was prepared leaves; when nobody checked it yet, the sheet has the check as well. Over the counter: receiver (of another than the
 * patient), relation (`relation`; self unless said), id_tail. By courier: agreement (a third party's) or carrier (our own), parcel,
 * address (absent: the patient's). way=outside: passed on whole to the pharmacy of `agreement`, unless the national list of what must
 * not be sold online, or an agreement that is over, forbids it. paid (yes | no) and words for all. */
FzSheet *fz_desk_prepare_dispense (FzSession *session, const char *rx, const FzFields *facts, GError **error);
/* part (absent: the first one on its way), outcome (delivered | returned), arrived_at (absent: now), words; from an outside pharmacy
 * prepared_by and checked_by. What came back is owed again while the prescription is valid. */
FzSheet *fz_desk_prepare_delivery (FzSession *session, const char *rx, const FzFields *facts, GError **error);
/* Agreements in force and in date today, of kind delivery or pharmacy: rows id, partner, until. */
GPtrArray *fz_desk_list_agreements (FzSession *session, const char *kind, GError **error);

/* The complete text that will be signed; `i` < n. */
guint fz_sheet_get_n (const FzSheet *self);
const char *fz_sheet_get_title (const FzSheet *self, guint i);
const char *fz_sheet_get_text (const FzSheet *self, guint i);
/* What the signer states at this moment, each by itself, beside the text (a small child's guardian and a specialist are there now); the text says so
 * already, and until all are stated signing is REFUSED and no PIN is judged. `i` < n. */
guint fz_sheet_get_n_statements (const FzSheet *self);
const char *fz_sheet_get_statement (const FzSheet *self, guint i);
void fz_sheet_state (FzSheet *self, guint i, gboolean stated);
/* What signs besides the signer's own key, CA 签名（SM2） · 证书 CN=林若溪, to be shown above its PIN; NULL: nothing does. (transfer full) */
char *fz_session_dup_token (FzSession *self);
/* SLOW. TRUE once when the token or key file that this person is registered with was there at an earlier look and is not now: the screen is to be
 * locked. */
gboolean fz_session_token_pulled (FzSession *self);
/* The token's PIN for the next fz_desk_sign_sheet(), which uses it up. Takes it. */
void fz_sheet_take_token_pin (FzSheet *self, FzSecret *pin);
void fz_sheet_free (FzSheet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzSheet, fz_sheet_free)
/* SLOW. PIN once for exactly these bytes, once, within 60 s of preparing. SIGNATURE: wrong PIN, with the tries left. On success
 * everything of the sheet is durable; `out_ids` (may be NULL) names the new documents. */
gboolean fz_desk_sign_sheet (FzSession *session, FzSheet *sheet, const FzSecret *pin, GPtrArray **out_ids, GError **error);

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
/* organ.*, desk.*, department.NN.{code,name,physical}, seniority.NN.{department,seniors,associates,counted_on,counted_by}, business.NN.{code,noted_on,noted_by}. Frozen. */
FzFields *fz_desk_read_institution (FzSession *session, GError **error);
/* Keys: licence_until (day); business_from, business_until (HH:MM at Beijing: then somebody must be on duty to review); business (code of the list business) with filed (yes|no): only what was
 * filed is reported, once anything was said of it; department (code) with approved (yes|no), physical (yes|no), name, seniors, associates (numbers of the physical institution). */
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
 * (*out_added, may be NULL; also medicines without a row), what stands there in any state is left alone. Rows key, state, added (yes|no). */
GPtrArray *fz_desk_collect_uploads (FzSession *session, const char *day, guint *out_added, GError **error);
/* SLOW. What would be in the way of uploading in earnest; nothing is written or sent. Rows item (licence, organ, filing, departments, staff, mapping, catalogue,
 * ledger, config, environment, authorities, pins, clock), label, state (ok|warn|stop), words. Affairs and the system administrator. */
GPtrArray *fz_desk_read_preflight (FzSession *session, GError **error);
/* Starts the engine of this session, or one anew that stands still (alarm, waiting); stops it; once: drains and returns (SLOW), CONFLICT while it runs. */
gboolean fz_desk_upload_start (FzSession *session, GError **error);
void fz_desk_upload_stop (FzSession *session);
gboolean fz_desk_upload_once (FzSession *session, GError **error);
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
 * skip_bad. staged.{id,file,n_rows,n_changes,n_add,n_alter,n_withdraw,n_restore,n_bad,bad.NN}; no id: the file says what the catalogue says. */
FzFields *fz_desk_stage_catalogue (FzSession *session, const char *path, gboolean skip_bad, GPtrArray **out_problems, GError **error);
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

/* --- registers --- */

/* The registers this role reads, in the order of assets/codes/registers.csv: name, title, title_en, group, group_en, n_open and n_over (of what this person sees: not
 * ended, and past a day they were due), n_all, old_entries (yes: older ones can be imported), and `opens`, `opens_label`, `opens_label_en` when it may open an
 * entry there. */
GPtrArray *fz_desk_list_registers (FzSession *session, GError **error);
/* What a form needs: title, row.NN (articles served), field.NN.{key,label,label_en,kind,help,choice.NN.{code,label,label_en}},
 * state.NN.{word,label,label_en}, move.NN.{word,label,label_en,need.NN,ask.NN} that open an entry. */
FzFields *fz_desk_read_register (FzSession *session, const char *name, GError **error);
/* Entries oldest first; filter (may be NULL): open (yes), text. Rows: entry.*, field.*, attachment.*, due.NN.{word,label,label_en,on,
 * problem}. Who is not of medical affairs sees their own. Audited. */
GPtrArray *fz_desk_list_entries (FzSession *session, const char *name, const FzFields *filter, GError **error);
/* The same for one, with move.NN.* that this role may make now, and history.NN.{id,move_label,state_label,words,signed_at,by,line.NN.{
 * label,text}}, newest first. */
FzFields *fz_desk_read_entry (FzSession *session, const char *id, GError **error);
/* A move for signing: `id` NULL opens an entry. `values`: field.<key>; `attachments`: paths, NULL for none. INVALID names the field. */
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
 * n_rx, n_people, n_new. Medical affairs, by a grant of kind export over scope report=recall, subject=<id>, drug=<code>. INVALID: no such code. */
FzFields *fz_desk_trace_recall (FzSession *session, const char *id, GError **error);
/* Sheets for when the program is down (停机登记单), A4 as one PDF, each with a number of its own, TJD-P-000001; `n` 1 to 50. Audited with the numbers. */
gboolean fz_desk_save_downtime_sheets (FzSession *session, guint n, const char *path, GError **error);

/* SLOW. What is published (公示) as a new folder: index.html for the website, publication.pdf, files/ of the entries, files.sha256. The institution, who serves and
 * may practise today, the departments, and the entries of the register `published` that were found lawful and true; which sections a place asks for stands in
 * assets/codes/publication.csv. Answers folder, list_sha256, n_sections, n_staff, n_files. INVALID names every section that is asked for and empty; CONFLICT: the
 * folder is there. Tianjin 2025 art. 9, 10; national 2022 art. 8, 23. */
FzFields *fz_desk_export_publication (FzSession *session, const char *folder, GError **error);

/* A duty of the portal (register portal-duty): what its package would hold and what is still missing: label, label_en, files, files_en (what has to be
 * uploaded beside it), n_rows, n_files, n_missing, missing.NN. */
FzFields *fz_desk_check_portal (FzSession *session, const char *id, GError **error);
/* SLOW. The package of one duty as a new folder: a table in the portal's columns, the files, what to do, files.sha256. The duty is then exported, which
 * the desk's key signs; who did it stands in the audit. Answers folder, list_sha256, n_files. INVALID names every needed column that is empty;
 * CONFLICT: the folder is there. */
FzFields *fz_desk_export_portal (FzSession *session, const char *id, const char *folder, GError **error);

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
 * day). REFUSED: nothing to draw from. CONFLICT at the signature: these days were drawn already. */
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
/* The doctor says what was put right in a record of grade B or C; medical affairs say whether it is: verdict good | again (with words; another term). */
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
 * whole package of ours; CONFLICT: the file is there; RETRY (the disk), CANCELLED. */
FzFields *fz_desk_seal_package (FzSession *session, const char *folder, const char *path, gboolean take_away, GCancellable *cancellable, GError **error);

/* A new folder with records as JSON and XML by core/exchange.h: either whole or not there. `ask`: visit, patient (a visit of that patient) or from and to
 * (days of application), full (yes: with who the patient is and the signed documents) and sensitive (yes: specially sensitive visits too; else they are left
 * out and counted, and one that was named is REFUSED). A doctor: one visit they hold; full, sensitive, and whatever medical
 * affairs exports, by a grant of another person, which this uses up also when it is stopped. Every record is audited with the hashes of what was
 * written. Answers n_visits, n_left_out, n_documents, n_files, n_defects (of quality; index.txt lists them), files_sha256, masked, grant. INVALID, REFUSED, NOT_FOUND, CONFLICT (the folder is there), RETRY (the
 * disk), CANCELLED. SLOW. */
FzFields *fz_desk_export_records (FzSession *session, const FzFields *ask, const char *folder, GCancellable *cancellable,
                                  void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error);

/* Takes in a record of another hospital (JSON or XML of the same form) as evidence of a visit that is waiting or taken and has no record yet; `visit` NULL
 * (medical affairs only): of every such visit of the patient it names. Kept with its bytes and hash, never changed; its coded diagnoses join prior.NN unless
 * that visit was held over the net too. Answers visit.NN, institution, at, sha256, n_diagnoses, n_medicines, n_defects. `out_problems` (may be NULL): char *, what is
 * wrong with the file, each with its place. INVALID: the file; REFUSED: another patient, or not now; CONFLICT: it is there; NOT_FOUND: no such visit. SLOW. */
FzFields *fz_desk_import_record (FzSession *session, const char *visit, const char *path, GPtrArray **out_problems, GError **error);

/* --- trust --- */

gboolean fz_desk_audit_verify (FzSession *session, guint64 *out_size, char **out_root_hex, GCancellable *cancellable,
                               void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error);
gboolean fz_desk_rebuild_check (FzSession *session, guint *out_visits, GPtrArray **out_differences, GError **error);
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
gboolean fz_desk_backup (FzSession *session, const char *path, GError **error);
/* SLOW. The restore drill: `file` (NULL: the newest of the daily backups; NOT_FOUND when there is none) is restored with two shares into a folder that is
 * removed afterwards; its log is verified entry by entry and compared with the log in use, every visit is folded anew. The report, to be signed by who held
 * the drill, also when the backup did not come back: *out_report (may be NULL) file, outcome (good | different | failed), made_at, audit_size, audit_root,
 * visits, behind_s (the backup's age), took_ms, differences, difference.NN, log_agrees, documents, documents_since and entries_since (what would be missing
 * if this backup were all that is left; only when the log agrees), problem, problem_code. The outcome stands in the audit (store.drill) whether it is signed or not. INVALID,
 * SIGNATURE: the shares. */
FzSheet *fz_desk_prepare_drill (FzSession *session, const char *file, const FzSecret *share_a, const FzSecret *share_b, FzFields **out_report,
                                GError **error);
/* The day's seal, and expiry of prescriptions whose time has passed; called by the window's clock and at sign-in. */
gboolean fz_desk_tick (FzSession *session, GError **error);
