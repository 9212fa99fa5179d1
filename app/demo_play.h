/* app/demo_play.h: one play of the demo: who is at the desk, what has happened so far. */
#pragma once

#include "app/demo.h"
#include "app/demo_patient.h"
#include "app/demo_world.h"
#include "app/desk_private.h"

typedef struct {
  const FzDemo *demo;
  FzDesk *desk;
  FzDemoWorld *world;
  FzSession *session;
  char *at_desk; /* number of the person signed in */
  char *consent_version, *consent_sha256;
  FzFields *sum;
  FzDemoPatient *patient; /* NULL: there is no front */
  char *booked; /* the front's event that made the day's appointment */
  GPtrArray *away; /* prescriptions whose parcel or pharmacy will be heard of in the evening */
  int kind, way; /* what becomes of this visit, and how its medicine goes out; -1: by its number, as on the scripted day */
  gint64 wait_s, review_s; /* how long this one waited for its doctor, and a prescription is looked at */
  gboolean sends; /* the platform hears of it as it is played */
  guint played, total;
} FzDemoPlay;

/* Signs this person in unless they already sit there. */
gboolean fz_demo_play_seat (FzDemoPlay *play, const char *number, GError **error);
/* Signs with the published PIN of the person at the desk. `out_last` (may be NULL): the id of the sheet's last document. */
gboolean fz_demo_play_sign (FzDemoPlay *play, FzSheet *take_sheet, char **out_last, GError **error);
/* The scripted clock goes on; in the live part the real one does so by itself. */
void fz_demo_play_pass (FzDemoPlay *play, gint64 seconds);
void fz_demo_play_tell (FzDemoPlay *play, const char *word, const char *visit, const char *id);
void fz_demo_play_count (FzDemoPlay *play, const char *key);
/* CAT-000001 of its document CAT-000001-change-…. (transfer full) */
char *fz_demo_play_proposal_of (const char *document);

/* Does visit `i` come by the hospital's front: the request, the consent, the fee, more evidence, what is said and what is thought of it. */
gboolean fz_demo_play_is_by_front (const FzDemoPlay *play, guint i);
/* The patient asks by the front, and the desk takes it in. `picture`: the evidence facts.evidence.00. */
gboolean fz_demo_play_ask (FzDemoPlay *play, guint i, const char *visit, const FzFields *facts, GBytes *picture, GError **error);
/* A message of the patient, text or `picture`; or what became of the doctor's last one (state, reason). */
gboolean fz_demo_play_say (FzDemoPlay *play, const char *visit, const char *id, const char *text, GBytes *picture, GError **error);
gboolean fz_demo_play_mark (FzDemoPlay *play, const char *visit, const char *state, const char *reason, GError **error);
/* What the patient says of a visit that is over; of the day's first, that its appointment was kept, a consultation, and a picture that comes too late: that one
 * waits for medical affairs. */
gboolean fz_demo_play_rate (FzDemoPlay *play, guint i, const char *visit, GError **error);
/* One exchange with the front; nothing without one. */
gboolean fz_demo_play_exchange (FzDemoPlay *play, GError **error);

/* What is said in visit `i` (demo/talk.csv): when `waiting`, or once it was `taken`. */
gboolean fz_demo_play_talk (FzDemoPlay *play, guint i, const char *visit, const char *when, GError **error);
/* A record of last month comes from the physical hospital for a patient who waits; the record of a visit whose doctor is at the desk is given out, without who it is. */
gboolean fz_demo_play_import (FzDemoPlay *play, const char *visit, GError **error);
gboolean fz_demo_play_export (FzDemoPlay *play, const char *visit, GError **error);
/* Register entries of a file (demo/entries.csv: complaints and adverse events; demo/agreements.csv), as the people there register them;
 * `visit` is what they speak of. */
gboolean fz_demo_play_entries (FzDemoPlay *play, const char *file, const char *visit, GError **error);
/* One row of such a file (entry, register, move, staff, facts, words, receipt: the words of a file that goes with it); `key` is what the entry is called in `ids`. */
gboolean fz_demo_play_entry (FzDemoPlay *play, const FzCsv *csv, guint row, const char *key, const char *visit, GHashTable *ids, GError **error);
/* One visit by its number: arrives, is taken, and what becomes of it. */
gboolean fz_demo_play_visit (FzDemoPlay *play, guint i, const char *visit, GError **error);

/* The days before the scripted one: how many visits each has is drawn first, and added to play->total. */
typedef struct _FzDemoYear FzDemoYear;
FzDemoYear *fz_demo_year_new (FzDemoPlay *play, GError **error);
void fz_demo_year_free (FzDemoYear *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzDemoYear, fz_demo_year_free)
gboolean fz_demo_year_play (FzDemoPlay *play, FzDemoYear *self, GError **error);
/* The evening of such a day: what is due soon (demo/office.csv), prescriptions that ran out, what the indicators warn of, today's sign-in; then the platform hears
 * of the day, if there is one, and the samples of the month before are read. */
gboolean fz_demo_play_evening (FzDemoPlay *play, const FzCsv *office, GError **error);
/* Sends what waits; nothing without a platform. OFFLINE: it does not answer. */
gboolean fz_demo_play_send (FzDemoPlay *play, GError **error);

/* Business hours with a pharmacist on duty through the day; another from now on for a day, once the clock is the real one. */
gboolean fz_demo_play_hours (FzDemoPlay *play, GError **error);
gboolean fz_demo_play_duty_now (FzDemoPlay *play, GError **error);
/* How prescription `rx` of visit `i` leaves the pharmacy, and in the evening what became of what was on its way. */
gboolean fz_demo_play_dispense (FzDemoPlay *play, guint i, const char *rx, GError **error);
gboolean fz_demo_play_arrivals (FzDemoPlay *play, GError **error);
/* The day's prescriptions are sampled and some of them commented on: a few reasonable, one found wanting and appealed; the rest waits. */
gboolean fz_demo_play_comment (FzDemoPlay *play, GError **error);
/* Evenings of the days before: on the first of a month its last one's prescriptions and records are drawn, then read, answered and announced. */
gboolean fz_demo_play_samples (FzDemoPlay *play, GError **error);
/* Changes of the drug catalogue (demo/catalogue.csv): one approved, one that waits, a removal that another person lifts. */
gboolean fz_demo_play_catalogue (FzDemoPlay *play, GError **error);
/* Duties of the platform's portal (filed by hand): one exported, one filed, one done; a rectification reported. */
gboolean fz_demo_play_portal (FzDemoPlay *play, GError **error);
/* What takes two persons: grants asked for and approved, a case opened in need and reviewed; one of each waits. */
gboolean fz_demo_play_trust (FzDemoPlay *play, GError **error);
