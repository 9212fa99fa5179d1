/* app/paper/record_copy.h: a patient's copy of one visit (患者的病历副本): every document as it reads, in the order of signing. Civil code art. 1225, 个人信息保护法
 * art. 45; Chongqing 2023 art. 28. */
#pragma once

#include "app/paper/page.h"
#include "core/error.h"

typedef struct {
  const char *title, *note;                  /* note: what it is to be judged by */
  const char *institution, *about, *made_by; /* about: which visit, which file; made_by: number and name of the person */
  gint64 made_us;
  const char *across; /* over each page; NULL: nothing */
  GPtrArray *titles, *texts; /* char *: one each a document */
} FzRecordCopy;

/* A4 with page numbers. RETRY when memory failed. */
FzPages *fz_record_copy_pages (const FzRecordCopy *self, GError **error);
GBytes *fz_record_copy_pdf (const FzRecordCopy *self, GError **error);
