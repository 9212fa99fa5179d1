/* fuzhen-image: decodes one evidence image, coming from outside and not to be trusted, in a process that can do nothing
 * but read standard input and write standard output. `fuzhen-image decode EDGE`, `rewrite EDGE` or `probe`; see wire.h. It
 * knows neither file nor network, and libraries other than libc, libpng, libjpeg and libseccomp are not loaded. */
#include "app/image/lockdown.h"
#include "app/image/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static ImageHeader header = { .magic = IMAGE_MAGIC };
static int only_header, rewrites;

static void
write_all (const void *bytes, size_t n)
{
  const uint8_t *at = bytes;

  while (n > 0) {
    ssize_t written = write (STDOUT_FILENO, at, n);

    if (written <= 0)
      _exit (1); /* nobody listens any more */
    at += written;
    n -= (size_t) written;
  }
}

_Noreturn void
program_end (ImageStatus status)
{
  header.status = status;
  write_all (&header, sizeof header);
  _exit (status == IMAGE_OK ? 0 : 1);
}

void *
program_alloc (size_t n)
{
  void *memory = calloc (1, n > 0 ? n : 1);

  if (memory == NULL)
    program_end (IMAGE_NO_MEMORY);
  return memory;
}

void
program_set_source (ImageKind kind, uint32_t width, uint32_t height, unsigned orientation)
{
  int lying = orientation >= 5 && orientation <= 8;

  header.kind = kind;
  header.source_width = lying ? height : width;
  header.source_height = lying ? width : height;
  if (width == 0 || height == 0)
    program_end (IMAGE_DAMAGED);
  if ((uint64_t) width * height > IMAGE_MAX_PIXELS)
    program_end (IMAGE_TOO_WIDE);
  if (only_header)
    program_end (IMAGE_OK);
}

static void
read_input (Input *input)
{
  uint8_t *bytes = program_alloc (IMAGE_MAX_BYTES + 1);
  ssize_t n = 0;

  while (input->size <= IMAGE_MAX_BYTES
         && (n = read (STDIN_FILENO, bytes + input->size, IMAGE_MAX_BYTES + 1 - input->size)) > 0)
    input->size += (size_t) n;
  if (n < 0)
    program_end (IMAGE_BAD_CALL);
  if (input->size > IMAGE_MAX_BYTES)
    program_end (IMAGE_TOO_LARGE);
  input->bytes = bytes;
}

static ImageKind
sniff (const Input *input)
{
  static const uint8_t jpeg[] = { 0xff, 0xd8, 0xff }, png[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };

  if (input->size >= sizeof jpeg && memcmp (input->bytes, jpeg, sizeof jpeg) == 0)
    return IMAGE_JPEG;
  return input->size >= sizeof png && memcmp (input->bytes, png, sizeof png) == 0 ? IMAGE_PNG : IMAGE_UNKNOWN;
}

static _Noreturn void
rewrite (const Canvas *canvas)
{
  Encoded file = { NULL, 0 };

  if (header.kind == IMAGE_JPEG)
    encode_jpeg (canvas, &file);
  else
    encode_png (canvas, &file);
  if (file.size > IMAGE_MAX_BYTES)
    program_end (IMAGE_TOO_LARGE);
  header.size = (uint32_t) file.size;
  write_all (&header, sizeof header);
  write_all (file.bytes, file.size);
  _exit (0);
}

static _Noreturn void
decode (uint32_t max_edge)
{
  Input input = { NULL, 0, 0 };
  Canvas canvas = { 0 };

  read_input (&input);
  switch (sniff (&input)) {
    case IMAGE_JPEG:
      decode_jpeg (&input, &canvas, max_edge);
      break;
    case IMAGE_PNG:
      decode_png (&input, &canvas, max_edge);
      break;
    case IMAGE_UNKNOWN:
    default:
      program_end (IMAGE_NOT_TAKEN);
  }
  header.width = canvas.width;
  header.height = canvas.height;
  if (rewrites)
    rewrite (&canvas);
  write_all (&header, sizeof header);
  write_all (canvas.pixels, (size_t) canvas.width * canvas.height * 4);
  _exit (0);
}

/* What the tests ask: that the walls are really there. Each of these has to be stopped by one. */

static _Noreturn void
prove_open (void)
{
  _exit (open ("/etc/hostname", O_RDONLY) >= 0 ? 90 : 91);
}

static _Noreturn void
prove_memory (void)
{
  volatile char *much = malloc (600ul * 1024 * 1024);

  if (much == NULL)
    program_end (IMAGE_NO_MEMORY);
  much[0] = 1;
  _exit (92);
}

static _Noreturn void
prove_cpu (void)
{
  for (volatile unsigned i = 0;; i++)
    ;
}

/* 0 when the arguments are not understood. */
static uint32_t
read_edge (int argc, char **argv)
{
  char *end = NULL;
  unsigned long edge = 0;

  if (argc == 2 && strcmp (argv[1], "probe") == 0) {
    only_header = 1;
    return 1;
  }
  rewrites = argc == 3 && strcmp (argv[1], "rewrite") == 0;
  if (argc != 3 || (!rewrites && strcmp (argv[1], "decode") != 0))
    return 0;
  edge = strtoul (argv[2], &end, 10);
  return *argv[2] != '\0' && *end == '\0' && edge <= IMAGE_MAX_EDGE ? (uint32_t) edge : 0;
}

int
main (int argc, char **argv)
{
  const char *word = argc > 1 ? argv[1] : "";
  uint32_t edge = read_edge (argc, argv);

  if (!image_lock_down ())
    program_end (IMAGE_NO_SANDBOX);
  if (strcmp (word, "prove-open") == 0)
    prove_open ();
  if (strcmp (word, "prove-memory") == 0)
    prove_memory ();
  if (strcmp (word, "prove-cpu") == 0)
    prove_cpu ();
  if (strcmp (word, "prove-start") == 0)
    program_end (IMAGE_OK);
  if (edge == 0)
    program_end (IMAGE_BAD_CALL);
  decode (edge);
}
