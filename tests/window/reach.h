/* tests/window/reach.h: another process's widgets over the accessibility bus: a page of six hundred things is read in a few
 * hundredths of a second, so that looking again until something is there costs little. */
#pragma once

#include <atspi/atspi-constants.h>
#include <gio/gio.h>

typedef struct {
  char *path;
  AtspiRole role;
  char *name, *about;
  guint64 states; /* a bit an AtspiStateType */
  GPtrArray *children;
} Thing;

typedef struct {
  int x, y, width, height; /* within the window */
} Place;

/* Waits until the process stands on the bus. */
void reach_open (GPid pid);
void reach_close (void);

/* The whole tree as it is now; NULL: it changed while it was read. (transfer full) */
Thing *reach_read (void);
/* The one thing that says it has the focus, without its children; NULL: none is known yet, or more than one. (transfer full) */
Thing *reach_focused (void);
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
