/* app/paper/report.h: a report as one frozen structure (报表) that the preview and every file are made from, so that they show the
 * same figures. Never a figure of a drug by doctor (防统方), never a patient's name: builders count, they do not list people. */
#pragma once

#include "app/paper/page.h"
#include "core/fields.h"

/* What a value is; a number means: INTEGER itself, PERCENT hundredths of a percent (9512 is 95.12 %), DURATION seconds, DATE days
 * since 1970-01-01. */
typedef enum { FZ_VALUE_TEXT, FZ_VALUE_INTEGER, FZ_VALUE_PERCENT, FZ_VALUE_DURATION, FZ_VALUE_DATE } FzValueType;

typedef struct {
  gboolean known; /* a rate without cases is unknown, not zero */
  gint64 number;
  char *text; /* TEXT only */
} FzReportCell;

typedef struct {
  char *label;
  FzValueType type;
  FzReportCell cell;
  char *unit; /* NULL: none */
} FzReportFigure;

typedef struct {
  char *title;
  FzValueType type;
} FzReportColumn;

typedef enum { FZ_CHART_NONE, FZ_CHART_BARS, FZ_CHART_LINES } FzChart;

typedef struct {
  char *title;
  FzChart chart;      /* the first column names the points; fz_report_table_draws() */
  GPtrArray *columns; /* FzReportColumn */
  GPtrArray *rows;    /* FzReportCell[], one for each column */
} FzReportTable;

typedef struct {
  char *title, *institution, *period;
  char *made_by;  /* number and name of the person */
  char *made_at;  /* Beijing time as text */
  char *basis;    /* 数据截至第 N 号文书、审计日志 M 条 */
  char *filter;   /* of whom alone; NULL: of all */
  char *watermark;
  gint64 made_us;
  gboolean demo;
  gboolean open;  /* for everybody to read: the paper names no maker and has no mark */
  GPtrArray *figures; /* FzReportFigure */
  GPtrArray *tables;  /* FzReportTable */
} FzReport;

/* Who makes it, when, over what. */
typedef struct {
  const char *institution, *made_by;
  const char *filter; /* of whom alone, in words; NULL: of all */
  gint64 from_us, to_us; /* from included, to excluded */
  gint64 made_us;
  guint64 documents, audit_size; /* the newest when reading began; what is signed while it reads may be counted too */
  gboolean demo;
} FzReportFrame;

FzReport *fz_report_new (const char *title, const FzReportFrame *frame);
void fz_report_free (FzReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzReport, fz_report_free)

void fz_report_add_figure (FzReport *self, const char *label, FzValueType type, gboolean known, gint64 value, const char *unit);
/* Columns as pairs title, type; NULL-terminated. (transfer none) */
FzReportTable *fz_report_add_table (FzReport *self, const char *title, FzChart chart, ...) G_GNUC_NULL_TERMINATED;
/* One more column; only before the first row. */
void fz_report_add_column (FzReportTable *table, const char *title, FzValueType type);
/* Is this column a series of the chart? INTEGER ones are; without any the rates, without those the spans of time. */
gboolean fz_report_table_draws (const FzReportTable *table, guint column);
/* A new row, all unknown. (transfer none) */
FzReportCell *fz_report_add_row (FzReportTable *table);
void fz_report_cell_set_text (FzReportCell *cell, const char *text);
void fz_report_cell_set (FzReportCell *cell, gint64 number);
/* `part` of `whole` as PERCENT; unknown when the whole is 0. */
void fz_report_cell_set_share (FzReportCell *cell, gint64 part, gint64 whole);
/* As people read it: 1234, 95.1%, 1:02:03, 2026-01-05, — when unknown. (transfer full) */
char *fz_report_cell_text (const FzReportCell *cell, FzValueType type);

/* For the preview: report.{title,institution,period,made_by,made_at,basis,filter}, figure.NN.{label,text,unit}, table.NN.{title,chart,n_rows},
 * table.NN.column.NN.{title,type,drawn (yes: a series of the chart)}, table.NN.row.NN.cell.NN; the first 100 rows of a table. Frozen. */
FzFields *fz_report_to_fields (const FzReport *self);

/* Writers. Each replaces the file as a whole; RETRY when it cannot be written.
 * XLSX: real numbers, rates, durations and dates; a sheet a table. CSV: UTF-8 with BOM, RFC 4180, tables as sections; a text that a
 * spreadsheet would take for a formula gets a leading apostrophe. PDF: A4 with charts, page numbers, watermark. */
gboolean fz_report_write_xlsx (const FzReport *self, const char *path, GError **error);
gboolean fz_report_write_csv (const FzReport *self, const char *path, GError **error);
gboolean fz_report_write_pdf (const FzReport *self, const char *path, GError **error);
/* The same pages for the printer. */
FzPages *fz_report_to_pages (const FzReport *self, GError **error);
GBytes *fz_report_to_pdf (const FzReport *self, GError **error);
/* Of an open report: a page for a website, whole in itself. A text cell `files/NAME` becomes a link to what lies beside it. (transfer full) */
char *fz_report_to_html (const FzReport *self);
/* Of an open report: as of when it holds. (transfer full) */
char *fz_report_standing (const FzReport *self);
/* By format word xlsx, csv or pdf; INVALID for another. */
gboolean fz_report_write (const FzReport *self, const char *format, const char *path, GError **error);
