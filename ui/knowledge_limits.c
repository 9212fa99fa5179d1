#include "ui/knowledge_limits.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

gboolean
fz_knowledge_limits_is (const char *rule)
{
  return g_strcmp0 (rule, "KNOWLEDGE_LIMITS") == 0;
}

GtkWidget *
fz_knowledge_limits_new (const char *message)
{
  const char *title = _ ("药品知识库不覆盖的内容，请人工核对");
  GtkWidget *expander = fz_folded (NULL, fz_wrapped (message, "fz-small"));

  gtk_expander_set_label_widget (GTK_EXPANDER (expander), fz_wrapped (title, NULL)); /* a narrow column breaks it */
  gtk_widget_add_css_class (expander, "fz-quiet");
  fz_access_label (expander, title);
  return expander;
}
