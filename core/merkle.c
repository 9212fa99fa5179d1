#include "core/merkle.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <sodium.h>
#include <string.h>

/* Leaves and nodes are hashed with different first bytes, so that neither can be passed off as the other. */
#define LEAF_PREFIX 0x00
#define NODE_PREFIX 0x01

FzHash
fz_merkle_leaf (const void *entry, gsize n)
{
  static const guint8 prefix = LEAF_PREFIX;
  crypto_hash_sha256_state state;
  FzHash hash;

  crypto_hash_sha256_init (&state);
  crypto_hash_sha256_update (&state, &prefix, 1);
  crypto_hash_sha256_update (&state, entry, n);
  crypto_hash_sha256_final (&state, hash.bytes);
  return hash;
}

FzHash
fz_merkle_node (const FzHash *left, const FzHash *right)
{
  guint8 both[1 + 2 * FZ_HASH_BYTES] = { NODE_PREFIX };
  FzHash hash;

  memcpy (both + 1, left->bytes, FZ_HASH_BYTES);
  memcpy (both + 1 + FZ_HASH_BYTES, right->bytes, FZ_HASH_BYTES);
  crypto_hash_sha256 (hash.bytes, both, sizeof both);
  return hash;
}

FzHash
fz_merkle_empty (void)
{
  FzHash hash;

  crypto_hash_sha256 (hash.bytes, NULL, 0);
  return hash;
}

static gboolean
hash_equal (const FzHash *a, const FzHash *b)
{
  return memcmp (a->bytes, b->bytes, FZ_HASH_BYTES) == 0;
}

/* Levels 0 to 62 hold fewer than 2^63 leaves; a larger number can only be a damaged one. */
static gboolean
check_size (guint64 size, GError **error)
{
  if (size >> FZ_MERKLE_MAX_LEVELS == 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("审计日志的条数 %" PRIu64 " 超出范围"), size);
  return FALSE;
}

void
fz_frontier_init (FzFrontier *self)
{
  memset (self, 0, sizeof *self);
}

guint
fz_frontier_append (FzFrontier *self, const FzHash *leaf, FzHash completed[FZ_MERKLE_MAX_LEVELS])
{
  FzHash node = *leaf;
  guint n = 0;

  g_assert (self->size < (G_GUINT64_CONSTANT (1) << (FZ_MERKLE_MAX_LEVELS - 1)));
  /* Adding one carries through the trailing one bits of the size; each carry completes a node. */
  for (guint64 size = self->size; (size & 1) != 0; size >>= 1)
    {
      node = fz_merkle_node (&self->peak[--self->count], &node);
      completed[n++] = node;
    }
  self->peak[self->count++] = node;
  self->size++;
  return n;
}

FzHash
fz_frontier_root (const FzFrontier *self)
{
  FzHash root;

  if (self->count == 0)
    return fz_merkle_empty ();
  root = self->peak[self->count - 1];
  for (guint i = self->count - 1; i > 0; i--)
    root = fz_merkle_node (&self->peak[i - 1], &root);
  return root;
}

gboolean
fz_frontier_load (FzFrontier *self, guint64 size, FzNodeReader reader, gpointer data, GError **error)
{
  guint64 start = 0;

  fz_frontier_init (self);
  if (!check_size (size, error))
    return FALSE;
  for (guint level = FZ_MERKLE_MAX_LEVELS; level-- > 0;)
    {
      guint64 width = G_GUINT64_CONSTANT (1) << level;

      if ((size & width) == 0)
        continue;
      if (!reader (level, start >> level, &self->peak[self->count], data, error))
        return FALSE;
      self->count++;
      start += width;
    }
  self->size = size;
  return TRUE;
}

/* The hash of leaves [start, start + n), start being a multiple of the power of two next to n: MTH of RFC 6962 2.1. */
static gboolean
range_root (guint64 start, guint64 n, FzNodeReader reader, gpointer data, FzHash *out, GError **error)
{
  FzFrontier peaks;
  guint64 at = start;

  fz_frontier_init (&peaks);
  for (guint level = FZ_MERKLE_MAX_LEVELS; level-- > 0;)
    {
      guint64 width = G_GUINT64_CONSTANT (1) << level;

      if ((n & width) == 0)
        continue;
      if (!reader (level, at >> level, &peaks.peak[peaks.count], data, error))
        return FALSE;
      peaks.count++;
      at += width;
    }
  *out = fz_frontier_root (&peaks);
  return TRUE;
}

static gboolean
add_range (GArray *proof, guint64 start, guint64 n, FzNodeReader reader, gpointer data, GError **error)
{
  FzHash hash;

  if (!range_root (start, n, reader, data, &hash, error))
    return FALSE;
  g_array_append_val (proof, hash);
  return TRUE;
}

/* The largest power of two smaller than n > 1. */
static guint64
split_point (guint64 n)
{
  guint64 k = 1;

  while (k < n - k)
    k <<= 1;
  return k;
}

/* PATH(m, D[start:start+n]) of RFC 6962 2.1.1: deepest sibling first. */
static gboolean
inclusion_path (GArray *proof, guint64 m, guint64 start, guint64 n, FzNodeReader reader, gpointer data, GError **error)
{
  guint64 k;

  if (n == 1)
    return TRUE;
  k = split_point (n);
  if (m < k)
    return inclusion_path (proof, m, start, k, reader, data, error) && add_range (proof, start + k, n - k, reader, data, error);
  return inclusion_path (proof, m - k, start + k, n - k, reader, data, error) && add_range (proof, start, k, reader, data, error);
}

/* SUBPROOF(m, D[start:start+n], whole) of RFC 6962 2.1.2; `whole` while the old tree is this very subtree. */
static gboolean
consistency_path (GArray *proof, guint64 m, guint64 start, guint64 n, gboolean whole, FzNodeReader reader, gpointer data, GError **error)
{
  guint64 k;

  if (m == n)
    return whole || add_range (proof, start, n, reader, data, error);
  k = split_point (n);
  if (m <= k)
    return consistency_path (proof, m, start, k, whole, reader, data, error)
           && add_range (proof, start + k, n - k, reader, data, error);
  return consistency_path (proof, m - k, start + k, n - k, FALSE, reader, data, error)
         && add_range (proof, start, k, reader, data, error);
}

GArray *
fz_merkle_prove_inclusion (guint64 index, guint64 size, FzNodeReader reader, gpointer data, GError **error)
{
  g_autoptr (GArray) proof = g_array_new (FALSE, FALSE, sizeof (FzHash));

  if (!check_size (size, error))
    return NULL;
  if (index >= size)
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID,
                   _("审计日志只有 %" PRIu64 " 条，没有第 %" PRIu64 " 条"), size, index);
      return NULL;
    }
  return inclusion_path (proof, index, 0, size, reader, data, error) ? g_steal_pointer (&proof) : NULL;
}

GArray *
fz_merkle_prove_consistency (guint64 old_size, guint64 size, FzNodeReader reader, gpointer data, GError **error)
{
  g_autoptr (GArray) proof = g_array_new (FALSE, FALSE, sizeof (FzHash));

  if (!check_size (size, error))
    return NULL;
  if (old_size > size)
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID,
                   _("审计日志只有 %" PRIu64 " 条，少于要对照的 %" PRIu64 " 条"), size, old_size);
      return NULL;
    }
  /* Every log begins with the empty one: nothing to prove. */
  if (old_size == 0 || consistency_path (proof, old_size, 0, size, TRUE, reader, data, error))
    return g_steal_pointer (&proof);
  return NULL;
}

typedef struct {
  const guint64 *numbers;
  guint n, at; /* numbers before `at` are done */
  guint64 since;
  GArray *proof;
} Slice;

static gboolean
slice_path (Slice *self, guint64 start, guint64 n, FzNodeReader reader, gpointer data, GError **error)
{
  gboolean seen = self->at < self->n && self->numbers[self->at] < start + n, left;
  guint64 k;

  if (seen && n == 1)
    {
      self->at++;
      return TRUE;
    }
  if (!seen && (self->since <= start || self->since >= start + n))
    return add_range (self->proof, start, n, reader, data, error);
  k = split_point (n);
  left = (seen && self->numbers[self->at] < start + k) || (self->since > start && self->since < start + k);
  return (!left || slice_path (self, start, k, reader, data, error)) && slice_path (self, start + k, n - k, reader, data, error)
         && (left || slice_path (self, start, k, reader, data, error));
}

GArray *
fz_merkle_prove_slice (const guint64 *numbers, guint n, guint64 since, guint64 size, FzNodeReader reader, gpointer data, GError **error)
{
  g_autoptr (GArray) proof = g_array_new (FALSE, FALSE, sizeof (FzHash));
  Slice slice = { numbers, n, 0, since, proof };
  guint64 least = 0;

  for (guint i = 0; i < n; least = numbers[i++] + 1)
    if (numbers[i] < least || numbers[i] >= size)
      {
        g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID,
                     _("审计日志只有 %" PRIu64 " 条，没有第 %" PRIu64 " 条"), size, numbers[i]);
        return NULL;
      }
  if (since > size)
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID,
                   _("审计日志只有 %" PRIu64 " 条，少于要对照的 %" PRIu64 " 条"), size, since);
      return NULL;
    }
  if (!check_size (size, error) || (size > 0 && !slice_path (&slice, 0, size, reader, data, error)))
    return NULL;
  return g_steal_pointer (&proof);
}

/* RFC 9162 2.1.3.2. */
gboolean
fz_merkle_check_inclusion (guint64 index, guint64 size, const FzHash *leaf, const FzHash *root, const FzHash *proof, guint n_proof)
{
  guint64 fn = index, sn = size - 1;
  FzHash r = *leaf;

  if (index >= size)
    return FALSE;
  for (guint i = 0; i < n_proof; i++)
    {
      if (sn == 0)
        return FALSE;
      if ((fn & 1) != 0 || fn == sn)
        {
          r = fz_merkle_node (&proof[i], &r);
          for (; (fn & 1) == 0 && fn != 0; fn >>= 1)
            sn >>= 1;
        }
      else
        r = fz_merkle_node (&r, &proof[i]);
      fn >>= 1;
      sn >>= 1;
    }
  return sn == 0 && hash_equal (&r, root);
}

/* RFC 9162 2.1.4.2 for 0 < old < size; `first` is where both roots start from. */
static gboolean
check_path (guint64 fn, guint64 sn, const FzHash *first, const FzHash *old_root, const FzHash *root, const FzHash *proof, guint n_proof)
{
  FzHash fr = *first, sr = *first;

  for (guint i = 0; i < n_proof; i++)
    {
      if (sn == 0)
        return FALSE;
      if ((fn & 1) != 0 || fn == sn)
        {
          fr = fz_merkle_node (&proof[i], &fr);
          sr = fz_merkle_node (&proof[i], &sr);
          for (; (fn & 1) == 0 && fn != 0; fn >>= 1)
            sn >>= 1;
        }
      else
        sr = fz_merkle_node (&sr, &proof[i]);
      fn >>= 1;
      sn >>= 1;
    }
  return sn == 0 && hash_equal (&fr, old_root) && hash_equal (&sr, root);
}

gboolean
fz_merkle_check_consistency (guint64 old_size, guint64 size, const FzHash *old_root, const FzHash *root, const FzHash *proof, guint n_proof)
{
  guint64 fn = old_size - 1, sn = size - 1;
  FzHash empty = fz_merkle_empty ();

  if (old_size > size)
    return FALSE;
  if (old_size == size)
    return n_proof == 0 && hash_equal (old_root, root) && (size > 0 || hash_equal (root, &empty));
  if (old_size == 0)
    return n_proof == 0 && hash_equal (old_root, &empty);
  for (; (fn & 1) != 0; fn >>= 1)
    sn >>= 1;
  if (fn == 0) /* the old tree is complete: its root is the first step, and the proof leaves it out */
    return check_path (fn, sn, old_root, old_root, root, proof, n_proof);
  return n_proof > 0 && check_path (fn, sn, &proof[0], old_root, root, proof + 1, n_proof - 1);
}
