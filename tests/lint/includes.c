/* Who may include what: the layers, and one home for each technology. */
#include "lint.h"

#include <stdio.h>
#include <string.h>

/* Headers beginning with `header` may be included by files beginning with one of `homes`. */
static const struct {
  const char *header;
  const char *homes[6];
} homes[] = {
  { "core/", { "core/", "db/", "app/", "ui/", "tests/" } },
  { "db/", { "db/", "app/", "tests/" } },
  { "app/", { "app/", "ui/", "tests/" } },
  { "ui/", { "ui/", "app/main.c", "tests/" } },
  { "gtk/", { "ui/", "app/main.c", "tests/" } },
  { "gdk", { "ui/", "tests/" } },
  { "gio/", { "db/", "app/", "ui/", "tests/" } },
  { "glib/gstdio.h", { "db/", "app/", "tests/" } },
  { "fcntl.h", { "db/", "app/", "tests/" } },
  { "unistd.h", { "db/", "app/", "ui/", "tests/" } },
  { "sys/", { "db/", "app/", "ui/", "tests/" } },
  { "stdio.h", { "db/", "app/", "ui/", "tests/" } },
  { "time.h", { "db/", "app/", "ui/", "tests/" } },
  { "dlfcn.h", { "app/signer/pkcs11", "tests/" } },
  { "sodium", { "core/", "db/", "app/verify/", "tests/" } },
  { "cjson/", { "core/json", "tests/" } },
  { "cJSON", { "core/json", "tests/" } },
  { "openssl/", { "app/platform/", "app/signer/", "tests/" } },
  { "p11-kit/", { "app/signer/pkcs11", "tests/" } },
  { "gcrypt", { "tests/" } },
  { "sqlite3", { "db/", "tests/" } },
  { "libsoup/", { "app/", "tests/" } },
  { "cairo", { "app/", "ui/", "tests/" } },
  { "pango", { "app/", "ui/", "tests/" } },
  { "archive", { "app/", "tests/" } },
  { "xlsxwriter", { "app/", "tests/" } },
  { "qrencode", { "app/", "tests/" } },
  { "png", { "app/image/", "tests/" } },
  { "jpeglib", { "app/image/", "tests/" } },
  { "seccomp", { "app/image/", "tests/" } },
};

/* The auditor's program includes nothing of ours and no library but libsodium. */
static bool
verify_may (const char *header)
{
  static const char *const names[] = { "verify.h", "sodium.h", "dirent.h", "errno.h", "fcntl.h", "getopt.h", "pthread.h", "stdarg.h", "stdbool.h",
                                       "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "string.h", "sys/stat.h", "time.h", "unistd.h" };

  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp (names[i], header) == 0)
      return true;
  return false;
}

static void
check_include (const Source *source, size_t at, const char *header, bool quoted)
{
  bool ours = starts (source->path, "core/") || starts (source->path, "db/") || starts (source->path, "app/") || starts (source->path, "ui/");

  if (starts (source->path, "app/verify/")) {
    if (!verify_may (header))
      finding (source, at, "verify", "fuzhen-verify includes libc and sodium.h only, not %s", header);
    return;
  }
  if (quoted && ours && strchr (header, '/') == NULL && !starts (header, "fuzhen-"))
    finding (source, at, "root", "includes are written from the root: %s", header);
  for (size_t i = 0; i < sizeof homes / sizeof *homes; i++) {
    bool allowed = !starts (header, homes[i].header);

    for (size_t k = 0; k < 6 && homes[i].homes[k] != NULL; k++)
      allowed = allowed || starts (source->path, homes[i].homes[k]);
    if (!allowed)
      finding (source, at, "layer", "%s does not belong here", header);
  }
}

void
check_includes (const Source *source)
{
  for (size_t at = 0; (at = find_word (source->code, at, "#include", false)) != (size_t) -1; at++) {
    char header[256] = "";
    char open = '\0';

    if (sscanf (source->code + at, "#include %c%255[^\">\n]", &open, header) == 2 && (open == '"' || open == '<'))
      check_include (source, at, header, open == '"');
  }
}
