/* Whether the platform's certificate was revoked (吊销), by the lists that the hospital keeps beside the configuration. */
#include "app/platform/config.h"

#include <glib/gi18n-lib.h>

static gboolean
add_file (FzChain *chain, const char *path, GError **error)
{
  g_autofree char *pem = NULL;
  gsize n = 0;

  return path == NULL || (g_file_get_contents (path, &pem, &n, error) && fz_chain_add_pem (chain, pem, n, error));
}

FzChain *
fz_platform_read_lists (const char *path, const char *authorities, GError **error)
{
  g_autoptr (FzChain) chain = fz_chain_new ();
  g_autoptr (GError) why = NULL;

  if (add_file (chain, path, &why) && add_file (chain, authorities, &why) && chain->lists->len > 0)
    return g_steal_pointer (&chain);
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("crl_file 读不出证书吊销列表（PEM 格式）：%s：%s"), path,
               why != NULL ? why->message : _ ("文件里没有吊销列表"));
  return NULL;
}

static FzCertificate *
read_certificate (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  bytes = der != NULL ? g_byte_array_free_to_bytes (g_steal_pointer (&der)) : NULL;
  return bytes != NULL ? fz_certificate_from_der (bytes, TRUE, NULL) : NULL;
}

FzRevocation
fz_platform_judge_lists (const FzChain *lists, GTlsCertificate *peer, gint64 now_us)
{
  FzRevocation first = FZ_REVOCATION_UNKNOWN;

  for (GTlsCertificate *at = peer; at != NULL; at = g_tls_certificate_get_issuer (at)) {
    g_autoptr (FzCertificate) one = read_certificate (at);
    FzRevocation found;
    gint64 since_us = 0;

    if (one == NULL)
      return FZ_REVOCATION_UNKNOWN;
    found = fz_chain_revocation (one, lists, lists, now_us, &since_us);
    if (found == FZ_REVOCATION_REVOKED)
      return found;
    if (at == peer)
      first = found;
  }
  return first;
}
