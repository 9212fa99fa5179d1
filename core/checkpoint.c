/* C2SP tlog-checkpoint texts: half of core/merkle.h. */
#include "core/fields.h"
#include "core/merkle.h"
#include "core/note_format.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define TIME_WORD "time "

char *
fz_checkpoint_text (const char *origin, guint64 size, const FzHash *root, gint64 utc_us)
{
  g_autofree char *base64 = g_base64_encode (root->bytes, FZ_HASH_BYTES);
  g_autofree char *at = fz_time_format (utc_us);

  return g_strdup_printf ("%s\n%" G_GUINT64_FORMAT "\n%s\n" TIME_WORD "%s\n", origin, size, base64, at);
}

static gboolean
parse_size (const char *line, guint64 *out)
{
  return strspn (line, "0123456789") == strlen (line) && (line[0] != '0' || line[1] == '\0')
         && g_ascii_string_to_unsigned (line, 10, 0, G_MAXUINT64, out, NULL);
}

/* Extension lines: ours is the time, at most once; others are signed but mean nothing here. */
static gboolean
parse_extensions (FzCheckpoint *self, char **lines)
{
  gboolean seen = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (*lines[i] == '\0')
        return FALSE;
      if (!g_str_has_prefix (lines[i], TIME_WORD))
        continue;
      if (seen || !fz_time_parse (lines[i] + strlen (TIME_WORD), &self->at_us))
        return FALSE;
      seen = TRUE;
    }
  return TRUE;
}

FzCheckpoint *
fz_checkpoint_parse (const guint8 *text, gsize n, GError **error)
{
  g_autoptr (FzCheckpoint) self = g_new0 (FzCheckpoint, 1);
  g_autofree char *copy = NULL;
  g_auto (GStrv) lines = NULL;
  gsize n_root = 0;

  if (n > 1 && n <= FZ_FIELDS_MAX_BYTES && text[n - 1] == '\n' && g_utf8_validate_len ((const char *) text, n, NULL))
    {
      copy = g_strndup ((const char *) text, n - 1);
      lines = g_strsplit (copy, "\n", -1);
    }
  if (lines == NULL || g_strv_length (lines) < 3 || *lines[0] == '\0' || !parse_size (lines[1], &self->size)
      || !fz_note_base64_decode (lines[2], strlen (lines[2]), self->root.bytes, FZ_HASH_BYTES, &n_root)
      || n_root != FZ_HASH_BYTES || !parse_extensions (self, lines + 3))
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("检查点文本的格式不对，应依次为来源、条数、根哈希"));
      return NULL;
    }
  self->origin = g_strdup (lines[0]);
  return g_steal_pointer (&self);
}

void
fz_checkpoint_free (FzCheckpoint *self)
{
  if (self == NULL)
    return;
  g_free (self->origin);
  g_free (self);
}
