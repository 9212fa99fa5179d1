#include "ui/rx_trace.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

typedef struct {
  const FzFields *rx;
  GtkWidget *body;
  gint64 now_us;
} Trace;

/* One moment: a pill of what happened, who, and when. */
static void
put_moment (Trace *trace, FzStatus status, const char *what, const char *who, const char *time_key, const char *words)
{
  GtkWidget *row = fz_put (trace->body, fz_column (1)), *line = fz_put (row, fz_wrap_new (8, 2));
  g_autofree char *at = fz_words_time (trace->rx, time_key, trace->now_us);

  fz_wrap_add (line, fz_pill_new (status, what));
  if (who != NULL)
    fz_wrap_add (line, fz_text (who, "fz-strong"));
  fz_wrap_add (line, fz_text (at, "fz-caption"));
  if (words != NULL && *words != '\0')
    fz_put (row, fz_wrapped (words, "fz-soft"));
}

static const char *
part_get (const Trace *trace, guint i, const char *key)
{
  return fz_fields_get_at (trace->rx, "rx.part", i, key);
}

static void
append (GString *text, const char *caption, const char *value)
{
  if (value == NULL)
    return;
  if (text->len > 0)
    g_string_append (text, "　");
  g_string_append_printf (text, "%s %s", caption, value);
}

static char *
handed_words (const Trace *trace, guint i)
{
  GString *text = g_string_new (NULL);

  append (text, _ ("取药人"), part_get (trace, i, "receiver"));
  append (text, _ ("与患者关系"), part_get (trace, i, "relation_label"));
  append (text, _ ("证件尾号"), part_get (trace, i, "id_tail"));
  append (text, _ ("承运"), part_get (trace, i, "carrier"));
  append (text, _ ("运单"), part_get (trace, i, "parcel"));
  append (text, _ ("寄往"), part_get (trace, i, "address"));
  append (text, _ ("药店"), part_get (trace, i, "partner"));
  append (text, _ ("协议"), part_get (trace, i, "agreement"));
  return g_string_free (text, FALSE);
}

static const char *
sent_word (const char *way)
{
  if (g_strcmp0 (way, "counter") == 0)
    return _ ("发药");
  return g_strcmp0 (way, "outside") == 0 ? _ ("流转药店") : _ ("交配送");
}

static void
put_part (Trace *trace, guint i, gboolean numbered)
{
  g_autofree char *prefix = g_strdup_printf ("rx.part.%02u.", i), *handed = handed_words (trace, i), *head = g_strdup_printf (_ ("第 %u 批"), i + 1);
  g_autofree char *prepared = g_strconcat (prefix, "prepared_at", NULL), *checked = g_strconcat (prefix, "checked_at", NULL);
  g_autofree char *left = g_strconcat (prefix, "handed_at", NULL), *closed = g_strconcat (prefix, "closed_at", NULL);
  const char *state = part_get (trace, i, "state");
  gboolean back = g_strcmp0 (state, "returned") == 0, rejected = g_strcmp0 (state, "rejected") == 0;

  if (numbered)
    fz_put (trace->body, fz_text (head, "fz-caption"));
  if (fz_fields_has (trace->rx, prepared))
    put_moment (trace, FZ_STATUS_INFO, _ ("调配"), part_get (trace, i, "preparer_name"), prepared, NULL);
  if (fz_fields_has (trace->rx, checked))
    put_moment (trace, rejected ? FZ_STATUS_WARN : FZ_STATUS_INFO, rejected ? _ ("核对不符") : _ ("核对"), part_get (trace, i, "checker_name"),
                checked, part_get (trace, i, "check_words"));
  if (fz_fields_has (trace->rx, left))
    put_moment (trace, FZ_STATUS_OK, sent_word (part_get (trace, i, "way")), part_get (trace, i, "handler_name"), left, handed);
  if (fz_fields_has (trace->rx, closed)) {
    g_autoptr (GString) words = g_string_new (part_get (trace, i, "words"));

    append (words, _ ("药店调配"), part_get (trace, i, "prepared_by"));
    append (words, _ ("药店核对"), part_get (trace, i, "checked_by"));
    put_moment (trace, back ? FZ_STATUS_WARN : FZ_STATUS_OK, back ? _ ("已退回") : _ ("已送达"), part_get (trace, i, "closer_name"), closed, words->str);
  } else if (g_strcmp0 (state, "sent") == 0)
    fz_put (trace->body, fz_pill_new (FZ_STATUS_WARN, _ ("在途，待登记结果")));
}

static void
put_end (Trace *trace)
{
  const char *stage = fz_fields_get (trace->rx, "rx.stage");

  if (g_strcmp0 (stage, "expired") == 0)
    put_moment (trace, FZ_STATUS_NEUTRAL, _ ("过期失效"), NULL, "rx.valid_until", NULL);
  else if (g_strcmp0 (stage, "voided") == 0)
    put_moment (trace, FZ_STATUS_STOP, _ ("已作废"), NULL, "rx.voided_at", fz_fields_get (trace->rx, "rx.void_reason"));
  else if (g_strcmp0 (stage, "effective") == 0)
    put_moment (trace, FZ_STATUS_NEUTRAL, _ ("有效期至"), NULL, "rx.valid_until", NULL);
}

GtkWidget *
fz_rx_trace_new (const FzFields *rx, gint64 now_us)
{
  GtkWidget *card = fz_card_new_titled ("truck", _ ("发药轨迹"));
  Trace trace = { rx, fz_card_body (card), now_us };
  guint n = fz_fields_count (rx, "rx.part");

  gtk_box_set_spacing (GTK_BOX (trace.body), 8);
  put_moment (&trace, FZ_STATUS_INFO, _ ("开方"), fz_fields_get (rx, "rx.doctor_name"), "rx.signed_at", NULL);
  if (fz_fields_has (rx, "rx.reviewed_at"))
    put_moment (&trace, FZ_STATUS_INFO, _ ("审核"), fz_fields_get (rx, "rx.pharmacist_name"), "rx.reviewed_at", NULL);
  for (guint i = 0; i < n; i++)
    put_part (&trace, i, n > 1);
  put_end (&trace);
  return card;
}

/* --- given and owed --- */

static void
put_owed (GtkWidget *body, const char *name, gint64 gone, gint64 owed, const char *unit)
{
  g_autofree char *text = owed > 0 ? g_strdup_printf (_ ("已发 %" PRId64 "，尚欠 %" PRId64 " %s"), gone, owed, unit)
                                   : g_strdup_printf (_ ("已发 %" PRId64 " %s"), gone, unit);
  GtkWidget *line = fz_put (body, fz_line (8));

  fz_put_wide (line, fz_wrapped (name, NULL));
  fz_put (line, fz_pill_new (owed > 0 ? FZ_STATUS_WARN : FZ_STATUS_OK, text));
}

GtkWidget *
fz_rx_owed_new (const FzFields *rx)
{
  const char *word = fz_fields_get (rx, "rx.supply");
  gint64 gone = 0, owed = 0;
  gboolean some = FALSE;
  GtkWidget *card, *body;

  for (guint i = 0; i < fz_fields_count (rx, "rx.item"); i++)
    some = some || (fz_fields_get_int_at (rx, "rx.item", i, "gone", &gone) && gone > 0);
  some = some || (fz_fields_get_int (rx, "rx.gone", &gone) && gone > 0);
  if (!some || g_strcmp0 (word, "done") == 0 || g_strcmp0 (word, "sent") == 0)
    return NULL;
  card = fz_card_new_titled ("pill", _ ("已发与尚欠"));
  body = fz_card_body (card);
  if (fz_fields_get_int (rx, "rx.gone", &gone) && fz_fields_get_int (rx, "rx.owed", &owed)) {
    put_owed (body, _ ("中药饮片"), gone, owed, _ ("剂"));
    return card;
  }
  for (guint i = 0; i < fz_fields_count (rx, "rx.item"); i++) {
    const char *unit = fz_fields_get_at (rx, "rx.item", i, "unit");

    fz_fields_get_int_at (rx, "rx.item", i, "gone", &gone);
    fz_fields_get_int_at (rx, "rx.item", i, "owed", &owed);
    put_owed (body, fz_fields_get_at (rx, "rx.item", i, "generic"), gone, owed, unit != NULL ? unit : "");
  }
  return card;
}
