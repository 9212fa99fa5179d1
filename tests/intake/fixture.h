/* tests/intake/fixture.h: a sample bundle in a folder of its own, changed as a test needs. */
#pragma once

#include "app/intake_bundle.h"

/* 2026-01-05 09:00 at Beijing, an hour after the samples were sent. */
#define NOW_TEXT "2026-01-05T01:00:00Z"

typedef struct {
  FzBundleCheck check;
  char *dir; /* a fresh folder, removed at the end */
} Fixture;

void fixture_set_up (Fixture *self, gconstpointer data);
void fixture_tear_down (Fixture *self, gconstpointer data);
char *fixture_source (const char *path);
/* Copies sample `n` into `folder` below dir; returns that path. */
char *fixture_copy_sample (Fixture *self, guint n, const char *folder);
char *fixture_read (const char *path);
void fixture_write (const char *path, const char *text, gssize n);
/* Replaces one text in folder/visit.json; fails the test when it is not there exactly once. */
void fixture_change (const char *folder, const char *from, const char *to);
GPtrArray *fixture_load (Fixture *self, const char *path);
/* Loads and expects one bundle with a problem of this field whose message holds `words`. */
void fixture_expect (Fixture *self, const char *path, const char *field, const char *words);
/* A sample as an archive. (transfer full) */
char *zip_of_sample (Fixture *self, guint n);
