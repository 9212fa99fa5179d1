/* From exec to the first frame on the screen, memory by then, and how long a whole frame takes: the program's sign-in page, an empty GTK window, that window with
 * one line of text, and GTK's own widget factory where it is installed take turns. All are watched from outside, by the pixels the X server holds.
 * bench-start FUZHEN BLANK [KNOWN]; FUZHEN_DATA names a demo store. */
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/Xdamage.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include "tests/bench/figures.h"

#define STARTS 10
#define FRAMES 8 /* of each start */
#define WIDER 20 /* pixels a frame */
#define EDGE 12 /* of a window, which it may leave unpainted */
#define DEADLINE_NS (G_GINT64_CONSTANT (20) * 1000000000)
#define MANY_COLOURS 24 /* letters, a field, a button: more than any background has */

typedef struct {
  Display *display;
  int damage_event;
  Window window;
  guint colours; /* what the first usable frame shows at least */
} Watch;

/* Counts up to `most` different pixels on every fourth row. A window that is gone or not to be read counts none. */
static guint
count_colours (Watch *self, guint most)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  XWindowAttributes shape;
  XImage *image;

  if (!XGetWindowAttributes (self->display, self->window, &shape) || shape.map_state != IsViewable)
    return 0;
  image = XGetImage (self->display, self->window, 0, 0, (unsigned) shape.width, (unsigned) shape.height, AllPlanes, ZPixmap);
  if (image == NULL)
    return 0;
  for (int y = 0; y < image->height && g_hash_table_size (seen) < most; y += 4)
    for (int x = 0; x < image->width && g_hash_table_size (seen) < most; x++) {
      unsigned long pixel = XGetPixel (image, x, y) & 0xffffff;

      if (pixel != 0) /* what the server puts into a window before it is painted */
        g_hash_table_add (seen, GSIZE_TO_POINTER (pixel));
    }
  XDestroyImage (image);
  return g_hash_table_size (seen);
}

/* TRUE once a usable frame stands there. */
static gboolean
look_at (Watch *self, const XEvent *event)
{
  if (event->type == MapNotify && !event->xmap.override_redirect) {
    self->window = event->xmap.window;
    XDamageCreate (self->display, self->window, XDamageReportRawRectangles);
  } else if (event->type != self->damage_event)
    return FALSE;
  return self->window != None && count_colours (self, self->colours) >= self->colours;
}

static gboolean
wait_for_frame (Watch *self)
{
  gint64 deadline = now_ns () + DEADLINE_NS;

  while (now_ns () < deadline) {
    struct pollfd connection = { ConnectionNumber (self->display), POLLIN, 0 };

    while (XPending (self->display) > 0) {
      XEvent event;
      gboolean more;

      /* Many rectangles, one look. */
      do {
        XNextEvent (self->display, &event);
        more = event.type == self->damage_event && XPending (self->display) > 0;
      } while (more);
      if (look_at (self, &event))
        return TRUE;
    }
    if (poll (&connection, 1, 1000) < 0 && errno != EINTR)
      return FALSE;
  }
  return FALSE;
}

/* The next damage that reaches to the right edge: the window was laid out and painted anew at that width. */
static gboolean
wait_for_width (Watch *self, int width)
{
  gint64 deadline = now_ns () + DEADLINE_NS;

  while (now_ns () < deadline) {
    struct pollfd connection = { ConnectionNumber (self->display), POLLIN, 0 };

    while (XPending (self->display) > 0) {
      XEvent event;

      XNextEvent (self->display, &event);
      if (event.type == self->damage_event) {
        const XDamageNotifyEvent *damage = (const XDamageNotifyEvent *) &event;

        if (damage->area.x + damage->area.width >= width - EDGE)
          return TRUE;
      }
    }
    if (poll (&connection, 1, 1000) < 0 && errno != EINTR)
      return FALSE;
  }
  return FALSE;
}

/* Each a little wider than the last: nothing of it stood there before. */
static void
measure_frames (Watch *self, Samples *frames)
{
  XWindowAttributes shape;
  int width;

  must (XGetWindowAttributes (self->display, self->window, &shape), "the window's size", NULL);
  width = shape.width;
  for (guint i = 0; i < FRAMES; i++) {
    gint64 from = now_ns ();

    width += WIDER;
    XResizeWindow (self->display, self->window, (unsigned) width, (unsigned) shape.height);
    XFlush (self->display);
    must (wait_for_width (self, width), "a frame of another width", NULL);
    samples_add (frames, from);
  }
}

static void
start (Watch *watch, const char *program, const char *name, guint colours, Samples *to, Samples *memory, Samples *frames)
{
  char *const arguments[] = { (char *) name, NULL };
  pid_t pid = 0;
  gint64 from = now_ns ();

  watch->window = None;
  watch->colours = colours;
  must (posix_spawn (&pid, program, NULL, NULL, arguments, environ) == 0, program, NULL);
  if (!wait_for_frame (watch)) {
    kill (pid, SIGKILL);
    must (FALSE, "no frame within 20 s", NULL);
  }
  samples_add (to, from);
  if (memory != NULL)
    samples_add_us (memory, memory_mib ((int) pid, "VmHWM"));
  if (frames != NULL)
    measure_frames (watch, frames);
  kill (pid, SIGTERM);
  must (waitpid (pid, NULL, 0) == pid, program, NULL);
  XSync (watch->display, False);
}

/* A window may go away while it is looked at. */
static int
ignore_error (Display *display, XErrorEvent *error)
{
  return 0;
}

static void
report_memory (const char *name, const Samples *samples)
{
  g_print ("figure\t%s\t%.0f MiB\t%.0f MiB\t\t\n", name, samples_quantile (samples, 0.5), samples_quantile (samples, 0.99));
}

int
main (int argc, char **argv)
{
  Watch watch = { .display = XOpenDisplay (NULL) };
  g_auto (Samples) ours = { 0 }, blank = { 0 }, text = { 0 }, known = { 0 }, our_memory = { 0 }, blank_memory = { 0 }, known_memory = { 0 };
  g_auto (Samples) our_frames = { 0 }, blank_frames = { 0 }, known_frames = { 0 };
  Samples *all[] = { &ours, &blank, &text, &known, &our_memory, &blank_memory, &known_memory, &our_frames, &blank_frames, &known_frames };
  const char *other = argc == 4 ? argv[3] : NULL;
  int errors = 0;

  must ((argc == 3 || argc == 4) && watch.display != NULL, "usage: bench-start FUZHEN BLANK [KNOWN], on a display", NULL);
  must (XDamageQueryExtension (watch.display, &watch.damage_event, &errors), "DAMAGE extension", NULL);
  watch.damage_event += XDamageNotify;
  XSetErrorHandler (ignore_error);
  XSelectInput (watch.display, DefaultRootWindow (watch.display), SubstructureNotifyMask);
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    samples_init (all[i]);
  for (guint i = 0; i < STARTS + 1; i++) {
    start (&watch, argv[2], argv[2], 1, &blank, &blank_memory, &blank_frames);
    start (&watch, argv[1], argv[1], MANY_COLOURS, &ours, &our_memory, &our_frames);
    start (&watch, argv[2], "blank-text", MANY_COLOURS, &text, NULL, NULL);
    if (other != NULL)
      start (&watch, other, other, MANY_COLOURS, &known, &known_memory, &known_frames);
    for (gsize j = 0; i == 0 && j < G_N_ELEMENTS (all); j++) /* the first of each reads the files from the disk */
      g_array_set_size (all[j]->us, 0);
  }
  report ("exec to the first frame of an empty GTK window", &blank, NULL, NULL);
  report_ratio ("exec to the sign-in page on the screen", &ours, &blank, "the empty window", FALSE, "1.3x");
  report_ratio ("  the empty window with one line of Chinese", &text, &blank, "the empty window", FALSE, NULL);
  report_memory ("  memory by then (VmHWM): the empty window", &blank_memory);
  report_memory ("  memory by then (VmHWM): the sign-in page", &our_memory);
  report ("a whole frame, laid out and painted at another width: the empty window", &blank_frames, NULL, NULL);
  report_ratio ("  the sign-in page", &our_frames, &blank_frames, "the empty window", FALSE, NULL);
  if (other != NULL) {
    report_ratio ("exec to the first frame of gtk4-widget-factory", &known, &blank, "the empty window", FALSE, NULL);
    report_ratio ("  the sign-in page", &ours, &known, "gtk4-widget-factory", FALSE, NULL);
    report_memory ("  memory by then (VmHWM): gtk4-widget-factory", &known_memory);
    report_ratio ("  a whole frame of the sign-in page", &our_frames, &known_frames, "gtk4-widget-factory", FALSE, NULL);
  }
  XCloseDisplay (watch.display);
  return 0;
}
