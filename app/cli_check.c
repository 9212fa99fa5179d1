#include "app/cli_private.h"

#include "app/check.h"
#include "app/cli_json.h"
#include "app/draft_check.h"
#include "app/knowledge.h"
#include "app/review.h"
#include "app/rules.h"
#include "core/json.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>

#define MAX_FILE (64 * 1024 * 1024)

typedef struct {
  FzCli *cli;
  const char *on, *rulebook;
  gint64 on_us;
  gboolean stop;    /* some finding stops */
  gboolean changed; /* a signed document is judged otherwise than on its day */
} Check;

/* --- printing --- */

static void
write_texts (FzJsonWriter *writer, const char *key, const char *const *texts)
{
  fz_json_writer_begin_array (writer, key);
  for (guint i = 0; texts[i] != NULL; i++)
    fz_json_writer_string (writer, NULL, texts[i]);
  fz_json_writer_end_array (writer);
}

static void
print_json (const FzFinding *finding, const char *subject_key, const char *subject)
{
  g_autoptr (FzJsonWriter) writer = fz_json_writer_new ();
  g_autofree char *text = NULL;

  fz_json_writer_begin_object (writer, NULL);
  if (subject != NULL)
    fz_json_writer_string (writer, subject_key, subject);
  fz_json_writer_string (writer, "rule", finding->rule);
  fz_json_writer_string (writer, "clause", finding->clause);
  fz_json_writer_string (writer, "kind", fz_finding_kind_to_word (finding->kind));
  fz_json_writer_string (writer, "severity", fz_severity_to_word (finding->severity));
  write_texts (writer, "about", finding->about);
  fz_json_writer_string (writer, "field", finding->field);
  fz_json_writer_string (writer, "message", finding->message);
  fz_json_writer_string (writer, "source", finding->source);
  fz_json_writer_end_object (writer);
  text = fz_json_writer_finish (writer, NULL);
  g_print ("%s\n", text);
}

static void
print_findings (Check *check, GPtrArray *findings, const char *subject_key, const char *subject)
{
  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = findings->pdata[i];

    if (check->cli->json)
      print_json (finding, subject_key, subject);
    else
      g_print ("%s%s%s\t%s\t%s\t%s%s%s%s\n", subject != NULL ? subject : "", subject != NULL ? "\t" : "", fz_severity_to_word (finding->severity),
               finding->rule, finding->field != NULL ? finding->field : "-", finding->message, finding->clause != NULL ? "（" : "",
               finding->clause != NULL ? finding->clause : "", finding->clause != NULL ? "）" : "");
  }
  check->stop = check->stop || fz_findings_have_stop (findings);
}

static int
conclude (const Check *check)
{
  if (check->stop)
    g_printerr (_ ("fuzhen: 有不能继续的问题（stop），请按提示修改后再检查。\n"));
  if (check->changed)
    g_printerr (_ ("fuzhen: 有已签署的文书按当日的规则和药品知识复核的结果与签署时不同，请联系审计管理员。\n"));
  return check->stop || check->changed ? FZ_EXIT_NO : FZ_EXIT_DONE;
}

/* --- with another rulebook --- */

/* A profile by name; else, in a store, the version that was in force that day. */
static gboolean
choose_rulebook (const Check *check, GError **error)
{
  FzDesk *desk = check->cli->desk;
  g_autoptr (FzRulebook) book = NULL;
  FzKnowledge *fresh;

  if (check->rulebook == NULL && (check->on == NULL || desk->store == NULL))
    return TRUE;
  book = check->rulebook != NULL ? fz_data_load_rulebook (check->rulebook, error)
                                 : fz_rules_on (desk, fz_date_in_beijing (check->on_us), error);
  fresh = book != NULL ? fz_knowledge_with_rules (desk->knowledge, book, error) : NULL;
  if (fresh != NULL)
    fz_desk_take_knowledge (desk, fresh);
  return fresh != NULL;
}

/* --- a draft in a file --- */

static gboolean
check_cases (Check *check, GPtrArray *drafts, GError **error)
{
  for (guint i = 0; i < drafts->len; i++) {
    const FzDraftCase *draft = drafts->pdata[i];
    g_autoptr (GPtrArray) findings =
      fz_draft_case_check (check->cli->desk, draft, check->on != NULL ? check->on_us : draft->at_us, error);

    if (findings == NULL)
      return FALSE;
    print_findings (check, findings, "id", drafts->len > 1 ? draft->id : NULL);
  }
  return TRUE;
}

static int
check_draft (Check *check, const char *path)
{
  FzCli *cli = check->cli;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) drafts = NULL;
  g_autoptr (GBytes) bytes = fz_cli_read_file (path, MAX_FILE, &error);
  int code = FZ_CLI_GO_ON;

  if (bytes == NULL)
    return fz_cli_fail (error);
  if (cli->staff != NULL)
    code = fz_cli_sign_in (cli, FZ_ROLE_DOCTOR);
  else
    cli->desk = fz_desk_of_knowledge (&error);
  if (code != FZ_CLI_GO_ON)
    return code;
  if (cli->desk != NULL && choose_rulebook (check, &error))
    drafts = fz_draft_cases_parse (cli->desk->knowledge, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  if (drafts == NULL || !check_cases (check, drafts, &error))
    return fz_cli_fail (error);
  return conclude (check);
}

/* --- a visit in the store --- */

typedef struct {
  const char *visit;
  char *holder;
} Holder;

static gboolean
read_holder (FzTxn *txn, gpointer data, GError **error)
{
  Holder *holder = data;
  g_autoptr (FzFields) facts = fz_visits_get (txn, holder->visit, error);

  if (facts != NULL)
    holder->holder = g_strdup (fz_fields_get (facts, "visit.holder_number"));
  return facts != NULL;
}

/* In a demo store the person who may: whoever holds the visit. */
static int
sign_in (FzCli *cli, const char *visit)
{
  Holder holder = { visit, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *number = NULL;
  int code = fz_cli_sign_in (cli, FZ_ROLE_DOCTOR);

  if (code != FZ_CLI_GO_ON || cli->staff != NULL)
    return code;
  if (!fz_store_run (cli->desk->store, FZ_TXN_READ, read_holder, &holder, &error))
    return fz_cli_fail (error);
  number = holder.holder;
  return number != NULL ? fz_cli_sign_in_demo (cli, number) : FZ_CLI_GO_ON;
}

static gint64
scripted_now (gpointer data)
{
  return *(const gint64 *) data;
}

static gboolean
check_unsigned (Check *check, const FzFields *visit, const char *id, GError **error)
{
  FzSession *session = check->cli->session;
  const char *stage = fz_fields_get (visit, "visit.stage");
  g_autoptr (FzFields) draft = NULL;
  g_autoptr (GPtrArray) findings = NULL;

  if (fz_session_get_role (session) != FZ_ROLE_DOCTOR)
    return TRUE;
  if (g_strcmp0 (stage, "waiting") == 0)
    findings = fz_desk_check_taking (session, id, error);
  else if (g_strcmp0 (stage, "taken") == 0 || g_strcmp0 (stage, "recorded") == 0) {
    draft = fz_desk_get_draft (session, id, error);
    if (draft == NULL)
      return FALSE;
    /* With everything signed there is no draft, and an empty one would only be blamed for being empty. */
    if (g_strcmp0 (stage, "recorded") == 0 && fz_fields_count (draft, "rx.item") == 0)
      return TRUE;
    findings = fz_desk_check_draft (session, id, draft, error);
  } else
    return TRUE;
  if (findings == NULL)
    return FALSE;
  print_findings (check, findings, "visit", id);
  return TRUE;
}

static gboolean
check_signed (Check *check, const FzFields *visit, GError **error)
{
  for (guint i = 0; i < fz_fields_count (visit, "prescription"); i++) {
    const char *id = fz_fields_get_at (visit, "prescription", i, "id");
    g_autoptr (GPtrArray) findings = fz_review_findings (check->cli->session, id, error);

    if (findings == NULL)
      return FALSE;
    print_findings (check, findings, "prescription", id);
  }
  return TRUE;
}

/* --- signed documents, judged again by the rules kept for them --- */

static void
print_replay (const FzCli *cli, const FzFields *row)
{
  static const char *const sum[] = { "document", "rulebook", "on", "verdicts", "knowledge", "engine", "findings", "engine_now", NULL };
  static const char *const other[] = { "document", "rule", "field", "then", "now", NULL };
  const char *same = fz_fields_get (row, "same");

  if (cli->json) {
    fz_cli_print_json (row);
    return;
  }
  g_print ("replay\t%s\t", same == NULL ? "differs" : g_str_equal (same, "yes") ? "same" : "changed");
  fz_cli_print_row (row, same != NULL ? sum : other);
}

/* TRUE also when verdicts differ: then `changed` says so. */
static gboolean
replay (Check *check, const char *id, GError **error)
{
  g_autoptr (GPtrArray) rows = fz_rules_replay (check->cli->desk, id, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    print_replay (check->cli, rows->pdata[i]);
    check->changed = check->changed || !fz_fields_is_yes (rows->pdata[i], "same");
  }
  return rows != NULL;
}

static int
check_visit (Check *check, const char *id)
{
  FzCli *cli = check->cli;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) visit = NULL;
  int code = sign_in (cli, id);

  if (code != FZ_CLI_GO_ON)
    return code;
  if (!choose_rulebook (check, &error))
    return fz_cli_fail (error);
  visit = fz_desk_read_visit (cli->session, id, &error);
  if (visit == NULL)
    return fz_cli_fail (error);
  /* Only what the checks take for today; the store keeps its own clock for what it writes. */
  if (check->on != NULL) {
    cli->desk->clock = scripted_now;
    cli->desk->clock_data = &check->on_us;
  }
  if (!check_unsigned (check, visit, id, &error) || !check_signed (check, visit, &error) || !replay (check, id, &error))
    code = fz_cli_fail (error);
  else
    code = conclude (check);
  cli->desk->clock = NULL;
  return code;
}

int
fz_cli_check (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "check" };
  g_autofree char *visit = NULL, *draft = NULL, *on = NULL, *rulebook = NULL;
  const GOptionEntry more[] = { { "visit", 0, 0, G_OPTION_ARG_FILENAME, &visit, N_ ("检查库中的一次就诊"), "ID" },
                                { "draft", 0, 0, G_OPTION_ARG_FILENAME, &draft, N_ ("检查文件中的草稿，可每行一份（fuzhen schema draft）"), "FILE.json" },
                                { "on", 0, 0, G_OPTION_ARG_FILENAME, &on, N_ ("按此日施行的规则"), "DATE" },
                                { "rulebook", 0, 0, G_OPTION_ARG_FILENAME, &rulebook, N_ ("规则集名"), "NAME" },
                                G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, "--visit ID | --draft FILE.json",
                           _ ("规则与用药检查的发现，最重的在前；有 stop 时退出码为 1。--visit 还把已签署的文书按签署当日的规则、药品知识和目录复核（replay），\n与签署时不同则退出码为 1。--draft 用随附的规则、知识与目录，不需要库，也无需登录。\n"), more, &argc,
                           &argv);
  Check check = { .cli = &cli };
  g_autoptr (GError) error = NULL;

  if (code != FZ_CLI_GO_ON)
    return code;
  if (argc > 1 || (visit == NULL) == (draft == NULL))
    return fz_cli_misuse ("check", _ ("请给出 --visit 或 --draft 之一。"));
  if (on != NULL && !fz_cli_parse_time (on, FALSE, &check.on_us, &error))
    return fz_cli_misuse ("check", error->message);
  check.on = on;
  check.rulebook = rulebook;
  return visit != NULL ? check_visit (&check, visit) : check_draft (&check, draft);
}
