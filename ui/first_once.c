#include "ui/first_once.h"

#include "core/date.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/save_as.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
  FzFirstSeen seen;
  gpointer user_data;
  GtkWidget *next;
} Once;

static void
on_next (GtkButton *button, Once *once)
{
  once->seen (once->user_data);
}

static GtkWidget *
next_new (Once *once, GtkWidget *column, const char *label)
{
  once->next = fz_put (column, fz_button_new (FZ_BUTTON_PRIMARY, NULL, label));
  gtk_widget_add_css_class (once->next, "fz-large");
  gtk_widget_set_halign (once->next, GTK_ALIGN_END);
  g_signal_connect (once->next, "clicked", G_CALLBACK (on_next), once);
  return once->next;
}

static Once *
once_new (GtkWidget *column, FzFirstSeen seen, gpointer user_data)
{
  Once *once = g_new0 (Once, 1);

  once->seen = seen;
  once->user_data = user_data;
  g_object_set_data_full (G_OBJECT (column), "fz-once", once, g_free);
  return once;
}

/* --- recovery shares --- */

static void
on_place (GtkWidget *over, const char *path, gpointer share)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf ("%s\n", (const char *) share);

  if (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &error))
    fz_toast_show (over, FZ_STATUS_OK, _ ("已保存。请取下U盘，交给保管这一份的人。"));
  else
    fz_toast_show (over, FZ_STATUS_STOP, error->message);
  fz_secret_wipe (text, strlen (text));
}

static void
on_save (GtkButton *button, gpointer share)
{
  guint number = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "fz-number"));
  g_autofree char *name = g_strdup_printf (_ ("恢复份额-%u.txt"), number);

  fz_save_as (GTK_WIDGET (button), _ ("把这一份恢复份额存到U盘"), name, on_place, share);
}

static GtkWidget *
share_new (const char *share, guint number)
{
  GtkWidget *card = fz_card_new_padded (8), *line = fz_put (card, fz_line (12)), *save;
  g_autofree char *title = g_strdup_printf (_ ("第 %u 份"), number), *spoken = g_strdup_printf (_ ("第 %u 份存到U盘…"), number);

  fz_put (line, fz_text (title, "fz-heading"));
  fz_put_space (line);
  save = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "download", _ ("存到U盘…")));
  fz_access_label (save, spoken);
  g_object_set_data (G_OBJECT (save), "fz-number", GUINT_TO_POINTER (number));
  g_signal_connect (save, "clicked", G_CALLBACK (on_save), (gpointer) share);
  gtk_widget_add_css_class (fz_put (card, fz_wrapped (share, "fz-numeric")), "fz-strong");
  return card;
}

static void
on_kept (GtkCheckButton *check, Once *once)
{
  gtk_widget_set_sensitive (once->next, gtk_check_button_get_active (check));
}

GtkWidget *
fz_first_shares_new (const FzFounding *founding, FzFirstSeen seen, gpointer user_data)
{
  GtkWidget *column = fz_column (16), *kept = gtk_check_button_new_with_label (_ ("每一份都已由不同的人抄写或保存，分开保管"));
  Once *once = once_new (column, seen, user_data);

  fz_put (column, fz_page_title_new (_ ("恢复份额"), _ ("只显示这一次")));
  fz_put (column, fz_wrapped (_ ("电脑损坏或所有人都忘记口令时，用任意两份和一个备份就能恢复本库；只有一份打不开任何东西。请抄写、或各存到一个U盘，交给不同的人（例如院长、医务负责人、法务），"
                                 "不要把两份放在同一处，也不要留在这台电脑上。"), "fz-soft"));
  for (guint i = 0; founding->shares[i] != NULL; i++)
    fz_put (column, share_new (founding->shares[i], i + 1));
  fz_put (column, kept);
  gtk_widget_set_sensitive (next_new (once, column, _ ("继续")), FALSE);
  g_signal_connect (kept, "toggled", G_CALLBACK (on_kept), once);
  return column;
}

/* --- codes --- */

GtkWidget *
fz_code_card_new (const FzEnrolCode *code)
{
  GtkWidget *card = fz_card_new_padded (6), *line = fz_put (card, fz_line (12)), *words = fz_put_wide (line, fz_column (2)), *text;
  g_autofree char *until = fz_say_moment (code->until_us);
  g_autofree char *who = g_strdup_printf (_ ("%s，工号 %s"), code->name, code->number), *about = g_strdup_printf (_ ("%s 前有效，用一次即失效"), until);

  fz_put (words, fz_text (who, "fz-heading"));
  fz_put (words, fz_text (about, "fz-caption"));
  text = fz_put (line, fz_text (code->code, "fz-figure"));
  gtk_widget_add_css_class (text, "fz-numeric");
  return card;
}

GtkWidget *
fz_first_codes_new (const FzFounding *founding, FzFirstSeen seen, gpointer user_data)
{
  static const char *const steps[] = {
    N_ ("四个人各自在登录页选“首次登录”，用登记码设置自己的口令、签名 PIN 和密钥文件。"),
    N_ ("安全管理员登记医师、药师等人员，医务管理批准；执业信息缺一项就不能接诊或审方。"),
    N_ ("医务管理在“机构资料”登记核准科室，在“台账”登记执业许可与公示内容，在“药品目录”核对起步目录，在“规则”核对施行的版本。"),
    N_ ("系统管理员在“系统”页设置备份文件夹和监管平台，逐项看过“上线前检查”再开始上报。"),
  };
  GtkWidget *column = fz_column (16), *card = fz_card_new_titled ("list", _ ("接下来"));
  Once *once = once_new (column, seen, user_data);

  fz_put (column, fz_page_title_new (_ ("首次登录的登记码"), _ ("只显示这一次")));
  fz_put (column, fz_wrapped (_ ("请当面交给本人。别人拿到登记码就能冒充本人设置口令；遗失或过期的，由安全管理员重置。"), "fz-soft"));
  for (guint i = 0; i < founding->codes->len; i++)
    fz_put (column, fz_code_card_new (founding->codes->pdata[i]));
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    g_autofree char *text = g_strdup_printf ("%u. %s", i + 1, _ (steps[i]));

    fz_put (fz_card_body (card), fz_wrapped (text, NULL));
  }
  fz_put (fz_card_body (card), fz_wrapped (_ ("登录以后，“系统”“总览”“人员”页上方的“开业前清单”按库里已有的清点每一项做到哪里，并带您去办理。"), "fz-soft"));
  fz_put (column, card);
  next_new (once, column, _ ("已交给本人，去登录"));
  return column;
}
