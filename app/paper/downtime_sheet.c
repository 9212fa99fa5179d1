#include "app/paper/downtime_sheet.h"

#include "core/date.h"

#define MARGIN 42.0
#define WIDTH (FZ_PAPER_A4_WIDTH - 2 * MARGIN)
#define LABEL 124.0
#define PAD 5.0

static const FzPen name_pen = { 12, TRUE, FZ_INK, FZ_ALIGN_CENTRE };
static const FzPen title_pen = { 17, TRUE, FZ_INK, FZ_ALIGN_CENTRE };
static const FzPen label_pen = { 9.5, FALSE, FZ_INK_SOFT, FZ_ALIGN_LEFT };
static const FzPen text_pen = { 10.5, FALSE, FZ_INK, FZ_ALIGN_LEFT };
static const FzPen number_pen = { 10.5, TRUE, FZ_INK, FZ_ALIGN_RIGHT };
static const FzPen small_pen = { 8.5, FALSE, FZ_INK_SOFT, FZ_ALIGN_LEFT };

/* A line of the form: what is asked, what is there to tick, and room to write. */
static const struct {
  const char *label, *printed;
  double height;
} lines[] = {
  { "停机编号", "TJ-", 26 },
  { "登记内容", "□ 接诊与病历　　□ 纸质处方　　□ 发药　　□ 患者来电或留言　　□ 其他", 26 },
  { "登记日期和时刻", "　　　　年　　月　　日　　　时　　分", 26 },
  { "患者姓名、性别、年龄", "", 30 },
  { "联系电话", "", 26 },
  { "证件已核对", "□ 已核对证件原件或实名信息（不在此抄写证件号码）", 26 },
  { "过敏史", "□ 无　　□ 有：", 30 },
  { "主要情况", "", 110 },
  { "处理", "", 120 },
  { "纸质处方编号", "（开具时填写）", 26 },
  { "开方医师、审方药师", "签名：　　　　　　　　　　　　签名：", 34 },
  { "登记人", "工号：　　　　　　　　签名：", 34 },
  { "补录人和日期", "工号：　　　　　　　　签名：　　　　　　　　　　年　　月　　日", 34 },
  { "核对人和日期", "工号：　　　　　　　　签名：　　　　　　　　　　年　　月　　日", 34 },
};

static double
draw_line (FzPaper *paper, double y, guint i)
{
  double height = lines[i].height;

  fz_paper_text (paper, MARGIN + PAD, y + PAD, LABEL - 2 * PAD, lines[i].label, label_pen);
  fz_paper_text (paper, MARGIN + LABEL + PAD, y + PAD, WIDTH - LABEL - 2 * PAD, lines[i].printed, text_pen);
  fz_paper_line (paper, MARGIN, y + height, MARGIN + WIDTH, y + height, 0.6, FZ_INK_LINE);
  return y + height;
}

static void
draw (const FzDowntimeSheets *self, FzPaper *paper, const char *number)
{
  g_autofree char *at = fz_beijing_time_format (self->made_us), *made = g_strdup_printf ("制作 %s　%s", self->made_by, at);
  double y = MARGIN, top;

  y += fz_paper_text (paper, MARGIN, y, WIDTH, self->institution, name_pen) + 2;
  y += fz_paper_text (paper, MARGIN, y, WIDTH, "停机登记单", title_pen) + 6;
  y += fz_paper_text (paper, MARGIN, y, WIDTH, number, number_pen) + 4;
  top = y;
  fz_paper_line (paper, MARGIN, y, MARGIN + WIDTH, y, 0.6, FZ_INK_LINE);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    y = draw_line (paper, y, i);
  fz_paper_line (paper, MARGIN, top, MARGIN, y, 0.6, FZ_INK_LINE);
  fz_paper_line (paper, MARGIN + LABEL, top, MARGIN + LABEL, y, 0.6, FZ_INK_LINE);
  fz_paper_line (paper, MARGIN + WIDTH, top, MARGIN + WIDTH, y, 0.6, FZ_INK_LINE);
  y += 8;
  y += fz_paper_text (paper, MARGIN, y, WIDTH,
                      "一张一事，用不褪色的笔填写；写错的划去并签名，不得涂改。恢复后在台账“停机登记单补录”中逐张补录，附上本单的扫描件，由另一人核对，原件存档。纸质处方按纸质处方保存，不得在恢复后补开为电子处方。", small_pen) + 4;
  fz_paper_text (paper, MARGIN, y, WIDTH, made, small_pen);
  if (self->demo)
    fz_paper_words_across (paper, "演示", 90);
}

GBytes *
fz_downtime_sheets_pdf (const FzDowntimeSheets *self, GError **error)
{
  g_autoptr (FzPaper) paper = fz_paper_new (FZ_PAPER_A4_WIDTH, FZ_PAPER_A4_HEIGHT, self->made_us, "停机登记单");

  for (guint i = 0; i < self->numbers->len; i++) {
    if (i > 0)
      fz_paper_next_page (paper);
    draw (self, paper, self->numbers->pdata[i]);
  }
  return fz_paper_finish (paper, error);
}
