/* app/desk_clinic.h: what doctors and pharmacists do with one patient (诊疗): the visit, drafts to start from, talking, monitoring, dispensing. Part of app/desk.h, whose
 * words and promises hold here. */
#pragma once

#include "app/desk.h"

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

/* Packs taken from the shelf: way (counter | hospital_courier), give.NN (packs of line NN; absent: all that is owed), batch.NN (on their boxes; several parted by 、; may be absent), words. */
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
