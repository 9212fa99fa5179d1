#include "app/demo_front.h"

#include "core/json.h"

#include <string.h>

typedef struct {
  const char *key;
  enum { TEXT, NUMBER, TRUTH } shape;
} Member;

static void
write_member (FzJsonWriter *writer, const FzFields *facts, const char *fact, const Member *member)
{
  gint64 number = 0;

  if (!fz_fields_has (facts, fact))
    return;
  if (member->shape == NUMBER && fz_fields_get_int (facts, fact, &number))
    fz_json_writer_int (writer, member->key, number);
  else if (member->shape == TRUTH)
    fz_json_writer_bool (writer, member->key, fz_fields_is_yes (facts, fact));
  else
    fz_json_writer_string (writer, member->key, fz_fields_get (facts, fact));
}

static void
write_members (FzJsonWriter *writer, const FzFields *facts, const char *prefix, const Member *members, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *fact = g_strconcat (prefix, ".", members[i].key, NULL);

    write_member (writer, facts, fact, &members[i]);
  }
}

static void
write_object (FzJsonWriter *writer, const FzFields *facts, const char *key, const Member *members, guint n)
{
  g_autoptr (FzFields) part = fz_fields_dup_below (facts, key, "fuzhen.part/v1");
  g_autoptr (FzFields) none = fz_fields_new ("fuzhen.part/v1");

  if (fz_fields_equal (part, none))
    return;
  fz_json_writer_begin_object (writer, key);
  write_members (writer, facts, key, members, n);
  fz_json_writer_end_object (writer);
}

static void
write_list (FzJsonWriter *writer, const FzFields *facts, const char *key, const Member *members, guint n)
{
  fz_json_writer_begin_array (writer, key);
  for (guint i = 0; i < fz_fields_count (facts, key); i++) {
    g_autofree char *prefix = g_strdup_printf ("%s.%02u", key, i);

    fz_json_writer_begin_object (writer, NULL);
    write_members (writer, facts, prefix, members, n);
    fz_json_writer_end_object (writer);
  }
  fz_json_writer_end_array (writer);
}

static void
write_words (FzJsonWriter *writer, const FzFields *facts, const char *key, const char *list, const char *rest)
{
  guint n = fz_fields_count (facts, list);

  if (n == 0 && rest != NULL)
    return;
  fz_json_writer_begin_array (writer, key);
  for (guint i = 0; i < n; i++)
    fz_json_writer_string (writer, NULL, fz_fields_get_at (facts, list, i, rest));
  fz_json_writer_end_array (writer);
}

char *
fz_demo_front_request (const FzFields *facts, GError **error)
{
  static const Member visit[] = { { "applied_at", TEXT }, { "mode", TEXT }, { "department", TEXT }, { "price_fen", NUMBER }, { "complaint", TEXT },
                                  { "history", TEXT } };
  static const Member patient[] = { { "name", TEXT }, { "id_kind", TEXT }, { "id_number", TEXT }, { "sex", TEXT }, { "birth_date", TEXT },
                                    { "mobile", TEXT }, { "insurance_card", TEXT }, { "health_card", TEXT }, { "health_record", TEXT }, { "ethnic", TEXT },
                                    { "marital", TEXT }, { "occupation", TEXT }, { "address", TEXT }, { "cannot_express", TRUTH }, { "capacity", TEXT } };
  static const Member guardian[] = { { "name", TEXT }, { "relation", TEXT }, { "id_number", TEXT }, { "mobile", TEXT }, { "present", TRUTH } };
  static const Member specialist[] = { { "name", TEXT }, { "licence", TEXT }, { "institution", TEXT } };
  static const Member consent[] = { { "text_version", TEXT }, { "text_sha256", TEXT }, { "signer", TEXT }, { "relation", TEXT }, { "at", TEXT }, { "method", TEXT } };
  static const Member prior[] = { { "institution", TEXT }, { "date", TEXT }, { "code", TEXT }, { "name", TEXT } };
  static const Member evidence[] = { { "file", TEXT }, { "sha256", TEXT }, { "kind", TEXT } };
  g_autoptr (FzJsonWriter) writer = fz_json_writer_new ();

  fz_json_writer_begin_object (writer, NULL);
  fz_json_writer_string (writer, "format", "fuzhen.visit/v1");
  fz_json_writer_string (writer, "visit", fz_fields_get (facts, "visit.id"));
  write_members (writer, facts, "visit", visit, G_N_ELEMENTS (visit));
  write_words (writer, facts, "allergies", "allergy", NULL);
  write_words (writer, facts, "requested_drugs", "request.drug", "generic");
  write_words (writer, facts, "purchased_drugs", "request.purchased", "generic");
  write_object (writer, facts, "patient", patient, G_N_ELEMENTS (patient));
  write_object (writer, facts, "guardian", guardian, G_N_ELEMENTS (guardian));
  write_object (writer, facts, "specialist", specialist, G_N_ELEMENTS (specialist));
  write_list (writer, facts, "prior", prior, G_N_ELEMENTS (prior));
  write_object (writer, facts, "consent", consent, G_N_ELEMENTS (consent));
  write_list (writer, facts, "evidence", evidence, G_N_ELEMENTS (evidence));
  fz_json_writer_end_object (writer);
  return fz_json_writer_finish (writer, error);
}
