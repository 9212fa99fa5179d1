#include "app/rational.h"

#include "core/drugcheck.h"

#include <string.h>

/* All words here are signed and sent: always Chinese. */
static const char *const severities[] = { [FZ_SEVERITY_NOTE] = "提示", [FZ_SEVERITY_REASON] = "需说明理由", [FZ_SEVERITY_STOP] = "禁止" };

static gboolean
is_about_medicine (const FzFinding *finding)
{
  return finding->kind != FZ_FINDING_RULE && finding->kind != FZ_FINDING_FORM;
}

static void
append_reason (GString *words, const FzFinding *finding, const FzFields *body)
{
  for (guint i = 0; i < fz_fields_count (body, "override"); i++) {
    const char *label = fz_fields_get_at (body, "override", i, "reason_label"), *more = fz_fields_get_at (body, "override", i, "words");
    const char *message = fz_fields_get_at (body, "override", i, "message"); /* tells two findings of one rule at one line apart */

    if (g_strcmp0 (fz_fields_get_at (body, "override", i, "rule"), finding->rule) != 0 ||
        (message != NULL && !g_str_equal (message, finding->message)) ||
        g_strcmp0 (fz_fields_get_at (body, "override", i, "field"), finding->field) != 0)
      continue;
    g_string_append_printf (words, "（理由：%s%s%s）", label != NULL ? label : fz_fields_get_at (body, "override", i, "reason"), more != NULL ? "，" : "",
                            more != NULL ? more : "");
    return;
  }
}

static char *
item_words (const FzFinding *finding, guint number, const FzFields *body)
{
  gboolean stopped = g_str_has_suffix (finding->message, "。");
  g_autofree char *message = stopped ? g_strndup (finding->message, strlen (finding->message) - strlen ("。")) : g_strdup (finding->message);
  g_autoptr (GString) words = g_string_new (NULL);

  g_string_append_printf (words, "%u.%s[%s]%s", number, severities[finding->severity], finding->rule, message);
  append_reason (words, finding, body);
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static char *
shorten (const char *words, glong most)
{
  return g_utf8_strlen (words, -1) <= most ? g_strdup (words) : g_utf8_substring (words, 0, MAX (0, most));
}

/* Appends the items that have room; room is kept for saying how many have none. */
static void
append_items (GString *words, GPtrArray *items, glong most)
{
  for (guint i = 0; i < items->len; i++) {
    g_autofree char *rest = g_strdup_printf ("；另有%u项，见处方", items->len - i), *item = NULL;
    glong left = most - g_utf8_strlen (words->str, -1) - g_utf8_strlen (rest, -1) - 1;

    /* Of the gravest at least the beginning is said. */
    item = i == 0 ? shorten (items->pdata[i], left) : g_strdup (items->pdata[i]);
    if (g_utf8_strlen (item, -1) > left) {
      g_string_append (words, rest);
      return;
    }
    g_string_append_printf (words, "%s%s", i > 0 ? "；" : "", item);
  }
}

char *
fz_rational_words (FzDesk *desk, GPtrArray *findings, const FzFields *body)
{
  const FzKnowledge *know = desk->knowledge;
  gint64 most = fz_message_table_get_most (know->messages, "uploadRecipeIndicators", "rx.rational_result");
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) words = g_string_new (NULL);

  g_string_append_printf (words, "依据药品知识库%s版（检查程序%s）", fz_knowledge_set_get_edition (know->set), FZ_DRUGCHECK_VERSION);
  for (guint i = 0; i < findings->len; i++)
    if (is_about_medicine (findings->pdata[i]))
      g_ptr_array_add (items, item_words (findings->pdata[i], items->len + 1, body));
  if (items->len == 0)
    g_string_append (words, "已检查，未见问题");
  else
    g_string_append_printf (words, "提示%u项：", items->len);
  append_items (words, items, (glong) most);
  return g_string_free (g_steal_pointer (&words), FALSE);
}
