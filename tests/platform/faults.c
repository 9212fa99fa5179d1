#include "tests/platform/faults.h"

#include "tests/platform/crypto.h"

#include <string.h>

typedef struct {
  SimFault fault;
  double percent;
  char *name;
} Share;

struct _SimFaults {
  GArray *shares;
  char *seed;
  char *only; /* NULL: every record */
  GHashTable *own; /* key -> Share, of one record alone */
  guint first, slow_ms;
};

static const struct {
  const char *name;
  SimFaultKind kind;
} kinds[] = {
  { "drop", SIM_FAULT_DROP },         { "reset", SIM_FAULT_RESET },     { "503", SIM_FAULT_503 },
  { "busy", SIM_FAULT_OUTER },        { "slow", SIM_FAULT_SLOW },       { "truncate", SIM_FAULT_TRUNCATE },
  { "notjson", SIM_FAULT_NOTJSON },   { "errbody", SIM_FAULT_ERRBODY }, { "huge", SIM_FAULT_HUGE },
  { "redirect", SIM_FAULT_REDIRECT }, { "type", SIM_FAULT_TYPE },       { "refuse", SIM_FAULT_REFUSE },
};

static void
clear_share (gpointer data)
{
  g_free (((Share *) data)->name);
}

void
sim_faults_free (SimFaults *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->shares);
  g_hash_table_unref (self->own);
  g_free (self->seed);
  g_free (self->only);
  g_free (self);
}

static gboolean
read_fault (const char *name, Share *out)
{
  gint64 code = 0;

  *out = (Share){ { SIM_FAULT_OUTER, NULL, -1 }, 0, NULL };
  for (guint i = 0; i < G_N_ELEMENTS (kinds) && out->name == NULL; i++)
    if (g_str_equal (kinds[i].name, name)) {
      out->fault.kind = kinds[i].kind;
      out->name = g_strdup (name);
    }
  if (out->name == NULL) {
    if (!g_ascii_string_to_signed (name, 10, 40000, 49999, &code, NULL))
      return FALSE;
    out->fault.code = (int) code;
    out->name = g_strdup (name);
  }
  out->fault.name = out->name;
  return TRUE;
}

static gboolean
add_share (SimFaults *self, const char *name, double percent)
{
  Share share;

  if (!read_fault (name, &share))
    return FALSE;
  share.percent = percent;
  g_array_append_val (self->shares, share);
  return TRUE;
}

static void
share_free (gpointer data)
{
  clear_share (data);
  g_free (data);
}

/* "drop@D7": this record alone, whatever the percents say. */
static const char *
add_own (SimFaults *self, const char *entry)
{
  g_auto (GStrv) parts = g_strsplit (entry, "@", 2);
  Share share;

  if (*parts[1] == '\0')
    return "the key of one record is expected after '@'";
  if (!read_fault (parts[0], &share))
    return "no such fault";
  g_hash_table_insert (self->own, g_strdup (parts[1]), g_memdup2 (&share, sizeof share));
  return NULL;
}

static const char *
read_entry (SimFaults *self, const char *entry)
{
  g_auto (GStrv) parts = g_strsplit (entry, "=", 2);
  char *end = NULL;
  double value = 0;

  if (strchr (entry, '@') != NULL)
    return add_own (self, entry);
  if (g_strv_length (parts) != 2)
    return "name=number is expected";
  if (g_str_equal (parts[0], "only")) {
    if (*parts[1] == '\0' || self->only != NULL)
      return "the key of one record is expected after only=";
    self->only = g_strdup (parts[1]);
    return NULL;
  }
  value = g_ascii_strtod (parts[1], &end);
  if (end == parts[1] || *end != '\0' || !(value >= 0) || value > 1e6)
    return "a number from 0 is expected after '='";
  if (g_str_equal (parts[0], "first"))
    self->first = (guint) value;
  else if (g_str_equal (parts[0], "slow_ms"))
    self->slow_ms = (guint) value;
  else if (value > 100)
    return "more than 100 percent";
  else if (!add_share (self, parts[0], value))
    return "no such fault";
  return NULL;
}

SimFaults *
sim_faults_parse (const char *spec, const char *seed, const char **reason)
{
  SimFaults *self = g_new0 (SimFaults, 1);
  g_auto (GStrv) entries = g_strsplit (spec != NULL ? spec : "", ",", -1);
  double sum = 0;

  self->shares = g_array_new (FALSE, TRUE, sizeof (Share));
  g_array_set_clear_func (self->shares, clear_share);
  self->own = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, share_free);
  self->seed = g_strdup (seed);
  self->first = G_MAXUINT;
  self->slow_ms = 2000;
  *reason = NULL;
  for (guint i = 0; entries[i] != NULL && *reason == NULL; i++)
    if (*entries[i] != '\0')
      *reason = read_entry (self, entries[i]);
  for (guint i = 0; i < self->shares->len; i++)
    sum += g_array_index (self->shares, Share, i).percent;
  if (*reason == NULL && sum > 100)
    *reason = "the faults add up to more than 100 percent";
  if (*reason == NULL)
    return self;
  sim_faults_free (self);
  return NULL;
}

SimFault
sim_faults_choose (const SimFaults *self, const char *method, const char *key, guint delivery)
{
  const SimFault none = { SIM_FAULT_NONE, NULL, 0 };
  g_autofree char *text = g_strdup_printf ("%s|%s|%s|%u", self->seed, method, key, delivery);
  g_autofree char *hash = sim_sm3_hex (text, strlen (text));
  const Share *own = g_hash_table_lookup (self->own, key);
  double point = 0, edge = 0;

  if (delivery < self->first && own != NULL)
    return own->fault;
  if (delivery >= self->first || (self->only != NULL && !g_str_equal (self->only, key)))
    return none;
  hash[8] = '\0';
  point = (double) g_ascii_strtoull (hash, NULL, 16) / 4294967296.0 * 100;
  for (guint i = 0; i < self->shares->len; i++) {
    const Share *share = &g_array_index (self->shares, Share, i);

    edge += share->percent;
    if (point < edge)
      return share->fault;
  }
  return none;
}

guint
sim_faults_get_slow_ms (const SimFaults *self)
{
  return self->slow_ms;
}
