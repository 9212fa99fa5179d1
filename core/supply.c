#include "core/supply.h"

#include "core/error.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

typedef struct {
  FzWay way;
  FzPartState state;
  char *preparer; /* NULL: prepared by the outside pharmacy */
  GArray *give;   /* gint64 a line */
} Part;

struct _FzSupply {
  GArray *needed;   /* gint64 a line */
  GPtrArray *parts; /* Part */
};

typedef struct {
  const char *word, *label;
} Word;

static const Word ways[FZ_N_WAYS] = { { "counter", N_ ("窗口自取") }, { "hospital_courier", N_ ("本院药房配送") }, { "outside", N_ ("院外药店取药") } };
static const Word states[FZ_N_PART_STATES] = {
  { "prepared", N_ ("已调配，待核对") }, { "checked", N_ ("已核对，待发出") }, { "rejected", N_ ("核对不符，退回重调") }, { "handed", N_ ("已交付") },
  { "sent", N_ ("已发出，待回执") },     { "delivered", N_ ("已送达") },        { "returned", N_ ("已退回") },
};

static gboolean
find (const Word *table, guint n, const char *word, guint *out)
{
  for (guint i = 0; word != NULL && i < n; i++)
    if (g_str_equal (table[i].word, word)) {
      *out = i;
      return TRUE;
    }
  return FALSE;
}

const char *
fz_way_to_word (FzWay way)
{
  return ways[way].word;
}

gboolean
fz_way_from_word (const char *word, FzWay *out)
{
  guint i = 0;

  if (!find (ways, FZ_N_WAYS, word, &i))
    return FALSE;
  *out = (FzWay) i;
  return TRUE;
}

const char *
fz_way_label (FzWay way)
{
  return _ (ways[way].label);
}

const char *
fz_part_state_to_word (FzPartState state)
{
  return states[state].word;
}

gboolean
fz_part_state_from_word (const char *word, FzPartState *out)
{
  guint i = 0;

  if (!find (states, FZ_N_PART_STATES, word, &i))
    return FALSE;
  *out = (FzPartState) i;
  return TRUE;
}

const char *
fz_part_state_label (FzPartState state)
{
  return _ (states[state].label);
}

/* --- the value --- */

static void
part_free (gpointer data)
{
  Part *part = data;

  g_free (part->preparer);
  g_array_unref (part->give);
  g_free (part);
}

static FzSupply *
supply_new (void)
{
  FzSupply *self = g_new0 (FzSupply, 1);

  self->needed = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->parts = g_ptr_array_new_with_free_func (part_free);
  return self;
}

FzSupply *
fz_supply_new (const FzFields *prescription)
{
  FzSupply *self = supply_new ();
  gint64 doses = 0;

  if (fz_fields_get_int (prescription, "rx.packets", &doses) && doses > 0) {
    g_array_append_val (self->needed, doses);
    return self;
  }
  for (guint i = 0; i < fz_fields_count (prescription, "rx.item"); i++) {
    gint64 quantity = 0;

    fz_fields_get_int_at (prescription, "rx.item", i, "quantity", &quantity);
    quantity = MAX (0, quantity);
    g_array_append_val (self->needed, quantity);
  }
  return self;
}

FzSupply *
fz_supply_dup (const FzSupply *self)
{
  FzSupply *copy = supply_new ();

  g_array_append_vals (copy->needed, self->needed->data, self->needed->len);
  for (guint i = 0; i < self->parts->len; i++) {
    const Part *from = self->parts->pdata[i];
    Part *to = g_new0 (Part, 1);

    *to = *from;
    to->preparer = g_strdup (from->preparer);
    to->give = g_array_copy (from->give);
    g_ptr_array_add (copy->parts, to);
  }
  return copy;
}

void
fz_supply_free (FzSupply *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->needed);
  g_ptr_array_unref (self->parts);
  g_free (self);
}

/* --- what it says --- */

static const Part *
part_at (const FzSupply *self, guint i)
{
  return self->parts->pdata[i];
}

static gboolean
has_left (const Part *part)
{
  return part->state == FZ_PART_HANDED || part->state == FZ_PART_SENT || part->state == FZ_PART_DELIVERED;
}

static gboolean
stands (const Part *part)
{
  return part->state != FZ_PART_REJECTED && part->state != FZ_PART_RETURNED;
}

guint
fz_supply_get_n_lines (const FzSupply *self)
{
  return self->needed->len;
}

gint64
fz_supply_get_owed (const FzSupply *self, guint line)
{
  gint64 owed = g_array_index (self->needed, gint64, line);

  for (guint i = 0; i < self->parts->len; i++)
    if (stands (part_at (self, i)))
      owed -= g_array_index (part_at (self, i)->give, gint64, line);
  return owed;
}

gint64
fz_supply_get_gone (const FzSupply *self, guint line)
{
  gint64 gone = 0;

  for (guint i = 0; i < self->parts->len; i++)
    if (has_left (part_at (self, i)))
      gone += g_array_index (part_at (self, i)->give, gint64, line);
  return gone;
}

gboolean
fz_supply_owes (const FzSupply *self)
{
  for (guint i = 0; i < self->needed->len; i++)
    if (fz_supply_get_owed (self, i) > 0)
      return TRUE;
  return FALSE;
}

gboolean
fz_supply_has_gone (const FzSupply *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    if (has_left (part_at (self, i)))
      return TRUE;
  return FALSE;
}

gboolean
fz_supply_is_on_its_way (const FzSupply *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    if (part_at (self, i)->state == FZ_PART_SENT)
      return TRUE;
  return FALSE;
}

guint
fz_supply_get_n_parts (const FzSupply *self)
{
  return self->parts->len;
}

FzPartState
fz_supply_get_state (const FzSupply *self, guint part)
{
  return part_at (self, part)->state;
}

FzWay
fz_supply_get_way (const FzSupply *self, guint part)
{
  return part_at (self, part)->way;
}

guint
fz_supply_get_open (const FzSupply *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    if (part_at (self, i)->state == FZ_PART_PREPARED || part_at (self, i)->state == FZ_PART_CHECKED)
      return i;
  return G_MAXUINT;
}

const char *
fz_supply_get_word (const FzSupply *self)
{
  guint open = fz_supply_get_open (self);

  if (open != G_MAXUINT)
    return fz_part_state_to_word (part_at (self, open)->state);
  if (fz_supply_owes (self))
    return fz_supply_has_gone (self) ? "part" : "none";
  return fz_supply_is_on_its_way (self) ? "sent" : "done";
}

/* --- documents --- */

static gboolean
invalid (GError **error, const char *why)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, why);
  return FALSE;
}

/* The packs of each line, at most what is owed and at least one in all. (transfer full) */
static GArray *
read_give (const FzSupply *self, const FzFields *body, GError **error)
{
  g_autoptr (GArray) give = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 sum = 0;

  for (guint i = 0; i < self->needed->len; i++) {
    gint64 packs = -1;

    if (!fz_fields_get_int_at (body, "line", i, "give", &packs) || packs < 0) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("第 %u 行药品没有写明本次发出的数量。"), i + 1);
      return NULL;
    }
    if (packs > fz_supply_get_owed (self, i)) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("第 %u 行药品本次发 %" PRId64 "，超过处方尚未发出的 %" PRId64 "。"), i + 1, packs,
                   fz_supply_get_owed (self, i));
      return NULL;
    }
    sum += packs;
    g_array_append_val (give, packs);
  }
  if (sum > 0 && fz_fields_count (body, "line") == self->needed->len)
    return g_steal_pointer (&give);
  invalid (error, _ ("本次没有发出任何药品，或数量与处方的行数不一致。"));
  return NULL;
}

static gboolean
is_next (const FzSupply *self, const FzFields *body, GError **error)
{
  gint64 number = 0;

  if (fz_fields_get_int (body, "part", &number) && number == (gint64) self->parts->len + 1)
    return TRUE;
  return fz_refuse (error, _ ("调配批次的顺序不对：这张处方在此期间已有新的调配，请重新打开。"));
}

static void
add_part (FzSupply *self, FzWay way, FzPartState state, const char *preparer, GArray *take_give)
{
  Part *part = g_new0 (Part, 1);

  *part = (Part) { way, state, g_strdup (preparer), take_give };
  g_ptr_array_add (self->parts, part);
}

gboolean
fz_supply_prepare (FzSupply *self, const FzFields *body, const char *person, GError **error)
{
  FzWay way = FZ_WAY_COUNTER;
  GArray *give;

  if (!fz_way_from_word (fz_fields_get (body, "way"), &way) || way == FZ_WAY_OUTSIDE)
    return invalid (error, _ ("调配的取药方式只能是窗口自取或本院药房配送；院外药店的药品由药店调配、核对。"));
  if (fz_supply_get_open (self) != G_MAXUINT)
    return fz_refuse (error, _ ("这张处方还有一批药品已调配、尚未发出，请先核对或发出。"));
  if (!is_next (self, body, error))
    return FALSE;
  give = read_give (self, body, error);
  if (give == NULL)
    return FALSE;
  add_part (self, way, FZ_PART_PREPARED, person, give);
  return TRUE;
}

/* The part a document names; it must be in that state. */
static Part *
named_part (const FzSupply *self, const FzFields *body, FzPartState state, const char *otherwise, GError **error)
{
  gint64 number = 0;

  if (fz_fields_get_int (body, "part", &number) && number >= 1 && number <= (gint64) self->parts->len) {
    Part *part = self->parts->pdata[number - 1];

    if (part->state == state)
      return part;
  }
  fz_refuse (error, otherwise);
  return NULL;
}

/* Who checks and who hands over signs for the same packs as who prepared. */
static gboolean
names_its_packs (const Part *part, const FzFields *body, GError **error)
{
  gboolean same = fz_fields_count (body, "line") == part->give->len;

  for (guint i = 0; same && i < part->give->len; i++) {
    gint64 packs = -1;

    same = fz_fields_get_int_at (body, "line", i, "give", &packs) && packs == g_array_index (part->give, gint64, i);
  }
  return same || fz_refuse (error, _ ("这份记录上的数量与调配的数量不一致，请重新打开处方。"));
}

gboolean
fz_supply_check (FzSupply *self, const FzFields *body, const char *person, GError **error)
{
  Part *part = named_part (self, body, FZ_PART_PREPARED, _ ("没有这批待核对的药品：它已经核对过，或还没有调配。"), error);
  const char *verdict = fz_fields_get (body, "verdict");

  if (part == NULL)
    return FALSE;
  if (g_strcmp0 (verdict, "passed") != 0 && g_strcmp0 (verdict, "rejected") != 0)
    return invalid (error, _ ("核对结论只能是“相符”或“不符”。"));
  if (g_strcmp0 (part->preparer, person) == 0)
    return fz_refuse (error, _ ("调配和核对须由两名药师分别完成，不能由同一人完成。"));
  if (!names_its_packs (part, body, error))
    return FALSE;
  part->state = g_str_equal (verdict, "passed") ? FZ_PART_CHECKED : FZ_PART_REJECTED;
  return TRUE;
}

/* The word of the signed document and what follows from the quantities must be one. */
static gboolean
says_complete (const FzSupply *self, const FzFields *body, GError **error)
{
  const char *word = fz_fields_get (body, "complete");

  if (g_strcmp0 (word, fz_supply_owes (self) ? "no" : "yes") == 0)
    return TRUE;
  return invalid (error, _ ("发药记录所写的“是否发齐”与数量不一致。"));
}

static gboolean
send_outside (FzSupply *self, const FzFields *body, GError **error)
{
  GArray *give;

  if (fz_supply_get_open (self) != G_MAXUINT || fz_supply_has_gone (self))
    return fz_refuse (error, _ ("本院已调配或已发出一部分药品，处方不能再流转到院外药店。"));
  if (!is_next (self, body, error))
    return FALSE;
  give = read_give (self, body, error);
  if (give == NULL)
    return FALSE;
  add_part (self, FZ_WAY_OUTSIDE, FZ_PART_SENT, NULL, give);
  if (fz_supply_owes (self) ? fz_refuse (error, _ ("流转到院外药店的处方须一次流转全部药品。")) : says_complete (self, body, error))
    return TRUE;
  g_ptr_array_set_size (self->parts, (int) self->parts->len - 1);
  return FALSE;
}

gboolean
fz_supply_dispense (FzSupply *self, const FzFields *body, GError **error)
{
  FzWay way = FZ_WAY_COUNTER;
  Part *part;

  if (!fz_way_from_word (fz_fields_get (body, "way"), &way))
    return invalid (error, _ ("发药记录没有写明取药方式。"));
  if (way == FZ_WAY_OUTSIDE)
    return send_outside (self, body, error);
  part = named_part (self, body, FZ_PART_CHECKED, _ ("这批药品还没有经第二名药师核对，或已经发出，不能发药。"), error);
  if (part == NULL)
    return FALSE;
  if (part->way != way)
    return fz_refuse (error, _ ("发药方式与调配时登记的取药方式不一致。"));
  if (!names_its_packs (part, body, error) || !says_complete (self, body, error))
    return FALSE;
  part->state = way == FZ_WAY_COUNTER ? FZ_PART_HANDED : FZ_PART_SENT;
  return TRUE;
}

gboolean
fz_supply_deliver (FzSupply *self, const FzFields *body, GError **error)
{
  Part *part = named_part (self, body, FZ_PART_SENT, _ ("没有这批在途的药品：它还没有发出，或结果已经登记。"), error);
  const char *outcome = fz_fields_get (body, "outcome");

  if (part == NULL)
    return FALSE;
  if (g_strcmp0 (outcome, "delivered") != 0 && g_strcmp0 (outcome, "returned") != 0)
    return invalid (error, _ ("配送结果只能是“已送达”或“已退回”。"));
  part->state = g_str_equal (outcome, "delivered") ? FZ_PART_DELIVERED : FZ_PART_RETURNED;
  return TRUE;
}

void
fz_supply_dispense_whole (FzSupply *self)
{
  GArray *give = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < self->needed->len; i++) {
    gint64 owed = fz_supply_get_owed (self, i);

    g_array_append_val (give, owed);
  }
  add_part (self, FZ_WAY_COUNTER, FZ_PART_HANDED, NULL, give);
}
