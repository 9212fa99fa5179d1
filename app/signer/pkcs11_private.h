/* app/signer/pkcs11_private.h: a token by PKCS#11, between pkcs11.c (keys and signatures) and pkcs11_memory.c (what else it is given to keep). */
#pragma once

#include "app/signer/signer.h"

#include <p11-kit/pkcs11.h>

#define MAX_OBJECTS 64
#define MAX_ID 64

typedef struct {
  CK_FUNCTION_LIST *calls;
  CK_SESSION_HANDLE session;
  CK_SLOT_ID slot;
  CK_OBJECT_HANDLE key; /* 0: not authorised */
  CK_TOKEN_INFO token;
  guint8 id[MAX_ID];
  gsize n_id;
  FzAlgorithm algorithm;
  guint64 sm2_mechanism;
} Token;

guint fz_pkcs11_find (CK_FUNCTION_LIST *calls, CK_SESSION_HANDLE session, CK_ATTRIBUTE *want, gulong n_want, CK_OBJECT_HANDLE out[MAX_OBJECTS]);
/* NULL: not there, empty or too long. (transfer full) */
GBytes *fz_pkcs11_attribute (CK_FUNCTION_LIST *calls, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type);
gboolean fz_pkcs11_failed (CK_RV said, GError **error);
/* As FzSignerProvider says. */
GPtrArray *fz_pkcs11_recall (gpointer token, const char *label, GError **error);
gboolean fz_pkcs11_keep (gpointer token, const char *label, GBytes *value, GError **error);
