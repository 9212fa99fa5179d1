#include "app/time_trust.h"

#include "app/certify.h"
#include "db/durable.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <sys/timex.h>
#include <time.h>

#define KIND "fuzhen.time_heard/v1"
#define MINUTE_US (60 * FZ_US_PER_SECOND)
#define KEPT_US (10 * MINUTE_US) /* what was heard is not written again sooner, unless it says otherwise */
#define NAMED_US (2 * FZ_US_PER_SECOND) /* a Date has whole seconds, and was a while on its way */

/* --- the machine --- */

static gboolean
kernel_is_synchronised (G_GNUC_UNUSED gpointer data)
{
  struct timex state = { 0 };
  int said = adjtimex (&state);

  return said != -1 && said != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}

static gint64
kernel_boot_us (G_GNUC_UNUSED gpointer data)
{
  struct timespec now = { 0 };

  clock_gettime (CLOCK_BOOTTIME, &now);
  return (gint64) now.tv_sec * FZ_US_PER_SECOND + now.tv_nsec / 1000;
}

static char *
kernel_boot (G_GNUC_UNUSED gpointer data)
{
  char *text = NULL;

  return g_file_get_contents ("/proc/sys/kernel/random/boot_id", &text, NULL, NULL) ? g_strchomp (text) : NULL;
}

static const FzTimeSource kernel = { kernel_is_synchronised, kernel_boot_us, kernel_boot, NULL };

static const FzTimeSource *
source_of (FzDesk *desk)
{
  if (desk->time_source != NULL)
    return desk->time_source;
  return desk->clock == NULL ? &kernel : NULL;
}

/* --- what was heard --- */

static char *
path_of (FzDesk *desk)
{
  return g_build_filename (desk->state_dir, "time-heard", NULL);
}

/* What the time should be now by what was heard; FALSE: nothing in this run of the machine, or too long ago. */
static gboolean
expected (FzDesk *desk, const FzTimeSource *source, gint64 *out_us, gint64 *out_gone_us)
{
  g_autofree char *path = path_of (desk), *boot = source->boot (source->data);
  g_autoptr (GBytes) bytes = fz_durable_read (path, FZ_FIELDS_MAX_BYTES, NULL);
  g_autoptr (FzFields) heard = bytes != NULL ? fz_fields_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL) : NULL;
  gint64 boot_us = 0, date_us = 0;

  if (heard == NULL || boot == NULL || g_strcmp0 (fz_fields_get_kind (heard), KIND) != 0 || g_strcmp0 (fz_fields_get (heard, "boot"), boot) != 0 ||
      !fz_fields_get_int (heard, "boot_us", &boot_us) || !fz_fields_get_int (heard, "date_us", &date_us))
    return FALSE;
  *out_gone_us = source->boot_us (source->data) - boot_us;
  *out_us = date_us + *out_gone_us;
  return *out_gone_us >= 0 && *out_gone_us <= fz_key_policy (desk, "time.heard_hours") * 60 * MINUTE_US;
}

void
fz_time_trust_heard (FzDesk *desk, gint64 date_us)
{
  const FzTimeSource *source = source_of (desk);
  g_autofree char *boot = source != NULL ? source->boot (source->data) : NULL, *path = path_of (desk);
  g_autoptr (FzFields) heard = fz_fields_new (KIND);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  gint64 should_us = 0, gone_us = 0;
  gsize n = 0;
  const void *text;

  if (boot == NULL || (expected (desk, source, &should_us, &gone_us) && gone_us < KEPT_US && ABS (date_us - should_us) <= NAMED_US))
    return;
  fz_fields_set (heard, "boot", boot);
  fz_fields_set_int (heard, "boot_us", source->boot_us (source->data));
  fz_fields_set_int (heard, "date_us", date_us);
  bytes = fz_fields_print (heard, &error);
  text = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;
  if (text == NULL || !fz_durable_write (path, text, n, 0600, &error))
    g_warning ("%s", error->message); /* as if nothing had been heard */
  if (desk->store != NULL)
    fz_time_trust_refresh (desk);
}

/* --- what it comes to --- */

const char *
fz_time_trust (FzDesk *desk, gint64 *out_off_us)
{
  const FzTimeSource *source = source_of (desk);
  gint64 should_us = 0, gone_us = 0, off_us;

  *out_off_us = 0;
  if (source == NULL)
    return NULL;
  if (source->is_synchronised (source->data))
    return "kernel";
  if (!expected (desk, source, &should_us, &gone_us))
    return "none";
  off_us = fz_desk_now_us (desk) - should_us;
  if (ABS (off_us) <= fz_key_policy (desk, "time.off_minutes") * MINUTE_US)
    return "platform";
  *out_off_us = off_us;
  return "none";
}

void
fz_time_trust_refresh (FzDesk *desk)
{
  gint64 off_us;

  fz_store_set_time_trust (desk->store, fz_time_trust (desk, &off_us));
}

static char *
off_words (gint64 off_us)
{
  gint64 minutes = (ABS (off_us) + MINUTE_US - 1) / MINUTE_US;

  return off_us > 0 ? g_strdup_printf (_ ("本机时间比监管平台的快%" PRId64 "分钟，不能签名。请系统管理员校准时间。"), minutes)
                    : g_strdup_printf (_ ("本机时间比监管平台的慢%" PRId64 "分钟，不能签名。请系统管理员校准时间。"), minutes);
}

gboolean
fz_time_trust_check (FzDesk *desk, GError **error)
{
  g_autofree char *words = NULL;
  gint64 off_us;

  fz_time_trust (desk, &off_us);
  if (off_us == 0)
    return TRUE;
  words = off_words (off_us);
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, words);
  return FALSE;
}

void
fz_time_trust_put (FzDesk *desk, FzFields *status)
{
  gint64 off_us;
  const char *word = fz_time_trust (desk, &off_us);
  g_autofree char *words = NULL;

  if (off_us != 0)
    words = off_words (off_us);
  else if (g_strcmp0 (word, "none") == 0)
    words = g_strdup (_ ("本机时间未经核对：系统没有与时间服务器同步，24小时内也没有收到监管平台的时间。签名会注明这一点；请系统管理员启用时间同步。"));
  fz_fields_set (status, "time.trust", word);
  fz_fields_set (status, "time.state", off_us != 0 ? "off" : words != NULL ? "unconfirmed" : NULL);
  fz_fields_set (status, "time.words", words);
}
