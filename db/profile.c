#include "db/profile.h"

#include "core/date.h"
#include "db/rows.h"

#include <glib/gi18n-lib.h>

struct _FzProfile {
  gint64 cursor_us, to_us; /* signed after, before */
  char *cursor_id;
};

static const char newest_use[] =
  "SELECT u.scope FROM access_grant_use u JOIN access_grant g ON g.id = u.access_grant WHERE g.id = $1 AND g.kind = 'profiling' "
  "AND g.state = 'granted' ORDER BY u.position DESC LIMIT 1";
static const char signed_between[] =
  "SELECT facts FROM prescription WHERE (signed_at, id) > ($1, $2) AND signed_at < $3 ORDER BY signed_at, id LIMIT $4";

FzProfile *
fz_profile_open (FzTxn *txn, const char *grant, const char *from_on, const char *to_on, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) scope = fz_row_of_facts (fz_txn_query (txn, &why, newest_use, "t", grant), NULL, &why);
  FzProfile *self;
  FzDate from, to;

  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return NULL;
  }
  if (scope == NULL || g_strcmp0 (fz_fields_get (scope, "from"), from_on) != 0 || g_strcmp0 (fz_fields_get (scope, "to"), to_on) != 0) {
    fz_refuse (error, _ ("没有为这段时间使用过药品统计授权，不能读取处方作统计。"));
    return NULL;
  }
  if (!fz_date_parse (from_on, &from, error) || !fz_date_parse (to_on, &to, error))
    return NULL;
  self = g_new0 (FzProfile, 1);
  self->cursor_us = fz_date_beijing_start_us (from);
  self->to_us = fz_date_beijing_start_us (fz_date_add_days (to, 1));
  self->cursor_id = g_strdup ("");
  return self;
}

void
fz_profile_close (FzProfile *self)
{
  if (self == NULL)
    return;
  g_free (self->cursor_id);
  g_free (self);
}

GPtrArray *
fz_profile_read (FzTxn *txn, FzProfile *self, guint limit, GError **error)
{
  g_autoptr (GPtrArray) page =
    fz_rows_of_facts (fz_txn_query (txn, error, signed_between, "itii", self->cursor_us, self->cursor_id, self->to_us, (gint64) limit), error);
  const FzFields *last = page != NULL && page->len > 0 ? page->pdata[page->len - 1] : NULL;

  if (last != NULL) {
    fz_fields_get_time (last, "rx.signed_at", &self->cursor_us);
    g_free (self->cursor_id);
    self->cursor_id = g_strdup (fz_fields_get (last, "rx.id"));
  }
  return g_steal_pointer (&page);
}
