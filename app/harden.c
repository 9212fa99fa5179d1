#include "app/harden.h"

#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

void
fz_harden_process (void)
{
  const struct rlimit none = { 0, 0 };

  setrlimit (RLIMIT_CORE, &none);
  prctl (PR_SET_DUMPABLE, 0, 0, 0, 0);
  umask (077);
  /* A cancelled upload hangs over HTTP/2 for the length of the socket's time-out (libsoup 3.2). */
  setenv ("SOUP_FORCE_HTTP1", "1", 1);
}
