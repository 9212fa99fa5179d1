/* The other rules: names, words, SQL, messages, sizes, the layout. */
#include "lint.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define LONG_FILE 700
#define VERIFY_LINES 1500

static size_t verify_lines;

/* The top level is fixed; names with a dot in front and build folders are nobody's. */
void
check_top (const char *name)
{
  static const char *const names[] = { "meson.build", "meson_options.txt", "app", "core", "ui", "db", "assets", "tests", "po", "README.md",
                                       "README", "LICENSE", "COPYING" };
  const Source here = { .path = name };

  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp (names[i], name) == 0)
      return;
  if (*name != '.' && !starts (name, "_build"))
    finding (&here, 0, "layout", "the top level is meson.build, app, core, ui, db, assets, tests, po, README.md and a licence");
}

static bool
is_ours (const char *path)
{
  return starts (path, "core/") || starts (path, "db/") || starts (path, "app/") || starts (path, "ui/");
}

/* A drawer without a noun. */
static void
check_name (const Source *source)
{
  static const char *const drawers[] = { "utils", "util", "helpers", "helper", "common", "misc" };

  for (const char *part = source->path; part != NULL; part = strchr (part, '/') != NULL ? strchr (part, '/') + 1 : NULL) {
    size_t n = strcspn (part, "/.");

    for (size_t i = 0; i < sizeof drawers / sizeof *drawers; i++)
      if (strlen (drawers[i]) == n && strncmp (part, drawers[i], n) == 0)
        finding (source, 0, "name", "name the file after the one thing in it, not '%s'", drawers[i]);
  }
}

static void
check_words (const Source *source)
{
  /* in halves, so that this file does not hold them */
  static const char *const words[] = { "XX" "X", "HA" "CK", "TO" "DO", "FIX" "ME", "not imple" "mented", "dum" "my" };
  static const char *const places[] = { "/ho" "me/", "/wo" "rk/", "/ro" "ot/", "/tmp/bash" "_jobs", "/fa" "rm/" };
  size_t at;

  for (size_t i = 0; i < sizeof words / sizeof *words && is_code (source->path); i++)
    if ((at = find_word (source->text, 0, words[i], i > 1)) != (size_t) -1)
      finding (source, at, "word", "'%s' usually marks something unfinished", words[i]);
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    const char *hit = source->text;

    while ((hit = strstr (hit, places[i])) != NULL && hit > source->text && (isalnum ((unsigned char) hit[-1]) || strchr ("._-$}", hit[-1]) != NULL))
      hit++; /* a part of a longer path */
    if (hit != NULL)
      finding (source, (size_t) (hit - source->text), "path", "a path of one machine: %s", places[i]);
  }
}

static void
check_flow (const Source *source)
{
  static const char *const waits[] = { "sleep (", "sleep(", "usleep (", "g_usleep", "nanosleep", "g_test_skip", "g_test_incomplete" };
  static const char *const empty[] = { "assert (true)", "assert (TRUE)", "assert (1)", "g_assert_true (TRUE)", "g_assert_true (1)" };
  size_t at;

  if (is_code (source->path) && (at = find_word (source->code, 0, "goto", false)) != (size_t) -1)
    finding (source, at, "goto", "use g_autoptr and return");
  if (!starts (source->path, "tests/") || (!is_code (source->path) && !ends (source->path, ".py")))
    return;
  for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
    if ((at = find_word (source->code, 0, waits[i], false)) != (size_t) -1)
      finding (source, at, "wait", "a test neither sleeps nor skips: wait for the event, leave a case out by not adding it (%s)", waits[i]);
  for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
    if ((at = find_word (source->code, 0, empty[i], false)) != (size_t) -1)
      finding (source, at, "empty", "an assertion that cannot fail");
}

static bool
is_sql (const char *text)
{
  static const char *const verbs[] = { "SELECT ", "INSERT INTO ", "INSERT OR ", "REPLACE INTO ", "UPDATE ", "DELETE FROM ", "CREATE TABLE ", "CREATE INDEX ",
                                       "CREATE TRIGGER ", "CREATE UNIQUE ", "CREATE VIEW ", "ALTER TABLE ", "DROP ", "PRAGMA ", "ATTACH ", "WITH RECURSIVE " };

  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
    if (starts (text, verbs[i]))
      return true;
  return false;
}

/* The name of the function in whose arguments `at` stands; empty when it stands in none. */
static void
find_call (const char *code, size_t at, char name[64])
{
  size_t depth = 1, end;

  name[0] = '\0';
  while (at > 0 && depth > 0 && strchr (";{}", code[at - 1]) == NULL) {
    at--;
    depth += code[at] == ')';
    depth -= code[at] == '(';
  }
  if (depth > 0)
    return;
  while (at > 0 && isspace ((unsigned char) code[at - 1]))
    at--;
  end = at;
  while (at > 0 && (isalnum ((unsigned char) code[at - 1]) || code[at - 1] == '_'))
    at--;
  snprintf (name, 64, "%.*s", (int) (end - at), code + at);
}

static void
check_sql (const Source *source, const Literal *literal)
{
  static const char *const builders[] = { "printf", "g_string_", "g_strconcat", "g_strjoin", "strcat", "strcpy", "mprintf" };
  char call[64];
  bool built = strstr (literal->text, "%s") != NULL || strstr (literal->text, "%d") != NULL;

  if (starts (literal->text, "PRAGMA ") && strstr (literal->text, "%s") == NULL && starts (source->path, "db/"))
    return; /* takes no parameters: an integer may be printed into it */

  if (!starts (source->path, "db/")) {
    finding (source, literal->at, "sql", "SQL lives in db");
    return;
  }
  find_call (source->code, literal->at, call);
  for (size_t i = 0; i < sizeof builders / sizeof *builders; i++)
    built = built || strstr (call, builders[i]) != NULL;
  if (built)
    finding (source, literal->at, "assembled", "a statement is a constant with $n parameters, never put together");
}

/* A message that is shown is Chinese; English is a translation. What has no letters needs none. */
static void
check_message (const Source *source, const Literal *literal)
{
  static const char *const marks[] = { "_", "N_", "Q_", "C_", "NC_", "ngettext", "g_dngettext" };
  bool marked = false, letters = false;
  char call[64];

  find_call (source->code, literal->at, call);
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    marked = marked || strcmp (call, marks[i]) == 0;
  for (const char *p = literal->text; *p != '\0'; p++) {
    /* the first byte of a CJK character in UTF-8, or of a full-width sign */
    if (((unsigned char) *p >= 0xe3 && (unsigned char) *p <= 0xe9) || ((unsigned char) p[0] == 0xef && (unsigned char) p[1] == 0xbc))
      return;
    if (*p == '%') { /* a conversion is no word */
      p += strspn (p + 1, "0123456789.-+ #lhzjt'");
      p += p[1] != '\0';
    } else if (*p == '\\' && p[1] != '\0')
      p++;
    else
      letters = letters || isalpha ((unsigned char) *p);
  }
  if (marked && letters && !starts (call, "C_") && !starts (call, "NC_"))
    finding (source, literal->at, "message", "messages are written in Chinese: \"%.40s\"", literal->text);
}

/* A Chinese character or sign; the wide space alone is none. */
static bool
has_chinese (const char *text)
{
  for (const unsigned char *p = (const unsigned char *) text; *p != '\0'; p++)
    if ((*p >= 0xe3 && *p <= 0xe9 && !(p[0] == 0xe3 && p[1] == 0x80 && p[2] == 0x80)) || (p[0] == 0xef && p[1] == 0xbc))
      return true;
  return false;
}

/* What the window says is a message, signs between words too; what it writes into a document or seeks in one is marked as Chinese. */
static void
check_translated (const Source *source, const Literal *literal)
{
  static const char *const marks[] = { "_", "N_", "C_", "NC_", "ngettext", "g_dngettext", "FZ_IN_CHINESE" };
  char call[64];

  find_call (source->code, literal->at, call);
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (strcmp (call, marks[i]) == 0)
      return;
  if (has_chinese (literal->text) && !starts (call, "g_regex_") && strcmp (literal->text, "中文") != 0)
    finding (source, literal->at, "untranslated", "the window says it in Chinese whatever its language: \"%.40s\"", literal->text);
}

void
check_source (const Source *source)
{
  size_t lines = 0;

  for (size_t i = 0; i < source->n; i++)
    lines += source->text[i] == '\n';
  check_words (source);
  check_flow (source);
  if (starts (source->path, "app/verify/"))
    verify_lines += lines;
  if (!is_code (source->path))
    return;
  check_name (source);
  check_includes (source);
  if (lines > LONG_FILE && is_ours (source->path) && !starts (source->path, "app/verify/"))
    finding (source, source->n, "long", "%zu lines; is there a second noun in it?", lines);
  if (ends (source->path, ".h") && is_ours (source->path) && !starts (source->text, "/*"))
    finding (source, 0, "header", "a header begins with what it is for");
  for (size_t i = 0; i < source->n_literal && is_ours (source->path); i++) {
    check_message (source, &source->literal[i]);
    if (starts (source->path, "ui/"))
      check_translated (source, &source->literal[i]);
    if (is_sql (source->literal[i].text))
      check_sql (source, &source->literal[i]);
  }
}

void
check_sizes (void)
{
  const Source here = { .path = "app/verify" };

  if (verify_lines > VERIFY_LINES)
    finding (&here, 0, "size", "%zu lines; an auditor reads at most %d", verify_lines, VERIFY_LINES);
  verify_lines = 0;
}
