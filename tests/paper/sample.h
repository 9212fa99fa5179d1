/* tests/paper/sample.h: facts as the desk gives them, and other people's eyes on the files. */
#pragma once

#include "core/fields.h"

#define SAMPLE_HASH "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

/* A prescription in this stage ("signed", "effective", …) of `n` lines, with the signatures that belong to it. */
FzFields *sample_rx (const char *stage, guint n);
FzFields *sample_visit (const char *id, const char *stage);

char *sample_dir_new (void);
void sample_dir_remove (char *dir);
/* What another program prints; fails the test when it fails. */
char *sample_run (const char *const *argv);
char *sample_pdf_text (const char *path);
guint sample_pdf_pages (const char *path);
/* With FUZHEN_PAPER_SHOW=DIR the file is copied there, to be looked at. */
void sample_show (const char *path, const char *name);
