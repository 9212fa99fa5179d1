/* Which version of the rules holds today, and how a new one takes effect in the running program (规则集的施行). */
#include "app/rules.h"

#include "app/knowledge.h"
#include "app/setup.h"
#include "core/say.h"
#include "db/audit.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/rules.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#define IN_FORCE "rules.in_force"
#define CONSENT_VERSION "consent.version"

gboolean
fz_rules_check_usable (FzDesk *desk, GError **error)
{
  if (desk->rules_problem == NULL)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CORRUPT, desk->rules_problem);
  return FALSE;
}

/* --- which one holds --- */

typedef struct {
  FzDesk *desk;
  FzDate on;
  gboolean none;       /* no version at all */
  char *id;
  FzRulebook *book;    /* NULL when only the id was asked */
  gboolean with_book;
  gboolean entered;    /* it was not in force before */
} Force;

static void
force_clear (Force *force)
{
  g_clear_pointer (&force->id, g_free);
  g_clear_pointer (&force->book, fz_rulebook_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Force, force_clear)

/* The hash comes from the signed document, not from the derived row that led to it. */
static gboolean
load_version (FzTxn *txn, Force *force, const char *id, GError **error)
{
  g_autoptr (FzDocument) document = fz_documents_get (txn, id, error);

  if (document == NULL)
    return FALSE;
  force->book = fz_rules_load (txn, fz_fields_get (document->body, "rulebook.sha256"), error);
  return force->book != NULL;
}

static gboolean
find_force (FzTxn *txn, gpointer data, GError **error)
{
  Force *force = data;
  g_autofree char *day = fz_date_format (force->on);
  g_autoptr (GPtrArray) versions = fz_rules_versions_list (txn, error);
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) version = versions != NULL ? fz_rules_versions_in_force (txn, day, &why) : NULL;

  if (versions == NULL)
    return FALSE;
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  force->none = versions->len == 0;
  if (force->none)
    return TRUE;
  /* Before the first day there was nothing else: the first version says how this hospital began. */
  force->id = g_strdup (fz_fields_get (version != NULL ? version : versions->pdata[0], "rules.id"));
  return !force->with_book || load_version (txn, force, force->id, error);
}

FzRulebook *
fz_rules_on (FzDesk *desk, FzDate on, GError **error)
{
  g_auto (Force) force = { .desk = desk, .on = on, .with_book = TRUE };

  if (!fz_store_run (desk->store, FZ_TXN_READ, find_force, &force, error))
    return NULL;
  return force.book != NULL ? g_steal_pointer (&force.book) : fz_rulebook_ref (desk->knowledge->rulebook);
}

/* --- taking effect --- */

FzRuleLayer *
fz_rules_get_own (const FzRulebook *book)
{
  FzRuleLayer *top = fz_rulebook_get_layer (book, fz_rulebook_get_n_layers (book) - 1);

  return fz_rule_layer_get_rank (top) == FZ_LAYER_HOSPITAL ? top : NULL;
}

gboolean
fz_rules_dup_consent (const FzRulebook *book, char **out_version, char **out_text, GError **error)
{
  FzRuleLayer *own = fz_rules_get_own (book);
  g_auto (GStrv) names = fz_data_list ("consent");
  guint n = g_strv_length (names);
  g_autofree char *path = n > 0 ? g_strconcat ("consent/", names[n - 1], NULL) : NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (own != NULL && fz_rule_layer_get_consent_version (own) != NULL) {
    *out_version = g_strdup (fz_rule_layer_get_consent_version (own));
    *out_text = g_strdup (fz_rule_layer_get_consent_text (own));
    return TRUE;
  }
  bytes = fz_data_load (path != NULL ? path : "consent/", error);
  if (bytes == NULL)
    return FALSE;
  *out_version = g_strndup (names[n - 1], strcspn (names[n - 1], "."));
  *out_text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  return TRUE;
}

static gboolean
choose_consent (FzTxn *txn, const FzRulebook *book, GError **error)
{
  g_autofree char *version = NULL, *text = NULL;

  return fz_rules_dup_consent (book, &version, &text, error) && fz_consent_text_add (txn, version, text, error) &&
         fz_setting_set (txn, CONSENT_VERSION, version, error);
}

static gboolean
enter (FzTxn *txn, gpointer data, GError **error)
{
  Force *force = data;
  g_autofree char *before = NULL;
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = "rules.in_force", .subject_kind = "rules", .subject = force->id,
                         .outcome = "done" };

  if (!fz_setting_read (txn, IN_FORCE, &before, error))
    return FALSE;
  entry.reason = before;
  if (g_strcmp0 (before, force->id) == 0)
    return TRUE;
  force->entered = TRUE;
  return choose_consent (txn, force->book, error) && fz_setting_set (txn, IN_FORCE, force->id, error) &&
         fz_audit_append (txn, &entry, NULL, error);
}

static gboolean
take_effect (FzDesk *desk, Force *force, GError **error)
{
  FzKnowledge *fresh = fz_knowledge_with_rules (desk->knowledge, force->book, error);

  if (fresh == NULL)
    return FALSE;
  fz_desk_take_knowledge (desk, fresh);
  g_free (desk->rules_version);
  desk->rules_version = g_strdup (force->id);
  if (fz_store_is_read_only (desk->store, NULL))
    return TRUE;
  return fz_store_run (desk->store, FZ_TXN_RECORD, enter, force, error) &&
         (!force->entered || fz_setup_write_front (desk, desk->institution, error));
}

gboolean
fz_rules_refresh (FzDesk *desk, GError **error)
{
  g_auto (Force) force = { .desk = desk, .on = fz_date_in_beijing (fz_desk_now_us (desk)), .with_book = TRUE };
  g_autoptr (GError) why = NULL;

  if (!fz_store_run (desk->store, FZ_TXN_READ, find_force, &force, &why)) {
    desk->rules_problem = g_intern_string (why->message);
    return TRUE;
  }
  desk->rules_problem = NULL;
  if (!force.none)
    return take_effect (desk, &force, error);
  /* A store that may not be written and never had a version is judged by the shipped rules. */
  return fz_store_is_read_only (desk->store, NULL) || (fz_rules_begin (desk, error) && fz_rules_refresh (desk, error));
}

gboolean
fz_rules_tick (FzDesk *desk, GError **error)
{
  g_auto (Force) force = { .desk = desk, .on = fz_date_in_beijing (fz_desk_now_us (desk)) };

  if (!fz_store_run (desk->store, FZ_TXN_READ, find_force, &force, error))
    return FALSE;
  return (g_strcmp0 (force.id, desk->rules_version) == 0 && desk->rules_problem == NULL) ||
         fz_desk_reload_knowledge (desk, error);
}

/* --- the end of a text --- */

#define WARN_DAYS 90

/* The text that names the profile: the highest that is not the hospital's own. */
static const FzRuleLayer *
public_layer (const FzRulebook *book)
{
  guint i = fz_rulebook_get_n_layers (book);

  while (i > 1 && fz_rule_layer_get_rank (fz_rulebook_get_layer (book, i - 1)) == FZ_LAYER_HOSPITAL)
    i--;
  return fz_rulebook_get_layer (book, i - 1);
}

static char *
dup_successor (const FzRuleLayer *layer)
{
  const char *successor = fz_rule_layer_get_successor (layer);

  return successor != NULL ? g_strdup_printf (_ ("接续的是“%s”"), successor) : g_strdup (_ ("没有载明接续的文件"));
}

static char *
end_words (const FzRulebook *book, FzDate today, FzDate until, gint64 left)
{
  const FzRuleLayer *governing = fz_rulebook_find_governing (book, today), *layer = public_layer (book);
  g_autofree char *next = dup_successor (layer), *date = fz_say_day (until),
                  *day = fz_rule_layer_is_until_computed (layer) ? g_strdup_printf (_ ("%s（按载明的有效期推算）"), date) : g_strdup (date);

  if (left >= 0)
    return g_strdup_printf (_ ("“%s”施行至 %s，还有 %" PRId64 " 天，%s；请医务管理人员提前启用后续的规则集。"), fz_rulebook_get_title (book), day, left, next);
  if (governing != NULL)
    return g_strdup_printf (_ ("“%s”已于 %s 到期，%s，现按“%s”执行；请医务管理人员启用现行规则集。"), fz_rulebook_get_title (book), day, next,
                            fz_rule_layer_get_title (governing));
  return g_strdup_printf (_ ("“%s”已于 %s 到期，%s，没有现行的规则，不能签名；请医务管理人员启用现行规则集。"), fz_rulebook_get_title (book), day, next);
}

void
fz_rules_put_end (FzDesk *desk, FzFields *out)
{
  const FzRulebook *book = desk->knowledge->rulebook;
  FzDate today = fz_date_in_beijing (fz_desk_now_us (desk)), until;
  g_autofree char *day = NULL, *words = NULL;
  gint64 left;

  if (desk->rules_problem != NULL) {
    fz_fields_set (out, "rules.state", "unusable");
    fz_fields_set (out, "rules.words", desk->rules_problem);
    return;
  }
  if (!fz_rulebook_get_until (book, &until))
    return;
  left = fz_date_days_between (today, until);
  if (left > WARN_DAYS)
    return;
  day = fz_date_format (until);
  words = end_words (book, today, until, left);
  fz_fields_set (out, "rules.state", left >= 0 ? "ending" : "ended");
  fz_fields_set (out, "rules.title", fz_rulebook_get_title (book));
  fz_fields_set (out, "rules.until", day);
  fz_fields_set_int (out, "rules.days_left", left);
  fz_fields_set (out, "rules.words", words);
}
