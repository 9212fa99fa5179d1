/* app/document_file.h: one signed document from a file (签名文书文件), for whoever received it: without a store, without signing in, and without running or
 * fetching anything that the file names. The words are rendered anew from the signed lines; each Ed25519 line is checked against the list of keys that lies
 * beside the file or was chosen; the verdict on the whole is fuzhen-verify's. Tianjin 2025 art. 20 and 23 ask for records that others can check. */
#pragma once

#include "app/desk.h"

typedef enum {
  FZ_FILE_LINE_FITS,    /* by a key of the list, and it fits these bytes */
  FZ_FILE_LINE_WRONG,   /* by a key of the list, and it doesn't */
  FZ_FILE_LINE_UNKNOWN, /* the list doesn't hold this key, or there is no list, or it doesn't hold itself: then it names nobody either */
  FZ_FILE_LINE_OTHER    /* another algorithm, a CA's: for fuzhen verify-ca */
} FzFileLineState;

typedef struct {
  char *signer;     /* as the line says: <institution>/<licence number> */
  char *name, *role; /* as the list says, the role in its word; NULL: it doesn't */
  FzFileLineState state;
} FzFileLine;

typedef enum { FZ_FILE_VALID, FZ_FILE_EXPIRED_SINCE, FZ_FILE_REVOKED_LATER, FZ_FILE_INDETERMINATE, FZ_FILE_REVOKED_BEFORE, FZ_FILE_INVALID } FzFileVerdict;
/* FILE.proof and FILE.entry: not both lie beside it; they do, and nothing here proves them; they prove its place in the log; or another document's. */
typedef enum { FZ_FILE_PLACE_NONE, FZ_FILE_PLACE_UNPROVED, FZ_FILE_PLACE_PROVED, FZ_FILE_PLACE_ANOTHER } FzFilePlace;
typedef enum { FZ_FILE_NO_WORD, FZ_FILE_EFFECTIVE, FZ_FILE_NOT_EFFECTIVE } FzFileWord; /* of prescriptions */

typedef struct {
  char *path;
  char *title, *text;     /* what people read, in the Chinese that was signed; the title is its first line */
  char *machine;          /* the lines below it for machines; NULL: none */
  gboolean rendered;      /* FALSE: no template of this program makes what was signed of it, and `text` is the signed lines themselves */
  char *institution;      /* as the document says; NULL: it doesn't */
  gint64 signed_at_us;    /* as the document says; 0: it doesn't */
  GPtrArray *lines;       /* FzFileLine */
  FzFileVerdict verdict;
  FzFileWord word;
  char *reason;           /* in the reader's language; NULL: nothing more to say */
  char *keys;             /* path of the list that was used; NULL: none */
  gboolean roles;         /* the list is a signed one, which alone says who is a pharmacist */
  gboolean anchored;      /* the list was held against an institution's key that came from outside, and is signed by it */
  FzFilePlace place;
} FzDocumentFile;

/* `keys`: a list of keys, NULL: the signed one beside the file, in its folder or the one above. `institution`: a verifier key that came from outside, NULL:
 * none. NOT_FOUND, RETRY: it can't be read; INVALID: too long, no signed document, or `keys` or `institution` is none. (transfer full) */
FzDocumentFile *fz_document_file_open (const char *path, const char *keys, const char *institution, GError **error);
void fz_document_file_free (FzDocumentFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzDocumentFile, fz_document_file_free)
/* The verdict as a sentence: by a list that nothing from outside vouches for, a good one only says that it fits this list. (transfer none) */
const char *fz_document_file_say (const FzDocumentFile *self);
/* Below it, a sentence a line: why, whether a prescription can be dispensed by it, what to do. (transfer full) */
char *fz_document_file_explain (const FzDocumentFile *self);
const char *fz_file_line_say (const FzFileLine *line);
/* What it says on A4: the verdict below the title, and across each page when it is not to be relied on; who signed below. In no audit log: no store is open. RETRY. (transfer full) */
FzPrintout *fz_document_file_printout (const FzDocumentFile *self, GError **error);

/* Where fuzhen-verify is: beside this program, or where it is installed, the one without shared libraries first; NULL: nowhere. (transfer full) */
char *fz_verify_program_find (void);
