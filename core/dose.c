#include "core/dose.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "core/text.h"

/* `scale`: millionths of the base unit in one of this word. The first word of each meaning is the one shown. */
typedef struct {
  const char *word;
  const char *shown;
  FzUnitClass unit_class;
  gint64 scale;
} Unit;

#define MASS(word, shown, scale) { word, shown, FZ_UNIT_MASS, scale }
#define VOLUME(word, shown, scale) { word, shown, FZ_UNIT_VOLUME, scale }
#define ACTIVITY(word, shown, scale) { word, shown, FZ_UNIT_ACTIVITY, scale }
#define COUNT(word) { word, word, FZ_UNIT_COUNT, FZ_DOSE_MICRO }

static const Unit units[] = {
  MASS ("mg", "mg", 1000000),
  MASS ("毫克", "mg", 1000000),
  MASS ("g", "g", 1000000000),
  MASS ("克", "g", 1000000000),
  MASS ("μg", "μg", 1000),
  MASS ("ug", "μg", 1000),
  MASS ("mcg", "μg", 1000),
  MASS ("微克", "μg", 1000),
  VOLUME ("ml", "ml", 1000000),
  VOLUME ("毫升", "ml", 1000000),
  VOLUME ("l", "L", 1000000000),
  VOLUME ("升", "L", 1000000000),
  ACTIVITY ("iu", "IU", 1000000),
  ACTIVITY ("u", "IU", 1000000),
  ACTIVITY ("单位", "IU", 1000000),
  ACTIVITY ("国际单位", "IU", 1000000),
  ACTIVITY ("万iu", "万IU", 10000000000),
  ACTIVITY ("万u", "万IU", 10000000000),
  ACTIVITY ("万单位", "万IU", 10000000000),
  COUNT ("片"),
  COUNT ("粒"),
  COUNT ("袋"),
  COUNT ("支"),
  COUNT ("丸"),
  COUNT ("喷"),
  COUNT ("吸"),
  COUNT ("揿"),
  COUNT ("滴"),
  COUNT ("贴"),
  COUNT ("枚"),
  COUNT ("包"),
  COUNT ("瓶"),
  COUNT ("盒"),
  COUNT ("条"),
  COUNT ("块"),
};

static const Unit *
find_unit (const char *folded)
{
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_str_equal (units[i].word, folded))
      return &units[i];
  return NULL;
}

/* The entry under which a shown word was made. */
static const Unit *
unit_of (const FzDose *dose)
{
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (units[i].unit_class == dose->unit_class && g_strcmp0 (units[i].shown, dose->unit) == 0)
      return &units[i];
  return NULL;
}

const char *
fz_unit_word (const char *text, FzUnitClass *out_class)
{
  g_autofree char *folded = fz_text_fold (text);
  const Unit *unit = find_unit (folded);

  if (unit == NULL)
    return NULL;
  if (out_class != NULL)
    *out_class = unit->unit_class;
  return unit->shown;
}

gboolean
fz_unit_is_divisible (const char *unit)
{
  return g_strcmp0 (unit, "片") == 0;
}

/* Splits "0.5片" into digits before and after the point and the unit; FALSE when it does not begin with a plain number. */
static gboolean
split_number (const char *folded, char **whole, char **fraction, const char **rest)
{
  const char *at = folded;
  const char *point;

  while (g_ascii_isdigit (*at))
    at++;
  if (at == folded)
    return FALSE;
  *whole = g_strndup (folded, (gsize) (at - folded));
  point = at;
  if (*at == '.') {
    at++;
    while (g_ascii_isdigit (*at))
      at++;
    if (at == point + 1)
      return FALSE;
    *fraction = g_strndup (point + 1, (gsize) (at - point - 1));
  } else {
    *fraction = g_strdup ("");
  }
  *rest = at;
  return TRUE;
}

/* Digits scaled by `scale`; FALSE when a digit would be lost. */
static gboolean
scale_digits (const char *whole, const char *fraction, gint64 scale, gint64 *out)
{
  gint64 value = g_ascii_strtoll (whole, NULL, 10);

  if (strlen (whole) > 9 || !g_ascii_isdigit (*whole) || __builtin_mul_overflow (value, scale, &value))
    return FALSE;
  for (const char *digit = fraction; *digit != '\0'; digit++) {
    if (*digit != '0' && scale % 10 != 0)
      return FALSE;
    scale /= 10;
    if (*digit != '0' && scale == 0)
      return FALSE;
    if (__builtin_add_overflow (value, (*digit - '0') * scale, &value))
      return FALSE;
  }
  *out = value;
  return TRUE;
}

gboolean
fz_dose_parse (const char *text, FzDose *out, GError **error)
{
  g_autofree char *folded = fz_text_fold (text);
  g_autofree char *whole = NULL;
  g_autofree char *fraction = NULL;
  const char *rest = NULL;
  const Unit *unit;
  gint64 micro = 0;

  if (!split_number (folded, &whole, &fraction, &rest)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("剂量“%s”不是数字加单位，请写成如 80mg、0.5片、1喷"),
                 text != NULL ? text : "");
    return FALSE;
  }
  unit = find_unit (rest);
  if (unit == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID,
                 _("剂量“%s”的单位无法识别，请用 mg、g、μg、ml、IU 或片、粒、袋、喷等计数单位"), text);
    return FALSE;
  }
  if (!scale_digits (whole, fraction, unit->scale, &micro)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("剂量“%s”的数字过大或小数位过多"), text);
    return FALSE;
  }
  if (micro == 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("剂量“%s”必须大于零"), text);
    return FALSE;
  }
  *out = (FzDose){ .micro = micro, .unit_class = unit->unit_class, .unit = unit->shown };
  return TRUE;
}

char *
fz_dose_format_number (const FzDose *dose)
{
  const Unit *unit = unit_of (dose);
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 scale;
  gint64 rest;

  g_return_val_if_fail (unit != NULL && dose->micro >= 0, NULL);
  scale = unit->scale;
  rest = dose->micro % scale;
  g_string_append_printf (text, "%" G_GINT64_FORMAT, dose->micro / scale);
  if (rest != 0)
    g_string_append_c (text, '.');
  while (rest != 0) {
    scale /= 10;
    g_string_append_c (text, (char) ('0' + rest / scale));
    rest %= scale;
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
fz_dose_format (const FzDose *dose)
{
  g_autofree char *number = fz_dose_format_number (dose);

  return number != NULL ? g_strconcat (number, dose->unit, NULL) : NULL;
}

gboolean
fz_dose_comparable (const FzDose *a, const FzDose *b)
{
  return a->unit != NULL && b->unit != NULL && a->unit_class == b->unit_class &&
         (a->unit_class != FZ_UNIT_COUNT || g_str_equal (a->unit, b->unit));
}

int
fz_dose_compare (const FzDose *a, const FzDose *b)
{
  g_return_val_if_fail (fz_dose_comparable (a, b), 0);
  return (a->micro > b->micro) - (a->micro < b->micro);
}

FzDose
fz_dose_from_ug (gint64 ug)
{
  const char *unit = "mg";

  if (ug < 1000)
    unit = "μg";
  else if (ug >= 1000000 && ug % 100000 == 0)
    unit = "g";
  return (FzDose){ .micro = ug * 1000, .unit_class = FZ_UNIT_MASS, .unit = unit };
}

gboolean
fz_dose_get_ug (const FzDose *dose, gint64 *out_ug)
{
  if (dose->unit == NULL || dose->unit_class != FZ_UNIT_MASS || dose->micro % 1000 != 0)
    return FALSE;
  *out_ug = dose->micro / 1000;
  return TRUE;
}

gboolean
fz_dose_multiply (const FzDose *dose, gint64 times, FzDose *out)
{
  gint64 micro;

  if (__builtin_mul_overflow (dose->micro, times, &micro))
    return FALSE;
  *out = (FzDose){ .micro = micro, .unit_class = dose->unit_class, .unit = dose->unit };
  return TRUE;
}

gboolean
fz_dose_per_day (const FzDose *dose, const FzFrequency *frequency, FzDose *out)
{
  if (dose->unit == NULL || frequency->needs_total)
    return FALSE;
  return fz_dose_multiply (dose, (frequency->per + frequency->days - 1) / frequency->days, out);
}
