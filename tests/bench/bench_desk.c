/* Drug search per key press, the full check of a visit, intake, key derivation at release cost. */
#include <string.h>

#include "app/demo_people.h"
#include "app/knowledge.h"
#include "core/date.h"
#include "db/key_derive.h"
#include "tests/bench/day.h"
#include "tests/bench/figures.h"

#define BIG_ROWS 50000
#define ROWS_SHOWN 20
#define WAITING 5000

/* What a doctor types, key by key. */
static const char *const typed[] = { "b", "bh", "bhs", "bhsa", "a", "am", "amx", "lp", "pp", "氨", "氨氯", "氨氯地", "苯磺酸", "片", "胰岛素", "zzzz" };

static FzCatalogue *
parse (const FzKnowledge *knowledge, GBytes *bytes, const char *name)
{
  g_autoptr (GError) error = NULL;
  FzDrugCodes codes = fz_knowledge_drug_codes (knowledge);
  gsize n = 0;
  const guint8 *text = g_bytes_get_data (bytes, &n);
  FzCatalogue *catalogue = fz_catalogue_parse (text, n, name, &codes, NULL, &error);

  must (catalogue != NULL, name, error);
  return catalogue;
}

/* The starter again and again, codes and names made unlike: `FZ0001` becomes `FZ0001-17`, 17 written into the name. */
static FzCatalogue *
make_big (const FzKnowledge *knowledge, GBytes *starter)
{
  g_auto (GStrv) lines = g_strsplit (g_bytes_get_data (starter, NULL), "\n", -1);
  g_autoptr (GString) text = g_string_new (lines[0]);
  g_autoptr (GBytes) bytes = NULL;
  guint rows = 0;

  for (guint copy = 0; rows < BIG_ROWS; copy++)
    for (guint i = 1; lines[i] != NULL && *lines[i] != '\0' && rows < BIG_ROWS; i++, rows++) {
      const char *comma = strchr (lines[i], ',');

      must (comma != NULL, "starter row", NULL);
      g_string_append_printf (text, "\n%.*s-%u,%u号%s", (int) (comma - lines[i]), lines[i], copy, copy, comma + 1);
    }
  g_string_append_c (text, '\n');
  bytes = g_string_free_to_bytes (g_steal_pointer (&text));
  return parse (knowledge, bytes, "big.csv");
}

static void
search_bare (const FzCatalogue *catalogue, guint rounds, const char *name, const char *goal)
{
  g_auto (Samples) samples = { 0 };

  samples_init (&samples);
  for (guint round = 0; round < rounds; round++)
    for (guint i = 0; i < G_N_ELEMENTS (typed); i++) {
      gint64 from = now_ns ();
      g_autoptr (GPtrArray) found = fz_catalogue_search (catalogue, typed[i], ROWS_SHOWN);

      samples_add (&samples, from);
      must (found != NULL, "search", NULL);
    }
  report (name, &samples, NULL, goal);
}

static void
search_desk (Day *day, const char *visit, guint rounds, const char *name)
{
  g_auto (Samples) samples = { 0 };

  samples_init (&samples);
  for (guint round = 0; round < rounds; round++)
    for (guint i = 0; i < G_N_ELEMENTS (typed); i++) {
      g_autoptr (GError) error = NULL;
      gint64 from = now_ns ();
      g_autoptr (GPtrArray) rows = fz_desk_search_drugs (day->session, typed[i], visit, NULL, ROWS_SHOWN, &error);

      samples_add (&samples, from);
      must (rows != NULL, "search", error);
    }
  report (name, &samples, NULL, "16 ms");
}

static void
searches (Day *day, const char *visit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) starter = fz_data_load ("drugs/starter.csv", &error);
  FzCatalogue *kept = day->desk->knowledge->catalogue;
  g_autoptr (FzCatalogue) big = NULL;
  g_autofree char *count = NULL;

  must (starter != NULL, "starter", error);
  big = make_big (day->desk->knowledge, starter);
  count = g_strdup_printf ("drug search a key press, %u drugs, with the patient's marks", fz_catalogue_get_n (kept));
  search_bare (kept, 50, "catalogue search alone, starter", NULL);
  search_desk (day, visit, 50, count);
  search_bare (big, 5, "catalogue search alone, 50,000 drugs", NULL);
  day->desk->knowledge->catalogue = big;
  search_desk (day, visit, 5, "drug search a key press, 50,000 drugs");
  day->desk->knowledge->catalogue = kept;
}

static void
checks (Day *day, const char *visit, const FzFields *draft)
{
  g_auto (Samples) samples = { 0 };

  samples_init (&samples);
  for (guint i = 0; i < 300; i++) {
    g_autoptr (GError) error = NULL;
    gint64 from = now_ns ();
    g_autoptr (GPtrArray) findings = fz_desk_check_draft (day->session, visit, draft, &error);

    samples_add (&samples, from);
    must (findings != NULL, "checks", error);
  }
  report ("all rules over a visit with its prescription", &samples, NULL, NULL);
}

static char *
intake (Day *day)
{
  g_auto (Samples) samples = { 0 };
  char *visit = NULL;

  samples_init (&samples);
  for (guint i = 0; i < 20; i++) {
    gint64 took = 0;

    g_free (visit);
    visit = day_arrive (day, &took);
    samples_add_us (&samples, (double) took / 1000.0);
  }
  report ("a request taken in, one image decoded apart", &samples, NULL, NULL);
  return visit;
}

/* --- the pharmacist's queue --- */

static const char fill[] =
  "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2) "
  "INSERT INTO prescription (id, visit, document, stage, signed_at, valid_until_at, facts, turn_at) "
  "SELECT p.id || '-' || n.i, p.visit, p.document, 'signed', p.signed_at + n.i, p.valid_until_at, p.facts, p.turn_at + n.i "
  "FROM prescription p, n WHERE p.id = $1";

static gboolean
fill_queue (FzTxn *txn, gpointer rx, GError **error)
{
  return fz_txn_run (txn, error, fill, "ti", (const char *) rx, (gint64) WAITING);
}

static char *
sign_one (Day *day, const char *visit)
{
  g_autoptr (FzSheet) sheet = day_prepare (day, visit, FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION);
  g_autoptr (FzSecret) pin = fz_demo_pin ("D1001");
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (GError) error = NULL;

  must (fz_desk_sign_sheet (day->session, sheet, pin, &ids, &error), "signing", error);
  return g_strdup (ids->pdata[ids->len - 1]);
}

static void
list_once (Day *day, FzFields *filter, Samples *samples)
{
  g_autoptr (GError) error = NULL;
  gint64 from = now_ns ();
  g_autoptr (GPtrArray) rows = fz_desk_list (day->session, FZ_LIST_REVIEW, filter, &error);

  samples_add (samples, from);
  must (rows != NULL && rows->len > 0, "the review queue", error);
  fz_fields_set (filter, "after", fz_fields_get (rows->pdata[rows->len - 1], "cursor"));
}

/* Its first page, and a page anywhere while it is scrolled to the end. */
static void
queue (Day *day, const char *visit)
{
  g_autofree char *rx = sign_one (day, visit);
  g_auto (Samples) opened = { 0 }, scrolled = { 0 };
  g_autoptr (GError) error = NULL;

  must (fz_store_run (day->desk->store, FZ_TXN_LOCAL, fill_queue, rx, &error), "filling the queue", error);
  day->session->role = FZ_ROLE_PHARMACIST; /* the queue as the pharmacist sees it */
  samples_init (&opened);
  samples_init (&scrolled);
  for (guint i = 0; i < 30; i++) {
    g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");

    list_once (day, filter, &opened);
    for (guint page = 0; i < 3 && page < WAITING / 128; page++)
      list_once (day, filter, &scrolled);
  }
  day->session->role = FZ_ROLE_DOCTOR;
  report ("the review queue opened, 5,000 waiting", &opened, NULL, "100 ms");
  report ("a further page of it", &scrolled, NULL, NULL);
}

static void
keys (void)
{
  FzKeyCosts costs = fz_key_costs_release ();
  g_autoptr (FzSecret) password = fz_secret_new_from ("correct horse 42", 16), pin = fz_secret_new_from ("271828", 6);
  g_autoptr (FzSecret) device = fz_secret_random (FZ_KEY_BYTES);
  static const guint8 salt[FZ_KEY_SALT_BYTES] = { 1 };
  g_auto (Samples) of_password = { 0 }, of_pin = { 0 };

  samples_init (&of_password);
  samples_init (&of_pin);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GError) error = NULL;
    gint64 from = now_ns ();
    g_autoptr (FzSecret) person = fz_key_of_person (password, salt, &costs, device, &error), of = NULL;

    must (person != NULL, "password key", error);
    samples_add (&of_password, from);
    from = now_ns ();
    of = fz_key_of_pin (person, pin, salt, &costs, &error);
    must (of != NULL, "PIN key", error);
    samples_add (&of_pin, from);
  }
  report ("password to key, release cost (256 MiB, 3 passes)", &of_password, NULL, NULL);
  report ("PIN to key, release cost (64 MiB, 2 passes)", &of_pin, NULL, NULL);
}

int
main (void)
{
  g_auto (Day) day = { 0 };
  g_autoptr (FzFields) draft = NULL;
  g_autofree char *visit = NULL;

  day_open (&day);
  visit = intake (&day);
  day_take (&day, visit);
  draft = day_write (&day, visit);
  searches (&day, visit);
  checks (&day, visit, draft);
  queue (&day, visit);
  keys ();
  return 0;
}
