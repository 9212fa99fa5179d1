#include "app/recurring.h"

#include "app/knowledge.h"
#include "db/audit.h"
#include "db/directory.h"
#include "db/registers.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>

#define LIST "recurring"
#define MOST_MONTHS 60

/* --- how often --- */

static int
place_of (const FzFields *institution, const char *code)
{
  for (guint i = 0; i < fz_fields_count (institution, LIST); i++)
    if (g_strcmp0 (fz_fields_get_at (institution, LIST, i, "code"), code) == 0)
      return (int) i;
  return -1;
}

gboolean
fz_recurring_amend (FzDesk *desk, const FzFields *changes, FzFields *institution, GError **error)
{
  const char *code = fz_fields_get (changes, "recurring");
  gint64 months = 0;
  int at;

  if (code == NULL && !fz_fields_has (changes, "months"))
    return TRUE;
  if (code == NULL || fz_codes_find_code (fz_knowledge_codes (desk->knowledge, LIST), code) < 0 || !fz_fields_get_int (changes, "months", &months) || months < 1 ||
      months > MOST_MONTHS) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("定期事项的间隔应为1至%d个月，事项应为 restore_drill（恢复演练）或 emergency_drill（应急演练）。"), MOST_MONTHS);
    return FALSE;
  }
  at = place_of (institution, code);
  if (at < 0)
    at = (int) fz_fields_count (institution, LIST);
  fz_fields_set_at (institution, LIST, (guint) at, "code", code);
  fz_fields_set_int_at (institution, LIST, (guint) at, "months", months);
  return TRUE;
}

/* --- when it was last done --- */

typedef struct {
  FzFields *institution;
  char *begun, *restored, *drilled; /* days */
} Last;

static void
last_clear (Last *self)
{
  g_clear_pointer (&self->institution, fz_fields_unref);
  g_free (self->begun);
  g_free (self->restored);
  g_free (self->drilled);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Last, last_clear)

static void
keep_later (char **day, const char *other)
{
  if (g_strcmp0 (other, *day) <= 0)
    return;
  g_free (*day);
  *day = g_strdup (other);
}

/* Bringing data back is the other drill. */
static gboolean
note_drilled (FzTxn *txn, const FzFields *entry, gpointer data, GError **error)
{
  Last *self = data;

  if (g_strcmp0 (fz_fields_get (entry, "field.kind"), "recovery") != 0 && fz_fields_has (entry, "field.drilled_on"))
    keep_later (&self->drilled, fz_fields_get (entry, "field.drilled_on"));
  return TRUE;
}

static gboolean
note_begun (guint64 number, const FzFields *entry, const FzFields *payload, gpointer data, GError **error)
{
  Last *self = data;
  gint64 us = 0;

  if (fz_fields_get_time (entry, "at", &us))
    self->begun = fz_date_format (fz_date_in_beijing (us));
  return TRUE;
}

static gboolean
read_last (FzTxn *txn, gpointer data, GError **error)
{
  Last *self = data;

  self->institution = fz_profile_get (txn, "institution", error);
  return self->institution != NULL && fz_setting_read (txn, FZ_SETTING_DRILLED, &self->restored, error) && fz_audit_foreach (txn, 0, 1, note_begun, self, error) && fz_entries_each (txn, "drill", FALSE, note_drilled, self, error);
}

gboolean
fz_recurring_put_due (FzSession *session, FzRecurringDue put, gpointer data, GError **error)
{
  const FzCodes *codes = fz_knowledge_codes (session->desk->knowledge, LIST);
  g_auto (Last) last = { 0 };

  if (!fz_store_run (session->desk->store, FZ_TXN_READ, read_last, &last, error))
    return FALSE;
  for (guint i = 0; i < fz_codes_get_n (codes); i++) {
    const char *code = fz_codes_get (codes, i, "code"), *done = g_str_equal (code, "restore_drill") ? last.restored : last.drilled;
    gint64 months = g_ascii_strtoll (fz_codes_get (codes, i, "months"), NULL, 10);
    int own = place_of (last.institution, code);
    g_autofree char *on = NULL;
    FzDate from;

    if (own >= 0)
      fz_fields_get_int_at (last.institution, LIST, (guint) own, "months", &months);
    if (done == NULL && last.begun == NULL)
      continue; /* a store without a first entry is one nobody works in */
    if (!fz_date_parse (done != NULL ? done : last.begun, &from, NULL))
      continue;
    on = fz_date_format (fz_date_add_months (from, (int) months));
    put (code, fz_codes_get (codes, i, "label"), fz_codes_get (codes, i, "label_en"), done, on, data);
  }
  return TRUE;
}
