/* tests/lint/lint.h: the checks of the source tree that the compiler can't make. Plain text scanning, libc only. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* String literals that stand side by side count as one. */
typedef struct {
  size_t at, end; /* of the first quote, past the last one */
  char *text;     /* what stands between the quotes, escapes untouched */
} Literal;

typedef struct {
  const char *path; /* from the root, with slashes */
  const char *text;
  size_t n;
  char *code; /* text with comments and the insides of literals blanked; the same length */
  Literal *literal;
  size_t n_literal;
} Source;

/* Fills code and literals of a C file; for other files code is the text. */
void source_read (Source *self, const char *path, const char *text);
void source_clear (Source *self);
bool starts (const char *text, const char *with);
bool ends (const char *text, const char *with);
bool is_code (const char *path); /* .c or .h */
/* The next place of `word` in text from `at` on, on word boundaries; (size_t) -1 when there is none. */
size_t find_word (const char *text, size_t at, const char *word, bool any_case);

/* Says it and counts it; "long" is only said. `at` is an offset into the source's text. */
void finding (const Source *source, size_t at, const char *rule, const char *message, ...) __attribute__ ((format (printf, 4, 5)));
int findings (void); /* so far, without "long" */
/* For the test of the rules: the finding is remembered instead of said. */
extern const char *last_rule;
extern int hushed;

void check_top (const char *name);
void check_source (const Source *source);
void check_sizes (void); /* after the last source */

/* A rule over #include lines: who may include what. */
void check_includes (const Source *source);
