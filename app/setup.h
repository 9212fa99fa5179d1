/* app/setup.h: making a store, and people's accounts in it (建库、人员账号). */
#pragma once

#include "app/desk_private.h"

typedef struct {
  const char *data_dir, *state_dir; /* NULL: the XDG ones */
  gboolean demo;
  FzClock clock;   /* a demo's scripted ones; NULL otherwise */
  gpointer clock_data;
  FzRandom random;
  gpointer random_data;
} FzSetup;

/* A new store with the hospital's profile (facts organ.*, desk.id, front: hospital.name …). The desk comes back with its store
 * open and nobody signed in. CONFLICT: the folder holds a store. `out_shares` (may be NULL) are the recovery shares, to be shown
 * once and freed with fz_shares_free(). Of what fails nothing stays, in the folder or outside it; what lay there before does. */
FzDesk *fz_setup_create (const FzSetup *setup, const FzFields *hospital, char ***out_shares, GError **error);
/* What lies in a folder, as a set; empty when there is no folder. UNSUPPORTED: it can't be read, and nobody could tell later what was there. */
GHashTable *fz_setup_names_in (const char *folder, GError **error);
/* A store that was made and is not to be: it is closed, and of what came to its folder since `before` what making a store puts there goes (the folder may be where a
 * disk is mounted, and others may put something there meanwhile), with the folder unless it `was_there` or holds more, and with what the device keeps outside. Nothing
 * that lies beside other keys. FALSE: something of it is still in the folder. */
gboolean fz_setup_take_back (FzDesk *take_desk, GHashTable *before, gboolean was_there);
/* INVALID names the fact that is missing or wrong. */
gboolean fz_setup_check_staff (const FzFields *facts, gint64 now_us, GError **error);
/* Rows of people, all or none; `session` (NULL: the desk) is who the audit names. */
gboolean fz_setup_add_people (FzDesk *desk, FzSession *session, GPtrArray *rows, GError **error);
/* What the sign-in page shows before anybody signed in, into a file beside the store. */
gboolean fz_setup_write_front (FzDesk *desk, const FzFields *hospital, GError **error);
/* A person's row: facts number, name, id_number, role, licence … (schema/hospital.json). INVALID names the fact. */
gboolean fz_setup_add_staff (FzDesk *desk, const FzFields *facts, GError **error);
/* Key pair, PIN, password and second factor of a person whose row exists; the store must be open. `out_key_file` NULL asks for a
 * one-time secret instead, which then comes back in *out_totp. */
gboolean fz_setup_enrol (FzDesk *desk, const char *number, const FzSecret *password, const FzSecret *pin,
                         FzSecret **out_key_file, FzSecret **out_totp, GError **error);
/* Passwords: 10 characters, three classes, not the number in it (等保 ID-2). PIN: 6 to 12 digits, not one digit repeated or a run. */
gboolean fz_password_check (const char *number, const FzSecret *password, GError **error);
gboolean fz_pin_check (const FzSecret *pin, GError **error);
/* Shipped starter data into the store: catalogue rows, diagnoses, the consent text; each drug becomes due for the platform. */
gboolean fz_setup_load_starter (FzDesk *desk, gboolean with_demo_hospital, GError **error);
/* The consent texts shipped, newest last. */
gboolean fz_setup_load_consent (FzDesk *desk, GError **error);
