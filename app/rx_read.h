/* app/rx_read.h: a prescription as it stands with the document it was signed as (处方及其原文), for a use case that signs something about it. */
#pragma once

#include "app/desk_private.h"

#include "core/document.h"

typedef struct {
  const char *id;
  FzFields *rx;
  FzDocument *document;
} FzRxRead;

/* The one of out->id. NOT_FOUND; REFUSED with `words`, and a denied entry of `act`, when another person wrote it. Not inside a job. */
gboolean fz_rx_read_own (FzSession *session, const char *act, const char *words, FzRxRead *out, GError **error);
void fz_rx_read_clear (FzRxRead *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FzRxRead, fz_rx_read_clear)
