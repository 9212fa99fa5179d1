#include "core/talk.h"

#include "core/text.h"

#include <glib/gi18n-lib.h>

#define MOST_MARKS 4
#define EMOJI_JOINER 0x200d

static const char *const kinds[FZ_N_TALK_KINDS] = {
  [FZ_TALK_TEXT] = "text", [FZ_TALK_IMAGE] = "image", [FZ_TALK_AUDIO] = "audio", [FZ_TALK_VIDEO] = "video", [FZ_TALK_NOTE] = "note"
};

const char *
fz_talk_kind_to_word (FzTalkKind kind)
{
  return kinds[kind];
}

gboolean
fz_talk_kind_from_word (const char *word, FzTalkKind *out)
{
  for (FzTalkKind i = 0; i < FZ_N_TALK_KINDS; i++)
    if (g_strcmp0 (kinds[i], word) == 0) {
      *out = i;
      return TRUE;
    }
  return FALSE;
}

/* --- words --- */

typedef struct {
  GString *out;
  guint marks, lines; /* in a row */
  gboolean changed;
} Clean;

/* Characters that are not seen and turn what stands around them, or hide in it. */
static gboolean
is_invisible (gunichar c)
{
  return g_unichar_iscntrl (c) || (g_unichar_type (c) == G_UNICODE_FORMAT && c != EMOJI_JOINER) || c == 0x2028 || c == 0x2029;
}

static void
add (Clean *self, gunichar c)
{
  gboolean is_mark = g_unichar_ismark (c);

  self->marks = is_mark ? self->marks + 1 : 0;
  self->lines = c == '\n' ? self->lines + 1 : 0;
  if (is_invisible (c) && c != '\n' && c != '\t')
    self->changed = TRUE;
  else if (self->marks > MOST_MARKS)
    self->changed = TRUE;
  else if (self->lines <= 2)
    g_string_append_unichar (self->out, c == '\t' ? ' ' : c);
}

char *
fz_talk_clean (const char *text, gboolean *out_changed)
{
  Clean self = { .out = g_string_new (NULL) };
  g_autofree char *tidy = NULL;

  if (!g_utf8_validate (text, -1, NULL)) {
    g_string_free (self.out, TRUE);
    return NULL;
  }
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    if (*p == '\r' && p[1] == '\n')
      continue;
    add (&self, *p == '\r' ? '\n' : g_utf8_get_char (p));
  }
  tidy = fz_text_tidy (self.out->str);
  if (out_changed != NULL)
    *out_changed = self.changed || tidy != NULL;
  if (tidy == NULL)
    return g_strstrip (g_string_free (self.out, FALSE));
  g_string_free (self.out, TRUE);
  return g_strstrip (g_steal_pointer (&tidy));
}

/* --- states --- */

static const struct {
  const char *from, *to;
} steps[] = {
  { "new", "seen" },
  { "queued", "sent" }, { "queued", "delivered" }, { "queued", "seen" }, { "queued", "failed" },
  { "sent", "delivered" }, { "sent", "seen" }, { "sent", "failed" },
  { "delivered", "seen" },
  { "failed", "queued" }, { "failed", "sent" }, { "failed", "delivered" }, { "failed", "seen" }, /* the patient has it after all */
};

gboolean
fz_talk_may_become (const char *from, const char *to)
{
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (g_strcmp0 (steps[i].from, from) == 0 && g_strcmp0 (steps[i].to, to) == 0)
      return TRUE;
  return FALSE;
}

const char *
fz_talk_state_label (const char *state)
{
  static const struct {
    const char *word, *label;
  } labels[] = {
    { "new", N_ ("未读") }, { "queued", N_ ("待发送") }, { "sent", N_ ("已发送") }, { "delivered", N_ ("已送达") },
    { "seen", N_ ("已读") }, { "failed", N_ ("未送达") }, { "kept", N_ ("仅存本院") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    if (g_strcmp0 (labels[i].word, state) == 0)
      return _ (labels[i].label);
  return NULL;
}
