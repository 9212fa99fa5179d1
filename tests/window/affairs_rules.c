#include "tests/window/affairs.h"

#include "tests/window/hands.h"
#include "tests/window/person.h"
#include "tests/window/screen.h"
#include "tests/window/sitting.h"

static const char layer[] =
  "{\"format\": \"fuzhen.rulebook/v2\", \"name\": \"hospital\", \"layer\": \"hospital\", \"short\": \"YN\",\n"
  " \"title\": \"院内规定\", \"title_en\": \"Own rules\", \"over\": \"tianjin-2025\", \"regulation\": null, \"source\": \"院务会\",\n"
  " \"since\": \"2026-01-01\", \"until\": null, \"until_basis\": null, \"successor\": null,\n"
  " \"parameters\": [{\"name\": \"independent_years\", \"zh\": \"独立临床工作年限\", \"en\": \"Years\", \"question\": null, \"stricter\": \"more\",\n"
  "  \"values\": [{\"from\": \"2026-01-01\", \"until\": null, \"value\": 5}]}],\n"
  " \"terminations\": [], \"consent\": null, \"clauses\": [\n"
  "  {\"id\": \"H_LINES\", \"row\": null, \"text\": \"《院内规定》\", \"article\": \"第二条\", \"article_sha256\": null,\n"
  "   \"zh\": \"线上处方不超过%s种药品\", \"en\": \"No more than %s drugs\", \"severity\": \"reason\", \"kind\": \"quantity\",\n"
  "   \"from\": \"2026-01-01\", \"until\": null, \"field\": \"rx.item\", \"moments\": [\"prescribe\"], \"when\": [],\n"
  "   \"require\": {\"is\": \"%s\", \"list\": \"rx.item\", \"max\": %s},\n"
  "   \"message\": \"本院规定线上处方不超过%s种药品。\"}]}\n";

/* A hospital layer of one clause, `most` drugs by the predicate `is`. (transfer full) */
static char *
write_layer (Hospital *hospital, const char *name, const char *is, const char *most)
{
  char *path = g_build_filename (hospital->dir, name, NULL);
  g_autofree char *text = g_strdup_printf (layer, most, most, is, most, most);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

/* --- drafting --- */

static void
import (const char *path)
{
  person_press ("导入院内条款…");
  person_choose_file ("选择院内规定文件（JSON）", path, FALSE);
}

/* A file with a typo names itself, the line and the reason, and the draft is as it was. */
static void
import_bad (Hospital *hospital)
{
  g_autofree char *path = write_layer (hospital, "typo.json", "count_at_mots", "4");

  import (path);
  screen_expect ("typo.json:10: $.clauses[0].require");
  screen_expect ("没有院内自定条款");
  affairs_picture ("affairs-rules-bad");
}

static void
edit_words (void)
{
  person_click (ATSPI_ROLE_INVALID, "终止情形与给患者的指引");
  person_replace ("病情出现变化，不适合在线诊疗", "请尽快到本院门诊就诊。");
  affairs_picture ("affairs-rules-guidance");
  person_click (ATSPI_ROLE_INVALID, "终止情形与给患者的指引");
  person_click (ATSPI_ROLE_INVALID, "知情同意书");
  person_replace ("版本号（改动文本须用新版本号，患者将重新签署）", "2026-H1");
  person_fill ("知情同意书", "本院补充：复诊资料保存十五年。");
  affairs_picture ("affairs-rules-consent");
  person_click (ATSPI_ROLE_INVALID, "知情同意书");
}

static void
try_draft (void)
{
  person_press ("检查改动");
  screen_expect ("新增院内条款 H_LINES");
  screen_expect ("“独立临床工作年限”：由 3 改为 5"); /* the file brought this too */
  screen_expect ("终止条件 T01：请尽快到本院门诊就诊。");
  screen_expect ("改为第 2026-H1 版");
  person_press ("按最近一个月试算");
  screen_expect ("最近 30 天的");
  affairs_picture ("affairs-rules-trial");
}

static void
sign_draft (const char *id)
{
  person_fill ("修改说明", "院务会决定");
  person_press ("核对并签名");
  person_sign (AFFAIRS_PIN);
  screen_expect (id);
  screen_expect ("待批准");
}

/* --- deciding --- */

static void
open_version (const char *id)
{
  person_click (ATSPI_ROLE_PUSH_BUTTON, "规则");
  person_click (ATSPI_ROLE_LABEL, id);
}

static void
decide (const char *button, const char *title, const char *picture, const char *pin)
{
  person_press (button);
  if (title != NULL) {
    screen_expect (title);
    person_fill ("理由", "依院务会讨论");
    affairs_picture (picture);
    person_press ("核对并签名");
  }
  person_sign (pin);
  screen_wait_gone (ATSPI_ROLE_INVALID, "签名 PIN 码"); /* a wrong or refused signature keeps the field */
}

/* Proposed with every kind of edit, approved by another, cancelled by both before its day. */
static void
approved_and_cancelled (Hospital *hospital)
{
  g_autofree char *good = write_layer (hospital, "own.json", "count_at_most", "4");

  person_press ("拟订新版本");
  import_bad (hospital);
  import (good);
  screen_expect ("own.json");
  edit_words ();
  try_draft ();
  sign_draft ("RULES-0002");
  person_change (AFFAIRS, SECURITY, "RULES-0002");
  open_version ("RULES-0002");
  affairs_picture ("affairs-rules-pending");
  decide ("批准", NULL, NULL, SECURITY_PIN);
  screen_expect ("待施行");
  open_version ("RULES-0002");
  decide ("取消施行…", "施行前取消这一版本", "affairs-rules-cancel", SECURITY_PIN);
  person_change (SECURITY, AFFAIRS, "RULES-0002");
  open_version ("RULES-0002");
  screen_expect ("不取消…");
  affairs_picture ("affairs-rules-asked");
  decide ("同意取消", NULL, NULL, AFFAIRS_PIN);
  screen_expect ("施行前取消");
}

static void
propose (Hospital *hospital, const char *most, const char *id)
{
  g_autofree char *path = write_layer (hospital, "own.json", "count_at_most", most);

  person_press ("拟订新版本");
  import (path);
  screen_expect ("own.json");
  sign_draft (id);
}

static void
declined_and_withdrawn (Hospital *hospital)
{
  propose (hospital, "3", "RULES-0003");
  person_change (AFFAIRS, SECURITY, "RULES-0003");
  open_version ("RULES-0003");
  decide ("不同意…", "不同意这一版本", "affairs-rules-decline", SECURITY_PIN);
  screen_expect ("未获批准");
  person_change (SECURITY, AFFAIRS, "RULES-0003");
  person_click (ATSPI_ROLE_PUSH_BUTTON, "规则");
  propose (hospital, "2", "RULES-0004");
  open_version ("RULES-0004");
  decide ("撤回…", "撤回这一版本", "affairs-rules-withdraw", AFFAIRS_PIN);
  screen_expect ("已撤回");
  affairs_picture ("affairs-rules-versions");
}

/* Found by words, read on by keys, and gone again. */
static void
read_guide (void)
{
  person_press ("怎样增加一条规则");
  screen_wait_focus ("在指南中查找");
  screen_expect ("规则集是什么样的");
  hands_type ("article_sha256");
  screen_wait_gone (ATSPI_ROLE_INVALID, "规则集是什么样的");
  screen_expect ("引用条文");
  affairs_picture ("affairs-guide");
  hands_type ("qqq");
  screen_expect ("没有找到");
  hands_key ("Escape");
  screen_wait_gone (ATSPI_ROLE_INVALID, "没有找到");
}

void
affairs_rules (Hospital *hospital)
{
  sitting_open (hospital);
  person_sign_in (AFFAIRS);
  person_click (ATSPI_ROLE_PUSH_BUTTON, "规则");
  read_guide ();
  approved_and_cancelled (hospital);
  declined_and_withdrawn (hospital);
  sitting_close (hospital);
}
