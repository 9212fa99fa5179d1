#include "ui/dialog_keys.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/places.h"

#include <glib/gi18n-lib.h>

#define HEIGHT 460

/* A group belongs to a place, or to every one (NULL). */
static const struct {
  const char *id, *title, *place;
} groups[] = {
  { "window", N_ ("整个窗口"), NULL },   { "field", N_ ("字段、列表与对话框"), NULL }, { "visit", N_ ("接诊"), "visit" },
  { "sheet", N_ ("写处方"), "visit" },   { "talk", N_ ("沟通"), "visit" },             { "review", N_ ("审方"), "review" },
  { "reasons", N_ ("选择理由"), "review" }, { "items", N_ ("逐项判断"), "review" },      { "dispense", N_ ("发药"), "dispense" },
  { "comment", N_ ("点评"), "comment" },  { "picture", N_ ("病历图片"), "visit" },
};

/* Several keys for one thing are parted by " / ". */
static const struct {
  const char *group, *keys, *words;
} keys_of[] = {
  { "window", "Ctrl+K", N_ ("搜索患者、处方、药品、页面和操作") },
  { "window", "Alt+1 / Alt+9", N_ ("从上数第一至第九个页面") },
  { "window", "F10", N_ ("人员菜单：切换、锁定、退出") },
  { "window", "F1", N_ ("这一页怎么用") },
  { "window", "Ctrl+Z", N_ ("撤销刚才的删除或替换（尚未签名的）；在文字中先撤销文字") },
  { "window", "Ctrl+?", N_ ("这张清单") },
  { "window", "Ctrl++ / Ctrl+=", N_ ("放大文字，最大 200%") },
  { "window", "Ctrl+-", N_ ("缩小文字，最小 75%") },
  { "window", "Ctrl+0", N_ ("文字恢复原来的大小") },
  { "window", "Esc", N_ ("关闭对话框或列表；有未保存的内容先询问") },
  { "field", "Tab / Shift+Tab", N_ ("下一个、上一个控件") },
  { "field", "Enter", N_ ("确认，并到下一个字段；在对话框里按默认按钮") },
  { "field", "↑ / ↓", N_ ("在列表中移动；展开下拉列表；数字加减一步") },
  { "field", "← / →", N_ ("在并排的选项之间移动") },
  { "field", "PgUp / PgDn", N_ ("成页移动") },
  { "field", "Ctrl+V", N_ ("粘贴；PIN 和动态口令只能输入") },
  { "field", "Ctrl+U", N_ ("清空口令或 PIN") },
  { "visit", "Ctrl+N", N_ ("接诊下一位") },
  { "visit", "Ctrl+1 / Ctrl+4", N_ ("到第一至第四步") },
  { "visit", "Ctrl+M", N_ ("与患者沟通") },
  { "visit", "Ctrl+Shift+M", N_ ("到下一位有未读消息的患者") },
  { "visit", "Ctrl+P", N_ ("预览并打印处方笺") },
  { "sheet", "Alt+↑ / Alt+↓", N_ ("调整饮片的次序") },
  { "talk", "Enter", N_ ("发送") },
  { "talk", "Shift+Enter", N_ ("换行") },
  { "review", "J / K", N_ ("下一张、上一张处方") },
  { "review", "A / 1", N_ ("通过") },
  { "review", "R / 2", N_ ("退回") },
  { "review", "X / 3", N_ ("不通过") },
  { "review", "I / 4", N_ ("逐项判断") },
  { "review", "U", N_ ("放回，不再保留") },
  { "review", "Ctrl+P", N_ ("预览并打印处方笺") },
  { "reasons", "1 / 9", N_ ("选择第一至第九个理由") },
  { "items", "J / K", N_ ("下一项、上一项") },
  { "items", "1", N_ ("适宜") },
  { "items", "2", N_ ("不适宜") },
  { "dispense", "J / K", N_ ("下一张、上一张处方") },
  { "dispense", "1", N_ ("这张处方的下一步") },
  { "dispense", "P", N_ ("调配") },
  { "dispense", "D", N_ ("核对发药") },
  { "dispense", "O", N_ ("院外药店") },
  { "dispense", "R", N_ ("核对不符") },
  { "dispense", "S", N_ ("登记结果") },
  { "dispense", "X", N_ ("撤回") },
  { "dispense", "/", N_ ("查找处方") },
  { "dispense", "Ctrl+P", N_ ("预览并打印选中的处方笺") },
  { "dispense", "Ctrl+A", N_ ("选中列表中的全部处方") },
  { "dispense", "Space", N_ ("选中或取消这一张") },
  { "comment", "J / K", N_ ("下一张、上一张处方") },
  { "comment", "A / 1", N_ ("合理、没有缺陷、同意初评、达到要求；医师：认可、登记整改") },
  { "comment", "C / 2", N_ ("选择代码或缺陷、更改、答复申诉、继续整改；医师：申诉") },
  { "comment", "1 / 9", N_ ("选择第一至第九个代码") },
  { "comment", "A / C", N_ ("换一组代码") },
  { "picture", "+ / = / -", N_ ("放大、缩小") },
  { "picture", "0", N_ ("适合窗口") },
  { "picture", "1", N_ ("原始大小") },
  { "picture", "R / Shift+R", N_ ("右转、左转") },
  { "picture", "← / → / ↑ / ↓", N_ ("移动图片") },
};

static gboolean
has_place (FzRole role, const char *place)
{
  g_autoptr (GPtrArray) places = fz_places_of (role);

  for (guint i = 0; i < places->len; i++)
    if (place == NULL || g_str_equal (((const FzPlaceOf *) places->pdata[i])->id, place))
      return TRUE;
  return FALSE;
}

static GtkWidget *
group_new (gsize group)
{
  GtkWidget *grid = gtk_grid_new ();
  int row = 0;

  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  for (gsize i = 0; i < G_N_ELEMENTS (keys_of); i++) {
    GtkWidget *keys;

    if (!g_str_equal (keys_of[i].group, groups[group].id))
      continue;
    keys = fz_text (keys_of[i].keys, "fz-code");
    gtk_widget_set_size_request (keys, (int) (150 * fz_theme_get_text_scale ()), -1);
    gtk_grid_attach (GTK_GRID (grid), keys, 0, row, 1, 1);
    gtk_grid_attach (GTK_GRID (grid), fz_wrapped (_ (keys_of[i].words), NULL), 1, row++, 1, 1);
  }
  return grid;
}

FzDialog *
fz_dialog_keys (GtkWidget *over, FzRole role)
{
  FzDialog *dialog = fz_dialog_new (_ ("键盘快捷键"), NULL);
  GtkWidget *column = fz_column (10), *scrolled;

  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    if (has_place (role, groups[i].place)) {
      fz_put (column, fz_text (_ (groups[i].title), "fz-heading"));
      fz_put (column, group_new (i));
    }
  gtk_widget_set_margin_end (column, 12);
  scrolled = fz_scrolled (column);
  gtk_widget_set_size_request (scrolled, -1, HEIGHT);
  fz_dialog_set_width (dialog, 560);
  fz_dialog_set_body (dialog, scrolled, TRUE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("关闭"), FZ_BUTTON_PRIMARY);
  fz_dialog_present (dialog, over);
  return dialog;
}
