/* One file as the rules see it: code and string literals apart. */
#include "lint.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *last_rule;
int hushed;
static int count;

bool
starts (const char *text, const char *with)
{
  return strncmp (text, with, strlen (with)) == 0;
}

bool
ends (const char *text, const char *with)
{
  return strlen (text) >= strlen (with) && strcmp (text + strlen (text) - strlen (with), with) == 0;
}

bool
is_code (const char *path)
{
  return ends (path, ".c") || ends (path, ".h");
}

static bool
is_word (char c)
{
  return isalnum ((unsigned char) c) || c == '_';
}

size_t
find_word (const char *text, size_t at, const char *word, bool any_case)
{
  size_t n = strlen (word);

  for (const char *p = text + at; *p != '\0'; p++)
    if ((any_case ? strncasecmp (p, word, n) : strncmp (p, word, n)) == 0 && (p == text || !is_word (p[-1]) || !is_word (*word))
        && (!is_word (p[n]) || !is_word (word[n - 1])))
      return (size_t) (p - text);
  return (size_t) -1;
}

/* A literal from its opening quote; returns what follows it. */
static size_t
read_literal (Source *self, size_t at)
{
  size_t end = at + 1;
  Literal *last = self->n_literal > 0 ? &self->literal[self->n_literal - 1] : NULL;
  bool joins = last != NULL;

  while (end < self->n && self->text[end] != '"' && self->text[end] != '\n')
    end += self->text[end] == '\\' && end + 1 < self->n ? 2 : 1;
  for (size_t i = last != NULL ? last->end : 0; joins && i < at; i++)
    joins = isspace ((unsigned char) self->code[i]);
  memset (self->code + at + 1, ' ', end - at - 1);
  if (!joins) {
    self->literal = realloc (self->literal, (self->n_literal + 1) * sizeof *self->literal);
    if (self->literal == NULL)
      abort ();
    last = &self->literal[self->n_literal++];
    *last = (Literal){ .at = at, .text = calloc (1, 1) };
  }
  last->text = realloc (last->text, strlen (last->text) + (end - at));
  if (last->text == NULL)
    abort ();
  strncat (last->text, self->text + at + 1, end - at - 1);
  last->end = end + 1;
  return end + 1;
}

void
source_read (Source *self, const char *path, const char *text)
{
  *self = (Source){ .path = path, .text = text, .n = strlen (text), .code = strdup (text) };
  if (self->code == NULL)
    abort ();
  if (!is_code (path))
    return;
  for (size_t i = 0, end; i < self->n; i = end) {
    end = i + 1;
    if (text[i] == '/' && (text[i + 1] == '*' || text[i + 1] == '/')) {
      const char *close = text[i + 1] == '*' ? strstr (text + i + 2, "*/") : strchr (text + i, '\n');

      end = close == NULL ? self->n : (size_t) (close - text) + (text[i + 1] == '*' ? 2 : 0);
      for (size_t k = i; k < end; k++)
        self->code[k] = text[k] == '\n' ? '\n' : ' ';
    } else if (text[i] == '\'') {
      while (end < self->n && text[end] != '\'' && text[end] != '\n')
        end += text[end] == '\\' ? 2 : 1;
      end = end < self->n ? end + 1 : self->n;
      memset (self->code + i + 1, ' ', end - i - 2);
    } else if (text[i] == '#') { /* an include's name is no literal of the program */
      while (end < self->n && text[end] != '\n' && strncmp (text + i, "#include", 8) == 0)
        end++;
    } else if (text[i] == '"')
      end = read_literal (self, i);
  }
}

void
source_clear (Source *self)
{
  for (size_t i = 0; i < self->n_literal; i++)
    free (self->literal[i].text);
  free (self->literal);
  free (self->code);
}

void
finding (const Source *source, size_t at, const char *rule, const char *message, ...)
{
  bool is_long = strcmp (rule, "long") == 0;
  va_list arguments;
  int line = 1;

  if (hushed) {
    hushed += last_rule == NULL || strcmp (last_rule, rule) == 0 ? 1 : 1000; /* two rules at once show as a large number */
    last_rule = rule;
    return;
  }
  for (size_t i = 0; source != NULL && source->text != NULL && i < at; i++)
    line += source->text[i] == '\n';
  printf ("# %s:%d: %s%s: ", source != NULL ? source->path : ".", line, rule, is_long ? " (only said)" : "");
  va_start (arguments, message);
  vprintf (message, arguments);
  va_end (arguments);
  putchar ('\n');
  count += !is_long;
}

int
findings (void)
{
  return count;
}
