#include "app/demo_world.h"

#include "app/data.h"
#include "core/secret.h"

#include <string.h>

static FzCsv *
load (const char *name, GError **error)
{
  g_autoptr (GBytes) bytes = fz_data_load (name, error);

  return bytes != NULL ? fz_csv_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), name, error) : NULL;
}

FzDemoWorld *
fz_demo_world_new (guint64 seed, gint64 start_us, GError **error)
{
  g_autoptr (FzDemoWorld) self = g_new0 (FzDemoWorld, 1);

  self->seed = seed;
  self->now_us = start_us;
  self->names = load ("demo/names.csv", error);
  self->cases = self->names != NULL ? load ("demo/cases.csv", error) : NULL;
  return self->cases != NULL ? g_steal_pointer (&self) : NULL;
}

void
fz_demo_world_free (FzDemoWorld *self)
{
  g_clear_pointer (&self->names, fz_csv_unref);
  g_clear_pointer (&self->cases, fz_csv_unref);
  g_free (self);
}

gint64
fz_demo_world_clock (gpointer self)
{
  return __atomic_load_n (&((FzDemoWorld *) self)->now_us, __ATOMIC_SEQ_CST);
}

void
fz_demo_world_pass (FzDemoWorld *self, gint64 seconds)
{
  __atomic_add_fetch (&self->now_us, seconds * FZ_US_PER_SECOND, __ATOMIC_SEQ_CST);
}

/* SHA-256 in counter mode: the same bytes for the same seed on every machine. Everything in a demo is published anyway. */
static void
draw_block (const FzDemoWorld *self, const char *what, guint64 counter, guint8 out[32])
{
  g_autofree char *text = g_strdup_printf ("%s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, what, self->seed, counter);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size = 32;

  g_checksum_update (sum, (const guchar *) text, -1);
  g_checksum_get_digest (sum, out, &size);
}

void
fz_demo_world_random (void *out, gsize n, gpointer data)
{
  FzDemoWorld *self = data;
  guint8 *to = out;

  while (n > 0) {
    guint8 block[32];
    gsize take = MIN (n, sizeof block);

    draw_block (self, "fuzhen demo", self->counter++, block);
    memcpy (to, block, take);
    to += take;
    n -= take;
  }
}

/* Its own sequence: who comes to the hospital does not depend on how many keys and numbers were made before. */
guint
fz_demo_world_draw (FzDemoWorld *self, guint below)
{
  guint8 bytes[32];

  draw_block (self, "fuzhen demo people", self->drawn++, bytes);
  return ((guint) bytes[0] << 24 | (guint) bytes[1] << 16 | (guint) bytes[2] << 8 | bytes[3]) % below;
}

/* An identity number of an area that was never assigned, right by its check digit. */
static char *
identity_number (FzDate birth, guint sequence)
{
  static const int weights[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
  static const char check[] = "10X98765432";
  char *text = g_strdup_printf ("119900%04d%02d%02d%03u?", birth.year, birth.month, birth.day, sequence);
  int sum = 0;

  for (guint i = 0; i < 17; i++)
    sum += (text[i] - '0') * weights[i];
  text[17] = check[sum % 11];
  return text;
}

/* Rows without `at` take turns; one with it stands for that visit of the scripted day. */
static guint
case_row (const FzDemoWorld *self, guint i)
{
  guint n = 0, n_rows = fz_csv_get_n_rows (self->cases);
  g_autofree char *number = g_strdup_printf ("%u", i);

  for (guint row = 0; row < n_rows; row++) {
    const char *at = fz_csv_get (self->cases, row, "at");

    if (g_str_equal (at, number))
      return row;
    n += *at == '\0';
  }
  return i % n;
}

static const char *
of_case (const FzDemoWorld *self, guint i, const char *column)
{
  return fz_csv_get (self->cases, case_row (self, i), column);
}

const char *
fz_demo_world_doctor (const FzDemoWorld *self, guint i)
{
  return of_case (self, i, "doctor");
}

/* A small child comes with a parent, who speaks and consents, and a doctor of the speciality sits with them. */
static void
put_company (FzDemoWorld *self, FzFields *facts)
{
  guint surname = fz_demo_world_draw (self, fz_csv_get_n_rows (self->names)), given = fz_demo_world_draw (self, fz_csv_get_n_rows (self->names));
  guint month = fz_demo_world_draw (self, 12), day = fz_demo_world_draw (self, 28), sequence = 100 + 2 * fz_demo_world_draw (self, 400);
  g_autofree char *number = identity_number ((FzDate){ 1988, 1 + (int) month, 1 + (int) day }, sequence);
  g_autofree char *name = g_strconcat (fz_csv_get (self->names, surname, "surname"), fz_csv_get (self->names, given, "female"), NULL);
  g_autofree char *mobile = g_strdup_printf ("199%08u", fz_demo_world_draw (self, 100000000));

  fz_fields_set (facts, "guardian.name", name);
  fz_fields_set (facts, "guardian.relation", "mother");
  fz_fields_set (facts, "guardian.id_number", number);
  fz_fields_set (facts, "guardian.mobile", mobile);
  fz_fields_set (facts, "specialist.name", "沈雅琴");
  fz_fields_set (facts, "specialist.licence", "DEMO110100000003");
  fz_fields_set (facts, "specialist.institution", "津示范医院（演示）");
}

static FzDate
birth_of (FzDemoWorld *self, const char *child_years, gint64 at_us)
{
  FzDate day = fz_date_in_beijing (at_us);

  if (*child_years != '\0')
    return fz_date_add_days (fz_date_add_months (day, -12 * (int) g_ascii_strtoll (child_years, NULL, 10)), -(int) fz_demo_world_draw (self, 300));
  return (FzDate){ 1945 + (int) fz_demo_world_draw (self, 35), 1 + (int) fz_demo_world_draw (self, 12), 1 + (int) fz_demo_world_draw (self, 28) };
}

static void
put_patient (FzDemoWorld *self, const char *child_years, gint64 at_us, FzFields *facts)
{
  gboolean female = fz_demo_world_draw (self, 2) == 0;
  guint name = fz_demo_world_draw (self, fz_csv_get_n_rows (self->names)), given = fz_demo_world_draw (self, fz_csv_get_n_rows (self->names));
  FzDate birth = birth_of (self, child_years, at_us);
  guint sequence = 100 + 2 * fz_demo_world_draw (self, 400) + (female ? 0 : 1);
  g_autofree char *full = g_strconcat (fz_csv_get (self->names, name, "surname"), fz_csv_get (self->names, given, female ? "female" : "male"), NULL);
  g_autofree char *number = identity_number (birth, sequence), *day = fz_date_format (birth);
  g_autofree char *mobile = g_strdup_printf ("199%08u", fz_demo_world_draw (self, 100000000));

  fz_fields_set (facts, "patient.name", full);
  fz_fields_set (facts, "patient.id_kind", "01");
  fz_fields_set (facts, "patient.id_number", number);
  fz_fields_set (facts, "patient.sex", female ? "F" : "M");
  fz_fields_set (facts, "patient.birth_date", day);
  fz_fields_set (facts, "patient.mobile", mobile);
  if (*child_years != '\0')
    put_company (self, facts);
}

const char *
fz_demo_world_complaint (FzDemoWorld *self, guint i)
{
  return of_case (self, i, "complaint");
}

FzFields *
fz_demo_world_request (FzDemoWorld *self, guint i, const char *visit, gint64 at_us, const char *consent_version, const char *consent_sha256)
{
  FzFields *facts = fz_fields_new ("fuzhen.bundle/v1");
  g_autofree char *seen = fz_date_format (fz_date_add_days (fz_date_in_beijing (at_us), -60 - (int) fz_demo_world_draw (self, 120)));

  put_patient (self, of_case (self, i, "child_years"), at_us, facts);
  fz_fields_set (facts, "visit.id", visit);
  fz_fields_set (facts, "visit.mode", "text");
  fz_fields_set (facts, "visit.department", of_case (self, i, "department"));
  fz_fields_set_int (facts, "visit.price_fen", 1500);
  fz_fields_set (facts, "visit.complaint", of_case (self, i, "complaint"));
  fz_fields_set (facts, "visit.history", of_case (self, i, "history"));
  fz_fields_set_time (facts, "visit.applied_at", at_us);
  if (fz_demo_world_draw (self, 6) == 0)
    fz_fields_set_at (facts, "allergy", 0, NULL, "青霉素");
  fz_fields_set_at (facts, "prior", 0, "institution", of_case (self, i, "prior_institution"));
  fz_fields_set_at (facts, "prior", 0, "date", seen);
  fz_fields_set_at (facts, "prior", 0, "code", of_case (self, i, "prior_code"));
  fz_fields_set_at (facts, "prior", 0, "name", of_case (self, i, "prior_name"));
  fz_fields_set (facts, "consent.text_version", consent_version);
  fz_fields_set (facts, "consent.text_sha256", consent_sha256);
  fz_fields_set (facts, "consent.signer", fz_fields_get (facts, fz_fields_has (facts, "guardian.name") ? "guardian.name" : "patient.name"));
  fz_fields_set (facts, "consent.relation", fz_fields_has (facts, "guardian.relation") ? fz_fields_get (facts, "guardian.relation") : "self");
  fz_fields_set_time (facts, "consent.at", at_us - 60 * FZ_US_PER_SECOND);
  fz_fields_set (facts, "consent.method", "app_confirm");
  return facts;
}

/* "key=value|key=value"; {day} is the day that is played. */
static void
put_more (const FzDemoWorld *self, FzFields *draft, const char *text)
{
  g_autofree char *day = fz_date_format (fz_date_in_beijing (fz_demo_world_clock ((gpointer) self)));
  g_auto (GStrv) pairs = g_strsplit (text, "|", -1);

  for (guint i = 0; pairs[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (pairs[i], "=", 2);

    if (g_strv_length (pair) == 2)
      fz_fields_set (draft, pair[0], g_str_equal (pair[1], "{day}") ? day : pair[1]);
  }
}

/* `code:dose:freq:days`, one a line of the prescription; of a herb `code:grams:handling:`. */
static void
put_line (FzFields *draft, guint n, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 4);

  g_assert (g_strv_length (parts) == 4);
  fz_fields_set_at (draft, "rx.item", n, "drug", parts[0]);
  fz_fields_set_at (draft, "rx.item", n, "dose", parts[1]);
  if (g_strcmp0 (fz_fields_get (draft, "rx.sheet"), "herbal") == 0) {
    fz_fields_set_at (draft, "rx.item", n, "special", parts[2]);
    return;
  }
  fz_fields_set_at (draft, "rx.item", n, "freq", parts[2]);
  fz_fields_set_at (draft, "rx.item", n, "days", parts[3]);
  fz_fields_set_at (draft, "rx.item", n, "route", "1");
}

/* A doctor asks a woman of that age before prescribing. */
static void
ask_mother (const FzFields *visit, FzFields *draft)
{
  gint64 age = 0;

  if (g_strcmp0 (fz_fields_get (visit, "patient.sex"), "F") != 0 || !fz_fields_get_int (visit, "patient.age_years", &age) || age < 12 || age > 55)
    return;
  fz_fields_set (draft, "record.pregnant", "no");
  fz_fields_set (draft, "record.lactating", "no");
}

FzFields *
fz_demo_world_draft (FzDemoWorld *self, guint i, const FzFields *visit)
{
  FzFields *draft = fz_fields_new ("fuzhen.draft/v1");
  g_auto (GStrv) lines = g_strsplit (of_case (self, i, "drugs"), "|", -1);

  fz_fields_set (draft, "eligibility.verdict", "eligible");
  for (guint e = 0; e < fz_fields_count (visit, "evidence"); e++)
    fz_fields_set_at (draft, "eligibility.basis", e, NULL, fz_fields_get_at (visit, "evidence", e, "sha256"));
  fz_fields_set (draft, "record.chief_complaint", of_case (self, i, "complaint"));
  fz_fields_set (draft, "record.present_history", of_case (self, i, "history"));
  fz_fields_set (draft, "record.allergy_history", fz_fields_count (visit, "allergy") > 0 ? fz_fields_get (visit, "allergy.00") : "无");
  fz_fields_set (draft, "record.exam", of_case (self, i, "exam"));
  ask_mother (visit, draft);
  fz_fields_set (draft, "record.assist", of_case (self, i, "assist"));
  fz_fields_set (draft, "record.opinion", of_case (self, i, "opinion"));
  fz_fields_set_at (draft, "diagnosis", 0, "code", of_case (self, i, "prior_code"));
  fz_fields_set_at (draft, "diagnosis", 0, "name", of_case (self, i, "prior_name"));
  fz_fields_set (draft, "rx.valid_days", "3");
  fz_fields_set (draft, "rx.valid_reason", "V2");
  fz_fields_set (draft, "rx.cost", "self");
  put_more (self, draft, of_case (self, i, "more"));
  for (guint n = 0; lines[n] != NULL; n++)
    put_line (draft, n, lines[n]);
  return draft;
}

/* `RULE=code=words=days|…`: words and the days until what is watched may be left out. */
gboolean
fz_demo_world_reason (const FzDemoWorld *self, guint i, const char *rule, FzFields *draft, guint n)
{
  FzDate today = fz_date_in_beijing (fz_demo_world_clock ((gpointer) self));
  g_auto (GStrv) reasons = g_strsplit (of_case (self, i, "reasons"), "|", -1);

  for (guint k = 0; reasons[k] != NULL; k++) {
    g_auto (GStrv) parts = g_strsplit (reasons[k], "=", 4);
    guint n_parts = g_strv_length (parts);
    g_autofree char *day = NULL;

    if (n_parts < 2 || !g_str_equal (parts[0], rule))
      continue;
    if (n_parts > 3)
      day = fz_date_format (fz_date_add_days (today, (int) g_ascii_strtoll (parts[3], NULL, 10)));
    fz_fields_set_at (draft, "override", n, "reason", parts[1]);
    fz_fields_set_at (draft, "override", n, "words", n_parts > 2 ? parts[2] : NULL);
    fz_fields_set_at (draft, "override", n, "monitor_by", day);
    return TRUE;
  }
  return FALSE;
}

FzFields *
fz_demo_world_accept (const FzFields *seen)
{
  FzFields *decisions = fz_fields_new ("fuzhen.review_decisions/v1");
  guint n = 0;

  for (guint i = 0; i < fz_fields_count (seen, "item"); i++)
    if (g_strcmp0 (fz_fields_get_at (seen, "item", i, "attention"), "yes") == 0) {
      fz_fields_set_at (decisions, "item", n, "code", fz_fields_get_at (seen, "item", i, "code"));
      fz_fields_set_at (decisions, "item", n++, "decision", "accepted");
    }
  return fz_fields_freeze (decisions);
}
