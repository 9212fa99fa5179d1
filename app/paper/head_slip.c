#include "app/paper/head_slip.h"

#include "app/paper/page.h"
#include "core/date.h"

#define WIDTH (105 * FZ_PAPER_MM)
#define HEIGHT (148 * FZ_PAPER_MM)
#define MARGIN 22
#define CODE 168

static const FzPen name_pen = { 11, TRUE, FZ_INK, FZ_ALIGN_CENTRE };
static const FzPen title_pen = { 10, FALSE, FZ_INK, FZ_ALIGN_CENTRE };
static const FzPen label_pen = { 7.5, FALSE, FZ_INK_SOFT, FZ_ALIGN_LEFT };
static const FzPen value_pen = { 8.5, FALSE, FZ_INK, FZ_ALIGN_LEFT };
static const FzPen small_pen = { 7, FALSE, FZ_INK_SOFT, FZ_ALIGN_LEFT };

static void
put (FzPaper *paper, double *y, const char *label, const char *value)
{
  double width = WIDTH - 2 * MARGIN;

  fz_paper_text (paper, MARGIN, *y + 1, -1, label, label_pen);
  *y += fz_paper_text (paper, MARGIN + 46, *y, width - 46, value, value_pen) + 3;
}

static gboolean
draw (const FzHeadSlip *self, FzPaper *paper, GError **error)
{
  g_autofree char *size = g_strdup_printf ("%" G_GUINT64_FORMAT " 条", self->size), *at = fz_beijing_time_format (self->made_us);
  double width = WIDTH - 2 * MARGIN, y = MARGIN;

  y += fz_paper_text (paper, MARGIN, y, width, self->institution, name_pen) + 2;
  y += fz_paper_text (paper, MARGIN, y, width, "审计日志检查点凭条", title_pen) + 12;
  if (!fz_paper_qr (paper, (WIDTH - CODE) / 2, y, CODE, self->note, error))
    return FALSE;
  y += CODE + 12;
  put (paper, &y, "日志条数", size);
  put (paper, &y, "打印时间", at);
  put (paper, &y, "打印人", self->made_by);
  put (paper, &y, "树根", self->root_hex);
  y += 3;
  fz_paper_text (paper, MARGIN, y, width, "请由当班以外的人保管，不要留在本机旁。二维码即签名的检查点：日后日志若比它短或与它不符，就说明被换成了旧副本或被改动。核对：fuzhen-verify --checkpoint。",
                 small_pen);
  if (self->demo)
    fz_paper_words_across (paper, "演示", 60);
  return TRUE;
}

GBytes *
fz_head_slip_pdf (const FzHeadSlip *self, GError **error)
{
  g_autoptr (FzPaper) paper = fz_paper_new (WIDTH, HEIGHT, self->made_us, "checkpoint");

  return draw (self, paper, error) ? fz_paper_finish (paper, error) : NULL;
}
