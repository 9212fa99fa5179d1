#include "ui/entry_words.h"
#include "ui/kit/say.h"

#include "core/date.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SOON_DAYS 3

static gboolean
in_english (void)
{
  return !g_str_equal (_ ("中文"), "中文");
}

const char *
fz_entry_label (const FzFields *facts, const char *list, guint i, const char *key)
{
  g_autofree char *english = g_strconcat (key, "_en", NULL);
  const char *value = NULL;

  if (in_english ())
    value = list != NULL ? fz_fields_get_at (facts, list, i, english) : fz_fields_get (facts, english);
  if (value == NULL)
    value = list != NULL ? fz_fields_get_at (facts, list, i, key) : fz_fields_get (facts, key);
  return value != NULL ? value : "";
}

static const char *
choice_label (const FzFields *reg, guint field, const char *code)
{
  g_autofree char *list = g_strdup_printf ("field.%02u.choice", field);

  for (guint c = 0; c < fz_fields_count (reg, list); c++)
    if (g_strcmp0 (fz_fields_get_at (reg, list, c, "code"), code) == 0)
      return fz_entry_label (reg, list, c, "label");
  return code; /* of an older edition of the register */
}

char *
fz_entry_value (const FzFields *reg, guint i, const FzFields *entry)
{
  const char *kind = fz_fields_get_at (reg, "field", i, "kind"), *value;
  g_autofree char *key = g_strconcat ("field.", fz_fields_get_at (reg, "field", i, "key"), NULL);

  value = entry != NULL ? fz_fields_get (entry, key) : NULL;
  if (value == NULL)
    return NULL;
  if (g_strcmp0 (kind, "choice") == 0)
    return g_strdup (choice_label (reg, i, value));
  if (g_strcmp0 (kind, "yesno") == 0)
    return g_strdup (g_str_equal (value, "yes") ? _ ("是") : _ ("否"));
  if (g_strcmp0 (kind, "fen") == 0)
    return fz_say_money (g_ascii_strtoll (value, NULL, 10));
  return g_strcmp0 (kind, "day") == 0 ? fz_say_value (value) : g_strdup (value);
}

char *
fz_entry_about (const FzFields *reg, const FzFields *entry)
{
  for (guint i = 0; i < fz_fields_count (reg, "field"); i++)
    if (g_strcmp0 (fz_fields_get_at (reg, "field", i, "key"), "subject") == 0 || g_strcmp0 (fz_fields_get_at (reg, "field", i, "kind"), "text") == 0) {
      char *value = fz_entry_value (reg, i, entry);

      if (value != NULL)
        return g_strdelimit (value, "\n", ' ');
    }
  return NULL;
}

char *
fz_entry_due (const FzFields *entry, guint i, gint64 now_us, FzStatus *out)
{
  const char *label = fz_entry_label (entry, "due", i, "label"), *on = fz_fields_get_at (entry, "due", i, "on"), *problem = fz_fields_get_at (entry, "due", i, "problem"), *at = fz_fields_get_at (entry, "due", i, "at");
  g_autofree char *whole = NULL, *said = NULL;
  FzDate day, today = fz_date_in_beijing (now_us);
  gboolean over;
  gint64 left;

  *out = FZ_STATUS_WARN;
  if (problem != NULL)
    return g_strdup_printf (_ ("%s：期限无法计算（%s）"), label, problem);
  if (on == NULL || !fz_date_parse (on, &day, NULL))
    return NULL;
  left = fz_date_days_between (today, day);
  over = fz_date_is_over (on, at, now_us);
  *out = over ? FZ_STATUS_STOP : left <= SOON_DAYS ? FZ_STATUS_WARN : FZ_STATUS_INFO;
  whole = at != NULL ? g_strdup_printf ("%s %s", on, at) : g_strdup (on);
  said = fz_say_value (whole);
  return over ? g_strdup_printf (_ ("%s %s（已逾期）"), said, label) : g_strdup_printf ("%s %s", said, label);
}

const char *
fz_entry_state (const FzFields *reg, const FzFields *entry, FzStatus *out)
{
  *out = fz_fields_is_yes (entry, "entry.ended") ? FZ_STATUS_OK : FZ_STATUS_INFO;
  for (guint i = 0; i < fz_fields_count (reg, "state"); i++)
    if (g_strcmp0 (fz_fields_get_at (reg, "state", i, "word"), fz_fields_get (entry, "entry.state")) == 0)
      return fz_entry_label (reg, "state", i, "label");
  return fz_fields_get (entry, "entry.state_label"); /* of an older edition of the register */
}
