#include "ui/audit_acts.h"

#include "app/out_file.h"
#include "ui/dialog_outside.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/long_work.h"
#include "ui/save_as.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#define SHOWN_DIFFERENCES 5
#define ACTS "fz-acts"

typedef struct {
  FzSession *session;
  GtkWidget *verify, *rebuild, *size, *root, *outside, *column;
  gboolean plain; /* which key list is being saved */
} Acts;

/* --- verification --- */

typedef struct {
  guint64 size;
  char *root;
} Head;

static void
on_progress (guint64 done, guint64 total, gpointer data)
{
  fz_long_work_report (data, done, total);
}

static char *
verify (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer data, GError **error)
{
  Head *head = data;
  g_autofree char *size = NULL;

  g_clear_pointer (&head->root, g_free);
  if (!fz_desk_audit_verify (session, &head->size, &head->root, stop, on_progress, work, error))
    return NULL;
  size = fz_say_count ((gint64) head->size);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s 条记录逐条校验，树根和全部检查点相符。", "%s 条记录逐条校验，树根和全部检查点相符。", (gulong) head->size), size);
}

static void
on_verified (FzLongWork *work, gboolean good, Acts *acts)
{
  Head *head = g_object_get_data (G_OBJECT (work), "fz-head");
  g_autofree char *size = fz_say_count ((gint64) head->size);

  if (!good)
    return;
  gtk_label_set_text (GTK_LABEL (acts->size), size);
  gtk_label_set_text (GTK_LABEL (acts->root), head->root);
}

static void
on_verify (GtkButton *button, Acts *acts)
{
  fz_long_work_run (FZ_LONG_WORK (acts->verify), _ ("校验审计日志"), TRUE, verify, g_object_get_data (G_OBJECT (acts->verify), "fz-head"), NULL);
}

static void
head_free (gpointer data)
{
  g_free (((Head *) data)->root);
  g_free (data);
}

static GtkWidget *
verify_card (Acts *acts)
{
  GtkWidget *card = fz_card_new_titled ("shield", _ ("日志完整性")), *body = fz_card_body (card), *facts = fz_facts_new (1), *button;

  gtk_box_set_spacing (GTK_BOX (body), 12);
  acts->size = GTK_WIDGET (fz_facts_add (facts, _ ("上次校验的条数"), _ ("本次登录后尚未校验"), 1));
  acts->root = GTK_WIDGET (fz_facts_add (facts, _ ("检查点树根（SHA-256）"), "—", 1));
  gtk_widget_add_css_class (acts->root, "fz-mono");
  gtk_label_set_wrap (GTK_LABEL (acts->root), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (acts->root), PANGO_WRAP_CHAR);
  gtk_label_set_selectable (GTK_LABEL (acts->root), TRUE);
  fz_put (body, facts);
  acts->verify = fz_put (body, fz_long_work_new (acts->session));
  g_object_set_data_full (G_OBJECT (acts->verify), "fz-head", g_new0 (Head, 1), head_free);
  g_signal_connect (acts->verify, "ended", G_CALLBACK (on_verified), acts);
  button = fz_put (body, fz_button_new (FZ_BUTTON_PRIMARY, "check", _ ("立即校验")));
  g_signal_connect (button, "clicked", G_CALLBACK (on_verify), acts);
  return card;
}

/* --- rebuild --- */

static char *
rebuild (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) differences = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  guint visits = 0;

  if (!fz_desk_rebuild_check (session, &visits, &differences, stop, fz_long_work_report_part, work, error))
    return NULL;
  if (differences->len == 0)
    return g_strdup_printf (_ ("由文书重新推算 %u 次就诊，与数据库全部一致。"), visits);
  for (guint i = 0; i < differences->len && i < SHOWN_DIFFERENCES; i++)
    g_string_append_printf (text, "\n%s", (const char *) differences->pdata[i]);
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("由文书重新推算 %u 次就诊，有 %u 处不一致：%s"), visits, differences->len, text->str);
  return NULL;
}

static void
on_rebuild (GtkButton *button, Acts *acts)
{
  fz_long_work_run (FZ_LONG_WORK (acts->rebuild), _ ("重建核对"), TRUE, rebuild, NULL, NULL);
}

static GtkWidget *
rebuild_card (Acts *acts)
{
  GtkWidget *card = fz_card_new_titled ("refresh", _ ("重建核对")), *body = fz_card_body (card), *button;

  gtk_box_set_spacing (GTK_BOX (body), 12);
  fz_put (body, fz_wrapped (_ ("按全部签名文书重新推算每次就诊和处方，与数据库逐项比对。只读，不改任何数据。"), "fz-soft"));
  acts->rebuild = fz_put (body, fz_long_work_new (acts->session));
  button = fz_put (body, fz_button_new (FZ_BUTTON_PLAIN, "refresh", _ ("开始核对")));
  g_signal_connect (button, "clicked", G_CALLBACK (on_rebuild), acts);
  return card;
}

/* --- outside --- */

static void
on_slip_path (GtkWidget *over, const char *path, gpointer data)
{
  Acts *acts = data;
  g_autoptr (GError) error = NULL;
  gboolean good = fz_desk_save_head (acts->session, path, &error);
  g_autofree char *said = good ? g_strdup_printf (_ ("已保存到 %s"), path) : g_strdup (error->message);

  fz_toast_show (over, good ? FZ_STATUS_OK : FZ_STATUS_STOP, said);
}

static void
on_slip (GtkButton *button, Acts *acts)
{
  fz_save_as (GTK_WIDGET (button), _ ("保存检查点凭条"), "fuzhen-checkpoint.pdf", on_slip_path, acts);
}

/* How far one place has got and when, or why it has not. */
static void
put_place (Acts *acts, const char *caption, const FzFields *kept, const char *place)
{
  g_autofree char *size = g_strconcat (place, ".size", NULL), *at = g_strconcat (place, ".at", NULL), *problem = g_strconcat (place, ".problem", NULL);
  const char *by = g_str_equal (place, "stick") ? ".folder" : g_str_equal (place, "token") ? ".name" : ".url";
  g_autofree char *where = g_strconcat (place, by, NULL);
  const char *told = fz_fields_get (kept, problem), *n = fz_fields_get (kept, size);
  g_autofree char *when = fz_fields_has (kept, at) ? fz_words_time (kept, at, fz_session_now_us (acts->session)) : NULL;
  g_autofree char *reached = n != NULL ? g_strdup_printf (_ ("已到第 %s 条　%s"), n, when != NULL ? when : "") : NULL;
  GtkLabel *label;

  if (!fz_fields_has (kept, where)) {
    fz_facts_add (acts->outside, caption, _ ("未设置"), 1);
    return;
  }
  fz_facts_add (acts->outside, caption, fz_fields_get (kept, where), 1);
  label = fz_facts_add (acts->outside, _ ("最近一次"), told != NULL ? told : reached != NULL ? reached : _ ("尚未写入"), 1);
  fz_facts_set_status (label, told != NULL ? FZ_STATUS_WARN : FZ_STATUS_OK);
}

static void
show_outside (Acts *acts)
{
  g_autoptr (FzFields) kept = fz_desk_outside (acts->session, NULL);

  fz_facts_clear (acts->outside);
  if (kept == NULL)
    return;
  put_place (acts, _ ("介质（U 盘）"), kept, "stick");
  put_place (acts, _ ("见证方"), kept, "witness");
  if (fz_fields_has (kept, "token.name") || fz_fields_has (kept, "token.problem")) /* nothing to set: it comes with a person's token */
    put_place (acts, _ ("签名介质"), kept, "token");
}

static void
on_outside_changed (gpointer owner)
{
  Acts *acts = g_object_get_data (owner, ACTS);

  show_outside (acts);
}

static void
on_outside (GtkButton *button, Acts *acts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) kept = fz_desk_outside (acts->session, &error);

  if (kept == NULL)
    fz_toast_show (acts->column, FZ_STATUS_STOP, error->message);
  else
    fz_dialog_outside (GTK_WIDGET (button), acts->session, kept, on_outside_changed, G_OBJECT (acts->column));
}

static GtkWidget *
outside_card (Acts *acts)
{
  GtkWidget *card = fz_card_new_titled ("shield", _ ("库外留存")), *body = fz_card_body (card), *line, *button;

  gtk_box_set_spacing (GTK_BOX (body), 12);
  fz_put (body, fz_wrapped (_ ("整个磁盘被换成旧副本时，只有带出本机的检查点能发现。每班结束请打印凭条，交当班以外的人保管。"), "fz-soft"));
  acts->outside = fz_put (body, fz_facts_new (1));
  show_outside (acts);
  line = fz_put (body, fz_line (8));
  button = fz_put_wide (line, fz_button_new (FZ_BUTTON_PLAIN, "print", _ ("检查点凭条")));
  g_signal_connect (button, "clicked", G_CALLBACK (on_slip), acts);
  button = fz_put_wide (line, fz_button_new (FZ_BUTTON_PLAIN, "edit", _ ("设置…")));
  g_signal_connect (button, "clicked", G_CALLBACK (on_outside), acts);
  return card;
}

/* --- keys --- */

static void
on_key_path (GtkWidget *over, const char *path, gpointer data)
{
  Acts *acts = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *keys = fz_desk_export_keys (acts->session, acts->plain, &error);
  gboolean good = keys != NULL && fz_out_file_save_text (keys, path, &error);
  g_autofree char *said = good ? g_strdup_printf (_ ("已保存到 %s"), path) : g_strdup (error->message);

  fz_toast_show (over, good ? FZ_STATUS_OK : FZ_STATUS_STOP, said);
}

static void
on_signed_keys (GtkButton *button, Acts *acts)
{
  acts->plain = FALSE;
  fz_save_as (GTK_WIDGET (button), _ ("导出签名的公钥清单"), "fuzhen-keys.note", on_key_path, acts);
}

static void
on_plain_keys (GtkButton *button, Acts *acts)
{
  acts->plain = TRUE;
  fz_save_as (GTK_WIDGET (button), _ ("导出公钥"), "fuzhen-keys.txt", on_key_path, acts);
}

static GtkWidget *
keys_card (Acts *acts)
{
  GtkWidget *card = fz_card_new_titled ("key", _ ("公钥")), *body = fz_card_body (card), *line, *button;

  gtk_box_set_spacing (GTK_BOX (body), 12);
  fz_put (body, fz_wrapped (_ ("交给检查人员，用 fuzhen-verify 或其他程序核验处方、文书和日志。"), "fz-soft"));
  line = fz_put (body, fz_line (8));
  button = fz_put_wide (line, fz_button_new (FZ_BUTTON_PLAIN, "download", _ ("签名清单")));
  g_signal_connect (button, "clicked", G_CALLBACK (on_signed_keys), acts);
  button = fz_put_wide (line, fz_button_new (FZ_BUTTON_PLAIN, "download", _ ("仅公钥")));
  g_signal_connect (button, "clicked", G_CALLBACK (on_plain_keys), acts);
  return card;
}

static void
acts_free (gpointer data)
{
  fz_session_unref (((Acts *) data)->session);
  g_free (data);
}

GtkWidget *
fz_audit_acts_new (FzSession *session)
{
  GtkWidget *column = fz_column (14);
  Acts *acts = g_new0 (Acts, 1);

  acts->session = fz_session_ref (session);
  acts->column = column;
  g_object_set_data_full (G_OBJECT (column), ACTS, acts, acts_free);
  fz_put (column, verify_card (acts));
  fz_put (column, rebuild_card (acts));
  fz_put (column, keys_card (acts));
  fz_put (column, outside_card (acts));
  return column;
}
