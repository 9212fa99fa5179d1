#include "app/image/lockdown.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined __SANITIZE_ADDRESS__
#define HAS_ASAN 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#ifndef HAS_ASAN
#define HAS_ASAN 0
#endif

#define CPU_S 5
#define MEMORY_BYTES (512ul * 1024 * 1024)

static bool
set_limit (__rlimit_resource_t what, rlim_t value)
{
  struct rlimit limit = { 0, 0 };

  if (getrlimit (what, &limit) != 0)
    return false;
  if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > value)
    limit.rlim_max = value; /* never upwards: that would need a right */
  limit.rlim_cur = limit.rlim_max;
  return setrlimit (what, &limit) == 0;
}

static bool
set_limits (void)
{
  /* Address sanitizer reserves terabytes of address space: only the release build can have the memory limit. */
  return set_limit (RLIMIT_CPU, CPU_S) && set_limit (RLIMIT_FSIZE, 0) && set_limit (RLIMIT_CORE, 0)
         && set_limit (RLIMIT_NPROC, 0) && set_limit (RLIMIT_NOFILE, 0)
         && (HAS_ASAN || set_limit (RLIMIT_AS, MEMORY_BYTES)) && prctl (PR_SET_DUMPABLE, 0) == 0;
}

/* Memory that can be run is never asked for. */
static bool
allow_memory (scmp_filter_ctx filter)
{
  static const int plain[] = { SCMP_SYS (munmap), SCMP_SYS (mremap), SCMP_SYS (brk), SCMP_SYS (madvise) };
  bool good = true;

  for (unsigned i = 0; i < sizeof plain / sizeof plain[0]; i++)
    good = good && seccomp_rule_add (filter, SCMP_ACT_ALLOW, plain[i], 0) == 0;
  good =
      good
      && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mmap), 1, SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
  return good
         && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mprotect), 1,
                              SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0))
                == 0;
}

static bool
allow_rest (scmp_filter_ctx filter)
{
  /* getrandom: the allocator's; futex and sched_yield: its locks; sigaltstack: a sanitizer's last act. */
  static const int plain[] = { SCMP_SYS (exit),  SCMP_SYS (exit_group),  SCMP_SYS (rt_sigreturn), SCMP_SYS (getrandom),
                               SCMP_SYS (futex), SCMP_SYS (sched_yield), SCMP_SYS (sigaltstack) };
  bool good = true;

  for (unsigned i = 0; i < sizeof plain / sizeof plain[0]; i++)
    good = good && seccomp_rule_add (filter, SCMP_ACT_ALLOW, plain[i], 0) == 0;
  good =
      good && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (read), 1, SCMP_A0 (SCMP_CMP_EQ, STDIN_FILENO)) == 0;
  return good
         && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (write), 1, SCMP_A0 (SCMP_CMP_LE, STDERR_FILENO)) == 0;
}

bool
image_lock_down (void)
{
  scmp_filter_ctx filter = set_limits () ? seccomp_init (SCMP_ACT_KILL_PROCESS) : NULL;
  bool good = filter != NULL && allow_memory (filter) && allow_rest (filter) && seccomp_load (filter) == 0;

  if (filter != NULL)
    seccomp_release (filter);
  return good;
}
