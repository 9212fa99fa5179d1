#include "tests/window/affairs.h"
#include "tests/window/hands.h"
#include "tests/window/person.h"
#include "tests/window/screen.h"
#include "tests/window/sitting.h"

#include <cjson/cJSON.h>
#include <string.h>

#define GROUND "2026-11-21 电话向平台工作人员核实"

/* --- decisions --- */

static void
show_state (const char *state)
{
  person_click (ATSPI_ROLE_RADIO_BUTTON, state);
}

/* The row stands in the list of that state, and its detail is open. */
static void
open_row (const char *state, const char *subject)
{
  show_state (state);
  person_click (ATSPI_ROLE_LABEL, subject);
  screen_expect ("数据来源");
}

/* The button, then the dialog: without words nothing is decided; with them it goes. What was decided is read from the ledger afterwards. */
static void
decide (const char *button, const char *title, const char *picture)
{
  person_press (button);
  screen_expect (title);
  person_tab_to (button);
  hands_key ("Return");
  screen_expect ("请写明裁定的依据");
  screen_expect_relation (ATSPI_ROLE_TEXT, "裁定依据", ATSPI_RELATION_LABELLED_BY, "裁定依据");
  screen_expect_relation (ATSPI_ROLE_TEXT, "裁定依据", ATSPI_RELATION_DESCRIBED_BY, "请写明裁定的依据");
  person_fill ("裁定依据", GROUND);
  affairs_picture (picture);
  person_tab_to (button);
  hands_key ("Return");
  screen_wait_gone (ATSPI_ROLE_HEADING, title);
}

/* --- a catalogue with a bad row, proposed and approved --- */

static char *
write_catalogue (Hospital *hospital)
{
  g_autofree char *source = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/drugs/starter.csv", NULL), *text = NULL;
  g_autoptr (GString) few = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;
  char *path = g_build_filename (hospital->dir, "catalogue.csv", NULL);

  g_assert_true (g_file_get_contents (source, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", 5);
  g_string_append_printf (few, "%s\n%s\n%s\n%s\n", lines[0], lines[1], lines[2], lines[3]);
  g_assert_cmpuint (g_string_replace (few, "FZ0001,苯磺酸氨氯地平片", "ZZ0001,另一种片", 1), ==, 1);
  g_assert_cmpuint (g_string_replace (few, "FZ0002,苯磺酸左氨氯地平片,0603,western,01", "ZZ0002,再一种片,0603,western,9999", 1), ==, 1);
  g_assert_true (g_file_set_contents (path, few->str, -1, NULL));
  return path;
}

/* What was read is proposed with a reason and a signature; nothing of it is in the catalogue yet. */
static void
propose_import (void)
{
  screen_expect ("IMP-000001");
  person_click (ATSPI_ROLE_LABEL, "catalogue.csv");
  person_press ("提出…");
  screen_expect ("提出导入的变更");
  person_fill ("理由", "按采购目录更新");
  person_tab_to ("核对并签名");
  hands_key ("Return");
  person_sign (AFFAIRS_PIN);
  screen_wait_gone (ATSPI_ROLE_HEADING, "提出导入的变更");
  screen_expect ("待他人批准");
  affairs_picture ("affairs-catalogue-proposed");
}

/* By the pharmacist who sits there for something else as well. */
static void
approve_import (void)
{
  person_click (ATSPI_ROLE_PUSH_BUTTON, "药品目录");
  person_click (ATSPI_ROLE_RADIO_BUTTON, "变更");
  person_click (ATSPI_ROLE_LABEL, "按采购目录更新");
  person_press ("批准");
  person_sign (PHARMACIST_PIN);
  screen_wait_gone (ATSPI_ROLE_PUSH_BUTTON, "批准");
  affairs_picture ("affairs-catalogue-approved");
}

static void
import_catalogue (Hospital *hospital)
{
  g_autofree char *path = write_catalogue (hospital), *none = g_build_filename (hospital->dir, "none.csv", NULL), *all = NULL;

  g_assert_true (g_file_set_contents (none, "nothing,of,it\n1,2,3\n", -1, NULL));
  person_click (ATSPI_ROLE_PUSH_BUTTON, "药品目录");
  person_press ("导入药品目录…");
  person_choose_file ("选择药品目录文件（CSV 或 Excel）", none, FALSE);
  screen_expect ("没有导入");
  all = screen_read_all ();
  g_assert_null (strstr (all, "跳过这些行，导入其余")); /* a file that is none has no rest */
  person_press ("关闭");
  person_press ("导入药品目录…");
  person_choose_file ("选择药品目录文件（CSV 或 Excel）", path, FALSE);
  screen_expect ("catalogue.csv 第 3 行");
  screen_expect ("没有导入任何一行");
  affairs_picture ("affairs-import-bad");
  person_press ("跳过这些行，导入其余");
  screen_expect ("以下各行没有导入：");
  screen_expect ("catalogue.csv 第 3 行");
  affairs_picture ("affairs-import-skipped");
  person_press ("关闭");
  propose_import ();
}

/* --- a prescription withdrawn after it was sent --- */

/* The platform has no correction: it becomes somebody's task. */
static void
withdraw_what_was_sent (Hospital *hospital, const char *rx)
{
  hospital_wait_accepted (hospital, "uploadRecipeIndicators", rx);
  person_change (AFFAIRS, PHARMACIST, rx);
  person_click (ATSPI_ROLE_PUSH_BUTTON, "发药");
  screen_expect (rx);
  person_click (ATSPI_ROLE_PUSH_BUTTON, "撤回 X");
  person_fill ("撤回理由", "患者来电说明已在外院取药");
  person_tab_to ("撤回");
  hands_key ("Return");
  person_sign (PHARMACIST_PIN);
  screen_wait_gone (ATSPI_ROLE_INVALID, rx);
  approve_import ();
  person_change (PHARMACIST, AFFAIRS, rx);
  person_click (ATSPI_ROLE_PUSH_BUTTON, "上报");
}

static void
decide_all (Hospital *hospital, const char *day, const char *today)
{
  g_autofree char *one = g_strdup_printf ("就诊 D%s-001", day), *two = g_strdup_printf ("就诊 D%s-002", day);
  g_autofree char *refused = g_strdup_printf ("就诊 L%s-0", today), *id = g_strdup_printf ("L%s-0", today);
  g_autofree char *rx = g_strdup_printf ("CF%s-10005", day);

  person_click (ATSPI_ROLE_PUSH_BUTTON, "上报");
  open_row ("结果未知", one);
  decide ("裁定已收到", "裁定：平台已收到", "affairs-received");
  open_row ("结果未知", two);
  decide ("裁定未收到", "裁定：平台未收到", "affairs-not-received");
  open_row ("被拒绝", refused);
  screen_expect ("数据与监管平台已有记录不一致");
  affairs_picture ("affairs-refused");
  person_press ("重新生成");
  hospital_wait_accepted (hospital, "uploadReferralIndicators", id);
  import_catalogue (hospital);
  withdraw_what_was_sent (hospital, rx);
  open_row ("缺项", "药品 ZZ0001");
  affairs_picture ("affairs-blocked");
  decide ("决定不上报", "决定不上报", "affairs-never");
  open_row ("缺项", rx);
  screen_expect ("需要办理的事");
  decide ("已办理", "这项待办已办理", "affairs-task");
  screen_expect ("已办结");
}

/* --- a day once more, and the year's holidays --- */

static void
collect_a_day (const char *day)
{
  g_autofree char *iso = g_strdup_printf ("%.4s-%.2s-%.2s", day, day + 4, day + 6), *said = g_strdup_printf ("%s 应报", iso);

  person_click (ATSPI_ROLE_PUSH_BUTTON, "上报");
  person_press ("补采一天…");
  screen_expect ("补采一天的上报");
  person_fill ("日期", iso);
  person_tab_to ("补采");
  hands_key ("Return");
  screen_expect (said);
  screen_expect ("补入台账 0 条"); /* nothing was forgotten */
}

/* One with a day that is none is named and changes nothing. */
static void
import_holidays (Hospital *hospital)
{
  g_autofree char *good = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/calendar/cn.csv", NULL), *bad = g_build_filename (hospital->dir, "bad.csv", NULL);

  g_assert_true (g_file_set_contents (bad, "day,kind,name,source\n2026-02-30,off,春节,x\n", -1, NULL));
  person_click (ATSPI_ROLE_PUSH_BUTTON, "期限");
  person_press ("导入节假日…");
  person_choose_file ("选择节假日安排文件（CSV 或 Excel）", bad, FALSE);
  screen_expect ("bad.csv");
  person_press ("关闭");
  person_press ("导入节假日…");
  person_choose_file ("选择节假日安排文件（CSV 或 Excel）", good, FALSE);
  screen_expect ("天的安排");
  person_press ("关闭");
  screen_wait_gone (ATSPI_ROLE_INVALID, "天的安排");
}

/* --- afterwards --- */

static void
assert_state (const char *rows, const char *key, const char *state)
{
  g_auto (GStrv) lines = g_strsplit (rows, "\n", -1);
  gboolean found = FALSE;

  for (guint i = 0; lines[i] != NULL; i++) {
    cJSON *row = cJSON_Parse (lines[i]);

    if (g_strcmp0 (cJSON_GetStringValue (cJSON_GetObjectItem (row, "key")), key) == 0) {
      g_assert_cmpstr (cJSON_GetStringValue (cJSON_GetObjectItem (row, "state")), ==, state);
      found = TRUE;
    }
    cJSON_Delete (row);
  }
  if (!found)
    g_error ("no row %s", key);
}

static void
check_states (Hospital *hospital, const char *day, const char *today)
{
  g_autofree char *rows = hospital_run (hospital, (const char *const[]){ "list", "outbox", "--json", NULL });
  const struct {
    const char *key, *day, *number, *state;
  } expected[] = { { "visit:D", day, "-001", "settled_sent" },      { "record:D", day, "-001", "accepted" },
                   { "visit:D", day, "-002", "accepted" },          { "prescription:CF", day, "-10005", "accepted" },
                   { "void:CF", day, "-10005", "settled_sent" },    { "visit:L", today, "-0", "accepted" } };

  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_autofree char *key = g_strconcat (expected[i].key, expected[i].day, expected[i].number, NULL);

    assert_state (rows, key, expected[i].state);
  }
  g_assert_nonnull (strstr (rows, "\"subject\":\"ZZ0001\""));
  g_assert_null (strstr (rows, "ZZ0002")); /* the bad row was never taken in */
}

void
affairs_ledger (Hospital *hospital)
{
  g_autofree char *day = affairs_day (-1), *today = affairs_day (0);

  sitting_open (hospital);
  person_sign_in (AFFAIRS);
  decide_all (hospital, day, today);
  collect_a_day (day);
  import_holidays (hospital);
  sitting_close (hospital);
  check_states (hospital, day, today);
}
