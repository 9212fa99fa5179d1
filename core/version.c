#include "core/version.h"

#include <glib/gi18n-lib.h>

static const char *const words[FZ_N_VERSION_STATES] = { "pending", "approved", "declined", "withdrawn" };
static const char *const labels[FZ_N_VERSION_STATES] = { N_ ("待批准"), N_ ("已批准"), N_ ("未获批准"), N_ ("已撤回") };

const char *
fz_version_state_to_word (FzVersionState state)
{
  return words[state];
}

gboolean
fz_version_state_from_word (const char *word, FzVersionState *out)
{
  for (guint i = 0; i < FZ_N_VERSION_STATES; i++)
    if (g_strcmp0 (word, words[i]) == 0) {
      *out = (FzVersionState) i;
      return TRUE;
    }
  return FALSE;
}

const char *
fz_version_state_label (FzVersionState state)
{
  return _ (labels[state]);
}

/* --- the list --- */

static void
version_free (gpointer data)
{
  FzVersion *version = data;

  g_free (version->id);
  g_free (version->person);
  g_free (version->asked_by);
  g_free (version->note_sha256);
  fz_fields_unref (version->facts);
  g_free (version);
}

FzVersions *
fz_versions_new (const char *noun)
{
  FzVersions *self = g_new0 (FzVersions, 1);

  self->noun = noun;
  self->versions = g_ptr_array_new_with_free_func (version_free);
  return self;
}

void
fz_versions_free (FzVersions *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->versions);
  g_free (self);
}

FzVersion *
fz_versions_find_open (FzVersions *self, const char *id)
{
  for (guint i = 0; i < self->versions->len; i++) {
    FzVersion *version = self->versions->pdata[i];

    if (g_strcmp0 (version->id, id) == 0)
      return version;
  }
  return NULL;
}

const FzVersion *
fz_versions_find (const FzVersions *self, const char *id)
{
  FzVersions all = *self; /* the list is read only */

  return fz_versions_find_open (&all, id);
}

const FzVersion *
fz_versions_get_pending (const FzVersions *self)
{
  for (guint i = 0; i < self->versions->len; i++)
    if (((const FzVersion *) self->versions->pdata[i])->state == FZ_VERSION_PENDING)
      return self->versions->pdata[i];
  return NULL;
}

const FzVersion *
fz_versions_in_force (const FzVersions *self, FzDate on)
{
  for (guint i = self->versions->len; i > 0; i--) {
    const FzVersion *version = self->versions->pdata[i - 1];

    if (version->state == FZ_VERSION_APPROVED && fz_date_compare (version->since, on) <= 0)
      return version;
  }
  return NULL;
}

char *
fz_version_id (const char *noun, guint number)
{
  g_autofree char *upper = g_ascii_strup (noun, -1);

  return g_strdup_printf ("%s-%04u", upper, number);
}

/* --- folding --- */

static void
put (const FzVersions *self, FzFields *facts, const char *key, const char *value)
{
  g_autofree char *name = g_strconcat (self->noun, ".", key, NULL);

  fz_fields_set (facts, name, value);
}

static void
put_time (const FzVersions *self, FzFields *facts, const char *key, gint64 at_us)
{
  g_autofree char *name = g_strconcat (self->noun, ".", key, NULL);

  fz_fields_set_time (facts, name, at_us);
}

gboolean
fz_versions_is_next (const FzVersions *self, const FzDocument *document)
{
  g_autofree char *id = fz_version_id (self->noun, self->versions->len + 1);
  gint64 number = 0;

  return fz_fields_get_int (document->body, "number", &number) && number == self->versions->len + 1 && g_strcmp0 (document->id, id) == 0;
}

void
fz_versions_set_state (FzVersions *self, FzVersion *version, FzVersionState state)
{
  version->state = state;
  put (self, version->facts, "state", words[state]);
}

void
fz_versions_push (FzVersions *self, const FzDocument *document, FzDate since, FzVersionState state, FzFields *facts)
{
  FzVersion *version = g_new0 (FzVersion, 1);

  version->number = self->versions->len + 1;
  version->id = g_strdup (document->id);
  version->since = since;
  version->person = g_strdup (document->actor.person);
  version->note_sha256 = g_strdup (document->note_sha256);
  version->facts = facts;
  put (self, facts, "id", document->id);
  put_time (self, facts, "signed_at", document->signed_at_us);
  put (self, facts, "by", fz_fields_get (document->body, "affairs.name"));
  put (self, facts, "by_number", fz_fields_get (document->body, "affairs.staff_number"));
  fz_versions_set_state (self, version, state);
  g_ptr_array_add (self->versions, version);
}

void
fz_versions_put_decider (FzVersions *self, FzVersion *version, const FzDocument *document, const char *what)
{
  g_autofree char *at = g_strconcat (what, "_at", NULL), *by = g_strconcat (what, "_by", NULL), *number = g_strconcat (by, "_number", NULL);

  put_time (self, version->facts, at, document->signed_at_us);
  put (self, version->facts, by, fz_fields_get (document->body, "decider.name"));
  put (self, version->facts, number, fz_fields_get (document->body, "decider.staff_number"));
}

void
fz_versions_decide (FzVersions *self, FzVersion *version, const FzDocument *document, FzVersionState state)
{
  fz_versions_set_state (self, version, state);
  put (self, version->facts, "decision", document->id);
  fz_versions_put_decider (self, version, document, "decided");
  put (self, version->facts, "decision_words", fz_fields_get (document->body, "words"));
}

gboolean
fz_version_day_is_open (FzDate since, gint64 signed_at_us)
{
  return fz_date_compare (fz_date_in_beijing (signed_at_us), since) <= 0;
}

gboolean
fz_version_is_own (const FzVersion *version, const FzDocument *document)
{
  return g_strcmp0 (version->person, document->actor.person) == 0;
}
