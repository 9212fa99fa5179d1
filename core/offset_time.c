#include "core/offset_time.h"

#include "core/date.h"
#include "core/fields.h"

gboolean
fz_offset_time_parse (const char *text, gint64 *out_us)
{
  static GRegex *pattern = NULL;
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *local = NULL, *zone = NULL, *utc = NULL;
  gint64 us = 0, minutes = 0;

  if (g_once_init_enter (&pattern)) {
    GRegex *made = g_regex_new ("^(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)(?:\\.\\d{1,9})?(Z|[+-](?:0\\d|1[0-4]):[0-5]\\d)$",
                                G_REGEX_DOLLAR_ENDONLY, G_REGEX_MATCH_DEFAULT, NULL);

    g_once_init_leave (&pattern, made);
  }
  if (!g_regex_match (pattern, text, G_REGEX_MATCH_DEFAULT, &match))
    return FALSE;
  local = g_match_info_fetch (match, 1);
  zone = g_match_info_fetch (match, 2);
  utc = g_strconcat (local, "Z", NULL);
  if (!fz_time_parse (utc, &us))
    return FALSE;
  if (*zone != 'Z')
    minutes = g_ascii_strtoll (zone + 1, NULL, 10) * 60 + g_ascii_strtoll (zone + 4, NULL, 10);
  *out_us = us - (*zone == '-' ? -minutes : minutes) * 60 * FZ_US_PER_SECOND;
  return TRUE;
}

char *
fz_offset_time_format (gint64 utc_us)
{
  g_autofree char *text = fz_beijing_time_format (utc_us);

  text[10] = 'T';
  return g_strconcat (text, "+08:00", NULL);
}
