#include "app/outside_private.h"

#include "app/signers.h"

#include <glib/gi18n-lib.h>

#define AGAIN_US (15 * 60 * FZ_US_PER_SECOND)

static char *
label_of (const FzOutsideLog *log)
{
  return g_strconcat ("fuzhen-head-", log->origin, NULL);
}

gboolean
fz_outside_judge_token (FzDesk *desk, FzSigner *token, GError **error)
{
  g_auto (FzOutsideLog) log = { 0 };
  g_autoptr (GPtrArray) kept = NULL;
  g_autofree char *label = NULL, *where = NULL;
  guint64 size = 0;

  if (!fz_outside_read_newest (desk, &log, error))
    return FALSE;
  label = label_of (&log);
  kept = fz_signer_recall (token, label, error);
  where = g_strdup_printf (_ ("签名介质“%s”留存的检查点"), fz_signer_get_info (token)->token);
  for (guint i = 0; kept != NULL && i < kept->len; i++)
    if (!fz_outside_judge (desk, where, kept->pdata[i], &size, error))
      return FALSE;
  return kept != NULL;
}

/* Another token than the last one is due at once: each goes its own way. */
static gboolean
is_due (const FzFields *kept, const char *name, gint64 now)
{
  gint64 at = 0;

  return g_strcmp0 (fz_fields_get (kept, "token.name"), name) != 0 || !fz_fields_get_time (kept, "token.at", &at) || now < at || now - at >= AGAIN_US;
}

void
fz_outside_keep_on_token (FzDesk *desk, FzSigner *token)
{
  const FzSignerInfo *info = fz_signer_get_info (token);
  g_autofree char *name = info->serial != NULL ? g_strdup_printf ("%s %s", info->token, info->serial) : g_strdup (info->token), *label = NULL;
  g_auto (FzOutsideLog) newest = { 0 };
  g_autoptr (FzFields) kept = NULL;
  g_autoptr (GError) why = NULL;

  if (fz_signer_get_provider (token)->keep == NULL || fz_store_is_read_only (desk->store, NULL))
    return;
  fz_outside_lock ();
  kept = fz_outside_load (desk);
  if (kept == NULL)
    kept = fz_outside_new ();
  if (is_due (kept, name, fz_desk_now_us (desk)) && fz_outside_read_newest (desk, &newest, &why) && newest.note != NULL) {
    label = label_of (&newest);
    if (fz_signer_keep (token, label, newest.note, &why)) {
      fz_fields_set (kept, "token.name", name);
      fz_fields_set_int (kept, "token.size", (gint64) newest.size);
      fz_fields_set_time (kept, "token.at", fz_desk_now_us (desk));
    }
  }
  if (label != NULL || why != NULL) {
    g_autoptr (GError) unsaved = NULL;

    fz_outside_put_problem (kept, "token.problem", why);
    if (!fz_outside_save (desk, kept, &unsaved))
      g_warning ("%s", unsaved->message);
  }
  fz_outside_unlock ();
}

void
fz_outside_check_tokens (FzDesk *desk)
{
  g_autoptr (FzSignerSettings) settings = fz_signers_read (desk, NULL);
  FzSignerPlace place = { .module = settings != NULL ? settings->module : NULL };
  g_autoptr (GPtrArray) slots = place.module != NULL ? fz_signer_pkcs11.enumerate (&place, NULL) : NULL;

  for (guint i = 0; slots != NULL && i < slots->len; i++) {
    FzSignerWanted wanted = { ((FzSignerSlot *) slots->pdata[i])->id, "head", NULL, NULL };
    g_autoptr (GError) why = NULL;
    g_autoptr (FzSigner) token = fz_signer_open (&fz_signer_pkcs11, &place, &wanted, NULL);

    if (token != NULL && !fz_outside_judge_token (desk, token, &why) && !g_error_matches (why, FZ_ERROR, FZ_ERROR_CORRUPT))
      g_warning ("%s", why->message); /* a contradiction was said by the store */
  }
}
