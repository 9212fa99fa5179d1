/* app/harden.h: what a process that holds secrets does before anything else (进程加固). */
#pragma once

/* No core dump, not to be attached to, HTTP/1 for libsoup, files private by default. */
void fz_harden_process (void);
