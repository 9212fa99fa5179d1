/* Entries of an older register, taken over: what a table says, and what has to stand there for the state it names. */
#include "core/register.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- a value as people write it --- */

static char *
read_choice (const FzRegisterField *field, const char *text)
{
  for (guint i = 0; i < field->n_choices; i++)
    if (g_str_equal (text, field->codes[i]) || g_str_equal (text, field->labels[i]))
      return g_strdup (field->codes[i]);
  return NULL;
}

/* Three numbers with whatever stands between them: 2026-3-2, 2026/03/02, 2026年3月2日. */
static char *
read_day (const char *text)
{
  int year = 0, month = 0, day = 0, used = 0;
  FzDate date;
  g_autofree char *plain = NULL;
  g_auto (GStrv) parts = g_regex_split_simple ("[-/.年月日]", text, 0, 0);

  for (; parts[used] != NULL && *parts[used] != '\0'; used++)
    if (used > 2 || strlen (parts[used]) > 4 || strspn (parts[used], "0123456789") != strlen (parts[used]))
      return NULL;
  if (used != 3)
    return NULL;
  year = (int) g_ascii_strtoll (parts[0], NULL, 10);
  month = (int) g_ascii_strtoll (parts[1], NULL, 10);
  day = (int) g_ascii_strtoll (parts[2], NULL, 10);
  plain = g_strdup_printf ("%04d-%02d-%02d", year, month, day);
  return fz_date_parse (plain, &date, NULL) ? g_steal_pointer (&plain) : NULL;
}

/* 35, 35.5, 35.00 元 in fen. */
static char *
read_fen (const char *text)
{
  const char *from = g_str_has_prefix (text, "¥") ? text + strlen ("¥") : text;
  g_autofree char *plain = g_str_has_suffix (from, "元") ? g_strndup (from, strlen (from) - strlen ("元")) : g_strdup (from);
  const char *point = strchr (g_strstrip (plain), '.');
  gsize whole = point != NULL ? (gsize) (point - plain) : strlen (plain), cents = point != NULL ? strlen (point + 1) : 0;
  gint64 fen;

  if (whole == 0 || whole > 10 || cents > 2 || (point != NULL && cents == 0) || strspn (plain, "0123456789") != whole ||
      (point != NULL && strspn (point + 1, "0123456789") != cents))
    return NULL;
  fen = g_ascii_strtoll (plain, NULL, 10) * 100 + (cents == 0 ? 0 : g_ascii_strtoll (point + 1, NULL, 10) * (cents == 1 ? 10 : 1));
  return g_strdup_printf ("%" G_GINT64_FORMAT, fen);
}

static char *
read_clock (const char *text)
{
  return strlen (text) == 4 && text[1] == ':' ? g_strconcat ("0", text, NULL) : g_strdup (text);
}

static char *
read_yesno (const char *text)
{
  return g_strdup (g_str_equal (text, "是") ? "yes" : g_str_equal (text, "否") ? "no" : text);
}

static char *
read_as (const FzRegisterField *field, const char *text)
{
  switch (field->kind) {
  case FZ_FIELD_CHOICE:
    return read_choice (field, text);
  case FZ_FIELD_DAY:
    return read_day (text);
  case FZ_FIELD_FEN:
    return read_fen (text);
  case FZ_FIELD_CLOCK:
    return read_clock (text);
  case FZ_FIELD_YESNO:
    return read_yesno (text);
  case FZ_FIELD_LINE:
  case FZ_FIELD_TEXT:
  case FZ_FIELD_NUMBER:
  case FZ_FIELD_STAFF:
  case FZ_FIELD_VISIT:
  case FZ_FIELD_RX:
  default:
    return g_strdup (text);
  }
}

/* What may stand there, for a person who has to mend it. */
static char *
how_to_write (const FzRegisterField *field)
{
  g_autoptr (GString) choices = g_string_new (NULL);

  for (guint i = 0; i < field->n_choices; i++)
    g_string_append_printf (choices, "%s%s", i > 0 ? "、" : "", field->labels[i]);
  switch (field->kind) {
  case FZ_FIELD_CHOICE:
    return g_strdup_printf (_ ("可以填写：%s"), choices->str);
  case FZ_FIELD_DAY:
    return g_strdup (_ ("请写成 2026-03-02"));
  case FZ_FIELD_FEN:
    return g_strdup (_ ("请写以元为单位的金额，例如 35 或 35.50"));
  case FZ_FIELD_CLOCK:
    return g_strdup (_ ("请写成 14:30"));
  case FZ_FIELD_YESNO:
    return g_strdup (_ ("请写“是”或“否”"));
  case FZ_FIELD_NUMBER:
    return g_strdup (_ ("请写不带小数的数字"));
  case FZ_FIELD_LINE:
    return g_strdup (_ ("请写成一行，不超过200字"));
  case FZ_FIELD_TEXT:
    return g_strdup (_ ("不超过2000字"));
  case FZ_FIELD_STAFF:
  case FZ_FIELD_VISIT:
  case FZ_FIELD_RX:
  default:
    return g_strdup (_ ("请写编号，例如工号或就诊号"));
  }
}

char *
fz_register_read_value (const FzRegisterField *field, const char *text, GError **error)
{
  g_autofree char *plain = g_strstrip (g_strdup (text)), *value = *plain != '\0' ? read_as (field, plain) : g_strdup (""), *how = NULL;

  if (value != NULL && (*value == '\0' || fz_register_problem_of (field, value) == NULL))
    return g_steal_pointer (&value);
  how = how_to_write (field);
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("不能这样填写。%s。"), how);
  return NULL;
}

/* --- what a state asks for --- */

typedef struct {
  const FzRegisterMove *by; /* NULL: not reached */
  int before;               /* state it was made from; -1: it opened the entry */
} Reached;

static int
state_index (const FzRegister *self, const char *word)
{
  for (guint i = 0; i < fz_register_get_n_states (self); i++)
    if (g_str_equal (fz_register_get_state (self, i)->word, word))
      return (int) i;
  return -1;
}

static gboolean
may_come_from (const FzRegisterMove *move, const FzRegister *self, const Reached *reached, int *out_before)
{
  *out_before = -1;
  if (move->from[0] == NULL)
    return TRUE;
  for (guint k = 0; move->from[k] != NULL; k++) {
    *out_before = state_index (self, move->from[k]);
    if (*out_before >= 0 && reached[*out_before].by != NULL)
      return TRUE;
  }
  return FALSE;
}

/* One move further: every state that can be reached from those that were. */
static gboolean
widen (const FzRegister *self, Reached *reached)
{
  g_autofree Reached *before = g_memdup2 (reached, fz_register_get_n_states (self) * sizeof *reached);
  gboolean grew = FALSE;

  for (guint i = 0; i < fz_register_get_n_moves (self); i++) {
    const FzRegisterMove *move = fz_register_get_move (self, i);
    int to = move->to != NULL ? state_index (self, move->to) : -1, from;

    if (to < 0 || reached[to].by != NULL || !may_come_from (move, self, before, &from))
      continue;
    reached[to] = (Reached){ move, from };
    grew = TRUE;
  }
  return grew;
}

GPtrArray *
fz_register_asked_for (const FzRegister *self, const char *state)
{
  g_autofree Reached *reached = g_new0 (Reached, fz_register_get_n_states (self));
  GPtrArray *fields = g_ptr_array_new ();
  int at = state_index (self, state);

  while (widen (self, reached))
    continue;
  for (; at >= 0 && reached[at].by != NULL; at = reached[at].before)
    for (guint k = 0; reached[at].by->needs[k] != NULL; k++)
      if (!g_ptr_array_find_with_equal_func (fields, reached[at].by->needs[k], g_str_equal, NULL))
        g_ptr_array_add (fields, (gpointer) reached[at].by->needs[k]);
  g_ptr_array_add (fields, NULL);
  return fields;
}

/* --- the document --- */

static void
put_words (FzFields *body, const char *key, const char *label, const char *text)
{
  guint n = fz_fields_count (body, "line");

  if (text == NULL || *text == '\0')
    return;
  fz_fields_set_at (body, "line", n, "key", key);
  fz_fields_set_at (body, "line", n, "label", label);
  fz_fields_set_at (body, "line", n, "value", text);
  fz_fields_set_at (body, "line", n, "text", text);
}

gboolean
fz_register_put_taken (const FzRegister *self, const char *id, const char *word, const FzFields *values, FzFields *body, GError **error)
{
  static const char *const old[][2] = { { "old_number", "原编号" }, { "old_on", "原登记日期" }, { "old_by", "原登记人" } };
  const FzRegisterState *state = fz_register_find_state (self, word);
  g_autoptr (GPtrArray) asked = state != NULL ? fz_register_asked_for (self, word) : NULL;

  if (state == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("台账“%s”没有状态“%s”。"), fz_register_get_title (self), word);
    return FALSE;
  }
  fz_register_put_head (self, state, id, body);
  fz_fields_set (body, "move", FZ_REGISTER_TAKEN);
  fz_fields_set (body, "move_label", "由旧台账导入"); /* signed words are always Chinese */
  for (guint i = 0; i < G_N_ELEMENTS (old); i++)
    put_words (body, old[i][0], old[i][1], fz_fields_get (values, old[i][0]));
  return fz_register_put_values (self, NULL, (const char *const *) asked->pdata, values, body, error);
}
