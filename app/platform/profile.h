/* app/platform/profile.h: which supervision platform a hospital of a place reports to, how it is spoken to and when (上报方案), as data:
 * assets/platform/profiles.json. Only Tianjin's wire format is public. Everywhere else the documented generic one is spoken: the same fields as plain JSON,
 * one record a call, an idempotency key and a receipt (assets/schema/generic-upload.json); the file and the screens say so.
 * Sichuan 2020 art. 35, Chongqing 2023 art. 12, Fujian 2024 art. 39. */
#pragma once

#include "app/platform/message.h"

typedef enum {
  FZ_TRIGGER_AT_ONCE, /* when the document stands that makes it due: a visit ended, a prescription approved */
  FZ_TRIGGER_NEXT_DAY, /* in the night after that day at Beijing */
  FZ_TRIGGER_ON_APPROVAL, /* a prescription the moment it takes effect by the pharmacist's countersignature, whether or not its visit has ended, and a change of the
                           * catalogue before it; what else ends, in the night after */
  FZ_TRIGGER_EVERY_CHANGE, /* at once, and again whenever what was told changes: voided, expired, dispensed, corrected */
  FZ_TRIGGER_PULL /* laid sealed into a folder at once, where the platform's front-end machine fetches it (app/upload_pull.c) */
} FzTrigger;
/* FALSE: no such word. */
gboolean fz_trigger_from_word (const char *word, FzTrigger *out);
const char *fz_trigger_to_word (FzTrigger trigger);

typedef struct {
  char *place;              /* a jurisdiction: fujian */
  char *wire;               /* tianjin | generic: also what `profile` of the configuration has to say */
  char *label, *label_en;   /* the platform's name */
  char *note, *note_en;     /* what is known of its interface */
  gboolean is_public;       /* is its wire format public? */
  FzTrigger trigger;
  char *basis;              /* the article, or that it is the hospital's own default */
} FzPlatformProfile;

/* GPtrArray of FzPlatformProfile. INVALID naming file and place: an unknown key or word, a place twice, a platform said to be public and not spoken to
 * in its own way. */
GPtrArray *fz_platform_profiles_parse (const char *file, const void *json, gsize n, GError **error);
/* NULL: that place has none. (transfer none) */
const FzPlatformProfile *fz_platform_profiles_find (GPtrArray *profiles, const char *place);
/* When a row made at `now_us` may leave: 0 for at once. */
gint64 fz_platform_profile_not_before (FzTrigger trigger, FzDueMoment moment, gint64 now_us);

/* The table speaks this profile from now on; before anybody shares it. */
void fz_message_table_set_profile (FzMessageTable *table, const FzPlatformProfile *profile);
const char *fz_message_table_get_wire (const FzMessageTable *table); /* tianjin | generic */
FzTrigger fz_message_table_get_trigger (const FzMessageTable *table);
/* What was agreed with a platform whose interface is not public, in place of the profile's; before anybody shares it. */
void fz_message_table_set_trigger (FzMessageTable *table, FzTrigger trigger);
