#include "app/statement.h"

#include "app/knowledge.h"
#include "core/date.h"

#include <glib/gi18n-lib.h>

static const char *const keys[] = { "rx.guardian_present", "rx.specialist_present" };

void
fz_statement_free (gpointer data)
{
  FzStatement *statement = data;

  g_free (statement->key);
  g_free (statement->words);
  g_free (statement);
}

static char *
words_of (const char *key, const FzFields *facts)
{
  gboolean guardian = g_str_equal (key, "rx.guardian_present");
  const char *name = fz_fields_get (facts, guardian ? "guardian.name" : "specialist.name");

  if (guardian)
    return name != NULL ? g_strdup_printf (_ ("我确认：监护人%s此刻在患儿身边陪伴"), name) : g_strdup (_ ("我确认：监护人此刻在患儿身边陪伴"));
  return name != NULL ? g_strdup_printf (_ ("我确认：相关专业医师%s此刻在场陪伴"), name) : g_strdup (_ ("我确认：相关专业医师此刻在场陪伴"));
}

static gboolean
is_asked (GPtrArray *findings, const char *key)
{
  for (guint i = 0; i < findings->len; i++)
    if (g_strcmp0 (((const FzFinding *) findings->pdata[i])->field, key) == 0)
      return TRUE;
  return FALSE;
}

GPtrArray *
fz_statements_ask (FzDesk *desk, FzFields *facts, gint64 at_us, GError **error)
{
  g_autoptr (GPtrArray) statements = g_ptr_array_new_with_free_func (fz_statement_free), findings = fz_findings_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    fz_fields_set (facts, keys[i], NULL);
  if (!fz_rulebook_check (desk->knowledge->rulebook, FZ_MOMENT_PRESCRIBE, facts, fz_date_in_beijing (at_us), findings, NULL, NULL, error))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    FzStatement *statement;

    if (!is_asked (findings, keys[i]))
      continue;
    statement = g_new0 (FzStatement, 1);
    statement->key = g_strdup (keys[i]);
    statement->words = words_of (keys[i], facts);
    g_ptr_array_add (statements, statement);
    fz_fields_set (facts, keys[i], "yes");
  }
  return g_steal_pointer (&statements);
}

const FzStatement *
fz_statements_find_missing (const GPtrArray *statements)
{
  for (guint i = 0; statements != NULL && i < statements->len; i++) {
    const FzStatement *statement = statements->pdata[i];

    if (!statement->stated)
      return statement;
  }
  return NULL;
}
