/* tests/platform/json.h: the simulator's own strict JSON reader (RFC 8259, nothing more): no duplicate key, no U+0000, valid
 * UTF-8, depth at most 32, nothing after the value. Numbers keep their written form, so that digits can be counted. */
#pragma once

#include <glib.h>

typedef enum { SIM_JSON_NULL, SIM_JSON_FALSE, SIM_JSON_TRUE, SIM_JSON_NUMBER, SIM_JSON_STRING, SIM_JSON_ARRAY, SIM_JSON_OBJECT } SimJsonType;

typedef struct _SimJson SimJson;
struct _SimJson {
  SimJsonType type;
  char *name;        /* in an object, else NULL */
  char *text;        /* string: its value; number: as written; else NULL */
  GPtrArray *items;  /* array and object: SimJson, owned */
  const char *start; /* where it stands in the text that was parsed, and how long it is there */
  gsize length;
};

/* NULL with *reason set (transfer full). The text must outlive the result. */
SimJson *sim_json_parse (const char *text, gsize n, char **reason);
void sim_json_free (SimJson *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimJson, sim_json_free)
/* The member of an object, exact name; NULL when absent. (transfer none) */
const SimJson *sim_json_get (const SimJson *object, const char *name);
/* The string's value, or NULL when absent or not a string. (transfer none) */
const char *sim_json_text (const SimJson *object, const char *name);
