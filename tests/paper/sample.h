/* tests/paper/sample.h: facts as the desk gives them, and other people's eyes on the files. */
#pragma once

#include "app/paper/slip.h"

#define SAMPLE_HASH "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

/* A prescription in this stage ("signed", "effective", …) of `n` lines, with the signatures that belong to it. */
FzFields *sample_rx (const char *stage, guint n);
FzFields *sample_visit (const char *id, const char *stage);

/* assets/codes/slip-marks.csv, kept until the end. (transfer none) */
FzCodes *sample_marks (void);

/* The slip as a PDF. */
gboolean sample_slip (const FzFields *rx, const FzSlipFrame *frame, const char *path, GError **error);
/* Whether the words are in the text, whatever stands between the characters: large rotated words come out a character a line. */
gboolean sample_holds (const char *text, const char *words);

char *sample_dir_new (void);
void sample_dir_remove (char *dir);
/* What another program prints; fails the test when it fails. */
char *sample_run (const char *const *argv);
char *sample_pdf_text (const char *path);
guint sample_pdf_pages (const char *path);
/* With FUZHEN_PAPER_SHOW=DIR the file is copied there, to be looked at. */
void sample_show (const char *path, const char *name);
