/* app/sheet.h: the documents of one visit shown together for one PIN (签名单). */
#pragma once

#include "app/desk_private.h"
#include "app/package.h"
#include "app/statement.h"
#include "app/submit.h"

typedef struct {
  char *title;
  char *rendered; /* what the person reads */
  FzFields *body; /* frozen */
  GBytes *text;   /* the exact bytes */
} FzPiece;

/* Makes the signed documents durable; fz_submit() for those of a visit. */
typedef gboolean (*FzSheetKeep) (FzDesk *desk, FzSession *session, FzTxn *txn, const FzSubmission *submission, GError **error);

struct _FzSheet {
  char *visit;
  FzSheetKeep keep;       /* fz_submit, or what else keeps these */
  FzKnowledgeFiles *edition; /* of drug knowledge that a proposal names; NULL otherwise */
  FzRulebook *rulebook;   /* what a version of the rules names; NULL otherwise */
  GBytes *rows;           /* what a change of the catalogue names; NULL otherwise */
  gboolean (*after) (FzDesk *desk, GError **error); /* what takes effect once it is durable; NULL: as its kind does */
  FzPackage *package;     /* what the documents say was made: in its place only once they are signed; NULL otherwise */
  FzFields *asked, *made; /* of records that leave with the package: told in the log before it stands in its place; NULL otherwise */
  const char *title;      /* of pieces that are no document of a visit */
  GPtrArray *pieces;      /* FzPiece */
  char *countersign;      /* id of a prescription whose bytes are signed as well */
  GBytes *countersign_text;
  FzFields *draft_after;  /* what stays of the draft; NULL: nothing */
  gboolean drops_draft;
  GPtrArray *statements;  /* FzStatement: to be made before the PIN; NULL: none */
  gint64 prepared_us;
  gboolean begins;        /* it proves that the doctor is there, from now on */
  gboolean used;
  char *session;          /* of whom it was prepared for */
  FzSecret *token_pin;    /* for the next try; NULL: none was given */
};

FzSheet *fz_sheet_new (FzSession *session, const char *visit);
/* Seals the body and adds it. */
gboolean fz_sheet_add (FzSheet *self, FzDesk *desk, FzFields *body, GError **error);
/* The body as the document that it would be, unsigned: what folds it refuses before a PIN is asked. (transfer full) */
FzDocument *fz_sheet_try (FzSession *session, FzFields *body, gint64 at_us, GError **error);
/* Both signatures stand under the same bytes, as under a prescription. */
void fz_sheet_countersign (FzSheet *self, const FzDocument *document);
/* Opens the key with the PIN (counted), signs every piece, submits. */
gboolean fz_sheet_sign (FzSession *session, FzSheet *self, const FzSecret *pin, GPtrArray **out_ids, GError **error);
