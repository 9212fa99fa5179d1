#include "core/render.h"

#include "core/date.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MACHINE "校验信息\n"

typedef struct {
  char *list; /* NULL: an ordinary line; else the list this line repeats for */
  char *text;
} Line;

struct _FzTemplate {
  gint refs;
  char *id;
  char *kind;
  GHashTable *silent; /* keys */
  GHashTable *maps;   /* name -> GHashTable word -> label */
  GPtrArray *lines;   /* Line */
};

static void
line_free (gpointer data)
{
  Line *line = data;

  g_free (line->list);
  g_free (line->text);
  g_free (line);
}

FzTemplate *
fz_template_ref (FzTemplate *self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

void
fz_template_unref (FzTemplate *self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;
  g_free (self->id);
  g_free (self->kind);
  g_hash_table_unref (self->silent);
  g_hash_table_unref (self->maps);
  g_ptr_array_unref (self->lines);
  g_free (self);
}

const char *
fz_template_get_id (const FzTemplate *self)
{
  return self->id;
}

const char *
fz_template_get_kind (const FzTemplate *self)
{
  return self->kind;
}

static gboolean
bad_line (guint number, const char *why, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("文书模板第 %u 行：%s"), number, why);
  return FALSE;
}

static gboolean
parse_map (FzTemplate *self, char **words, guint number, GError **error)
{
  GHashTable *map = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  if (words[1] == NULL || g_hash_table_contains (self->maps, words[1])) {
    g_hash_table_unref (map);
    return bad_line (number, _ ("代码表没有名称或名称重复。"), error);
  }
  g_hash_table_insert (self->maps, g_strdup (words[1]), map);
  for (guint i = 2; words[i] != NULL; i++) {
    char *equals = strchr (words[i], '=');

    if (equals == NULL || equals == words[i] || equals[1] == '\0')
      return bad_line (number, _ ("代码表的条目应写成“代码=文字”。"), error);
    g_hash_table_insert (map, g_strndup (words[i], (gsize) (equals - words[i])), g_strdup (equals + 1));
  }
  return TRUE;
}

static gboolean
parse_directive (FzTemplate *self, const char *line, guint number, GError **error)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  if (g_str_equal (words[0], "#id") && words[1] != NULL && self->id == NULL)
    self->id = g_strdup (words[1]);
  else if (g_str_equal (words[0], "#kind") && words[1] != NULL && self->kind == NULL)
    self->kind = g_strdup (words[1]);
  else if (g_str_equal (words[0], "#silent"))
    for (guint i = 1; words[i] != NULL; i++)
      g_hash_table_add (self->silent, g_strdup (words[i]));
  else if (g_str_equal (words[0], "#map"))
    return parse_map (self, words, number, error);
  else
    return bad_line (number, _ ("不认识的指令。"), error);
  return TRUE;
}

static gboolean
parse_line (FzTemplate *self, const char *text, char **list, guint number, GError **error)
{
  gsize n = strlen (text);
  Line *line;

  if (text[0] == '#')
    return parse_directive (self, text, number, error);
  if (n > 3 && g_str_has_prefix (text, "[/") && text[n - 1] == ']') {
    if (*list == NULL || strncmp (text + 2, *list, n - 3) != 0)
      return bad_line (number, _ ("列表没有对应的开始标记。"), error);
    g_clear_pointer (list, g_free);
    return TRUE;
  }
  if (n > 2 && text[0] == '[' && text[n - 1] == ']' && strchr (text, '{') == NULL) {
    if (*list != NULL)
      return bad_line (number, _ ("列表不能嵌套。"), error);
    if (strchr (text, ' ') != NULL && strchr (text, '=') == NULL)
      return bad_line (number, _ ("列表的条件应写成“名称=文字”。"), error);
    *list = g_strndup (text + 1, n - 2);
    return TRUE;
  }
  line = g_new0 (Line, 1);
  line->list = g_strdup (*list);
  line->text = g_strdup (text);
  g_ptr_array_add (self->lines, line);
  return TRUE;
}

FzTemplate *
fz_template_parse (const char *text, gsize n, GError **error)
{
  g_autofree char *copy = g_strndup (text, n);
  g_auto (GStrv) lines = g_strsplit (copy, "\n", -1);
  g_autoptr (FzTemplate) self = g_new0 (FzTemplate, 1);
  g_autofree char *list = NULL;
  guint count = g_strv_length (lines);

  self->refs = 1;
  self->silent = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->maps = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
  self->lines = g_ptr_array_new_with_free_func (line_free);
  if (!g_utf8_validate (copy, -1, NULL)) {
    bad_line (1, _ ("不是有效的 UTF-8 文本。"), error);
    return NULL;
  }
  if (count > 0 && lines[count - 1][0] == '\0')
    count--; /* the last LF ends a line, it does not begin one */
  for (guint i = 0; i < count; i++)
    if (!parse_line (self, lines[i], &list, i + 1, error))
      return NULL;
  if (self->id == NULL || self->kind == NULL || list != NULL) {
    bad_line (count, _ ("缺少 #id 或 #kind，或列表没有结束标记。"), error);
    return NULL;
  }
  return g_steal_pointer (&self);
}

typedef struct {
  const FzTemplate *template;
  const FzFields *body;
  GHashTable *placed; /* keys that stood in the text */
  guint present, absent;
} Render;

static char *
format_value (Render *render, const char *value, const char *how, GError **error)
{
  GHashTable *map = how != NULL ? g_hash_table_lookup (render->template->maps, how) : NULL;
  gint64 us = 0;

  if (how == NULL)
    return g_strdup (value);
  if (map != NULL) {
    const char *label = g_hash_table_lookup (map, value);

    if (label != NULL)
      return g_strdup (label);
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("文书里的代码“%s”在模板的代码表“%s”中没有对应文字。"), value, how);
    return NULL;
  }
  if ((g_str_equal (how, "beijing") || g_str_equal (how, "date")) && fz_time_parse (value, &us)) {
    g_autofree char *full = fz_beijing_time_format (us);

    return g_str_equal (how, "date") ? g_strndup (full, 10) : g_steal_pointer (&full);
  }
  if (g_str_equal (how, "yuan")) {
    gint64 fen = g_ascii_strtoll (value, NULL, 10);

    return g_strdup_printf ("%" G_GINT64_FORMAT ".%02d", fen / 100, (int) (fen % 100));
  }
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("文书里的“%s”不能按“%s”显示。"), value, how);
  return NULL;
}

static char *
full_key (const char *name, const char *list, guint index)
{
  if (list == NULL)
    return g_strdup (name);
  if (g_str_equal (name, "."))
    return g_strdup_printf ("%s.%02u", list, index);
  return name[0] == '.' ? g_strdup_printf ("%s.%02u%s", list, index, name) : g_strdup (name);
}

/* A value of several lines keeps its lines, indented so that it cannot pass for a line of the form. */
static void
append_indented (GString *out, const char *value)
{
  for (const char *c = value; *c != '\0'; c++)
    if (*c == '\n')
      g_string_append (out, "\n　　");
    else
      g_string_append_c (out, *c);
}

/* Replaces one placeholder; NULL with error. */
static gboolean
place (Render *render, GString *out, const char *inside, const char *list, guint index, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (inside, "|", 2);
  g_autofree char *key = NULL, *shown = NULL;
  const char *value;

  if (list != NULL && g_str_equal (inside, "#")) {
    g_string_append_printf (out, "%u", index + 1);
    return TRUE;
  }
  key = full_key (parts[0], list, index);
  value = fz_fields_get (render->body, key);
  if (value == NULL) {
    render->absent++;
    g_string_append (out, "—");
    return TRUE;
  }
  shown = format_value (render, value, parts[1], error);
  if (shown == NULL)
    return FALSE;
  render->present++;
  g_hash_table_add (render->placed, g_steal_pointer (&key));
  append_indented (out, shown);
  return TRUE;
}

static gboolean
render_line (Render *render, GString *out, const char *list, const Line *line, guint index, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *at = line->text;

  render->present = render->absent = 0;
  while (*at != '\0') {
    const char *open = strchr (at, '{');
    const char *close = open != NULL ? strchr (open, '}') : NULL;
    g_autofree char *inside = NULL;

    if (close == NULL) {
      g_string_append (text, at);
      break;
    }
    g_string_append_len (text, at, open - at);
    inside = g_strndup (open + 1, (gsize) (close - open - 1));
    if (!place (render, text, inside, list, index, error))
      return FALSE;
    at = close + 1;
  }
  if (render->present > 0 || render->absent == 0)
    g_string_append_printf (out, "%s\n", text->str);
  return TRUE;
}

/* `condition` is key=word or key!=word; NULL holds always. */
static gboolean
is_meant (const Render *render, const char *list, guint i, const char *condition)
{
  const char *equals = condition != NULL ? strchr (condition, '=') : NULL;
  gboolean negated = equals != NULL && equals > condition && equals[-1] == '!';
  g_autofree char *key = equals != NULL ? g_strndup (condition, (gsize) (equals - condition) - (negated ? 1 : 0)) : NULL;

  return key == NULL || (g_strcmp0 (fz_fields_get_at (render->body, list, i, key), equals + 1) == 0) != negated;
}

static gboolean
render_list (Render *render, GString *out, guint first, guint *past, GError **error)
{
  GPtrArray *lines = render->template->lines;
  const char *list = ((Line *) lines->pdata[first])->list;
  g_auto (GStrv) parts = g_strsplit (list, " ", 2);
  guint count = fz_fields_count (render->body, parts[0]);
  guint last = first;

  while (last < lines->len && g_strcmp0 (((Line *) lines->pdata[last])->list, list) == 0)
    last++;
  for (guint i = 0; i < count; i++)
    for (guint at = first; at < last && is_meant (render, parts[0], i, parts[1]); at++)
      if (!render_line (render, out, parts[0], lines->pdata[at], i, error))
        return FALSE;
  *past = last;
  return TRUE;
}

typedef struct {
  Render *render;
  GString *silent;
  char *unplaced;
} Leftover;

static void
visit_leftover (const char *key, const char *value, gpointer data)
{
  Leftover *left = data;

  if (g_hash_table_contains (left->render->placed, key) || g_str_equal (key, "rendered_by") ||
      g_str_equal (key, "rendered_sha256"))
    return;
  if (!g_hash_table_contains (left->render->template->silent, key)) {
    g_auto (GStrv) parts = g_strsplit (key, ".", 2);
    g_autofree char *prefix = g_strconcat (parts[0], ".*", NULL);

    if (!g_hash_table_contains (left->render->template->silent, prefix)) {
      if (left->unplaced == NULL)
        left->unplaced = g_strdup (key);
      return;
    }
  }
  g_string_append_printf (left->silent, "  %s ", key);
  append_indented (left->silent, value);
  g_string_append_c (left->silent, '\n');
}

char *
fz_template_render (const FzTemplate *self, const FzFields *body, GError **error)
{
  g_autoptr (GHashTable) placed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) out = g_string_new (NULL), silent = g_string_new (NULL);
  Render render = { self, body, placed, 0, 0 };
  Leftover left = { &render, silent, NULL };
  g_autofree char *unplaced = NULL;

  if (!g_str_equal (self->kind, fz_fields_get_kind (body))) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("模板“%s”不能用于文书“%s”。"), self->id, fz_fields_get_kind (body));
    return NULL;
  }
  for (guint i = 0; i < self->lines->len;) {
    Line *line = self->lines->pdata[i];

    if (line->list != NULL ? !render_list (&render, out, i, &i, error) : !render_line (&render, out, NULL, line, 0, error))
      return NULL;
    if (line->list == NULL)
      i++;
  }
  fz_fields_foreach (body, visit_leftover, &left);
  unplaced = left.unplaced;
  if (unplaced != NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("文书中的“%s”没有显示位置，不能签名。"), unplaced);
    return NULL;
  }
  if (silent->len > 0)
    g_string_append_printf (out, MACHINE "%s", silent->str);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* The last of them: somebody may have written these words into the record. */
const char *
fz_rendered_find_machine (const char *text, gsize *out_people)
{
  const char *at = g_strrstr (text, "\n" MACHINE);

  if (out_people != NULL)
    *out_people = at != NULL ? (gsize) (at + 1 - text) : strlen (text);
  return at != NULL ? at + strlen ("\n" MACHINE) : NULL;
}

char *
fz_template_seal (const FzTemplate *self, FzFields *body, GError **error)
{
  g_autofree char *text = fz_template_render (self, body, error);
  g_autofree char *hash = NULL;

  if (text == NULL)
    return NULL;
  hash = fz_sha256_hex (text, strlen (text));
  fz_fields_set (body, "rendered_by", self->id);
  fz_fields_set (body, "rendered_sha256", hash);
  return g_steal_pointer (&text);
}

gboolean
fz_template_check (const FzTemplate *self, const FzFields *body, GError **error)
{
  g_autofree char *text = fz_template_render (self, body, error);
  g_autofree char *hash = NULL;

  if (text == NULL)
    return FALSE;
  hash = fz_sha256_hex (text, strlen (text));
  if (g_strcmp0 (hash, fz_fields_get (body, "rendered_sha256")) == 0 &&
      g_strcmp0 (self->id, fz_fields_get (body, "rendered_by")) == 0)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_SIGNATURE, _ ("文书的可读文本与签名时的内容不一致。"));
  return FALSE;
}
