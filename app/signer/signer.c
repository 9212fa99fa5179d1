#include "app/signer/signer.h"

#include "app/signer/certificate.h"
#include "core/date.h"
#include "core/fields.h"

#include <glib/gi18n-lib.h>

void
fz_signer_slot_free (FzSignerSlot *self)
{
  g_free (self->id);
  g_free (self->label);
  g_free (self);
}

FzSignerInfo *
fz_signer_info_new (FzAlgorithm algorithm, const char *token, const char *serial, GBytes *public_key)
{
  FzSignerInfo *self = g_new0 (FzSignerInfo, 1);

  self->algorithm = algorithm;
  self->token = g_strdup (token);
  self->serial = g_strdup (serial);
  self->pins_left = -1;
  self->public_key = g_bytes_ref (public_key);
  self->chain = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  return self;
}

void
fz_signer_info_free (FzSignerInfo *self)
{
  if (self == NULL)
    return;
  g_free (self->token);
  g_free (self->serial);
  g_bytes_unref (self->public_key);
  g_ptr_array_unref (self->chain);
  g_free (self);
}

const FzSignerProvider *
fz_signer_provider (const char *word)
{
  static const FzSignerProvider *const all[] = { &fz_signer_builtin, &fz_signer_pkcs11, &fz_signer_file };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (g_strcmp0 (word, all[i]->word) == 0)
      return all[i];
  return NULL;
}

/* Signed with the document, so in one language; screens translate them. */
const char *
fz_signer_record_words (const char *provider, FzAlgorithm algorithm)
{
  if (algorithm == FZ_ALGORITHM_SM2_SM3)
    return N_ ("CA 签名（SM2）");
  if (algorithm == FZ_ALGORITHM_ECDSA_P256)
    return N_ ("CA 签名（ECDSA）");
  return g_strcmp0 (provider, fz_signer_builtin.word) == 0 ? N_ ("院内签名") : N_ ("院内签名（密钥介质）");
}

/* --- the token, which a call in another thread may outlive us with --- */

typedef struct {
  gatomicrefcount refs;
  const FzSignerProvider *provider;
  gpointer token;
} Held;

static void
held_unref (Held *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  self->provider->close (self->token);
  g_free (self);
}

struct _FzSigner {
  Held *held;
  FzSignerInfo *info;
  char *name;
  guint32 key_id;
  FzCertificate *certificate; /* NULL: none */
  GHashTable *envelopes;      /* hex SHA-256 -> itself: what may still be signed */
  gboolean authorised, lost;  /* lost: a cancelled call may still be at the token */
  gint64 authorised_us;
  FzSignerStatus status;
  FzSignerChanged changed;
  gpointer user_data;
};

/* --- a call that can be walked away from --- */

typedef struct _Call Call;
struct _Call {
  gatomicrefcount refs;
  Held *held;
  void (*run) (Call *self);
  FzSecret *pin;
  GBytes *text, *signature;
  gboolean good, done;
  GError *error;
  GMutex mutex;
  GCond cond;
};

static void
call_unref (gpointer data)
{
  Call *self = data;

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  held_unref (self->held);
  fz_secret_free (self->pin);
  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_pointer (&self->signature, g_bytes_unref);
  g_clear_error (&self->error);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

static Call *
call_new (FzSigner *self, void (*run) (Call *call))
{
  Call *call = g_new0 (Call, 1);

  g_atomic_ref_count_init (&call->refs);
  g_atomic_ref_count_inc (&self->held->refs);
  call->held = self->held;
  call->run = run;
  g_mutex_init (&call->mutex);
  g_cond_init (&call->cond);
  return call;
}

static gpointer
call_thread (gpointer data)
{
  Call *call = data;

  call->run (call);
  g_mutex_lock (&call->mutex);
  call->done = TRUE;
  g_cond_signal (&call->cond);
  g_mutex_unlock (&call->mutex);
  call_unref (call);
  return NULL;
}

static void
wake (GCancellable *cancellable, gpointer data)
{
  Call *call = data;

  g_mutex_lock (&call->mutex);
  g_cond_signal (&call->cond);
  g_mutex_unlock (&call->mutex);
}

/* FALSE: cancelled before it was done; what it still does nobody waits for, and it gives nothing to anybody. */
static gboolean
call_wait (Call *call, GCancellable *cancellable)
{
  gulong id;
  gboolean done;

  g_atomic_ref_count_inc (&call->refs);
  g_thread_unref (g_thread_new ("signer", call_thread, call));
  id = g_signal_connect (cancellable, "cancelled", G_CALLBACK (wake), call);
  g_mutex_lock (&call->mutex);
  while (!call->done && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&call->cond, &call->mutex);
  done = call->done;
  g_mutex_unlock (&call->mutex);
  g_signal_handler_disconnect (cancellable, id);
  return done;
}

static gboolean
call_run (FzSigner *self, Call *call, GCancellable *cancellable, GError **error)
{
  if (cancellable == NULL)
    call->run (call);
  else if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  else if (!call_wait (call, cancellable)) {
    self->lost = TRUE;
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("已按要求停止，没有签名。"));
    return FALSE;
  }
  if (call->good)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&call->error));
  return FALSE;
}

static void
run_authorise (Call *call)
{
  call->good = call->held->provider->authorise (call->held->token, call->pin, &call->error);
}

static void
run_sign (Call *call)
{
  gsize n = 0;
  const void *text = g_bytes_get_data (call->text, &n);

  call->signature = call->held->provider->sign (call->held->token, text, n, &call->error);
  call->good = call->signature != NULL;
}

/* --- opening --- */

static char *
only_slot (const FzSignerProvider *provider, const FzSignerPlace *place, GError **error)
{
  g_autoptr (GPtrArray) slots = provider->enumerate (place, error);

  if (slots == NULL)
    return NULL;
  if (slots->len == 1)
    return g_strdup (((FzSignerSlot *) slots->pdata[0])->id);
  if (slots->len == 0)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有找到签名介质。请插入本人的签名介质后再试。"));
  else
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("插入了%u个签名介质，请只留下本人的一个。"), slots->len);
  return NULL;
}

/* The certificate speaks for the key that signs, and both are those that were registered. */
static gboolean
check_identity (FzSigner *self, const FzSignerWanted *wanted, GError **error)
{
  g_autoptr (GBytes) certified = NULL;
  FzAlgorithm algorithm;
  gboolean fits = wanted->public_key == NULL || g_bytes_equal (wanted->public_key, self->info->public_key);

  if (self->info->chain->len > 0) {
    self->certificate = fz_certificate_from_der (self->info->chain->pdata[0], FALSE, error);
    if (self->certificate == NULL)
      return FALSE;
    fits = fits && fz_certificate_get_key (self->certificate, &algorithm, &certified) && algorithm == self->info->algorithm &&
           g_bytes_equal (certified, self->info->public_key);
  }
  if (wanted->certificate_sha256 != NULL)
    fits = fits && self->certificate != NULL && g_str_equal (wanted->certificate_sha256, fz_certificate_get_sha256 (self->certificate));
  if (!fits)
    g_set_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE, _ ("“%s”中的密钥或证书不是登记在您名下的，没有签名。请换用本人的签名介质。"),
                 self->info->token);
  return fits;
}

FzSigner *
fz_signer_open (const FzSignerProvider *provider, const FzSignerPlace *place, const FzSignerWanted *wanted, GError **error)
{
  g_autofree char *slot = wanted->slot != NULL ? g_strdup (wanted->slot) : only_slot (provider, place, error);
  g_autoptr (FzSigner) self = NULL;
  FzSignerInfo *info = NULL;
  gpointer token = slot != NULL ? provider->open (place, slot, &info, error) : NULL;

  if (token == NULL)
    return NULL;
  self = g_new0 (FzSigner, 1);
  self->held = g_new0 (Held, 1);
  g_atomic_ref_count_init (&self->held->refs);
  self->held->provider = provider;
  self->held->token = token;
  self->info = info;
  self->name = g_strdup (wanted->name);
  self->envelopes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!fz_algorithm_key_id (info->algorithm, wanted->name, info->public_key, &self->key_id, error) || !check_identity (self, wanted, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
fz_signer_close (FzSigner *self)
{
  if (self == NULL)
    return;
  fz_signer_forget (self);
  held_unref (self->held);
  fz_signer_info_free (self->info);
  fz_certificate_free (self->certificate);
  g_hash_table_unref (self->envelopes);
  g_free (self->name);
  g_free (self);
}

const FzSignerInfo *
fz_signer_get_info (const FzSigner *self)
{
  return self->info;
}

const FzSignerProvider *
fz_signer_get_provider (const FzSigner *self)
{
  return self->held->provider;
}

/* --- authorising and signing --- */

void
fz_signer_forget (FzSigner *self)
{
  self->authorised = FALSE;
  g_hash_table_remove_all (self->envelopes);
  if (!self->lost) /* else the thread that is still at it ends with the token */
    self->held->provider->forget (self->held->token);
}

static gboolean
check_token (FzSigner *self, GError **error)
{
  FzSignerStatus status = self->lost ? FZ_SIGNER_REMOVED : fz_signer_poll (self);

  if (self->lost)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("上一次签名已停止，请重新插入签名介质后再签。"));
  else if (status == FZ_SIGNER_REMOVED)
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("“%s”已经拔出或不可用，没有签名。请插好后重新签名。"), self->info->token);
  else if (status == FZ_SIGNER_PIN_LOCKED)
    g_set_error (error, FZ_ERROR, FZ_ERROR_LOCKED, _ ("“%s”的 PIN 码已经锁死，请联系发证机构解锁。"), self->info->token);
  else
    return TRUE;
  return FALSE;
}

gboolean
fz_signer_authorise (FzSigner *self, const FzSecret *pin, const char *const *envelopes, gint64 now_us, GCancellable *cancellable,
                     GError **error)
{
  Call *call;
  gboolean good;

  fz_signer_forget (self);
  if (!check_token (self, error) ||
      (self->certificate != NULL && !fz_certificate_check_usable (self->certificate, self->info->token, now_us, error)))
    return FALSE;
  call = call_new (self, run_authorise);
  call->pin = fz_secret_copy (pin);
  good = call_run (self, call, cancellable, error);
  call_unref (call);
  if (!good)
    return FALSE;
  for (guint i = 0; envelopes[i] != NULL; i++)
    g_hash_table_add (self->envelopes, g_strdup (envelopes[i]));
  self->authorised = TRUE;
  self->authorised_us = now_us;
  return TRUE;
}

/* Used up at once: what fails afterwards needs a new PIN. */
static gboolean
use_authorisation (FzSigner *self, const void *text, gsize n, gint64 now_us, GError **error)
{
  gint64 age = now_us - self->authorised_us;
  g_autofree char *envelope = fz_sha256_hex (text, n);

  if (!self->authorised)
    return fz_refuse (error, _ ("没有输入签名密码（PIN），不能签名。"));
  if (age < 0 || age > FZ_SIGNER_SECONDS * FZ_US_PER_SECOND)
    return fz_refuse (error, _ ("签名授权已超过60秒，请重新核对内容后再签名。"));
  if (!g_hash_table_remove (self->envelopes, envelope))
    return fz_refuse (error, _ ("要签名的内容不是刚才核对的内容，没有签名。请重新核对。"));
  return TRUE;
}

static char *
make_line (FzSigner *self, GBytes *text, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) signature = NULL;
  Call *call = call_new (self, run_sign);
  gsize n = 0, n_signature = 0;
  const void *bytes = g_bytes_get_data (text, &n);
  const guint8 *made;

  call->text = g_bytes_ref (text);
  if (call_run (self, call, cancellable, error))
    signature = g_bytes_ref (call->signature);
  call_unref (call);
  if (signature == NULL)
    return NULL;
  made = g_bytes_get_data (signature, &n_signature);
  /* A wrong signature must not reach the record, and one of other bytes can betray what the token is doing. */
  if (fz_algorithm_check (self->info->algorithm, self->info->public_key, bytes, n, made, n_signature))
    return fz_note_format_line (self->name, self->key_id, made, n_signature);
  g_set_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE, _ ("“%s”给出的签名与内容不符，没有签名。请停用并报告系统管理员。"), self->info->token);
  return NULL;
}

char *
fz_signer_sign (FzSigner *self, const void *text, gsize n, gint64 now_us, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, n);
  char *line = fz_note_check_text (text, n, error) && check_token (self, error) && use_authorisation (self, text, n, now_us, error) &&
                   (self->certificate == NULL ||
                    fz_certificate_check_usable (self->certificate, self->info->token, now_us, error))
                 ? make_line (self, bytes, cancellable, error)
                 : NULL;

  if (line == NULL || g_hash_table_size (self->envelopes) == 0)
    fz_signer_forget (self);
  return line;
}

/* --- what it keeps --- */

GPtrArray *
fz_signer_recall (FzSigner *self, const char *label, GError **error)
{
  if (self->held->provider->recall == NULL || self->lost)
    return g_ptr_array_new ();
  return self->held->provider->recall (self->held->token, label, error);
}

gboolean
fz_signer_keep (FzSigner *self, const char *label, GBytes *value, GError **error)
{
  if (self->held->provider->keep == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("“%s”不能存放检查点。"), self->info->token);
    return FALSE;
  }
  if (!self->authorised || self->lost)
    return fz_refuse (error, _ ("没有输入签名密码（PIN），不能签名。"));
  return self->held->provider->keep (self->held->token, label, value, error);
}

/* --- status --- */

void
fz_signer_watch (FzSigner *self, FzSignerChanged changed, gpointer user_data)
{
  self->changed = changed;
  self->user_data = user_data;
}

FzSignerStatus
fz_signer_poll (FzSigner *self)
{
  FzSignerStatus now = self->lost ? FZ_SIGNER_REMOVED : self->held->provider->status (self->held->token);

  if (now == self->status)
    return now;
  self->status = now;
  if (now == FZ_SIGNER_REMOVED)
    fz_signer_forget (self);
  if (self->changed != NULL)
    self->changed (self, now, self->user_data);
  return now;
}
