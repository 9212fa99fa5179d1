#include "ui/intake_further.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

#define REQUESTED "request.drug"
#define PURCHASED "request.purchased"

static const struct {
  const char *field, *caption, *hint;
  int span;
} lines[] = {
  { "patient.insurance_card", N_ ("医保卡号"), NULL, 1 },
  { "patient.health_card", N_ ("电子健康卡号"), NULL, 1 },
  { "patient.health_record", N_ ("健康档案号"), NULL, 1 },
  { "patient.ethnic", N_ ("民族"), NULL, 1 },
  { "patient.marital", N_ ("婚姻状况"), NULL, 1 },
  { "patient.occupation", N_ ("职业"), NULL, 1 },
  { "patient.address", N_ ("现住址"), NULL, 2 },
  { REQUESTED, N_ ("患者点名要求的药品"), N_ ("多项用顿号分开；没有则不填"), 2 },
  { PURCHASED, N_ ("购药记录上的药品"), N_ ("多项用顿号分开；没有则不填"), 2 },
};

struct _FzIntakeFurther {
  GtkWidget *expander, *form, *capacity, *cannot_express, *guardian_present;
  GtkWidget *entries[G_N_ELEMENTS (lines)];
};

static gboolean
is_list (const char *field)
{
  return g_str_equal (field, REQUESTED) || g_str_equal (field, PURCHASED);
}

static void
put_drugs (FzFields *facts, const char *list, const char *text)
{
  g_auto (GStrv) parts = g_regex_split_simple ("[,;，；、\\n]", text, G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT);
  guint n = 0;

  for (guint i = 0; parts[i] != NULL; i++)
    if (*g_strstrip (parts[i]) != '\0' && n < 30)
      fz_fields_set_at (facts, list, n++, "generic", parts[i]);
}

void
fz_intake_further_read (FzIntakeFurther *self, FzFields *facts)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entries[i]))));

    if (is_list (lines[i].field))
      put_drugs (facts, lines[i].field, text);
    else
      fz_fields_set (facts, lines[i].field, text);
  }
  fz_fields_set (facts, "patient.capacity", fz_drop_down_get_code (FZ_DROP_DOWN (self->capacity)));
  if (gtk_check_button_get_active (GTK_CHECK_BUTTON (self->cannot_express)))
    fz_fields_set (facts, "patient.cannot_express", "yes");
  if (gtk_check_button_get_active (GTK_CHECK_BUTTON (self->guardian_present)))
    fz_fields_set (facts, "guardian.present", "yes");
}

gboolean
fz_intake_further_set_finding (FzIntakeFurther *self, const char *field, const char *message)
{
  const char *row = g_str_has_prefix (field, REQUESTED) ? REQUESTED : g_str_has_prefix (field, PURCHASED) ? PURCHASED : field;

  if (!fz_form_set_finding (self->form, row, FZ_STATUS_STOP, message))
    return FALSE;
  gtk_expander_set_expanded (GTK_EXPANDER (self->expander), TRUE);
  return TRUE;
}

gboolean
fz_intake_further_focus_finding (FzIntakeFurther *self)
{
  return fz_form_focus_first_finding (self->form);
}

void
fz_intake_further_clear_findings (FzIntakeFurther *self)
{
  fz_form_clear_findings (self->form);
}

GtkWidget *
fz_intake_further_get_widget (FzIntakeFurther *self)
{
  return self->expander;
}

static GtkWidget *
capacity_new (void)
{
  GtkWidget *drop = fz_drop_down_new (_ ("未说明"));

  fz_drop_down_add (FZ_DROP_DOWN (drop), "full", _ ("完全"), _ ("完全民事行为能力"));
  fz_drop_down_add (FZ_DROP_DOWN (drop), "limited", _ ("限制"), _ ("限制民事行为能力"));
  fz_drop_down_add (FZ_DROP_DOWN (drop), "none", _ ("无"), _ ("无民事行为能力"));
  return drop;
}

FzIntakeFurther *
fz_intake_further_new (void)
{
  FzIntakeFurther *self = g_new0 (FzIntakeFurther, 1);
  GtkWidget *column = fz_column (10);

  self->expander = fz_folded (_ ("其他资料（部分地区要求）"), column);
  self->form = fz_put (column, fz_form_new (4));
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    self->entries[i] = gtk_entry_new ();
    gtk_entry_set_placeholder_text (GTK_ENTRY (self->entries[i]), lines[i].hint != NULL ? _ (lines[i].hint) : NULL);
    gtk_editable_set_width_chars (GTK_EDITABLE (self->entries[i]), 8);
    fz_form_add (self->form, lines[i].field, fz_form_row_new (_ (lines[i].caption), self->entries[i], FALSE), lines[i].span);
  }
  self->capacity = capacity_new ();
  fz_form_add (self->form, "patient.capacity", fz_form_row_new (_ ("民事行为能力"), self->capacity, FALSE), 1);
  self->cannot_express = fz_put (column, gtk_check_button_new_with_label (_ ("患者不能清晰表达病症")));
  self->guardian_present = fz_put (column, gtk_check_button_new_with_label (_ ("监护人、成年家属或其他监护人在患者身边")));
  g_object_set_data_full (G_OBJECT (self->expander), "fz-further", self, g_free);
  return self;
}
