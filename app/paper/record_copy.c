#include "app/paper/record_copy.h"

#include "core/date.h"

#define MARGIN 44.0
#define FOOT 26.0

static const FzPen title_pen = { 17, TRUE, FZ_INK, FZ_ALIGN_LEFT };
static const FzPen head_pen = { 12, TRUE, FZ_INK, FZ_ALIGN_LEFT };
static const FzPen text_pen = { 10, FALSE, FZ_INK, FZ_ALIGN_LEFT };
static const FzPen soft_pen = { 8.5, FALSE, FZ_INK_SOFT, FZ_ALIGN_LEFT };

/* One run over the documents: once to count pages, once to draw. */
typedef struct {
  const FzRecordCopy *copy;
  FzPaper *paper;
  double width, bottom;
  guint page, n_pages;
} Run;

static void
end_page (Run *self)
{
  FzPen right = soft_pen;
  g_autofree char *number = g_strdup_printf ("第 %u 页 共 %u 页", self->page, self->n_pages), *whose = NULL;

  if (fz_paper_is_measuring (self->paper))
    return;
  right.align = FZ_ALIGN_RIGHT;
  whose = g_strdup_printf ("%s　%s", self->copy->institution, self->copy->about);
  fz_paper_line (self->paper, MARGIN, self->bottom + 4, MARGIN + self->width, self->bottom + 4, 0.5, FZ_INK_LINE);
  fz_paper_text (self->paper, MARGIN, self->bottom + 8, self->width - 90, whose, soft_pen);
  fz_paper_text (self->paper, MARGIN + self->width - 90, self->bottom + 8, 90, number, right);
  if (self->copy->across != NULL)
    fz_paper_words_across (self->paper, self->copy->across, 90);
}

static double
turn (FzPaper *paper, gpointer data)
{
  Run *self = data;

  end_page (self);
  if (!fz_paper_is_measuring (paper))
    fz_paper_next_page (paper);
  self->page++;
  return MARGIN;
}

static void
draw (Run *self)
{
  const FzRecordCopy *copy = self->copy;
  g_autofree char *at = fz_beijing_time_format (copy->made_us), *made = g_strdup_printf ("%s　制作 %s　%s", copy->about, copy->made_by, at);
  double y = MARGIN;

  self->page = 1;
  y += fz_paper_text (self->paper, MARGIN, y, self->width, copy->title, title_pen) + 2;
  y += fz_paper_text (self->paper, MARGIN, y, self->width, copy->institution, head_pen) + 2;
  y += fz_paper_text (self->paper, MARGIN, y, self->width, made, soft_pen) + 2;
  y += fz_paper_text (self->paper, MARGIN, y, self->width, copy->note, soft_pen) + 10;
  for (guint i = 0; i < copy->texts->len; i++) {
    if (y + 60 > self->bottom)
      y = turn (self->paper, self);
    y += fz_paper_text (self->paper, MARGIN, y, self->width, copy->titles->pdata[i], head_pen) + 4;
    fz_paper_flow (self->paper, MARGIN, &y, self->width, self->bottom, copy->texts->pdata[i], text_pen, turn, self);
    y += 14;
  }
  end_page (self);
}

FzPages *
fz_record_copy_pages (const FzRecordCopy *self, GError **error)
{
  g_autoptr (FzPaper) paper = fz_paper_new_kept (FZ_PAPER_A4_WIDTH, FZ_PAPER_A4_HEIGHT);
  Run run = { .copy = self, .paper = paper, .width = FZ_PAPER_A4_WIDTH - 2 * MARGIN, .bottom = FZ_PAPER_A4_HEIGHT - MARGIN - FOOT + 10 };

  fz_paper_set_measuring (paper, TRUE);
  draw (&run);
  run.n_pages = run.page;
  fz_paper_set_measuring (paper, FALSE);
  draw (&run);
  return fz_paper_finish_pages (paper, error);
}

GBytes *
fz_record_copy_pdf (const FzRecordCopy *self, GError **error)
{
  g_autoptr (FzPages) pages = fz_record_copy_pages (self, error);

  return pages != NULL ? fz_pages_to_pdf (pages, self->made_us, self->about, error) : NULL;
}
