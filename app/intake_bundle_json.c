#include "app/intake_bundle_private.h"

#include "core/offset_time.h"

#include <glib/gi18n-lib.h>

#define MAX_JSON (256 * 1024)
#define FORMAT "fuzhen.visit/v1"
#define MAX_LIST 30

/* One reading: everything that is wrong is told at once, so each getter's error becomes a problem and the reading goes on. */
typedef struct {
  FzFields *facts;
  GPtrArray *problems;
} Reading;

static void
take_error (Reading *reading, const char *field, GError *error)
{
  g_autofree char *words = fz_bundle_field_words (field);

  fz_bundle_add_problem (reading->problems, field, "%s：%s", words, error->message);
  g_error_free (error);
}

/* How one member of the JSON becomes a fact. */
typedef enum { TEXT, TIME, INT, TRUTH } Shape;
typedef struct {
  const char *key;
  Shape shape;
} Member;

static void
take_time (Reading *reading, const FzJson *object, const char *key, const char *field, const char *text)
{
  GError *error = NULL;
  gint64 us = 0;

  if (fz_offset_time_parse (text, &us))
    fz_fields_set_time (reading->facts, field, us);
  else {
    fz_json_fail (object, key, _ ("应为带时区的时间，如 2026-01-05T08:00:00+08:00"), &error);
    take_error (reading, field, error);
  }
}

static void
take_member (Reading *reading, const FzJson *object, const Member *member, const char *field)
{
  GError *error = NULL;
  const char *text = NULL;
  gint64 number = 0;
  gboolean truth = FALSE;
  gboolean is_null = fz_json_find (object, member->key) == NULL ||
                     fz_json_get_type (fz_json_find (object, member->key)) == FZ_JSON_NULL;

  if (is_null)
    return;
  if (!(member->shape == INT     ? fz_json_opt_int (object, member->key, &number, &error)
        : member->shape == TRUTH ? fz_json_opt_bool (object, member->key, &truth, &error)
                                 : fz_json_opt_string (object, member->key, &text, &error)))
    take_error (reading, field, error);
  else if (member->shape == INT)
    fz_fields_set_int (reading->facts, field, number);
  else if (member->shape == TRUTH)
    fz_fields_set_bool (reading->facts, field, truth);
  else if (member->shape == TIME)
    take_time (reading, object, member->key, field, text);
  else
    fz_fields_set (reading->facts, field, text);
}

/* All members of one object; a key that is not in the list is an error of its own. */
static void
take_members (Reading *reading, const FzJson *object, const Member *members, guint n, const char *prefix)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  GError *error = NULL;

  for (guint i = 0; i < n; i++) {
    g_autofree char *field = g_strconcat (prefix, ".", members[i].key, NULL);

    g_ptr_array_add (keys, (gpointer) members[i].key);
    take_member (reading, object, &members[i], field);
  }
  g_ptr_array_add (keys, NULL);
  if (!fz_json_check_keys (object, (const char *const *) keys->pdata, &error))
    take_error (reading, prefix, error);
}

static void
take_object (Reading *reading, const FzJson *root, const char *key, const Member *members, guint n)
{
  const FzJson *object = NULL;
  GError *error = NULL;

  if (!fz_json_opt_object (root, key, &object, &error))
    take_error (reading, key, error);
  else if (object != NULL)
    take_members (reading, object, members, n, key);
}

/* The array under `key`, at most `limit` items; NULL when there is none to read. */
static const FzJson *
open_list (Reading *reading, const FzJson *root, const char *key, const char *list, guint limit)
{
  const FzJson *array = NULL;
  GError *error = NULL;

  if (!fz_json_opt_array (root, key, &array, &error)) {
    take_error (reading, list, error);
    return NULL;
  }
  if (array != NULL && fz_json_count (array) > limit) {
    g_autofree char *words = fz_bundle_field_words (list);

    fz_bundle_add_problem (reading->problems, list, _ ("%s共 %u 项，最多 %u 项。"), words, fz_json_count (array), limit);
    return NULL;
  }
  return array;
}

static void
take_objects (Reading *reading, const FzJson *root, const char *list, const Member *members, guint n, guint limit)
{
  const FzJson *array = open_list (reading, root, list, list, limit);

  for (guint i = 0; array != NULL && i < fz_json_count (array); i++) {
    g_autofree char *prefix = g_strdup_printf ("%s.%02u", list, i);
    const FzJson *item = fz_json_get_item (array, i);
    GError *error = NULL;

    if (fz_json_get_object (item, NULL, &error) != NULL)
      take_members (reading, item, members, n, prefix);
    else
      take_error (reading, prefix, error);
  }
}

/* An array of words, each of which becomes the fact `<list>.NN<rest>`. */
typedef struct {
  const char *key, *list, *rest;
} Words;

static void
take_words (Reading *reading, const FzJson *root, const Words *words)
{
  const FzJson *array = open_list (reading, root, words->key, words->list, MAX_LIST);

  for (guint i = 0; array != NULL && i < fz_json_count (array); i++) {
    g_autofree char *field = g_strdup_printf ("%s.%02u%s", words->list, i, words->rest);
    GError *error = NULL;
    const char *text = fz_json_get_string (fz_json_get_item (array, i), NULL, &error);

    if (text == NULL)
      take_error (reading, field, error);
    else if (*text == '\0') {
      g_autofree char *name = fz_bundle_field_words (field);

      fz_bundle_add_problem (reading->problems, field, _ ("%s是空的；没有请给空数组。"), name);
    } else
      fz_fields_set (reading->facts, field, text);
  }
}

static const Words allergies = { "allergies", "allergy", "" };
static const Words requested = { "requested_drugs", "request.drug", ".generic" };
static const Words purchased = { "purchased_drugs", "request.purchased", ".generic" };

static const Member patient_members[] = { { "name", TEXT },           { "id_kind", TEXT },     { "id_number", TEXT },
                                          { "sex", TEXT },            { "birth_date", TEXT },  { "mobile", TEXT },
                                          { "insurance_card", TEXT }, { "health_card", TEXT }, { "health_record", TEXT },
                                          { "ethnic", TEXT },         { "marital", TEXT },     { "occupation", TEXT },
                                          { "address", TEXT },        { "cannot_express", TRUTH },
                                          { "capacity", TEXT } };
static const Member guardian_members[] = { { "name", TEXT }, { "relation", TEXT }, { "id_number", TEXT }, { "mobile", TEXT }, { "present", TRUTH } };
static const Member specialist_members[] = { { "name", TEXT }, { "licence", TEXT }, { "institution", TEXT } };
static const Member prior_members[] = { { "institution", TEXT }, { "date", TEXT }, { "code", TEXT }, { "name", TEXT } };
static const Member consent_members[] = { { "text_version", TEXT }, { "text_sha256", TEXT }, { "signer", TEXT },
                                          { "relation", TEXT },     { "at", TIME },          { "method", TEXT } };
static const Member evidence_members[] = { { "file", TEXT }, { "sha256", TEXT }, { "kind", TEXT } };

static void
take_top (Reading *reading, const FzJson *root)
{
  static const Member members[] = { { "applied_at", TIME }, { "mode", TEXT },      { "department", TEXT },
                                    { "price_fen", INT },   { "complaint", TEXT }, { "history", TEXT },
                                    { "sensitive", TEXT } };
  static const Member visit = { "visit", TEXT };
  static const char *const keys[] = { "format",    "visit",   "applied_at", "mode",     "department", "price_fen", "complaint", "history",
                                      "allergies", "patient", "guardian",   "specialist", "prior",    "consent",   "evidence",
                                      "requested_drugs", "purchased_drugs", "sensitive", NULL };
  GError *error = NULL;

  take_member (reading, root, &visit, "visit.id");
  for (guint i = 0; i < G_N_ELEMENTS (members); i++) {
    g_autofree char *field = g_strconcat ("visit.", members[i].key, NULL);

    take_member (reading, root, &members[i], field);
  }
  if (!fz_json_check_keys (root, keys, &error))
    take_error (reading, "", error);
}

static gboolean
check_format (Reading *reading, const FzJson *root)
{
  g_autoptr (GError) error = NULL;
  const char *format = fz_json_get_string (root, "format", &error);

  if (g_strcmp0 (format, FORMAT) == 0)
    return TRUE;
  fz_bundle_add_problem (reading->problems, "format", _ ("visit.json 的 format 应为“%s”，不认识这一版，请更新前端或本程序。"), FORMAT);
  return FALSE;
}

FzFields *
fz_bundle_parse_json (GBytes *json, GPtrArray *problems)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.bundle/v1");
  Reading reading = { facts, problems };
  GError *error = NULL;
  gsize n = 0;
  const void *bytes = g_bytes_get_data (json, &n);
  g_autoptr (FzJson) root = fz_json_parse (bytes, n, MAX_JSON, &error);

  if (root == NULL || fz_json_get_object (root, NULL, &error) == NULL) {
    fz_bundle_add_problem (problems, "", _ ("visit.json 读不懂：%s"), error->message);
    g_clear_error (&error);
    return NULL;
  }
  if (!check_format (&reading, root))
    return NULL;
  take_top (&reading, root);
  take_words (&reading, root, &allergies);
  take_words (&reading, root, &requested);
  take_words (&reading, root, &purchased);
  take_object (&reading, root, "patient", patient_members, G_N_ELEMENTS (patient_members));
  take_object (&reading, root, "guardian", guardian_members, G_N_ELEMENTS (guardian_members));
  take_object (&reading, root, "specialist", specialist_members, G_N_ELEMENTS (specialist_members));
  take_object (&reading, root, "consent", consent_members, G_N_ELEMENTS (consent_members));
  take_objects (&reading, root, "prior", prior_members, G_N_ELEMENTS (prior_members), FZ_BUNDLE_MAX_EVIDENCE);
  take_objects (&reading, root, "evidence", evidence_members, G_N_ELEMENTS (evidence_members), FZ_BUNDLE_MAX_EVIDENCE);
  return g_steal_pointer (&facts);
}
