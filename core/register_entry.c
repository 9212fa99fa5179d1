/* The entries of a register: what a move may set, and what an entry is after its documents. */
#include "core/register_private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_LINE 200
#define MAX_TEXT 2000

/* --- values --- */

static int
choice_of (const FzRegisterField *field, const char *value)
{
  for (guint i = 0; i < field->n_choices; i++)
    if (g_str_equal (field->codes[i], value))
      return (int) i;
  return -1;
}

static gboolean
is_number (const char *value)
{
  gsize n = strlen (value);

  return n > 0 && n <= 15 && strspn (value, "0123456789") == n && (value[0] != '0' || n == 1);
}

gboolean
fz_register_is_clock (const char *value)
{
  for (guint i = 0; i < 5; i++)
    if (i == 2 ? value[i] != ':' : !g_ascii_isdigit (value[i]))
      return FALSE;
  return value[5] == '\0' && g_ascii_strtoll (value, NULL, 10) < 24 && g_ascii_strtoll (value + 3, NULL, 10) < 60;
}

static gboolean
is_id (const char *value)
{
  gsize n = strlen (value);

  return n > 0 && n <= 64 && strspn (value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") == n;
}

const char *
fz_register_problem_of (const FzRegisterField *field, const char *value)
{
  FzDate day;

  switch (field->kind) {
  case FZ_FIELD_LINE:
    return strchr (value, '\n') != NULL || g_utf8_strlen (value, -1) > MAX_LINE ? _ ("应为一行，不超过200字。") : NULL;
  case FZ_FIELD_TEXT:
    return g_utf8_strlen (value, -1) > MAX_TEXT ? _ ("不能超过2000字。") : NULL;
  case FZ_FIELD_DAY:
    return fz_date_parse (value, &day, NULL) ? NULL : _ ("不是有效的日期。");
  case FZ_FIELD_CHOICE:
    return choice_of (field, value) >= 0 ? NULL : _ ("不是可选的项目。");
  case FZ_FIELD_YESNO:
    return g_str_equal (value, "yes") || g_str_equal (value, "no") ? NULL : _ ("只能是“是”或“否”。");
  case FZ_FIELD_NUMBER:
  case FZ_FIELD_FEN:
    return is_number (value) ? NULL : _ ("应为不带小数的数字。");
  case FZ_FIELD_CLOCK:
    return fz_register_is_clock (value) ? NULL : _ ("应为24小时制的时刻，例如 14:30。");
  case FZ_FIELD_STAFF:
  case FZ_FIELD_VISIT:
  case FZ_FIELD_RX:
  default:
    return is_id (value) ? NULL : _ ("不是有效的编号。");
  }
}

char *
fz_register_show (const FzRegisterField *field, const char *value)
{
  int choice = field->kind == FZ_FIELD_CHOICE ? choice_of (field, value) : -1;
  gint64 fen = field->kind == FZ_FIELD_FEN ? g_ascii_strtoll (value, NULL, 10) : 0;

  if (choice >= 0)
    return g_strdup (field->labels[choice]);
  if (field->kind == FZ_FIELD_YESNO)
    return g_strdup (g_str_equal (value, "yes") ? "是" : "否");
  if (field->kind == FZ_FIELD_FEN)
    return g_strdup_printf ("%d.%02d 元", (int) (fen / 100), (int) (fen % 100));
  return g_strdup (value);
}

/* --- a move --- */

static gboolean
refuse_field (const FzRegisterField *field, const char *why, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s：%s"), field->label, why);
  return FALSE;
}

typedef struct {
  const FzRegister *self;
  char *unknown;
} Known;

static void
note_unknown (const char *key, const char *value, gpointer data)
{
  Known *known = data;

  if (known->unknown == NULL && (!g_str_has_prefix (key, "field.") || fz_register_find_field (known->self, key + strlen ("field.")) == NULL))
    known->unknown = g_strdup (key);
}

static gboolean
check_known (const FzRegister *self, const FzFields *values, GError **error)
{
  Known known = { self, NULL };
  g_autofree char *unknown = NULL;

  fz_fields_foreach (values, note_unknown, &known);
  unknown = known.unknown;
  if (unknown == NULL)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("台账“%s”没有栏目 %s。"), fz_register_get_title (self), unknown);
  return FALSE;
}

static const char *
value_of (const FzFields *values, const FzRegisterField *field)
{
  g_autofree char *key = g_strconcat ("field.", field->key, NULL);

  return values != NULL ? fz_fields_get (values, key) : NULL;
}

static void
put_line (FzFields *body, const FzRegisterField *field, const char *value)
{
  guint n = fz_fields_count (body, "line");
  g_autofree char *text = fz_register_show (field, value);

  fz_fields_set_at (body, "line", n, "key", field->key);
  fz_fields_set_at (body, "line", n, "label", field->label);
  fz_fields_set_at (body, "line", n, "value", value);
  fz_fields_set_at (body, "line", n, "text", text);
}

gboolean
fz_register_put_values (const FzRegister *self, const FzFields *entry, const char *const *asked, const FzFields *values, FzFields *body, GError **error)
{
  for (guint i = 0; i < fz_register_get_n_fields (self); i++) {
    const FzRegisterField *field = fz_register_get_field (self, i);
    const char *value = value_of (values, field), *before = value_of (entry, field), *why;

    if (value == NULL && before == NULL && g_strv_contains (asked, field->key))
      return refuse_field (field, _ ("必须填写。"), error);
    if (value == NULL || g_strcmp0 (value, before) == 0)
      continue;
    why = fz_register_problem_of (field, value);
    if (why != NULL)
      return refuse_field (field, why, error);
    put_line (body, field, value);
  }
  return TRUE;
}

void
fz_register_put_head (const FzRegister *self, const FzRegisterState *state, const char *id, FzFields *body)
{
  fz_fields_set (body, "register", fz_register_get_name (self));
  fz_fields_set (body, "register_title", fz_register_get_title (self));
  fz_fields_set (body, "register_sha256", fz_register_get_sha256 (self));
  fz_fields_set (body, "entry", id);
  fz_fields_set (body, "follows", "0");
  fz_fields_set (body, "state", state->word);
  fz_fields_set (body, "state_label", state->label);
  fz_fields_set_bool (body, "ended", state->ended);
}

/* As it stands after the move. */
static gboolean
check_yes (const FzRegister *self, const FzRegisterMove *move, const FzFields *entry, const FzFields *values, GError **error)
{
  for (guint i = 0; move->yes != NULL && move->yes[i] != NULL; i++) {
    const FzRegisterField *field = fz_register_find_field (self, move->yes[i]);
    const char *value = value_of (values, field) != NULL ? value_of (values, field) : value_of (entry, field);

    if (g_strcmp0 (value, "no") == 0)
      return refuse_field (field, _ ("须为“是”才能这样办理。"), error);
  }
  return TRUE;
}

gboolean
fz_register_put_move (const FzRegister *self, const FzFields *entry, const char *id, const char *word, FzRole role, const FzFields *values,
                      FzFields *body, GError **error)
{
  const FzRegisterMove *move = fz_register_find_move (self, word);
  const char *now = entry != NULL ? fz_fields_get (entry, "entry.state") : NULL;
  const FzRegisterState *state;

  if (move == NULL || !fz_register_move_allowed (move, now, role)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("“%s”中的这一条目前不能这样处理，或您的角色不能办理。"), fz_register_get_title (self));
    return FALSE;
  }
  if (move->second && entry != NULL && g_strcmp0 (fz_fields_get (entry, "entry.opened_person"), fz_fields_get (body, "author.person")) == 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("“%s”须由登记人以外的另一人办理。"), move->label);
    return FALSE;
  }
  state = fz_register_find_state (self, move->to != NULL ? move->to : now);
  if (state == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("“%s”中的这一条处于现行台账没有的状态“%s”。"), fz_register_get_title (self), now);
    return FALSE;
  }
  if (!check_known (self, values, error) || !check_yes (self, move, entry, values, error))
    return FALSE;
  fz_register_put_head (self, state, id, body);
  fz_fields_set (body, "follows", entry != NULL ? fz_fields_get (entry, "entry.n") : "0");
  fz_fields_set (body, "move", move->word);
  fz_fields_set (body, "move_label", move->label);
  return fz_register_put_values (self, entry, move->needs, values, body, error);
}

/* --- the fold --- */

static gboolean
follows (const FzFields *before, const FzFields *body, GError **error)
{
  static const char *const needed[] = { "register", "entry", "follows", "move", "state", "ended", "signed_at" };

  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    if (!fz_fields_has (body, needed[i])) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("台账文书缺少 %s。"), needed[i]);
      return FALSE;
    }
  if (before != NULL && (g_strcmp0 (fz_fields_get (before, "entry.id"), fz_fields_get (body, "entry")) != 0 ||
                         g_strcmp0 (fz_fields_get (before, "entry.register"), fz_fields_get (body, "register")) != 0)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("台账文书 %s 不属于条目 %s。"), fz_fields_get (body, "id"), fz_fields_get (before, "entry.id"));
    return FALSE;
  }
  if (g_strcmp0 (fz_fields_get (body, "follows"), before != NULL ? fz_fields_get (before, "entry.n") : "0") == 0)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("这一条刚刚已有新的办理记录，请重新打开后再办理。"));
  return FALSE;
}

static void
take_attachments (const FzFields *body, FzFields *after)
{
  guint n = fz_fields_count (after, "attachment");

  for (guint i = 0; i < fz_fields_count (body, "attachment"); i++) {
    g_autofree char *from = g_strdup_printf ("attachment.%02u", i), *to = g_strdup_printf ("attachment.%02u", n + i);
    g_autoptr (FzFields) part = fz_fields_dup_below (body, from, "fuzhen.part/v1");

    fz_fields_merge (after, to, part);
  }
}

FzFields *
fz_entry_fold (const FzFields *before, const FzFields *body, GError **error)
{
  FzFields *after;
  gint64 n = 0, at_us = 0;

  if (!follows (before, body, error))
    return NULL;
  after = before != NULL ? fz_fields_dup (before, NULL) : fz_fields_new ("fuzhen.register_entry/v1");
  fz_fields_get_time (body, "signed_at", &at_us);
  fz_fields_get_int (after, "entry.n", &n);
  if (before == NULL) {
    fz_fields_set (after, "entry.id", fz_fields_get (body, "entry"));
    fz_fields_set (after, "entry.register", fz_fields_get (body, "register"));
    fz_fields_set_time (after, "entry.opened_at", at_us);
    fz_fields_set (after, "entry.opened_by", fz_fields_get (body, "author.name"));
    fz_fields_set (after, "entry.opened_person", fz_fields_get (body, "author.person"));
    if (g_strcmp0 (fz_fields_get (body, "move"), FZ_REGISTER_TAKEN) == 0)
      fz_fields_set (after, "entry.taken", fz_fields_get (body, "state"));
  }
  fz_fields_set (after, "entry.state", fz_fields_get (body, "state"));
  fz_fields_set (after, "entry.state_label", fz_fields_get (body, "state_label"));
  fz_fields_set (after, "entry.ended", fz_fields_get (body, "ended"));
  fz_fields_set_time (after, "entry.changed_at", at_us);
  fz_fields_set_int (after, "entry.n", n + 1);
  for (guint i = 0; i < fz_fields_count (body, "line"); i++) {
    g_autofree char *key = g_strconcat ("field.", fz_fields_get_at (body, "line", i, "key"), NULL);

    fz_fields_set (after, key, fz_fields_get_at (body, "line", i, "value"));
  }
  take_attachments (body, after);
  return after;
}
