/* app/front_wire.h: one request to the hospital's front (与医院前端的一次通信): signed, sent over a kept line, and what its answer means. The rules of
 * TLS, key, proxy and loopback are those of the platform's configuration (app/platform/config.h, profile "front"). */
#pragma once

#include "app/platform/config.h"
#include "app/post.h"

typedef enum {
  FZ_FRONT_GOOD,    /* 2xx */
  FZ_FRONT_LATER,   /* not reached, busy, or the answer broke off: again, for ever */
  FZ_FRONT_TAKEN,   /* 409: somebody else has it */
  FZ_FRONT_MISSING, /* 404, 410, 416 */
  FZ_FRONT_WRONG    /* refused as it is: key, address, contract; a person must look */
} FzFrontAnswerKind;

typedef struct {
  FzFrontAnswerKind kind;
  guint status;
  GBytes *body;    /* of GOOD and TAKEN whole; of LATER what had come */
  char *words;     /* why not, in a phrase; NULL when GOOD */
  gint64 after_us; /* LATER: the least to wait, 0: as one likes */
  char *range;     /* Content-Range */
} FzFrontAnswer;
void fz_front_answer_clear (FzFrontAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FzFrontAnswer, fz_front_answer_clear)

typedef struct _FzFrontWire FzFrontWire;
/* Of one thread, with its thread-default main context. */
FzFrontWire *fz_front_wire_new (FzPlatformConfig *config);
void fz_front_wire_free (FzFrontWire *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzFrontWire, fz_front_wire_free)
FzPostLine *fz_front_wire_get_line (FzFrontWire *self);

typedef struct {
  const char *method;
  const char *path; /* below the configured address, with query: `inbox?after=…` */
  const char *type; /* NULL: JSON */
  GBytes *body;     /* NULL: none */
  gint64 from;      /* Range: bytes=from-; 0: the whole */
  gsize most;
  guint seconds;
  GCancellable *stop;
} FzFrontRequest;
/* Blocks, while other sources of the context run. */
void fz_front_wire_ask (FzFrontWire *self, const FzFrontRequest *request, FzFrontAnswer *out);
/* Name, value, …, NULL of the headers that sign a request (also of a WebSocket's handshake). (transfer full) */
char **fz_front_wire_sign (FzFrontWire *self, const char *method, const char *path, GBytes *body);
char *fz_front_wire_url (FzFrontWire *self, const char *path);
