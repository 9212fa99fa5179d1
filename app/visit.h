/* app/visit.h: a visit opened by the doctor who writes it (接诊中的就诊), for the files that prepare sheets. */
#pragma once

#include "app/desk_private.h"

typedef struct {
  FzFields *facts; /* visit, with consent.current */
  FzFields *draft; /* never NULL */
  FzFields *doctor; /* staff facts */
} FzVisitDesk;

/* Rights, ownership, and everything a sheet is made of. */
gboolean fz_visit_open (FzSession *session, const char *visit, FzVisitDesk *out, GError **error);
void fz_visit_desk_clear (FzVisitDesk *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FzVisitDesk, fz_visit_desk_clear)
/* REFUSED with the finding's sentence and its article. */
gboolean fz_refuse_for (const FzFinding *finding, GError **error);
