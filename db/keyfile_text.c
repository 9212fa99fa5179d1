/* The key file as canonical text. */
#include "db/keyfile_private.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#define KIND "fuzhen.keyslots/v1"

char *
fz_keyfile_hex (const guint8 *bytes, gsize n)
{
  char *text = g_malloc (2 * n + 1);

  return sodium_bin2hex (text, 2 * n + 1, bytes, n);
}

static void
put_base64 (FzFields *fields, const char *key, const void *bytes, gsize n)
{
  g_autofree char *text = g_base64_encode (bytes, n);

  fz_fields_set (fields, key, text);
}

static void
put_bytes (FzFields *fields, const char *key, GBytes *bytes)
{
  gsize n = 0;
  const void *data;

  if (bytes == NULL)
    return;
  data = g_bytes_get_data (bytes, &n);
  put_base64 (fields, key, data, n);
}

static void
put_costs (FzFields *fields, const FzKeyCosts *costs)
{
  fz_fields_set_int (fields, "cost.password_memory_kib", costs->password_memory_kib);
  fz_fields_set_int (fields, "cost.password_passes", costs->password_passes);
  fz_fields_set_int (fields, "cost.pin_memory_kib", costs->pin_memory_kib);
  fz_fields_set_int (fields, "cost.pin_passes", costs->pin_passes);
}

/* Public half and MAC in one value. */
static void
put_box (FzFields *fields, const FzKeyBox *box, const char *key)
{
  guint8 both[2 * FZ_KEY_BYTES];

  if (!box->there)
    return;
  memcpy (both, box->public_key, FZ_KEY_BYTES);
  memcpy (both + FZ_KEY_BYTES, box->mac, FZ_KEY_BYTES);
  put_base64 (fields, key, both, sizeof both);
}

static FzFields *
print_slot (const FzKeyFile *self, const FzKeySlot *slot)
{
  FzFields *fields = fz_fields_new ("fuzhen.keyslot/v1");

  fz_fields_set (fields, "staff", slot->staff);
  if (memcmp (&slot->costs, &self->costs, sizeof self->costs) != 0) /* a hundred people must fit into one canonical text */
    put_costs (fields, &slot->costs);
  put_base64 (fields, "salt", slot->salt, sizeof slot->salt);
  put_bytes (fields, "sealed", slot->sealed);
  put_bytes (fields, "boxed", slot->boxed);
  put_box (fields, &slot->box, "box");
  if (slot->stale != 0)
    fz_fields_set_int (fields, "stale", slot->stale);
  if (slot->seed == NULL)
    return fields;
  put_base64 (fields, "pin_salt", slot->pin_salt, sizeof slot->pin_salt);
  put_base64 (fields, "public", slot->public_key, sizeof slot->public_key);
  put_bytes (fields, "seed", slot->seed);
  return fields;
}

/* Of everything else in the slot. Without a key: who can write the file can make it anew, and it tells nothing that the file does not; it is there so that a
 * damaged seal is not taken for a wrong password. */
static gboolean
sum_of (const FzFields *slot, guint8 out[FZ_KEY_SUM_BYTES], GError **error)
{
  g_autoptr (FzFields) rest = fz_fields_dup (slot, "fuzhen.keyslot/v1");
  g_autoptr (GBytes) text = NULL;
  guint8 hash[crypto_generichash_BYTES_MIN];
  gsize n = 0;
  const void *bytes;

  fz_fields_set (rest, "sum", NULL);
  text = fz_fields_print (rest, error);
  if (text == NULL)
    return FALSE;
  bytes = g_bytes_get_data (text, &n);
  crypto_generichash (hash, sizeof hash, bytes, n, NULL, 0);
  memcpy (out, hash, FZ_KEY_SUM_BYTES);
  return TRUE;
}

static gboolean
put_sum (const FzKeySlot *slot, FzFields *fields, GError **error)
{
  guint8 sum[FZ_KEY_SUM_BYTES];

  if (slot->damaged)
    memcpy (sum, slot->sum, sizeof sum);
  else if (!sum_of (fields, sum, error))
    return FALSE;
  put_base64 (fields, "sum", sum, sizeof sum);
  return TRUE;
}

GBytes *
fz_keyfile_print (const FzKeyFile *self, GError **error)
{
  g_autoptr (FzFields) fields = fz_fields_new (KIND);
  g_autofree char *identity = fz_keyfile_hex (self->identity, sizeof self->identity);

  fz_fields_set (fields, "identity", identity);
  fz_fields_set_int (fields, "key_version", self->key_version);
  fz_fields_set_bool (fields, "demo", self->demo);
  put_costs (fields, &self->costs);
  put_bytes (fields, "recovery.sealed", self->recovery);
  put_bytes (fields, "recovery.boxed", self->recovery_boxed);
  put_box (fields, &self->recovery_box, "recovery.box");
  for (guint i = 0; i < self->slots->len; i++) {
    g_autoptr (FzFields) slot = print_slot (self, g_ptr_array_index (self->slots, i));
    g_autofree char *prefix = g_strdup_printf ("slot.%02u", i);

    if (!put_sum (self->slots->pdata[i], slot, error))
      return NULL;
    fz_fields_merge (fields, prefix, slot);
  }
  return fz_fields_print (fields, error);
}

/* --- reading --- */

static gboolean
bad (GError **error, const char *key)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT,
               _("密钥文件 keys.fz 已损坏：%s。\n请系统管理员从备份取回密钥文件，或用恢复份额恢复。"), key);
  return FALSE;
}

static GBytes *
get_bytes (const FzFields *fields, const char *key)
{
  const char *text = fz_fields_get (fields, key);
  gsize n = 0;
  g_autofree guint8 *bytes = text != NULL ? g_base64_decode (text, &n) : NULL;
  g_autofree char *again = bytes != NULL ? g_base64_encode (bytes, n) : NULL;

  /* The decoder passes over what it does not know: a damaged seal would be taken for a wrong password. */
  return again != NULL && strcmp (again, text) == 0 ? g_bytes_new_take (g_steal_pointer (&bytes), n) : NULL;
}

static gboolean
get_fixed (const FzFields *fields, const char *key, void *out, gsize n, GError **error)
{
  g_autoptr (GBytes) bytes = get_bytes (fields, key);

  if (bytes == NULL || g_bytes_get_size (bytes) != n)
    return bad (error, key);
  memcpy (out, g_bytes_get_data (bytes, NULL), n);
  return TRUE;
}

static gboolean
get_number (const FzFields *fields, const char *key, guint32 *out, GError **error)
{
  gint64 value = 0;

  if (!fz_fields_get_int (fields, key, &value) || value < 1 || value > G_MAXINT32)
    return bad (error, key);
  *out = (guint32) value;
  return TRUE;
}

/* Above 4 GiB or 64 passes it is no cost but a trap that would hang the sign-in. */
static gboolean
get_costs (const FzFields *fields, FzKeyCosts *out, GError **error)
{
  return (get_number (fields, "cost.password_memory_kib", &out->password_memory_kib, error) &&
          get_number (fields, "cost.password_passes", &out->password_passes, error) &&
          get_number (fields, "cost.pin_memory_kib", &out->pin_memory_kib, error) &&
          get_number (fields, "cost.pin_passes", &out->pin_passes, error)) &&
         ((out->password_memory_kib <= 4 * 1024 * 1024 && out->pin_memory_kib <= 4 * 1024 * 1024 &&
           out->password_passes <= 64 && out->pin_passes <= 64) ||
          bad (error, "cost"));
}

static gboolean
get_box (const FzFields *fields, FzKeyBox *box, const char *key, GError **error)
{
  guint8 both[2 * FZ_KEY_BYTES];

  box->there = fz_fields_has (fields, key);
  if (!box->there)
    return TRUE;
  if (!get_fixed (fields, key, both, sizeof both, error))
    return FALSE;
  memcpy (box->public_key, both, FZ_KEY_BYTES);
  memcpy (box->mac, both + FZ_KEY_BYTES, FZ_KEY_BYTES);
  return TRUE;
}

/* Exactly one of the two ways in which a store key stands in a slot. */
static gboolean
get_store_key (const FzFields *fields, const char *prefix, GBytes **out_sealed, GBytes **out_boxed, GError **error)
{
  g_autofree char *sealed = g_strconcat (prefix, "sealed", NULL), *boxed = g_strconcat (prefix, "boxed", NULL);

  *out_sealed = get_bytes (fields, sealed);
  *out_boxed = get_bytes (fields, boxed);
  if (*out_sealed == NULL && fz_fields_has (fields, sealed))
    return bad (error, sealed);
  return (*out_boxed != NULL) == fz_fields_has (fields, boxed) && (*out_sealed == NULL || *out_boxed == NULL) ? TRUE : bad (error, boxed);
}

static gboolean
has_costs (const FzFields *fields)
{
  return fz_fields_has (fields, "cost.password_memory_kib") || fz_fields_has (fields, "cost.password_passes") ||
         fz_fields_has (fields, "cost.pin_memory_kib") || fz_fields_has (fields, "cost.pin_passes");
}

/* A file written before there was one has none. */
static gboolean
check_sum (const FzFields *fields, FzKeySlot *slot, GError **error)
{
  guint8 sum[FZ_KEY_SUM_BYTES];

  if (!fz_fields_has (fields, "sum"))
    return TRUE;
  if (!get_fixed (fields, "sum", slot->sum, sizeof slot->sum, error) || !sum_of (fields, sum, error))
    return FALSE;
  slot->damaged = memcmp (sum, slot->sum, sizeof sum) != 0;
  return TRUE;
}

static FzKeySlot *
scan_slot (const FzFields *fields, const FzKeyCosts *usual, GError **error)
{
  g_autoptr (FzKeySlot) slot = g_new0 (FzKeySlot, 1);

  slot->staff = g_strdup (fz_fields_get (fields, "staff"));
  slot->seed = get_bytes (fields, "seed");
  if (!get_store_key (fields, "", &slot->sealed, &slot->boxed, error) || !get_box (fields, &slot->box, "box", error) ||
      (fz_fields_has (fields, "stale") && !get_number (fields, "stale", &slot->stale, error)))
    return NULL;
  if (slot->staff == NULL || (slot->sealed == NULL && slot->boxed == NULL) || (slot->seed == NULL && fz_fields_has (fields, "seed")))
    return bad (error, "slot"), NULL;
  slot->costs = *usual;
  if ((has_costs (fields) && !get_costs (fields, &slot->costs, error)) || !get_fixed (fields, "salt", slot->salt, sizeof slot->salt, error))
    return NULL;
  if (slot->seed != NULL && (!get_fixed (fields, "pin_salt", slot->pin_salt, sizeof slot->pin_salt, error) ||
                             !get_fixed (fields, "public", slot->public_key, sizeof slot->public_key, error)))
    return NULL;
  return check_sum (fields, slot, error) ? g_steal_pointer (&slot) : NULL;
}

static gboolean
scan_slots (FzKeyFile *self, const FzFields *fields, GError **error)
{
  for (guint i = 0; i < fz_fields_count (fields, "slot"); i++) {
    g_autofree char *prefix = g_strdup_printf ("slot.%02u", i);
    g_autoptr (FzFields) below = fz_fields_dup_below (fields, prefix, "fuzhen.keyslot/v1");
    g_autoptr (FzKeySlot) slot = scan_slot (below, &self->costs, error);

    if (slot == NULL)
      return FALSE;
    if (fz_keyfile_find (self, slot->staff) != NULL)
      return bad (error, slot->staff);
    g_ptr_array_add (self->slots, g_steal_pointer (&slot));
  }
  return TRUE;
}

static gboolean
scan_identity (FzKeyFile *self, const FzFields *fields, GError **error)
{
  const char *text = fz_fields_get (fields, "identity");
  gsize n = 0;

  if (text == NULL || strlen (text) != 2 * sizeof self->identity ||
      sodium_hex2bin (self->identity, sizeof self->identity, text, strlen (text), NULL, &n, NULL) != 0 ||
      n != sizeof self->identity)
    return bad (error, "identity");
  return TRUE;
}

gboolean
fz_keyfile_scan (FzKeyFile *self, GBytes *bytes, GError **error)
{
  gsize n = 0;
  const guint8 *text = g_bytes_get_data (bytes, &n);
  g_autoptr (GError) cause = NULL;
  g_autoptr (FzFields) fields = fz_fields_parse (text, n, &cause);

  if (fields == NULL)
    return bad (error, cause->message);
  if (g_strcmp0 (fz_fields_get_kind (fields), KIND) != 0)
    return bad (error, fz_fields_get_kind (fields));
  g_ptr_array_set_size (self->slots, 0);
  g_clear_pointer (&self->recovery, g_bytes_unref);
  g_clear_pointer (&self->recovery_boxed, g_bytes_unref);
  self->demo = fz_fields_is_yes (fields, "demo");
  return get_store_key (fields, "recovery.", &self->recovery, &self->recovery_boxed, error) &&
         get_box (fields, &self->recovery_box, "recovery.box", error) && scan_identity (self, fields, error) && get_number (fields, "key_version", &self->key_version, error) &&
         get_costs (fields, &self->costs, error) && scan_slots (self, fields, error);
}
