/* The least GTK program with a window, of the size of ours: what a start is measured against. Named `…-text` it shows one line of Chinese, which alone
 * brings in the fonts. */
#include <gtk/gtk.h>

static void
activate (GtkApplication *application, gpointer text)
{
  GtkWidget *window = gtk_application_window_new (application);

  gtk_window_set_default_size (GTK_WINDOW (window), 1440, 900);
  if (text != NULL)
    gtk_window_set_child (GTK_WINDOW (window), gtk_label_new (text));
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_autoptr (GtkApplication) application = gtk_application_new ("cn.fuzhen.Blank", G_APPLICATION_NON_UNIQUE);

  g_signal_connect (application, "activate", G_CALLBACK (activate), g_str_has_suffix (argv[0], "-text") ? (gpointer) "复诊 互联网医院工作站" : NULL);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
