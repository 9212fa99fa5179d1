#include "core/fold_supply.h"

#include <glib.h>

static char *
part_list (guint part)
{
  return g_strdup_printf ("rx.part.%02u", part);
}

static void
put (FzFields *rx, guint part, const char *key, const char *value)
{
  fz_fields_set_at (rx, "rx.part", part, key, value);
}

/* Who signed and when, as `<act>_at` and `<person>_name`. */
static void
put_person (FzFields *rx, guint part, const char *at_key, const char *person, const FzDocument *document)
{
  g_autofree char *at = fz_time_format (document->signed_at_us);
  g_autofree char *name_key = g_strconcat (person, "_name", NULL), *number_key = g_strconcat (person, "_number", NULL);

  put (rx, part, at_key, at);
  put (rx, part, name_key, fz_fields_get (document->body, "pharmacist.name"));
  put (rx, part, number_key, fz_fields_get (document->body, "pharmacist.staff_number"));
}

static void
put_keys (FzFields *rx, guint part, const FzFields *body, const char *const *keys)
{
  for (guint i = 0; keys[i] != NULL; i++)
    if (fz_fields_has (body, keys[i]))
      put (rx, part, keys[i], fz_fields_get (body, keys[i]));
}

static void
put_give (FzFields *rx, guint part, const FzFields *body)
{
  g_autofree char *list = part_list (part), *give = g_strconcat (list, ".give", NULL), *batch = g_strconcat (list, ".batch", NULL);

  for (guint i = 0; i < fz_fields_count (body, "line"); i++) {
    fz_fields_set_at (rx, give, i, NULL, fz_fields_get_at (body, "line", i, "give"));
    fz_fields_set_at (rx, batch, i, NULL, fz_fields_get_at (body, "line", i, "batch"));
  }
}

/* Since when the oldest part that is away is away. */
static void
put_sent (const FzSupply *supply, FzFields *rx)
{
  const char *since = NULL;

  for (guint i = 0; i < fz_supply_get_n_parts (supply) && since == NULL; i++)
    if (fz_supply_get_state (supply, i) == FZ_PART_SENT)
      since = fz_fields_get_at (rx, "rx.part", i, "handed_at");
  fz_fields_set (rx, "rx.sent_at", since);
}

static void
put_parts (const FzSupply *supply, FzFields *rx)
{
  for (guint i = 0; i < fz_supply_get_n_parts (supply); i++) {
    put (rx, i, "way", fz_way_to_word (fz_supply_get_way (supply, i)));
    put (rx, i, "state", fz_part_state_to_word (fz_supply_get_state (supply, i)));
  }
}

/* A herbal prescription is counted in doses, so it has one line whatever it is made of. */
static void
put_quantities (const FzSupply *supply, FzFields *rx)
{
  gboolean in_doses = fz_fields_has (rx, "rx.packets");

  for (guint i = 0; i < fz_supply_get_n_lines (supply); i++) {
    if (in_doses) {
      fz_fields_set_int (rx, "rx.gone", fz_supply_get_gone (supply, i));
      fz_fields_set_int (rx, "rx.owed", fz_supply_get_owed (supply, i));
      continue;
    }
    fz_fields_set_int_at (rx, "rx.item", i, "gone", fz_supply_get_gone (supply, i));
    fz_fields_set_int_at (rx, "rx.item", i, "owed", fz_supply_get_owed (supply, i));
  }
}

/* The last three hands, for the foot of the slip; of a prescription that was passed on, those the outside pharmacy named. */
static void
put_hands (const FzCaseRx *state, guint part, const FzDocument *document, FzFields *rx)
{
  const char *preparer = fz_fields_get_at (rx, "rx.part", part, "preparer_name"), *checker = fz_fields_get_at (rx, "rx.part", part, "checker_name");

  if (state->stage != FZ_RX_DISPENSED)
    return;
  fz_fields_set_time (rx, "rx.dispensed_at", document->signed_at_us);
  fz_fields_set (rx, "rx.dispenser_name", fz_fields_get (document->body, "pharmacist.name"));
  fz_fields_set (rx, "rx.preparer_name", preparer);
  fz_fields_set (rx, "rx.checker_name", checker);
}

/* A parcel that came back leaves nothing dispensed. */
static void
clear_hands (const FzCaseRx *state, FzFields *rx)
{
  static const char *const keys[] = { "rx.dispensed_at", "rx.dispenser_name", "rx.preparer_name", "rx.checker_name" };

  for (guint i = 0; state->stage == FZ_RX_EFFECTIVE && i < G_N_ELEMENTS (keys); i++)
    fz_fields_set (rx, keys[i], NULL);
}

void
fz_fold_supply (const FzCaseRx *state, FzDocKind kind, const FzDocument *document, FzFields *rx)
{
  static const char *const handed[] = { "receiver", "relation", "relation_label", "id_tail", "carrier", "parcel", "address", "partner", "agreement", "paid", NULL };
  static const char *const closed[] = { "arrived_at", "words", "prepared_by", "checked_by", NULL };
  const FzFields *body = document->body;
  gint64 number = 1;
  guint part;

  if (kind == FZ_DOC_DISPENSE_V1) { /* rows of earlier versions stay what a rebuild gives */
    fz_fields_set_time (rx, "rx.dispensed_at", document->signed_at_us);
    fz_fields_set (rx, "rx.dispenser_name", fz_fields_get (body, "pharmacist.name"));
    return;
  }
  fz_fields_get_int (body, "part", &number);
  part = (guint) MAX (1, number) - 1;
  if (kind == FZ_DOC_PREPARATION)
    put_person (rx, part, "prepared_at", "preparer", document);
  else if (kind == FZ_DOC_CHECK) {
    put_person (rx, part, "checked_at", "checker", document);
    put (rx, part, "check_words", fz_fields_get (body, "words"));
  } else if (kind == FZ_DOC_DELIVERY) {
    put_person (rx, part, "closed_at", "closer", document);
    put_keys (rx, part, body, closed);
    clear_hands (state, rx);
  } else {
    put_person (rx, part, "handed_at", "handler", document);
    put_keys (rx, part, body, handed);
    put_hands (state, part, document, rx);
  }
  if (fz_fields_has (body, "line.00.give"))
    put_give (rx, part, body);
  put_parts (state->supply, rx);
  put_quantities (state->supply, rx);
  put_sent (state->supply, rx);
  fz_fields_set (rx, "rx.supply", fz_supply_get_word (state->supply));
}
