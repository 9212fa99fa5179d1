#include "core/csv.h"

#include <string.h>

#include <glib/gi18n-lib.h>

struct _FzCsv {
  char *name;
  GPtrArray *columns; /* char* */
  GPtrArray *fields;  /* char*, row after row */
  GArray *lines;      /* guint, one a row */
};

/* Where the reader stands. */
typedef struct {
  const char *at;
  const char *end;
  const char *name;
  guint line;
} Reader;

static void
csv_clear (gpointer data)
{
  FzCsv *self = data;

  g_free (self->name);
  g_clear_pointer (&self->columns, g_ptr_array_unref);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_clear_pointer (&self->lines, g_array_unref);
}

FzCsv *
fz_csv_ref (FzCsv *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
fz_csv_unref (FzCsv *self)
{
  g_atomic_rc_box_release_full (self, csv_clear);
}

static void
set_line_error (GError **error, const char *name, guint line, const char *reason)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("%s 第 %u 行：%s"), name, line, reason);
}

static gboolean
at_line_end (const Reader *reader)
{
  return reader->at == reader->end || *reader->at == '\n' ||
         (*reader->at == '\r' && reader->at + 1 < reader->end && reader->at[1] == '\n');
}

static gboolean
is_refused_control (char c)
{
  return ((guchar) c < 0x20 && c != '\t') || c == 0x7f;
}

static char *
read_quoted (Reader *reader, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint opened = reader->line;

  for (reader->at++; reader->at < reader->end; reader->at++) {
    char c = *reader->at;

    if (c == '"') {
      reader->at++;
      if (reader->at == reader->end || *reader->at != '"') {
        if (at_line_end (reader) || *reader->at == ',')
          return g_string_free (g_steal_pointer (&text), FALSE);
        set_line_error (error, reader->name, reader->line, _("引号之后只能是逗号或行尾；字段内的引号请写成两个"));
        return NULL;
      }
    } else if (c == '\n') {
      reader->line++;
    } else if (c == '\r' && reader->at + 1 < reader->end && reader->at[1] == '\n') {
      continue; /* a line break inside a field is one LF whatever the file's habit */
    } else if (is_refused_control (c)) {
      set_line_error (error, reader->name, reader->line, _("含有控制字符，请删除"));
      return NULL;
    }
    g_string_append_c (text, c);
  }
  set_line_error (error, reader->name, opened, _("此处的引号没有配对"));
  return NULL;
}

static char *
read_plain (Reader *reader, GError **error)
{
  const char *start = reader->at;

  while (!at_line_end (reader) && *reader->at != ',') {
    if (*reader->at == '"') {
      set_line_error (error, reader->name, reader->line, _("字段中间出现引号，请用引号包住整个字段，并把其中的引号写成两个"));
      return NULL;
    }
    if (is_refused_control (*reader->at)) {
      set_line_error (error, reader->name, reader->line, _("含有控制字符，请删除"));
      return NULL;
    }
    reader->at++;
  }
  return g_strndup (start, (gsize) (reader->at - start));
}

/* Reads one record into `out` and steps over its line end; returns how many fields or 0 with an error. */
static guint
read_record (Reader *reader, GPtrArray *out, GError **error)
{
  guint count = 0;

  while (TRUE) {
    char *field = reader->at < reader->end && *reader->at == '"' ? read_quoted (reader, error) : read_plain (reader, error);

    if (field == NULL)
      return 0;
    g_ptr_array_add (out, field);
    count++;
    if (reader->at < reader->end && *reader->at == ',') {
      reader->at++;
      continue;
    }
    if (reader->at < reader->end) {
      reader->at += *reader->at == '\r' ? 2 : 1;
      reader->line++;
    }
    return count;
  }
}

static gboolean
check_header (const FzCsv *self, GError **error)
{
  for (guint i = 0; i < self->columns->len; i++) {
    const char *column = g_ptr_array_index (self->columns, i);

    if (*column == '\0') {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("%s 第 1 行：第 %u 列没有列名"), self->name, i + 1);
      return FALSE;
    }
    if (fz_csv_find_column (self, column) != (int) i) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("%s 第 1 行：列名“%s”重复"), self->name, column);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
read_rows (FzCsv *self, Reader *reader, GError **error)
{
  while (reader->at < reader->end) {
    guint line = reader->line;
    guint count;

    if (at_line_end (reader)) {
      set_line_error (error, self->name, line, _("空行，请删除"));
      return FALSE;
    }
    count = read_record (reader, self->fields, error);
    if (count == 0)
      return FALSE;
    if (count != self->columns->len) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("%s 第 %u 行：应有 %u 列，实有 %u 列"), self->name, line,
                   self->columns->len, count);
      return FALSE;
    }
    g_array_append_val (self->lines, line);
  }
  return TRUE;
}

/* A byte that is not UTF-8 is worth its line: usually the file was saved as GB18030. */
static gboolean
check_utf8 (const char *text, gsize n, const char *name, GError **error)
{
  const char *bad = NULL;
  guint line = 1;

  if (g_utf8_validate_len (text, n, &bad))
    return TRUE;
  for (const char *at = text; at < bad; at++)
    line += *at == '\n';
  set_line_error (error, name, line, _("不是有效的 UTF-8 文本，请另存为 UTF-8 编码后再导入"));
  return FALSE;
}

FzCsv *
fz_csv_parse (const guint8 *bytes, gsize n, const char *name, GError **error)
{
  g_autoptr (FzCsv) self = NULL;
  const char *text = (const char *) bytes;
  Reader reader = { .name = name, .line = 1 };

  if (n >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0) {
    text += 3;
    n -= 3;
  }
  if (!check_utf8 (text, n, name, error))
    return NULL;
  self = g_atomic_rc_box_new0 (FzCsv);
  self->name = g_strdup (name);
  self->columns = g_ptr_array_new_with_free_func (g_free);
  self->fields = g_ptr_array_new_with_free_func (g_free);
  self->lines = g_array_new (FALSE, FALSE, sizeof (guint));
  reader.at = text;
  reader.end = text + n;
  if (reader.at == reader.end || at_line_end (&reader)) {
    set_line_error (error, name, 1, _("缺少列名行"));
    return NULL;
  }
  if (read_record (&reader, self->columns, error) == 0 || !check_header (self, error) || !read_rows (self, &reader, error))
    return NULL;
  return g_steal_pointer (&self);
}

const char *
fz_csv_get_name (const FzCsv *self)
{
  return self->name;
}

guint
fz_csv_get_n_rows (const FzCsv *self)
{
  return self->lines->len;
}

guint
fz_csv_get_n_columns (const FzCsv *self)
{
  return self->columns->len;
}

const char *
fz_csv_get_column (const FzCsv *self, guint column)
{
  g_return_val_if_fail (column < self->columns->len, NULL);
  return g_ptr_array_index (self->columns, column);
}

int
fz_csv_find_column (const FzCsv *self, const char *column)
{
  for (guint i = 0; i < self->columns->len; i++)
    if (g_str_equal (g_ptr_array_index (self->columns, i), column))
      return (int) i;
  return -1;
}

gboolean
fz_csv_require (const FzCsv *self, const char *const *columns, GError **error)
{
  for (guint i = 0; columns[i] != NULL; i++)
    if (fz_csv_find_column (self, columns[i]) < 0) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("%s 第 1 行：缺少列“%s”"), self->name, columns[i]);
      return FALSE;
    }
  return TRUE;
}

guint
fz_csv_get_line (const FzCsv *self, guint row)
{
  g_return_val_if_fail (row < self->lines->len, 0);
  return g_array_index (self->lines, guint, row);
}

const char *
fz_csv_get_at (const FzCsv *self, guint row, guint column)
{
  g_return_val_if_fail (row < self->lines->len && column < self->columns->len, NULL);
  return g_ptr_array_index (self->fields, row * self->columns->len + column);
}

const char *
fz_csv_get (const FzCsv *self, guint row, const char *column)
{
  int position = fz_csv_find_column (self, column);

  return position < 0 ? "" : fz_csv_get_at (self, row, (guint) position);
}

void
fz_csv_set_error (const FzCsv *self, guint row, const char *column, GError **error, const char *reason)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("%s 第 %u 行，列 %s：%s"), self->name, fz_csv_get_line (self, row),
               column, reason);
}

void
fz_csv_append_field (GString *csv, const char *value)
{
  g_string_append_c (csv, '"');
  for (const char *c = value != NULL ? value : ""; *c != '\0'; c++) {
    if (*c == '"')
      g_string_append_c (csv, '"');
    g_string_append_c (csv, *c);
  }
  g_string_append_c (csv, '"');
}
