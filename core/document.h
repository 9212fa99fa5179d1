/* core/document.h: one signed document (文书) as it is kept: exact bytes and signature lines. Frozen. */
#pragma once

#include "core/case.h"
#include "core/note.h"

typedef struct {
  guint64 number;    /* 0 until it is kept */
  char *id;
  FzFields *body;    /* parsed from the exact bytes, frozen */
  GBytes *text;      /* the exact bytes that were signed */
  char *text_sha256;
  char *note_sha256; /* of the note with the first line only: what a review names */
  FzActor actor;     /* the first signer; person is owned */
  gint64 signed_at_us;
  GPtrArray *lines;  /* signature lines, each with its LF */
} FzDocument;

/* Takes the printed body and its maker's signature lines (one, or a CA's below it), each with its LF. INVALID when the body cannot be printed or has no `id`. */
FzDocument *fz_document_new (FzFields *body, const char *lines, FzRole role, const char *person, gint64 signed_at_us, GError **error);
/* From kept bytes. CORRUPT when they do not parse. `lines` is copied. */
FzDocument *fz_document_from_bytes (guint64 number, GBytes *text, const char *const *lines, FzRole role, const char *person,
                                    gint64 signed_at_us, GError **error);
void fz_document_free (FzDocument *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzDocument, fz_document_free)
/* The signed note: text, empty line, all lines. */
GBytes *fz_document_dup_note (const FzDocument *self);
/* TRUE when the body says each of these (NULL at the end); INVALID naming the first that it leaves out. */
gboolean fz_document_need (const FzFields *body, const char *const *keys, GError **error);
