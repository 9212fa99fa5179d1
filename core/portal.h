/* core/portal.h: what a hospital files by hand in the platform's portal (门户填报), as data: which duties there are, which move of which register (or
 * which list of the hospital) gives rise to one, within how many working days, and the portal's columns of each. The interface of the platform
 * takes business data only; licence, staff, departments, delivery partners, security assessments, complaints and rectifications go through the
 * portal. Tianjin 2025 art. 5, 15, 24, 26, 30, 34. Unknown keys and words refuse to load. */
#pragma once

#include "core/register.h"

typedef enum {
  FZ_PORTAL_REGISTER,  /* moves of a register's entries */
  FZ_PORTAL_STAFF,     /* doctors and pharmacists: joined, left, other papers */
  FZ_PORTAL_DEPARTMENT /* the granted departments */
} FzPortalSource;

typedef struct {
  const char *key, *label; /* the platform's name of it and ours */
  const char *from;        /* a fact: organ.code, entry.partner, staff.licence, @now, @files … (app/portal_export.c) */
  gboolean needed;         /* nothing is exported without it */
} FzPortalColumn;

typedef struct {
  const char *place; /* a jurisdiction; NULL: everywhere else */
  guint workdays;
  const char *basis; /* article, and whether the number is the text's or the hospital's own */
} FzPortalTerm;

typedef struct {
  const char *word, *label, *label_en;
  FzPortalSource source;
  const char *reg;            /* of FZ_PORTAL_REGISTER */
  const char *const *moves;   /* which give rise to it … */
  const char *const *days;    /* … and the field of the day its term runs from; `@signed`: the day of the signature */
  const char *when;           /* only entries whose field says one of `is`; NULL: all */
  const char *const *is;
  const char *due;            /* the field that is the last day itself; NULL: by terms */
  const char *owner;          /* the field that names who owes it; NULL: medical affairs */
  const char *files, *files_en; /* what has to be uploaded beside the table; may be NULL */
  GArray *terms;              /* FzPortalTerm */
  GArray *columns;            /* FzPortalColumn */
} FzPortalDuty;

typedef struct _FzPortal FzPortal;

/* INVALID "<file>: path: reason". Frozen. */
FzPortal *fz_portal_parse (const char *file, const void *json, gsize n, GError **error);
void fz_portal_free (FzPortal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzPortal, fz_portal_free)

const char *fz_portal_get_register (const FzPortal *self); /* whose entries the duties are */
guint fz_portal_get_n (const FzPortal *self);
const FzPortalDuty *fz_portal_get (const FzPortal *self, guint i);
/* NULL: none. */
const FzPortalDuty *fz_portal_find (const FzPortal *self, const char *word);
const FzPortalDuty *fz_portal_find_source (const FzPortal *self, FzPortalSource source);
/* What this move of an entry (as it is after it) gives rise to; NULL: nothing. *out_day: the day its term runs from, a field, or `@signed`. */
const FzPortalDuty *fz_portal_find_move (const FzPortal *self, const FzFields *entry, const char *move, const char **out_day);
/* Of that place; NULL: the duty has no term of its own (`due`). */
const FzPortalTerm *fz_portal_term (const FzPortalDuty *duty, const char *place);
