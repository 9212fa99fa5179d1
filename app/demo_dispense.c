/* The pharmacy's part of the demo day: over the counter, in parts, by courier, by an outside pharmacy, and what is still on its way. */
#include "app/demo_play.h"

#include "core/date.h"

#include <string.h>

#define FIRST "P2001"
#define SECOND "P2002"

static gboolean
prepare (FzDemoPlay *play, const char *who, const char *rx, const FzFields *facts, GError **error)
{
  if (!fz_demo_play_seat (play, who, error))
    return FALSE;
  fz_demo_play_pass (play, 120);
  if (!fz_demo_play_sign (play, fz_desk_prepare_preparation (play->session, rx, facts, error), NULL, error))
    return FALSE;
  fz_demo_play_tell (play, "prepared", NULL, rx);
  return TRUE;
}

/* Checks and hands over, or sends; `word` is the step that a witness may hold us to. */
static gboolean
hand_out (FzDemoPlay *play, const char *who, const char *rx, const FzFields *facts, const char *word, GError **error)
{
  if (!fz_demo_play_seat (play, who, error))
    return FALSE;
  fz_demo_play_pass (play, 60);
  if (!fz_demo_play_sign (play, fz_desk_prepare_dispense (play->session, rx, facts, error), NULL, error))
    return FALSE;
  fz_demo_play_tell (play, word, NULL, rx);
  return TRUE;
}

static FzFields *
facts_new (const char *way)
{
  FzFields *facts = fz_fields_new ("fuzhen.dispensing/v1");

  fz_fields_set (facts, "way", way);
  fz_fields_set (facts, "paid", "yes");
  return facts;
}

/* The patient comes in person with the identity card that was registered. */
static gboolean
put_patient (FzDemoPlay *play, const char *rx, FzFields *facts, GError **error)
{
  g_autoptr (FzFields) read = fz_desk_read_prescription (play->session, rx, error);
  const char *number = read != NULL ? fz_fields_get (read, "patient.id_number") : NULL;

  if (read == NULL)
    return FALSE;
  fz_fields_set (facts, "relation", "self");
  fz_fields_set (facts, "id_tail", number != NULL && strlen (number) >= 4 ? number + strlen (number) - 4 : NULL);
  return TRUE;
}

/* The sheet that goes with the medicine. */
static gboolean
print_slip (FzDemoPlay *play, const char *rx, GError **error)
{
  g_autoptr (FzPrintout) printout = fz_desk_printout_new (play->session, "a5", error);

  return printout != NULL && fz_desk_printout_add (play->session, printout, rx, error) && fz_desk_print (play->session, printout, 1, "printer", error);
}

/* On the scripted day everybody takes it along; of many days' patients one in four, the others have it on their telephone. */
static gboolean
is_on_paper (const FzDemoPlay *play)
{
  return play->way < 0 || play->played % 4 == 0;
}

static gboolean
over_the_counter (FzDemoPlay *play, const char *rx, gboolean in_parts, GError **error)
{
  g_autoptr (FzFields) facts = facts_new ("counter"), all = facts_new ("counter"), read = NULL;

  if (!fz_demo_play_seat (play, FIRST, error) || (in_parts && (read = fz_desk_read_prescription (play->session, rx, error)) == NULL))
    return FALSE;
  in_parts = in_parts && fz_fields_count (read, "rx.item") > 1;

  if (in_parts)
    fz_fields_set_at (facts, "give", 1, NULL, "0"); /* the second drug was out of stock this morning */
  if (!prepare (play, FIRST, rx, facts, error) || (is_on_paper (play) && !print_slip (play, rx, error)) || !put_patient (play, rx, facts, error) ||
      !hand_out (play, SECOND, rx, facts, in_parts ? "partly" : "dispensed", error))
    return FALSE;
  return !in_parts || (prepare (play, SECOND, rx, all, error) && hand_out (play, FIRST, rx, facts, "dispensed", error));
}

/* The first agreement of that kind; the demo's hospital has one of each. */
static gboolean
put_agreement (FzDemoPlay *play, const char *kind, FzFields *facts, GError **error)
{
  g_autoptr (GPtrArray) rows = fz_desk_list_agreements (play->session, kind, error);

  if (rows == NULL)
    return FALSE;
  if (rows->len > 0)
    fz_fields_set (facts, "agreement", fz_fields_get (rows->pdata[0], "id"));
  return TRUE;
}

static gboolean
by_courier (FzDemoPlay *play, guint i, const char *rx, gboolean own, GError **error)
{
  g_autoptr (FzFields) facts = facts_new ("hospital_courier");
  g_autofree char *parcel = g_strdup_printf ("DEMO%06u", i + 1), *address = g_strdup_printf ("天津市演示区合成路%u号", i + 1);

  fz_fields_set (facts, "address", address);
  if (!prepare (play, FIRST, rx, facts, error) || (!own && !put_agreement (play, "delivery", facts, error)))
    return FALSE;
  fz_fields_set (facts, own ? "carrier" : "parcel", own ? "本院药学部 配送员" : parcel);
  return hand_out (play, SECOND, rx, facts, "dispensed", error);
}

static gboolean
by_pharmacy (FzDemoPlay *play, const char *rx, GError **error)
{
  g_autoptr (FzFields) facts = facts_new ("outside");

  return fz_demo_play_seat (play, FIRST, error) && put_agreement (play, "pharmacy", facts, error) &&
         hand_out (play, FIRST, rx, facts, "dispensed", error);
}

gboolean
fz_demo_play_dispense (FzDemoPlay *play, guint i, const char *rx, GError **error)
{
  g_autoptr (FzFields) facts = facts_new ("counter");
  guint way = play->way >= 0 ? (guint) play->way : i % 12;

  switch (way) {
  case 0:
  case 1:
    return over_the_counter (play, rx, way == 1, error);
  case 4: /* waits for the second pharmacist */
    return prepare (play, FIRST, rx, facts, error);
  case 6:
    g_ptr_array_add (play->away, g_strdup (rx));
    return by_pharmacy (play, rx, error);
  case 2:
    g_ptr_array_add (play->away, g_strdup (rx));
    return by_courier (play, i, rx, FALSE, error);
  case 9: /* on its way when the day ends */
    return by_courier (play, i, rx, TRUE, error);
  default:
    return TRUE;
  }
}

gboolean
fz_demo_play_arrivals (FzDemoPlay *play, GError **error)
{
  if (play->away->len == 0)
    return TRUE;
  fz_demo_play_pass (play, 2 * 3600);
  if (!fz_demo_play_seat (play, FIRST, error))
    return FALSE;
  for (guint i = 0; i < play->away->len; i++) {
    g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.dispensing/v1");

    fz_fields_set (facts, "outcome", "delivered");
    fz_fields_set (facts, "prepared_by", "赵合成");
    fz_fields_set (facts, "checked_by", "钱合成");
    if (!fz_demo_play_sign (play, fz_desk_prepare_delivery (play->session, play->away->pdata[i], facts, error), NULL, error))
      return FALSE;
    fz_demo_play_tell (play, "delivered", NULL, play->away->pdata[i]);
  }
  g_ptr_array_set_size (play->away, 0);
  return TRUE;
}
