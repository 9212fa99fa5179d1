/* tests/desk/world.h: a demo hospital in a folder of its own, with a scripted clock, played through app/desk.h. One is made a program and
 * copied for each test, since the catalogue takes a while. */
#pragma once

#include "app/demo_people.h"
#include "app/demo_world.h"
#include "app/desk_private.h"

#define MINUTE (60)
#define TESTED_DAY "2026-03-02" /* 09:00 at Beijing when a test begins */

typedef struct {
  char *root, *data, *state;
  FzDemoWorld *world; /* clock and chance */
  FzDesk *desk;
  FzSession *session;
  char *number; /* of the person at the desk */
  const char *token_pin; /* of everybody who is registered with a token or key file; NULL: nobody types one */
  char *consent_version, *consent_sha256;
} World;

/* Reads FUZHEN_SEED, makes the hospital. Call before g_test_run(); remove at the end. */
void world_make_template (void);
void world_remove_template (void);
/* The hospital itself, in root/data and root/state; and a world over such folders whose clock begins at start_us (0: the real clock). */
void world_make_hospital (const char *root, guint64 number);
void world_open (World *self, const char *data, const char *state, gint64 start_us, guint64 number);
/* 07:00 at Beijing of the tested day. */
gint64 world_first_us (void);
/* Where the next world stands instead of the temporary folder; NULL: there. */
void world_set_root (const char *root);
/* A test over a fresh copy; at its end the audit log is verified and the derived rows are compared with the documents. */
typedef void (*WorldTest) (World *self);
void world_add_test (const char *path, WorldTest test);

/* Closes the store and opens the folder again; nobody is signed in. */
void world_close (World *self);
/* Closes, and frees what world_open() made. */
void world_free (World *self);
void world_reopen (World *self);
void world_pass (World *self, gint64 seconds);
/* The window's clock goes round once for who sits there; it must succeed. */
void world_tick (World *self);
/* The institution stands in another jurisdiction; the desk reads it with its next fz_desk_reload() or opening. */
void world_move (World *self, const char *place);

void world_sign_in (World *self, const char *number);
/* With other secrets than the published ones; NULL keeps the published one. */
FzSession *world_try_sign_in (World *self, const char *number, const char *password, const char *key_file, GError **error);
FzSecret *secret (const char *text);

/* The facts of case `i` of the demo as a request of now. */
FzFields *world_request (World *self, guint i, const char *visit);
gboolean world_try_arrive (World *self, const FzFields *facts, GError **error);
void world_arrive (World *self, guint i, const char *visit);
gboolean world_try_take (World *self, const char *visit, GError **error);
void world_take (World *self, const char *visit);
/* What the doctor of case `i` types, every asked reason given, saved as the draft. */
void world_type (World *self, guint i, const char *visit);
/* The first coded reason for each finding that asks one, into the draft. */
void world_answer (GPtrArray *findings, FzFields *draft);
/* The id of the last document of the sheet. (transfer full) */
char *world_sign (World *self, FzSheet *take_sheet);
/* Arrives, is taken by the doctor of the case, verdict, record and prescription on one sheet. The prescription's id. */
char *world_prescribe (World *self, guint i, const char *visit);
/* Prepared by one pharmacist, checked and handed to the patient over the counter by the other. */
void world_dispense (World *self, const char *rx);
void world_review (World *self, const char *pharmacist, const char *rx, const char *verdict);

/* Expects a refusal: the call gave nothing, this code, and a sentence with these words (NULL: any). Clears the error. */
void expect_error (gboolean failed, GError **error, FzErrorCode code, const char *words);

/* The stage words as the store has them. (transfer full) */
char *world_visit_stage (World *self, const char *visit);
char *world_rx_stage (World *self, const char *rx);
guint64 world_audit_size (World *self);
/* Entries from number `from` on with this action (NULL: any) and outcome (NULL: any). */
guint world_audit_count (World *self, guint64 from, const char *action, const char *outcome);
/* Rows of a table, by a statement of the test's own. */
gint64 world_ask (World *self, const char *sql);
void world_check (World *self);
/* app/desk.h with its parts, as text. (transfer full) */
char *world_dup_desk_headers (void);
void copy_tree (const char *from, const char *to);
void remove_tree (const char *path);
