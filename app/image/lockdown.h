/* app/image/lockdown.h: gives away every right this process does not need, before the first byte of the image is read. */
#pragma once

#include <stdbool.h>

/* Limits (5 s of processor, 512 MiB, no file, no core) and the system call filter. false: no filter could be had. */
bool image_lock_down (void);
