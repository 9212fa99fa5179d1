/* Which of the regulation's papers this prescription is written on (普通、急诊、儿科): colour and mark are data. */
#include "app/paper/slip_private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

static gboolean
is_of_row (const FzCodes *marks, guint row, const FzFields *rx)
{
  const char *department = fz_fields_get (rx, "dept.id"), *under = fz_codes_get (marks, row, "under_years");
  gint64 age = -1;

  if (department != NULL && *fz_codes_get (marks, row, "departments") != '\0' && fz_codes_field_has (marks, row, "departments", department))
    return TRUE;
  return *under != '\0' && fz_fields_get_int (rx, "patient.age_years", &age) && age < g_ascii_strtoll (under, NULL, 10);
}

static int
find_row (const FzCodes *marks, const FzFields *rx)
{
  const char *word = fz_fields_get (rx, "rx.mark");

  if (word != NULL)
    return fz_codes_find_code (marks, word);
  for (guint i = 1; i < fz_codes_get_n (marks); i++)
    if (is_of_row (marks, i, rx))
      return (int) i;
  return fz_codes_get_n (marks) > 0 ? 0 : -1;
}

static double
part_of (guint64 colour, guint shift)
{
  return (double) ((colour >> shift) & 0xff) / 255.0;
}

gboolean
fz_slip_mark_choose (const FzCodes *marks, const FzFields *rx, FzSlipMark *out, GError **error)
{
  int row = find_row (marks, rx);
  const char *tint = row >= 0 ? fz_codes_get (marks, (guint) row, "tint") : "";
  guint64 colour = 0;

  if (row < 0 || strlen (tint) != 6 || !g_ascii_string_to_unsigned (tint, 16, 0, 0xffffff, &colour, NULL)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("处方笺的标注“%s”不在代码表 slip-marks 中，不能印处方笺。"),
                 fz_fields_has (rx, "rx.mark") ? fz_fields_get (rx, "rx.mark") : "");
    return FALSE;
  }
  out->words = fz_codes_get (marks, (guint) row, "words");
  out->red = part_of (colour, 16);
  out->green = part_of (colour, 8);
  out->blue = part_of (colour, 0);
  out->tinted = colour != 0xffffff;
  out->child = *fz_codes_get (marks, (guint) row, "under_years") != '\0';
  return TRUE;
}
