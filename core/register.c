#include "core/register_private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_REGISTER_BYTES (256 * 1024)
#define MAX_ITEMS 100

FzRegister *
fz_register_ref (FzRegister *self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

void
fz_register_unref (FzRegister *self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;
  g_free (self->sha256);
  g_array_unref (self->fields);
  g_array_unref (self->states);
  g_array_unref (self->moves);
  g_array_unref (self->deadlines);
  g_array_unref (self->facts);
  g_ptr_array_unref (self->lists);
  fz_json_free (self->root);
  g_free (self);
}

/* --- reading --- */

static gboolean
is_word (const char *text)
{
  return *text != '\0' && strlen (text) <= 32 && text[strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0' && g_ascii_isalnum (text[0]);
}

const char *
fz_register_read_word (const FzJson *object, const char *key, GError **error)
{
  const char *text = fz_json_get_string (object, key, error);

  if (text == NULL || is_word (text))
    return text;
  fz_json_fail (object, key, _ ("只能由小写字母、数字、下划线和连字符组成。"), error);
  return NULL;
}

const char *
fz_register_read_text (const FzJson *object, const char *key, GError **error)
{
  const char *text = fz_json_get_string (object, key, error);

  if (text == NULL || *text != '\0')
    return text;
  fz_json_fail (object, key, _ ("不能为空。"), error);
  return NULL;
}

/* A list of texts; may be empty. NULL when it is none. */
const char *const *
fz_register_read_texts (FzRegister *self, const FzJson *object, const char *key, GError **error)
{
  const FzJson *array = fz_json_get_array (object, key, error);
  guint n = array != NULL ? fz_json_count (array) : 0;
  const char **texts = array != NULL ? g_new0 (const char *, n + 1) : NULL;

  if (texts == NULL)
    return NULL;
  g_ptr_array_add (self->lists, texts);
  for (guint i = 0; i < n; i++)
    if ((texts[i] = fz_register_read_text (fz_json_get_item (array, i), NULL, error)) == NULL)
      return NULL;
  return texts;
}

static gboolean
read_roles (FzRegister *self, const FzJson *object, const char *key, gboolean desk, guint *out, GError **error)
{
  const char *const *words = fz_register_read_texts (self, object, key, error);

  *out = 0;
  for (guint i = 0; words != NULL && words[i] != NULL; i++) {
    FzRole role = FZ_ROLE_NONE;

    if (!fz_role_from_word (words[i], &role) || role == FZ_ROLE_NONE || (role == FZ_ROLE_DESK && !desk))
      return fz_json_fail (object, key, _ ("不认识的角色。"), error);
    *out |= 1u << role;
  }
  return words != NULL && (*out != 0 || fz_json_fail (object, key, _ ("列表不能为空。"), error));
}

static gboolean
read_kind (const FzJson *object, FzFieldKind *out, GError **error)
{
  static const char *const words[] = { "line", "text", "day", "choice", "yesno", "number", "fen", "staff", "visit", "rx", "clock" };
  const char *word = fz_json_get_string (object, "kind", error);

  for (guint i = 0; word != NULL && i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i], word)) {
      *out = (FzFieldKind) i;
      return TRUE;
    }
  return word != NULL && fz_json_fail (object, "kind", _ ("不认识的栏目类型。"), error);
}

static gboolean
read_choices (FzRegister *self, const FzJson *object, FzRegisterField *field, GError **error)
{
  static const char *const known[] = { "code", "label", "label_en", NULL };
  const FzJson *array = NULL;
  const char **columns[3];

  if (!fz_json_opt_array (object, "choices", &array, error))
    return FALSE;
  if ((field->kind == FZ_FIELD_CHOICE) != (array != NULL && fz_json_count (array) > 0))
    return fz_json_fail (object, "choices", _ ("选项栏目须有选项，其他栏目不能有。"), error);
  field->n_choices = array != NULL ? fz_json_count (array) : 0;
  for (guint c = 0; c < 3; c++) {
    columns[c] = g_new0 (const char *, field->n_choices + 1);
    g_ptr_array_add (self->lists, columns[c]);
  }
  for (guint i = 0; i < field->n_choices; i++) {
    const FzJson *item = fz_json_get_item (array, i);

    if (!fz_json_check_keys (item, known, error) || (columns[0][i] = fz_register_read_word (item, "code", error)) == NULL ||
        (columns[1][i] = fz_register_read_text (item, "label", error)) == NULL || (columns[2][i] = fz_register_read_text (item, "label_en", error)) == NULL)
      return FALSE;
    for (guint j = 0; j < i; j++)
      if (g_str_equal (columns[0][i], columns[0][j]))
        return fz_json_fail (item, "code", _ ("编号重复。"), error);
  }
  field->codes = columns[0];
  field->labels = columns[1];
  field->labels_en = columns[2];
  return TRUE;
}

static gboolean
read_field (FzRegister *self, const FzJson *object, GError **error)
{
  static const char *const known[] = { "key", "label", "label_en", "help", "help_en", "kind", "choices", "answers", NULL };
  FzRegisterField field = { 0 };

  if (!fz_json_check_keys (object, known, error) || (field.key = fz_register_read_word (object, "key", error)) == NULL ||
      (field.label = fz_register_read_text (object, "label", error)) == NULL || (field.label_en = fz_register_read_text (object, "label_en", error)) == NULL ||
      !fz_json_opt_string (object, "help", &field.help, error) || !fz_json_opt_string (object, "help_en", &field.help_en, error) || !read_kind (object, &field.kind, error) ||
      !read_choices (self, object, &field, error) || !fz_json_opt_bool (object, "answers", &field.answers, error))
    return FALSE;
  if (field.answers && (field.kind != FZ_FIELD_STAFF || !g_str_equal (field.key, FZ_REGISTER_OWNER)))
    return fz_json_fail (object, "answers", _ ("只有工号栏 owner 能写明谁负责这一条。"), error);
  if (strchr (field.key, '-') != NULL)
    return fz_json_fail (object, "key", _ ("栏目名不能含连字符。"), error);
  if (fz_register_find_field (self, field.key) != NULL)
    return fz_json_fail (object, "key", _ ("编号重复。"), error);
  g_array_append_val (self->fields, field);
  return TRUE;
}

/* Each entry has one who answers for it; most registers say nothing further about that. */
static gboolean
add_owner (FzRegister *self)
{
  static const char *const none[] = { NULL };
  const FzRegisterField owner = { .key = FZ_REGISTER_OWNER, .label = "负责人", .label_en = "In charge", .help = "工号；不改的，由登记人负责。",
                                  .help_en = "A staff number; who registers it, unless changed.", .kind = FZ_FIELD_STAFF, .common = TRUE, .answers = TRUE,
                                  .codes = none, .labels = none, .labels_en = none };

  if (fz_register_find_field (self, FZ_REGISTER_OWNER) == NULL)
    g_array_append_val (self->fields, owner);
  return TRUE;
}

static gboolean
read_state (FzRegister *self, const FzJson *object, GError **error)
{
  static const char *const known[] = { "word", "label", "label_en", "ended", NULL };
  FzRegisterState state = { 0 };

  if (!fz_json_check_keys (object, known, error) || (state.word = fz_register_read_word (object, "word", error)) == NULL ||
      (state.label = fz_register_read_text (object, "label", error)) == NULL || (state.label_en = fz_register_read_text (object, "label_en", error)) == NULL ||
      !fz_json_get_bool (object, "ended", &state.ended, error))
    return FALSE;
  if (fz_register_find_state (self, state.word) != NULL)
    return fz_json_fail (object, "word", _ ("编号重复。"), error);
  g_array_append_val (self->states, state);
  return TRUE;
}

/* Every word of a list has to be a state (or a field). */
gboolean
fz_register_check_words (const FzRegister *self, const FzJson *object, const char *key, const char *const *words, gboolean states, GError **error)
{
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    if (states ? fz_register_find_state (self, words[i]) == NULL : fz_register_find_field (self, words[i]) == NULL)
      return fz_json_fail (object, key, states ? _ ("没有这个状态。") : _ ("没有这个栏目。"), error);
  return words != NULL;
}

/* What a person does with an entry may also say who answers for it from now on; a move that names no field asks for all. */
static const char *const *
with_owner (FzRegister *self, const FzRegisterMove *move)
{
  guint n = g_strv_length ((char **) move->asks);
  const char **asks;

  if (!fz_register_find_field (self, FZ_REGISTER_OWNER)->common || n + g_strv_length ((char **) move->needs) == 0)
    return move->asks;
  asks = g_new0 (const char *, n + 2);
  g_ptr_array_add (self->lists, asks);
  for (guint i = 0; i < n; i++)
    asks[i] = move->asks[i];
  asks[n] = FZ_REGISTER_OWNER;
  return asks;
}

/* Fields that must say yes. */
static gboolean
read_yes (FzRegister *self, const FzJson *object, FzRegisterMove *move, GError **error)
{
  if (fz_json_find (object, "yes") == NULL)
    return TRUE;
  move->yes = fz_register_read_texts (self, object, "yes", error);
  if (!fz_register_check_words (self, object, "yes", move->yes, FALSE, error))
    return FALSE;
  for (guint i = 0; move->yes[i] != NULL; i++)
    if (fz_register_find_field (self, move->yes[i])->kind != FZ_FIELD_YESNO)
      return fz_json_fail (object, "yes", _ ("没有这个栏目。"), error);
  return TRUE;
}

static gboolean
read_move (FzRegister *self, const FzJson *object, GError **error)
{
  static const char *const known[] = { "word", "label", "label_en", "from", "to", "needs", "asks", "yes", "roles", "attach", "second", NULL };
  FzRegisterMove move = { 0 };

  if (!fz_json_check_keys (object, known, error) || (move.word = fz_register_read_word (object, "word", error)) == NULL ||
      (move.label = fz_register_read_text (object, "label", error)) == NULL || (move.label_en = fz_register_read_text (object, "label_en", error)) == NULL ||
      (move.from = fz_register_read_texts (self, object, "from", error)) == NULL || !fz_register_check_words (self, object, "from", move.from, TRUE, error) ||
      !fz_json_opt_string (object, "to", &move.to, error) || (move.needs = fz_register_read_texts (self, object, "needs", error)) == NULL ||
      !fz_register_check_words (self, object, "needs", move.needs, FALSE, error) || (move.asks = fz_register_read_texts (self, object, "asks", error)) == NULL ||
      !fz_register_check_words (self, object, "asks", move.asks, FALSE, error) || !read_roles (self, object, "roles", TRUE, &move.roles, error) || !read_yes (self, object, &move, error) || !fz_json_opt_bool (object, "attach", &move.attach, error) ||
      !fz_json_opt_bool (object, "second", &move.second, error))
    return FALSE;
  if (move.to != NULL && fz_register_find_state (self, move.to) == NULL)
    return fz_json_fail (object, "to", _ ("没有这个状态。"), error);
  if (move.from[0] == NULL && move.to == NULL)
    return fz_json_fail (object, "to", _ ("新建的动作须写明状态。"), error);
  if (fz_register_find_move (self, move.word) != NULL || g_str_equal (move.word, FZ_REGISTER_TAKEN))
    return fz_json_fail (object, "word", _ ("编号重复。"), error);
  move.asks = with_owner (self, &move);
  g_array_append_val (self->moves, move);
  return TRUE;
}

/* A number, or the name of a number field: then each entry says its own. */
static gboolean
read_n (const FzRegister *self, const FzJson *object, Deadline *deadline, GError **error)
{
  const FzJson *n = fz_json_find (object, "n");
  const FzRegisterField *field;

  if (n == NULL || fz_json_get_type (n) != FZ_JSON_STRING)
    return fz_json_get_int (object, "n", &deadline->n, error);
  deadline->n_field = fz_register_read_word (object, "n", error);
  field = deadline->n_field != NULL ? fz_register_find_field (self, deadline->n_field) : NULL;
  return deadline->n_field != NULL && ((field != NULL && field->kind == FZ_FIELD_NUMBER) || fz_json_fail (object, "n", _ ("没有这个栏目。"), error));
}

static gboolean
read_when (const FzRegister *self, const FzJson *object, Deadline *deadline, GError **error)
{
  const FzRegisterField *field;

  if (!fz_json_opt_string (object, "when", &deadline->when, error) || !fz_json_opt_string (object, "is", &deadline->is, error))
    return FALSE;
  field = deadline->when != NULL ? fz_register_find_field (self, deadline->when) : NULL;
  if (deadline->when == NULL && deadline->is == NULL)
    return TRUE;
  return (field != NULL && deadline->is != NULL && field->kind == FZ_FIELD_CHOICE && g_strv_contains (field->codes, deadline->is)) ||
         fz_json_fail (object, "when", _ ("没有这个选项栏目，或它没有这个选项。"), error);
}

/* Hours, and only they, run from a time of day. */
static gboolean
read_at (const FzRegister *self, const FzJson *object, Deadline *deadline, GError **error)
{
  const FzRegisterField *at;

  if (!fz_json_opt_string (object, "at", &deadline->at, error))
    return FALSE;
  if (!g_str_equal (deadline->unit, "hours"))
    return deadline->at == NULL || fz_json_fail (object, "at", _ ("只有以小时计的期限从一个时刻起算。"), error);
  at = deadline->at != NULL ? fz_register_find_field (self, deadline->at) : NULL;
  return (at != NULL && at->kind == FZ_FIELD_CLOCK && deadline->n > 0) || fz_json_fail (object, "at", _ ("以小时计的期限须从一个时刻栏目起算。"), error);
}

static gboolean
read_deadline (FzRegister *self, const FzJson *object, GError **error)
{
  static const char *const known[] = { "word", "label", "label_en", "while", "from", "at", "unit", "n", "rows", "when", "is", NULL };
  const FzRegisterField *from;
  Deadline deadline = { 0 };

  if (!fz_json_check_keys (object, known, error) || (deadline.word = fz_register_read_word (object, "word", error)) == NULL ||
      (deadline.label = fz_register_read_text (object, "label", error)) == NULL || (deadline.label_en = fz_register_read_text (object, "label_en", error)) == NULL ||
      (deadline.during = fz_register_read_texts (self, object, "while", error)) == NULL ||
      !fz_register_check_words (self, object, "while", deadline.during, TRUE, error) || (deadline.from = fz_register_read_word (object, "from", error)) == NULL ||
      (deadline.unit = fz_register_read_text (object, "unit", error)) == NULL || !read_n (self, object, &deadline, error) ||
      (deadline.rows = fz_register_read_texts (self, object, "rows", error)) == NULL || !read_when (self, object, &deadline, error))
    return FALSE;
  from = fz_register_find_field (self, deadline.from);
  if (from == NULL || from->kind != FZ_FIELD_DAY)
    return fz_json_fail (object, "from", _ ("期限须从一个日期栏目起算。"), error);
  if (!g_str_equal (deadline.unit, "workdays") && !g_str_equal (deadline.unit, "days") && !g_str_equal (deadline.unit, "months") && !g_str_equal (deadline.unit, "hours"))
    return fz_json_fail (object, "unit", _ ("只能是 workdays、days、months 或 hours。"), error);
  if (!read_at (self, object, &deadline, error))
    return FALSE;
  if (deadline.n < -3650 || deadline.n > 3650 || (deadline.n < 0 && g_str_equal (deadline.unit, "workdays")))
    return fz_json_fail (object, "n", _ ("超出范围。"), error);
  g_array_append_val (self->deadlines, deadline);
  return TRUE;
}

static gboolean
read_each (FzRegister *self, const char *key, gboolean needed, gboolean (*read) (FzRegister *, const FzJson *, GError **), GError **error)
{
  const FzJson *array = fz_json_get_array (self->root, key, error);

  if (array == NULL)
    return FALSE;
  if (fz_json_count (array) > MAX_ITEMS)
    return fz_json_fail (self->root, key, _ ("列表不能超过100项。"), error);
  for (guint i = 0; i < fz_json_count (array); i++)
    if (!read (self, fz_json_get_item (array, i), error))
      return FALSE;
  return !needed || fz_json_count (array) > 0 || fz_json_fail (self->root, key, _ ("列表不能为空。"), error);
}

/* What the numbers of its entries begin with: TS-000001. */
static const char *
read_code (const FzJson *object, GError **error)
{
  const char *code = fz_json_get_string (object, "code", error);

  if (code == NULL || (strlen (code) >= 2 && strlen (code) <= 4 && code[strspn (code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0'))
    return code;
  fz_json_fail (object, "code", _ ("应为2至4个大写字母。"), error);
  return NULL;
}

/* A register nobody can open an entry of is a slip. */
static gboolean
check_opens (const FzRegister *self, GError **error)
{
  for (guint i = 0; i < self->moves->len; i++)
    if (fz_register_get_move (self, i)->from[0] == NULL)
      return TRUE;
  return fz_json_fail (self->root, "moves", _ ("没有新建条目的动作。"), error);
}

static gboolean
read_all (FzRegister *self, GError **error)
{
  static const char *const known[] = { "format", "name", "code", "title", "title_en", "rows", "source", "readers", "fields", "states", "moves", "deadlines", "keeps", NULL };
  const char *format;

  if (!fz_json_check_keys (self->root, known, error) || (format = fz_json_get_string (self->root, "format", error)) == NULL)
    return FALSE;
  if (!g_str_equal (format, "fuzhen.register/v1"))
    return fz_json_fail (self->root, "format", _ ("不认识的台账版本。"), error);
  return (self->name = fz_register_read_word (self->root, "name", error)) != NULL && (self->code = read_code (self->root, error)) != NULL &&
         (self->title = fz_register_read_text (self->root, "title", error)) != NULL &&
         (self->title_en = fz_register_read_text (self->root, "title_en", error)) != NULL && fz_register_read_text (self->root, "source", error) != NULL &&
         (self->rows = fz_register_read_texts (self, self->root, "rows", error)) != NULL && read_roles (self, self->root, "readers", FALSE, &self->readers, error) &&
         read_each (self, "fields", TRUE, read_field, error) && add_owner (self) && read_each (self, "states", TRUE, read_state, error) &&
         read_each (self, "moves", TRUE, read_move, error) && read_each (self, "deadlines", FALSE, read_deadline, error) &&
         fz_register_read_facts (self, error) && check_opens (self, error);
}

FzRegister *
fz_register_parse (const char *file, const void *json, gsize n, GError **error)
{
  g_autoptr (FzRegister) self = NULL;
  FzJson *root = fz_json_parse (json, n, MAX_REGISTER_BYTES, error);

  if (root == NULL) {
    g_prefix_error (error, "%s: ", file);
    return NULL;
  }
  self = g_new0 (FzRegister, 1);
  self->refs = 1;
  self->root = root;
  self->sha256 = fz_sha256_hex (json, n);
  self->lists = g_ptr_array_new_with_free_func (g_free);
  self->fields = g_array_new (FALSE, TRUE, sizeof (FzRegisterField));
  self->states = g_array_new (FALSE, TRUE, sizeof (FzRegisterState));
  self->moves = g_array_new (FALSE, TRUE, sizeof (FzRegisterMove));
  self->deadlines = g_array_new (FALSE, TRUE, sizeof (Deadline));
  self->facts = g_array_new (FALSE, TRUE, sizeof (FzRegisterFact));
  if (read_all (self, error))
    return g_steal_pointer (&self);
  g_prefix_error (error, "%s: ", file);
  return NULL;
}

/* --- asking --- */

const char *
fz_register_get_name (const FzRegister *self)
{
  return self->name;
}

const char *
fz_register_get_code (const FzRegister *self)
{
  return self->code;
}

const char *
fz_register_get_title (const FzRegister *self)
{
  return self->title;
}

const char *
fz_register_get_title_en (const FzRegister *self)
{
  return self->title_en;
}

const char *
fz_register_get_sha256 (const FzRegister *self)
{
  return self->sha256;
}

const char *const *
fz_register_get_rows (const FzRegister *self)
{
  return self->rows;
}

guint
fz_register_get_readers (const FzRegister *self)
{
  return self->readers;
}

guint
fz_register_get_n_fields (const FzRegister *self)
{
  return self->fields->len;
}

const FzRegisterField *
fz_register_get_field (const FzRegister *self, guint i)
{
  return &g_array_index (self->fields, FzRegisterField, i);
}

const FzRegisterField *
fz_register_find_field (const FzRegister *self, const char *key)
{
  for (guint i = 0; i < self->fields->len; i++)
    if (g_strcmp0 (fz_register_get_field (self, i)->key, key) == 0)
      return fz_register_get_field (self, i);
  return NULL;
}

guint
fz_register_get_n_states (const FzRegister *self)
{
  return self->states->len;
}

const FzRegisterState *
fz_register_get_state (const FzRegister *self, guint i)
{
  return &g_array_index (self->states, FzRegisterState, i);
}

const FzRegisterState *
fz_register_find_state (const FzRegister *self, const char *word)
{
  for (guint i = 0; i < self->states->len; i++)
    if (g_strcmp0 (fz_register_get_state (self, i)->word, word) == 0)
      return fz_register_get_state (self, i);
  return NULL;
}

guint
fz_register_get_n_moves (const FzRegister *self)
{
  return self->moves->len;
}

const FzRegisterMove *
fz_register_get_move (const FzRegister *self, guint i)
{
  return &g_array_index (self->moves, FzRegisterMove, i);
}

const FzRegisterMove *
fz_register_find_move (const FzRegister *self, const char *word)
{
  for (guint i = 0; i < self->moves->len; i++)
    if (g_strcmp0 (fz_register_get_move (self, i)->word, word) == 0)
      return fz_register_get_move (self, i);
  return NULL;
}

gboolean
fz_register_move_allowed (const FzRegisterMove *move, const char *state, FzRole role)
{
  if ((move->roles & (1u << role)) == 0)
    return FALSE;
  return state == NULL ? move->from[0] == NULL : g_strv_contains (move->from, state);
}

/* --- what is due --- */

gboolean
fz_register_lies_ahead (const FzRegister *self, const char *key)
{
  for (guint i = 0; i < self->deadlines->len; i++) {
    const Deadline *deadline = &g_array_index (self->deadlines, Deadline, i);

    if (g_str_equal (deadline->from, key) && deadline->n <= 0 && deadline->n_field == NULL)
      return TRUE;
  }
  return FALSE;
}

static gboolean
due_day (const Deadline *deadline, FzDate from, gint64 n, const FzCalendar *calendar, FzDate *out, GError **error)
{
  if (g_str_equal (deadline->unit, "workdays"))
    return fz_calendar_add_workdays (calendar, from, (guint) n, out, error);
  *out = g_str_equal (deadline->unit, "months") ? fz_date_add_months (from, (int) n) : fz_date_add_days (from, n);
  return TRUE;
}

/* So many hours after the time of day that the entry says: the days to add, and the time of day there as 16:05. Without one (an older edition took any words)
 * it is the day itself. (transfer full) */
static char *
due_time (const Deadline *deadline, const FzFields *entry, gint64 *n)
{
  g_autofree char *key = g_strconcat ("field.", deadline->at, NULL);
  const char *clock = fz_fields_get (entry, key);
  gint64 minutes;

  if (clock == NULL || !fz_register_is_clock (clock)) {
    *n = 0;
    return NULL;
  }
  minutes = g_ascii_strtoll (clock, NULL, 10) * 60 + g_ascii_strtoll (clock + 3, NULL, 10) + *n * 60;
  *n = minutes / (24 * 60);
  return g_strdup_printf ("%02d:%02d", (int) (minutes / 60 % 24), (int) (minutes % 60));
}

/* FALSE: this entry says none. */
static gboolean
how_long (const Deadline *deadline, const FzFields *entry, gint64 *out)
{
  g_autofree char *key = deadline->n_field != NULL ? g_strconcat ("field.", deadline->n_field, NULL) : NULL;

  *out = deadline->n;
  return key == NULL || (fz_fields_get_int (entry, key, out) && *out <= 3650);
}

static gboolean
holds (const Deadline *deadline, const FzFields *entry)
{
  g_autofree char *key = deadline->when != NULL ? g_strconcat ("field.", deadline->when, NULL) : NULL;

  return key == NULL || g_strcmp0 (fz_fields_get (entry, key), deadline->is) == 0;
}

static int
by_day (gconstpointer a, gconstpointer b)
{
  const FzFields *x = *(FzFields *const *) a, *y = *(FzFields *const *) b;

  int order = g_strcmp0 (fz_fields_get (x, "on"), fz_fields_get (y, "on"));
  const char *at = fz_fields_get (x, "at"), *other = fz_fields_get (y, "at");

  /* What cannot be counted comes first: somebody has to look at it. A limit in hours comes before one that has the whole day. */
  return order != 0 ? order : g_strcmp0 (at != NULL ? at : "24", other != NULL ? other : "24");
}

static FzFields *
due_row (const Deadline *deadline, const FzFields *entry, const FzCalendar *calendar)
{
  g_autofree char *key = g_strconcat ("field.", deadline->from, NULL), *rows = g_strjoinv (" ", (char **) deadline->rows), *day = NULL, *at = NULL;
  g_autoptr (GError) why = NULL;
  FzFields *row;
  FzDate from, on;
  gint64 n = 0;

  if (!holds (deadline, entry) || fz_fields_get (entry, key) == NULL || !how_long (deadline, entry, &n) || !fz_date_parse (fz_fields_get (entry, key), &from, NULL))
    return NULL;
  row = fz_fields_new ("fuzhen.due/v1");
  fz_fields_set (row, "word", deadline->word);
  fz_fields_set (row, "label", deadline->label);
  fz_fields_set (row, "label_en", deadline->label_en);
  fz_fields_set (row, "rows", rows);
  if (deadline->at != NULL)
    at = due_time (deadline, entry, &n);
  fz_fields_set (row, "at", at);
  if (due_day (deadline, from, n, calendar, &on, &why)) {
    day = fz_date_format (on);
    fz_fields_set (row, "on", day);
  } else
    fz_fields_set (row, "problem", why->message);
  return row;
}

void
fz_register_put_due (const FzRegister *self, const FzFields *entry, const FzCalendar *calendar, FzFields *out)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);

  for (guint i = 0; i < self->deadlines->len; i++) {
    const Deadline *deadline = &g_array_index (self->deadlines, Deadline, i);
    FzFields *row;

    if (g_strv_contains (deadline->during, fz_fields_get (entry, "entry.state")) && (row = due_row (deadline, entry, calendar)) != NULL)
      g_ptr_array_add (rows, row);
  }
  g_ptr_array_sort (rows, by_day);
  for (guint i = 0; i < rows->len; i++) {
    g_autofree char *prefix = g_strdup_printf ("due.%02u", i);

    fz_fields_merge (out, prefix, rows->pdata[i]);
  }
}
