/* Messages beside those of the table's own file: of another wire, and those that a hospital adds from the interface's text it was given. */
#include "app/platform/table.h"

#include "core/date.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MORE_MAX_BYTES (1024 * 1024)
#define ADDED_FORMAT "fuzhen.platform_messages/v1"

gboolean
fz_message_table_extend (FzMessageTable *self, const guint8 *bytes, gsize n, GError **error)
{
  static const char *const keys[] = { "format", "label", "source", "entries", "reports", "facts", "messages", NULL };
  g_autoptr (FzJson) root = fz_json_parse (bytes, n, MORE_MAX_BYTES, error);
  const char *format = root != NULL && fz_json_check_keys (root, keys, error) ? fz_json_get_string (root, "format", error) : NULL;
  guint first = self->messages->len;

  if (format == NULL || fz_json_get_string (root, "label", error) == NULL || fz_json_get_string (root, "source", error) == NULL)
    return FALSE;
  if (!g_str_equal (format, "fuzhen.platform_more/v1"))
    return fz_json_fail (root, "format", _ ("要是 fuzhen.platform_more/v1"), error);
  return fz_table_read_facts (self, root, error) && fz_table_read_messages (self, root, error) && fz_table_read_entries (self, root, error) &&
         fz_table_read_reports (self, root, error) && fz_table_check_whole (self, root, first, error);
}

/* --- what a hospital adds (报文补充定义) --- */

static gboolean
read_needed (const FzJson *root, const char *key, char **out, GError **error)
{
  const char *text = fz_json_get_string (root, key, error);

  if (text == NULL)
    return FALSE;
  *out = g_strdup (text);
  return *text != '\0' || fz_json_fail (root, key, _ ("不能为空。"), error);
}

static gboolean
read_head (const FzJson *root, FzMessagesAdded *out, GError **error)
{
  static const char *const environments[] = { "test", "production", "both", NULL };
  const char *format = fz_json_get_string (root, "format", error);
  const char *date = format != NULL ? fz_json_get_string (root, "date", error) : NULL;
  FzDate day;

  if (date == NULL)
    return FALSE;
  if (!g_str_equal (format, ADDED_FORMAT))
    return fz_json_fail (root, "format", _ ("要是 fuzhen.platform_messages/v1"), error);
  if (!fz_date_parse (date, &day, NULL))
    return fz_json_fail (root, "date", _ ("要是接口文本的日期，例如 2025-04-23"), error);
  if (!read_needed (root, "place", &out->place, error) || !read_needed (root, "environment", &out->environment, error) ||
      !read_needed (root, "label", &out->label, error) || !read_needed (root, "version", &out->version, error) || !read_needed (root, "source", &out->source, error))
    return FALSE;
  return g_strv_contains (environments, out->environment) || fz_json_fail (root, "environment", _ ("只能是 test（测试）、production（正式）或 both（两者）"), error);
}

/* What the table has already keeps its meaning: other messages are built of it. */
static gboolean
is_new (const FzJson *root, const char *key, GHashTable *known, const char *why, GError **error)
{
  const FzJson *all = NULL;

  if (!fz_json_opt_object (root, key, &all, error))
    return FALSE;
  for (guint i = 0; all != NULL && i < fz_json_count (all); i++)
    if (g_hash_table_contains (known, fz_json_get_name (fz_json_get_item (all, i))))
      return fz_json_fail (fz_json_get_item (all, i), NULL, why, error);
  return TRUE;
}

static gboolean
methods_are_new (const FzMessageTable *self, const FzJson *root, GError **error)
{
  const FzJson *all = fz_json_get_array (root, "messages", error);

  for (guint i = 0; all != NULL && i < fz_json_count (all); i++) {
    const char *method = fz_json_get_string (fz_json_get_item (all, i), "method", error);

    if (method == NULL)
      return FALSE;
    if (fz_table_find (self, method) != NULL)
      return fz_json_fail (fz_json_get_item (all, i), "method", _ ("本程序已有这个方法的报文，不能用补充定义替换"), error);
  }
  return all != NULL && (fz_json_count (all) > 0 || fz_json_fail (root, "messages", _ ("至少要有一种报文"), error));
}

/* Where a value can come from: what is known of the institution, of the doctor and the visit that the entry names, and what the entry's map takes from its columns. */
static gboolean
is_supplied (const FzWireEntry *entry, const char *fact)
{
  static const char *const of_doctor[] = { "doctor.", "subject.", "dept." }, *const of_visit[] = { "patient.", "guardian." };

  if (g_str_has_prefix (fact, "organ.") || g_str_equal (fact, "frozen_at"))
    return TRUE;
  for (guint i = 0; (entry->doctor != NULL || entry->visit != NULL) && i < G_N_ELEMENTS (of_doctor); i++)
    if (g_str_has_prefix (fact, of_doctor[i]))
      return TRUE;
  for (guint i = 0; entry->visit != NULL && i < G_N_ELEMENTS (of_visit); i++)
    if (g_str_has_prefix (fact, of_visit[i]))
      return TRUE;
  for (guint i = 0; i + 1 < entry->facts->len; i += 2)
    if (g_str_equal (entry->facts->pdata[i], fact))
      return TRUE;
  return FALSE;
}

/* A fixed value stands in for one: its condition has to be able to fail. */
static gboolean
check_conditions (const FzWireEntry *entry, const FzWireField *field, const FzJson *at, GError **error)
{
  for (guint i = 0; field->constant_when != NULL && i < field->constant_when->len; i++) {
    const char *fact = ((const FzWhen *) field->constant_when->pdata[i])->fact;
    g_autofree char *why = NULL;

    if (is_supplied (entry, fact))
      continue;
    why = g_strdup_printf (_ ("报文 %s 的字段 %s 的固定内容要看 %s，而这本台账没有给出：请在 facts 写明取哪一栏，或改用台账有的来源"), entry->method, field->name, fact);
    return fz_json_fail (at, "facts", why, error);
  }
  return TRUE;
}

static gboolean
check_supplied (const FzWireEntry *entry, GPtrArray *fields, const FzJson *at, GError **error)
{
  for (guint i = 0; i < fields->len; i++) {
    const FzWireField *field = fields->pdata[i];
    g_autofree char *why = NULL;

    if (field->type == FZ_WIRE_LIST && !check_supplied (entry, field->fields, at, error))
      return FALSE;
    if (!check_conditions (entry, field, at, error))
      return FALSE;
    if (field->from == NULL || is_supplied (entry, field->from))
      continue;
    why = g_strdup_printf (_ ("报文 %s 的字段 %s 取自 %s，而这本台账没有给出：请在 facts 写明取哪一栏，或改用台账有的来源"), entry->method, field->name, field->from);
    return fz_json_fail (at, "facts", why, error);
  }
  return TRUE;
}

/* The field of "fact + field#N"; the whole of what is none. */
static char *
text_of (const char *from)
{
  const char *plus = strstr (from, " + "), *rest = plus != NULL ? plus + strlen (" + ") : from;

  return g_strndup (rest, strcspn (rest, "#"));
}

/* The facts of one list go line by line. */
static gboolean
is_of_same_text (const FzWireEntry *entry, guint i)
{
  const char *fact = entry->facts->pdata[i], *nn = strstr (fact, ".NN.");
  g_autofree char *stem = nn != NULL ? g_strndup (fact, (gsize) (nn - fact) + strlen (".NN.")) : NULL, *text = text_of (entry->facts->pdata[i + 1]);

  for (guint k = 0; stem != NULL && k < i; k += 2) {
    g_autofree char *other = text_of (entry->facts->pdata[k + 1]);

    if (g_str_has_prefix (entry->facts->pdata[k], stem) && !g_str_equal (other, text))
      return FALSE;
  }
  return TRUE;
}

/* A list is of the lines of a text, and what stands before them is known already. */
static gboolean
check_lists (const FzWireEntry *entry, const FzJson *at, GError **error)
{
  for (guint i = 0; i + 1 < entry->facts->len; i += 2) {
    const char *fact = entry->facts->pdata[i], *from = entry->facts->pdata[i + 1], *plus = strstr (from, " + ");
    g_autofree char *first = g_strndup (from, plus != NULL ? (gsize) (plus - from) : 0);

    if ((strstr (fact, ".NN.") != NULL) != fz_wire_entry_is_list (entry, i))
      return fz_json_fail (fz_json_find (at, "facts"), fact, _ ("清单的数据项（名称含 .NN.）取自“栏目#第几项”，别的数据项不能"), error);
    if (g_str_has_suffix (fact, ".NN.line") || g_str_has_suffix (fact, ".NN.all"))
      return fz_json_fail (fz_json_find (at, "facts"), fact, _ ("清单的 line（该行原文）和 all（行数）由程序保存，请换一个名称"), error);
    if (!is_of_same_text (entry, i))
      return fz_json_fail (fz_json_find (at, "facts"), fact, _ ("同一清单的数据项要取自同一栏：逐行对应"), error);
    if (plus != NULL && (strstr (first, "NN") != NULL || !is_supplied (entry, first)))
      return fz_json_fail (fz_json_find (at, "facts"), fact, _ ("“+”前面要是机构、医师或患者的数据项，作为清单的第一条"), error);
  }
  return TRUE;
}

static gboolean
check_columns (const FzWireEntry *entry, const FzJson *at, FzMessageEntryCheck check, gpointer data, GError **error)
{
  const char *key = NULL, *fact = NULL;
  g_autofree char *why = check (entry, data, &key, &fact);

  return why == NULL || fz_json_fail (fact != NULL ? fz_json_find (at, key) : at, fact != NULL ? fact : key, why, error);
}

/* A register that the program reports already would be told twice. */
static gboolean
check_entry (const FzMessageTable *self, guint i, guint before, const FzJson *at, GError **error)
{
  const FzWireEntry *entry = self->entries->pdata[i];

  for (guint k = 0; k < i; k++) {
    const FzWireEntry *other = self->entries->pdata[k];

    if (k < before && g_str_equal (other->reg, entry->reg))
      return fz_json_fail (at, "register", _ ("这本台账已由本程序的报文上报"), error);
    if (g_str_equal (other->key, entry->key))
      return fz_json_fail (at, "key", _ ("编号前缀重复：每种报文要有自己的"), error);
  }
  return check_lists (entry, at, error) && check_supplied (entry, fz_table_find (self, entry->method)->fields, at, error);
}

/* Every message is somebody's. */
static gboolean
check_used (const FzMessageTable *self, const FzJson *root, guint n_messages, guint n_entries, GError **error)
{
  const FzJson *messages = fz_json_find (root, "messages");

  for (guint i = n_messages; i < self->messages->len; i++) {
    const FzWireMessage *message = self->messages->pdata[i];
    gboolean used = FALSE;

    for (guint k = n_entries; k < self->entries->len; k++)
      used = used || g_str_equal (((FzWireEntry *) self->entries->pdata[k])->method, message->method);
    if (!used)
      return fz_json_fail (fz_json_get_item (messages, i - n_messages), "method", _ ("entries 里没有哪一本台账用到它"), error);
  }
  return TRUE;
}

static gboolean
read_added (FzMessageTable *self, const FzJson *root, FzMessageEntryCheck check, gpointer data, GError **error)
{
  const FzJson *entries = fz_json_find (root, "entries");
  guint n_messages = self->messages->len, n_entries = self->entries->len;

  if (!(methods_are_new (self, root, error) && is_new (root, "facts", self->facts, _ ("本程序已有这个数据项，不能另作解释"), error) &&
         is_new (root, "dictionaries", self->dictionaries, _ ("本程序已有这个字典，请换一个名称"), error) && fz_table_read_facts (self, root, error) &&
         (fz_json_find (root, "dictionaries") == NULL || fz_table_read_dictionaries (self, root, error)) && fz_table_read_messages (self, root, error) &&
         fz_table_read_added_entries (self, root, error) && fz_table_read_reports (self, root, error) && fz_table_check_whole (self, root, n_messages, error)))
    return FALSE;
  for (guint i = n_entries; i < self->entries->len; i++)
    if (!check_entry (self, i, n_entries, fz_json_get_item (entries, i - n_entries), error) ||
        !check_columns (self->entries->pdata[i], fz_json_get_item (entries, i - n_entries), check, data, error))
      return FALSE;
  return check_used (self, root, n_messages, n_entries, error);
}

gboolean
fz_message_table_add (FzMessageTable *self, const char *file, const guint8 *bytes, gsize n, FzMessageEntryCheck check, gpointer data, FzMessagesAdded *out,
                      GError **error)
{
  static const char *const keys[] = { "format", "place", "environment", "label", "version", "date", "source", "entries", "reports", "dictionaries", "facts", "messages", NULL };
  g_autoptr (FzJson) root = fz_json_parse_file (file, bytes, n, MORE_MAX_BYTES, error);

  return root != NULL && fz_json_check_keys (root, keys, error) && read_head (root, out, error) && read_added (self, root, check, data, error);
}

void
fz_messages_added_clear (FzMessagesAdded *self)
{
  g_clear_pointer (&self->place, g_free);
  g_clear_pointer (&self->environment, g_free);
  g_clear_pointer (&self->label, g_free);
  g_clear_pointer (&self->version, g_free);
  g_clear_pointer (&self->source, g_free);
}

void
fz_message_table_set_added (FzMessageTable *self, const char *entry, const char *version, const char *sha256, FzDate since)
{
  self->added = g_strdup (entry);
  self->added_version = g_strdup (version);
  self->added_sha256 = g_strdup (sha256);
  self->added_since = since;
}

const char *
fz_message_table_get_added (const FzMessageTable *self)
{
  return self->added;
}

FzDate
fz_message_table_get_added_since (const FzMessageTable *self)
{
  return self->added_since;
}

void
fz_message_table_put_added (const FzMessageTable *self, FzFields *facts)
{
  fz_fields_set (facts, "definition.id", self->added);
  fz_fields_set (facts, "definition.version", self->added_version);
  fz_fields_set (facts, "definition.sha256", self->added_sha256);
}
