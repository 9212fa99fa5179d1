/* Which edition of the drug knowledge holds, and how long still (药品知识库的施行与有效期). */
#include "app/knowledge_choice.h"
#include "app/knowledge_kept.h"
#include "app/setup.h"
#include "core/say.h"
#include "db/audit.h"
#include "db/documents.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#define IN_FORCE "knowledge.in_force"
#define SHIPPED "shipped"

/* --- which one holds --- */

typedef struct {
  FzDesk *desk;
  FzDate on;
  char *id;                /* of the version, or `shipped` */
  gboolean with_files;
  FzKnowledgeFiles *files; /* of the edition alone; NULL: what ships */
} Force;

static void
force_clear (Force *force)
{
  g_clear_pointer (&force->id, g_free);
  g_clear_pointer (&force->files, fz_knowledge_files_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Force, force_clear)

static gboolean
find_force (FzTxn *txn, gpointer data, GError **error)
{
  Force *force = data;
  g_autoptr (FzVersions) fold = fz_knowledge_fold (txn, error);
  const FzVersion *version = fold != NULL ? fz_versions_in_force (fold, force->on) : NULL;
  gboolean shipped;

  if (fold == NULL)
    return FALSE;
  force->id = g_strdup (version != NULL ? version->id : SHIPPED);
  /* Returning to the shipped one means the one that ships: it is not kept back by what an older program shipped. */
  shipped = version == NULL || g_strcmp0 (fz_fields_get (version->facts, "knowledge.source"), SHIPPED) == 0;
  if (shipped || !force->with_files)
    return TRUE;
  force->files = fz_knowledge_files_load (txn, fz_fields_get (version->facts, "set.manifest"), error);
  return force->files != NULL;
}

/* --- taking effect --- */

static gboolean
enter (FzTxn *txn, gpointer data, GError **error)
{
  Force *force = data;
  const FzKnowledgeSet *set = force->desk->knowledge->set;
  g_autofree char *before = NULL;
  g_autofree char *now = g_strdup_printf ("%s %s", force->id, fz_knowledge_set_get_sha256 (set));
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = "knowledge.in_force", .subject_kind = "knowledge", .subject = force->id,
                         .outcome = "done" };

  if (!fz_setting_read (txn, IN_FORCE, &before, error))
    return FALSE;
  entry.reason = before;
  return fz_setting_set (txn, IN_FORCE, now, error) && fz_audit_append (txn, &entry, NULL, error);
}

typedef struct {
  char *value;
} Entered;

static gboolean
read_entered (FzTxn *txn, gpointer data, GError **error)
{
  Entered *entered = data;

  return fz_setting_read (txn, IN_FORCE, &entered->value, error);
}

/* A store that never had another edition than the shipped one says nothing. */
static gboolean
say_entered (FzDesk *desk, Force *force, GError **error)
{
  Entered entered = { NULL };
  g_autofree char *now = g_strdup_printf ("%s %s", force->id, fz_knowledge_set_get_sha256 (desk->knowledge->set)), *before = NULL;

  if (fz_store_is_read_only (desk->store, NULL))
    return TRUE;
  if (!fz_store_run (desk->store, FZ_TXN_READ, read_entered, &entered, error))
    return FALSE;
  before = entered.value;
  if (g_strcmp0 (before, now) == 0 || (before == NULL && g_str_equal (force->id, SHIPPED)))
    return TRUE;
  return fz_store_run (desk->store, FZ_TXN_RECORD, enter, force, error) &&
         (desk->institution == NULL || fz_setup_write_front (desk, desk->institution, error)); /* for who looks without signing in */
}

static void
take (FzDesk *desk, FzKnowledge *fresh, const char *problem, const char *id)
{
  fresh->problem = problem;
  fz_desk_take_knowledge (desk, fresh);
  g_free (desk->knowledge_version);
  desk->knowledge_version = g_strdup (id);
}

/* The files of today over those beside them that ship. */
static FzKnowledge *
build (FzDesk *desk, const Force *force, GError **error)
{
  g_autoptr (FzKnowledgeFiles) shipped = fz_knowledge_files_shipped (error), all = NULL;

  if (shipped == NULL)
    return NULL;
  all = force->files != NULL ? fz_knowledge_files_over (shipped, force->files) : fz_knowledge_files_ref (shipped);
  return fz_knowledge_with_files (desk->knowledge, all, error);
}

gboolean
fz_knowledge_refresh (FzDesk *desk, GError **error)
{
  g_auto (Force) force = { .desk = desk, .on = fz_date_in_beijing (fz_desk_now_us (desk)), .with_files = TRUE };
  g_autoptr (GError) why = NULL;
  FzKnowledge *fresh = NULL;

  if (fz_store_run (desk->store, FZ_TXN_READ, find_force, &force, &why)) {
    gboolean same = desk->knowledge->problem == NULL && g_strcmp0 (desk->knowledge_version != NULL ? desk->knowledge_version : SHIPPED, force.id) == 0;

    if (same)
      return TRUE;
    fresh = build (desk, &force, &why);
  }
  if (fresh != NULL) {
    take (desk, fresh, NULL, force.id);
    return say_entered (desk, &force, error);
  }
  fresh = fz_knowledge_with_files (desk->knowledge, desk->knowledge->files, error); /* for looking things up */
  if (fresh == NULL)
    return FALSE;
  take (desk, fresh, g_intern_string (why->message), NULL);
  return TRUE;
}

gboolean
fz_knowledge_tick (FzDesk *desk, GError **error)
{
  g_auto (Force) force = { .desk = desk, .on = fz_date_in_beijing (fz_desk_now_us (desk)) };

  if (!fz_store_run (desk->store, FZ_TXN_READ, find_force, &force, error))
    return FALSE;
  return (desk->knowledge->problem == NULL && g_strcmp0 (desk->knowledge_version != NULL ? desk->knowledge_version : SHIPPED, force.id) == 0) ||
         fz_desk_reload_knowledge (desk, error);
}

/* --- its end --- */

void
fz_knowledge_put_end (FzDesk *desk, FzFields *out)
{
  const FzKnowledgeSet *set = desk->knowledge->set;
  FzDate today = fz_date_in_beijing (fz_desk_now_us (desk)), until = fz_knowledge_set_get_until (set);
  gint64 left = fz_date_days_between (today, until);
  g_autofree char *day = fz_date_format (until), *said = NULL, *words = NULL;
  g_autoptr (GError) why = NULL;

  if (desk->knowledge->problem != NULL) {
    fz_fields_set (out, "knowledge.state", "unusable");
    fz_fields_set (out, "knowledge.words", desk->knowledge->problem);
    return;
  }
  if (left > FZ_KNOWLEDGE_WARN_DAYS)
    return;
  said = fz_say_day (until);
  if (fz_knowledge_set_check_usable (set, today, &why))
    words = g_strdup_printf (_ ("药品知识库“%s”（%s 版）有效期至 %s，还有 %" PRId64 " 天；过期后不能签署和审核处方，请提前启用后续的版本。"),
                             fz_knowledge_set_get_title (set, FALSE), fz_knowledge_set_get_edition (set), said, left);
  fz_fields_set (out, "knowledge.state", words != NULL ? "ending" : "ended");
  fz_fields_set (out, "knowledge.title", fz_knowledge_set_get_title (set, FALSE));
  fz_fields_set (out, "knowledge.edition", fz_knowledge_set_get_edition (set));
  fz_fields_set (out, "knowledge.until", day);
  fz_fields_set_int (out, "knowledge.days_left", left);
  fz_fields_set (out, "knowledge.words", words != NULL ? words : why->message);
}
