/* app/desk.h: everything that can happen at this workstation (工作台). A page has a session and calls these; so do the command
 * line and the demo. A feature that is neither here (with desk_clinic.h, desk_affairs.h, desk_trust.h, which it includes) nor in the schema does not exist.
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
 * full), before anything is made. CONFLICT: the folder holds a store. CANCELLED: by `stop` (may be NULL); then, as after any failure, nothing of it is left.
 * progress (may be NULL) 0..1, in the caller's thread. */
FzFounding *fz_desk_found (const char *data_dir, const FzFields *facts, char **out_field, GCancellable *stop, void (*progress) (double done, gpointer data),
                           gpointer data, GError **error);
/* SLOW. The store of a backup in `data_dir` (as above) by any two recovery shares: what `fuzhen restore` does. Everything is restored beside the folder
 * first (the backup may lie in it), and only then is the former folder kept as <folder>.damaged-<time>: what does not go well leaves it, and what this device
 * keeps of the store, as it was. No password opens the store afterwards: the answer holds a code for everybody who has
 * not left, and no shares. *out_report (may be NULL): made_at, audit_size, gap (log entries that were known outside and are not in the backup), aside (where the
 * former folder is). SIGNATURE, INVALID: the shares; CORRUPT: the backup; LOCKED: another process has the folder open; NOT_FOUND: no such file; CANCELLED: by `stop` (may be NULL), and all is as it was. progress (may be NULL) 0..1, in
 * the caller's thread. */
FzFounding *fz_desk_restore (const char *data_dir, const char *file, const FzSecret *share_a, const FzSecret *share_b, FzFields **out_report, GCancellable *stop,
                             void (*progress) (double done, gpointer data), gpointer data, GError **error);
/* What a restore that was cut off (power, a killed process) left beside `data_dir` (as above), before it is opened: a half restored folder is removed and what this
 * device keeps of the store is put back; one that was whole and only lacked its name gets it. The sentence that says so; NULL: there was none, or the folder is
 * in use. What lies beside a folder that is empty or not there is told, and goes with the next restore that is finished. (transfer full) */
char *fz_desk_clear_cut_restore (const char *data_dir);
/* Whether there may be one, at a glance: clearing takes as long as the medium does. */
gboolean fz_desk_has_cut_restore (const char *data_dir);
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
  FZ_LIST_CATALOGUE, /* the hospital's medicines in their order (pharmacist, affairs) */
  FZ_LIST_ENTRIES    /* of one register, newest first; audited: see fz_desk_list_entries */
} FzList;

/* `filter` may be NULL; keys read: words (of prescriptions and earlier visits: in the patient's name or the number; of the catalogue: initials, name, alias), show (catalogue: all |
 * offered | withdrawn | removed | blocked | antibacterial | long_excluded | otc | special_storage | herbal), state (outbox), register, open, mine, text (entries), from, to (times), after (the `cursor` of the last row), limit.
 * GPtrArray of frozen FzFields, each with `cursor`; of a doctor's visits talk.new (messages not yet seen), of accounts kept.<fact> (the entry of a register that says it). REFUSED when the role may not. */
GPtrArray *fz_desk_list (FzSession *session, FzList list, const FzFields *filter, GError **error);
/* What has a day on it, soonest first: kind (register | staff | institution | catalogue | upload | backup | monitor | comment | grant | alarm | access | duty | daily | business | policy | rules |
 * knowledge | account | recurring (subject: the day it was last done)), what, label, subject, name, on (day), days
 * (left; negative: over; absent with `on`: no limit is set, and it is since then), at (time of that day, of a limit in hours) and past (yes: it is today, and over), about (what it is of, where name says who), tell and tell_en (the office that has to hear of it, once it is over for as many working days as assets/codes/lead-times.csv says), with late (working days), tell_number and tell_name (who holds that office, if anybody was named), owner (of registers: who answers for it), lead (of registers: days of reminding before), label_en, title, title_en and problem of registers, register (daily: the one to confirm in). Each role sees what is its own to do: affairs all, the system administrator reports and backup, the security
 * administrator people's papers, a doctor what they promised to watch (subject: the prescription, what: the position of the reason) and the records that were sampled of theirs, a pharmacist the medicines that wait to be
 * given free or removed, and both the policies in force that they have not confirmed to have read (kind policy, what unread, subject the entry, version; `on` is since when, nothing is over). */
GPtrArray *fz_desk_list_deadlines (FzSession *session, GError **error);
/* What is late so long that it goes to an office which this person holds, in whatever role: such rows without `about` but for affairs; and of a doctor or pharmacist the policies still to be read (no `tell`). Each with `new` (yes) the first time, which the
 * audit notes with all that is told. Usually none. */
GPtrArray *fz_desk_list_told (FzSession *session, GError **error);
/* The same as a calendar for other programs (RFC 5545): a day each, with a reminder as long before as assets/codes/lead-times.csv says; what cannot be
 * reckoned or has no limit is left out. `out_n` (may be NULL). Audited. RETRY: it cannot be written. */
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

#include "app/desk_affairs.h"
#include "app/desk_clinic.h"
#include "app/desk_trust.h"
