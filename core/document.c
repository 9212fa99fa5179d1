#include "core/document.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

static char *
first_note_sha256 (GBytes *text, const char *line)
{
  const char *const lines[] = { line, NULL };
  g_autoptr (GBytes) note = fz_note_join (text, lines);
  gsize n = 0;
  const void *bytes = g_bytes_get_data (note, &n);

  return fz_sha256_hex (bytes, n);
}

static FzDocument *
make (FzFields *body, GBytes *text, const char *const *lines, FzRole role, const char *person, gint64 signed_at_us, GError **error)
{
  g_autoptr (FzDocument) self = g_new0 (FzDocument, 1);
  gsize n = 0;
  const void *bytes = g_bytes_get_data (text, &n);

  self->lines = g_ptr_array_new_with_free_func (g_free);
  if (fz_fields_get (body, "id") == NULL || lines == NULL || lines[0] == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("文书没有编号或没有签名。"));
    return NULL;
  }
  self->id = g_strdup (fz_fields_get (body, "id"));
  self->body = fz_fields_ref (body);
  self->text = g_bytes_ref (text);
  self->text_sha256 = fz_sha256_hex (bytes, n);
  self->note_sha256 = first_note_sha256 (text, lines[0]);
  self->actor.role = role;
  self->actor.person = g_strdup (person);
  self->signed_at_us = signed_at_us;
  for (guint i = 0; lines[i] != NULL; i++)
    g_ptr_array_add (self->lines, g_strdup (lines[i]));
  return g_steal_pointer (&self);
}

FzDocument *
fz_document_new (FzFields *body, const char *lines, FzRole role, const char *person, gint64 signed_at_us, GError **error)
{
  g_auto (GStrv) split = fz_note_split_lines (lines);
  g_autoptr (GBytes) text = fz_fields_print (body, error);

  if (text == NULL)
    return NULL;
  return make (body, text, (const char *const *) split, role, person, signed_at_us, error);
}

FzDocument *
fz_document_from_bytes (guint64 number, GBytes *text, const char *const *lines, FzRole role, const char *person,
                        gint64 signed_at_us, GError **error)
{
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data (text, &n);
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) body = fz_fields_parse (bytes, n, &why);
  FzDocument *self;

  if (body == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("第 %" PRIu64 " 号文书已损坏：%s"), number, why->message);
    return NULL;
  }
  self = make (body, text, lines, role, person, signed_at_us, error);
  if (self != NULL)
    self->number = number;
  return self;
}

void
fz_document_free (FzDocument *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_clear_pointer (&self->body, fz_fields_unref);
  g_clear_pointer (&self->text, g_bytes_unref);
  g_free (self->text_sha256);
  g_free (self->note_sha256);
  g_free ((char *) self->actor.person);
  g_ptr_array_unref (self->lines);
  g_free (self);
}

GBytes *
fz_document_dup_note (const FzDocument *self)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();

  for (guint i = 0; i < self->lines->len; i++)
    g_ptr_array_add (lines, self->lines->pdata[i]);
  g_ptr_array_add (lines, NULL);
  return fz_note_join (self->text, (const char *const *) lines->pdata);
}

gboolean
fz_document_need (const FzFields *body, const char *const *keys, GError **error)
{
  for (guint i = 0; keys[i] != NULL; i++)
    if (!fz_fields_has (body, keys[i])) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("文书 %s 缺少“%s”。"), fz_fields_get_kind (body), keys[i]);
      return FALSE;
    }
  return TRUE;
}
