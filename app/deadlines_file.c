/* The deadlines as a calendar for other programs (期限导出为日历): RFC 5545, a day each, with a reminder as long before as its kind asks. */
#include "app/desk_private.h"

#include "app/knowledge.h"
#include "app/out_file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define LONGEST_LINE 75 /* octets, RFC 5545 section 3.1 */

static void
append_escaped (GString *out, const char *text)
{
  for (const char *p = text; p != NULL && *p != '\0'; p++)
    if (*p == '\n')
      g_string_append (out, "\\n");
    else {
      if (strchr ("\\;,", *p) != NULL)
        g_string_append_c (out, '\\');
      g_string_append_c (out, *p);
    }
}

/* Folded between characters: what goes on begins with a space. */
static void
append_line (GString *out, const char *name, const char *text)
{
  g_autoptr (GString) line = g_string_new (name);
  gsize used = 0;

  append_escaped (line, text);
  for (const char *p = line->str; *p != '\0';) {
    gsize n = (gsize) (g_utf8_next_char (p) - p);

    if (used + n > LONGEST_LINE) {
      g_string_append (out, "\r\n ");
      used = 1;
    }
    g_string_append_len (out, p, (gssize) n);
    used += n;
    p += n;
  }
  g_string_append (out, "\r\n");
}

static void
append_day (GString *out, const char *name, FzDate day)
{
  g_string_append_printf (out, "%s%04d%02d%02d\r\n", name, day.year, day.month, day.day);
}

/* The same deadline has the same name in every file, so that a calendar that reads it again does not show it twice. */
static void
append_uid (GString *out, const FzFields *row)
{
  static const char *const keys[] = { "kind", "what", "subject", "on" };
  g_autoptr (GString) all = g_string_new (NULL);
  g_autofree char *hash = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_string_append_printf (all, "%s\n", fz_fields_has (row, keys[i]) ? fz_fields_get (row, keys[i]) : "");
  hash = fz_sha256_hex (all->str, all->len);
  g_string_append_printf (out, "UID:%.32s@fuzhen\r\n", hash);
}

static void
append_alarm (GString *out, const FzCodes *leads, const FzFields *row)
{
  int found = fz_codes_find_code (leads, fz_fields_get (row, "kind"));
  const char *own = fz_fields_get (row, "lead"); /* a register's */
  gint64 days = g_ascii_strtoll (own != NULL ? own : found >= 0 ? fz_codes_get (leads, (guint) found, "days") : "0", NULL, 10);

  if (days <= 0)
    return;
  g_string_append (out, "BEGIN:VALARM\r\nACTION:DISPLAY\r\n");
  append_line (out, "DESCRIPTION:", fz_fields_get (row, "label"));
  g_string_append_printf (out, "TRIGGER:-P%dD\r\nEND:VALARM\r\n", (int) days);
}

/* What has no day that can be reckoned, or no limit, is not in a calendar. */
static gboolean
append_event (GString *out, const FzCodes *leads, const FzFields *row, const char *stamp)
{
  const char *subject = fz_fields_get (row, "subject"), *name = fz_fields_get (row, "name");
  g_autofree char *about = g_strjoin (" ", subject != NULL ? subject : "", name != NULL ? name : "", NULL), *summary = NULL,
                  *label = fz_fields_has (row, "at") ? g_strdup_printf (_ ("%s（%s 前）"), fz_fields_get (row, "label"), fz_fields_get (row, "at")) : g_strdup (fz_fields_get (row, "label"));
  FzDate day;

  if (!fz_fields_has (row, "days") || !fz_date_parse (fz_fields_get (row, "on"), &day, NULL))
    return FALSE;
  summary = *g_strstrip (about) != '\0' ? g_strdup_printf ("%s：%s", label, about) : g_strdup (label);
  g_string_append (out, "BEGIN:VEVENT\r\n");
  append_uid (out, row);
  g_string_append_printf (out, "DTSTAMP:%s\r\n", stamp);
  append_day (out, "DTSTART;VALUE=DATE:", day);
  append_day (out, "DTEND;VALUE=DATE:", fz_date_add_days (day, 1));
  append_line (out, "SUMMARY:", summary);
  if (fz_fields_has (row, "tell") || fz_fields_has (row, "owner")) {
    g_autofree char *owner = fz_fields_has (row, "owner") ? g_strdup_printf (_ ("负责人：%s"), fz_fields_get (row, "owner")) : NULL,
                    *tell = fz_fields_has (row, "tell") ? g_strdup_printf (_ ("已逾期，应报告：%s"), fz_fields_get (row, "tell")) : NULL,
                    *all = g_strconcat (owner != NULL ? owner : tell, owner != NULL && tell != NULL ? "\n" : NULL, tell, NULL);

    append_line (out, "DESCRIPTION:", all);
  }
  g_string_append (out, "TRANSP:TRANSPARENT\r\n");
  append_alarm (out, leads, row);
  g_string_append (out, "END:VEVENT\r\n");
  return TRUE;
}

static gboolean
audit_export (FzTxn *txn, gpointer data, GError **error)
{
  return fz_session_audit (data, txn, "deadlines.export", "store", NULL, "done", NULL, NULL, error);
}

gboolean
fz_desk_export_deadlines (FzSession *session, const char *path, guint *out_n, GError **error)
{
  const FzCodes *leads = fz_knowledge_codes (session->desk->knowledge, "lead-times");
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GString) out = g_string_new ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fuzhen//deadlines//ZH\r\nCALSCALE:GREGORIAN\r\n");
  g_autofree char *now = fz_time_format (fz_session_now_us (session)), *stamp = NULL;
  g_autoptr (GError) why = NULL;
  guint n = 0;

  if (!fz_session_may (session, "deadlines.export", "store", NULL, error) || (rows = fz_desk_list_deadlines (session, error)) == NULL)
    return FALSE;
  stamp = g_strdup_printf ("%.4s%.2s%.2sT%.2s%.2s%.2sZ", now, now + 5, now + 8, now + 11, now + 14, now + 17);
  append_line (out, "X-WR-CALNAME:", _ ("复诊：期限"));
  for (guint i = 0; i < rows->len; i++)
    n += append_event (out, leads, rows->pdata[i], stamp);
  g_string_append (out, "END:VCALENDAR\r\n");
  if (!fz_store_run (session->desk->store, FZ_TXN_RECORD, audit_export, session, error))
    return FALSE;
  if (!fz_out_file_save_text (out->str, path, &why))
    return fz_session_fail (session, "deadlines.export", "store", NULL, g_steal_pointer (&why), error);
  if (out_n != NULL)
    *out_n = n;
  return TRUE;
}
