/* A report as one page for a website: no script, nothing loaded from elsewhere. */
#include "app/paper/report.h"

#include <string.h>

/* What lies beside the page in its folder is linked; everything else is text. */
#define FILES "files/"

static const char head[] =
  "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n"
  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>%s</title>\n"
  "<style>body{font:16px/1.6 \"Noto Sans CJK SC\",\"Noto Sans SC\",sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#1c2733;background:#fff}"
  "h1{font-size:1.6em;margin:0}h2{font-size:1.15em;margin:1.8em 0 .4em}table{border-collapse:collapse;width:100%%}"
  "th,td{border:1px solid #c9d2dc;padding:.4em .6em;text-align:left;vertical-align:top;white-space:pre-line}th{background:#eef2f6}p{color:#4a5866;margin:.2em 0}</style>\n"
  "</head>\n<body>\n";

static void
append_cell (GString *out, const char *tag, const char *text)
{
  g_autofree char *safe = g_markup_escape_text (text, -1);

  if (g_str_has_prefix (text, FILES))
    g_string_append_printf (out, "<%s><a href=\"%s\">%s</a></%s>", tag, safe, safe + strlen (FILES), tag);
  else
    g_string_append_printf (out, "<%s>%s</%s>", tag, safe, tag);
}

static void
append_table (GString *out, const FzReportTable *table)
{
  g_autofree char *title = g_markup_escape_text (table->title, -1);

  g_string_append_printf (out, "<h2>%s</h2>\n<table>\n<thead><tr>", title);
  for (guint k = 0; k < table->columns->len; k++)
    append_cell (out, "th", ((FzReportColumn *) table->columns->pdata[k])->title);
  g_string_append (out, "</tr></thead>\n<tbody>\n");
  for (guint i = 0; i < table->rows->len; i++) {
    const FzReportCell *row = table->rows->pdata[i];

    g_string_append (out, "<tr>");
    for (guint k = 0; k < table->columns->len; k++) {
      g_autofree char *text = fz_report_cell_text (&row[k], ((FzReportColumn *) table->columns->pdata[k])->type);

      append_cell (out, "td", text);
    }
    g_string_append (out, "</tr>\n");
  }
  g_string_append (out, "</tbody>\n</table>\n");
}

char *
fz_report_to_html (const FzReport *self)
{
  GString *out = g_string_new (NULL);
  g_autofree char *title = g_markup_escape_text (self->title, -1), *name = g_markup_escape_text (self->institution, -1), *stand = fz_report_standing (self);
  g_autofree char *safe = g_markup_escape_text (stand, -1);

  g_string_append_printf (out, head, title);
  g_string_append_printf (out, "<h1>%s</h1>\n<p>%s</p>\n<p>%s</p>\n", title, name, safe);
  for (guint i = 0; i < self->tables->len; i++)
    append_table (out, self->tables->pdata[i]);
  g_string_append (out, "</body>\n</html>\n");
  return g_string_free (out, FALSE);
}
