/* tests/post/served.h: a web server of the loopback in a thread of its own, for code that blocks while it asks. */
#pragma once

#include <libsoup/soup.h>

typedef struct {
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  char *url; /* ends with a slash */
  GTlsCertificate *certificate;
  SoupServerCallback answer;
  gpointer data;
} Served;

/* `answer` is called in that thread. `take_certificate` NULL: plain http. */
void served_open (Served *self, GTlsCertificate *take_certificate, SoupServerCallback answer, gpointer data);
/* When it returns the thread has ended. */
void served_close (Served *self);
