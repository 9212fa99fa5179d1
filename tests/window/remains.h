/* tests/window/remains.h: what a person leaves behind: in the memory of the running program, on the screen, in files. */
#pragma once

#include "tests/window/hospital.h"

#include "core/secret.h"

/* What must be found nowhere: patients' names, identity numbers and telephones, people's numbers, names of medicines, as the store has them. Opened
 * with the person's secrets while no program uses it; `out_person_key` and `out_seed` are what the program holds after the sign-in, and what signs. */
GPtrArray *remains_read_marks (Hospital *hospital, const char *number, const char *password, const char *pin, FzSecret **out_person_key,
                               FzSecret **out_seed);
/* How often the bytes stand in the process's memory; -1: this process may not look. */
int remains_in_memory (GPid pid, const void *bytes, gsize n);
/* The first file below the folder that holds one of the marks, with the mark, `except` (may be NULL) left out. NULL: none. (transfer full) */
char *remains_in_files (const char *folder, GPtrArray *marks, const char *const *except, guint *out_files);
/* The first of the marks that stands in the text; NULL: none. */
const char *remains_in_text (const char *text, GPtrArray *marks);
