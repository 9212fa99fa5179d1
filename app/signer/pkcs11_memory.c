/* What a token keeps for us beside its key: small public objects under a label, read without a PIN, written only by who opened it with one. */
#include "app/signer/pkcs11_private.h"

#include <string.h>

#define APPLICATION "fuzhen"

static guint
find_label (Token *self, const char *label, CK_OBJECT_HANDLE out[MAX_OBJECTS])
{
  CK_OBJECT_CLASS class = CKO_DATA;
  CK_ATTRIBUTE want[] = { { CKA_CLASS, &class, sizeof class },
                          { CKA_APPLICATION, (void *) APPLICATION, strlen (APPLICATION) },
                          { CKA_LABEL, (void *) label, strlen (label) } };

  return fz_pkcs11_find (self->calls, self->session, want, G_N_ELEMENTS (want), out);
}

GPtrArray *
fz_pkcs11_recall (gpointer token, const char *label, G_GNUC_UNUSED GError **error)
{
  Token *self = token;
  GPtrArray *kept = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  CK_OBJECT_HANDLE objects[MAX_OBJECTS];
  guint n = find_label (self, label, objects);

  for (guint i = 0; i < n; i++) {
    GBytes *value = fz_pkcs11_attribute (self->calls, self->session, objects[i], CKA_VALUE);

    if (value != NULL)
      g_ptr_array_add (kept, value);
  }
  return kept;
}

/* The new one before the old ones go: pulled out in between, it holds both. */
gboolean
fz_pkcs11_keep (gpointer token, const char *label, GBytes *value, GError **error)
{
  Token *self = token;
  CK_OBJECT_CLASS class = CKO_DATA;
  CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
  CK_ATTRIBUTE about[] = { { CKA_CLASS, &class, sizeof class },
                           { CKA_TOKEN, &yes, sizeof yes },
                           { CKA_PRIVATE, &no, sizeof no },
                           { CKA_APPLICATION, (void *) APPLICATION, strlen (APPLICATION) },
                           { CKA_LABEL, (void *) label, strlen (label) },
                           { CKA_VALUE, (void *) g_bytes_get_data (value, NULL), g_bytes_get_size (value) } };
  CK_OBJECT_HANDLE before[MAX_OBJECTS], made = 0;
  guint n = find_label (self, label, before);

  if (fz_pkcs11_failed (self->calls->C_CreateObject (self->session, about, G_N_ELEMENTS (about), &made), error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (fz_pkcs11_failed (self->calls->C_DestroyObject (self->session, before[i]), error))
      return FALSE;
  return TRUE;
}
