#include "app/cli_private.h"

#include "app/cli_json.h"
#include "app/coverage.h"
#include "app/data.h"
#include "app/differences.h"
#include "core/regulation.h"
#include "core/rulebook.h"
#include "core/rulebook_diff.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_LAYER_BYTES (1024 * 1024)

typedef struct {
  FzCli *cli;
  const char *rulebook; /* NULL: not given */
  FzDate on;
  char **words; /* behind the subcommand; NULL-terminated */
} Asked;

static void
print_keys (const FzFields *row, const char *const *keys)
{
  for (guint i = 0; keys[i] != NULL; i++)
    if (fz_fields_has (row, keys[i]))
      g_print ("%-10s %s\n", keys[i], fz_fields_get (row, keys[i]));
}

static FzRulebook *
load (const char *name, GError **error)
{
  g_autoptr (GError) why = NULL;
  FzRulebook *book = fz_data_load_rulebook (name != NULL ? name : "tianjin-2025", &why);

  if (g_error_matches (why, FZ_ERROR, FZ_ERROR_NOT_FOUND))
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("没有规则集“%s”；可用 national-2022、tianjin-2025、sichuan-2020、chongqing-2023、fujian-2024。"), name);
  else if (why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  return book;
}

/* --- list, show --- */

static int
list (const Asked *asked)
{
  static const char *const brief[] = { "id", "layer", "severity", "row", "text", "article", "zh", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzRulebook) book = load (asked->rulebook, &error);

  if (book == NULL)
    return fz_cli_fail (error);
  for (guint i = 0; i < fz_rulebook_get_n_clauses (book); i++)
    if (asked->cli->json)
      fz_cli_print_json (fz_rulebook_get_clause (book, i));
    else
      fz_cli_print_row (fz_rulebook_get_clause (book, i), brief);
  return FZ_EXIT_DONE;
}

/* The wording the clause cites; NULL where the text is not shipped. */
static char *
dup_wording (const FzRulebook *book, const FzFields *clause)
{
  const char *regulation = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < fz_rulebook_get_n_layers (book); i++)
    if (g_strcmp0 (fz_rule_layer_get_name (fz_rulebook_get_layer (book, i)), fz_fields_get (clause, "layer")) == 0)
      regulation = fz_rule_layer_get_regulation (fz_rulebook_get_layer (book, i));
  text = regulation != NULL ? fz_data_load_regulation (regulation, NULL) : NULL;
  return text != NULL ? fz_regulation_dup_article (text, fz_fields_get (clause, "article")) : NULL;
}

static void
print_pair (const char *key, const char *value, gpointer data)
{
  if (g_str_has_prefix (key, "params.") || g_str_has_prefix (key, "parameter.") || g_str_has_prefix (key, "when.") || g_str_has_prefix (key, "moment."))
    g_print ("%-10s %s\n", key, value);
}

/* The dated parameters with what they are on the day asked. */
static void
put_values (const Asked *asked, const FzRulebook *book, const FzFields *clause, FzFields *whole)
{
  g_autoptr (FzFields) refs = fz_fields_dup_below (clause, "parameter", "fuzhen.parameters/v1");
  static const char *const params[] = { "years", "days", "min", "max", "inclusive", "on", "value", "keys" };

  for (guint i = 0; i < G_N_ELEMENTS (params); i++) {
    const char *name = fz_fields_get (refs, params[i]);
    g_autoptr (FzFields) value = fz_fields_new ("fuzhen.value/v1");
    g_autofree char *prefix = g_strconcat ("params.", params[i], NULL);

    if (name == NULL || fz_rulebook_read_parameter (book, name, asked->on, value) == NULL)
      continue;
    if (fz_fields_has (value, name))
      fz_fields_set (whole, prefix, fz_fields_get (value, name));
    for (guint j = 0; j < fz_fields_count (value, name); j++)
      fz_fields_set_at (whole, prefix, j, NULL, fz_fields_get_at (value, name, j, NULL));
  }
}

static void
show_clause (const Asked *asked, const FzRulebook *book, const FzFields *clause)
{
  static const char *const keys[] = { "id",   "layer", "row",   "severity", "kind",    "text",    "article", "zh",
                                      "en",   "from",  "until", "field",    "require", "message", "wording", NULL };
  g_autofree char *wording = dup_wording (book, clause);
  g_autoptr (FzFields) whole = fz_fields_dup (clause, NULL);

  fz_fields_set (whole, "wording", wording);
  put_values (asked, book, clause, whole);
  if (asked->cli->json) {
    fz_cli_print_json (whole);
    return;
  }
  print_keys (whole, keys);
  fz_fields_foreach (whole, print_pair, NULL);
  g_print ("\n");
}

static int
show (const Asked *asked)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzRulebook) book = load (asked->rulebook, &error);
  gboolean found = FALSE;

  if (book == NULL)
    return fz_cli_fail (error);
  for (guint i = 0; i < fz_rulebook_get_n_clauses (book); i++)
    if (g_strcmp0 (fz_fields_get (fz_rulebook_get_clause (book, i), "id"), asked->words[0]) == 0) {
      show_clause (asked, book, fz_rulebook_get_clause (book, i));
      found = TRUE;
    }
  return found ? FZ_EXIT_DONE : fz_cli_misuse ("rules", _ ("没有这一条款；fuzhen rules list 列出全部。"));
}

/* --- coverage --- */

static int
coverage (const Asked *asked)
{
  static const char *const brief[] = { "row", "status", "article", "kind", "clauses", "where", "tests", "note", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_coverage_load (asked->rulebook, &error);

  if (rows == NULL)
    return fz_cli_fail (error);
  if (rows->len == 0)
    return fz_cli_misuse ("rules", _ ("没有这部法规；可用 national-2022、tianjin-2025、sichuan-2020、chongqing-2023、fujian-2024。"));
  for (guint i = 0; i < rows->len; i++) {
    g_autoptr (FzFields) row = fz_fields_dup (rows->pdata[i], NULL);
    static const char *const lists[][2] = { { "clause", "clauses" }, { "where", "where" }, { "test", "tests" } };

    if (asked->cli->json) {
      fz_cli_print_json (row);
      continue;
    }
    for (guint j = 0; j < G_N_ELEMENTS (lists); j++) {
      g_autoptr (GString) words = g_string_new (NULL);

      for (guint k = 0; k < fz_fields_count (row, lists[j][0]); k++)
        g_string_append_printf (words, "%s%s", k > 0 ? " " : "", fz_fields_get_at (row, lists[j][0], k, NULL));
      fz_fields_set (row, lists[j][1], words->str);
    }
    if (!g_str_equal (_ ("中文"), "中文"))
      fz_fields_set (row, "note", fz_fields_get (row, "note_en"));
    fz_cli_print_row (row, brief);
  }
  return FZ_EXIT_DONE;
}

/* --- differences --- */

static void
print_place (const FzFields *row, guint i)
{
  gboolean chinese = g_str_equal (_ ("中文"), "中文");
  const char *words = fz_fields_get_at (row, "place", i, chinese ? "words" : "words_en");

  if (words == NULL)
    g_print ("    %s  —\n", fz_fields_get_at (row, "place", i, "code"));
  else
    g_print ("    %s  %s\t[%s] %s\n", fz_fields_get_at (row, "place", i, "code"), words, fz_fields_get_at (row, "place", i, "articles"),
             fz_fields_get_at (row, "place", i, "carried"));
}

static int
differences (const Asked *asked)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_differences_load (&error);

  if (rows == NULL)
    return fz_cli_fail (error);
  for (guint i = 0; i < rows->len; i++) {
    if (asked->cli->json) {
      fz_cli_print_json (rows->pdata[i]);
      continue;
    }
    g_print ("%s  %s\n", fz_fields_get (rows->pdata[i], "row"), fz_fields_get (rows->pdata[i], g_str_equal (_ ("中文"), "中文") ? "topic" : "topic_en"));
    for (guint k = 0; k < fz_fields_count (rows->pdata[i], "place"); k++)
      print_place (rows->pdata[i], k);
  }
  return FZ_EXIT_DONE;
}

/* --- diff --- */

static void
print_difference (const FzFields *row)
{
  static const char *const parts[] = { "severity", "articles", "moments", "dates", "asks" };
  const char *in = fz_fields_get (row, "in");

  g_print ("%s %s\t%s\n", g_str_equal (in, "a") ? "-" : g_str_equal (in, "b") ? "+" : "~", fz_fields_get (row, "id"), fz_fields_get (row, "zh"));
  for (guint i = 0; g_str_equal (in, "both") && i < G_N_ELEMENTS (parts); i++) {
    g_autofree char *a = g_strconcat ("a.", parts[i], NULL), *b = g_strconcat ("b.", parts[i], NULL);

    if (fz_fields_has (row, a))
      g_print ("    - %s: %s\n    + %s: %s\n", parts[i], fz_fields_get (row, a), parts[i], fz_fields_get (row, b));
  }
}

static int
diff (const Asked *asked)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzRulebook) a = load (asked->words[0], &error);
  g_autoptr (FzRulebook) b = a != NULL ? load (asked->words[1], &error) : NULL;
  g_autoptr (GPtrArray) rows = b != NULL ? fz_rulebook_diff (a, b, asked->on) : NULL;

  if (rows == NULL)
    return fz_cli_fail (error);
  for (guint i = 0; i < rows->len; i++)
    if (asked->cli->json)
      fz_cli_print_json (rows->pdata[i]);
    else
      print_difference (rows->pdata[i]);
  return FZ_EXIT_DONE;
}

/* --- check --- */

/* The file by itself, on the layers it stands on, and its citations against the wording. */
static FzRuleLayer *
check_file (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = fz_cli_read_file (path, MAX_LAYER_BYTES, error);
  gsize n = 0;
  const void *json = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;
  g_autoptr (FzRuleLayer) layer = json != NULL ? fz_rule_layer_parse (path, json, n, error) : NULL;
  g_autoptr (FzRulebook) book = NULL;
  const char *regulation;
  g_autofree char *text = NULL;

  if (layer == NULL)
    return NULL;
  if (fz_rule_layer_get_over (layer) != NULL && (book = fz_data_stack_rulebook (layer, error)) == NULL)
    return NULL;
  regulation = fz_rule_layer_get_regulation (layer);
  if (regulation == NULL)
    return g_steal_pointer (&layer);
  text = fz_data_load_regulation (regulation, error);
  return text != NULL && fz_rule_layer_check_articles (layer, text, error) ? g_steal_pointer (&layer) : NULL;
}

static int
check (const Asked *asked)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzRuleLayer) layer = check_file (asked->words[0], &error);
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.layer/v1");

  if (layer == NULL)
    return fz_cli_fail (error);
  fz_fields_set (row, "name", fz_rule_layer_get_name (layer));
  fz_fields_set (row, "layer", fz_layer_rank_to_word (fz_rule_layer_get_rank (layer)));
  fz_fields_set_int (row, "clauses", fz_rule_layer_get_n_clauses (layer));
  fz_fields_set (row, "sha256", fz_rule_layer_get_sha256 (layer));
  if (asked->cli->json)
    fz_cli_print_json (row);
  else
    g_print (_ ("%s：可以使用，共 %u 条。SHA-256 %s\n"), fz_rule_layer_get_name (layer), fz_rule_layer_get_n_clauses (layer), fz_rule_layer_get_sha256 (layer));
  return FZ_EXIT_DONE;
}

static const struct {
  const char *word;
  guint n_words;
  int (*run) (const Asked *asked);
} commands[] = { { "list", 0, list }, { "show", 1, show }, { "coverage", 0, coverage }, { "differences", 0, differences },
               { "diff", 2, diff }, { "check", 1, check } };

static gboolean
read_day (const char *text, FzDate *out, GError **error)
{
  if (text != NULL)
    return fz_date_parse (text, out, error);
  *out = fz_date_in_beijing (g_get_real_time ());
  return TRUE;
}

int
fz_cli_rules (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "rules" };
  g_autofree char *name = NULL, *on = NULL;
  const GOptionEntry more[] = { { "rulebook", 0, 0, G_OPTION_ARG_STRING, &name, N_ ("规则集名（默认 tianjin-2025；coverage 默认全部五部）"), "NAME" },
                                { "on", 0, 0, G_OPTION_ARG_STRING, &on, N_ ("哪一天的规则（默认今天）"), "DATE" },
                                G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, "list|show ID|coverage|differences|diff A B|check FILE",
                           _ ("规则集：列出条款；显示一条及其原文；列出法规各条的落实情况；列出五部法规的差异；比较两部；检查一个规则文件。无需登录。\n"), more, &argc, &argv);
  g_autoptr (GError) error = NULL;
  Asked asked = { &cli, name, { 0 }, argv + 2 };

  if (code != FZ_CLI_GO_ON)
    return code;
  if (!read_day (on, &asked.on, &error))
    return fz_cli_fail (error);
  for (guint i = 0; argc > 1 && i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].word, argv[1]) && (guint) argc == commands[i].n_words + 2)
      return commands[i].run (&asked);
  return fz_cli_misuse ("rules", _ ("请给出 list、show 条款编号、coverage、differences、diff 规则集 规则集，或 check 文件。"));
}
