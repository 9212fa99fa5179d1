#include "app/due_entry.h"

#include "app/due_private.h"
#include "app/owner.h"
#include "app/platform/profile.h"
#include "app/registers.h"
#include "app/submit.h"
#include "core/age.h"
#include "db/documents.h"
#include "db/registers.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_ITEMS 100u /* of a list in FzFields */

static const FzRegister *
find_register (FzDesk *desk, const char *name)
{
  for (guint i = 0; i < desk->registers->len; i++)
    if (g_strcmp0 (fz_register_get_name (desk->registers->pdata[i]), name) == 0)
      return desk->registers->pdata[i];
  return NULL;
}

const char *
fz_due_entry_value (const FzFields *entry, const char *field)
{
  g_autofree char *key = g_strconcat ("field.", field, NULL);

  return fz_fields_get (entry, key);
}

/* --- facts --- */

/* The document whose move brought the entry into this state, the last such one. */
static const FzDocument *
find_move (GPtrArray *documents, const char *state)
{
  for (guint i = documents->len; i > 0; i--) {
    const FzFields *body = ((FzDocument *) documents->pdata[i - 1])->body;
    const char *before = i > 1 ? fz_fields_get (((FzDocument *) documents->pdata[i - 2])->body, "state") : NULL;

    if (g_strcmp0 (fz_fields_get (body, "state"), state) == 0 && g_strcmp0 (before, state) != 0)
      return documents->pdata[i - 1];
  }
  return NULL;
}

/* What the entry is about, in the platform's words: it names a prescription, or a visit, or neither. */
static const char *
business_of (const FzRegister *reg, const FzFields *entry)
{
  const char *business = "other";

  for (guint i = 0; i < fz_register_get_n_fields (reg); i++) {
    const FzRegisterField *field = fz_register_get_field (reg, i);

    if (fz_due_entry_value (entry, field->key) == NULL)
      continue;
    if (field->kind == FZ_FIELD_RX)
      return "prescription";
    if (field->kind == FZ_FIELD_VISIT)
      business = "revisit";
  }
  return business;
}

/* "day clock" of two fields, as a moment; without either it is not known. */
static void
put_moment (FzFields *facts, const char *fact, const FzFields *entry, const char *from)
{
  g_auto (GStrv) fields = g_strsplit (from, " ", 2);
  const char *clock = fz_due_entry_value (entry, fields[1]), *on = fz_due_entry_value (entry, fields[0]);
  FzDate day;

  if (on == NULL || clock == NULL || !fz_date_parse (on, &day, NULL))
    return;
  fz_fields_set_time (facts, fact, fz_date_beijing_start_us (day) +
                                     (g_ascii_strtoll (clock, NULL, 10) * 60 + g_ascii_strtoll (clock + 3, NULL, 10)) * 60 * FZ_US_PER_SECOND);
}

/* "day clock-clock": 2026-11-23 09:00-10:00, as the platform writes a session. */
static void
put_span (FzFields *facts, const char *fact, const FzFields *entry, const char *from)
{
  g_auto (GStrv) fields = g_strsplit_set (from, " -", 3);
  const char *on = fz_due_entry_value (entry, fields[0]), *begin = fz_due_entry_value (entry, fields[1]), *end = fz_due_entry_value (entry, fields[2]);
  g_autofree char *text = on != NULL && begin != NULL && end != NULL ? g_strdup_printf ("%s %s-%s", on, begin, end) : NULL;

  fz_fields_set (facts, fact, text);
}

/* "fact + field#N": the list's first item, then one of each line of the text that says anything, of which commas of either kind make the parts. */
typedef struct {
  char *list, *first, *field; /* first: NULL, none */
  const char *key;            /* below the list's position */
  guint part;                 /* from 1 */
  guint begins;               /* where the lines do: 1 when any fact of the list has a first item */
  GPtrArray *lines;           /* GStrv of parts */
} Lines;

static void
lines_clear (Lines *self)
{
  g_free (self->list);
  g_free (self->first);
  g_free (self->field);
  g_clear_pointer (&self->lines, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Lines, lines_clear)

static void
read_lines (Lines *out, const char *fact, const char *from, const FzFields *entry)
{
  const char *plus = strstr (from, " + "), *rest = plus != NULL ? plus + strlen (" + ") : from, *mark = strchr (rest, '#'), *nn = strstr (fact, ".NN.");
  g_auto (GStrv) lines = NULL;
  const char *text;

  *out = (Lines) { .list = g_strndup (fact, (gsize) (nn - fact)), .first = plus != NULL ? g_strndup (from, (gsize) (plus - from)) : NULL,
                   .field = g_strndup (rest, (gsize) (mark - rest)), .key = nn + strlen (".NN."), .part = (guint) g_ascii_digit_value (mark[1]),
                   .lines = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev) };
  text = fz_due_entry_value (entry, out->field);
  lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) halves = g_strsplit (g_strstrip (lines[i]), "，", -1);
    g_autofree char *line = g_strjoinv (",", halves);

    if (*line != '\0')
      g_ptr_array_add (out->lines, g_strsplit (line, ",", -1));
  }
}

/* The line itself stands beside its parts: one of which nothing goes is a problem of the message (app/platform/message.c), as is the last that a list has room for
 * when more follow. */
static void
put_lines (FzFields *facts, const Lines *lines)
{
  guint n = lines->begins;

  if (lines->first != NULL)
    fz_fields_set_at (facts, lines->list, 0, lines->key, fz_fields_get (facts, lines->first));
  for (guint i = 0; i < lines->lines->len && n + i < MOST_ITEMS; i++) {
    char **parts = lines->lines->pdata[i];
    g_autofree char *line = g_strjoinv (",", parts);
    gboolean too_many = n + i + 1 == MOST_ITEMS && i + 1 < lines->lines->len;

    fz_fields_set_at (facts, lines->list, n + i, "line", line);
    if (too_many)
      fz_fields_set_int_at (facts, lines->list, n + i, "all", n + lines->lines->len);
    if (lines->part <= g_strv_length (parts) && !too_many)
      fz_fields_set_at (facts, lines->list, n + i, lines->key, g_strstrip (parts[lines->part - 1]));
  }
}

static void
put_list (FzFields *facts, const FzWireEntry *wire, guint which, const FzFields *entry)
{
  g_auto (Lines) lines = { 0 };
  g_autofree char *stem = NULL;

  read_lines (&lines, wire->facts->pdata[which], wire->facts->pdata[which + 1], entry);
  stem = g_strconcat (lines.list, ".NN.", NULL);
  for (guint i = 0; i + 1 < wire->facts->len; i += 2)
    if (g_str_has_prefix (wire->facts->pdata[i], stem) && strstr (wire->facts->pdata[i + 1], " + ") != NULL)
      lines.begins = 1;
  put_lines (facts, &lines);
}

static void
put_fact (FzFields *facts, const char *fact, const char *from, const FzRegister *reg, const FzFields *entry, const FzFields *move)
{
  const char *colon = strchr (from, ':');

  if (g_str_equal (from, "@id"))
    fz_fields_set (facts, fact, fz_fields_get (entry, "entry.id"));
  else if (g_str_equal (from, "@author"))
    fz_fields_set (facts, fact, fz_fields_get (move, "author.name"));
  else if (g_str_equal (from, "@signed_at"))
    fz_fields_set (facts, fact, fz_fields_get (move, "signed_at"));
  else if (g_str_equal (from, "@business"))
    fz_fields_set (facts, fact, business_of (reg, entry));
  else if (strchr (from, '-') != NULL)
    put_span (facts, fact, entry, from);
  else if (strchr (from, ' ') != NULL)
    put_moment (facts, fact, entry, from);
  else if (colon != NULL) {
    g_autofree char *name = g_strndup (from, (gsize) (colon - from));
    const FzRegisterField *field = fz_register_find_field (reg, name);
    const char *value = fz_due_entry_value (entry, name);
    g_autofree char *text = field != NULL && value != NULL ? fz_register_show (field, value) : NULL;

    fz_fields_set (facts, fact, text);
  } else
    fz_fields_set (facts, fact, fz_due_entry_value (entry, from));
}

/* The patient is the visit's, the day another. */
static void
put_age (FzFields *facts, const char *birth, const char *on)
{
  FzDate born, day;
  FzAge age;

  fz_fields_set (facts, "patient.age_years", NULL);
  if (birth != NULL && on != NULL && fz_date_parse (birth, &born, NULL) && fz_date_parse (on, &day, NULL) && fz_age_on (born, day, &age, NULL))
    fz_fields_set_int (facts, "patient.age_years", age.years);
}

/* Of the visit only who it was about and who treated: the least that is needed. A visit nobody knows leaves these facts out, and the row waits
 * for a person. */
static gboolean
put_visit (FzDesk *desk, FzTxn *txn, const FzWireEntry *wire, const char *visit, FzFields *facts, GError **error)
{
  static const char *const parts[] = { "patient", "doctor", "dept", "guardian" };
  guint n = fz_message_table_get_most (desk->knowledge->messages, wire->method, "guardian.name") > 0 ? G_N_ELEMENTS (parts) : G_N_ELEMENTS (parts) - 1;
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFold) fold = visit != NULL ? fz_submit_fold (txn, visit, &why) : NULL;
  g_autoptr (FzFields) all = fold != NULL ? fz_due_visit_facts (desk, txn, fold, error) : NULL;

  if (fold == NULL && (visit == NULL || g_error_matches (why, FZ_ERROR, FZ_ERROR_NOT_FOUND)))
    return TRUE;
  if (fold == NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  for (guint i = 0; all != NULL && i < n; i++) {
    g_autoptr (FzFields) part = fz_fields_dup_below (all, parts[i], "fuzhen.part/v1");

    fz_fields_merge (facts, parts[i], part);
  }
  return all != NULL;
}

FzFields *
fz_due_entry_facts (FzDesk *desk, FzTxn *txn, const char *prefix, const char *id, GError **error)
{
  g_autofree char *subject = g_strconcat ("@", id, NULL);
  g_autoptr (FzFields) entry = fz_entries_get (txn, id, error), facts = NULL;
  const char *name = entry != NULL ? fz_fields_get (entry, "entry.register") : NULL;
  const FzRegister *reg = name != NULL ? find_register (desk, name) : NULL;
  const FzWireEntry *found = fz_message_table_find_key (desk->knowledge->messages, prefix);
  const FzWireEntry *wire = reg != NULL && found != NULL && g_str_equal (found->reg, name) ? found : NULL;
  g_autoptr (GPtrArray) documents = wire != NULL ? fz_documents_of_visit (txn, subject, error) : NULL;
  const FzDocument *move = documents != NULL ? find_move (documents, wire->state) : NULL;

  if (entry == NULL || (wire != NULL && documents == NULL))
    return NULL;
  if (move == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("台账条目 %s 目前没有要上报的内容。"), id);
    return NULL;
  }
  facts = fz_due_base_facts (desk, txn);
  if (wire->visit != NULL && !put_visit (desk, txn, wire, fz_due_entry_value (entry, wire->visit), facts, error))
    return NULL;
  if (wire->doctor != NULL && !fz_due_put_doctor (desk, txn, fz_due_entry_value (entry, wire->doctor), facts, error))
    return NULL;
  if (wire->day != NULL)
    put_age (facts, fz_fields_get (facts, "patient.birth_date"), fz_due_entry_value (entry, wire->day));
  for (guint i = 0; i + 1 < wire->facts->len; i += 2)
    if (fz_wire_entry_is_list (wire, i))
      put_list (facts, wire, i, entry);
    else
      put_fact (facts, wire->facts->pdata[i], wire->facts->pdata[i + 1], reg, entry, move->body);
  if (wire->added)
    fz_message_table_put_added (desk->knowledge->messages, facts);
  return g_steal_pointer (&facts);
}

gboolean
fz_due_is_entry (FzDesk *desk, const char *prefix)
{
  return fz_message_table_find_key (desk->knowledge->messages, prefix) != NULL;
}

/* --- one entry --- */

static gboolean
add_first (FzDesk *desk, FzTxn *txn, const FzWireEntry *wire, const char *key, const FzFields *entry, FzFields *facts, GError **error)
{
  const char *visit = wire->visit != NULL ? fz_due_entry_value (entry, wire->visit) : NULL;
  g_autofree char *need = wire->needs != NULL && visit != NULL ? g_strconcat (wire->needs, ":", visit, NULL) : NULL;
  const char *const needs[] = { need, NULL };
  FzOutboxRow row = { .key = key, .stream = key, .method = wire->method, .subject = fz_fields_get (entry, "entry.id"), .facts = facts, .needs = needs };

  return fz_due_add_row (desk, txn, &row, error);
}

/* The platform keeps duplicates and corrects nothing: what it holds already, a person tells it. */
static gboolean
add_again (FzDesk *desk, FzTxn *txn, const FzWireEntry *wire, const char *key, const char *state, const FzFields *entry, FzFields *facts, GError **error)
{
  g_autofree char *task = g_strconcat ("amended:", key, NULL);
  g_autoptr (GBytes) payload = NULL;
  g_autofree char *problems = NULL;
  gint64 id = 0;
  FzOutboxRow row = { .key = task, .stream = task, .method = wire->method, .subject = fz_fields_get (entry, "entry.id"), .facts = facts };

  if (fz_due_may_hold (state) && fz_message_table_get_trigger (desk->knowledge->messages) == FZ_TRIGGER_EVERY_CHANGE)
    return add_first (desk, txn, wire, key, entry, facts, error);
  if (fz_due_may_hold (state)) {
    row.problems = _ ("这一条上报后又作了更正，而监管平台没有更正接口：请与平台工作人员联系，告知更正的内容，再把联系日期和对方的答复写作裁定依据。");
    return fz_outbox_add (txn, &row, NULL, error);
  }
  if (!fz_outbox_newest (txn, key, &id, error) || !fz_due_build (desk, txn, wire->method, facts, &payload, &problems, error))
    return FALSE;
  return g_str_equal (state, "queued") ? fz_outbox_refresh (txn, id, facts, payload, problems, error)
                                       : fz_outbox_renew (txn, id, facts, payload, problems, error);
}

static gboolean
add_told (FzDesk *desk, FzTxn *txn, const FzWireEntry *wire, const FzFields *entry, GError **error)
{
  const char *id = fz_fields_get (entry, "entry.id");
  g_autofree char *key = g_strconcat (wire->key, ":", id, NULL), *state = NULL;
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) facts = fz_due_entry_facts (desk, txn, wire->key, id, error);

  if (facts == NULL)
    return FALSE;
  state = fz_outbox_dup_state (txn, key, &why);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  return state == NULL || g_str_equal (state, "settled_not_sent") ? add_first (desk, txn, wire, key, entry, facts, error)
                                                                 : add_again (desk, txn, wire, key, state, entry, facts, error);
}

/* Taken over in the very state that is told: whoever kept the older register told it then, and the platform has no correction. */
static gboolean
was_told_before (const FzWireEntry *wire, const FzFields *entry)
{
  return g_strcmp0 (fz_fields_get (entry, "entry.taken"), wire->state) == 0;
}

/* Does the platform hold it by a message that held before this one, or is the same message about to be sent? */
static gboolean
is_told (FzTxn *txn, const FzWireEntry *wire, const FzFields *entry, gboolean *out, GError **error)
{
  g_autofree char *key = g_strconcat (wire->key, ":", fz_fields_get (entry, "entry.id"), NULL), *state = NULL;
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) row = NULL;
  gint64 id = 0;

  state = fz_outbox_dup_state (txn, key, &why);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  *out = fz_due_may_hold (state);
  if (*out || state == NULL || g_str_equal (state, "settled_not_sent"))
    return TRUE;
  row = fz_outbox_newest (txn, key, &id, error) ? fz_outbox_get (txn, id, error) : NULL;
  *out = row != NULL && g_strcmp0 (fz_fields_get (row, "method"), wire->method) == 0;
  return row != NULL;
}

/* What was completed before the hospital's own message held was filed in the portal, and stays so whatever is corrected in it. */
static gboolean
is_since (FzDesk *desk, FzTxn *txn, const FzWireEntry *wire, const FzFields *entry, gboolean *out, GError **error)
{
  g_autofree char *subject = g_strconcat ("@", fz_fields_get (entry, "entry.id"), NULL);
  g_autoptr (GPtrArray) documents = fz_documents_of_visit (txn, subject, error);
  const FzDocument *move = documents != NULL ? find_move (documents, wire->state) : NULL;
  gint64 us = 0;

  *out = move != NULL && fz_fields_get_time (move->body, "signed_at", &us) &&
         fz_date_compare (fz_date_in_beijing (us), fz_message_table_get_added_since (desk->knowledge->messages)) >= 0;
  return documents != NULL;
}

/* Is the entry, as it stands, what this message is of? */
static gboolean
applies (FzDesk *desk, FzTxn *txn, const FzWireEntry *wire, const FzFields *entry, gboolean *out, GError **error)
{
  *out = g_strcmp0 (fz_fields_get (entry, "entry.state"), wire->state) == 0 && !was_told_before (wire, entry) &&
         (wire->when == NULL || g_strcmp0 (fz_due_entry_value (entry, wire->when), wire->is) == 0);
  if (!*out || !wire->added)
    return TRUE;
  return is_told (txn, wire, entry, out, error) && (*out || is_since (desk, txn, wire, entry, out, error));
}

gboolean
fz_due_entry_goes (FzDesk *desk, FzTxn *txn, const FzFields *entry, gboolean *out, GError **error)
{
  const FzMessageTable *table = desk->knowledge->messages;
  const char *name = fz_fields_get (entry, "entry.register");
  gboolean goes = FALSE;

  *out = FALSE;
  for (const FzWireEntry *wire = fz_message_table_next_entry (table, name, NULL); wire != NULL && !*out; wire = fz_message_table_next_entry (table, name, wire)) {
    if (wire->added && !applies (desk, txn, wire, entry, &goes, error))
      return FALSE;
    *out = !wire->added || (goes && !wire->portal);
  }
  return TRUE;
}

static gboolean
add_missing (FzDesk *desk, FzTxn *txn, const FzWireEntry *wire, const FzFields *entry, FzDueEntryRow tell, gpointer data, GError **error)
{
  g_autofree char *key = g_strconcat (wire->key, ":", fz_fields_get (entry, "entry.id"), NULL), *state = NULL;
  g_autoptr (GError) why = NULL;
  gboolean is_new;

  state = fz_outbox_dup_state (txn, key, &why);
  is_new = state == NULL && why == NULL;
  if (is_new && !add_told (desk, txn, wire, entry, error))
    return FALSE;
  if (is_new)
    state = fz_outbox_dup_state (txn, key, &why);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  tell (key, state, is_new, data);
  return TRUE;
}

gboolean
fz_due_add_entry_missing (FzDesk *desk, FzTxn *txn, const char *id, FzDueEntryRow tell, gpointer data, GError **error)
{
  const FzMessageTable *table = desk->knowledge->messages;
  g_autoptr (FzFields) entry = fz_entries_get (txn, id, error);
  const char *name = entry != NULL ? fz_fields_get (entry, "entry.register") : NULL;
  gboolean goes = FALSE;

  for (const FzWireEntry *wire = entry != NULL ? fz_message_table_next_entry (table, name, NULL) : NULL; wire != NULL; wire = fz_message_table_next_entry (table, name, wire))
    if (!applies (desk, txn, wire, entry, &goes, error) || (goes && !add_missing (desk, txn, wire, entry, tell, data, error)))
      return FALSE;
  return entry != NULL;
}

/* A correction made another kind of thing of it: this message was never of it. What waits does not go; what the platform may hold a person has to tell it. */
static gboolean
take_back (FzTxn *txn, const FzWireEntry *wire, const FzFields *before, const FzFields *after, GError **error)
{
  g_autofree char *key = g_strconcat (wire->key, ":", fz_fields_get (after, "entry.id"), NULL), *task = g_strconcat ("amended:", key, NULL), *state = NULL;
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) row = NULL, facts = NULL;
  FzOutboxRow told = { .key = task, .stream = task, .method = wire->method, .subject = fz_fields_get (after, "entry.id") };
  gint64 id = 0;

  if (before == NULL || wire->when == NULL || g_strcmp0 (fz_due_entry_value (before, wire->when), wire->is) != 0 ||
      g_strcmp0 (fz_due_entry_value (after, wire->when), wire->is) == 0)
    return TRUE;
  state = fz_outbox_dup_state (txn, key, &why);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (state == NULL || g_str_equal (state, "settled_not_sent"))
    return TRUE;
  if (!fz_due_may_hold (state))
    return fz_outbox_withdraw (txn, key, _ ("台账中已更正为另一类业务，这一条不再成立。"), error);
  row = fz_outbox_newest (txn, key, &id, error) ? fz_outbox_get (txn, id, error) : NULL;
  facts = row != NULL ? fz_fields_dup_below (row, "facts", "fuzhen.upload_facts/v1") : NULL;
  told.facts = facts;
  told.problems = _ ("这一条上报后更正为另一类业务，原上报的业务没有发生，而监管平台没有更正接口：请与平台工作人员联系，告知原上报的不成立，再把联系日期和对方的答复写作裁定依据。");
  return facts != NULL && fz_outbox_add (txn, &told, NULL, error);
}

gboolean
fz_due_add_entry (FzDesk *desk, FzTxn *txn, const FzFields *before, const FzFields *after, GError **error)
{
  const FzMessageTable *table = desk->knowledge->messages;
  const char *name = fz_fields_get (after, "entry.register");
  const FzWireDaily *daily = fz_message_table_get_daily (table);
  gboolean reached = before == NULL || g_strcmp0 (fz_fields_get (before, "entry.state"), fz_fields_get (after, "entry.state")) != 0, goes = FALSE;

  if (daily->method != NULL && g_str_equal (name, daily->reg))
    return before != NULL || fz_due_add_days (desk, txn, after, error);
  if (daily->method != NULL && g_str_equal (name, daily->events) && before == NULL && !fz_due_withdraw_today (txn, error))
    return FALSE;
  if (!reached && fz_owner_says_the_same (find_register (desk, name), before, after))
    return TRUE; /* else, amended within the state, it is told anew as well */
  for (const FzWireEntry *wire = fz_message_table_next_entry (table, name, NULL); wire != NULL; wire = fz_message_table_next_entry (table, name, wire))
    if (!take_back (txn, wire, before, after, error) || !applies (desk, txn, wire, after, &goes, error) || (goes && !add_told (desk, txn, wire, after, error)))
      return FALSE;
  return TRUE;
}
