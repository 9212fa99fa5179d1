/* Single fields: read one fact, or say once what is wrong with it. */
#include "app/intake_bundle_private.h"

#include <string.h>

#include "core/idnumber.h"
#include "core/text.h"

#include <glib/gi18n-lib.h>

#define CLOCK_SLACK_US (5 * 60 * FZ_US_PER_SECOND) /* the front's clock and ours */

/* --- saying what is wrong, once a field --- */

static gboolean
has_problem (const FzBundleLook *self, const char *field)
{
  for (guint i = 0; i < self->problems->len; i++)
    if (strcmp (((FzBundleProblem *) self->problems->pdata[i])->field, field) == 0)
      return TRUE;
  return FALSE;
}

void
fz_bundle_complain (FzBundleLook *self, const char *field, const char *reason)
{
  g_autofree char *name = fz_bundle_field_words (field);

  if (!has_problem (self, field))
    fz_bundle_add_problem (self->problems, field, "%s%s%s%s：%s", name, *field != '\0' ? "（" : "", field,
                           *field != '\0' ? "）" : "", reason);
}

void
fz_bundle_complain_error (FzBundleLook *self, const char *field, GError *error)
{
  fz_bundle_complain (self, field, error->message);
  g_error_free (error);
}

/* --- single fields --- */

static gboolean
is_blank (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

static gboolean
has_controls (const char *text, gboolean lines)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (g_unichar_iscntrl (c) && !(lines && c == '\n'))
      return TRUE;
  }
  return FALSE;
}

/* The value when it is there and fit; else NULL, after saying what is wrong unless it may be absent. */
const char *
fz_bundle_look_text (FzBundleLook *self, const char *field, glong max_chars, gboolean required, gboolean lines)
{
  const char *value = fz_fields_get (self->facts, field);
  g_autofree char *reason = NULL;

  if (value == NULL && !required)
    return NULL;
  if (value == NULL || !g_utf8_validate (value, -1, NULL) || is_blank (value))
    reason = g_strdup (_ ("没有填写。"));
  else if (has_controls (value, lines))
    reason = g_strdup (_ ("含有换行或控制字符，请去掉。"));
  else if (fz_text_is_deceptive (value))
    reason = g_strdup (_ ("含有改变显示顺序的字符，或一个字上叠了过多符号，请去掉。"));
  else if (g_utf8_strlen (value, -1) > max_chars)
    reason = g_strdup_printf (_ ("超过 %ld 个字，请缩短。"), max_chars);
  if (reason != NULL)
    fz_bundle_complain (self, field, reason);
  return reason == NULL ? value : NULL;
}

const char *
fz_bundle_need_line (FzBundleLook *self, const char *field, glong max_chars)
{
  return fz_bundle_look_text (self, field, max_chars, TRUE, FALSE);
}

void
fz_bundle_look_line (FzBundleLook *self, const char *field, glong max_chars)
{
  fz_bundle_look_text (self, field, max_chars, FALSE, FALSE);
}

void
fz_bundle_look_truth (FzBundleLook *self, const char *field)
{
  const char *word = fz_fields_get (self->facts, field);

  if (word != NULL && strcmp (word, "yes") != 0 && strcmp (word, "no") != 0)
    fz_bundle_complain (self, field, _ ("应为是（yes）或否（no）。"));
}

/* The label of the code, or NULL. */
const char *
fz_bundle_need_code (FzBundleLook *self, const char *field, FzCodes *codes)
{
  const char *code = fz_bundle_need_line (self, field, 40);
  const char *label = code != NULL ? fz_codes_get_label (codes, code) : NULL;

  if (code != NULL && label == NULL) {
    g_autofree char *reason = g_strdup_printf (_ ("“%s”不在代码表里，请按代码表填写。"), code);

    fz_bundle_complain (self, field, reason);
  }
  return label;
}

gboolean
fz_bundle_need_past_day (FzBundleLook *self, const char *field, FzDate *out)
{
  const char *text = fz_bundle_need_line (self, field, 10);

  if (text == NULL)
    return FALSE;
  if (!fz_date_parse (text, out, NULL))
    fz_bundle_complain (self, field, _ ("应为存在的日期，写作 2026-01-05。"));
  else if (fz_date_compare (*out, self->today) > 0)
    fz_bundle_complain (self, field, _ ("晚于今天，请核对。"));
  else
    return TRUE;
  return FALSE;
}

void
fz_bundle_need_past_time (FzBundleLook *self, const char *field)
{
  gint64 us = 0;

  if (!fz_fields_has (self->facts, field))
    fz_bundle_complain (self, field, _ ("没有填写。"));
  else if (!fz_fields_get_time (self->facts, field, &us))
    fz_bundle_complain (self, field, _ ("不是有效的时间。"));
  else if (us > self->with->now_us + CLOCK_SLACK_US)
    fz_bundle_complain (self, field, _ ("晚于现在，请核对发送方与本机的时钟。"));
}

void
fz_bundle_need_mobile (FzBundleLook *self, const char *field)
{
  const char *text = fz_bundle_need_line (self, field, 20);
  GError *error = NULL;

  if (text != NULL && !fz_mobile_check (text, &error))
    fz_bundle_complain_error (self, field, error);
}

void
fz_bundle_need_hash (FzBundleLook *self, const char *field)
{
  const char *text = fz_bundle_need_line (self, field, 64);

  if (text != NULL && (strlen (text) != 64 || strspn (text, "0123456789abcdef") != 64))
    fz_bundle_complain (self, field, _ ("应为 64 位小写十六进制的 SHA-256 摘要。"));
}

/* In the one spelling that is stored; NULL when missing. */
const char *
fz_bundle_need_id_number (FzBundleLook *self, const char *field)
{
  const char *text = fz_bundle_need_line (self, field, 40);
  g_autofree char *normal = text != NULL ? fz_id_number_normalize (text) : NULL;

  if (normal == NULL)
    return NULL;
  fz_fields_set (self->facts, field, normal);
  return fz_fields_get (self->facts, field);
}
