#include "tests/window/affairs.h"

#include "tests/window/hands.h"
#include "tests/window/person.h"
#include "tests/window/screen.h"
#include "tests/window/sitting.h"

#include <string.h>

static void
save_as (Hospital *hospital, const char *format, const char *ending, const char *begin)
{
  g_autofree char *button = g_strconcat ("导出为 ", format, NULL), *name = g_strconcat ("report.", ending, NULL);
  g_autofree char *path = g_build_filename (hospital->dir, name, NULL), *said = g_strconcat ("已保存到 ", path, NULL), *bytes = NULL;

  person_click (ATSPI_ROLE_PUSH_BUTTON, button);
  person_choose_file ("导出报表", path, TRUE);
  screen_expect (said);
  bytes = hospital_wait_file (path, 200);
  g_assert_true (g_str_has_prefix (bytes, begin));
}

/* A place where nobody may write: said, and the page goes on. */
static void
save_nowhere (void)
{
  person_click (ATSPI_ROLE_PUSH_BUTTON, "导出为 CSV");
  person_choose_file ("导出报表", "/proc/report.csv", TRUE);
  screen_expect ("/proc/report.csv");
  affairs_picture ("affairs-report-nowhere");
}

static void
own_period (void)
{
  person_click (ATSPI_ROLE_RADIO_BUTTON, "自选");
  person_replace ("开始日期", "2020-02-30");
  person_press ("预览");
  screen_expect ("日期按 2026-01-05 填写");
  person_replace ("开始日期", "2020-01-05");
  person_replace ("结束日期", "2020-01-04");
  person_press ("预览");
  screen_expect ("结束日期早于开始日期");
  affairs_picture ("affairs-report-dates");
  person_replace ("结束日期", "2020-01-06");
  hands_key ("Return");
  screen_expect ("这段时间没有数据");
  affairs_picture ("affairs-report-empty");
}

/* Of one department, told on the page; then the same report set up to be made of every day since yesterday: signed once, and the window makes what is over. */
static void
filtered_and_scheduled (Hospital *hospital)
{
  g_autofree char *day = affairs_day (-1), *yesterday = g_strdup_printf ("%.4s-%.2s-%.2s", day, day + 4, day + 6), *name = g_strdup_printf ("复诊判断与终止_%s.csv", yesterday), *path = g_build_filename (hospital->dir, name, NULL), *bytes = NULL;

  person_choose ("报表名称", "复诊判断与终止");
  screen_expect ("作出复诊判断");
  person_choose ("科室", "心血管内科专业");
  screen_expect ("筛选：科室 心血管内科专业");
  affairs_picture ("affairs-report-department");
  person_press ("定时制作这份报表…");
  screen_expect ("登记定时报表");
  person_choose ("周期", "每日");
  person_choose ("文件格式", "CSV");
  person_replace ("从哪天的一期开始", yesterday);
  person_fill ("存放文件夹", hospital->dir);
  person_press ("核对并签名");
  person_sign (AFFAIRS_PIN);
  screen_expect ("每日 · CSV");
  affairs_picture ("affairs-report-scheduled");
  if (!affairs_is_full ())
    return;
  bytes = hospital_wait_file (path, 200); /* the window's clock goes round every half minute */
  screen_expect ("定时报表已制作");
  g_assert_true (g_str_has_prefix (bytes, "\xef\xbb\xbf报表,复诊判断与终止"));
}

/* The chart's numbers fold out beneath it; an arrow leads to the report in which its figure stands. */
static void
from_the_overview (void)
{
  person_click (ATSPI_ROLE_PUSH_BUTTON, "总览");
  person_click (ATSPI_ROLE_INVALID, "按小时的数字");
  screen_expect ("8时 就诊 ");
  person_press ("今天的审方报表");
  screen_expect ("审方与干预");
  screen_expect ("退回或不通过，未再开具");
}

void
affairs_report (Hospital *hospital)
{
  sitting_open (hospital);
  person_sign_in (AFFAIRS);
  person_click (ATSPI_ROLE_PUSH_BUTTON, "报表");
  person_click (ATSPI_ROLE_RADIO_BUTTON, "近7天");
  screen_expect ("制表 A3001 " AFFAIRS);
  affairs_picture ("affairs-report");
  save_as (hospital, "Excel", "xlsx", "PK");
  save_as (hospital, "CSV", "csv", "\xef\xbb\xbf");
  save_as (hospital, "PDF", "pdf", "%PDF-");
  save_nowhere ();
  filtered_and_scheduled (hospital);
  if (affairs_is_full ())
    own_period ();
  from_the_overview ();
  sitting_close (hospital);
}

/* --- people --- */

static void
amend_papers (void)
{
  person_click (ATSPI_ROLE_LABEL, "林若溪");
  person_press ("更新资料…");
  screen_expect ("由台账 BX-000001 维护"); /* what an entry says is not typed here */
  person_press ("取消");
  screen_wait_gone (ATSPI_ROLE_HEADING, "更新资格资料");
  person_click (ATSPI_ROLE_LABEL, "韩秉文");
  person_press ("更新资料…");
  person_replace ("医疗责任保险到期日", "2027-02-30");
  person_press ("保存");
  screen_expect ("应为存在的日期");
  affairs_picture ("affairs-papers-bad");
  person_replace ("医疗责任保险到期日", "2027-06-30");
  person_press ("保存");
  screen_wait_gone (ATSPI_ROLE_HEADING, "更新资格资料");
  screen_expect ("2027-06-30");
  affairs_picture ("affairs-papers");
}

static void
put_duty (void)
{
  person_press ("审方值班…");
  person_replace ("从", "25:00");
  person_press ("登记值班");
  screen_expect ("时间写作 08:00");
  person_replace ("从", "00:01");
  person_replace ("到", "00:00"); /* over midnight */
  person_press ("登记值班");
  screen_expect ("请选择药师");
  person_choose ("药师", "韩秉文"); /* the other one is on duty since the demonstration */
  person_press ("登记值班");
  screen_expect ("在班");
  affairs_picture ("affairs-duty");
  person_press ("结束值班");
  screen_expect ("已结束");
  hands_key ("Escape"); /* what was entered was kept: nothing is asked */
  screen_wait_gone (ATSPI_ROLE_HEADING, "审方值班");
}

static void
amend_institution (void)
{
  person_press ("机构资料…");
  screen_expect ("由台账 XK-000001 维护");
  person_replace ("业务时间起", "25:00");
  person_replace ("业务时间止", "20:30");
  person_press ("保存");
  affairs_picture ("affairs-institution-bad");
  person_replace ("业务时间起", "07:30");
  person_press ("保存");
  screen_expect ("07:30–20:30");
  affairs_picture ("affairs-institution");
  hands_key ("Escape");
  screen_wait_gone (ATSPI_ROLE_HEADING, "机构资料");
}

/* From what is due to the material for the portal: the folder is there with what to do first, and the duty has moved on. */
static void
export_portal (Hospital *hospital)
{
  g_autofree char *folder = g_build_filename (hospital->dir, "portal-licence", NULL), *readme = g_build_filename (folder, "README.txt", NULL);
  g_autofree char *said = g_strdup_printf ("填报材料已写入“%s”", folder), *text = NULL;

  person_click (ATSPI_ROLE_PUSH_BUTTON, "期限");
  person_click (ATSPI_ROLE_LABEL, "医院（演示）（登记）");
  person_press ("到“台账”页办理");
  screen_expect ("导出前检查");
  screen_expect ("必填栏目齐全");
  person_press ("导出填报材料…");
  person_choose_file ("填报材料放在哪里（新文件夹）", folder, TRUE);
  screen_expect (said);
  text = hospital_wait_file (readme, 50);
  g_assert_nonnull (strstr (text, "机构与执业许可信息"));
  affairs_picture ("affairs-portal");
  screen_expect ("已导出");
}

void
affairs_people (Hospital *hospital)
{
  sitting_open (hospital);
  person_sign_in (AFFAIRS);
  person_click (ATSPI_ROLE_PUSH_BUTTON, "人员");
  amend_papers ();
  put_duty ();
  amend_institution ();
  export_portal (hospital);
  sitting_close (hospital);
}
