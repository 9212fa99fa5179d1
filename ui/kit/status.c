#include "ui/kit/status.h"

#include <glib/gi18n-lib.h>

static const struct {
  const char *class, *icon, *word;
} kinds[] = {
  [FZ_STATUS_NEUTRAL] = { "neutral", NULL, N_ ("说明") },
  [FZ_STATUS_OK] = { "ok", "check", N_ ("通过") },
  [FZ_STATUS_INFO] = { "info", "info", N_ ("提示") },
  [FZ_STATUS_WARN] = { "warn", "warning", N_ ("需说明理由") },
  [FZ_STATUS_STOP] = { "stop", "stop", N_ ("禁止") },
  [FZ_STATUS_LEGAL] = { "legal", "scales", N_ ("法定禁止") },
};

const char *
fz_status_class (FzStatus status)
{
  return kinds[status].class;
}

const char *
fz_status_icon (FzStatus status)
{
  return kinds[status].icon;
}

const char *
fz_status_word (FzStatus status)
{
  return _ (kinds[status].word);
}

void
fz_status_dress (GtkWidget *widget, FzStatus status)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (i != (gsize) status)
      gtk_widget_remove_css_class (widget, kinds[i].class);
  gtk_widget_add_css_class (widget, kinds[status].class);
}
