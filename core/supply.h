/* core/supply.h: how the medicine of one prescription leaves the pharmacy (调配、核对、发药、配送), part by part. Quantities are packs as
 * prescribed. A part is prepared by one pharmacist and checked by another (四查十对, 处方管理办法 art. 33, 37) before it may be handed over or
 * sent; what goes to an outside pharmacy is prepared and checked there and goes as a whole. Nothing leaves twice: what is owed is what was
 * prescribed less what every standing part holds. Tianjin 2025 art. 23, 24; national 2022 art. 21, 22. */
#pragma once

#include "core/fields.h"

typedef enum { FZ_WAY_COUNTER, FZ_WAY_COURIER, FZ_WAY_OUTSIDE, FZ_N_WAYS } FzWay;

typedef enum {
  FZ_PART_PREPARED,
  FZ_PART_CHECKED,
  FZ_PART_REJECTED,  /* the second pharmacist found it wrong: nothing left, it is prepared anew */
  FZ_PART_HANDED,    /* over the counter, to a named person */
  FZ_PART_SENT,      /* with a courier, or with an outside pharmacy: what became of it is still to be heard */
  FZ_PART_DELIVERED,
  FZ_PART_RETURNED,  /* came back, or could not be supplied: owed again */
  FZ_N_PART_STATES
} FzPartState;

/* counter | hospital_courier | outside: the words of documents and of the platform's table. */
const char *fz_way_to_word (FzWay way);
gboolean fz_way_from_word (const char *word, FzWay *out);
const char *fz_way_label (FzWay way);
const char *fz_part_state_to_word (FzPartState state);
gboolean fz_part_state_from_word (const char *word, FzPartState *out);
const char *fz_part_state_label (FzPartState state);

typedef struct _FzSupply FzSupply;

/* What a prescription's body prescribes: rx.item.NN.quantity; of a herbal one rx.packets (剂) as its one line. */
FzSupply *fz_supply_new (const FzFields *prescription);
FzSupply *fz_supply_dup (const FzSupply *self);
void fz_supply_free (FzSupply *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzSupply, fz_supply_free)

guint fz_supply_get_n_lines (const FzSupply *self);
gint64 fz_supply_get_owed (const FzSupply *self, guint line); /* what no standing part holds */
gint64 fz_supply_get_gone (const FzSupply *self, guint line); /* handed over, sent or delivered */
gboolean fz_supply_owes (const FzSupply *self);
gboolean fz_supply_has_gone (const FzSupply *self);
gboolean fz_supply_is_on_its_way (const FzSupply *self);
guint fz_supply_get_n_parts (const FzSupply *self);
FzPartState fz_supply_get_state (const FzSupply *self, guint part);
FzWay fz_supply_get_way (const FzSupply *self, guint part);
/* The part that is prepared or checked and has not left; G_MAXUINT: none. */
guint fz_supply_get_open (const FzSupply *self);
/* none, prepared, checked, part (some is gone, some owed), sent, done: one word for lists. */
const char *fz_supply_get_word (const FzSupply *self);

/* Each takes one document's body, or says why not and changes nothing. Keys: `part` (from 1), `way`, `line.NN.give` (packs of that line; all
 * lines, from 0; the same in preparation, check and dispensing), check `verdict` (passed | rejected), dispense `complete` (must be what comes of it), delivery `outcome` (delivered | returned). */
gboolean fz_supply_prepare (FzSupply *self, const FzFields *body, const char *person, GError **error);
gboolean fz_supply_check (FzSupply *self, const FzFields *body, const char *person, GError **error);
gboolean fz_supply_dispense (FzSupply *self, const FzFields *body, GError **error);
gboolean fz_supply_deliver (FzSupply *self, const FzFields *body, GError **error);
/* fuzhen.dispense/v1 of earlier versions: everything at once, without the steps before. */
void fz_supply_dispense_whole (FzSupply *self);
