#include "ui/step_eligibility.h"

#include "core/date.h"
#include "ui/dialog_record.h"
#include "ui/finding_list.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/step_card.h"
#include "ui/step_state.h"

#include <glib/gi18n-lib.h>

#define STEP "fz-step"
#define VERDICT "eligibility.verdict"

typedef struct {
  FzVisitModel *model;
  FzEvidenceWanted wanted;
  gpointer user_data;
  GPtrArray *kinds; /* codes of evidence_kind */
  GPtrArray *ticks; /* of evidence and records, each with its word */
  GtkWidget *note;
} Step;

static void
step_free (gpointer data)
{
  Step *step = data;

  g_object_unref (step->model);
  g_clear_pointer (&step->kinds, g_ptr_array_unref);
  g_ptr_array_unref (step->ticks);
  g_free (step);
}

static gboolean
is_mine (const FzFinding *finding, gpointer model)
{
  return fz_step_shows (model, FZ_STEP_ELIGIBILITY, finding);
}

/* --- evidence --- */

static const char *
kind_label (const Step *step, const char *code)
{
  for (guint i = 0; step->kinds != NULL && i < step->kinds->len; i++)
    if (g_strcmp0 (fz_fields_get (step->kinds->pdata[i], "code"), code) == 0)
      return fz_fields_get (step->kinds->pdata[i], "label");
  return _ ("病历资料");
}

/* What the signed verdict says of it: enough to find the very file by its digest. */
static char *
basis_word (const Step *step, guint i)
{
  const FzFields *facts = fz_visit_model_get_facts (step->model);
  const char *sha256 = fz_fields_get_at (facts, "evidence", i, "sha256"), *file = fz_fields_get_at (facts, "evidence", i, "file");

  return g_strdup_printf (_ ("%s %s（SHA-256 %.16s…）"), kind_label (step, fz_fields_get_at (facts, "evidence", i, "kind")),
                          file != NULL ? file : "", sha256 != NULL ? sha256 : "");
}

static void
on_ticked (GtkCheckButton *check, Step *step)
{
  fz_visit_model_set_basis (step->model, g_object_get_data (G_OBJECT (check), "fz-word"), gtk_check_button_get_active (check));
}

/* One that was taken off was put back. */
static void
show_ticks (GtkWidget *card)
{
  Step *step = g_object_get_data (G_OBJECT (card), STEP);

  for (guint i = 0; i < step->ticks->len; i++) {
    GtkWidget *check = step->ticks->pdata[i];

    gtk_check_button_set_active (GTK_CHECK_BUTTON (check), fz_visit_model_has_basis (step->model, g_object_get_data (G_OBJECT (check), "fz-word")));
  }
}

static GtkWidget *
tick_new (Step *step, const char *word, const char *name)
{
  GtkWidget *check = gtk_check_button_new ();

  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), fz_visit_model_has_basis (step->model, word));
  fz_access_label (check, name);
  g_object_set_data_full (G_OBJECT (check), "fz-word", g_strdup (word), g_free);
  g_signal_connect (check, "toggled", G_CALLBACK (on_ticked), step);
  g_ptr_array_add (step->ticks, check);
  return check;
}

static void
on_look (GtkButton *button, Step *step)
{
  step->wanted (GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "fz-index")), step->user_data);
}

static GtkWidget *
evidence_row (Step *step, guint i, gboolean writable)
{
  const FzFields *facts = fz_visit_model_get_facts (step->model);
  const char *file = fz_fields_get_at (facts, "evidence", i, "file");
  g_autofree char *word = basis_word (step, i);
  const char *label = kind_label (step, fz_fields_get_at (facts, "evidence", i, "kind"));
  g_autofree char *tick_name = g_strdup_printf (_ ("以“%s %s”为判断依据"), label, file);
  g_autofree char *look_name = g_strdup_printf (_ ("查看 %s %s"), label, file);
  GtkWidget *line = fz_line (8);
  GtkWidget *look = fz_button_new (FZ_BUTTON_PLAIN, "eye", _ ("查看"));

  if (writable)
    fz_put (line, tick_new (step, word, tick_name));
  fz_put (line, fz_icon_new ("file", 17));
  fz_put (line, fz_text (label, "fz-strong"));
  fz_put_wide (line, fz_text (file, "fz-soft"));
  if (fz_fields_get_at (facts, "evidence", i, "added_at") != NULL)
    fz_put (line, fz_pill_new (FZ_STATUS_INFO, _ ("收件后补充")));
  gtk_widget_add_css_class (look, "fz-compact");
  fz_access_label (look, look_name);
  g_object_set_data (G_OBJECT (look), "fz-index", GUINT_TO_POINTER (i));
  g_signal_connect (look, "clicked", G_CALLBACK (on_look), step);
  fz_put (line, look);
  return line;
}

/* --- records of other hospitals --- */

static void
on_look_record (GtkButton *button, Step *step)
{
  fz_dialog_record_show (GTK_WIDGET (button), step->model, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "fz-index")));
}

static GtkWidget *
record_row (Step *step, guint i, gboolean writable)
{
  const FzFields *facts = fz_visit_model_get_facts (step->model);
  const char *institution = fz_fields_get_at (facts, "imported", i, "institution"), *sha256 = fz_fields_get_at (facts, "imported", i, "sha256");
  gint64 at_us = 0;
  g_autofree char *day = fz_fields_get_time_at (facts, "imported", i, "at", &at_us) ? fz_date_format (fz_date_in_beijing (at_us)) : g_strdup ("");
  g_autofree char *said = fz_say_value (day); /* `word` goes into the document */
  g_autofree char *word = g_strdup_printf (_ ("院外病历 %s %s（SHA-256 %.16s…）"), institution, day, sha256);
  g_autofree char *tick_name = g_strdup_printf (_ ("以“%s %s”为判断依据"), _ ("院外病历"), said), *look_name = g_strdup_printf (_ ("查看 %s %s"), _ ("院外病历"), said);
  g_autofree char *where = g_strdup_printf ("%s · %s", institution, said);
  GtkWidget *line = fz_line (8), *look = fz_button_new (FZ_BUTTON_PLAIN, "eye", _ ("查看"));

  if (writable)
    fz_put (line, tick_new (step, word, tick_name));
  fz_put (line, fz_icon_new ("record", 17));
  fz_put (line, fz_text (_ ("院外病历"), "fz-strong"));
  fz_put_wide (line, fz_wrapped (where, "fz-soft"));
  gtk_widget_add_css_class (look, "fz-compact");
  fz_access_label (look, look_name);
  g_object_set_data (G_OBJECT (look), "fz-index", GUINT_TO_POINTER (i));
  g_signal_connect (look, "clicked", G_CALLBACK (on_look_record), step);
  fz_put (line, look);
  return line;
}

static void
on_import (GtkButton *button, Step *step)
{
  fz_dialog_record_import (GTK_WIDGET (button), step->model);
}

static GtkWidget *
import_new (Step *step)
{
  GtkWidget *line = fz_line (8), *button = fz_button_new (FZ_BUTTON_PLAIN, "download", _ ("导入院外病历"));

  gtk_widget_add_css_class (button, "fz-compact");
  g_signal_connect (button, "clicked", G_CALLBACK (on_import), step);
  fz_put (line, button);
  return line;
}

static GtkWidget *
prior_row (const FzFields *facts, guint i)
{
  GtkWidget *line = fz_line (8);
  g_autofree char *day = fz_say_value (fz_fields_get_at (facts, "prior", i, "date"));
  g_autofree char *where = g_strdup_printf ("%s · %s", fz_fields_get_at (facts, "prior", i, "institution"), day);
  const char *code = fz_fields_get_at (facts, "prior", i, "code");

  fz_put (line, fz_tag_new (FZ_STATUS_NEUTRAL, code != NULL ? code : _ ("无编码")));
  fz_put (line, fz_wrapped (fz_fields_get_at (facts, "prior", i, "name"), "fz-strong"));
  fz_put_wide (line, fz_wrapped (where, "fz-caption"));
  return line;
}

/* --- the verdict --- */

static void
on_verdict (GtkCheckButton *choice, Step *step)
{
  if (gtk_check_button_get_active (choice))
    fz_visit_model_set (step->model, VERDICT, g_object_get_data (G_OBJECT (choice), "fz-verdict"));
}

static void
on_note (GtkEditable *note, Step *step)
{
  fz_visit_model_set (step->model, "eligibility.note", gtk_editable_get_text (note));
}

static GtkWidget *
choice_new (Step *step, GtkWidget *group, const char *verdict, const char *word)
{
  GtkWidget *choice = gtk_check_button_new_with_label (word);

  if (group != NULL)
    gtk_check_button_set_group (GTK_CHECK_BUTTON (choice), GTK_CHECK_BUTTON (group));
  g_object_set_data (G_OBJECT (choice), "fz-verdict", (gpointer) verdict);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (choice), g_strcmp0 (fz_visit_model_get (step->model, VERDICT), verdict) == 0);
  fz_access_label (choice, word);
  g_signal_connect (choice, "toggled", G_CALLBACK (on_verdict), step);
  return choice;
}

static GtkWidget *
verdict_new (Step *step)
{
  GtkWidget *line = fz_wrap_new (18, 8);
  GtkWidget *yes = choice_new (step, NULL, "eligible", _ ("符合复诊条件"));
  const char *note = fz_visit_model_get (step->model, "eligibility.note");

  fz_wrap_add (line, yes);
  fz_wrap_add (line, choice_new (step, yes, "not_eligible", _ ("不符合，应线下就诊")));
  step->note = gtk_entry_new ();
  gtk_editable_set_text (GTK_EDITABLE (step->note), note != NULL ? note : "");
  gtk_entry_set_placeholder_text (GTK_ENTRY (step->note), _ ("说明（可不填）"));
  gtk_editable_set_width_chars (GTK_EDITABLE (step->note), 10);
  fz_access_label (step->note, _ ("复诊判断说明"));
  g_signal_connect (step->note, "changed", G_CALLBACK (on_note), step);
  gtk_widget_set_hexpand (fz_wrap_add (line, step->note), TRUE);
  return line;
}

static GtkWidget *
signed_verdict (const FzFields *facts)
{
  GtkWidget *line = fz_line (8);
  gboolean eligible = g_strcmp0 (fz_fields_get (facts, VERDICT), "eligible") == 0;
  const char *note = fz_fields_get (facts, "eligibility.note");

  fz_put (line, fz_pill_new (eligible ? FZ_STATUS_OK : FZ_STATUS_STOP, eligible ? _ ("符合复诊条件") : _ ("不符合复诊条件")));
  if (note != NULL)
    fz_put_wide (line, fz_wrapped (note, "fz-soft"));
  return line;
}

GtkWidget *
fz_step_eligibility_new (FzVisitModel *model, FzEvidenceWanted wanted, gpointer user_data)
{
  const FzFields *facts = fz_visit_model_get_facts (model);
  gboolean writable = fz_visit_model_is_open (model) && !fz_visit_model_has_verdict (model);
  GtkWidget *card = fz_step_card_new (2, fz_step_label (FZ_STEP_ELIGIBILITY));
  GtkWidget *body = fz_card_body (card);
  Step *step = g_new0 (Step, 1);

  step->model = g_object_ref (model);
  step->wanted = wanted;
  step->user_data = user_data;
  step->kinds = fz_desk_codes (fz_visit_model_get_session (model), "evidence_kind", NULL);
  step->ticks = g_ptr_array_new ();
  g_object_set_data_full (G_OBJECT (card), STEP, step, step_free);
  g_signal_connect_object (model, "lists", G_CALLBACK (show_ticks), card, G_CONNECT_SWAPPED);
  gtk_box_set_spacing (GTK_BOX (body), 8);
  for (guint i = 0; i < fz_fields_count (facts, "prior"); i++)
    fz_put (body, prior_row (facts, i));
  for (guint i = 0; i < fz_fields_count (facts, "evidence"); i++)
    fz_put (body, evidence_row (step, i, writable));
  for (guint i = 0; i < fz_fields_count (facts, "imported"); i++)
    fz_put (body, record_row (step, i, writable));
  if (writable)
    fz_put (body, import_new (step));
  if (fz_fields_count (facts, "evidence") + fz_fields_count (facts, "imported") == 0)
    fz_put (body, fz_wrapped (_ ("患者没有提供病历资料。"), "fz-soft"));
  if (writable)
    fz_put (body, verdict_new (step));
  else if (fz_visit_model_has_verdict (model))
    fz_put (body, signed_verdict (facts));
  fz_put (body, fz_finding_list_new (model, is_mine, model));
  return card;
}
