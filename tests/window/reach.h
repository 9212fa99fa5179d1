/* tests/window/reach.h: another process's widgets over the accessibility bus. The calls of AT-SPI are made side by side rather
 * than one after the other, as libatspi makes them: a page of six hundred things is read in a fraction of a second. */
#pragma once

#include <atspi/atspi-constants.h>
#include <gio/gio.h>

typedef struct {
  char *path;
  AtspiRole role;
  char *name, *about;
  guint64 states; /* a bit an AtspiStateType; 0 when it was read without */
  GPtrArray *children;
} Thing;

typedef struct {
  int x, y, width, height; /* within the window */
} Place;

/* Waits until the process stands on the bus. */
void reach_open (GPid pid);
void reach_close (void);

/* The whole tree as it is now; NULL: it changed while it was read. (transfer full) */
Thing *reach_read (gboolean with_states);
Thing *thing_ref (Thing *self);
void thing_unref (Thing *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Thing, thing_unref)

/* The description as it is now. (transfer full) */
char *reach_about (const Thing *thing);
guint64 reach_states (const Thing *thing);
gboolean reach_place (const Thing *thing, Place *out);
/* What the Text interface gives; NULL: it has none. (transfer full) */
char *reach_text (const Thing *thing);
/* A call as an assistive program would make it; NULL with a reason: it was turned down. (transfer full) */
GVariant *reach_call (const Thing *thing, const char *interface, const char *method, GVariant *parameters, GError **error);
