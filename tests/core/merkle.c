/* The Merkle tree: known vectors of Certificate Transparency, and every size up to 130 against the definitions of RFC 6962
 * written out; checkpoints. */
#include "core/merkle.h"

#include <sodium.h>
#include <string.h>

#define N 130
#define MAX_LEVELS 9

/* A log as the store keeps it: by level, each complete node once, filled from what append says it completed. */
typedef struct {
  FzHash leaf[N];
  FzHash root[N + 1]; /* by the frontier */
  FzHash node[MAX_LEVELS][N];
  guint64 have[MAX_LEVELS];
} Log;

static Log the_log;

static void
log_fill (Log *self)
{
  FzFrontier frontier;

  fz_frontier_init (&frontier);
  self->root[0] = fz_frontier_root (&frontier);
  for (guint i = 0; i < N; i++)
    {
      guint8 entry[2] = { (guint8) i, (guint8) (i >> 8) };
      FzHash completed[FZ_MERKLE_MAX_LEVELS];
      guint n;

      self->leaf[i] = fz_merkle_leaf (entry, i % 3);
      n = fz_frontier_append (&frontier, &self->leaf[i], completed);
      self->node[0][self->have[0]++] = self->leaf[i];
      for (guint k = 0; k < n; k++)
        self->node[k + 1][self->have[k + 1]++] = completed[k];
      self->root[i + 1] = fz_frontier_root (&frontier);
      g_assert_cmpuint (frontier.size, ==, i + 1);
    }
}

static gboolean
read_node (guint level, guint64 index, FzHash *out, gpointer data, GError **error)
{
  const Log *self = data;

  if (level >= MAX_LEVELS || index >= self->have[level])
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, "level %u index %" G_GUINT64_FORMAT, level, index);
      return FALSE;
    }
  *out = self->node[level][index];
  return TRUE;
}

static guint
split (guint n)
{
  guint k = 1;

  while (k * 2 < n)
    k *= 2;
  return k;
}

/* MTH of RFC 6962 2.1. */
static FzHash
mth (const FzHash *leaves, guint n)
{
  FzHash left, right;

  if (n == 0)
    return fz_merkle_empty ();
  if (n == 1)
    return leaves[0];
  left = mth (leaves, split (n));
  right = mth (leaves + split (n), n - split (n));
  return fz_merkle_node (&left, &right);
}

static void
assert_hash (const FzHash *hash, const char *hex)
{
  char text[2 * FZ_HASH_BYTES + 1];

  g_assert_cmpstr (sodium_bin2hex (text, sizeof text, hash->bytes, FZ_HASH_BYTES), ==, hex);
}

static void
assert_same (const FzHash *a, const FzHash *b)
{
  g_assert_cmpmem (a->bytes, FZ_HASH_BYTES, b->bytes, FZ_HASH_BYTES);
}

static const struct {
  const char *bytes;
  gsize n;
  const char *root;
} ct[] = {
  { "", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
  { "\0", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
  { "\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
  { "\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
  { "\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
  { "\x40\x41\x42\x43", 4, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef" },
  { "\x50\x51\x52\x53\x54\x55\x56\x57", 8, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c" },
  { "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
};

static void
test_known_vectors (void)
{
  static const char *const path_0_of_8[] = { "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                                             "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                                             "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4" };
  static const char *const from_6_to_8[] = { "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                                             "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                                             "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" };
  g_autofree Log *self = g_new0 (Log, 1);
  g_autoptr (GArray) inclusion = NULL, consistency = NULL;
  FzFrontier frontier;
  FzHash root = fz_merkle_empty ();

  assert_hash (&root, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  fz_frontier_init (&frontier);
  for (guint i = 0; i < G_N_ELEMENTS (ct); i++)
    {
      FzHash completed[FZ_MERKLE_MAX_LEVELS], leaf = fz_merkle_leaf (ct[i].bytes, ct[i].n);
      guint n = fz_frontier_append (&frontier, &leaf, completed);

      self->node[0][self->have[0]++] = leaf;
      for (guint k = 0; k < n; k++)
        self->node[k + 1][self->have[k + 1]++] = completed[k];
      root = fz_frontier_root (&frontier);
      assert_hash (&root, ct[i].root);
    }
  inclusion = fz_merkle_prove_inclusion (0, 8, read_node, self, NULL);
  consistency = fz_merkle_prove_consistency (6, 8, read_node, self, NULL);
  g_assert_cmpuint (inclusion->len, ==, 3);
  g_assert_cmpuint (consistency->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      assert_hash (&g_array_index (inclusion, FzHash, i), path_0_of_8[i]);
      assert_hash (&g_array_index (consistency, FzHash, i), from_6_to_8[i]);
    }
}

static void
test_roots (void)
{
  for (guint n = 0; n <= N; n++)
    {
      FzFrontier frontier;
      FzHash expected = mth (the_log.leaf, n), loaded;
      g_autoptr (GError) error = NULL;

      assert_same (&the_log.root[n], &expected);
      g_assert_true (fz_frontier_load (&frontier, n, read_node, &the_log, &error));
      g_assert_no_error (error);
      loaded = fz_frontier_root (&frontier);
      assert_same (&loaded, &expected);
    }
}

/* A loaded frontier goes on as the one that never stopped. */
static void
test_load_and_append (void)
{
  for (guint n = 0; n < N; n++)
    {
      FzFrontier frontier;
      FzHash completed[FZ_MERKLE_MAX_LEVELS], root;

      g_assert_true (fz_frontier_load (&frontier, n, read_node, &the_log, NULL));
      fz_frontier_append (&frontier, &the_log.leaf[n], completed);
      root = fz_frontier_root (&frontier);
      assert_same (&root, &the_log.root[n + 1]);
    }
}

/* PATH of RFC 6962 2.1.1. */
static void
path (GArray *out, guint m, const FzHash *leaves, guint n)
{
  FzHash sibling;
  guint k;

  if (n == 1)
    return;
  k = split (n);
  path (out, m < k ? m : m - k, m < k ? leaves : leaves + k, m < k ? k : n - k);
  sibling = m < k ? mth (leaves + k, n - k) : mth (leaves, k);
  g_array_append_val (out, sibling);
}

/* Every single bit of a proof's ends, a hash more or less, another index or size: all refused. */
static void
assert_inclusion_tight (guint m, guint n, GArray *proof)
{
  FzHash *hashes = (FzHash *) (void *) proof->data;
  guint len = proof->len;

  for (guint i = 0; i < len; i++)
    {
      hashes[i].bytes[i % FZ_HASH_BYTES] ^= 1;
      g_assert_false (fz_merkle_check_inclusion (m, n, &the_log.leaf[m], &the_log.root[n], hashes, len));
      hashes[i].bytes[i % FZ_HASH_BYTES] ^= 1;
    }
  if (len > 0)
    g_assert_false (fz_merkle_check_inclusion (m, n, &the_log.leaf[m], &the_log.root[n], hashes, len - 1));
  g_array_append_val (proof, the_log.root[0]);
  g_assert_false (fz_merkle_check_inclusion (m, n, &the_log.leaf[m], &the_log.root[n], (FzHash *) (void *) proof->data, len + 1));
  g_array_set_size (proof, len);
  hashes = (FzHash *) (void *) proof->data;
  if (m + 1 < n)
    g_assert_false (fz_merkle_check_inclusion (m + 1, n, &the_log.leaf[m], &the_log.root[n], hashes, len));
  g_assert_false (fz_merkle_check_inclusion (m, n, &the_log.leaf[m], &the_log.root[n - 1], hashes, len));
  g_assert_false (fz_merkle_check_inclusion (n, n, &the_log.leaf[m], &the_log.root[n], hashes, len));
}

static void
test_inclusion (void)
{
  for (guint n = 1; n <= N; n++)
    for (guint m = 0; m < n; m++)
      {
        g_autoptr (GArray) expected = g_array_new (FALSE, FALSE, sizeof (FzHash));
        g_autoptr (GError) error = NULL;
        g_autoptr (GArray) proof = fz_merkle_prove_inclusion (m, n, read_node, &the_log, &error);

        g_assert_no_error (error);
        path (expected, m, the_log.leaf, n);
        g_assert_cmpmem (proof->data, proof->len * sizeof (FzHash), expected->data, expected->len * sizeof (FzHash));
        g_assert_true (fz_merkle_check_inclusion (m, n, &the_log.leaf[m], &the_log.root[n], (FzHash *) (void *) proof->data, proof->len));
        assert_inclusion_tight (m, n, proof);
      }
}

/* SUBPROOF of RFC 6962 2.1.2. */
static void
subproof (GArray *out, guint m, const FzHash *leaves, guint n, gboolean whole)
{
  FzHash hash;
  guint k;

  if (m == n)
    {
      hash = mth (leaves, n);
      if (!whole)
        g_array_append_val (out, hash);
      return;
    }
  k = split (n);
  subproof (out, m <= k ? m : m - k, m <= k ? leaves : leaves + k, m <= k ? k : n - k, m <= k && whole);
  hash = m <= k ? mth (leaves + k, n - k) : mth (leaves, k);
  g_array_append_val (out, hash);
}

static gboolean
consistent (guint m, guint n, const FzHash *old_root, const GArray *proof, guint len)
{
  return fz_merkle_check_consistency (m, n, old_root, &the_log.root[n], (const FzHash *) (const void *) proof->data, len);
}

static void
assert_consistency_tight (guint m, guint n, GArray *proof)
{
  FzHash *hashes = (FzHash *) (void *) proof->data, forged = the_log.root[m];

  for (guint i = 0; i < proof->len; i++)
    {
      hashes[i].bytes[i % FZ_HASH_BYTES] ^= 0x80;
      g_assert_false (consistent (m, n, &the_log.root[m], proof, proof->len));
      hashes[i].bytes[i % FZ_HASH_BYTES] ^= 0x80;
    }
  forged.bytes[5] ^= 1;
  g_assert_false (consistent (m, n, &forged, proof, proof->len));
  if (proof->len > 0)
    g_assert_false (consistent (m, n, &the_log.root[m], proof, proof->len - 1));
  if (m > 0 && m < n)
    g_assert_false (fz_merkle_check_consistency (n, m, &the_log.root[n], &the_log.root[m], hashes, proof->len));
}

static void
test_consistency (void)
{
  for (guint n = 0; n <= N; n++)
    for (guint m = 0; m <= n; m++)
      {
        g_autoptr (GArray) expected = g_array_new (FALSE, FALSE, sizeof (FzHash));
        g_autoptr (GError) error = NULL;
        g_autoptr (GArray) proof = fz_merkle_prove_consistency (m, n, read_node, &the_log, &error);

        g_assert_no_error (error);
        if (m > 0)
          subproof (expected, m, the_log.leaf, n, TRUE);
        g_assert_cmpmem (proof->data, proof->len * sizeof (FzHash), expected->data, expected->len * sizeof (FzHash));
        g_assert_true (consistent (m, n, &the_log.root[m], proof, proof->len));
        assert_consistency_tight (m, n, proof);
      }
}

/* A proof that ends below the claimed size's root is no proof, even when its last hash is the root that was handed over. */
static void
test_claimed_size (void)
{
  for (guint k = 1; 2 * k <= N; k *= 2)
    {
      g_autoptr (GArray) inclusion = fz_merkle_prove_inclusion (0, k, read_node, &the_log, NULL);
      g_autoptr (GArray) consistency = fz_merkle_prove_consistency (1, k, read_node, &the_log, NULL);

      g_assert_false (fz_merkle_check_inclusion (0, 2 * k, &the_log.leaf[0], &the_log.root[k], (FzHash *) (void *) inclusion->data, inclusion->len));
      g_assert_false (fz_merkle_check_consistency (1, 2 * k, &the_log.root[1], &the_log.root[k], (FzHash *) (void *) consistency->data, consistency->len));
    }
}

/* What fuzhen-verify makes of slices stands in tests/verify; here, that one of one entry is its inclusion proof, that one of all needs no hash,
 * and that what is no slice is refused. */
static void
test_slices (void)
{
  static const guint64 falling[] = { 3, 2 }, twice[] = { 2, 2 }, beyond[] = { 2, 7 };
  guint64 all[N];

  for (guint64 i = 0; i < N; i++)
    all[i] = i;
  for (guint64 n = 1; n <= N; n += 3)
    {
      g_autoptr (GArray) whole = fz_merkle_prove_slice (all, (guint) n, n / 2, n, read_node, &the_log, NULL);
      g_autoptr (GArray) none = fz_merkle_prove_slice (all, 0, 0, n, read_node, &the_log, NULL);

      g_assert_cmpuint (whole->len, ==, 0);
      g_assert_cmpuint (none->len, ==, 1);
      g_assert_cmpmem (none->data, sizeof (FzHash), &the_log.root[n], sizeof (FzHash));
      for (guint64 m = 0; m < n; m++)
        {
          g_autoptr (GArray) slice = fz_merkle_prove_slice (&m, 1, 0, n, read_node, &the_log, NULL);
          g_autoptr (GArray) one = fz_merkle_prove_inclusion (m, n, read_node, &the_log, NULL);

          g_assert_cmpmem (slice->data, slice->len * sizeof (FzHash), one->data, one->len * sizeof (FzHash));
        }
    }
  g_assert_null (fz_merkle_prove_slice (falling, 2, 0, 7, read_node, &the_log, NULL));
  g_assert_null (fz_merkle_prove_slice (twice, 2, 0, 7, read_node, &the_log, NULL));
  g_assert_null (fz_merkle_prove_slice (beyond, 2, 0, 7, read_node, &the_log, NULL));
  g_assert_null (fz_merkle_prove_slice (all, 2, 8, 7, read_node, &the_log, NULL));
}

static void
test_refusals (void)
{
  g_autoptr (GError) index_error = NULL, size_error = NULL, huge_error = NULL, read_error = NULL;
  FzFrontier frontier;

  g_assert_null (fz_merkle_prove_inclusion (7, 7, read_node, &the_log, &index_error));
  g_assert_error (index_error, FZ_ERROR, FZ_ERROR_INVALID);
  g_assert_null (fz_merkle_prove_consistency (8, 7, read_node, &the_log, &size_error));
  g_assert_error (size_error, FZ_ERROR, FZ_ERROR_INVALID);
  g_assert_false (fz_frontier_load (&frontier, G_MAXUINT64, read_node, &the_log, &huge_error));
  g_assert_error (huge_error, FZ_ERROR, FZ_ERROR_INVALID);
  /* What the reader says is handed on. */
  g_assert_null (fz_merkle_prove_inclusion (3, 1000, read_node, &the_log, &read_error));
  g_assert_error (read_error, FZ_ERROR, FZ_ERROR_NOT_FOUND);
  g_assert_false (fz_merkle_check_inclusion (0, 0, &the_log.leaf[0], &the_log.root[0], NULL, 0));
}

static void
test_checkpoint_golden (void)
{
  g_autofree char *text = fz_checkpoint_text ("hospital/desk1", 7, &the_log.root[0], G_GINT64_CONSTANT (1700000000000000));
  g_autoptr (GError) error = NULL;
  g_autoptr (FzCheckpoint) checkpoint = fz_checkpoint_parse ((const guint8 *) text, strlen (text), &error);

  g_assert_cmpstr (text, ==, "hospital/desk1\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\ntime 2023-11-14T22:13:20Z\n");
  g_assert_no_error (error);
  g_assert_cmpstr (checkpoint->origin, ==, "hospital/desk1");
  g_assert_cmpuint (checkpoint->size, ==, 7);
  g_assert_cmpint (checkpoint->at_us, ==, G_GINT64_CONSTANT (1700000000000000));
  assert_same (&checkpoint->root, &the_log.root[0]);
}

#define ROOT "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"

static void
test_checkpoint_shapes (void)
{
  static const struct {
    gboolean good;
    const char *text;
  } texts[] = {
    { TRUE, "o\n0\n" ROOT },
    { TRUE, "o\n18446744073709551615\n" ROOT },
    { TRUE, "o\n1\n" ROOT "other extension\ntime 2023-11-14T22:13:20Z\nmore\n" },
    { FALSE, "" },
    { FALSE, "\n" },
    { FALSE, "o\n1\n" },
    { FALSE, "\n1\n" ROOT },
    { FALSE, "o\n01\n" ROOT },
    { FALSE, "o\n-1\n" ROOT },
    { FALSE, "o\n\n" ROOT },
    { FALSE, "o\n+1\n" ROOT },
    { FALSE, "o\n18446744073709551616\n" ROOT },
    { FALSE, "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n" },
    { FALSE, "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n" },
    { FALSE, "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hS\n" },
    { FALSE, "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" },
    { FALSE, "o\n1\n" ROOT "\n" },
    { FALSE, "o\n1\n" ROOT "time yesterday\n" },
    { FALSE, "o\n1\n" ROOT "time 2023-11-14T22:13:20Z\ntime 2023-11-14T22:13:21Z\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (FzCheckpoint) checkpoint = fz_checkpoint_parse ((const guint8 *) texts[i].text, strlen (texts[i].text), &error);

      g_test_message ("%u", i);
      g_assert_cmpint (checkpoint != NULL, ==, texts[i].good);
      if (!texts[i].good)
        g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    }
}

int
main (int argc, char **argv)
{
  g_assert_cmpint (sodium_init (), >=, 0);
  g_test_init (&argc, &argv, NULL);
  log_fill (&the_log);
  g_test_add_func ("/merkle/known-vectors", test_known_vectors);
  g_test_add_func ("/merkle/roots", test_roots);
  g_test_add_func ("/merkle/load-and-append", test_load_and_append);
  g_test_add_func ("/merkle/inclusion", test_inclusion);
  g_test_add_func ("/merkle/consistency", test_consistency);
  g_test_add_func ("/merkle/claimed-size", test_claimed_size);
  g_test_add_func ("/merkle/slices", test_slices);
  g_test_add_func ("/merkle/refusals", test_refusals);
  g_test_add_func ("/checkpoint/golden", test_checkpoint_golden);
  g_test_add_func ("/checkpoint/shapes", test_checkpoint_shapes);
  return g_test_run ();
}
