/* Every widget of the kit in one window, to be looked at: gallery [--dark|--contrast] [--page ID] [--scale 2.0] [--open WHAT].
 * With --seconds it leaves by itself. Synthetic people only. */
#include "core/error.h"
#include "ui/kit/kit.h"
#include "ui/shell.h"
#include "ui/sign_dialog.h"
#include "tests/kit/gallery_rows.h"

#include <math.h>
#include <stdlib.h>

static char *page_id, *open_what;
static gboolean dark, contrast;
static double scale = 1;
static int width = 1440, height = 900, seconds;
static FzShell *shell;

static GtkWidget *
column (int spacing)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, spacing);

  gtk_widget_set_hexpand (box, TRUE);
  return box;
}

static GtkWidget *
line (int spacing)
{
  return gtk_box_new (GTK_ORIENTATION_HORIZONTAL, spacing);
}

static GtkWidget *
put (GtkWidget *box, GtkWidget *child)
{
  gtk_box_append (GTK_BOX (box), child);
  return child;
}

/* ---- controls: pills, buttons, form ---- */

static GtkWidget *
pills_card (void)
{
  GtkWidget *card = fz_card_new_titled ("shield", "状态与标签");
  GtkWidget *body = fz_card_body (card);
  GtkWidget *row = put (body, line (8));

  put (row, fz_pill_new (FZ_STATUS_OK, "已生效"));
  put (row, fz_pill_new (FZ_STATUS_INFO, "待审核"));
  put (row, fz_pill_new (FZ_STATUS_WARN, "需说明理由"));
  put (row, fz_pill_new (FZ_STATUS_STOP, "退回"));
  put (row, fz_pill_new (FZ_STATUS_LEGAL, "法定禁止"));
  put (row, fz_pill_new (FZ_STATUS_NEUTRAL, "候诊"));
  row = put (body, line (8));
  put (row, fz_tag_new (FZ_STATUS_INFO, "职工医保"));
  put (row, fz_tag_new (FZ_STATUS_STOP, "过敏：青霉素类"));
  put (row, fz_tag_new (FZ_STATUS_NEUTRAL, "集采"));
  put (row, fz_tag_new (FZ_STATUS_WARN, "eGFR 42"));
  put (row, fz_count_new (10, "位候诊"));
  row = put (body, line (8));
  put (row, fz_button_new (FZ_BUTTON_PRIMARY, "signature", "签名并提交"));
  put (row, fz_button_new (FZ_BUTTON_PLAIN, "print", "预览"));
  put (row, fz_button_new (FZ_BUTTON_SOFT, NULL, "接下一位"));
  put (row, fz_button_new (FZ_BUTTON_DANGER, NULL, "终止接诊"));
  row = put (body, line (8));
  put (row, fz_button_new (FZ_BUTTON_DANGER_SOFT, "trash", "删除草稿"));
  put (row, fz_button_new (FZ_BUTTON_FLAT, "refresh", "刷新"));
  gtk_widget_set_sensitive (put (row, fz_button_new (FZ_BUTTON_PRIMARY, NULL, "不可用")), FALSE);
  put (row, fz_icon_button_new ("bell", "通知"));
  put (row, fz_icon_button_new ("zoom-in", "放大"));
  return card;
}

static GtkWidget *drop_down;

static GtkWidget *
frequency_choice (void)
{
  GtkWidget *drop = fz_drop_down_new (NULL);

  drop_down = drop;
  fz_drop_down_add (FZ_DROP_DOWN (drop), "QD", "qd", "每日一次");
  fz_drop_down_add (FZ_DROP_DOWN (drop), "BID", "bid", "每日两次");
  fz_drop_down_add (FZ_DROP_DOWN (drop), "TID", "tid", "每日三次");
  fz_drop_down_add (FZ_DROP_DOWN (drop), "QID", "qid", "每日四次");
  fz_drop_down_add (FZ_DROP_DOWN (drop), "QN", "qn", "每晚一次");
  fz_drop_down_add (FZ_DROP_DOWN (drop), "QOD", "qod", "隔日一次");
  fz_drop_down_set_code (FZ_DROP_DOWN (drop), "BID");
  return drop;
}

static GtkWidget *
form_card (void)
{
  GtkWidget *card = fz_card_new_titled ("edit", "表单");
  GtkWidget *form = fz_form_new (3);
  GtkWidget *number = fz_number_entry_new (3, "0", "10", "0.125");
  GtkWidget *days = fz_number_entry_new (0, "1", "84", "1");
  GtkWidget *code = gtk_entry_new ();
  GtkWidget *secret = fz_secret_entry_new (FZ_SECRET_PASSWORD, "登录口令", "请输入登录口令");
  GtkWidget *area = fz_text_area_new ("主诉：症状及持续时间", 2, 200);

  fz_number_entry_set (FZ_NUMBER_ENTRY (number), "0.375");
  fz_number_entry_set_unit (FZ_NUMBER_ENTRY (number), "g");
  fz_number_entry_set (FZ_NUMBER_ENTRY (days), "120");
  fz_number_entry_set_unit (FZ_NUMBER_ENTRY (days), "天");
  gtk_editable_set_text (GTK_EDITABLE (code), "11010519491231002");
  fz_form_add (form, "dose", fz_form_row_new ("单次剂量", number, TRUE), 1);
  fz_form_add (form, "frequency", fz_form_row_new ("频次", frequency_choice (), TRUE), 1);
  fz_form_add (form, "days", fz_form_row_new ("天数", days, TRUE), 1);
  fz_form_add (form, "identity.number", fz_form_row_new ("证件号码", code, TRUE), 2);
  fz_form_add (form, "password", fz_form_row_new ("登录口令", secret, TRUE), 1);
  fz_form_add (form, "complaint", fz_form_row_new ("主诉", area, FALSE), 3);
  fz_form_set_finding (form, "days", FZ_STATUS_WARN, "慢性病长处方超过 12 周，请填写理由");
  fz_form_set_finding (form, "identity.number", FZ_STATUS_STOP, "居民身份证应为 18 位，现为 17 位");
  fz_text_area_set_text (FZ_TEXT_AREA (area), "高血压复诊，头晕 3 天，活动后加重。");
  fz_text_area_set_saved (FZ_TEXT_AREA (area), FZ_SAVED_DONE);
  put (fz_card_body (card), form);
  return card;
}

static GtkWidget *
findings_column (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  GtkWidget *legal = put (box, fz_finding_card_new (FZ_STATUS_LEGAL, "首诊患者不得开具处方",
    "未见明确诊断的既往病历，本次不能作为互联网复诊。", "互联网诊疗管理办法（试行）第十六条"));
  GtkWidget *stop = put (box, fz_finding_card_new (FZ_STATUS_STOP, "青霉素过敏",
    "患者有青霉素过敏性休克记录（2021-06），阿莫西林克拉维酸钾属禁忌。", "过敏记录 · 药品说明书【禁忌】"));
  GtkWidget *warn = put (box, fz_finding_card_new (FZ_STATUS_WARN, "高钾血症风险",
    "螺内酯与氯化钾缓释片联用，eGFR 42；11-18 血钾 5.1 mmol/L。", "药品说明书【相互作用】"));
  GtkWidget *reason = fz_drop_down_new ("请选择继续使用的理由…");

  put (box, fz_finding_card_new (FZ_STATUS_INFO, "医保限制", "氨氯地平：慢病长处方单次最多 28 天用量。", "医保支付说明"));
  fz_finding_card_add_action (stop, fz_button_new (FZ_BUTTON_DANGER, NULL, "移除该药"));
  fz_finding_card_add_action (stop, fz_button_new (FZ_BUTTON_PLAIN, NULL, "查看替代药"));
  fz_access_label (reason, "继续使用的理由");
  fz_drop_down_set_numbered (FZ_DROP_DOWN (reason), TRUE);
  fz_drop_down_add (FZ_DROP_DOWN (reason), "1", "获益大于风险", NULL);
  fz_drop_down_add (FZ_DROP_DOWN (reason), "2", "已监测相关指标", NULL);
  fz_drop_down_add (FZ_DROP_DOWN (reason), "3", "患者长期耐受", NULL);
  fz_drop_down_add (FZ_DROP_DOWN (reason), "9", "其他", NULL);
  fz_finding_card_add_action (warn, reason);
  (void) legal;
  return box;
}

static GtkWidget *
facts_card (void)
{
  GtkWidget *card = fz_card_new_padded (12);
  GtkWidget *head = put (card, line (12));
  GtkWidget *words = column (3);
  GtkWidget *first = put (words, line (8));
  GtkWidget *figures = fz_facts_new_figures ();
  GtkWidget *facts = fz_facts_new (4);
  GtkWidget *name = gtk_label_new ("陈国栋");
  GtkWidget *about = gtk_label_new ("男 · 67岁 · 68 kg · MZ2026112100017");

  put (head, fz_avatar_new ("陈国栋", 46));
  put (head, words);
  gtk_widget_add_css_class (name, "fz-title");
  gtk_widget_add_css_class (about, "fz-soft");
  put (first, name);
  put (first, about);
  put (first, fz_tag_new (FZ_STATUS_STOP, "过敏：青霉素类"));
  fz_facts_set_status (fz_facts_add (figures, "血压", "158/94", 1), FZ_STATUS_STOP);
  fz_facts_add (figures, "心率", "76", 1);
  fz_facts_set_status (fz_facts_add (figures, "K⁺", "5.1", 1), FZ_STATUS_STOP);
  fz_facts_add (figures, "SCr", "138", 1);
  put (head, figures);
  fz_facts_add (facts, "证件号码", "440524188001010014", 1);
  fz_facts_add (facts, "联系电话", "138 0000 0000", 1);
  fz_facts_add (facts, "参保类型", "职工医保", 1);
  fz_facts_add (facts, "监护人", NULL, 1);
  put (card, facts);
  return card;
}

static GtkWidget *
controls_page (void)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);
  GtkWidget *columns = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 14);
  GtkWidget *left = column (14);
  GtkWidget *right = findings_column ();
  GtkWidget *scroll = gtk_scrolled_window_new ();

  gtk_widget_add_css_class (page, "fz-page");
  put (page, facts_card ());
  put (page, columns);
  put (columns, left);
  put (columns, right);
  gtk_widget_set_hexpand (right, FALSE);
  gtk_widget_set_size_request (right, 330, -1);
  put (left, pills_card ());
  put (left, form_card ());
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), page);
  return scroll;
}

/* ---- lists ---- */

static void
find_drug (FzSearchField *field, const char *text, guint serial, gpointer user_data)
{
  static const struct {
    const char *title, *subtitle, *aside;
    FzStatus status;
    const char *mark;
    gboolean blocked;
  } drugs[] = {
    { "阿莫西林克拉维酸钾片", "0.375 g × 12 片/盒 · amxlklwsjp", "目录内", FZ_STATUS_STOP, "患者过敏", TRUE },
    { "阿莫西林胶囊", "0.25 g × 24 粒/盒 · amxljn", "目录内", FZ_STATUS_STOP, "患者过敏", TRUE },
    { "氨氯地平片", "5 mg × 28 片/盒 · aldpp", "目录内", FZ_STATUS_INFO, "正在服用", FALSE },
    { "氨溴索口服溶液", "100 ml:0.6 g × 1 瓶 · axskfry", "目录内", FZ_STATUS_NEUTRAL, NULL, FALSE },
  };
  g_autoptr (GListStore) rows = g_list_store_new (FZ_TYPE_SEARCH_ROW);

  for (gsize i = 0; i < G_N_ELEMENTS (drugs) && *text == 'a'; i++) {
    g_autoptr (FzSearchRow) row = fz_search_row_new (drugs[i].title, drugs[i].title, drugs[i].subtitle);

    fz_search_row_set_aside (row, drugs[i].aside, NULL);
    fz_search_row_set_blocked (row, drugs[i].blocked);
    if (drugs[i].mark != NULL)
      fz_search_row_add_mark (row, drugs[i].status, drugs[i].mark);
    g_list_store_append (rows, row);
  }
  fz_search_field_answer (field, serial, G_LIST_MODEL (rows));
}

static GtkWidget *search_field;

static GtkWidget *
lists_page (void)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);
  GtkWidget *title = put (page, fz_page_title_new ("处方审核队列", "按等待时间与风险排序"));
  GtkWidget *segments = fz_segments_new ("范围");
  GtkWidget *card = put (page, fz_card_new_titled ("review", "待审处方"));
  GtkWidget *table = gallery_table_new ();
  GtkWidget *foot;

  gtk_widget_add_css_class (page, "fz-page");
  fz_segments_add (FZ_SEGMENTS (segments), "all", "全部 42");
  fz_segments_add (FZ_SEGMENTS (segments), "mine", "我的 7");
  fz_segments_add (FZ_SEGMENTS (segments), "done", "已完成");
  fz_section_add_end (title, segments);
  search_field = fz_search_field_new ("添加药品", "添加药品：输入药名、拼音首字母（如 amxl）或编码", find_drug, NULL);
  gtk_widget_set_size_request (search_field, 480, -1);
  fz_card_add_mark (card, fz_count_new (42, "张"));
  fz_card_add_end (card, search_field);
  gtk_widget_set_vexpand (card, TRUE);
  gtk_widget_set_vexpand (table, TRUE);
  put (card, table);
  foot = fz_card_foot (card);
  put (foot, fz_progress_new ("正在导出检查包", TRUE));
  gtk_widget_set_hexpand (gtk_widget_get_first_child (foot), TRUE);
  fz_progress_set (FZ_PROGRESS (gtk_widget_get_first_child (foot)), 0.42, "1,680 / 4,000 条");
  return page;
}

/* ---- pictures and charts ---- */

static GBytes *
test_picture (int w, int h)
{
  guint8 *rgba = g_malloc ((gsize) w * (gsize) h * 4);

  for (int y = 0; y < h; y++)
    for (int x = 0; x < w; x++) {
      guint8 *at = rgba + ((gsize) y * (gsize) w + (gsize) x) * 4;
      gboolean ruled = x % 40 == 0 || y % 40 == 0;

      at[0] = ruled ? 190 : (guint8) (225 + 25 * x / w);
      at[1] = ruled ? 205 : (guint8) (238 - 20 * y / h);
      at[2] = ruled ? 225 : 240;
      at[3] = 255;
    }
  return g_bytes_new_take (rgba, (gsize) w * (gsize) h * 4);
}

static GtkWidget *
chart_card (const char *icon, const char *title, FzChartKind kind)
{
  static const char *const hours[] = { "8时", "9时", "10时", "11时", "12时", "13时", "14时", "15时", "16时", "17时" };
  static const double visits[] = { 12, 31, 44, 38, 9, 6, 35, 47, 40, 22 };
  static const double returned[] = { 1, 3, 2, 4, 0, 0, 3, 5, 2, 1 };
  static const double minutes[] = { 4.2, 6.8, 9.5, 11.2, 5.1, (double) NAN, 7.4, 12.6, 10.1, 6.3 };
  GtkWidget *card = fz_card_new_titled (icon, title);
  GtkWidget *chart = fz_chart_new (kind, title, kind == FZ_CHART_BARS ? "张" : "分钟");

  fz_chart_set_labels (FZ_CHART (chart), hours, G_N_ELEMENTS (hours));
  if (kind == FZ_CHART_BARS) {
    fz_chart_set_series (FZ_CHART (chart), 0, "处方", visits, G_N_ELEMENTS (visits));
    fz_chart_set_series (FZ_CHART (chart), 1, "退回", returned, G_N_ELEMENTS (returned));
  } else {
    fz_chart_set_series (FZ_CHART (chart), 0, "审核用时", minutes, G_N_ELEMENTS (minutes));
    fz_chart_set_goal (FZ_CHART (chart), 10, "目标 10 分钟");
  }
  put (fz_card_body (card), chart);
  gtk_widget_set_hexpand (card, TRUE);
  return card;
}

static GtkWidget *
pictures_page (void)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);
  GtkWidget *charts = put (page, line (14));
  GtkWidget *below = put (page, line (14));
  GtkWidget *view = fz_image_view_new ();
  GtkWidget *evidence = fz_card_new_titled ("image", "复诊凭证");
  GtkWidget *states = column (14);
  g_autoptr (GBytes) rgba = test_picture (900, 640);

  gtk_widget_add_css_class (page, "fz-page");
  put (charts, chart_card ("overview", "今日处方", FZ_CHART_BARS));
  put (charts, chart_card ("clock", "审核用时", FZ_CHART_LINE));
  fz_image_view_set_pixels (FZ_IMAGE_VIEW (view), rgba, 900, 640, 900 * 4, "门诊病历首页照片");
  gtk_widget_set_vexpand (view, TRUE);
  gtk_widget_set_hexpand (evidence, TRUE);
  put (fz_card_body (evidence), view);
  gtk_widget_set_vexpand (fz_card_body (evidence), TRUE);
  put (below, evidence);
  put (below, states);
  gtk_widget_set_vexpand (below, TRUE);
  gtk_box_set_homogeneous (GTK_BOX (below), TRUE);
  put (put (states, fz_card_new ()), fz_error_state_new ("监管平台没有应答，本条记录未发送。",
    "通常由网络引起；系统管理员可在“系统”中查看连接。", fz_button_new (FZ_BUTTON_PLAIN, "refresh", "重新发送")));
  put (put (states, fz_card_new ()), fz_empty_state_new ("queue", "暂无候诊患者", "患者在互联网医院完成预约后出现在这里。", NULL));
  return page;
}

/* ---- dialogs ---- */

static void
refuse (FzSignDialog *dialog)
{
  g_autoptr (GError) error = g_error_new_literal (FZ_ERROR, FZ_ERROR_SIGNATURE, "签名 PIN 不正确，还可再试 4 次。");

  fz_sign_dialog_refuse (dialog, error);
}

static void
on_sign (FzSignDialog *dialog, FzSignOutcome outcome, FzSecret *pin, gpointer user_data)
{
  fz_secret_free (pin);
  if (outcome == FZ_SIGN_PIN)
    refuse (dialog);
}

static void
on_confirmed (gboolean confirmed, gpointer user_data)
{
  fz_toast_show (GTK_WIDGET (shell), confirmed ? FZ_STATUS_OK : FZ_STATUS_INFO, confirmed ? "已终止接诊" : "已取消");
}

static FzSignDialog *
open_sign (void)
{
  FzSignDialog *dialog = fz_sign_dialog_new ("签署处方", "林若溪 · 主治医师 · 本次接诊 MZ2026112100017",
    "输入 PIN 码即表示您已阅读以上全部内容，并以本人可靠电子签名签署；签名与手写签名具有同等法律效力。");

  fz_sign_dialog_add_document (dialog, "1  处方 CF20261121-0187",
    "处方编号：CF20261121-0187      费别：职工医保\n姓名：陈国栋   性别：男   年龄：67 岁   体重：68 kg\n诊断：I10 原发性高血压\n\nRp\n"
    "1. 苯磺酸氨氯地平片   5 mg × 28 片      1 盒\n   用法：口服  每次 5 mg  每日一次  28 天\n"
    "2. 盐酸二甲双胍片     0.5 g × 60 片     1 盒\n   用法：口服  每次 0.5 g  每日两次  28 天\n\n（以下空白）\n");
  fz_sign_dialog_present_for (dialog, GTK_WIDGET (shell), on_sign, NULL);
  return dialog;
}

static gboolean
open_it (gpointer data)
{
  if (g_strcmp0 (open_what, "sign") == 0)
    open_sign ();
  if (g_strcmp0 (open_what, "wrong-pin") == 0)
    refuse (open_sign ());
  if (g_strcmp0 (open_what, "drop") == 0)
    fz_drop_down_open (FZ_DROP_DOWN (drop_down));
  if (g_strcmp0 (open_what, "confirm") == 0)
    fz_confirm (GTK_WIDGET (shell), "终止接诊？", "终止后本次接诊不能再开具处方，患者会收到线下就医的指引。", "终止接诊", TRUE, on_confirmed, NULL);
  if (g_strcmp0 (open_what, "toast") == 0) {
    fz_toast_show (GTK_WIDGET (shell), FZ_STATUS_OK, "处方已签名，等待药师审核");
    fz_toast_show (GTK_WIDGET (shell), FZ_STATUS_STOP, "签名没有保存：磁盘已满");
  }
  if (g_strcmp0 (open_what, "search") == 0 && search_field != NULL) {
    gtk_widget_grab_focus (search_field);
    gtk_editable_set_text (GTK_EDITABLE (fz_access_get_inner (search_field)), "a");
  }
  return G_SOURCE_REMOVE;
}

static void
fill_shell (void)
{
  static const FzPlace places[] = {
    { "controls", "visit", "接诊", FALSE },      { "lists", "review", "审方", FALSE },   { "pictures", "overview", "总览", FALSE },
    { "dispense", "dispense", "发药", FALSE },   { "upload", "upload", "上报", FALSE },  { "report", "report", "报表", FALSE },
    { "people", "people", "人员", FALSE },       { "audit", "audit", "审计", FALSE },    { "system", "system", "系统", TRUE },
  };

  fz_shell_set_product (shell, "示例互联网医院", "规则集 天津 2026-11 生效");
  fz_shell_set_person (shell, "林若溪", "主治医师");
  fz_shell_add_person_action (shell, "switch", "switch-user", "切换人员");
  fz_shell_add_person_action (shell, "lock", "lock", "锁定");
  fz_shell_add_person_action (shell, "leave", "sign-out", "退出登录");
  fz_shell_set_places (shell, places, G_N_ELEMENTS (places));
  fz_shell_set_page (shell, "controls", controls_page ());
  fz_shell_set_page (shell, "lists", lists_page ());
  fz_shell_set_page (shell, "pictures", pictures_page ());
  fz_shell_set_badge (shell, "lists", 42);
  fz_shell_set_badge (shell, "upload", 3);
  fz_shell_set_notifications (shell, 3);
  fz_shell_set_strip (shell, "demo", FZ_STATUS_NEUTRAL, "演示数据：全部为虚构，不得用于真实诊疗");
  fz_shell_set_state (shell, "platform", FZ_STATUS_OK, "监管平台已连接");
  fz_shell_set_state (shell, "store", FZ_STATUS_OK, "数据已保存");
  fz_shell_set_status_text (shell, "今日接诊 23 · 待审 4 · 退回 1");
  fz_shell_show (shell, page_id != NULL ? page_id : "controls");
}

int
main (int argc, char **argv)
{
  const GOptionEntry options[] = {
    { "page", 0, 0, G_OPTION_ARG_STRING, &page_id, "controls, lists or pictures", "ID" },
    { "open", 0, 0, G_OPTION_ARG_STRING, &open_what, "sign, wrong-pin, confirm, drop, toast or search", "WHAT" },
    { "dark", 0, 0, G_OPTION_ARG_NONE, &dark, "dark colours", NULL },
    { "contrast", 0, 0, G_OPTION_ARG_NONE, &contrast, "high contrast", NULL },
    { "scale", 0, 0, G_OPTION_ARG_DOUBLE, &scale, "text scale", "FACTOR" },
    { "width", 0, 0, G_OPTION_ARG_INT, &width, "of the window", "PIXELS" },
    { "height", 0, 0, G_OPTION_ARG_INT, &height, "of the window", "PIXELS" },
    { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "leave after", "SECONDS" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("%s\n", error->message);
    return EXIT_FAILURE;
  }
  fz_theme_choose_renderer ();
  gtk_init ();
  fz_theme_apply (dark ? FZ_THEME_DARK : contrast ? FZ_THEME_CONTRAST : FZ_THEME_LIGHT);
  fz_theme_set_text_scale (scale);
  shell = FZ_SHELL (fz_shell_new (NULL));
  fill_shell ();
  gtk_window_set_default_size (GTK_WINDOW (shell), width, height);
  g_signal_connect_swapped (shell, "destroy", G_CALLBACK (g_main_loop_quit), loop);
  gtk_window_present (GTK_WINDOW (shell));
  g_timeout_add (600, open_it, NULL);
  if (seconds > 0)
    g_timeout_add_seconds ((guint) seconds, G_SOURCE_FUNC ((void (*) (void)) g_main_loop_quit), loop);
  g_main_loop_run (loop);
  return EXIT_SUCCESS;
}
