#include "app/added_messages.h"

#include "app/registers.h"
#include "app/reporting.h"
#include "db/attachment.h"
#include "db/durable.h"
#include "db/registers.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_BYTES (1024 * 1024)
#define MAX_METHODS_WORDS 1900 /* of a text of a register */

static const char *const of_file[] = { "subject", "interface", "environment", "methods", "sha256" };

/* --- does the register have what the file takes from it? --- */

/* Keys stand on no page of the program: whoever writes the file reads them here. */
static char *
no_field (const FzRegister *reg, const char *key)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < fz_register_get_n_fields (reg); i++) {
    const FzRegisterField *field = fz_register_get_field (reg, i);

    g_string_append_printf (all, "\n%s %s", field->key, field->label);
  }
  return g_strdup_printf (_ ("台账“%s”没有栏目 %s。它的栏目是：%s"), fz_register_get_title (reg), key, all->str);
}

static char *
no_state (const FzRegister *reg, const char *word)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < fz_register_get_n_states (reg); i++)
    g_string_append_printf (all, "\n%s %s", fz_register_get_state (reg, i)->word, fz_register_get_state (reg, i)->label);
  return g_strdup_printf (_ ("台账“%s”没有状态 %s。它的状态是：%s"), fz_register_get_title (reg), word, all->str);
}

static char *
needs_field (const FzRegister *reg, const char *key, FzFieldKind kind, const char *what)
{
  const FzRegisterField *field = fz_register_find_field (reg, key);

  if (field == NULL)
    return no_field (reg, key);
  return field->kind == kind ? NULL : g_strdup_printf (_ ("台账“%s”的栏目 %s 不是%s"), fz_register_get_title (reg), key, what);
}

static char *
needs_parts (const FzRegister *reg, const char *from, const char *separators, guint n)
{
  g_auto (GStrv) parts = g_strsplit_set (from, separators, -1);
  char *why = NULL;

  if (g_strv_length (parts) != n)
    return g_strdup_printf (_ ("“%s”应写作“日期栏 时刻栏”或“日期栏 时刻栏-时刻栏”"), from);
  why = needs_field (reg, parts[0], FZ_FIELD_DAY, _ ("日期"));
  for (guint i = 1; why == NULL && i < n; i++)
    why = needs_field (reg, parts[i], FZ_FIELD_CLOCK, _ ("时刻"));
  return why;
}

/* "field#N" after "fact + ": of the lines of a text. */
static char *
check_lines (const FzRegister *reg, const char *from)
{
  const char *plus = strstr (from, " + "), *rest = plus != NULL ? plus + strlen (" + ") : from, *part = strchr (rest, '#');
  g_autofree char *field = part != NULL ? g_strndup (rest, (gsize) (part - rest)) : g_strdup (rest);

  if (part == NULL || part[1] < '1' || part[1] > '9' || part[2] != '\0')
    return g_strdup_printf (_ ("“%s”应写作“栏目#第几项”，项数从1到9"), from);
  return needs_field (reg, field, FZ_FIELD_TEXT, _ ("多行文字"));
}

/* The forms of app/platform/message.h; NULL: good. (transfer full) */
static char *
check_from (const FzRegister *reg, const char *from)
{
  static const char *const own[] = { "@id", "@author", "@signed_at", "@business", NULL };
  g_autofree char *field = g_strndup (from, strcspn (from, ":"));

  if (g_strv_contains (own, from))
    return NULL;
  if (strchr (from, '#') != NULL || strstr (from, " + ") != NULL)
    return check_lines (reg, from);
  if (strchr (from, '-') != NULL)
    return needs_parts (reg, from, " -", 3);
  if (strchr (from, ' ') != NULL)
    return needs_parts (reg, from, " ", 2);
  if (*from == '@' || (strchr (from, ':') != NULL && !g_str_has_suffix (from, ":text")))
    return g_strdup_printf (_ ("不认识的写法“%s”：可写栏目名、栏目名:text、栏目名#第几项、@id、@author、@signed_at、@business"), from);
  if (fz_register_find_field (reg, field) == NULL)
    return no_field (reg, field);
  return NULL;
}

static char *
check_when (const FzRegister *reg, const FzWireEntry *wire)
{
  const FzRegisterField *field = fz_register_find_field (reg, wire->when);
  const char *problem = field != NULL ? fz_register_problem_of (field, wire->is) : NULL;

  if (field == NULL)
    return no_field (reg, wire->when);
  return problem != NULL ? g_strdup_printf (_ ("栏目 %s 不会是“%s”：%s"), wire->when, wire->is, problem) : NULL;
}

/* FzMessageEntryCheck. */
static char *
check_columns (const FzWireEntry *wire, gpointer data, const char **out_key, const char **out_fact)
{
  FzDesk *desk = data;
  const FzRegister *reg = fz_register_find (desk, wire->reg, NULL);
  const struct {
    const char *key, *field, *what;
    FzFieldKind kind;
  } named[] = { { "visit", wire->visit, _ ("就诊编号"), FZ_FIELD_VISIT }, { "doctor", wire->doctor, _ ("人员工号"), FZ_FIELD_STAFF }, { "day", wire->day, _ ("日期"), FZ_FIELD_DAY } };
  char *why = NULL;

  *out_key = "register";
  if (reg == NULL || g_str_equal (wire->reg, FZ_ADDED_REGISTER))
    return g_strdup_printf (_ ("没有台账“%s”"), wire->reg);
  *out_key = "state";
  if (fz_register_find_state (reg, wire->state) == NULL)
    return no_state (reg, wire->state);
  for (guint i = 0; why == NULL && i < G_N_ELEMENTS (named); i++)
    if (named[i].field != NULL) {
      *out_key = named[i].key;
      why = needs_field (reg, named[i].field, named[i].kind, named[i].what);
    }
  if (why == NULL && wire->when != NULL) {
    *out_key = "when";
    why = check_when (reg, wire);
  }
  for (guint i = 0; why == NULL && i + 1 < wire->facts->len; i += 2) {
    *out_key = "facts";
    *out_fact = wire->facts->pdata[i];
    why = check_from (reg, wire->facts->pdata[i + 1]);
  }
  return why;
}

/* --- does it fit this hospital? --- */

static gboolean
fits_place (FzDesk *desk, const FzMessagesAdded *about, const char *environment, GError **error)
{
  const char *place = fz_reporting_place (desk);

  if (!g_str_equal (about->place, place)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("place：这份报文定义写的地区是 %s，本院的监管平台属于 %s。请取本地平台的接口文本重新整理。"), about->place, place);
    return FALSE;
  }
  /* A demonstration speaks to the simulator on this machine, whatever the file is for. */
  if (environment == NULL || g_str_equal (environment, "demo") || g_str_equal (about->environment, "both") || g_str_equal (about->environment, environment))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("environment：这份报文定义写明用于 %s，本库接入的是 %s。请核对平台在这一环境的接口文本，写明 both 或 %s。"), about->environment, environment,
               environment);
  return FALSE;
}

/* --- from the store --- */

typedef struct {
  FzDate on;
  char *id;
  char *since;
} Found;

static gboolean
look_at (FzTxn *txn, const FzFields *entry, gpointer data, GError **error)
{
  Found *found = data;
  const char *since = fz_fields_get (entry, "field.since");
  g_autofree char *on = fz_date_format (found->on);

  if (g_strcmp0 (fz_fields_get (entry, "entry.state"), "adopted") != 0 || since == NULL || strcmp (since, on) > 0 ||
      (found->since != NULL && strcmp (since, found->since) < 0))
    return TRUE;
  g_free (found->id);
  g_free (found->since);
  found->id = g_strdup (fz_fields_get (entry, "entry.id"));
  found->since = g_strdup (since);
  return TRUE;
}

gboolean
fz_added_find (FzTxn *txn, FzDate on, char **out_entry, GError **error)
{
  Found found = { .on = on };
  gboolean good = fz_entries_each (txn, FZ_ADDED_REGISTER, FALSE, look_at, &found, error);

  g_free (found.since);
  *out_entry = found.id;
  return good;
}

/* The file that was signed for and no other, as it was then. */
static gboolean
put_file (FzDesk *desk, FzTxn *txn, const FzFields *entry, FzMessageTable *table, FzMessagesAdded *about, GError **error)
{
  const char *sha256 = fz_fields_get_at (entry, "attachment", 0, "sha256"), *signed_for = fz_fields_get (entry, "field.sha256");
  const char *name = fz_fields_get_at (entry, "attachment", 0, "name");
  g_autoptr (GBytes) bytes = sha256 != NULL ? fz_attachment_get (txn, sha256, NULL, error) : NULL;
  g_autofree char *environment = NULL;
  gsize n = 0;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;

  if (sha256 == NULL || (bytes != NULL && g_strcmp0 (sha256, signed_for) != 0))
    g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("条目 %s 的附件不是签名时核对的那一份。"), fz_fields_get (entry, "entry.id"));
  return bytes != NULL && g_strcmp0 (sha256, signed_for) == 0 && fz_setting_read (txn, "platform.environment", &environment, error) &&
         fz_message_table_add (table, name, data, n, check_columns, desk, about, error) && fits_place (desk, about, environment, error);
}

gboolean
fz_added_put (FzDesk *desk, FzTxn *txn, const char *id, FzMessageTable *table, GError **error)
{
  g_autoptr (FzFields) entry = fz_entries_get (txn, id, error);
  g_auto (FzMessagesAdded) about = { 0 };
  const char *since = entry != NULL ? fz_fields_get (entry, "field.since") : NULL;
  FzDate day;

  if (entry == NULL || !put_file (desk, txn, entry, table, &about, error) || !fz_date_parse (since != NULL ? since : "", &day, error)) {
    g_prefix_error (error, _ ("报文补充定义 %s 不能使用，没有按它上报任何数据，所涉业务仍由人到门户填报：\n"), id);
    return FALSE;
  }
  fz_message_table_set_added (table, id, about.version, fz_fields_get (entry, "field.sha256"), day);
  return TRUE;
}

/* --- a proposal --- */

static gboolean
read_environment (FzTxn *txn, gpointer data, GError **error)
{
  char **out = data;

  return fz_setting_read (txn, "platform.environment", out, error);
}

/* 台账“远程医疗服务”（远程影像）“已完成” */
static void
put_entry (GString *text, const FzRegister *reg, const FzWireEntry *wire, gboolean more)
{
  g_autofree char *which = wire->when != NULL ? fz_register_show (fz_register_find_field (reg, wire->when), wire->is) : NULL;

  g_string_append_printf (text, "%s台账“%s”", more ? "；" : "", fz_register_get_title (reg));
  if (which != NULL)
    g_string_append_printf (text, "（%s）", which);
  g_string_append_printf (text, "“%s”%s", fz_register_find_state (reg, wire->state)->label, wire->portal ? "（门户仍须填报）" : "");
}

static char *
methods_of (const FzMessageTable *table, const char *const *methods, const FzDesk *desk)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; methods[i] != NULL; i++) {
    g_string_append_printf (text, "%s%s %s：", i > 0 ? "\n" : "", methods[i], fz_message_table_get_label (table, methods[i]));
    for (guint r = 0, n = 0; r < desk->registers->len; r++) {
      const FzRegister *reg = desk->registers->pdata[r];

      for (const FzWireEntry *wire = fz_message_table_next_entry (table, fz_register_get_name (reg), NULL); wire != NULL;
           wire = fz_message_table_next_entry (table, wire->reg, wire))
        if (g_str_equal (wire->method, methods[i]))
          put_entry (text, reg, wire, n++ > 0);
    }
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static FzFields *
values_of (FzDesk *desk, const FzMessageTable *table, guint n_shipped, const FzMessagesAdded *about, const char *sha256, GError **error)
{
  g_autoptr (FzFields) values = fz_fields_new ("fuzhen.values/v1");
  g_autofree char *subject = g_strdup_printf ("%s %s", about->label, about->version);
  g_autofree char *methods = methods_of (table, fz_message_table_get_methods (table) + n_shipped, desk);

  if (g_utf8_strlen (methods, -1) > MAX_METHODS_WORDS) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("messages：一份报文定义里的报文太多，请分成几次。"));
    return NULL;
  }
  fz_fields_set (values, "field.subject", subject);
  fz_fields_set (values, "field.interface", about->source);
  fz_fields_set (values, "field.environment", about->environment);
  fz_fields_set (values, "field.methods", methods);
  fz_fields_set (values, "field.sha256", sha256);
  return g_steal_pointer (&values);
}

FzFields *
fz_added_read (FzDesk *desk, const char *path, GError **error)
{
  g_autofree char *environment = NULL, *name = g_path_get_basename (path), *sha256 = NULL;
  g_autoptr (GError) why = NULL;
  g_autoptr (GBytes) bytes = fz_durable_read (path, MAX_BYTES, &why);
  g_autoptr (FzMessageTable) table = NULL;
  g_auto (FzMessagesAdded) about = { 0 };
  const guint8 *content;
  guint n_shipped;
  gsize n = 0;

  if (bytes == NULL) {
    if (g_error_matches (why, FZ_ERROR, FZ_ERROR_CORRUPT))
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("报文定义文件 %s 不是普通文件，或超过1 MB。"), path);
    else
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("读不到报文定义文件：%s"), why->message);
    return NULL;
  }
  content = g_bytes_get_data (bytes, &n);
  table = fz_reporting_table (fz_reporting_place (desk), error);
  if (table == NULL || !fz_store_run (desk->store, FZ_TXN_READ, read_environment, &environment, error))
    return NULL;
  n_shipped = g_strv_length ((char **) fz_message_table_get_methods (table));
  if (!fz_message_table_add (table, name, content, n, check_columns, desk, &about, error) || !fits_place (desk, &about, environment, error))
    return NULL;
  sha256 = fz_sha256_hex (content, n);
  return values_of (desk, table, n_shipped, &about, sha256, error);
}

static gboolean
is_of_file (const FzRegister *reg, const FzFields *values, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (of_file); i++) {
    g_autofree char *key = g_strconcat ("field.", of_file[i], NULL);

    if (fz_fields_has (values, key)) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s：由程序从所附的文件读出，请留空。"), fz_register_find_field (reg, of_file[i])->label);
      return TRUE;
    }
  }
  return FALSE;
}

/* In force from the start of a day that is still to come, or this very day: what was told before was told by what held then. */
static gboolean
check_since (FzSession *session, const FzRegister *reg, const char *since, GError **error)
{
  FzDate day;

  if (since == NULL || !fz_date_parse (since, &day, NULL) || fz_date_compare (day, fz_date_in_beijing (fz_session_now_us (session))) >= 0)
    return TRUE; /* what is no day the register says itself */
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s：不能早于今天，已完成的业务不会改按新的定义上报。"), fz_register_find_field (reg, "since")->label);
  return FALSE;
}

typedef struct {
  FzDesk *desk;
  const char *id;
  FzMessageTable *table;
} Again;

static gboolean
put_again (FzTxn *txn, gpointer data, GError **error)
{
  Again *again = data;

  return fz_added_put (again->desk, txn, again->id, again->table, error);
}

/* The second person adopts what can be used today. */
static gboolean
check_adoption (FzSession *session, const FzRegister *reg, const FzFields *entry, GError **error)
{
  g_autoptr (FzMessageTable) table = fz_reporting_table (fz_reporting_place (session->desk), error);
  Again again = { session->desk, fz_fields_get (entry, "entry.id"), table };

  return table != NULL && check_since (session, reg, fz_fields_get (entry, "field.since"), error) &&
         fz_store_run (session->desk->store, FZ_TXN_READ, put_again, &again, error);
}

static FzFields *
fill_proposal (FzSession *session, const FzRegister *reg, const FzFields *values, const char *const *attachments, GError **error)
{
  g_autoptr (FzFields) out = fz_fields_dup (values, NULL), read = NULL;

  if (attachments == NULL || attachments[0] == NULL || attachments[1] != NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("附件：请附上一份报文定义文件（JSON），并且只附这一份；写法见 fuzhen schema platform-messages 和帮助 messages.md。"));
    return NULL;
  }
  if (!check_since (session, reg, fz_fields_get (values, "field.since"), error) || (read = fz_added_read (session->desk, attachments[0], error)) == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (of_file); i++) {
    g_autofree char *key = g_strconcat ("field.", of_file[i], NULL);

    fz_fields_set (out, key, fz_fields_get (read, key));
  }
  return g_steal_pointer (&out);
}

FzFields *
fz_added_fill (FzSession *session, const FzRegister *reg, const FzFields *entry, const char *move, const FzFields *values, const char *const *attachments, GError **error)
{
  if (!g_str_equal (fz_register_get_name (reg), FZ_ADDED_REGISTER))
    return fz_fields_dup (values, NULL);
  if (is_of_file (reg, values, error))
    return NULL;
  if (entry == NULL)
    return fill_proposal (session, reg, values, attachments, error);
  if (fz_fields_has (values, "field.since")) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s：提出之后不能更改；需要另一天的，请撤回后重新提出。"), fz_register_find_field (reg, "since")->label);
    return NULL;
  }
  return g_str_equal (move, "adopt") && !check_adoption (session, reg, entry, error) ? NULL : fz_fields_dup (values, NULL);
}
