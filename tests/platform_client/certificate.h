/* tests/platform_client/certificate.h: certificates for servers that are trusted, and for those that must not be. */
#pragma once

#include <gio/gio.h>

typedef struct {
  char *ca_pem;   /* the authority */
  char *leaf_pem; /* the server's certificate and key */
  gpointer ca, ca_key, leaf; /* X509, EVP_PKEY, X509 */
} TestIdentity;

/* A leaf for `address` (an IP address), valid from and until so many days from now. */
TestIdentity *test_identity_new (const char *address, int from_days, int until_days);
/* The same for today, but signed with SHA-1, or by itself instead of by its authority. */
typedef enum { FLAW_NONE, FLAW_SHA1, FLAW_SELF_SIGNED } TestFlaw;
TestIdentity *test_identity_new_flawed (const char *address, TestFlaw flaw);
/* The authority's revocation list, made and due to be renewed so many days from now, with the leaf on it or not; PEM. `by` NULL: itself; else signed by
 * that other authority of the same name. (transfer full) */
char *test_identity_list (const TestIdentity *self, const TestIdentity *by, gboolean revoked, int from_days, int until_days);
void test_identity_free (TestIdentity *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestIdentity, test_identity_free)
