#include "core/portal.h"

#include "core/json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_BYTES (256 * 1024)
#define MAX_WORKDAYS 250

/* Every text is borrowed from `root`, every list of texts from `lists`. */
struct _FzPortal {
  FzJson *root;
  GPtrArray *lists;
  const char *reg;
  GArray *duties;
};

void
fz_portal_free (FzPortal *self)
{
  for (guint i = 0; i < self->duties->len; i++) {
    const FzPortalDuty *duty = fz_portal_get (self, i);

    g_clear_pointer (&((FzPortalDuty *) duty)->terms, g_array_unref);
    g_clear_pointer (&((FzPortalDuty *) duty)->columns, g_array_unref);
  }
  g_array_unref (self->duties);
  g_ptr_array_unref (self->lists);
  fz_json_free (self->root);
  g_free (self);
}

/* --- reading --- */

static const char **
new_list (FzPortal *self, guint n)
{
  const char **list = g_new0 (const char *, n + 1);

  g_ptr_array_add (self->lists, list);
  return list;
}

static const char *
read_text (const FzJson *object, const char *key, GError **error)
{
  const char *text = fz_json_get_string (object, key, error);

  if (text == NULL || *text != '\0')
    return text;
  fz_json_fail (object, key, _ ("不能为空。"), error);
  return NULL;
}

static gboolean
read_source (const FzJson *object, FzPortalSource *out, GError **error)
{
  static const char *const words[] = { "register", "staff", "department" };
  const char *word = read_text (object, "source", error);

  for (guint i = 0; word != NULL && i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i], word)) {
      *out = (FzPortalSource) i;
      return TRUE;
    }
  return word != NULL && fz_json_fail (object, "source", _ ("只能是 register、staff 或 department。"), error);
}

/* {"register": "changed_on", …}: a move and the field of the day. */
static gboolean
read_moves (FzPortal *self, const FzJson *object, FzPortalDuty *duty, GError **error)
{
  const FzJson *moves = fz_json_get_object (object, "moves", error);
  guint n = moves != NULL ? fz_json_count (moves) : 0;
  const char **words = new_list (self, n), **days = new_list (self, n);

  for (guint i = 0; i < n; i++) {
    words[i] = fz_json_get_name (fz_json_get_item (moves, i));
    days[i] = read_text (moves, words[i], error);
    if (days[i] == NULL)
      return FALSE;
  }
  duty->moves = words;
  duty->days = days;
  return moves != NULL && (n > 0 || fz_json_fail (object, "moves", _ ("列表不能为空。"), error));
}

static gboolean
read_when (FzPortal *self, const FzJson *object, FzPortalDuty *duty, GError **error)
{
  static const char *const known[] = { "field", "is", NULL };
  const FzJson *when = NULL, *is;
  const char **words;

  if (!fz_json_opt_object (object, "when", &when, error))
    return FALSE;
  if (when == NULL)
    return TRUE;
  if (!fz_json_check_keys (when, known, error) || (duty->when = read_text (when, "field", error)) == NULL ||
      (is = fz_json_get_array (when, "is", error)) == NULL)
    return FALSE;
  words = new_list (self, fz_json_count (is));
  for (guint i = 0; i < fz_json_count (is); i++)
    if ((words[i] = read_text (fz_json_get_item (is, i), NULL, error)) == NULL)
      return FALSE;
  duty->is = words;
  return TRUE;
}

static gboolean
read_term (const FzJson *object, FzPortalDuty *duty, GError **error)
{
  static const char *const known[] = { "place", "workdays", "basis", NULL };
  FzPortalTerm term = { 0 };
  gint64 workdays = 0;

  if (!fz_json_check_keys (object, known, error) || !fz_json_opt_string (object, "place", &term.place, error) ||
      !fz_json_get_int (object, "workdays", &workdays, error) || (term.basis = read_text (object, "basis", error)) == NULL)
    return FALSE;
  if (workdays < 1 || workdays > MAX_WORKDAYS)
    return fz_json_fail (object, "workdays", _ ("超出范围。"), error);
  term.workdays = (guint) workdays;
  g_array_append_val (duty->terms, term);
  return TRUE;
}

static gboolean
read_column (const FzJson *object, FzPortalDuty *duty, GError **error)
{
  static const char *const known[] = { "key", "label", "from", "needed", NULL };
  FzPortalColumn column = { 0 };

  if (!fz_json_check_keys (object, known, error) || (column.key = read_text (object, "key", error)) == NULL ||
      (column.label = read_text (object, "label", error)) == NULL || (column.from = read_text (object, "from", error)) == NULL ||
      !fz_json_opt_bool (object, "needed", &column.needed, error))
    return FALSE;
  g_array_append_val (duty->columns, column);
  return TRUE;
}

static gboolean
read_each (const FzJson *object, const char *key, FzPortalDuty *duty, gboolean (*read) (const FzJson *, FzPortalDuty *, GError **), GError **error)
{
  const FzJson *array = fz_json_get_array (object, key, error);

  for (guint i = 0; array != NULL && i < fz_json_count (array); i++)
    if (!read (fz_json_get_item (array, i), duty, error))
      return FALSE;
  return array != NULL;
}

/* Everywhere there is either a term or a last day that somebody wrote: a duty without one would never be late. */
static gboolean
check_terms (const FzJson *object, const FzPortalDuty *duty, GError **error)
{
  if ((duty->due != NULL) == (fz_portal_term (duty, NULL) != NULL))
    return fz_json_fail (object, "terms", _ ("须有一个不写地区的期限，或写明 due，二者只取其一。"), error);
  return duty->columns->len > 0 || fz_json_fail (object, "columns", _ ("列表不能为空。"), error);
}

static gboolean
read_duty (FzPortal *self, const FzJson *object, GError **error)
{
  static const char *const known[] = { "word", "label", "label_en", "source", "register", "moves", "when", "due", "owner", "files", "files_en", "terms", "columns", NULL };
  FzPortalDuty *duty, empty = { 0 };

  g_array_append_val (self->duties, empty);
  duty = &g_array_index (self->duties, FzPortalDuty, self->duties->len - 1);
  duty->terms = g_array_new (FALSE, TRUE, sizeof (FzPortalTerm));
  duty->columns = g_array_new (FALSE, TRUE, sizeof (FzPortalColumn));
  if (!fz_json_check_keys (object, known, error) || (duty->word = read_text (object, "word", error)) == NULL ||
      (duty->label = read_text (object, "label", error)) == NULL || (duty->label_en = read_text (object, "label_en", error)) == NULL ||
      !read_source (object, &duty->source, error) || !fz_json_opt_string (object, "due", &duty->due, error) ||
      !fz_json_opt_string (object, "owner", &duty->owner, error) || !fz_json_opt_string (object, "files", &duty->files, error) ||
      !fz_json_opt_string (object, "files_en", &duty->files_en, error) || !read_when (self, object, duty, error) ||
      !read_each (object, "terms", duty, read_term, error) || !read_each (object, "columns", duty, read_column, error))
    return FALSE;
  if (fz_portal_find (self, duty->word) != duty)
    return fz_json_fail (object, "word", _ ("编号重复。"), error);
  if (duty->source == FZ_PORTAL_REGISTER && ((duty->reg = read_text (object, "register", error)) == NULL || !read_moves (self, object, duty, error)))
    return FALSE;
  return check_terms (object, duty, error);
}

static gboolean
read_all (FzPortal *self, GError **error)
{
  static const char *const known[] = { "format", "register", "source", "duties", NULL };
  const char *format;
  const FzJson *duties;

  if (!fz_json_check_keys (self->root, known, error) || (format = fz_json_get_string (self->root, "format", error)) == NULL ||
      (self->reg = read_text (self->root, "register", error)) == NULL || read_text (self->root, "source", error) == NULL ||
      (duties = fz_json_get_array (self->root, "duties", error)) == NULL)
    return FALSE;
  if (!g_str_equal (format, "fuzhen.portal/v1"))
    return fz_json_fail (self->root, "format", _ ("不支持的版本。"), error);
  for (guint i = 0; i < fz_json_count (duties); i++)
    if (!read_duty (self, fz_json_get_item (duties, i), error))
      return FALSE;
  return TRUE;
}

FzPortal *
fz_portal_parse (const char *file, const void *json, gsize n, GError **error)
{
  FzJson *root = fz_json_parse_file (file, json, n, MAX_BYTES, error);
  g_autoptr (FzPortal) self = NULL;

  if (root == NULL)
    return NULL;
  self = g_new0 (FzPortal, 1);
  self->root = root;
  self->lists = g_ptr_array_new_with_free_func (g_free);
  self->duties = g_array_new (FALSE, TRUE, sizeof (FzPortalDuty));
  return read_all (self, error) ? g_steal_pointer (&self) : NULL;
}

/* --- asking --- */

const char *
fz_portal_get_register (const FzPortal *self)
{
  return self->reg;
}

guint
fz_portal_get_n (const FzPortal *self)
{
  return self->duties->len;
}

const FzPortalDuty *
fz_portal_get (const FzPortal *self, guint i)
{
  return &g_array_index (self->duties, FzPortalDuty, i);
}

const FzPortalDuty *
fz_portal_find (const FzPortal *self, const char *word)
{
  for (guint i = 0; i < self->duties->len; i++)
    if (g_strcmp0 (fz_portal_get (self, i)->word, word) == 0)
      return fz_portal_get (self, i);
  return NULL;
}

const FzPortalDuty *
fz_portal_find_source (const FzPortal *self, FzPortalSource source)
{
  for (guint i = 0; i < self->duties->len; i++)
    if (fz_portal_get (self, i)->source == source)
      return fz_portal_get (self, i);
  return NULL;
}

static gboolean
is_about (const FzPortalDuty *duty, const FzFields *entry)
{
  g_autofree char *key = duty->when != NULL ? g_strconcat ("field.", duty->when, NULL) : NULL;
  const char *value = key != NULL ? fz_fields_get (entry, key) : NULL;

  return key == NULL || (value != NULL && g_strv_contains (duty->is, value));
}

const FzPortalDuty *
fz_portal_find_move (const FzPortal *self, const FzFields *entry, const char *move, const char **out_day)
{
  for (guint i = 0; i < self->duties->len; i++) {
    const FzPortalDuty *duty = fz_portal_get (self, i);

    if (duty->source != FZ_PORTAL_REGISTER || g_strcmp0 (duty->reg, fz_fields_get (entry, "entry.register")) != 0 || !is_about (duty, entry))
      continue;
    for (guint k = 0; duty->moves[k] != NULL; k++)
      if (g_strcmp0 (duty->moves[k], move) == 0) {
        *out_day = duty->days[k];
        return duty;
      }
  }
  return NULL;
}

const FzPortalTerm *
fz_portal_term (const FzPortalDuty *duty, const char *place)
{
  const FzPortalTerm *found = NULL;

  for (guint i = 0; i < duty->terms->len; i++) {
    const FzPortalTerm *term = &g_array_index (duty->terms, FzPortalTerm, i);

    if (term->place == NULL ? found == NULL : g_strcmp0 (term->place, place) == 0)
      found = term;
  }
  return found;
}
