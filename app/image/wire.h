/* app/image/wire.h: what passes between the client and the image program. The client hands the file over as standard input
 * and reads one header and then the pixels, or a file of the same kind, from standard output. Nothing else passes: no name, no path, no text. */
#pragma once

#include <stdint.h>

#define IMAGE_MAX_BYTES (20u * 1024 * 1024)
#define IMAGE_MAX_PIXELS 40000000u
#define IMAGE_MAX_EDGE 4096u
#define IMAGE_MAGIC 0x315a4649u /* "IFZ1" */

typedef enum {
  IMAGE_OK,
  IMAGE_NOT_TAKEN,  /* neither JPEG nor PNG by its first bytes */
  IMAGE_TOO_LARGE,  /* more than IMAGE_MAX_BYTES */
  IMAGE_TOO_WIDE,   /* more than IMAGE_MAX_PIXELS; the header tells width and height */
  IMAGE_DAMAGED,    /* ends too early or is not what its header says */
  IMAGE_NO_MEMORY,  /* asks for more than it may have */
  IMAGE_NO_SANDBOX, /* the kernel gives no seccomp filter: nothing was read */
  IMAGE_BAD_CALL    /* wrong arguments: our own fault */
} ImageStatus;

typedef enum { IMAGE_UNKNOWN, IMAGE_JPEG, IMAGE_PNG } ImageKind;

/* Host byte order: both ends are one machine. */
typedef struct {
  uint32_t magic, status, kind;
  uint32_t source_width, source_height; /* upright, that is after the camera's orientation mark */
  uint32_t width, height;               /* of the pixels that follow, rows without gap, R G B A bytes, alpha not multiplied; 0: none */
  uint32_t size;                        /* in bytes, of the file that follows instead of the pixels; 0: pixels */
} ImageHeader;
