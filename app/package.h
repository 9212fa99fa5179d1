/* app/package.h: a folder of files that is either whole or not there (整份文件夹), with the hash of each file in a list that `sha256sum -c`
 * and fuzhen-verify read. It grows beside its place as <folder>.partial; what was begun and not kept is removed again. */
#pragma once

#include <gio/gio.h>

#include "core/error.h"
#include "db/store.h"

typedef struct _FzPackage FzPackage;

/* CONFLICT: the folder or one that was left unfinished is there. RETRY: it cannot be made. */
FzPackage *fz_package_begin (const char *folder, GError **error);
/* Removes everything unless it was kept. */
void fz_package_free (FzPackage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzPackage, fz_package_free)
/* `name` is relative, of [A-Za-z0-9._-] and slashes; each once. `mode` 0600, or 0700 for a program. RETRY: the disk. */
gboolean fz_package_add (FzPackage *self, const char *name, const void *bytes, gsize n, guint mode, GError **error);
gboolean fz_package_add_text (FzPackage *self, const char *name, const char *text, GError **error);
/* What the store keeps under this hash, in a job of its own. As fz_attachment_get() fails, and as above. */
gboolean fz_package_add_attachment (FzPackage *self, const char *name, FzStore *store, const char *sha256, GError **error);
gboolean fz_package_has (const FzPackage *self, const char *name);
guint fz_package_get_n (const FzPackage *self);
guint64 fz_package_get_size (const FzPackage *self); /* bytes */
/* Writes files.sha256 over everything so far; its hash in lower-case hex. Afterwards only what vouches for the list is added. (transfer full) */
char *fz_package_close_list (FzPackage *self, GError **error);
/* Makes it durable and puts it in its place. CONFLICT: something came there meanwhile. */
gboolean fz_package_keep (FzPackage *self, GError **error);
/* Removes it again from its place: what should have followed did not happen. FALSE: it could not be, and something of it lies there. */
gboolean fz_package_take_back (FzPackage *self);
