#include "ui/kit/access.h"

#define INNER "fz-access-inner"
#define NAME "fz-access-name"
#define LABELLED "fz-access-labelled"
#define OWN "fz-access-own"
#define BESIDE "fz-access-beside"

void
fz_access_set_inner (GtkWidget *control, GtkWidget *inner)
{
  g_object_set_data (G_OBJECT (control), INNER, inner);
}

GtkWidget *
fz_access_get_inner (GtkWidget *control)
{
  GtkWidget *inner;

  while ((inner = g_object_get_data (G_OBJECT (control), INNER)) != NULL)
    control = inner;
  return control;
}

static GtkWidget *
step_in (GtkWidget *control)
{
  return g_object_get_data (G_OBJECT (control), INNER);
}

static void
keep_name (GtkWidget *widget, const char *name, gboolean labelled)
{
  g_object_set_data_full (G_OBJECT (widget), NAME, g_strdup (name), g_free);
  g_object_set_data (G_OBJECT (widget), LABELLED, GINT_TO_POINTER (labelled));
}

/* With a label of its own beside it and a name given as well, GTK 4.8 would say both. */
void
fz_access_label (GtkWidget *control, const char *name)
{
  for (GtkWidget *at = control; at != NULL; at = step_in (at)) {
    if (g_object_get_data (G_OBJECT (at), LABELLED) != NULL)
      gtk_accessible_reset_relation (GTK_ACCESSIBLE (at), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
    gtk_accessible_update_property (GTK_ACCESSIBLE (at), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    keep_name (at, name, FALSE);
  }
}

void
fz_access_labelled_by (GtkWidget *control, GtkWidget *label)
{
  for (GtkWidget *at = control; at != NULL; at = step_in (at)) {
    gtk_accessible_reset_property (GTK_ACCESSIBLE (at), GTK_ACCESSIBLE_PROPERTY_LABEL);
    gtk_accessible_update_relation (GTK_ACCESSIBLE (at), GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL, -1);
    keep_name (at, gtk_label_get_text (GTK_LABEL (label)), TRUE);
  }
}

const char *
fz_access_get_label (GtkWidget *control)
{
  return g_object_get_data (G_OBJECT (control), NAME);
}

/* GTK 4.8 reads no description from the relation: the words are given as well. */
static void
describe (GtkWidget *inner)
{
  const char *own = g_object_get_data (G_OBJECT (inner), OWN), *beside = g_object_get_data (G_OBJECT (inner), BESIDE);
  g_autofree char *both = own != NULL && beside != NULL ? g_strdup_printf ("%s\n%s", own, beside) : NULL;

  gtk_accessible_update_property (GTK_ACCESSIBLE (inner), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  both != NULL ? both : own != NULL ? own : beside != NULL ? beside : "", -1);
}

void
fz_access_description (GtkWidget *control, const char *text)
{
  GtkWidget *inner = fz_access_get_inner (control);

  g_object_set_data_full (G_OBJECT (inner), OWN, text != NULL && *text != '\0' ? g_strdup (text) : NULL, g_free);
  describe (inner);
}

void
fz_access_described_by (GtkWidget *control, GtkWidget *label)
{
  GtkWidget *inner = fz_access_get_inner (control);

  g_object_set_data_full (G_OBJECT (inner), BESIDE, label != NULL ? g_strdup (gtk_label_get_text (GTK_LABEL (label))) : NULL, g_free);
  if (label != NULL)
    gtk_accessible_update_relation (GTK_ACCESSIBLE (inner), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, label, NULL, -1);
  else
    gtk_accessible_reset_relation (GTK_ACCESSIBLE (inner), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY);
  describe (inner);
}

void
fz_access_controls (GtkWidget *control, GtkWidget *what)
{
  gtk_accessible_update_relation (GTK_ACCESSIBLE (fz_access_get_inner (control)), GTK_ACCESSIBLE_RELATION_CONTROLS, what, NULL, -1);
}

void
fz_access_required (GtkWidget *control, gboolean required)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (fz_access_get_inner (control)), GTK_ACCESSIBLE_PROPERTY_REQUIRED,
                                  required, -1);
}

void
fz_access_invalid (GtkWidget *control, gboolean invalid)
{
  gtk_accessible_update_state (GTK_ACCESSIBLE (fz_access_get_inner (control)), GTK_ACCESSIBLE_STATE_INVALID,
                               invalid ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

GtkWidget *
fz_access_live_label_new (const char *text, gboolean urgent)
{
  GtkAccessibleRole role = urgent ? GTK_ACCESSIBLE_ROLE_ALERT : GTK_ACCESSIBLE_ROLE_STATUS;

  return g_object_new (GTK_TYPE_LABEL, "accessible-role", role, "label", text, "xalign", 0.0, "wrap", TRUE, "wrap-mode",
                       PANGO_WRAP_WORD_CHAR, NULL);
}

static void
say_seen (GtkStack *stack)
{
  GtkWidget *seen = gtk_stack_get_visible_child (stack);

  for (GtkWidget *page = gtk_widget_get_first_child (GTK_WIDGET (stack)); page != NULL; page = gtk_widget_get_next_sibling (page))
    gtk_accessible_update_state (GTK_ACCESSIBLE (page), GTK_ACCESSIBLE_STATE_HIDDEN, page != seen, -1);
}

GtkWidget *
fz_access_stack_new (void)
{
  GtkWidget *stack = gtk_stack_new ();
  g_autoptr (GtkSelectionModel) pages = gtk_stack_get_pages (GTK_STACK (stack));

  g_signal_connect (stack, "notify::visible-child", G_CALLBACK (say_seen), NULL);
  g_signal_connect_object (pages, "items-changed", G_CALLBACK (say_seen), stack, G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (stack), "fz-pages", g_steal_pointer (&pages), g_object_unref); /* the stack itself keeps none */
  return stack;
}

gboolean
fz_access_walk (GtkWidget *widget, GtkDirectionType direction)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);

  return child != NULL && gtk_widget_child_focus (child, direction);
}
