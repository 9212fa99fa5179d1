/* app/paper/handout_private.h: between the parts of a handout. */
#pragma once

#include "app/paper/handout.h"

typedef struct {
  const FzFields *visit;
  GPtrArray *rx;
  const FzHandoutFrame *frame;
} FzHandout;

typedef struct {
  char *heading, *text;
} FzHandoutPart;

/* The guidance as headed paragraphs: the same for text and PDF. GPtrArray of FzHandoutPart. */
GPtrArray *fz_handout_guidance (const FzHandout *self);
char *fz_handout_guidance_text (const FzHandout *self, GPtrArray *parts);
GBytes *fz_handout_guidance_pdf (FzHandout *self, GPtrArray *parts, GError **error);
/* "slip-<id>.pdf" when the prescription is effective or dispensed, else NULL. */
char *fz_handout_slip_name (const FzFields *rx);

/* A folder that appears at once. */
typedef struct _FzNewFolder FzNewFolder;
/* Begins `name` in `parent`, which is made when missing; what an earlier try left behind is removed. RETRY. */
FzNewFolder *fz_new_folder_begin (const char *parent, const char *name, GError **error);
gboolean fz_new_folder_add (FzNewFolder *self, const char *file, const void *bytes, gsize n, GError **error);
/* Makes all durable and puts it in place of the old one. */
gboolean fz_new_folder_finish (FzNewFolder *self, GError **error);
/* Removes what was not finished. */
void fz_new_folder_free (FzNewFolder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzNewFolder, fz_new_folder_free)
