#include "core/prescribing_right.h"

/* A day that is missing or odd has been reached: nobody is freed by a slip. */
static gboolean
is_reached (const FzFields *entry, const char *key, FzDate on)
{
  const char *text = fz_fields_get (entry, key);
  FzDate day;

  return text == NULL || !fz_date_parse (text, &day, NULL) || fz_date_compare (on, day) >= 0;
}

/* The other way round: the right is back only on a day that can be read. */
static gboolean
is_lifted (const FzFields *entry, const char *key, FzDate on)
{
  const char *text = fz_fields_get (entry, key);
  FzDate day;

  return text != NULL && fz_date_parse (text, &day, NULL) && fz_date_compare (on, day) >= 0;
}

static gboolean
is_state (const FzFields *entry, const char *word)
{
  return g_strcmp0 (fz_fields_get (entry, "entry.state"), word) == 0;
}

static gboolean
is_in_force (const FzFields *entry, FzDate on)
{
  if (is_state (entry, "restored") && is_lifted (entry, "field.ended_on", on))
    return FALSE;
  if (is_state (entry, "regranted") && is_lifted (entry, "field.regranted_on", on))
    return FALSE;
  return is_reached (entry, "field.decided_on", on);
}

static gboolean
is_revoked (const FzFields *entry, FzDate on)
{
  return (is_state (entry, "revoked") || is_state (entry, "regranted")) && is_reached (entry, "field.ended_on", on);
}

/* What it limits on that day: the class it names while restricted, otherwise everything. */
static const char *
limit_of (const FzFields *entry, FzDate on)
{
  static const char *const classes[] = { "antibacterial", "limited_antibacterial", "herbal" };
  const char *limit = fz_fields_get (entry, "field.limit");

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (g_strcmp0 (limit, classes[i]) == 0 && !is_revoked (entry, on))
      return classes[i];
  return "all";
}

/* A line that does not say what it is falls under every class. */
static gboolean
is_of (const FzFields *facts, guint i, const char *limit)
{
  const char *kind = fz_fields_get_at (facts, "rx.item", i, "kind"), *grade = fz_fields_get_at (facts, "rx.item", i, "antibacterial");

  if (g_str_equal (limit, "all"))
    return TRUE;
  if (g_str_equal (limit, "herbal"))
    return kind == NULL || g_str_equal (kind, "herbal");
  if (kind != NULL && g_str_equal (kind, "herbal"))
    return FALSE;
  return grade == NULL || !(g_str_equal (grade, "none") || (g_str_equal (limit, "limited_antibacterial") && g_str_equal (grade, "unrestricted")));
}

static const FzFields *
find_limit (GPtrArray *entries, FzDate on, const FzFields *facts, guint i)
{
  for (guint k = 0; k < entries->len; k++)
    if (is_in_force (entries->pdata[k], on) && is_of (facts, i, limit_of (entries->pdata[k], on)))
      return entries->pdata[k];
  return NULL;
}

static void
put_entry (const FzFields *entry, FzDate on, FzFields *facts)
{
  gboolean open = is_state (entry, "restricted") || is_state (entry, "training");

  fz_fields_set (facts, "doctor.right.entry", fz_fields_get (entry, "entry.id"));
  fz_fields_set (facts, "doctor.right.from", fz_fields_get (entry, is_revoked (entry, on) ? "field.ended_on" : "field.decided_on"));
  fz_fields_set (facts, "doctor.right.review", open ? fz_fields_get (entry, "field.review_on") : NULL);
  fz_fields_set (facts, "doctor.right.limit", limit_of (entry, on));
}

void
fz_prescribing_right_put (GPtrArray *entries, FzDate on, FzFields *facts)
{
  for (guint i = 0; i < fz_fields_count (facts, "rx.item"); i++) {
    const FzFields *entry = find_limit (entries, on, facts, i);

    fz_fields_set_at (facts, "rx.item", i, "right", entry == NULL ? "held" : "limited");
    if (entry != NULL && !fz_fields_has (facts, "doctor.right.limit"))
      put_entry (entry, on, facts);
  }
}
