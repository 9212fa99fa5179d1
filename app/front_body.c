/* What the front hears, as JSON: which facts each kind has is a table (assets/schema/front-out.json tells the same to the other side). */
#include "app/front.h"

#include "core/json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define FORMAT "fuzhen.front/v1"
#define MOST 12

typedef struct {
  const char *name;
  enum { TEXT, NUMBER, LINES } shape;
  gboolean needed;
} Member;

typedef struct {
  const char *kind;
  Member members[MOST];
} Kind;

static const Kind kinds[] = {
  { "visit.accepted", { { "doctor", TEXT, TRUE }, { "department", TEXT, FALSE }, { "taken_at", TEXT, TRUE } } },
  { "visit.released", { { "reason", TEXT, FALSE } } },
  { "visit.rejected", { { "by", TEXT, TRUE }, { "code", TEXT, TRUE }, { "label", TEXT, TRUE }, { "guidance", TEXT, FALSE } } },
  { "visit.ended",
    { { "outcome", TEXT, TRUE }, { "code", TEXT, FALSE }, { "label", TEXT, FALSE }, { "guidance", TEXT, FALSE }, { "ended_at", TEXT, TRUE } } },
  { "prescription.ready",
    { { "prescription", TEXT, TRUE }, { "valid_until", TEXT, TRUE }, { "doctor", TEXT, TRUE }, { "pharmacist", TEXT, TRUE }, { "line", LINES, TRUE } } },
  { "prescription.ended", { { "prescription", TEXT, TRUE }, { "state", TEXT, TRUE }, { "reason", TEXT, FALSE } } },
  { "chat",
    { { "message", TEXT, TRUE }, { "at", TEXT, TRUE }, { "kind", TEXT, TRUE }, { "text", TEXT, FALSE }, { "sha256", TEXT, FALSE },
      { "media", TEXT, FALSE }, { "size_bytes", NUMBER, FALSE }, { "by", TEXT, TRUE } } },
  { "refund.state",
    { { "entry", TEXT, TRUE }, { "event", TEXT, TRUE }, { "state", TEXT, TRUE }, { "label", TEXT, TRUE }, { "amount_fen", NUMBER, FALSE },
      { "reason", TEXT, FALSE }, { "refunded_on", TEXT, FALSE }, { "receipt", TEXT, FALSE } } },
  { "complaint.state",
    { { "entry", TEXT, TRUE }, { "event", TEXT, TRUE }, { "state", TEXT, TRUE }, { "label", TEXT, TRUE }, { "reply", TEXT, FALSE },
      { "replied_on", TEXT, FALSE } } },
  { "chat.mark", { { "message", TEXT, TRUE }, { "mark", TEXT, TRUE }, { "at", TEXT, TRUE } } },
};

static const char *const line_keys[] = { "name", "strength", "quantity", "usage" };

static const Kind *
find_kind (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].kind, word))
      return &kinds[i];
  return NULL;
}

static gboolean
fail (const char *kind, const char *fact, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL, _ ("通知医院前端的内容“%s”与约定不符（%s）。请把这一情况告诉程序的维护者。"), kind, fact != NULL ? fact : "-");
  return FALSE;
}

/* A fact nobody takes would be lost without a word. */
typedef struct {
  const Kind *kind;
  const char *stray;
} Stray;

static void
look_for_stray (const char *key, const char *value, gpointer data)
{
  Stray *look = data;

  for (guint i = 0; i < MOST && look->kind->members[i].name != NULL; i++) {
    const Member *member = &look->kind->members[i];

    if (g_str_equal (key, member->name) || (member->shape == LINES && g_str_has_prefix (key, "line.")))
      return;
  }
  look->stray = key;
}

static void
write_lines (FzJsonWriter *writer, const FzFields *facts)
{
  fz_json_writer_begin_array (writer, "lines");
  for (guint i = 0; i < fz_fields_count (facts, "line"); i++) {
    fz_json_writer_begin_object (writer, NULL);
    for (guint k = 0; k < G_N_ELEMENTS (line_keys); k++)
      fz_json_writer_string (writer, line_keys[k], fz_fields_get_at (facts, "line", i, line_keys[k]));
    fz_json_writer_end_object (writer);
  }
  fz_json_writer_end_array (writer);
}

static gboolean
write_member (FzJsonWriter *writer, const Member *member, const FzFields *facts)
{
  gint64 number = 0;

  if (member->shape == LINES) {
    write_lines (writer, facts);
    return fz_fields_count (facts, "line") > 0;
  }
  if (!fz_fields_has (facts, member->name))
    return !member->needed;
  if (member->shape == TEXT)
    fz_json_writer_string (writer, member->name, fz_fields_get (facts, member->name));
  else if (fz_fields_get_int (facts, member->name, &number))
    fz_json_writer_int (writer, member->name, number);
  else
    return FALSE;
  return TRUE;
}

char *
fz_front_body (const FzFrontHead *head, const FzFields *facts, GError **error)
{
  const Kind *kind = find_kind (head->kind);
  g_autoptr (FzJsonWriter) writer = fz_json_writer_new ();
  g_autofree char *at = fz_time_format (head->at_us);
  Stray stray = { kind, NULL };

  if (kind == NULL) {
    fail (head->kind, NULL, error);
    return NULL;
  }
  fz_fields_foreach (facts, look_for_stray, &stray);
  fz_json_writer_begin_object (writer, NULL);
  fz_json_writer_string (writer, "format", FORMAT);
  fz_json_writer_string (writer, "key", head->key);
  fz_json_writer_string (writer, "kind", head->kind);
  fz_json_writer_string (writer, "visit", *head->visit != '@' ? head->visit : NULL); /* an entry that concerns none */
  fz_json_writer_int (writer, "turn", head->turn);
  fz_json_writer_string (writer, "at", at);
  fz_json_writer_begin_object (writer, "body");
  for (guint i = 0; stray.stray == NULL && i < MOST && kind->members[i].name != NULL; i++)
    if (!write_member (writer, &kind->members[i], facts))
      stray.stray = kind->members[i].name;
  fz_json_writer_end_object (writer);
  fz_json_writer_end_object (writer);
  if (stray.stray == NULL)
    return fz_json_writer_finish (writer, error);
  fail (head->kind, stray.stray, error);
  return NULL;
}
