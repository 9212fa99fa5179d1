#include "ui/record_copy.h"

#include "core/date.h"
#include "ui/dialog_reason.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/long_work.h"
#include "ui/save_as.h"
#include "ui/sign_flow.h"

#include <glib/gi18n-lib.h>

#define COPIES "record-copy"
#define GO "go"
#define GRANT_DAYS 7
#define GRANT_TIMES "2" /* one more, for a minute that ended before the PIN was there */

typedef struct {
  FzSession *session;
  FzFields *entry, *scope;
  FzRecordCopied done;
  GtkWidget *owner;  /* held */
  FzDialog *dialog;  /* weak */
  GtkWidget *way, *work; /* the dialog's */
  FzSheet *sheet;    /* made and not shown yet */
} Copy;

static Copy *
copy_new (FzSession *session, const FzFields *entry, const FzFields *scope, FzRecordCopied done, GtkWidget *owner)
{
  Copy *self = g_new0 (Copy, 1);

  self->session = fz_session_ref (session);
  self->entry = fz_fields_ref ((FzFields *) entry);
  self->scope = fz_fields_ref ((FzFields *) scope);
  self->done = done;
  self->owner = g_object_ref (owner);
  return self;
}

static void
copy_free (gpointer data)
{
  Copy *self = data;

  g_clear_weak_pointer (&self->dialog);
  g_clear_pointer (&self->sheet, fz_sheet_free);
  fz_session_unref (self->session);
  fz_fields_unref (self->entry);
  fz_fields_unref (self->scope);
  g_object_unref (self->owner);
  g_free (self);
}

static void
closure_free (gpointer data, GClosure *closure)
{
  copy_free (data);
}

/* Signed: nothing more is asked. */
static void
end (Copy *self, const char *words)
{
  if (self->dialog != NULL)
    fz_dialog_close (self->dialog);
  if (gtk_widget_get_root (self->owner) == NULL) /* locked while the PIN was judged */
    return;
  fz_toast_show (self->owner, FZ_STATUS_OK, words);
  self->done (fz_fields_get (self->entry, "entry.id"), self->owner);
}

/* --- asking for leave --- */

static void
on_asked (GPtrArray *ids, gpointer data)
{
  end (data, _ ("已提出申请，由另一人在“授权”页批准后可以提供"));
}

static gboolean
on_reason (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  const Copy *from = data;
  gboolean body = g_strcmp0 (fz_fields_get (from->entry, "field.kind"), "body") == 0;
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.grant_ask/v1");
  g_autofree char *until = fz_date_format (fz_date_add_days (fz_date_in_beijing (fz_session_now_us (from->session)), GRANT_DAYS));
  FzSheet *sheet;
  Copy *act;

  fz_fields_set (facts, "kind", "export");
  fz_fields_set (facts, "purpose", body ? "E03" : "E01");
  fz_fields_set (facts, "words", words);
  fz_fields_set (facts, "times", GRANT_TIMES);
  fz_fields_set (facts, "until_on", until);
  fz_fields_merge (facts, "scope", from->scope);
  sheet = fz_desk_prepare_grant (from->session, facts, error);
  if (sheet == NULL)
    return FALSE;
  act = copy_new (from->session, from->entry, from->scope, from->done, from->owner);
  g_set_weak_pointer (&act->dialog, dialog);
  fz_sign_flow_start (GTK_WIDGET (dialog), from->session, sheet, _ ("申请授权"), on_asked, act, copy_free);
  return TRUE;
}

static void
on_ask (GtkButton *button, Copy *self)
{
  const FzReasonAsk ask = { .title = _ ("申请提供病历副本"),
                            .subtitle = _ ("完整的病历含患者身份，须由另一人批准；7天内有效，可用两次。"),
                            .words_caption = _ ("说明"),
                            .words_hint = _ ("如：证明材料已核对，患者自用"),
                            .confirm = _ ("去签名") };

  fz_dialog_reason (GTK_WIDGET (button), &ask, on_reason, copy_new (self->session, self->entry, self->scope, self->done, self->owner), copy_free);
}

/* --- giving --- */

typedef struct {
  FzDialog *dialog; /* held: the copy is its */
  Copy *copy;
  char *way, *folder;
} Making;

static void
making_free (gpointer data)
{
  Making *making = data;

  g_object_unref (making->dialog);
  g_free (making->way);
  g_free (making->folder);
  g_free (making);
}

static void
tell (guint64 done, guint64 total, gpointer work)
{
  fz_long_work_report (work, done, total);
}

static char *
make (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer data, GError **error)
{
  const Making *making = data;

  making->copy->sheet = fz_desk_prepare_record_copy (session, fz_fields_get (making->copy->entry, "entry.id"), making->way, making->folder, stop, tell, work, error);
  return making->copy->sheet != NULL ? g_strdup (_ ("资料已制成，签名后存入所选文件夹；没有签名的不保留。")) : NULL;
}

static void
on_signed (GPtrArray *ids, gpointer data)
{
  end (data, _ ("病历副本已存入所选文件夹，并登记为“已提供”"));
}

static void
on_made (FzLongWork *work, gboolean good, Copy *self)
{
  FzSheet *sheet = g_steal_pointer (&self->sheet);
  Copy *act;

  fz_dialog_set_sensitive (self->dialog, GO, TRUE);
  if (sheet == NULL)
    return;
  act = copy_new (self->session, self->entry, self->scope, self->done, self->owner);
  g_set_weak_pointer (&act->dialog, self->dialog);
  fz_sign_flow_start (GTK_WIDGET (self->dialog), self->session, sheet, _ ("提供病历副本"), on_signed, act, copy_free);
}

static void
on_folder (GtkWidget *over, const char *path, gpointer data)
{
  Copy *self = data;
  Making *making = g_new0 (Making, 1);

  making->dialog = g_object_ref (self->dialog);
  making->copy = self;
  making->way = g_strdup (fz_drop_down_get_code (FZ_DROP_DOWN (self->way)));
  making->folder = g_strdup (path);
  fz_dialog_set_sensitive (self->dialog, GO, FALSE);
  fz_long_work_run (FZ_LONG_WORK (self->work), _ ("制作病历副本"), TRUE, make, making, making_free);
}

static void
on_response (FzDialog *dialog, const char *response, Copy *self)
{
  g_autofree char *name = g_strdup_printf (_ ("病历副本-%s"), fz_fields_get (self->entry, "entry.id"));

  if (g_str_equal (response, GO))
    fz_save_as (GTK_WIDGET (dialog), _ ("病历副本放进哪个新文件夹"), name, on_folder, self);
}

static void
on_give (GtkButton *button, Copy *from)
{
  Copy *self = copy_new (from->session, from->entry, from->scope, from->done, from->owner);
  GtkWidget *body = fz_column (14), *facts = fz_facts_new (2);
  FzDialog *dialog = fz_dialog_new (_ ("提供病历副本"), fz_fields_get (from->entry, "entry.id"));

  g_set_weak_pointer (&self->dialog, dialog);
  g_object_set_data_full (G_OBJECT (dialog), "fz-copy", self, copy_free);
  fz_facts_add (facts, _ ("申请人"), fz_fields_get (self->entry, "field.subject"), 1);
  fz_facts_add (facts, _ ("就诊"), fz_fields_get (self->entry, "field.visit"), 1);
  fz_facts_add (facts, _ ("核对的证明材料"), fz_fields_get (self->entry, "field.proof"), 2);
  fz_put (body, facts);
  self->way = fz_drop_down_new (NULL);
  fz_drop_down_add (FZ_DROP_DOWN (self->way), "media", _ ("电子（PDF 与 JSON）"), NULL);
  fz_drop_down_add (FZ_DROP_DOWN (self->way), "paper", _ ("纸质（PDF 打印，双方确认后盖章）"), NULL);
  fz_drop_down_set_code (FZ_DROP_DOWN (self->way), "media");
  fz_put (body, fz_form_row_new (_ ("提供方式"), self->way, TRUE));
  fz_put (body, fz_wrapped (_ ("制成 PDF、JSON 和签名文书后由您签名；签名之后资料才出现在所选文件夹，台账同时写明日期、授权编号和资料清单的 SHA-256。没有签名的，资料删除，授权已用去一次。"), "fz-soft"));
  self->work = fz_put (body, fz_long_work_new (self->session));
  g_signal_connect (self->work, "ended", G_CALLBACK (on_made), self);
  fz_dialog_set_width (dialog, 620);
  fz_dialog_set_body (dialog, body, FALSE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (dialog, GO, _ ("制作并签名…"), FZ_BUTTON_PRIMARY);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), self);
  fz_dialog_present (dialog, GTK_WIDGET (button));
}

/* --- below the entry --- */

static FzFields *
scope_of (const FzFields *entry)
{
  FzFields *scope = fz_fields_new ("fuzhen.scope/v1");

  fz_fields_set (scope, "report", "record");
  fz_fields_set (scope, "by", g_strcmp0 (fz_fields_get (entry, "field.range"), "patient") == 0 ? "patient" : NULL);
  fz_fields_set (scope, "subject", fz_fields_get (entry, "field.visit"));
  fz_fields_set (scope, "format", "full");
  fz_fields_set (scope, "sensitive", fz_fields_is_yes (entry, "field.sensitive") ? "yes" : NULL);
  return scope;
}

static void
put_button (GtkWidget *detail, gboolean granted, Copy *take_self)
{
  GtkWidget *button = fz_put (detail, fz_button_new (FZ_BUTTON_PRIMARY, "file", granted ? _ ("提供病历副本…") : _ ("申请提供病历副本…")));

  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_signal_connect_data (button, "clicked", granted ? G_CALLBACK (on_give) : G_CALLBACK (on_ask), take_self, closure_free, 0);
}

gboolean
fz_record_copy_put (GtkWidget *detail, FzSession *session, const FzFields *entry, FzRecordCopied done, GtkWidget *owner)
{
  g_autoptr (FzFields) scope = NULL, grant = NULL;
  g_autofree char *waits = NULL;
  const char *state;

  if (g_strcmp0 (fz_fields_get (entry, "entry.register"), COPIES) != 0 || fz_session_get_role (session) != FZ_ROLE_AFFAIRS || fz_fields_is_yes (entry, "entry.ended"))
    return FALSE;
  scope = scope_of (entry);
  grant = fz_desk_find_grant (session, "export", scope, NULL);
  state = grant != NULL ? fz_fields_get (grant, "grant.state") : NULL;
  if (state == NULL || g_strcmp0 (state, "granted") == 0)
    put_button (detail, state != NULL, copy_new (session, entry, scope, done, owner));
  else {
    waits = g_strdup_printf (_ ("%s 已申请提供这份病历副本，待另一人在“授权”页批准。"), fz_fields_get (grant, "grant.id"));
    fz_put (detail, fz_wrapped (waits, "fz-soft"));
  }
  return TRUE;
}
