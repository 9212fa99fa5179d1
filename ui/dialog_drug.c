#include "ui/dialog_drug.h"

#include "core/drug_show.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/sign_flow.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define NOTHING "-" /* empties a column */
#define PRICE "price_fen"

typedef struct {
  FzSession *session;
  FzFields *drug; /* NULL: a new one */
  FzDialog *dialog;
  GtkWidget *form, *words;
  GHashTable *controls; /* column -> control */
  FzDrugProposed done;
  GObject *owner;
} Edit;

static void
edit_free (gpointer data)
{
  Edit *edit = data;

  fz_session_unref (edit->session);
  g_clear_pointer (&edit->drug, fz_fields_unref);
  g_hash_table_unref (edit->controls);
  g_object_unref (edit->owner);
  g_free (edit);
}

/* What stands in the form in this order; what is not here (active) has acts of its own. */
static const struct {
  const char *column, *choices; /* words of the file, `|` between; NULL: typed */
  const char *hint;
} fields[] = {
  { "code", NULL, NULL },
  { "generic", NULL, NULL },
  { "brand", NULL, NULL },
  { "kind", "western|patent|herbal", NULL },
  { "class", NULL, "0603" },
  { "form", NULL, "01" },
  { "strength", NULL, "5mg" },
  { "strength_ug", NULL, "5000" },
  { "unit", NULL, NULL },
  { "unit_holds", NULL, NULL },
  { "pack_units", NULL, "28" },
  { "packing", NULL, NULL },
  { "route", NULL, "1" },
  { "ingredients", NULL, "A|B" },
  { "dose", NULL, "5mg" },
  { "freq", NULL, "qd" },
  { "single_max_ug", NULL, NULL },
  { "daily_max_ug", NULL, NULL },
  { "single_max_count", NULL, NULL },
  { "daily_max_count", NULL, NULL },
  { "otc", "no|yes", NULL },
  { "antibacterial", "none|unrestricted|restricted|special", NULL },
  { "special_storage", "no|yes", NULL },
  { "long_excluded", "no|yes", NULL },
  { "paediatric", "no|yes", NULL },
  { "initials", NULL, NULL },
  { "aliases", NULL, NULL },
  { "approval_number", NULL, NULL },
  { "manufacturer", NULL, NULL },
  { PRICE, NULL, "12.50" },
  { "confidence", "h|m|l", NULL },
  { "source", NULL, NULL },
};

/* Yuan as people write them to the file's fen; what is no amount stays as typed and is refused with the rest. */
static char *
to_fen (const char *yuan)
{
  g_auto (GStrv) parts = g_strsplit (yuan, ".", 2);
  gint64 whole = 0, part = 0;
  gboolean digits = parts[0] != NULL && g_ascii_string_to_signed (parts[0], 10, 0, 100000000, &whole, NULL);
  gsize places = digits && parts[1] != NULL ? strlen (parts[1]) : 0;

  if (!digits || places > 2 || (places > 0 && !g_ascii_string_to_signed (parts[1], 10, 0, 99, &part, NULL)))
    return g_strdup (yuan);
  return g_strdup_printf ("%" G_GINT64_FORMAT, whole * 100 + (places == 1 ? part * 10 : part));
}

static char *
to_yuan (const char *fen)
{
  gint64 value = 0;

  if (fen == NULL || !g_ascii_string_to_signed (fen, 10, 0, G_MAXINT64, &value, NULL))
    return g_strdup ("");
  return g_strdup_printf ("%" G_GINT64_FORMAT ".%02d", value / 100, (int) (value % 100));
}

static char *
typed (const Edit *edit, gsize i)
{
  GtkWidget *control = g_hash_table_lookup (edit->controls, fields[i].column);
  g_autofree char *text = FZ_IS_DROP_DOWN (control) ? g_strdup (fz_drop_down_get_code (FZ_DROP_DOWN (control)))
                                                    : g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (control))));

  if (text != NULL && *text != '\0' && g_str_equal (fields[i].column, PRICE))
    return to_fen (text);
  return g_steal_pointer (&text);
}

static const char *
stood (const Edit *edit, const char *column)
{
  g_autofree char *key = g_strconcat ("value.", column, NULL);

  return edit->drug != NULL ? fz_fields_get (edit->drug, key) : NULL;
}

static FzFields *
facts_of (const Edit *edit)
{
  FzFields *facts = fz_fields_new ("fuzhen.catalogue_edit/v1");

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++) {
    g_autofree char *now = typed (edit, i);
    const char *was = stood (edit, fields[i].column);
    gboolean empty = now == NULL || *now == '\0';

    if (g_str_equal (fields[i].column, "code"))
      fz_fields_set_at (facts, "row", 0, "code", now);
    else if (empty && was != NULL)
      fz_fields_set_at (facts, "row", 0, fields[i].column, NOTHING);
    else if (!empty && g_strcmp0 (was, now) != 0)
      fz_fields_set_at (facts, "row", 0, fields[i].column, now);
  }
  if (edit->drug == NULL)
    fz_fields_set_at (facts, "row", 0, "new", "yes");
  return facts;
}

/* The desk names the column as files do: …，列 route：…; its field is marked. */
static void
show_error (Edit *edit, const char *message)
{
  GtkWidget *code = g_hash_table_lookup (edit->controls, "code");

  if (*gtk_editable_get_text (GTK_EDITABLE (code)) == '\0')
    fz_dialog_set_error_of (edit->dialog, code, message);
  else
    fz_dialog_set_error (edit->dialog, message);
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++) {
    g_autofree char *zh = g_strdup_printf (FZ_IN_CHINESE (" %s："), fields[i].column), *en = g_strdup_printf (" %s:", fields[i].column);
    const char *at = strstr (message, zh) != NULL ? strstr (message, zh) + strlen (zh) : strstr (message, en) != NULL ? strstr (message, en) + strlen (en) : NULL;

    if (at != NULL && fz_form_set_finding (edit->form, fields[i].column, FZ_STATUS_STOP, at))
      fz_form_focus_first_finding (edit->form);
  }
}

static void
on_signed (GPtrArray *ids, gpointer user_data)
{
  FzDialog *dialog = user_data;
  Edit *edit = g_object_get_data (G_OBJECT (dialog), "fz-edit");

  edit->done (edit->owner);
  fz_dialog_close (dialog);
}

static void
on_response (FzDialog *dialog, const char *response, Edit *edit)
{
  g_autoptr (FzFields) facts = NULL;
  g_autofree char *words = NULL;
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  if (!g_str_equal (response, "propose"))
    return;
  facts = facts_of (edit);
  words = g_strstrip (fz_text_area_get_text (FZ_TEXT_AREA (edit->words)));
  fz_dialog_set_error (dialog, NULL);
  fz_form_clear_findings (edit->form);
  sheet = fz_desk_prepare_catalogue_change (edit->session, facts, words, &error);
  if (sheet == NULL)
    show_error (edit, error->message);
  else
    fz_sign_flow_start (GTK_WIDGET (dialog), edit->session, sheet, _ ("提出药品目录变更"), on_signed, g_object_ref (dialog), g_object_unref);
}

static GtkWidget *
control_new (const Edit *edit, gsize i)
{
  const char *value = stood (edit, fields[i].column);
  g_autofree char *price = g_str_equal (fields[i].column, PRICE) ? to_yuan (value) : NULL;
  GtkWidget *control;

  if (fields[i].choices != NULL) {
    g_auto (GStrv) choices = g_strsplit (fields[i].choices, "|", -1);

    control = fz_drop_down_new (NULL);
    for (guint k = 0; choices[k] != NULL; k++)
      fz_drop_down_add (FZ_DROP_DOWN (control), choices[k], fz_drug_word_label (fields[i].column, choices[k]), NULL);
    fz_drop_down_set_code (FZ_DROP_DOWN (control), value);
    return control;
  }
  control = gtk_entry_new ();
  gtk_editable_set_text (GTK_EDITABLE (control), price != NULL ? price : value != NULL ? value : "");
  if (fields[i].hint != NULL)
    gtk_entry_set_placeholder_text (GTK_ENTRY (control), fields[i].hint);
  gtk_editable_set_width_chars (GTK_EDITABLE (control), 8);
  gtk_widget_set_sensitive (control, edit->drug == NULL || !g_str_equal (fields[i].column, "code"));
  return control;
}

void
fz_dialog_drug (GtkWidget *over, FzSession *session, const FzFields *drug, FzDrugProposed done, GObject *owner)
{
  Edit *edit = g_new0 (Edit, 1);
  GtkWidget *body = fz_column (14);
  g_autofree char *title = drug != NULL ? g_strdup_printf (_ ("修改药品 · %s"), fz_fields_get (drug, "drug.generic")) : g_strdup (_ ("新增药品"));

  edit->session = fz_session_ref (session);
  edit->drug = drug != NULL ? fz_fields_ref ((FzFields *) drug) : NULL;
  edit->done = done;
  edit->owner = g_object_ref (owner);
  edit->controls = g_hash_table_new (g_str_hash, g_str_equal);
  edit->dialog = fz_dialog_new (title, _ ("签名后只是提出，由另一人批准才会生效；代码与药品目录文件的写法相同"));
  g_object_set_data_full (G_OBJECT (edit->dialog), "fz-edit", edit, edit_free);
  edit->form = fz_put (body, fz_form_new (4));
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++) {
    GtkWidget *control = control_new (edit, i);

    g_hash_table_insert (edit->controls, (gpointer) fields[i].column, control);
    fz_form_add (edit->form, fields[i].column, fz_form_row_new (_ (fz_drug_column_label (fields[i].column)), control, FALSE), 1);
  }
  edit->words = fz_text_area_new (_ ("依据和理由，例如药事会决定的日期"), 2, 500);
  fz_put (body, fz_form_row_new (_ ("理由"), edit->words, TRUE));
  fz_dialog_set_width (edit->dialog, 860);
  fz_dialog_set_body (edit->dialog, body, FALSE);
  fz_dialog_add_button (edit->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (edit->dialog, "propose", _ ("核对并签名"), FZ_BUTTON_PRIMARY);
  g_signal_connect (edit->dialog, "response", G_CALLBACK (on_response), edit);
  fz_dialog_present (edit->dialog, over);
}
