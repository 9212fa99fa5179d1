/* app/sheet.h: the documents of one visit shown together for one PIN (签名单). */
#pragma once

#include "app/desk_private.h"

typedef struct {
  char *title;
  char *rendered; /* what the person reads */
  FzFields *body; /* frozen */
  GBytes *text;   /* the exact bytes */
} FzPiece;

struct _FzSheet {
  char *visit;
  GPtrArray *pieces;      /* FzPiece */
  char *countersign;      /* id of a prescription whose bytes are signed as well */
  GBytes *countersign_text;
  FzFields *draft_after;  /* what stays of the draft; NULL: nothing */
  gboolean drops_draft;
  gint64 prepared_us;
  gboolean used;
  char *session;          /* of whom it was prepared for */
};

FzSheet *fz_sheet_new (FzSession *session, const char *visit);
/* Seals the body and adds it. */
gboolean fz_sheet_add (FzSheet *self, FzDesk *desk, FzFields *body, GError **error);
/* Opens the key with the PIN (counted), signs every piece, submits. */
gboolean fz_sheet_sign (FzSession *session, FzSheet *self, const FzSecret *pin, GPtrArray **out_ids, GError **error);
