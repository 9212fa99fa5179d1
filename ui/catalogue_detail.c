#include "ui/catalogue_detail.h"

#include "core/catalogue_change.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

#define SHOWN_LINES 200

/* --- words --- */

const char *
fz_catalogue_state (const FzFields *drug, FzStatus *out)
{
  static const struct {
    const char *state, *word;
    FzStatus status;
  } words[] = { { "offered", N_ ("在用"), FZ_STATUS_OK },
                { "withdrawn", N_ ("停用"), FZ_STATUS_NEUTRAL },
                { "removed", N_ ("已移除"), FZ_STATUS_STOP },
                { "blocked", N_ ("不能网上开"), FZ_STATUS_LEGAL } };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (words[i].state, fz_fields_get (drug, "drug.state")) == 0) {
      *out = words[i].status;
      return _ (words[i].word);
    }
  *out = FZ_STATUS_NEUTRAL;
  return fz_fields_get (drug, "drug.state");
}

const char *
fz_catalogue_change_state (const FzFields *change, FzStatus *out)
{
  static const FzStatus statuses[FZ_N_CHANGE_STATES] = { [FZ_CHANGE_PENDING] = FZ_STATUS_WARN,      [FZ_CHANGE_APPROVED] = FZ_STATUS_OK,
                                                         [FZ_CHANGE_DECLINED] = FZ_STATUS_NEUTRAL,  [FZ_CHANGE_WITHDRAWN] = FZ_STATUS_NEUTRAL,
                                                         [FZ_CHANGE_SUSPENDED] = FZ_STATUS_STOP,    [FZ_CHANGE_CONFIRMED] = FZ_STATUS_OK,
                                                         [FZ_CHANGE_LIFTED] = FZ_STATUS_NEUTRAL };
  FzChangeState state = FZ_CHANGE_PENDING;

  *out = FZ_STATUS_INFO;
  if (fz_fields_has (change, "staged.id"))
    return _ ("待提出");
  if (fz_change_state_from_word (fz_fields_get (change, "change.state"), &state))
    *out = statuses[state];
  return fz_fields_get (change, "change.state_label");
}

char *
fz_catalogue_change_title (const FzFields *change)
{
  static const char *const counts[][2] = { { "n_add", N_ ("新增 %s") }, { "n_alter", N_ ("修改 %s") }, { "n_withdraw", N_ ("停用 %s") }, { "n_restore", N_ ("恢复 %s") } };
  const char *prefix = fz_fields_has (change, "staged.id") ? "staged" : "change";
  g_autoptr (GString) text = g_string_new (NULL);

  if (g_strcmp0 (fz_fields_get (change, "change.kind"), "removal") == 0)
    return g_strdup_printf (_ ("移除 %s %s"), fz_fields_get (change, "drug.generic"), fz_fields_get (change, "drug.strength"));
  if (fz_fields_has (change, "change.line"))
    return g_strdup (fz_fields_get (change, "change.line"));
  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++) {
    g_autofree char *key = g_strdup_printf ("%s.%s", prefix, counts[i][0]), *format = g_strdup (_ (counts[i][1]));
    const char *n = fz_fields_get (change, key);

    if (n == NULL || g_str_equal (n, "0"))
      continue;
    g_string_append (text, text->len > 0 ? " · " : "");
    {
      g_auto (GStrv) parts = g_strsplit (format, "%s", 2);

      g_string_append_printf (text, "%s%s%s", parts[0], n, parts[1] != NULL ? parts[1] : "");
    }
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* --- a medicine --- */

static void
put_head (GtkWidget *box, const char *title, const char *second, FzStatus status, const char *word)
{
  GtkWidget *head = fz_put (box, fz_line (10)), *names = fz_put_wide (head, fz_column (2)), *pill = fz_put (head, fz_pill_new (status, word));

  fz_put (names, fz_wrapped (title, "fz-heading"));
  if (second != NULL && *second != '\0')
    fz_put (names, fz_wrapped (second, "fz-soft"));
  gtk_widget_set_valign (pill, GTK_ALIGN_START);
}

static void
put_removal (GtkWidget *box, const FzFields *drug, gint64 now_us)
{
  g_autofree char *at = fz_words_time (drug, "removal.change.opened_at", now_us), *who = NULL;
  gboolean open = fz_fields_is_yes (drug, "removal.change.open");

  if (!fz_fields_has (drug, "removal.change.id"))
    return;
  who = g_strdup_printf (_ ("%s %s · %s · 不良事件 %s"), at, fz_fields_get (drug, "removal.change.by"), fz_fields_get (drug, "removal.change.id"),
                         fz_fields_get (drug, "removal.change.entry"));
  fz_put (box, fz_finding_card_new (FZ_STATUS_STOP, open ? _ ("因疑似不良反应移除，待另一人确认或解除") : _ ("因疑似不良反应移除，已确认"),
                                    fz_fields_get (drug, "removal.change.words"), who));
}

static void
put_controlled (GtkWidget *box, const FzFields *drug)
{
  for (guint i = 0; i < fz_fields_count (drug, "controlled"); i++) {
    const char *severity = fz_fields_get_at (drug, "controlled", i, "severity");
    gboolean stop = g_strcmp0 (severity, "stop") == 0 && g_strcmp0 (fz_fields_get_at (drug, "controlled", i, "uncertain"), "yes") != 0;
    g_autofree char *title = g_strdup_printf (_ ("%s：%s"), fz_fields_get_at (drug, "controlled", i, "label"), fz_fields_get_at (drug, "controlled", i, "entry"));
    g_autofree char *source = g_strdup_printf (_ ("版本 %s · %s"), fz_fields_get_at (drug, "controlled", i, "edition"), fz_fields_get_at (drug, "controlled", i, "source"));

    fz_put (box, fz_finding_card_new (stop ? FZ_STATUS_LEGAL : FZ_STATUS_WARN, title,
                                      stop ? _ ("不得在互联网诊疗中开具。") : _ ("开具时请按相应规定核对。"), source));
  }
}

static void
put_known (GtkWidget *box, const FzFields *drug)
{
  GtkWidget *facts;
  g_autofree char *title = g_strdup_printf (_ ("药品知识（%s 版）"), fz_fields_get (drug, "known.edition"));

  fz_put (box, fz_section_new (title, NULL));
  facts = fz_put (box, fz_facts_new (3));
  fz_facts_add (facts, _ ("禁忌与慎用"), fz_fields_get (drug, "known.contraindications"), 1);
  fz_facts_add (facts, _ ("特殊人群限量"), fz_fields_get (drug, "known.limits"), 1);
  fz_facts_add (facts, _ ("易混淆药名"), fz_fields_get (drug, "known.lookalikes"), 1);
  fz_facts_add (facts, _ ("相互作用"), fz_fields_is_yes (drug, "known.interactions") ? _ ("有收录") : _ ("未收录"), 1);
  fz_facts_add (facts, _ ("适应证"), fz_fields_is_yes (drug, "known.indications") ? _ ("有收录") : _ ("未收录"), 1);
}

static void
put_history (GtkWidget *box, const FzFields *drug, gint64 now_us)
{
  guint n = fz_fields_count (drug, "history");

  fz_put (box, fz_section_new (_ ("变更记录"), NULL));
  if (n == 0)
    fz_put (box, fz_wrapped (_ ("建库以来没有变更。"), "fz-soft"));
  for (guint i = 0; i < n; i++) {
    g_autofree char *opened = g_strdup_printf ("history.%02u.opened_at", i), *decided = g_strdup_printf ("history.%02u.decided_at", i);
    g_autofree char *at = fz_words_time (drug, opened, now_us), *until = fz_words_time (drug, decided, now_us);
    const char *by = fz_fields_get_at (drug, "history", i, "decided_by");
    g_autofree char *who = by == NULL ? g_strdup_printf ("%s %s · %s", at, fz_fields_get_at (drug, "history", i, "by"), fz_fields_get_at (drug, "history", i, "id"))
                                      : g_strdup_printf (_ ("%s %s 提出 · %s %s 决定 · %s"), at, fz_fields_get_at (drug, "history", i, "by"), until, by,
                                                         fz_fields_get_at (drug, "history", i, "id"));
    GtkWidget *entry = fz_put (box, fz_column (2));

    fz_put (entry, fz_text (fz_fields_get_at (drug, "history", i, "state_label"), "fz-strong"));
    fz_put (entry, fz_wrapped (fz_fields_get_at (drug, "history", i, "text"), NULL));
    fz_put (entry, fz_wrapped (who, "fz-soft"));
  }
}

void
fz_catalogue_put_drug (GtkWidget *box, const FzFields *drug, gint64 now_us)
{
  FzStatus status;
  const char *word = fz_catalogue_state (drug, &status);
  g_autofree char *second = g_strdup_printf ("%s · %s", fz_fields_get (drug, "drug.code"), fz_fields_get (drug, "drug.strength"));
  GtkWidget *facts;

  put_head (box, fz_fields_get (drug, "drug.generic"), second, status, word);
  put_removal (box, drug, now_us);
  if (fz_fields_has (drug, "drug.waiting")) {
    g_autofree char *waits = g_strdup_printf (_ ("变更 %s 在等待另一人批准。"), fz_fields_get (drug, "drug.waiting"));

    if (!fz_fields_is_yes (drug, "removal.change.open"))
      fz_put (box, fz_wrapped (waits, "fz-soft"));
  }
  put_controlled (box, drug);
  facts = fz_put (box, fz_facts_new (2));
  for (guint i = 0; i < fz_fields_count (drug, "column"); i++) {
    const char *name = fz_fields_get_at (drug, "column", i, "name"), *text = fz_fields_get_at (drug, "column", i, "text");

    if (g_strcmp0 (name, "code") != 0 && g_strcmp0 (name, "generic") != 0)
      fz_facts_add (facts, fz_fields_get_at (drug, "column", i, "label"), text, g_utf8_strlen (text, -1) > 12 ? 2 : 1);
  }
  put_known (box, drug);
  put_history (box, drug, now_us);
}

/* --- a change --- */

static void
put_people (GtkWidget *box, const FzFields *change, gint64 now_us)
{
  static const struct {
    const char *caption, *key;
    gboolean day;
  } lines[] = { { N_ ("来源文件"), "change.file" },               { N_ ("理由"), "change.words" },        { N_ ("不良事件"), "change.entry" },
                { N_ ("须在此日前决定"), "change.due_on", TRUE }, { N_ ("决定人"), "change.decided_by" }, { N_ ("决定的说明"), "change.decision_words" } };
  GtkWidget *facts = fz_put (box, fz_facts_new (1));
  g_autofree char *at = fz_words_time (change, "change.opened_at", now_us);
  g_autofree char *by = g_strdup_printf (_ ("%s（%s）%s"), fz_fields_get (change, "change.by"), fz_fields_get (change, "change.by_number"), at);

  fz_facts_add (facts, _ ("提出人"), by, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    if (fz_fields_has (change, lines[i].key))
      (lines[i].day ? fz_facts_add_day : fz_facts_add) (facts, _ (lines[i].caption), fz_fields_get (change, lines[i].key), 1);
}

static void
put_staged (GtkWidget *box, const FzFields *staged, gint64 now_us)
{
  GtkWidget *facts = fz_put (box, fz_facts_new (2));
  g_autofree char *at = fz_words_time (staged, "staged.at", now_us);
  g_autofree char *by = g_strdup_printf (_ ("%s（%s）%s"), fz_fields_get (staged, "staged.by"), fz_fields_get (staged, "staged.by_number"), at);

  fz_facts_add (facts, _ ("来源文件"), fz_fields_get (staged, "staged.file"), 2);
  fz_facts_add (facts, _ ("导入人"), by, 2);
  fz_facts_add (facts, _ ("行数"), fz_fields_get (staged, "staged.n_rows"), 1);
  fz_facts_add (facts, _ ("不合格"), fz_fields_get (staged, "staged.n_bad"), 1);
  for (guint i = 0; i < fz_fields_count (staged, "staged.bad"); i++)
    fz_put (box, fz_wrapped (fz_fields_get_at (staged, "staged.bad", i, NULL), "fz-soft"));
}

void
fz_catalogue_put_change (GtkWidget *box, const FzFields *change, GPtrArray *lines, gint64 now_us)
{
  gboolean staged = fz_fields_has (change, "staged.id");
  FzStatus status;
  const char *word = fz_catalogue_change_state (change, &status);
  g_autofree char *title = fz_catalogue_change_title (change);

  put_head (box, fz_fields_get (change, staged ? "staged.id" : "change.id"), title, status, word);
  if (staged)
    put_staged (box, change, now_us);
  else
    put_people (box, change, now_us);
  if (lines != NULL && lines->len > 0)
    fz_put (box, fz_section_new (_ ("逐行内容"), NULL));
  for (guint i = 0; lines != NULL && i < lines->len && i < SHOWN_LINES; i++)
    fz_put (box, fz_wrapped (fz_fields_get (lines->pdata[i], "text"), NULL));
  if (lines != NULL && lines->len > SHOWN_LINES) {
    g_autofree char *rest = g_strdup_printf (_ ("另有 %u 个品种"), lines->len - SHOWN_LINES);

    fz_put (box, fz_wrapped (rest, "fz-soft"));
  }
}
