#include "tests/window/rows.h"

#include "app/data.h"
#include "core/date.h"
#include "core/knowledge_set.h"
#include "db/store_private.h"
#include "tests/desk/entries.h"
#include "tests/window/inspect.h"
#include "tests/window/loading.h"
#include "tests/window/popovers.h"
#include "tests/window/rows_private.h"
#include "tests/window/undone.h"
#include "tests/window/walk.h"
#include "ui/dialog_password.h"
#include "ui/document_window.h"
#include "ui/entry_words.h"
#include "ui/first_hour.h"
#include "ui/kit/kit.h"
#include "ui/page.h"
#include "ui/places.h"
#include "ui/talk_acts.h"
#include "ui/theme.h"
#include "ui/told.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define WIDTH 1280
#define HEIGHT 800

static const struct {
  const char *number, *place;
  const char *what;           /* a name of what fill() made, /the word of a part of the page, or both; NULL: the first row of the page's table that offers the button */
  const char *button, *inner; /* Chinese, as the sources have it; inner: the button in the dialog that the first one opened; NULL: none */
  Unanswered way;
  const char *field; /* SAYS: the one that is marked; NULL: none is in the form, and the line of errors says it; else why */
} dialogs[] = {
  { "D1001", "visit", "taken", "终止诊疗", NULL, UNANSWERED_SAYS, "终止原因" },
  { "D1001", "visit", "taken", "转交", NULL, UNANSWERED_SAYS, "转交原因" },
  { "D1001", "visit", "taken", "标为特别敏感…", NULL, UNANSWERED_SAYS, "种类" },
  { "D1001", "visit", "signed", "作废处方", NULL, UNANSWERED_SAYS, "作废原因" },
  { "D1001", "visit", "returned", "不修改，再次签名", NULL, UNANSWERED_SAYS, "核实情况和理由" },
  { "D1001", "visit", "returned", "处方笺", NULL, UNANSWERED_LEAVES, "one copy is printed" },
  { "D1001", "visit", "signed", "病历补记", NULL, UNANSWERED_SAYS, "补记内容" },
  { "D1001", "visit", "ended", "导出这份病历", NULL, UNANSWERED_ANSWER, "a new folder is chosen" },
  { "D1001", "visit", "waits", "拒诊", NULL, UNANSWERED_SAYS, "拒诊原因" },
  { "D1001", "visit", NULL, "手工录入", NULL, UNANSWERED_SAYS, NULL },
  { "D1001", "visit", NULL, "导入复诊包", NULL, UNANSWERED_ANSWER, "a file is chosen" },
  { "D1001", "visit", NULL, "紧急查阅", NULL, UNANSWERED_READ, "a list" },
  { "D1001", "visit", NULL, "紧急查阅", "查阅他人经办的就诊…", UNANSWERED_SAYS, NULL },
  { "P2001", "review", "review", "逐项 I", NULL, UNANSWERED_WAITS, "a judgement of each item" },
  { "P2001", "review", "review", "退回 R", NULL, UNANSWERED_WAITS, "a reason" },
  { "P2001", "review", "review", "不通过 X", NULL, UNANSWERED_WAITS, "a reason" },
  { "P2001", "dispense", "approved", "调配 P", NULL, UNANSWERED_ANSWER, "all that is owed, at the counter: it is prepared and signed" },
  { "P2001", "dispense", "approved", "院外药店 O", NULL, UNANSWERED_SAYS, "药店" },
  { "P2001", "dispense", "approved", "撤回 X", NULL, UNANSWERED_SAYS, NULL },
  { "P2001", "dispense", "prepared", "核对发药 D", NULL, UNANSWERED_SAYS, "证件号后四位" },
  { "P2001", "dispense", "prepared", "核对不符 R", NULL, UNANSWERED_SAYS, NULL },
  { "P2001", "dispense", "sent", "登记结果 S", NULL, UNANSWERED_ANSWER, "it was delivered: signed" },
  { "P2001", "catalogue", NULL, "修改…", NULL, UNANSWERED_SAYS, NULL },
  { "P2001", "catalogue", NULL, "停用…", NULL, UNANSWERED_SAYS, NULL },
  { "P2001", "catalogue", NULL, "疑似反应，移除…", NULL, UNANSWERED_SAYS, NULL },
  { "A3001", "grants", NULL, "撤回…", NULL, UNANSWERED_SAYS, "理由" },
  { "A3001", "registers", "record-copy", "申请提供病历副本…", NULL, UNANSWERED_SAYS, "说明" },
  { "A3001", "registers", "recall", "申请查出涉及的患者…", NULL, UNANSWERED_SAYS, "说明" },
  { "A3001", "registers", "complaint", "查看这次就诊的沟通…", NULL, UNANSWERED_SAYS, NULL },
  { "A3001", "rules", NULL, "拟订新版本", NULL, UNANSWERED_SAYS, NULL },
  { "A3001", "deadlines", NULL, "确认没有不良事件…", NULL, UNANSWERED_ANSWER, "today is filled in: the day is signed" },
  { "S4001", "grants", NULL, "不批准…", NULL, UNANSWERED_SAYS, "理由" },
  { "S4001", "grants", NULL, "收回…", NULL, UNANSWERED_SAYS, "理由" },
  { "S4001", "people", NULL, "更新资料…", NULL, UNANSWERED_ANSWER, "what stands in the papers now" },
  { "S4001", "people", NULL, "重置…", NULL, UNANSWERED_ANSWER, "a question: the account is made anew" },
  { "S4001", "people", NULL, "停用账号…", NULL, UNANSWERED_ANSWER, "a question: the account ends" },
  { "S4001", "people", NULL, "续期证书…", NULL, UNANSWERED_WAITS, "the PIN" },
  { "S4001", "people", NULL, "吊销密钥…", NULL, UNANSWERED_WAITS, "a reason and the PIN" },
  { "S4001", "people", NULL, "登记告知…", NULL, UNANSWERED_WAITS, "who was told" },
  { "S4001", "grants", "/防统方告警", "写明处理…", NULL, UNANSWERED_SAYS, "情况和处理" },
  { "S4001", "grants", "/授权", "批准", NULL, UNANSWERED_WAITS, "the PIN" },
  { "S4001", "rules", "/版本", "批准", NULL, UNANSWERED_WAITS, "the PIN" },
  { "S4001", "rules", "/版本", "不同意…", NULL, UNANSWERED_SAYS, "理由" },
  { "A3001", "rules", "/版本", "撤回…", NULL, UNANSWERED_SAYS, "理由" },
  { "A3001", "rules", "/版本", "取消施行…", NULL, UNANSWERED_SAYS, "理由" },
  { "S4001", "rules", "/版本", "同意取消", NULL, UNANSWERED_WAITS, "the PIN" },
  { "S4001", "rules", "/版本", "不取消…", NULL, UNANSWERED_SAYS, "理由" },
  { "A3001", "rules", "/药品知识", "提出启用…", NULL, UNANSWERED_SAYS, "理由" },
  { "A3001", "rules", "/药品知识", "撤回…", NULL, UNANSWERED_SAYS, "理由" },
  { "S4001", "rules", "/药品知识", "批准", NULL, UNANSWERED_WAITS, "the PIN" },
  { "S4001", "rules", "/药品知识", "不同意…", NULL, UNANSWERED_SAYS, "理由" },
  { "A3001", "grants", "/账号启用", "批准启用", NULL, UNANSWERED_WAITS, "the PIN" },
  { "A3001", "grants", "/账号启用", "不批准…", NULL, UNANSWERED_SAYS, "理由" },
  { "A3001", "registers", "record-copy-2", "提供病历副本…", NULL, UNANSWERED_ANSWER, "on a disk: a folder is chosen" },
  { "A3001", "ledger", NULL, "裁定已收到", NULL, UNANSWERED_SAYS, "裁定依据" },
  { "A3001", "ledger", NULL, "裁定未收到", NULL, UNANSWERED_SAYS, "裁定依据" },
  { "A3001", "ledger", NULL, "登记整改…", NULL, UNANSWERED_SAYS, NULL },
  { "A3001", "ledger", NULL, "决定不上报", NULL, UNANSWERED_SAYS, "裁定依据" },
  { "A3001", "front", NULL, "办结…", NULL, UNANSWERED_SAYS, "理由" },
  { "A3001", "comment", NULL, "更改 C", NULL, UNANSWERED_ANSWER, "as the first reader found it" },
  { "A3001", "comment", NULL, "同意初评 A", NULL, UNANSWERED_WAITS, "the PIN" },
  { "A3001", "comment", NULL, "答复申诉 C", NULL, UNANSWERED_SAYS, "说明" },
  { "P2002", "comment", NULL, "选代码 C", NULL, UNANSWERED_ANSWER, "nothing is chosen: it is reasonable" },
  { "P2002", "catalogue", "/变更", "批准", NULL, UNANSWERED_WAITS, "the PIN" },
  { "P2002", "catalogue", "/变更", "不同意…", NULL, UNANSWERED_SAYS, "理由" },
  { "P2001", "catalogue", "/变更", "撤回…", NULL, UNANSWERED_SAYS, "理由" },
  { "D1001", "comment", NULL, "申诉 C", NULL, UNANSWERED_SAYS, "申诉理由" },
  { "D1001", "visit", NULL, "待监测", NULL, UNANSWERED_READ, "a list" },
  { "D1001", "visit", NULL, "待监测", "登记结果…", UNANSWERED_SAYS, "结果" },
  { "D1001", "visit", "empty", "管理套方", NULL, UNANSWERED_READ, "each set has its own buttons" },
  { "D1001", "visit", "taken/沟通", "登记其他方式的沟通", NULL, UNANSWERED_SAYS, "方式" },
  { "D1001", "visit", "taken/沟通", "登记录音录像", NULL, UNANSWERED_SAYS, "文件名" },
};

/* --- what there is --- */

static void
make_rx (Rows *self, guint i, const char *visit, const char *name)
{
  g_hash_table_insert (self->made, (gpointer) name, world_prescribe (self->world, i, visit));
}

const char *
rows_made (Rows *self, const char *name)
{
  return g_hash_table_lookup (self->made, name);
}

static void
prepare (World *world, const char *rx, const char *way)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.dispensing/v1");
  g_autoptr (GError) error = NULL;

  world_sign_in (world, "P2002");
  fz_fields_set (facts, "way", way);
  g_free (world_sign (world, fz_desk_prepare_preparation (world->session, rx, facts, &error)));
  g_assert_no_error (error);
}

static void
send (World *world, const char *rx)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.dispensing/v1");
  g_autoptr (GError) error = NULL;

  world_sign_in (world, "P2001");
  fz_fields_set (facts, "paid", "yes");
  fz_fields_set (facts, "address", "天津市演示区合成路1号");
  fz_fields_set (facts, "carrier", "李合成");
  g_free (world_sign (world, fz_desk_prepare_dispense (world->session, rx, facts, &error)));
  g_assert_no_error (error);
}

/* Leave to export a register: asked for; the second one given. */
static void
ask_leave (World *world, const char *reg, gboolean given)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.grant_ask/v1");
  g_autoptr (GError) error = NULL;
  g_autofree char *document = NULL, *id = NULL;

  fz_fields_set (facts, "kind", "export");
  fz_fields_set (facts, "purpose", "E02");
  fz_fields_set (facts, "words", "主管部门调取台账");
  fz_fields_set (facts, "until_on", "2026-03-05");
  fz_fields_set (facts, "scope.report", "register");
  fz_fields_set (facts, "scope.subject", reg);
  fz_fields_set (facts, "times", "1");
  world_sign_in (world, "A3001");
  document = world_sign (world, fz_desk_prepare_grant (world->session, facts, &error));
  g_assert_no_error (error);
  if (!given)
    return;
  id = g_strndup (document, strlen ("GNT-000001"));
  world_sign_in (world, "S4001");
  g_free (world_sign (world, fz_desk_prepare_grant_decision (world->session, id, "approved", NULL, &error)));
  g_assert_no_error (error);
}

/* An entry of a register, with what its form asks. */
static void
enter (Rows *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) reg = fz_desk_read_register (self->world->session, name, &error), values = entry_values (reg, reg, 0);
  g_autofree char *document = world_sign (self->world, fz_desk_prepare_entry (self->world->session, name, NULL, fz_fields_get_at (reg, "move", 0, "word"), values, NULL, NULL, &error));

  g_assert_no_error (error);
  g_hash_table_insert (self->made, (gpointer) name, g_strndup (document, (gsize) (g_strrstr (document, "-entry-") - document)));
}

/* Two visits that are spoken of, and the entries that do. */
static void
enter_all (Rows *self)
{
  static const char *const names[] = { "record-copy", "recall", "complaint" };

  world_sign_in (self->world, "A3001");
  world_arrive (self->world, 3, "V-ALL");
  world_arrive (self->world, 4, "V-ALL2");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    enter (self, names[i]);
}

/* The medical office is A3001's, who hears of a licence that is over. */
static void
be_late (World *world)
{
  g_autoptr (FzFields) office = fz_fields_new ("fuzhen.changes/v1"), person = fz_fields_new ("fuzhen.changes/v1");
  g_autoptr (GError) error = NULL;

  fz_fields_set (office, "office", "medical");
  fz_fields_set (office, "holder", "A3001");
  fz_fields_set (person, "licence_until", "2026-02-20");
  g_assert_true (fz_desk_amend_institution (world->session, office, &error));
  g_assert_true (fz_desk_amend_staff (world->session, "D1002", person, &error));
  g_assert_no_error (error);
}

static void
sign (World *world, FzSheet *take_sheet, GError **error)
{
  g_assert_no_error (*error);
  g_free (world_sign (world, take_sheet));
}

/* A sample of the prescriptions, each at another stage: one to be written, confirmed, replied to and answered. */
static void
comment_on (World *world, const char *plan, const char *rx, gboolean confirmed)
{
  static const char *const codes[] = { "2-5", NULL };
  g_autoptr (GError) error = NULL;

  world_sign_in (world, "P2002");
  sign (world, fz_desk_prepare_comment (world->session, plan, rx, codes, "每日总量超过说明书推荐", &error), &error);
  if (!confirmed)
    return;
  world_sign_in (world, "A3001");
  sign (world, fz_desk_prepare_comment_confirmation (world->session, plan, rx, codes, NULL, &error), &error);
}

static void
comment_all (Rows *self)
{
  World *world = self->world;
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.comment_ask/v1");
  g_autoptr (GError) error = NULL;
  g_autofree char *plan = NULL;

  fz_fields_set (facts, "kind", "random");
  fz_fields_set (facts, "from", "2026-03-01");
  fz_fields_set (facts, "to", TESTED_DAY);
  world_pass (world, MINUTE); /* only what was reviewed before belongs to it */
  world_sign_in (world, "A3001");
  {
    FzSheet *sheet = fz_desk_prepare_comment_plan (world->session, facts, &error);

    g_assert_no_error (error);
    plan = world_sign (world, sheet);
  }
  comment_on (world, plan, rows_made (self, "sent"), FALSE);
  comment_on (world, plan, rows_made (self, "prepared"), TRUE);
  comment_on (world, plan, rows_made (self, "appealed"), TRUE);
  world_sign_in (world, "D1001");
  sign (world, fz_desk_prepare_comment_reply (world->session, plan, rows_made (self, "appealed"), "appealed", "病历已载明", &error), &error);
}

/* A second copy of a record, of another visit: asked for and given. */
static void
give_copy (Rows *self)
{
  static const char *const scope[][2] = { { "scope.report", "record" }, { "scope.subject", "V-ALL2" }, { "scope.format", "full" } };
  World *world = self->world;
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.grant_ask/v1");
  g_autoptr (GError) error = NULL;
  g_autofree char *document = NULL, *id = NULL;

  world_sign_in (world, "A3001");
  {
    g_autoptr (FzFields) reg = fz_desk_read_register (world->session, "record-copy", &error), values = entry_values (reg, reg, 0);
    g_autofree char *entry = NULL;

    fz_fields_set (values, "field.visit", "V-ALL2");
    fz_fields_set (values, "field.sensitive", NULL);
    entry = world_sign (world, fz_desk_prepare_entry (world->session, "record-copy", NULL, fz_fields_get_at (reg, "move", 0, "word"), values, NULL, NULL, &error));
    g_assert_no_error (error);
    g_hash_table_insert (self->made, (gpointer) "record-copy-2", g_strndup (entry, (gsize) (g_strrstr (entry, "-entry-") - entry)));
    if (g_strcmp0 (fz_fields_get (values, "field.range"), "patient") == 0)
      fz_fields_set (facts, "scope.by", "patient");
  }
  for (gsize i = 0; i < G_N_ELEMENTS (scope); i++)
    fz_fields_set (facts, scope[i][0], scope[i][1]);
  fz_fields_set (facts, "kind", "export");
  fz_fields_set (facts, "purpose", "E02");
  fz_fields_set (facts, "words", "患者本人申请复制病历");
  fz_fields_set (facts, "until_on", "2026-03-05");
  fz_fields_set (facts, "times", "1");
  document = world_sign (world, fz_desk_prepare_grant (world->session, facts, &error));
  g_assert_no_error (error);
  id = g_strndup (document, strlen ("GNT-000001"));
  world_sign_in (world, "S4001");
  sign (world, fz_desk_prepare_grant_decision (world->session, id, "approved", NULL, &error), &error);
}

static char *
propose_rules (World *world, const char *value)
{
  g_autoptr (FzFields) draft = NULL, rules = NULL;
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;
  guint n;

  world_sign_in (world, "A3001");
  draft = fz_desk_get_rules_draft (world->session, &error);
  g_assert_no_error (error);
  rules = fz_fields_dup (draft, NULL);
  n = fz_fields_count (rules, "parameter");
  fz_fields_set_at (rules, "parameter", n, "name", "independent_years");
  fz_fields_set_at (rules, "parameter", n, "value", value);
  fz_fields_set (rules, "rules.words", "院务会决定");
  sheet = fz_desk_prepare_rules (world->session, rules, &error);
  g_assert_no_error (error);
  return world_sign (world, sheet);
}

static void
decide_rules (World *world, const char *number, const char *id, const char *verdict)
{
  g_autoptr (GError) error = NULL;

  world_sign_in (world, number);
  sign (world, fz_desk_prepare_rules_decision (world->session, id, verdict, "院务会决定", &error), &error);
}

/* Approved for tomorrow: one that may be cancelled, one of which somebody asked it. */
static void
approve_rules (World *world)
{
  for (guint i = 0; i < 2; i++) {
    g_autofree char *id = propose_rules (world, i == 0 ? "6" : "7");

    decide_rules (world, "S4001", id, "approved");
    if (i == 1)
      decide_rules (world, "A3001", id, "cancel");
  }
}

/* What ships under the name of another edition, in a folder as a supplier hands it over. */
static void
import_edition (World *world, const char *edition)
{
  g_autofree char *folder = g_build_filename (world->root, edition, NULL), *quoted = g_strdup_printf ("\"%s\"", edition);
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) error = NULL;
  guint rows = 0;

  g_mkdir_with_parents (folder, 0700);
  for (guint i = 0; fz_knowledge_set_files ()[i] != NULL; i++) {
    const char *file = fz_knowledge_set_files ()[i];
    g_autofree char *name = g_strconcat ("drugs/", file, NULL), *path = g_build_filename (folder, file, NULL);
    g_autoptr (GBytes) bytes = fz_data_load (name, &error);
    g_autoptr (GString) text = g_string_new_len (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));

    if (i == 0)
      g_assert_cmpuint (g_string_replace (text, "\"2026-11\"", quoted, 1), ==, 1);
    g_assert_true (g_file_set_contents (path, text->str, (gssize) text->len, &error));
  }
  world_sign_in (world, "A3001");
  fz_desk_import (world->session, "knowledge", folder, FALSE, &rows, &problems, &error);
  g_assert_no_error (error);
}

/* One edition that waits for a second person, and one to be proposed. */
static void
bring_knowledge (World *world)
{
  g_autoptr (GError) error = NULL;

  import_edition (world, "2027-01");
  sign (world, fz_desk_prepare_knowledge (world->session, "staged", NULL, "药事会决定", &error), &error);
  import_edition (world, "2027-02");
}

/* What waits for a second person: a medicine's price, versions of the rules, an edition of knowledge, an account, the copy of a record. */
static void
propose_all (Rows *self)
{
  World *world = self->world;
  g_autoptr (FzFields) edit = fz_fields_new ("fuzhen.catalogue_edit/v1");
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref), codes = NULL;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  FzFields *person = fz_fields_new ("fuzhen.staff/v1");

  fz_fields_set_at (edit, "row", 0, "code", "FZ0001");
  fz_fields_set_at (edit, "row", 0, "price_fen", "1234");
  world_sign_in (world, "P2001");
  sign (world, fz_desk_prepare_catalogue_change (world->session, edit, "药事会决定", &error), &error);
  approve_rules (world);
  g_free (propose_rules (world, "5"));
  bring_knowledge (world);
  world_sign_in (world, "S4001");
  g_ptr_array_add (rows, person);
  fz_fields_set (person, "number", "N1");
  fz_fields_set (person, "name", "新合成");
  fz_fields_set (person, "role", "doctor");
  fz_fields_set (person, "id_number", "11010519491231002X");
  codes = fz_desk_add_staff (world->session, rows, problems, &error);
  g_assert_no_error (error);
}

/* Two medicines that go together only when somebody watches: promised with the signature. */
static void
promise (World *world)
{
  static const char *const items[][2] = { { "FZ0014", "10mg" }, { "FZ0021", "80mg" } }, *const keys[] = { "rule", "field", "reason", "words" };
  static const char visit[] = "V-ROW-10";
  g_autoptr (FzFields) before = NULL, draft = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GError) error = NULL;

  world_sign_in (world, "D1001");
  world_arrive (world, 0, visit);
  world_take (world, visit);
  world_type (world, 0, visit);
  before = fz_desk_get_draft (world->session, visit, &error);
  draft = fz_fields_dup (before, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (items); i++) {
    fz_fields_set_at (draft, "rx.item", i, "drug", items[i][0]);
    fz_fields_set_at (draft, "rx.item", i, "dose", items[i][1]);
    fz_fields_set_at (draft, "rx.item", i, "freq", "qd");
    fz_fields_set_at (draft, "rx.item", i, "route", "1");
    fz_fields_set_at (draft, "rx.item", i, "days", "14");
  }
  for (guint i = 0; i < fz_fields_count (before, "override"); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_fields_set_at (draft, "override", i, keys[k], NULL);
  findings = fz_desk_check_draft (world->session, visit, draft, &error);
  g_assert_no_error (error);
  world_answer (findings, draft);
  for (guint i = 0, n = 0; i < findings->len; i++) {
    const FzFinding *finding = findings->pdata[i];

    if (finding->severity != FZ_SEVERITY_REASON)
      continue;
    if (finding->kind == FZ_FINDING_INTERACTION) {
      fz_fields_set_at (draft, "override", n, "reason", "R6");
      fz_fields_set_at (draft, "override", n, "words", "血钾、肌酐");
      fz_fields_set_at (draft, "override", n, "monitor_by", "2026-03-16");
    }
    n++;
  }
  g_assert_true (fz_desk_save_draft (world->session, visit, draft, &error));
  sign (world, fz_desk_prepare_sheet (world->session, visit, FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error), &error);
}

/* --- what only others bring about: a patient's program, the platform, reading too much --- */

static gboolean
exec_job (FzTxn *txn, gpointer data, GError **error)
{
  return fz_connection_exec (txn->store->connection, FZ_MASK_SETUP, data, error);
}

static gboolean
page_through (FzTxn *txn, gpointer data, GError **error)
{
  for (guint i = 0; i < 600; i++) {
    g_autofree char *id = g_strdup_printf ("CF20260301-1%04u", i + 1);

    if (!fz_session_audit (data, txn, "prescription.read", "prescription", id, "done", NULL, NULL, error))
      return FALSE;
  }
  return TRUE;
}

static void
hear_of_others (World *world)
{
  static const char sql[] =
      "UPDATE outbox SET state = 'unknown' WHERE id = (SELECT id FROM outbox ORDER BY id DESC LIMIT 1 OFFSET 1);"
      "UPDATE outbox SET state = 'refused', code = '1001', words = '缺少必填项 zdbm' WHERE id = (SELECT max(id) FROM outbox);"
      "INSERT INTO front_in (number, event, kind, visit, sha256, body, state, words, next_at, received_at, changed_at) VALUES (900, 'E-900', 'cancel', 'F9', "
      "printf('%064d', 0), '{}', 'held', '没有就诊 F9。', 0, 1772416800000000, 1772416800000000);";
  g_autoptr (GError) error = NULL;

  world_sign_in (world, "P2001");
  g_assert_true (fz_store_run (world->desk->store, FZ_TXN_RECORD, page_through, world->session, &error));
  g_assert_true (fz_store_run (world->desk->store, FZ_TXN_LOCAL, exec_job, (gpointer) sql, &error));
  g_assert_no_error (error);
}

/* Two sets of one's own, and a visit whose prescription is empty still. */
static void
keep_set (Rows *self)
{
  World *world = self->world;
  g_autoptr (FzFields) lines = fz_fields_new ("fuzhen.draft/v1");
  g_autoptr (GError) error = NULL;

  fz_fields_set_at (lines, "rx.item", 0, "drug", "FZ0001");
  fz_fields_set_at (lines, "rx.item", 0, "dose", "5mg");
  fz_fields_set_at (lines, "rx.item", 0, "freq", "qd");
  g_assert_true (fz_desk_keep_set (world->session, "降压", FALSE, lines, &error));
  g_assert_true (fz_desk_keep_set (world->session, "科室降压", TRUE, lines, &error));
  world_arrive (world, 0, "V-ROW-9");
  world_take (world, "V-ROW-9");
  g_hash_table_insert (self->made, (gpointer) "empty", g_strdup ("V-ROW-9"));
}

static void
fill (Rows *self)
{
  World *world = self->world;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSecret) pin = fz_demo_pin ("S4001");

  make_rx (self, 0, "V-ROW-1", "review");
  make_rx (self, 1, "V-ROW-2", "approved");
  make_rx (self, 0, "V-ROW-3", "prepared");
  make_rx (self, 1, "V-ROW-4", "sent");
  make_rx (self, 0, "V-ROW-5", "back");
  make_rx (self, 0, "V-ROW-8", "appealed");
  world_review (world, "P2001", rows_made (self, "approved"), "approved");
  world_review (world, "P2001", rows_made (self, "prepared"), "approved");
  world_review (world, "P2001", rows_made (self, "sent"), "approved");
  world_review (world, "P2001", rows_made (self, "back"), "returned");
  world_review (world, "P2001", rows_made (self, "appealed"), "approved");
  prepare (world, rows_made (self, "prepared"), "counter");
  prepare (world, rows_made (self, "sent"), "hospital_courier");
  send (world, rows_made (self, "sent"));
  world_sign_in (world, "D1001");
  world_take (world, "V-ROW-3"); /* who signed in anew proves to be there */
  g_free (world_sign (world, fz_desk_prepare_finish (world->session, "V-ROW-3", &error)));
  g_assert_no_error (error);
  g_hash_table_insert (self->made, (gpointer) "ended", g_strdup ("V-ROW-3"));
  enter_all (self);
  be_late (world);
  ask_leave (world, "complaint", FALSE);
  ask_leave (world, "refund", TRUE);
  give_copy (self);
  promise (world);
  comment_all (self);
  propose_all (self);
  hear_of_others (world);
  world_sign_in (world, "S4001");
  g_assert_true (fz_desk_revoke_key (world->session, "D1004", 0, "令牌遗失", pin, &error));
  g_assert_no_error (error);
  world_sign_in (world, "D1001");
  world_arrive (world, 0, "V-ROW-6");
  world_take (world, "V-ROW-6");
  world_type (world, 0, "V-ROW-6");
  world_arrive (world, 0, "V-ROW-7");
  keep_set (self);
  g_hash_table_insert (self->made, (gpointer) "taken", g_strdup ("V-ROW-6"));
  g_hash_table_insert (self->made, (gpointer) "waits", g_strdup ("V-ROW-7"));
  g_hash_table_insert (self->made, (gpointer) "signed", g_strdup ("V-ROW-1"));
  g_hash_table_insert (self->made, (gpointer) "returned", g_strdup ("V-ROW-5"));
}

/* --- opening --- */

gboolean
rows_is_full (void)
{
  return g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0;
}

void
rows_tell (const char *name, GPtrArray *found)
{
  for (guint i = 0; i < found->len; i++)
    g_test_message ("%s", (char *) found->pdata[i]);
  if (found->len > 0)
    g_test_fail_printf ("%s: %u faults", name, found->len);
}

FzDialog *
rows_top (Rows *self)
{
  return fz_stage_top_dialog (gtk_window_get_child (GTK_WINDOW (self->window)));
}

void
rows_show_page (Rows *self, const char *number, const char *place)
{
  GtkWidget *former = self->page;

  if (self->number == number && self->place == place && self->session == self->world->session)
    return;
  if (g_strcmp0 (self->world->number, number) != 0) /* signing in anew one would have to prove to be there first */
    world_sign_in (self->world, number);
  self->number = number;
  self->place = place;
  g_clear_pointer (&self->session, fz_session_unref);
  self->session = fz_session_ref (self->world->session);
  self->page = fz_places_find (place)->new_page (self->session);
  if (former != NULL)
    fz_page_leave (former);
  gtk_window_set_child (GTK_WINDOW (self->window), fz_stage_new (self->page));
  inspect_settle (self->window);
}

static gboolean
is_named (GtkWidget *widget, const char *words)
{
  const char *own = fz_access_get_label (widget);

  if (own != NULL && g_str_has_prefix (own, words))
    return TRUE;
  if (GTK_IS_LABEL (widget) && g_str_has_prefix (gtk_label_get_text (GTK_LABEL (widget)), words))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (is_named (child, words))
      return TRUE;
  return FALSE;
}

GtkWidget *
rows_find_button (GtkWidget *widget, const char *words)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (GTK_IS_BUTTON (widget))
    return gtk_widget_is_sensitive (widget) && is_named (widget, words) ? widget : NULL;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = rows_find_button (child, words);
  return found;
}

static GtkWidget *
find_table (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_mapped (widget) || FZ_IS_TABLE (widget))
    return FZ_IS_TABLE (widget) && gtk_widget_get_mapped (widget) ? widget : NULL;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_table (child);
  return found;
}

/* The first row that offers it. */
GtkWidget *
rows_find_offered (Rows *self, const char *words)
{
  GtkWidget *found = rows_find_button (self->page, words), *table = find_table (self->page);
  guint n = table != NULL ? g_list_model_get_n_items (fz_table_get_model (FZ_TABLE (table))) : 0;

  for (guint i = 0; i < n && found == NULL; i++) {
    fz_table_select (FZ_TABLE (table), i);
    found = rows_find_button (self->page, words);
  }
  return found;
}

gboolean
rows_open (Rows *self, GtkWidget *button, FzDialog *before)
{
  gint64 until_us = g_get_monotonic_time () + ROWS_LEAVE_S * G_USEC_PER_SEC;

  g_signal_emit_by_name (button, "clicked");
  while (rows_top (self) == before && g_get_monotonic_time () < until_us)
    inspect_settle (self->window);
  return rows_top (self) != before;
}

/* Every day half of them by chance, and asking for a reason, which is one form with other words, once. */
static gboolean
is_measured (Rows *self)
{
  gboolean again = self->asked;

  if (rows_is_full ())
    return TRUE;
  if (g_object_get_data (G_OBJECT (rows_top (self)), "fz-reason") == NULL)
    return g_test_rand_bit ();
  self->asked = TRUE;
  return !again;
}

/* Measured as it stands, then answered and left. */
void
rows_judge (Rows *self, const char *name, Unanswered way, const char *field)
{
  g_autoptr (GPtrArray) found = is_measured (self) ? inspect_window (self->window, WIDTH, HEIGHT, NULL) : g_ptr_array_new_with_free_func (g_free);

  inspect_settle (self->window);
  walk_inspect (self->window, GTK_WIDGET (rows_top (self)), found);
  popovers_inspect (self->window, GTK_WIDGET (rows_top (self)), name, found);
  unanswered_leave (self->window, name, way, field, found);
  rows_tell (name, found);
}

GtkWidget *
rows_find_segment (GtkWidget *widget, const char *word)
{
  GtkWidget *found = NULL;

  if (FZ_IS_SEGMENTS (gtk_widget_get_parent (widget)))
    return is_named (widget, word) ? widget : NULL;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = rows_find_segment (child, word);
  return found;
}

/* As the search of everything names it: a prescription with the list that it is in. */
static void
show_made (Rows *self, const char *what)
{
  FzList list = g_str_equal (what, "review") ? FZ_LIST_REVIEW : g_str_equal (what, "sent") ? FZ_LIST_SENT : FZ_LIST_DISPENSE;
  g_autofree char *listed = g_strdup_printf ("%d/%s", (int) list, rows_made (self, what));

  fz_page_open (self->page, g_str_equal (self->place, "review") || g_str_equal (self->place, "dispense") ? listed : rows_made (self, what));
}

void
rows_show_what (Rows *self, const char *what)
{
  const char *part = strchr (what, '/');
  g_autofree char *name = part != NULL ? g_strndup (what, (gsize) (part - what)) : g_strdup (what);

  if (*name != '\0')
    show_made (self, name);
  if (part != NULL) {
    GtkWidget *segment = rows_find_segment (self->page, _ (part + 1));

    g_assert_nonnull (segment);
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (segment), TRUE);
  }
  inspect_settle (self->window);
}

/* Those of the page itself, where it has more to choose from than in the tour. */
static void
see_page_lists (Rows *self)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

  popovers_inspect (self->window, self->page, self->place, found);
  rows_tell (self->place, found);
}

static void
open_row (Rows *self, gsize at)
{
  g_autofree char *name = g_strdup_printf ("%s, %s, %s", dialogs[at].number, dialogs[at].place, dialogs[at].button);
  gboolean says = dialogs[at].way == UNANSWERED_SAYS && dialogs[at].field != NULL;
  GtkWidget *button;

  rows_show_page (self, dialogs[at].number, dialogs[at].place);
  if (dialogs[at].what != NULL)
    rows_show_what (self, dialogs[at].what);
  see_page_lists (self);
  button = rows_find_offered (self, _ (dialogs[at].button));
  if (button != NULL && dialogs[at].inner != NULL && rows_open (self, button, NULL))
    button = rows_find_button (GTK_WIDGET (rows_top (self)), _ (dialogs[at].inner));
  if (button == NULL || !rows_open (self, button, rows_top (self))) {
    g_test_message ("%s: %s", name, button == NULL ? "no row offers it" : "no dialog came");
    g_test_fail ();
    return;
  }
  rows_judge (self, name, dialogs[at].way, says ? _ (dialogs[at].field) : NULL);
  fz_stage_cancel_all (gtk_window_get_child (GTK_WINDOW (self->window)));
}

/* --- without a row --- */

/* What was reported to who holds the office, behind the bell. */
static void
show_told (Rows *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) late = NULL;

  rows_show_page (self, "A3001", "deadlines");
  late = fz_desk_list_told (self->world->session, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (late->len, >, 0);
  fz_told_show (self->page, self->world->session, late, 1);
  rows_judge (self, "told", UNANSWERED_ANSWER, NULL);
}

/* One's own password and PIN, from the person's menu. */
static void
show_secrets (Rows *self)
{
  static const FzPasswordKind kinds[] = { FZ_PASSWORD_FORM_PASSWORD, FZ_PASSWORD_FORM_PIN };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    fz_dialog_password (self->page, self->world->session, kinds[i]);
    rows_judge (self, i == 0 ? "password" : "PIN", UNANSWERED_WAITS, NULL);
  }
}

/* The phrases of a doctor, who writes to the patient only where there is a front. */
static void
show_phrases (Rows *self)
{
  rows_show_page (self, "D1001", "visit");
  fz_talk_phrases (self->page, self->world->session, NULL, G_OBJECT (self->page));
  rows_judge (self, "phrases", UNANSWERED_READ, NULL);
}

/* A picture that the patient sent, in its place and as large as the window. */
static void
show_evidence (Rows *self)
{
  gint64 until_us = g_get_monotonic_time () + ROWS_LEAVE_S * G_USEC_PER_SEC;
  GtkWidget *large = NULL, *look;

  rows_show_page (self, "D1001", "visit");
  rows_show_what (self, "taken");
  look = rows_find_button (self->page, _ ("查看"));
  g_assert_nonnull (look);
  g_signal_emit_by_name (look, "clicked");
  while ((large = rows_find_button (self->page, _ ("放大查看"))) == NULL && g_get_monotonic_time () < until_us)
    inspect_settle (self->window);
  g_assert_true (large != NULL && rows_open (self, large, NULL));
  rows_judge (self, "evidence", UNANSWERED_READ, NULL);
}

static void
on_founded (const char *data_dir, gpointer unused)
{
  g_assert_not_reached ();
}

/* Where a store cannot be opened: a page that asks for a backup. */
static void
show_restore (Rows *self)
{
  g_autofree char *dir = g_build_filename (self->world->root, "restored", NULL);
  GtkWidget *window = GTK_WIDGET (fz_first_hour_new_restoring (NULL, dir, on_founded, NULL));
  g_autoptr (GPtrArray) found = NULL;

  gtk_window_set_default_size (GTK_WINDOW (window), WIDTH, HEIGHT);
  gtk_window_present (GTK_WINDOW (window));
  found = inspect_window (window, WIDTH, HEIGHT, NULL);
  walk_inspect (window, gtk_window_get_child (GTK_WINDOW (window)), found);
  rows_tell ("restore", found);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
on_document (const GError *error, gpointer good)
{
  *(gboolean *) good = error == NULL;
}

/* A signed file in a window of its own: without a list of keys, and one that is no document. Its way to print opens the paper. */
static void
show_document (Rows *self)
{
  g_autofree char *path = g_build_filename (self->world->root, "signed.fzd", NULL);
  GtkWidget *former = self->window;

  world_sign_in (self->world, "D1001");
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) found = NULL;
    gboolean good = FALSE;

    if (i == 0)
      g_assert_true (fz_desk_export_prescription (self->world->session, rows_made (self, "review"), path, &error));
    else
      g_assert_true (g_file_set_contents (path, "no document", -1, &error));
    loading_document (self, path);
    self->window = GTK_WIDGET (fz_document_window_new (NULL, path, on_document, &good));
    gtk_window_set_default_size (GTK_WINDOW (self->window), WIDTH, HEIGHT);
    fz_theme_apply (FZ_THEME_LIGHT);
    gtk_window_present (GTK_WINDOW (self->window));
    while (fz_calls_running () > 0)
      g_main_context_iteration (NULL, TRUE);
    g_assert_true (good == (i == 0));
    found = inspect_window (self->window, WIDTH, HEIGHT, NULL);
    rows_tell (i == 0 ? "a signed file" : "no signed file", found);
    if (i == 0 && rows_open (self, rows_find_button (self->window, _ ("打印…")), NULL))
      rows_judge (self, "a signed file, its paper", UNANSWERED_LEAVES, NULL);
    gtk_window_destroy (GTK_WINDOW (self->window));
  }
  self->window = former;
}

static void
begin (Rows *self, World *world)
{
  self->world = world;
  self->made = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  fz_theme_apply (FZ_THEME_LIGHT);
  self->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (self->window), WIDTH, HEIGHT);
  gtk_window_present (GTK_WINDOW (self->window));
}

static void
end (Rows *self)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  g_clear_pointer (&self->session, fz_session_unref);
  g_hash_table_unref (self->made);
}

void
rows (World *world)
{
  Rows self = { 0 };

  begin (&self, world);
  fill (&self);
  for (gsize i = 0; i < G_N_ELEMENTS (dialogs); i++)
    open_row (&self, i);
  show_told (&self);
  show_secrets (&self);
  show_phrases (&self);
  show_evidence (&self);
  show_restore (&self);
  show_document (&self);
  undone_rows (&self);
  loading (&self);
  end (&self);
}

/* --- the forms of registers --- */

/* What is missing is said of the first field that is required and empty; with none it is an answer. */
static void
judge_form (Rows *self, const char *name)
{
  g_autoptr (GPtrArray) found = rows_is_full () ? inspect_window (self->window, WIDTH, HEIGHT, NULL) : g_ptr_array_new_with_free_func (g_free);
  GtkWidget *missing = fz_form_find_missing (GTK_WIDGET (rows_top (self)));
  g_autofree char *place = g_strconcat ("register ", name, NULL);

  popovers_inspect (self->window, GTK_WIDGET (rows_top (self)), place, found);
  unanswered_leave (self->window, name, missing != NULL ? UNANSWERED_SAYS : UNANSWERED_ANSWER, missing != NULL ? fz_access_get_label (missing) : NULL, found);
  rows_tell (name, found);
  fz_stage_cancel_all (gtk_window_get_child (GTK_WINDOW (self->window)));
}

static GtkWidget *
find_move (GtkWidget *widget, const char *word)
{
  GtkWidget *found = NULL;

  if (GTK_IS_BUTTON (widget))
    return g_strcmp0 (g_object_get_data (G_OBJECT (widget), "fz-move"), word) == 0 ? widget : NULL;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_move (child, word);
  return found;
}

/* Each form that the entry offers as it stands now and was not seen yet; a move that this person may make and has not made, NULL: none. */
static char *
see_moves (Rows *self, const FzFields *reg, const char *id, GHashTable *seen, GHashTable *tried)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) entry = fz_desk_read_entry (self->world->session, id, &error);
  char *next = NULL;

  g_assert_no_error (error);
  fz_page_open (self->page, id);
  for (guint m = 0; m < fz_fields_count (entry, "move"); m++) {
    const char *word = fz_fields_get_at (entry, "move", m, "word");
    g_autofree char *name = g_strdup_printf ("%s, %s", id, word);
    GtkWidget *button = find_move (self->page, word);

    if (next == NULL && !g_hash_table_contains (tried, word))
      next = g_strdup (word);
    if (!g_hash_table_add (seen, g_strdup (word)))
      continue;
    if (button == NULL) {
      g_test_message ("%s: no button offers it", name);
      g_test_fail ();
      continue;
    }
    g_signal_emit_by_name (button, "clicked");
    judge_form (self, name);
  }
  return next;
}

/* Nothing, where another one has to. */
static void
make_move (Rows *self, const FzFields *reg, const char *id, const char *word)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) entry = fz_desk_read_entry (self->world->session, id, &error), values = NULL;
  FzSheet *sheet;
  guint m = 0;

  while (g_strcmp0 (fz_fields_get_at (entry, "move", m, "word"), word) != 0)
    m++;
  values = entry_values (reg, entry, m);
  sheet = fz_desk_prepare_entry (self->world->session, fz_fields_get (reg, "name"), id, word, values, "办理", NULL, &error);
  if (sheet != NULL)
    g_free (world_sign (self->world, sheet));
}

/* Those whose first entry cannot be made here: of them the form is answered, and no move. */
static const struct {
  const char *name, *why;
} unmade[] = {
  { "daily-none", "an adverse event of the day is registered before it" },
  { "platform-messages", "it is read out of a file of the platform" },
};

static gboolean
is_unmade (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (unmade); i++)
    if (g_str_equal (unmade[i].name, name))
      return TRUE;
  return FALSE;
}

/* Whether an entry was made, whose moves were seen. */
static gboolean
see_register (Rows *self, const FzFields *row)
{
  const char *name = fz_fields_get (row, "name");
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) reg = fz_desk_read_register (self->world->session, name, &error), values = entry_values (reg, reg, 0);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL), tried = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *scan = g_build_filename (self->world->root, "scan.pdf", NULL), *found = g_strconcat ("register/", name, NULL), *document = NULL, *id = NULL, *next = NULL;
  const char *const paths[] = { scan, NULL };
  GtkWidget *open;
  FzSheet *sheet;

  fz_page_open (self->page, found);
  open = rows_find_button (self->page, fz_entry_label (row, NULL, 0, "opens_label"));
  g_assert_nonnull (open);
  g_signal_emit_by_name (open, "clicked");
  judge_form (self, name);
  g_assert_true (g_file_set_contents (scan, "%PDF-1.4 scan", -1, NULL));
  sheet = fz_desk_prepare_entry (self->world->session, name, NULL, fz_fields_get_at (reg, "move", 0, "word"), values, "登记", paths, &error);
  if ((sheet == NULL) != is_unmade (name))
    g_test_fail_printf ("%s: %s", name, sheet == NULL ? error->message : "an entry can be made, and the table says that none can");
  if (sheet == NULL)
    return FALSE;
  document = world_sign (self->world, sheet);
  id = g_strndup (document, (gsize) (g_strrstr (document, "-entry-") - document));
  while ((next = see_moves (self, reg, id, seen, tried)) != NULL && rows_is_full ()) {
    make_move (self, reg, id, next); /* what another one has to is left */
    g_hash_table_add (tried, g_steal_pointer (&next));
  }
  return TRUE;
}

void
register_forms (World *world)
{
  Rows self = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) registers = NULL;
  guint n = 0, entered = 0;

  begin (&self, world);
  world_sign_in (world, "A3001");
  world_arrive (world, 3, "V-ALL");
  world_arrive (world, 4, "V-ALL2");
  rows_show_page (&self, "A3001", "registers");
  registers = fz_desk_list_registers (world->session, &error);
  for (guint i = 0; i < registers->len; i++)
    if (fz_fields_has (registers->pdata[i], "opens")) {
      entered += see_register (&self, registers->pdata[i]);
      n++;
    }
  g_assert_cmpuint (n, >=, 36);
  g_assert_cmpuint (entered, ==, n - G_N_ELEMENTS (unmade));
  end (&self);
}
