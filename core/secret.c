#include "core/secret.h"

#include <sodium.h>
#include <string.h>

struct _FzSecret {
  gsize size;
  guint8 *bytes; /* sodium_malloc: guard pages, locked, wiped by sodium_free */
};

FzSecret *
fz_secret_new (gsize n)
{
  FzSecret *self = g_new0 (FzSecret, 1);

  g_assert (sodium_init () >= 0);
  self->size = n;
  self->bytes = sodium_malloc (n > 0 ? n : 1);
  g_assert (self->bytes != NULL);
  memset (self->bytes, 0, n > 0 ? n : 1);
  return self;
}

FzSecret *
fz_secret_new_from (const void *bytes, gsize n)
{
  FzSecret *self = fz_secret_new (n);

  if (n > 0)
    memcpy (self->bytes, bytes, n);
  return self;
}

FzSecret *
fz_secret_random (gsize n)
{
  FzSecret *self = fz_secret_new (n);

  randombytes_buf (self->bytes, n);
  return self;
}

void
fz_random_bytes (void *out, gsize n)
{
  g_assert (sodium_init () >= 0);
  randombytes_buf (out, n);
}

FzSecret *
fz_secret_copy (const FzSecret *self)
{
  return fz_secret_new_from (self->bytes, self->size);
}

const guint8 *
fz_secret_get (const FzSecret *self)
{
  return self->bytes;
}

guint8 *
fz_secret_get_writable (FzSecret *self)
{
  return self->bytes;
}

gsize
fz_secret_size (const FzSecret *self)
{
  return self->size;
}

gboolean
fz_secret_equal (const FzSecret *a, const FzSecret *b)
{
  return a->size == b->size && sodium_memcmp (a->bytes, b->bytes, a->size) == 0;
}

void
fz_secret_free (FzSecret *self)
{
  if (self == NULL)
    return;
  sodium_free (self->bytes);
  g_free (self);
}

void
fz_secret_wipe (void *bytes, gsize n)
{
  sodium_memzero (bytes, n);
}
