#include "ui/first_restore.h"

#include "core/date.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/save_as.h"
#include "ui/secret_entry.h"

#include <glib/gi18n-lib.h>

#define RESTORE "fz-first-restore"

typedef struct {
  GtkWidget *rows[3], *name, *shares[2];
  char *file;
} Restore;

static void
restore_free (gpointer data)
{
  Restore *self = data;

  g_free (self->file);
  g_free (self);
}

static void
on_file (GtkWidget *over, const char *path, gpointer data)
{
  Restore *self = data;

  g_free (self->file);
  self->file = g_strdup (path);
  fz_set_text (self->name, path);
  fz_form_row_set_finding (self->rows[0], FZ_STATUS_NEUTRAL, NULL);
}

static void
on_choose (GtkButton *button, Restore *self)
{
  fz_open_from (GTK_WIDGET (button), _ ("选择备份文件"), _ ("选择"), on_file, self);
}

static GtkWidget *
file_row_new (Restore *self)
{
  GtkWidget *line = fz_line (10), *choose = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "upload", _ ("选择备份文件…")));

  self->name = fz_put_wide (line, fz_wrapped (_ ("还没有选择"), "fz-soft"));
  gtk_widget_set_valign (self->name, GTK_ALIGN_CENTER);
  g_signal_connect (choose, "clicked", G_CALLBACK (on_choose), self);
  return fz_form_row_new (_ ("备份文件"), line, TRUE);
}

GtkWidget *
fz_first_restore_new (void)
{
  const char *const captions[] = { _ ("第一份恢复份额"), _ ("第二份恢复份额") };
  GtkWidget *column = fz_column (16), *card = fz_card_new_titled ("download", _ ("从备份恢复")), *body = fz_card_body (card);
  Restore *self = g_new0 (Restore, 1);

  g_object_set_data_full (G_OBJECT (column), RESTORE, self, restore_free);
  gtk_box_set_spacing (GTK_BOX (body), 14);
  fz_put (body, fz_wrapped (_ ("用一份备份和任意两份恢复份额，把本院的库恢复到这台电脑。份额由两位保管人当面各自输入。恢复以后，每个人都凭登记码重新登记；备份时待发的上报一律成为“结果未知”，由人逐条裁定。"), "fz-soft"));
  self->rows[0] = fz_put (body, file_row_new (self));
  for (guint i = 0; i < G_N_ELEMENTS (captions); i++) {
    self->shares[i] = fz_secret_entry_new (FZ_SECRET_PASSWORD, captions[i], NULL);
    self->rows[1 + i] = fz_put (body, fz_form_row_new (captions[i], self->shares[i], TRUE));
  }
  fz_put (column, card);
  return column;
}

gboolean
fz_first_restore_take (GtkWidget *restore, char **out_file, FzSecret **out_first, FzSecret **out_second)
{
  Restore *self = g_object_get_data (G_OBJECT (restore), RESTORE);
  gboolean good = self->file != NULL;

  fz_form_row_set_finding (self->rows[0], FZ_STATUS_STOP, good ? NULL : _ ("请选择备份文件。"));
  for (guint i = 0; i < G_N_ELEMENTS (self->shares); i++) {
    gboolean typed = fz_secret_entry_get_length (FZ_SECRET_ENTRY (self->shares[i])) > 0;

    fz_form_row_set_finding (self->rows[1 + i], FZ_STATUS_STOP, typed ? NULL : _ ("请由保管人输入这一份。"));
    good = good && typed;
  }
  if (!good)
    return FALSE;
  *out_file = g_strdup (self->file);
  *out_first = fz_secret_entry_take (FZ_SECRET_ENTRY (self->shares[0]));
  *out_second = fz_secret_entry_take (FZ_SECRET_ENTRY (self->shares[1]));
  return TRUE;
}

/* --- afterwards --- */

typedef struct {
  FzFirstSeen seen;
  gpointer user_data;
} Restored;

static void
on_next (GtkButton *button, Restored *self)
{
  self->seen (self->user_data);
}

static void
put_lost (GtkWidget *column, const FzFields *report)
{
  gint64 made_us = 0, gap = 0;
  g_autofree char *made = NULL, *words = NULL;

  fz_fields_get_time (report, "made_at", &made_us);
  fz_fields_get_int (report, "gap", &gap);
  made = fz_say_moment (made_us);
  words = gap > 0 ? g_strdup_printf (_ ("备份于 %s。此后还有 %d 条审计记录不在这份备份里：那段时间签署的文书须由各人核对后补办，已记入审计。"), made, (int) gap)
                  : g_strdup_printf (_ ("备份于 %s。没有发现备份之后的记录；此后若在别处接诊过，须由各人核对后补办。"), made);
  fz_put (column, fz_finding_card_new (gap > 0 ? FZ_STATUS_WARN : FZ_STATUS_OK, _ ("恢复到了哪里"), words, NULL));
  if (fz_fields_has (report, "aside")) {
    g_autofree char *kept = g_strdup_printf (_ ("原来不能打开的文件夹没有删除，保留在 %s。"), fz_fields_get (report, "aside"));

    fz_put (column, fz_wrapped (kept, "fz-soft"));
  }
}

GtkWidget *
fz_first_restored_new (const FzFounding *founding, const FzFields *report, FzFirstSeen seen, gpointer user_data)
{
  GtkWidget *column = fz_column (16), *next;
  Restored *self = g_new (Restored, 1);

  *self = (Restored){ seen, user_data };
  g_object_set_data_full (G_OBJECT (column), RESTORE, self, g_free);
  fz_put (column, fz_page_title_new (_ ("已恢复"), _ ("登记码只显示这一次")));
  put_lost (column, report);
  fz_put (column, fz_wrapped (_ ("请把登记码当面交给本人，各人在登录页选“首次登录”设置新的口令、签名 PIN 和密钥文件；旧的签名密钥已停用，以前的签名仍然有效。"), "fz-soft"));
  for (guint i = 0; i < founding->codes->len; i++)
    fz_put (column, fz_code_card_new (founding->codes->pdata[i]));
  next = fz_put (column, fz_button_new (FZ_BUTTON_PRIMARY, NULL, _ ("已交给本人，去登录")));
  gtk_widget_add_css_class (next, "fz-large");
  gtk_widget_set_halign (next, GTK_ALIGN_END);
  g_signal_connect (next, "clicked", G_CALLBACK (on_next), self);
  return column;
}
