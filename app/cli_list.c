#include "app/cli_private.h"

#include "app/cli_json.h"

#include <glib/gi18n-lib.h>

/* What one word lists for whom, in the order of the screens. */
typedef struct {
  const char *what;
  FzRole reader;
  FzList lists[4];
  guint n;
} View;

static const View views[] = {
  { "visits", FZ_ROLE_DOCTOR, { FZ_LIST_WAITING, FZ_LIST_MINE, FZ_LIST_DONE }, 3 },
  { "visits", FZ_ROLE_AFFAIRS, { FZ_LIST_VISITS }, 1 },
  { "prescriptions", FZ_ROLE_PHARMACIST, { FZ_LIST_REVIEW, FZ_LIST_REVIEWED }, 2 },
  { "prescriptions", FZ_ROLE_AFFAIRS, { FZ_LIST_RX }, 1 },
  { "outbox", FZ_ROLE_SYSTEM, { FZ_LIST_OUTBOX }, 1 },
  { "outbox", FZ_ROLE_AFFAIRS, { FZ_LIST_OUTBOX }, 1 },
  { "staff", FZ_ROLE_SECURITY, { FZ_LIST_STAFF }, 1 },
  { "staff", FZ_ROLE_AFFAIRS, { FZ_LIST_STAFF }, 1 },
  { "deadlines", FZ_ROLE_AFFAIRS, { FZ_LIST_STAFF }, 0 },
  { "deadlines", FZ_ROLE_DOCTOR, { FZ_LIST_STAFF }, 0 },
  { "deadlines", FZ_ROLE_PHARMACIST, { FZ_LIST_STAFF }, 0 },
};

/* The view of this reader; without one of theirs the first, whose rights then say no. */
static const View *
find_view (const char *what, FzRole reader)
{
  const View *first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (views); i++) {
    if (!g_str_equal (views[i].what, what))
      continue;
    if (views[i].reader == reader)
      return &views[i];
    if (first == NULL)
      first = &views[i];
  }
  return first;
}

/* What has a day on it, up to `to`. */
static int
print_deadlines (const FzCli *cli, const FzFields *filter, gint64 left)
{
  static const char *const columns[] = { "on", "days", "label", "subject", "name", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_deadlines (cli->session, &error);
  gint64 from_us = 0, to_us = G_MAXINT64;

  if (rows == NULL)
    return fz_cli_fail (error);
  fz_fields_get_time (filter, "from", &from_us);
  fz_fields_get_time (filter, "to", &to_us);
  for (guint i = 0; i < rows->len && left > 0; i++) {
    FzDate day;
    gint64 us = fz_date_parse (fz_fields_get (rows->pdata[i], "on"), &day, NULL) ? fz_date_beijing_start_us (day) : from_us;

    if (us < from_us || us >= to_us)
      continue;
    if (cli->json)
      fz_cli_print_json (rows->pdata[i]);
    else
      fz_cli_print_row (rows->pdata[i], columns);
    left--;
  }
  return FZ_EXIT_DONE;
}

static void
print_one (const FzCli *cli, const char *what, const FzFields *kept)
{
  static const char *const visit[] = { "visit.id", "visit.stage", "visit.applied_at", "patient.name", "visit.department_name",
                                       "visit.holder_name", "sensitive", NULL };
  static const char *const rx[] = { "rx.id", "rx.stage", "rx.signed_at", "rx.visit", "patient.name", "rx.doctor_name", "rx.pharmacist_name", "sensitive", NULL };
  static const char *const outbox[] = { "id", "state", "method_label", "key", "attempts", "code", "words", "problems", NULL };
  static const char *const staff[] = { "number", "name", "role", "title_label", "department_name", "joined_at", "left_at", NULL };
  g_autoptr (FzFields) row = fz_fields_dup (kept, NULL);

  fz_fields_set (row, "cursor", NULL);
  for (guint i = 0; i < fz_fields_count (row, "mark"); i++)
    if (g_strcmp0 (fz_fields_get_at (row, "mark", i, NULL), "sensitive") == 0)
      fz_fields_set (row, "sensitive", cli->json ? "yes" : _ ("特别敏感"));
  if (cli->json)
    fz_cli_print_json (row);
  else
    fz_cli_print_row (row, g_str_equal (what, "visits") ? visit : g_str_equal (what, "prescriptions") ? rx : g_str_equal (what, "outbox") ? outbox : staff);
}

/* TRUE when the page was full and more may follow. */
static gboolean
print_page (const FzCli *cli, const char *what, GPtrArray *rows, const char *state, gint64 *left, FzFields *filter)
{
  for (guint i = 0; i < rows->len && *left > 0; i++) {
    const FzFields *row = rows->pdata[i];
    const char *stage = fz_fields_get (row, g_str_equal (what, "visits") ? "visit.stage" : "rx.stage");

    fz_fields_set (filter, "after", fz_fields_get (row, "cursor"));
    if (state != NULL && stage != NULL && !g_str_equal (stage, state))
      continue;
    print_one (cli, what, row);
    (*left)--;
  }
  return rows->len > 0 && *left > 0;
}

static int
print_list (const FzCli *cli, const View *view, FzList list, const FzFields *asked, const char *state, gint64 *left)
{
  g_autoptr (FzFields) filter = fz_fields_dup (asked, NULL);
  g_autoptr (GError) error = NULL;
  gboolean more = TRUE;

  while (more) {
    g_autoptr (GPtrArray) rows = fz_desk_list (cli->session, list, filter, &error);

    if (rows == NULL)
      return fz_cli_fail (error);
    more = print_page (cli, view->what, rows, state, left, filter) && list != FZ_LIST_STAFF;
  }
  return FZ_CLI_GO_ON;
}

static FzFields *
make_filter (const char *state, const char *from, const char *to, GError **error)
{
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  gint64 us = 0;

  if (from != NULL && !fz_cli_parse_time (from, FALSE, &us, error))
    return NULL;
  fz_fields_set_time (filter, "from", us);
  if (to != NULL) {
    if (!fz_cli_parse_time (to, TRUE, &us, error))
      return NULL;
    fz_fields_set_time (filter, "to", us);
  }
  fz_fields_set (filter, "state", state);
  fz_fields_set_int (filter, "limit", 500);
  return g_steal_pointer (&filter);
}

int
fz_cli_list (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "list" };
  g_autofree char *state = NULL, *from = NULL, *to = NULL;
  gint64 left = G_MAXINT64;
  const GOptionEntry more[] = { { "state", 0, 0, G_OPTION_ARG_FILENAME, &state, N_ ("只列出此状态的"), "STATE" },
                                { "from", 0, 0, G_OPTION_ARG_FILENAME, &from, N_ ("起（含）"), "D" },
                                { "to", 0, 0, G_OPTION_ARG_FILENAME, &to, N_ ("止（日期含当日）"), "D" },
                                { "limit", 0, 0, G_OPTION_ARG_INT64, &left, N_ ("最多列出几行"), "N" },
                                G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, "visits|prescriptions|outbox|staff|deadlines",
                           _ ("与界面相同的列表，按登录者的权限。医师看待接诊与本人的就诊，药师看待审与本人审过的处方，医务管理看全部（脱敏）。\n"
                              "deadlines 是各项期限：台账、证照与保险、未上报的数据、每日备份，最近的在前。\n"), more,
                           &argc, &argv);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) filter = NULL;
  const View *view = argc == 2 ? find_view (argv[1], FZ_ROLE_NONE) : NULL;

  if (code != FZ_CLI_GO_ON)
    return code;
  if (view == NULL || left < 0)
    return fz_cli_misuse ("list", _ ("请给出 visits、prescriptions、outbox、staff 或 deadlines。"));
  filter = make_filter (state, from, to, &error);
  if (filter == NULL)
    return fz_cli_misuse ("list", error->message);
  code = fz_cli_sign_in (&cli, view->reader);
  if (code != FZ_CLI_GO_ON)
    return code;
  if (g_str_equal (view->what, "deadlines"))
    return print_deadlines (&cli, filter, left);
  view = find_view (view->what, fz_session_get_role (cli.session));
  for (guint i = 0; i < view->n && code == FZ_CLI_GO_ON; i++)
    code = print_list (&cli, view, view->lists[i], filter, state, &left);
  return code == FZ_CLI_GO_ON ? FZ_EXIT_DONE : code;
}
