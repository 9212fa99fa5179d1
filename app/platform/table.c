/* Loading the message table and asking it. */
#include "app/platform/table.h"

#include "app/platform/profile.h"
#include "core/date.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define TABLE_MAX_BYTES (1024 * 1024)

static void
dictionary_free (gpointer data)
{
  FzWireDictionary *self = data;

  g_free (self->label);
  g_hash_table_unref (self->codes);
  g_free (self);
}

static void
field_free (gpointer data)
{
  FzWireField *self = data;

  g_free (self->name);
  g_free (self->label);
  g_free (self->from);
  g_free (self->join);
  g_free (self->constant);
  g_free (self->list);
  g_clear_pointer (&self->when, g_ptr_array_unref);
  g_clear_pointer (&self->constant_when, g_ptr_array_unref);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_free (self);
}

static void
message_free (gpointer data)
{
  FzWireMessage *self = data;

  g_free (self->method);
  g_free (self->label);
  g_strfreev (self->after);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_free (self);
}

static FzMessageTable *
table_new (void)
{
  FzMessageTable *self = g_new0 (FzMessageTable, 1);

  g_atomic_ref_count_init (&self->refs);
  self->facts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->used = g_hash_table_new (g_str_hash, g_str_equal);
  self->dictionaries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, dictionary_free);
  self->groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->pool = g_ptr_array_new_with_free_func (field_free);
  self->messages = g_ptr_array_new_with_free_func (message_free);
  self->entries = g_ptr_array_new_with_free_func (fz_table_entry_free);
  self->filings = g_ptr_array_new_with_free_func (fz_table_filing_free);
  self->http = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->code = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->msg_code = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

FzMessageTable *
fz_message_table_ref (FzMessageTable *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
fz_message_table_unref (FzMessageTable *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->filings);
  fz_table_daily_clear (&self->daily);
  g_ptr_array_unref (self->messages);
  g_hash_table_unref (self->groups);
  g_ptr_array_unref (self->pool);
  g_hash_table_unref (self->dictionaries);
  g_hash_table_unref (self->used);
  g_hash_table_unref (self->facts);
  g_hash_table_unref (self->http);
  g_hash_table_unref (self->code);
  g_hash_table_unref (self->msg_code);
  g_strfreev (self->methods);
  g_free (self->name);
  g_free (self->service_id);
  g_free (self->added);
  g_free (self->added_sha256);
  g_free (self->added_version);
  g_free (self);
}

static gboolean
read_iv (FzMessageTable *self, const FzJson *root, GError **error)
{
  const char *iv = fz_json_get_string (root, "iv", error);

  if (iv == NULL)
    return FALSE;
  if (strlen (iv) != 2 * FZ_PLATFORM_IV_BYTES)
    return fz_json_fail (root, "iv", _("要是 32 个十六进制数字"), error);
  for (gsize i = 0; i < FZ_PLATFORM_IV_BYTES; i++)
    {
      if (!g_ascii_isxdigit (iv[2 * i]) || !g_ascii_isxdigit (iv[2 * i + 1]))
        return fz_json_fail (root, "iv", _("要是 32 个十六进制数字"), error);
      self->iv[i] = (guint8) (g_ascii_xdigit_value (iv[2 * i]) * 16 + g_ascii_xdigit_value (iv[2 * i + 1]));
    }
  return TRUE;
}

static gboolean
read_head (FzMessageTable *self, const FzJson *root, GError **error)
{
  const char *format = fz_json_get_string (root, "format", error);
  const char *name = format != NULL ? fz_json_get_string (root, "name", error) : NULL;
  const char *service = name != NULL ? fz_json_get_string (root, "service_id", error) : NULL;
  const char *date = service != NULL ? fz_json_get_string (root, "date", error) : NULL;
  FzDate day;

  if (date == NULL || fz_json_get_string (root, "label", error) == NULL || fz_json_get_string (root, "source", error) == NULL ||
      !fz_date_parse (date, &day, error))
    return FALSE;
  if (!g_str_equal (format, "fuzhen.platform/v1"))
    return fz_json_fail (root, "format", _("要是 fuzhen.platform/v1"), error);
  self->name = g_strdup (name);
  self->service_id = g_strdup (service);
  return read_iv (self, root, error);
}

static gboolean
read_policy (FzMessageTable *self, const FzJson *root, GError **error)
{
  static const char *const keys[] = {"deadline_ms", "backoff_base_ms", "backoff_max_ms", "beside_visit_bytes", NULL};
  const FzJson *policy = fz_json_get_object (root, "policy", error);

  if (policy == NULL || !fz_json_check_keys (policy, keys, error) ||
      !fz_json_get_int (policy, "deadline_ms", &self->deadline_ms, error) ||
      !fz_json_get_int (policy, "backoff_base_ms", &self->backoff_base_ms, error) ||
      !fz_json_get_int (policy, "backoff_max_ms", &self->backoff_max_ms, error) ||
      !fz_json_get_int (policy, "beside_visit_bytes", &self->beside_visit_bytes, error))
    return FALSE;
  return (self->deadline_ms >= 1000 && self->deadline_ms <= 600000 && self->backoff_base_ms >= 100 &&
          self->backoff_base_ms <= self->backoff_max_ms && self->backoff_max_ms <= 86400000 && self->beside_visit_bytes >= 1024) ||
         fz_json_fail (root, "policy", _("时限不合理"), error);
}

static gboolean
read_answer_class (const FzJson *answers, const char *name, GHashTable *into, GError **error)
{
  const FzJson *object = fz_json_get_object (answers, name, error);

  if (object == NULL)
    return FALSE;
  for (guint i = 0; i < fz_json_count (object); i++)
    {
      const FzJson *item = fz_json_get_item (object, i);
      const char *word = fz_json_get_string (item, NULL, error);
      FzOutcomeKind kind;

      if (word == NULL)
        return FALSE;
      if (!fz_outcome_from_word (word, &kind) || kind == FZ_OUTCOME_OFFLINE)
        return fz_json_fail (item, NULL, _("不是处理方式：accepted、refused、retry、configuration、unknown"), error);
      g_hash_table_insert (into, g_strdup (fz_json_get_name (item)), GUINT_TO_POINTER (kind));
    }
  return TRUE;
}

static gboolean
read_answers (FzMessageTable *self, const FzJson *root, GError **error)
{
  static const char *const keys[] = {"source", "http", "code", "msg_code", NULL};
  const FzJson *answers = fz_json_get_object (root, "answers", error);

  return answers != NULL && fz_json_check_keys (answers, keys, error) && fz_json_get_string (answers, "source", error) != NULL &&
         read_answer_class (answers, "http", self->http, error) && read_answer_class (answers, "code", self->code, error) &&
         read_answer_class (answers, "msg_code", self->msg_code, error);
}

gboolean
fz_table_read_facts (FzMessageTable *self, const FzJson *root, GError **error)
{
  const FzJson *facts = fz_json_get_object (root, "facts", error);

  for (guint i = 0; facts != NULL && i < fz_json_count (facts); i++)
    {
      const char *meaning = fz_json_get_string (fz_json_get_item (facts, i), NULL, error);

      if (meaning == NULL)
        return FALSE;
      g_hash_table_insert (self->facts, g_strdup (fz_json_get_name (fz_json_get_item (facts, i))), g_strdup (meaning));
    }
  return facts != NULL;
}

/* `codes` changes our word into the platform's code, `same` lists codes that are used as they are. */
static gboolean
read_dictionary (FzWireDictionary *self, const FzJson *object, GError **error)
{
  static const char *const keys[] = {"label", "source", "codes", "same", NULL};
  const FzJson *codes = NULL, *same = NULL;
  const char *label = fz_json_check_keys (object, keys, error) ? fz_json_get_string (object, "label", error) : NULL;

  if (label == NULL || fz_json_get_string (object, "source", error) == NULL ||
      !fz_json_opt_object (object, "codes", &codes, error) || !fz_json_opt_array (object, "same", &same, error))
    return FALSE;
  self->label = g_strdup (label);
  if ((codes != NULL) == (same != NULL))
    return fz_json_fail (object, NULL, _("codes、same 要恰好有一个"), error);
  for (guint i = 0; i < fz_json_count (codes != NULL ? codes : same); i++)
    {
      const FzJson *item = fz_json_get_item (codes != NULL ? codes : same, i);
      const char *code = fz_json_get_string (item, NULL, error);

      if (code == NULL)
        return FALSE;
      g_hash_table_insert (self->codes, g_strdup (codes != NULL ? fz_json_get_name (item) : code), g_strdup (code));
    }
  return TRUE;
}

gboolean
fz_table_read_dictionaries (FzMessageTable *self, const FzJson *root, GError **error)
{
  const FzJson *all = fz_json_get_object (root, "dictionaries", error);

  for (guint i = 0; all != NULL && i < fz_json_count (all); i++)
    {
      FzWireDictionary *dictionary = g_new0 (FzWireDictionary, 1);

      dictionary->codes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_hash_table_insert (self->dictionaries, g_strdup (fz_json_get_name (fz_json_get_item (all, i))), dictionary);
      if (!read_dictionary (dictionary, fz_json_get_item (all, i), error))
        return FALSE;
    }
  return all != NULL;
}

static gboolean
read_groups (FzMessageTable *self, const FzJson *root, GError **error)
{
  const FzJson *all = fz_json_get_object (root, "groups", error);

  for (guint i = 0; all != NULL && i < fz_json_count (all); i++)
    {
      const char *name = fz_json_get_name (fz_json_get_item (all, i));
      const FzJson *fields = fz_json_get_array (all, name, error);
      GPtrArray *group = g_ptr_array_new ();

      g_hash_table_insert (self->groups, g_strdup (name), group);
      if (fields == NULL || !fz_table_read_fields (self, fields, NULL, FALSE, group, error))
        return FALSE;
    }
  return all != NULL;
}

/* A field may be required only by a fact that the message demands anyway: an unknown age must not make a guardian optional. */
static gboolean
conditions_are_known (const FzWireMessage *self, const FzJson *at, GError **error)
{
  g_autoptr (GHashTable) demanded = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->fields->len; i++)
    {
      const FzWireField *field = g_ptr_array_index (self->fields, i);

      if (field->always && field->from != NULL)
        g_hash_table_add (demanded, field->from);
    }
  for (guint i = 0; i < self->fields->len; i++)
    {
      const FzWireField *field = g_ptr_array_index (self->fields, i);

      for (guint w = 0; field->when != NULL && w < field->when->len; w++)
        if (!g_hash_table_contains (demanded, ((FzWhen *) g_ptr_array_index (field->when, w))->fact))
          return fz_json_fail (at, NULL, _("条件所看的内容在本报文里不是必填"), error);
    }
  return TRUE;
}

static gboolean
read_after (FzWireMessage *self, const FzJson *object, GError **error)
{
  const FzJson *array = fz_json_get_array (object, "after", error);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; array != NULL && i < fz_json_count (array); i++)
    {
      const char *name = fz_json_get_string (fz_json_get_item (array, i), NULL, error);

      if (name == NULL)
        return FALSE;
      g_strv_builder_add (names, name);
    }
  self->after = g_strv_builder_end (names);
  return array != NULL;
}

static gboolean
read_moment (FzWireMessage *self, const FzJson *object, GError **error)
{
  static const char *const words[] = {"end", "approval", "change"};
  const char *word = fz_json_get_string (object, "moment", error);

  for (guint i = 0; word != NULL && i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i], word))
      {
        self->moment = (FzDueMoment) i;
        return TRUE;
      }
  return word != NULL && fz_json_fail (object, "moment", _("只能是 end、approval 或 change"), error);
}

/* A message whose interface asks for another moment than the platform's others: at once, or what has ended on the next day. */
static gboolean
read_trigger (FzWireMessage *self, const FzJson *object, GError **error)
{
  const char *word = NULL;
  FzTrigger trigger = FZ_TRIGGER_AT_ONCE;

  self->trigger = -1;
  if (!fz_json_opt_string (object, "trigger", &word, error))
    return FALSE;
  if (word == NULL)
    return TRUE;
  if (!fz_trigger_from_word (word, &trigger) || (trigger != FZ_TRIGGER_AT_ONCE && trigger != FZ_TRIGGER_NEXT_DAY))
    return fz_json_fail (object, "trigger", _("只能是 at_once（即时）或 next_day（次日）"), error);
  self->trigger = (int) trigger;
  return TRUE;
}

static gboolean
read_message (FzMessageTable *table, const FzJson *object, GError **error)
{
  static const char *const keys[] = {"method", "label", "source", "after", "moment", "trigger", "may_be_empty", "fields", NULL};
  FzWireMessage *self = g_new0 (FzWireMessage, 1);
  const char *method = fz_json_check_keys (object, keys, error) ? fz_json_get_string (object, "method", error) : NULL;
  const char *label = method != NULL ? fz_json_get_string (object, "label", error) : NULL;
  const FzJson *fields = label != NULL ? fz_json_get_array (object, "fields", error) : NULL;

  g_ptr_array_add (table->messages, self);
  self->method = g_strdup (method);
  self->label = g_strdup (label);
  self->fields = g_ptr_array_new ();
  return fields != NULL && fz_json_get_string (object, "source", error) != NULL && read_after (self, object, error) && read_moment (self, object, error) &&
         read_trigger (self, object, error) &&
         fz_json_opt_bool (object, "may_be_empty", &self->may_be_empty, error) &&
         fz_table_read_fields (table, fields, NULL, TRUE, self->fields, error) && conditions_are_known (self, object, error);
}

gboolean
fz_table_read_messages (FzMessageTable *self, const FzJson *root, GError **error)
{
  const FzJson *all = fz_json_get_array (root, "messages", error);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; all != NULL && i < fz_json_count (all); i++)
    {
      FzWireMessage *message;

      if (!read_message (self, fz_json_get_item (all, i), error))
        return FALSE;
      message = g_ptr_array_index (self->messages, self->messages->len - 1);
      if (fz_table_find (self, message->method) != message)
        return fz_json_fail (fz_json_get_item (all, i), "method", _("方法重复"), error);
    }
  for (guint i = 0; i < self->messages->len; i++)
    g_strv_builder_add (names, ((const FzWireMessage *) self->messages->pdata[i])->method);
  g_strfreev (self->methods);
  self->methods = g_strv_builder_end (names);
  return all != NULL;
}

/* The two cross checks that need the whole file: every fact is used, every name in `after` is a method. `first`: of its messages. */
gboolean
fz_table_check_whole (const FzMessageTable *self, const FzJson *root, guint first, GError **error)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->facts);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!g_hash_table_contains (self->used, key))
      return fz_json_fail (fz_json_find (root, "facts"), key, _("没有字段用到它"), error);
  for (guint i = first; i < self->messages->len; i++)
    {
      const FzWireMessage *message = g_ptr_array_index (self->messages, i);

      for (char **name = message->after; *name != NULL; name++)
        if (fz_table_find (self, *name) == NULL)
          return fz_json_fail (fz_json_get_item (fz_json_find (root, "messages"), i - first), "after", _("没有这个方法"), error);
    }
  return TRUE;
}

FzMessageTable *
fz_message_table_parse (const guint8 *bytes, gsize n, GError **error)
{
  static const char *const keys[] = {"format", "name", "label", "source", "date", "service_id", "iv", "entries", "daily", "filing", "policy", "answers",
                                     "dictionaries", "facts", "groups", "messages", NULL};
  g_autoptr (FzMessageTable) self = table_new ();
  g_autoptr (FzJson) root = fz_json_parse (bytes, n, TABLE_MAX_BYTES, error);

  if (root == NULL || !fz_json_check_keys (root, keys, error) || !read_head (self, root, error) ||
      !read_policy (self, root, error) || !read_answers (self, root, error) || !fz_table_read_facts (self, root, error) ||
      !fz_table_read_dictionaries (self, root, error) || !read_groups (self, root, error) || !fz_table_read_messages (self, root, error) ||
      !fz_table_read_entries (self, root, error) || !fz_table_read_filings (self, root, error) ||
      !fz_table_check_whole (self, root, 0, error))
    return NULL;
  return g_steal_pointer (&self);
}

FzMessageTable *
fz_message_table_load (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) cause = NULL;
  FzMessageTable *self;
  gsize n;

  if (!g_file_get_contents (path, &text, &n, &cause))
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("读不到监管平台报文定义：%s\n请系统管理员重新安装程序。"), cause->message);
      return NULL;
    }
  self = fz_message_table_parse ((const guint8 *) text, n, error);
  if (self == NULL)
    g_prefix_error (error, "%s: ", path);
  return self;
}
