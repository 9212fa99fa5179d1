/* app/rx_mark.h: the kind of sheet a prescription is written on (处方标识: 普通、儿科、急诊), from facts and the table codes/slip-marks, which also has
 * the colour of its paper. 处方管理办法 art. 5 and annex 1. */
#pragma once

#include "app/desk_private.h"

/* The row of the table: by rx.mark when the sheet has one (-1: a mark that is not in the table), else by dept.id and patient.age_years. The first
 * row is the ordinary one; emergency prescriptions are not written online, so nothing but the mark itself leads to that row. */
int fz_rx_mark_find (const FzCodes *marks, const FzFields *rx);
/* Writes rx.mark (ordinary | paediatric) and rx.mark_label (普通 | 儿科) into a body that is about to be signed. */
void fz_rx_mark_put (const FzDesk *desk, FzFields *body);
