/* app/paper/qr.h: QR codes for a terminal. On paper: fz_paper_qr(). */
#pragma once

#include "core/secret.h"

/* The code of the text with its quiet zone, two rows of modules a line in half blocks that stand for white, a line feed after each line,
 * NUL-terminated: to be shown in white on black. A secret, as what it says is one (a one-time code's key). NULL: the text does not fit.
 * (transfer full) */
FzSecret *fz_qr_blocks (const char *text);
