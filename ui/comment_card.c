#include "ui/comment_card.h"

#include "ui/comment_codes.h"
#include "ui/kit/kit.h"
#include "ui/knowledge_limits.h"
#include "ui/layout.h"
#include "ui/review_item.h"
#include "ui/rx_sheet.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

static FzStatus
status_of_result (const char *result)
{
  if (g_strcmp0 (result, "reasonable") == 0 || g_strcmp0 (result, "grade_a") == 0)
    return FZ_STATUS_OK;
  return g_strcmp0 (result, "extraordinary") == 0 || g_strcmp0 (result, "grade_c") == 0 ? FZ_STATUS_STOP : FZ_STATUS_WARN;
}

const char *
fz_comment_row_state (const FzFields *row, FzStatus *out)
{
  const char *act = fz_fields_get (row, "comment.act"), *result = fz_fields_get (row, "comment.result_label");

  *out = act != NULL ? FZ_STATUS_INFO : result != NULL ? status_of_result (fz_fields_get (row, "comment.result")) : FZ_STATUS_NEUTRAL;
  if (act == NULL && result != NULL && g_strcmp0 (fz_fields_get (row, "comment.state"), "commented") != 0 &&
      g_strcmp0 (fz_fields_get (row, "comment.state"), "appealed") != 0 && g_strcmp0 (fz_fields_get (row, "comment.state"), "rectified") != 0)
    return result;
  if (g_strcmp0 (act, "rectify") == 0)
    return _ ("待整改");
  return fz_fields_get (row, "comment.state_label");
}

/* --- what was said --- */

/* "2-5 用法、用量不适宜", one a line, below `list`, in the window's language where the table still has the code. (transfer full) */
static char *
codes_words (const FzFields *item, const char *list, GPtrArray *codes)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fz_fields_count (item, list); i++) {
    const char *code = fz_fields_get_at (item, list, i, "code"), *label = fz_comment_code_word (codes, code, "label");
    const char *points = fz_fields_get_at (item, list, i, "points");

    g_string_append_printf (text, "%s%s %s", i > 0 ? "\n" : "", code, label != NULL ? label : fz_fields_get_at (item, list, i, "label"));
    if (points != NULL)
      g_string_append_printf (text, _ ("（扣 %s 分）"), points);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
put_step (GtkWidget *body, const FzFields *item, const char *word, const char *prefix, const char *codes, gint64 now_us)
{
  g_autofree char *at_key = g_strconcat (prefix, ".at", NULL), *by_key = g_strconcat (prefix, ".by", NULL), *words_key = g_strconcat (prefix, ".words", NULL);
  g_autofree char *when = fz_words_time (item, at_key, now_us), *head = NULL;
  const char *by = fz_fields_get (item, by_key), *words = fz_fields_get (item, words_key);
  GtkWidget *part;

  if (!fz_fields_has (item, at_key))
    return;
  part = fz_put (body, fz_column (2));
  head = by != NULL ? g_strdup_printf ("%s　%s · %s", word, by, when) : g_strdup_printf ("%s　%s", word, when);
  fz_put (part, fz_wrapped (head, "fz-strong"));
  if (codes != NULL && *codes != '\0')
    fz_put (part, fz_wrapped (codes, NULL));
  if (words != NULL)
    fz_put (part, fz_wrapped (words, "fz-soft"));
}

static const char *
second_word (const FzFields *item, const char *prefix, const char *same, const char *other)
{
  g_autofree char *key = g_strconcat (prefix, ".changed", NULL);

  return fz_fields_is_yes (item, key) ? other : same;
}

gboolean
fz_comment_is_of_record (const FzFields *item)
{
  return item != NULL && fz_fields_has (item, "comment.place");
}

static GtkWidget *
record_said_new (const FzFields *item, GPtrArray *codes, gint64 now_us)
{
  gboolean changed = fz_fields_has (item, "first.result"), good = g_strcmp0 (fz_fields_get (item, "evaluation.verdict"), "good") == 0;
  g_autofree char *first = codes_words (item, changed ? "first.code" : "comment.code", codes), *now = codes_words (item, "comment.code", codes);
  g_autofree char *mark = g_strdup_printf (_ ("%s 分　%s"), fz_fields_get (item, "comment.score"), fz_fields_get (item, "comment.result_label"));
  g_autofree char *until = fz_say_value (fz_fields_get (item, "rectify.until"));
  g_autofree char *term = until != NULL ? g_strdup_printf (_ ("整改期限　%s"), until) : NULL;
  GtkWidget *card = fz_card_new_titled ("check", _ ("质控")), *body = fz_card_body (card);

  gtk_box_set_spacing (GTK_BOX (body), 10);
  fz_card_add_mark (card, fz_pill_new (status_of_result (fz_fields_get (item, "comment.result")), mark));
  put_step (body, item, _ ("评分"), "comment", *first != '\0' ? first : _ ("没有发现缺陷"), now_us);
  put_step (body, item, g_strcmp0 (fz_fields_get (item, "reply.stance"), "appealed") == 0 ? _ ("医师申诉") : _ ("医师认可"), "reply", NULL, now_us);
  put_step (body, item, second_word (item, "answer", _ ("答复：维持"), _ ("答复：更改")), "answer", changed ? now : NULL, now_us);
  put_step (body, item, _ ("整改"), "rectify", NULL, now_us);
  put_step (body, item, fz_fields_has (item, "evaluation.author_left") ? _ ("医师离任，由医务管理办结") : good ? _ ("评价：达到要求") : _ ("评价：继续整改"), "evaluation", NULL, now_us);
  if (term != NULL && g_strcmp0 (fz_fields_get (item, "comment.state"), "closed") != 0)
    fz_put (body, fz_wrapped (term, "fz-soft"));
  return card;
}

GtkWidget *
fz_comment_said_new (const FzFields *item, GPtrArray *codes, gint64 now_us)
{
  GtkWidget *card, *body;
  const char *result = fz_fields_get (item, "comment.result");
  gboolean changed = fz_fields_has (item, "first.result");
  g_autofree char *first = NULL, *now = NULL;

  if (result == NULL)
    return NULL;
  if (fz_comment_is_of_record (item))
    return record_said_new (item, codes, now_us);
  first = codes_words (item, changed ? "first.code" : "comment.code", codes);
  now = codes_words (item, "comment.code", codes);
  card = fz_card_new_titled ("check", _ ("点评"));
  body = fz_card_body (card);
  gtk_box_set_spacing (GTK_BOX (body), 10);
  fz_card_add_mark (card, fz_pill_new (status_of_result (result), fz_fields_get (item, "comment.result_label")));
  put_step (body, item, _ ("初评"), "comment", first, now_us);
  put_step (body, item, second_word (item, "confirm", _ ("复核：同意"), _ ("复核：更改")), "confirm", changed && !fz_fields_has (item, "answer.at") ? now : NULL, now_us);
  put_step (body, item, g_strcmp0 (fz_fields_get (item, "reply.stance"), "appealed") == 0 ? _ ("医师申诉") : _ ("医师认可"), "reply", NULL, now_us);
  put_step (body, item, second_word (item, "answer", _ ("答复：维持"), _ ("答复：更改")), "answer", changed ? now : NULL, now_us);
  return card;
}

/* --- what was found --- */

static const char *
reason_given (const FzFields *item, const char *rule)
{
  for (guint i = 0; i < fz_fields_count (item, "override"); i++)
    if (g_strcmp0 (fz_fields_get_at (item, "override", i, "rule"), rule) == 0)
      return fz_fields_get_at (item, "override", i, "reason_label");
  return NULL;
}

static void
put_finding (GtkWidget *body, const FzFields *item, guint i)
{
  const char *reason = reason_given (item, fz_fields_get_at (item, "finding", i, "rule"));
  g_autofree char *said = reason != NULL ? g_strdup_printf (_ ("医师说明：%s"), reason) : NULL;
  GtkWidget *card = fz_put (body, fz_finding_card_new (reason != NULL ? FZ_STATUS_INFO : fz_review_item_status (item, "finding", i), fz_review_item_title (item, "finding", i),
                                                       fz_fields_get_at (item, "finding", i, "message"), said));

  if (reason != NULL)
    fz_finding_card_set_mark (card, _ ("已说明理由"));
}

static void
put_decision (GtkWidget *body, const FzFields *item, guint i)
{
  const char *remark = fz_fields_get_at (item, "decision", i, "remark");
  FzStatus status = FZ_STATUS_NEUTRAL;
  const char *word = fz_review_item_decision (fz_fields_get_at (item, "decision", i, "decision"), &status);
  GtkWidget *row = fz_put (body, fz_column (1)), *line = fz_put (row, fz_line (8));

  gtk_widget_set_valign (fz_put (line, fz_text (fz_fields_get_at (item, "decision", i, "code"), "fz-code")), GTK_ALIGN_START);
  fz_put_wide (line, fz_wrapped (fz_fields_get_at (item, "decision", i, "label"), NULL));
  if (word != NULL)
    gtk_widget_set_valign (fz_put (line, fz_pill_new (status, word)), GTK_ALIGN_START);
  if (remark != NULL)
    fz_put (row, fz_wrapped (remark, "fz-caption"));
}

GtkWidget *
fz_comment_found_new (const FzFields *item)
{
  GtkWidget *card = fz_card_new_titled ("shield", _ ("开具时的检查与审核")), *body = fz_card_body (card);
  const char *limits = NULL;
  guint n = 0;

  gtk_box_set_spacing (GTK_BOX (body), 8);
  for (guint i = 0; i < fz_fields_count (item, "finding"); i++) {
    if (g_strcmp0 (fz_fields_get_at (item, "finding", i, "shown"), "yes") != 0)
      continue;
    if (fz_knowledge_limits_is (fz_fields_get_at (item, "finding", i, "rule"))) {
      limits = fz_fields_get_at (item, "finding", i, "message");
      continue;
    }
    put_finding (body, item, i);
    n++;
  }
  if (n == 0)
    fz_put (body, fz_wrapped (_ ("开具时系统没有提示。"), "fz-soft"));
  if (limits != NULL)
    fz_put (body, fz_knowledge_limits_new (limits));
  for (guint i = 0; i < fz_fields_count (item, "decision"); i++)
    put_decision (body, item, i);
  return card;
}

/* --- a record --- */

static char *
diagnoses_words (const FzFields *item)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fz_fields_count (item, "diagnosis"); i++) {
    const char *code = fz_fields_get_at (item, "diagnosis", i, "code"), *name = fz_fields_get_at (item, "diagnosis", i, "name");

    g_string_append_printf (text, "%s%s　%s", i > 0 ? "\n" : "", code != NULL ? code : "", name != NULL ? name : "");
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
medicines_words (const FzFields *item)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fz_fields_count (item, "rx.item"); i++) {
    const char *name = fz_fields_get_at (item, "rx.item", i, "generic");
    g_autofree char *use = fz_rx_line_use (item, i);

    g_string_append_printf (text, "%s%s　%s", i > 0 ? "\n" : "", name != NULL ? name : "", use);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

GtkWidget *
fz_comment_record_new (const FzFields *item, gint64 now_us)
{
  gboolean online = g_strcmp0 (fz_fields_get (item, "comment.place"), "online") == 0;
  GtkWidget *card = fz_card_new_titled ("record", online ? _ ("门诊病历") : _ ("线下病历")), *body = fz_card_body (card);
  const char *department = fz_fields_get (item, "rx.department_name");
  const char *age = fz_fields_get (item, "patient.age_text"), *name = fz_fields_get (item, "patient.name");
  g_autofree char *written = fz_say_value (fz_fields_get (item, "comment.written_on"));
  g_autofree char *at = fz_words_time (item, "rx.signed_at", now_us), *diagnoses = diagnoses_words (item), *medicines = medicines_words (item);
  g_autofree char *patient = g_strdup_printf ("%s　%s", name != NULL ? name : "", age != NULL ? age : "");
  static const char *const parts[][2] = { { "record.chief_complaint", N_ ("主诉") },  { "record.present_history", N_ ("现病史") },
                                          { "record.past_history", N_ ("既往史") },    { "record.allergy_history", N_ ("过敏史") },
                                          { "record.current_drugs", N_ ("目前用药") }, { "record.exam", N_ ("体格检查") },
                                          { "record.assist", N_ ("辅助检查") } };

  gtk_box_set_spacing (GTK_BOX (body), 10);
  fz_put (body, fz_wrapped (fz_fields_get (item, "comment.number"), "fz-code"));
  fz_put_part (body, _ ("科室"), department);
  fz_put_part (body, _ ("书写"), fz_fields_has (item, "rx.signed_at") ? at : written);
  if (!online) {
    fz_put (body, fz_wrapped (_ ("请按病历号查阅纸质病历或实体医院的病历系统，然后在这里评分。"), "fz-soft"));
    return card;
  }
  fz_put_part (body, _ ("患者"), patient);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    fz_put_part (body, _ (parts[i][1]), fz_fields_get (item, parts[i][0]));
  fz_put_part (body, _ ("诊断"), diagnoses);
  fz_put_part (body, _ ("诊疗意见"), fz_fields_get (item, "record.opinion"));
  fz_put_part (body, _ ("处方"), medicines);
  for (guint i = 0; i < fz_fields_count (item, "addendum"); i++)
    fz_put_part (body, _ ("补记"), fz_fields_get_at (item, "addendum", i, "text"));
  return card;
}

GtkWidget *
fz_comment_noticed_new (const FzFields *item)
{
  GtkWidget *card = fz_card_new_titled ("shield", _ ("系统的质量检查")), *body = fz_card_body (card);

  gtk_box_set_spacing (GTK_BOX (body), 8);
  for (guint i = 0; i < fz_fields_count (item, "suggest"); i++)
    fz_put (body, fz_finding_card_new (FZ_STATUS_WARN, fz_fields_get_at (item, "suggest", i, "code"), fz_fields_get_at (item, "suggest", i, "message"), NULL));
  if (fz_fields_count (item, "suggest") == 0)
    fz_put (body, fz_wrapped (_ ("系统没有发现缺项或矛盾；内容是否恰当由您判断。"), "fz-soft"));
  return card;
}
