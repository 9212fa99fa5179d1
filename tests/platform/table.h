/* tests/platform/table.h: what the platform's interface specification (version 1.0) says of each message, field by field. */
#pragma once

#include <glib.h>

typedef enum {
  SIM_TEXT,     /* Varchar(n), length in characters */
  SIM_INTEGER,  /* JSON integer, not negative */
  SIM_MONEY,    /* Decimal(8,2) as a JSON number, not negative */
  SIM_DATETIME, /* text "YYYY-MM-DD HH:MM:SS" */
  SIM_DATE,     /* text "YYYY-MM-DD" */
  SIM_LIST      /* array of objects, fields in SimMethod.items */
} SimType;

typedef struct {
  const char *name;
  SimType type;
  guint length; /* of SIM_TEXT */
  gboolean required;
  const char *values; /* "1|2|9": the dictionary; "@name": one too large to write here; NULL: free */
} SimField;

typedef struct {
  const char *name;
  const char *key;       /* the field that names the business record */
  const SimField *fields; /* ends with a NULL name */
  const SimField *items;  /* of the list field, or NULL */
  gboolean sign_in;       /* an empty array is a day's sign-in, not an error */
  const char *list;       /* the list field's name; NULL: orderList */
} SimMethod;

/* NULL when the platform has no such method. */
const SimMethod *sim_method_find (const char *name);
const SimMethod *sim_method_at (guint index);
/* added.c: the messages of a hospital's file as the platform's own; FALSE: it cannot be read. Once, before anybody calls. */
gboolean sim_methods_add (const char *path);
const SimMethod *sim_method_find_added (const char *name);
const SimField *sim_field_find (const SimField *fields, const char *name);
/* Whether the dictionary of a field holds the value. */
gboolean sim_dictionary_has (const char *values, const char *value);
