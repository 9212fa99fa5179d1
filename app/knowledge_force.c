/* Which edition of the drug knowledge holds, and how long still (药品知识库的施行与有效期). */
#include "app/knowledge.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

void
fz_knowledge_put_end (FzDesk *desk, FzFields *out)
{
  const FzKnowledgeSet *set = desk->knowledge->set;
  FzDate today = fz_date_in_beijing (fz_desk_now_us (desk)), until = fz_knowledge_set_get_until (set);
  gint64 left = fz_date_days_between (today, until);
  g_autofree char *day = fz_date_format (until), *words = NULL;
  g_autoptr (GError) why = NULL;

  if (left > FZ_KNOWLEDGE_WARN_DAYS)
    return;
  if (fz_knowledge_set_check_usable (set, today, &why))
    words = g_strdup_printf (_ ("药品知识库“%s”（%s 版）有效期至 %s，还有 %" PRId64 " 天；过期后不能签署和审核处方，请提前启用后续的版本。"),
                             fz_knowledge_set_get_title (set, FALSE), fz_knowledge_set_get_edition (set), day, left);
  fz_fields_set (out, "knowledge.state", words != NULL ? "ending" : "ended");
  fz_fields_set (out, "knowledge.title", fz_knowledge_set_get_title (set, FALSE));
  fz_fields_set (out, "knowledge.edition", fz_knowledge_set_get_edition (set));
  fz_fields_set (out, "knowledge.until", day);
  fz_fields_set_int (out, "knowledge.days_left", left);
  fz_fields_set (out, "knowledge.words", words != NULL ? words : why->message);
}
