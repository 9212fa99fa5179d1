#include "app/verify_ca.h"

#include "app/signer/stamp.h"
#include "core/date.h"

#include <glib/gi18n-lib.h>
#include <string.h>

const char *
fz_verdict_ca_word (FzVerdictCa self)
{
  static const char *const words[] = { "VALID", "VALID-KEY-EXPIRED-SINCE", "VALID-REVOKED-LATER", "INDETERMINATE", "INVALID-REVOKED-BEFORE",
                                       "INVALID" };

  return words[self];
}

void
fz_line_verdict_free (FzLineVerdict *self)
{
  g_free (self->signer);
  g_free (self->subject);
  g_free (self->reason);
  g_free (self);
}

typedef struct {
  const FzNote *note;
  const FzFields *body;
  const FzChain *pool, *roots;
  const GPtrArray *stamps;
  gint64 signed_us, now_us;
  gint64 proven_us; /* of the line that is at its turn; 0: nothing but the document's word */
} Judging;

static FzLineVerdict *
verdict_new (FzVerdictCa verdict, const char *signer, const FzCertificate *certificate, const char *reason)
{
  FzLineVerdict *self = g_new0 (FzLineVerdict, 1);

  self->verdict = verdict;
  self->signer = g_strdup (signer);
  self->subject = certificate != NULL ? g_strdup (fz_certificate_get_subject (certificate)) : NULL;
  self->reason = g_strdup (reason);
  return self;
}

/* The certificate whose key this line names. */
static const FzCertificate *
find_certificate (const FzChain *chain, const char *signer, guint32 key_id)
{
  for (guint i = 0; i < chain->certificates->len; i++) {
    const FzCertificate *one = chain->certificates->pdata[i];
    g_autoptr (GBytes) key = NULL;
    FzAlgorithm algorithm;
    guint32 id = 0;

    if (fz_certificate_get_key (one, &algorithm, &key) && fz_algorithm_key_id (algorithm, signer, key, &id, NULL) && id == key_id)
      return one;
  }
  return NULL;
}

typedef struct {
  const char *signer;
  char *prefix;
} Named;

static void
find_prefix (const char *key, const char *value, gpointer data)
{
  Named *named = data;

  if (g_str_has_suffix (key, ".key") && g_str_equal (value, named->signer) && named->prefix == NULL)
    named->prefix = g_strndup (key, strlen (key) - strlen (".key"));
}

/* The body names the certificate of its maker: another one of the same key is not what was shown. */
static gboolean
is_named (const FzFields *body, const char *signer, const FzCertificate *certificate)
{
  Named named = { signer, NULL };
  g_autofree char *key = NULL;

  fz_fields_foreach (body, find_prefix, &named);
  if (named.prefix == NULL)
    return TRUE; /* who signs beside the maker is named by the review */
  key = g_strconcat (named.prefix, ".certificate_sha256", NULL);
  g_free (named.prefix);
  return g_strcmp0 (fz_fields_get (body, key), fz_certificate_get_sha256 (certificate)) == 0;
}

static FzLineVerdict *
judge_revocation (const Judging *judging, const char *signer, const FzCertificate *certificate)
{
  gint64 since = 0;
  FzRevocation found = fz_chain_revocation (certificate, judging->pool, judging->roots, judging->signed_us, &since);

  if (found == FZ_REVOCATION_UNKNOWN)
    return verdict_new (FZ_VERDICT_CA_INDETERMINATE, signer, certificate, _ ("没有可用的吊销列表，不能确定签名时证书是否已被吊销"));
  if (found == FZ_REVOCATION_REVOKED && since <= judging->signed_us)
    return verdict_new (FZ_VERDICT_CA_REVOKED_BEFORE, signer, certificate, _ ("签名时证书已被吊销"));
  if (found == FZ_REVOCATION_REVOKED && judging->proven_us != 0 && judging->proven_us < since)
    return verdict_new (FZ_VERDICT_CA_REVOKED_LATER, signer, certificate, _ ("证书后来被吊销，时间戳证明签名在吊销之前"));
  /* The time in the document is the signer's own word, and somebody who stole the key can write any. */
  if (found == FZ_REVOCATION_REVOKED)
    return verdict_new (FZ_VERDICT_CA_INDETERMINATE, signer, certificate,
                        _ ("证书后来被吊销，签名时间只有文书自己的记载；请用 fuzhen-verify 按日志位置核对先后"));
  if (judging->now_us > fz_certificate_get_until_us (certificate))
    return verdict_new (FZ_VERDICT_CA_EXPIRED_SINCE, signer, certificate, _ ("签名时证书有效，其后到期"));
  return verdict_new (FZ_VERDICT_CA_VALID, signer, certificate, NULL);
}

static FzLineVerdict *
judge_chain (const Judging *judging, const char *signer, const FzCertificate *certificate)
{
  g_autofree char *why = NULL, *reason = NULL;
  FzLink link = fz_chain_judge (certificate, judging->pool, judging->roots, judging->signed_us, &why);

  if (link == FZ_LINK_GOOD)
    return judge_revocation (judging, signer, certificate);
  if (link == FZ_LINK_NO_ROOT)
    return verdict_new (FZ_VERDICT_CA_INDETERMINATE, signer, certificate, _ ("没有从外部给出可信的根证书，请用 --chain 给出发证机构的证书"));
  reason = g_strdup_printf (_ ("证书链不成立：%s"), why);
  return verdict_new (FZ_VERDICT_CA_INVALID, signer, certificate, reason);
}

/* The earliest good stamp over this line. */
static gint64
proven_us (const GPtrArray *stamps, guint i)
{
  gint64 earliest = 0;

  for (guint k = 0; stamps != NULL && k < stamps->len; k++) {
    const FzLineVerdict *stamp = stamps->pdata[k];

    if (stamp->verdict == FZ_VERDICT_CA_VALID && stamp->lines > i && (earliest == 0 || stamp->at_us < earliest))
      earliest = stamp->at_us;
  }
  return earliest;
}

static FzLineVerdict *
judge_line (const Judging *judging, guint i)
{
  const char *signer = fz_note_get_signer (judging->note, i);
  guint32 id = fz_note_get_key_id (judging->note, i);
  const FzCertificate *certificate = find_certificate (judging->pool, signer, id);
  gsize n = 0, n_signature = 0;
  const void *text = g_bytes_get_data (fz_note_get_text (judging->note), &n);
  const guint8 *signature = fz_note_get_signature (judging->note, i, &n_signature);
  g_autoptr (GBytes) key = NULL;
  FzAlgorithm algorithm = FZ_ALGORITHM_ED25519;

  if (certificate == NULL)
    certificate = find_certificate (judging->roots, signer, id);
  if (certificate == NULL)
    return verdict_new (FZ_VERDICT_CA_INDETERMINATE, signer, NULL, _ ("没有这一行签名的证书"));
  fz_certificate_get_key (certificate, &algorithm, &key);
  if (!fz_algorithm_check (algorithm, key, text, n, signature, n_signature))
    return verdict_new (FZ_VERDICT_CA_INVALID, signer, certificate, _ ("签名与内容不符，内容或签名已被改动"));
  if (!is_named (judging->body, signer, certificate))
    return verdict_new (FZ_VERDICT_CA_INVALID, signer, certificate, _ ("不是文书中载明的证书"));
  if (!fz_certificate_signs (certificate))
    return verdict_new (FZ_VERDICT_CA_INVALID, signer, certificate, _ ("不是签名证书"));
  return judge_chain (judging, signer, certificate);
}

/* NULL: no signed document. */
static FzFields *
read_note (const guint8 *bytes, gsize n, FzNote **out_note, gint64 *out_signed_us, GError **error)
{
  g_autoptr (FzNote) note = fz_note_parse (bytes, n, error);
  gsize n_text = 0;
  const guint8 *text = note != NULL ? g_bytes_get_data (fz_note_get_text (note), &n_text) : NULL;
  g_autoptr (FzFields) body = text != NULL ? fz_fields_parse (text, n_text, error) : NULL;

  if (body == NULL)
    return NULL;
  if (!fz_fields_get_time (body, "signed_at", out_signed_us)) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("文书中没有签名时间。"));
    return NULL;
  }
  *out_note = g_steal_pointer (&note);
  return g_steal_pointer (&body);
}

GPtrArray *
fz_verify_ca (const guint8 *bytes, gsize n, const FzChain *pool, const FzChain *roots, const GPtrArray *stamps, gint64 now_us, GError **error)
{
  g_autoptr (FzNote) note = NULL;
  Judging judging = { .pool = pool, .roots = roots, .stamps = stamps, .now_us = now_us };
  g_autoptr (FzFields) body = read_note (bytes, n, &note, &judging.signed_us, error);
  GPtrArray *out;

  if (body == NULL)
    return NULL;
  judging.note = note;
  judging.body = body;
  out = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_line_verdict_free);
  for (guint i = 0; i < fz_note_get_n_lines (note); i++) {
    gsize n_signature = 0;

    fz_note_get_signature (note, i, &n_signature);
    if (n_signature == FZ_ED25519_SIGNATURE_BYTES) /* what fuzhen-verify judges; of SM2 and ECDSA the DER is never as short */
      continue;
    judging.proven_us = proven_us (stamps, i);
    g_ptr_array_add (out, judge_line (&judging, i));
    ((FzLineVerdict *) out->pdata[out->len - 1])->at_us = judging.proven_us;
  }
  if (out->len == 0 && (stamps == NULL || stamps->len == 0))
    g_ptr_array_add (out, verdict_new (FZ_VERDICT_CA_INDETERMINATE, NULL, NULL, _ ("文书没有 CA 签名")));
  return out;
}

/* --- time stamps --- */

/* How many bytes the text and the first `lines` lines have. */
static gsize
length_of (const FzNote *note, guint lines)
{
  gsize n = g_bytes_get_size (fz_note_get_text (note)) + 1;

  for (guint i = 0; i < lines; i++)
    n += strlen (fz_note_get_line (note, i));
  return n;
}

static FzLineVerdict *
stamp_verdict (FzVerdictCa verdict, FzStamp *stamp, guint lines, const char *reason)
{
  FzLineVerdict *self = verdict_new (verdict, NULL, NULL, reason);

  self->stamp = TRUE;
  self->subject = g_steal_pointer (&stamp->authority);
  self->at_us = stamp->at_us;
  self->lines = lines;
  return self;
}

/* A note grows line by line, so what was stamped is a beginning of it. */
static FzLineVerdict *
judge_stamp (const FzNote *note, const guint8 *bytes, GBytes *reply, const FzChain *roots, gint64 signed_us)
{
  guint n_lines = fz_note_get_n_lines (note);
  g_autofree char *why = NULL;
  FzStamp none = { 0 };

  for (guint lines = n_lines; lines > 0; lines--) {
    g_auto (FzStamp) stamp = { 0 };
    FzLink link;

    g_clear_pointer (&why, g_free);
    link = fz_stamp_judge (reply, bytes, length_of (note, lines), roots, &stamp, &why);
    if (link == FZ_LINK_BAD && stamp.at_us == 0) /* not over so many lines */
      continue;
    if (link == FZ_LINK_BAD)
      return stamp_verdict (FZ_VERDICT_CA_INVALID, &stamp, lines, why);
    if (stamp.at_us < signed_us - FZ_STAMP_SKEW_US)
      return stamp_verdict (FZ_VERDICT_CA_INVALID, &stamp, lines, _ ("时间戳早于文书记载的签名时间"));
    return link == FZ_LINK_GOOD ? stamp_verdict (FZ_VERDICT_CA_VALID, &stamp, lines, NULL)
                                : stamp_verdict (FZ_VERDICT_CA_INDETERMINATE, &stamp, lines, _ ("没有从外部给出时间戳机构的证书，请用 --tsa 给出"));
  }
  return stamp_verdict (FZ_VERDICT_CA_INVALID, &none, 0, why);
}

GPtrArray *
fz_verify_stamps (const guint8 *bytes, gsize n, GPtrArray *replies, const FzChain *roots, GError **error)
{
  g_autoptr (FzNote) note = NULL;
  gint64 signed_us = 0;
  g_autoptr (FzFields) body = read_note (bytes, n, &note, &signed_us, error);
  GPtrArray *out;

  if (body == NULL)
    return NULL;
  out = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_line_verdict_free);
  for (guint i = 0; i < replies->len; i++)
    g_ptr_array_add (out, judge_stamp (note, bytes, replies->pdata[i], roots, signed_us));
  return out;
}
