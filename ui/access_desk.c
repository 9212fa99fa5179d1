#include "ui/access_desk.h"

#include "ui/access_case.h"
#include "ui/dialog_reason.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/marking.h"
#include "ui/sign_flow.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

#define DESK "fz-access-desk"

typedef struct {
  FzSession *session;
  GtkWidget *button, *list;
  FzDialog *dialog; /* the list, while it is open */
} Desk;

/* One act on its way to be signed. */
typedef struct {
  Desk *desk;
  GtkWidget *button; /* held: the page may go meanwhile */
  GtkWidget *visit;  /* the field with the number; NULL: a review */
  char *id;
  const char *verdict;
  FzDialog *asking; /* weak */
} Act;

static void
desk_free (gpointer data)
{
  Desk *self = data;

  fz_session_unref (self->session);
  g_free (self);
}

static void
act_free (gpointer data)
{
  Act *act = data;

  g_clear_weak_pointer (&act->asking);
  g_object_unref (act->button);
  g_clear_object (&act->visit);
  g_free (act->id);
  g_free (act);
}

static Act *
act_new (Desk *self, GtkWidget *visit, const char *id, const char *verdict)
{
  Act *act = g_new0 (Act, 1);

  act->desk = self;
  act->button = g_object_ref (self->button);
  act->visit = visit != NULL ? g_object_ref (visit) : NULL;
  act->id = g_strdup (id);
  act->verdict = verdict;
  return act;
}

static void fill (Desk *self);

static void
on_signed (GPtrArray *ids, gpointer data)
{
  Act *act = data;

  if (act->asking != NULL)
    fz_dialog_close (act->asking);
  if (act->desk->dialog != NULL)
    fill (act->desk);
}

/* --- opening --- */

static gboolean
on_opening_given (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  const Act *from = data;
  g_autofree char *visit = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (from->visit))));
  FzSheet *sheet;
  Act *act;

  if (*visit == '\0') {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请填写就诊号。"));
    return FALSE;
  }
  sheet = fz_desk_prepare_access (from->desk->session, visit, code, words, error);
  if (sheet == NULL)
    return FALSE;
  act = act_new (from->desk, NULL, NULL, NULL);
  g_set_weak_pointer (&act->asking, dialog);
  fz_sign_flow_start (GTK_WIDGET (dialog), act->desk->session, sheet, _ ("签署紧急查阅"), on_signed, act, act_free);
  return TRUE;
}

static void
on_opening (GtkButton *button, Desk *self)
{
  g_autoptr (GPtrArray) codes = fz_desk_codes (self->session, "access_reason", NULL);
  GtkWidget *visit = gtk_entry_new ();
  const FzReasonAsk ask = { .title = _ ("紧急查阅"),
                            .subtitle = _ ("只在诊疗或用药安全确有需要、而这次就诊不由您经办时使用。须签名，限时，每一步记入审计，并由另一人复核。"),
                            .codes = codes,
                            .codes_caption = _ ("理由"),
                            .words_caption = _ ("具体情况（不要写患者姓名和证件号码）"),
                            .words_hint = _ ("如：患者来电诉胸痛，原接诊医师休假，需要了解近期用药"),
                            .extra = fz_form_row_new (_ ("就诊号"), visit, TRUE),
                            .confirm = _ ("去签名"),
                            .danger = TRUE };

  g_object_set (visit, "placeholder-text", _ ("由患者或同事告知"), NULL);
  fz_dialog_reason (GTK_WIDGET (button), &ask, on_opening_given, act_new (self, visit, NULL, NULL), act_free);
}

/* --- reviewing --- */

static gboolean
on_review_given (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  const Act *from = data;
  FzSheet *sheet = fz_desk_prepare_access_review (from->desk->session, from->id, from->verdict, words, error);
  Act *act;

  if (sheet == NULL)
    return FALSE;
  act = act_new (from->desk, NULL, NULL, NULL);
  g_set_weak_pointer (&act->asking, dialog);
  fz_sign_flow_start (GTK_WIDGET (dialog), act->desk->session, sheet, _ ("签署紧急查阅的复核"), on_signed, act, act_free);
  return TRUE;
}

static void
ask_review (GtkWidget *button, Desk *self, const char *verdict)
{
  const FzFields *row = g_object_get_data (G_OBJECT (button), "fz-row");
  gboolean accepts = g_str_equal (verdict, "accepted");
  g_autofree char *about = g_strdup_printf (_ ("%s（工号 %s）· 就诊号 %s · %s"), fz_fields_get (row, "access.by"), fz_fields_get (row, "access.by_number"),
                                            fz_fields_get (row, "access.visit"), fz_fields_get (row, "access.reason_label"));
  const FzReasonAsk ask = { .title = accepts ? _ ("认可这次紧急查阅") : _ ("不认可这次紧急查阅"),
                            .subtitle = about,
                            .words_caption = accepts ? _ ("复核意见（可不填）") : _ ("不认可的理由"),
                            .words_hint = accepts ? _ ("如：已向查阅人核实") : _ ("如：所称来电没有记录，已报医务部处理"),
                            .confirm = _ ("去签名"),
                            .danger = !accepts };

  fz_dialog_reason (button, &ask, on_review_given, act_new (self, NULL, fz_fields_get (row, "access.id"), verdict), act_free);
}

static void
on_accept (GtkWidget *button, Desk *self)
{
  ask_review (button, self, "accepted");
}

static void
on_object (GtkWidget *button, Desk *self)
{
  ask_review (button, self, "objected");
}

/* --- the list --- */

static void
on_read (GtkWidget *button, Desk *self)
{
  const FzFields *row = g_object_get_data (G_OBJECT (button), "fz-row");

  fz_access_case_show (button, self->session, fz_fields_get (row, "access.visit"));
}

static void
put_act (GtkWidget *line, FzFields *row, FzButtonKind kind, const char *label, GCallback act, Desk *self)
{
  GtkWidget *button = fz_put (line, fz_button_new (kind, NULL, label));
  g_autofree char *name = g_strdup_printf ("%s %s", label, fz_fields_get (row, "access.id"));

  gtk_widget_add_css_class (button, "fz-compact");
  fz_access_label (button, name);
  g_object_set_data_full (G_OBJECT (button), "fz-row", fz_fields_ref (row), (GDestroyNotify) fz_fields_unref);
  g_signal_connect (button, "clicked", act, self);
}

static FzStatus
status_of (const FzFields *row)
{
  const char *state = fz_fields_get (row, "access.state");

  return g_strcmp0 (state, "accepted") == 0 ? FZ_STATUS_OK : g_strcmp0 (state, "objected") == 0 ? FZ_STATUS_STOP : FZ_STATUS_WARN;
}

static void
put_review (Desk *self, GtkWidget *card, const FzFields *row)
{
  g_autofree char *at = NULL, *who = NULL;

  if (!fz_fields_has (row, "access.reviewed_at"))
    return;
  at = fz_words_time (row, "access.reviewed_at", fz_session_now_us (self->session));
  who = g_strdup_printf (_ ("复核：%s　%s"), fz_fields_get (row, "access.reviewed_by"), at);
  fz_put (card, fz_wrapped (who, "fz-caption"));
  if (fz_fields_has (row, "access.review_words"))
    fz_put (card, fz_wrapped (fz_fields_get (row, "access.review_words"), "fz-soft"));
}

static GtkWidget *
row_new (Desk *self, FzFields *row)
{
  gint64 now_us = fz_session_now_us (self->session);
  GtkWidget *card = fz_card_new_padded (6), *first = fz_put (card, fz_wrap_new (8, 4)), *acts = fz_line (8);
  g_autofree char *who = g_strdup_printf (_ ("%s（工号 %s）"), fz_fields_get (row, "access.by"), fz_fields_get (row, "access.by_number"));
  g_autofree char *visit = g_strdup_printf (_ ("就诊号 %s"), fz_fields_get (row, "access.visit"));
  g_autofree char *opened = fz_words_time (row, "access.opened_at", now_us), *until = fz_words_time (row, "access.until_at", now_us);
  g_autofree char *by = fz_say_value (fz_fields_get (row, "access.review_on"));
  g_autofree char *times = fz_fields_has (row, "access.reviewed_at") ? g_strdup_printf (_ ("%s 至 %s"), opened, until)
                                                                     : g_strdup_printf (_ ("%s 至 %s · %s 前复核"), opened, until, by);

  fz_wrap_add (first, fz_text (who, "fz-strong"));
  fz_wrap_add (first, fz_pill_new (status_of (row), fz_fields_get (row, "access.state_label")));
  fz_wrap_add (first, fz_text (visit, "fz-caption"));
  fz_wrap_add (first, fz_text (times, "fz-caption"));
  fz_put (card, fz_wrapped (fz_fields_get (row, "access.reason_label"), NULL));
  fz_put (card, fz_wrapped (fz_fields_get (row, "access.words"), "fz-soft"));
  put_review (self, card, row);
  if (fz_fields_is_yes (row, "access.open"))
    put_act (acts, row, FZ_BUTTON_SOFT, _ ("查看"), G_CALLBACK (on_read), self);
  if (fz_fields_is_yes (row, "access.may_review")) {
    put_act (acts, row, FZ_BUTTON_SOFT, _ ("认可…"), G_CALLBACK (on_accept), self);
    put_act (acts, row, FZ_BUTTON_PLAIN, _ ("不认可…"), G_CALLBACK (on_object), self);
  }
  if (gtk_widget_get_first_child (acts) != NULL)
    fz_put (card, acts);
  else
    g_object_unref (g_object_ref_sink (acts));
  return card;
}

static gboolean
may_open (const Desk *self)
{
  FzRole role = fz_session_get_role (self->session);

  return role == FZ_ROLE_DOCTOR || role == FZ_ROLE_PHARMACIST;
}

static void
put_opening (Desk *self)
{
  GtkWidget *open = fz_put (self->list, fz_button_new (FZ_BUTTON_SOFT, NULL, _ ("查阅他人经办的就诊…")));

  gtk_widget_set_halign (open, GTK_ALIGN_START);
  g_signal_connect (open, "clicked", G_CALLBACK (on_opening), self);
}

static void
on_marked (gpointer owner)
{
  fz_toast_show (GTK_WIDGET (owner), FZ_STATUS_OK, _ ("特别敏感标记已签署"));
}

static void
on_mark (GtkWidget *button, Desk *self)
{
  fz_marking_ask (button, self->session, NULL, TRUE, on_marked, self->button);
}

static void
on_unmark (GtkWidget *button, Desk *self)
{
  fz_marking_ask (button, self->session, NULL, FALSE, on_marked, self->button);
}

/* Medical affairs sees no page of a visit: named by its number. */
static void
put_marking (Desk *self)
{
  GtkWidget *line = fz_put (self->list, fz_wrap_new (8, 4)), *button = fz_wrap_add (line, fz_button_new (FZ_BUTTON_SOFT, "lock", _ ("标为特别敏感…")));

  g_signal_connect (button, "clicked", G_CALLBACK (on_mark), self);
  button = fz_wrap_add (line, fz_button_new (FZ_BUTTON_PLAIN, NULL, _ ("解除特别敏感标记…")));
  g_signal_connect (button, "clicked", G_CALLBACK (on_unmark), self);
}

static void
fill (Desk *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_access (self->session, &error);

  fz_empty (self->list);
  fz_dialog_set_error (self->dialog, rows == NULL ? error->message : NULL);
  if (may_open (self))
    put_opening (self);
  if (fz_session_get_role (self->session) == FZ_ROLE_AFFAIRS)
    put_marking (self);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    fz_put (self->list, row_new (self, rows->pdata[i]));
  if (rows != NULL && rows->len == 0)
    fz_put (self->list, fz_empty_state_new ("check", _ ("没有紧急查阅"), _ ("医师或药师在紧急情况下查看他人经办的就诊，都会列在这里。"), NULL));
}

static void
on_response (FzDialog *dialog, const char *response, Desk *self)
{
  if (!g_str_equal (response, FZ_RESPONSE_CANCEL))
    fz_dialog_close (dialog);
}

static void
on_gone (gpointer data, GObject *dialog)
{
  Desk *self = data;

  self->dialog = NULL;
  self->list = NULL;
}

static void
on_clicked (GtkButton *button, Desk *self)
{
  self->dialog = fz_dialog_new (_ ("紧急查阅"), _ ("查看不由本人经办的就诊：须有理由、签名、限时，并由另一人复核。"));
  g_object_set_data_full (G_OBJECT (self->dialog), "fz-button", g_object_ref (self->button), g_object_unref); /* and with it `self` */
  g_object_weak_ref (G_OBJECT (self->dialog), on_gone, self);
  self->list = fz_column (10);
  fz_dialog_set_width (self->dialog, 640);
  fz_dialog_set_body (self->dialog, self->list, FALSE);
  fz_dialog_add_button (self->dialog, "close", _ ("关闭"), FZ_BUTTON_PLAIN);
  g_signal_connect (self->dialog, "response", G_CALLBACK (on_response), self);
  fill (self);
  fz_dialog_present (self->dialog, GTK_WIDGET (button));
}

static GtkWidget *
button_with_desk (GtkWidget *button, FzSession *session)
{
  Desk *self = g_new0 (Desk, 1);

  self->session = fz_session_ref (session);
  self->button = button;
  g_object_set_data_full (G_OBJECT (button), DESK, self, desk_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), self);
  return button;
}

GtkWidget *
fz_access_button_new (FzSession *session)
{
  return button_with_desk (fz_button_new (FZ_BUTTON_PLAIN, "eye", _ ("紧急查阅")), session);
}

GtkWidget *
fz_access_icon_button_new (FzSession *session)
{
  return button_with_desk (fz_icon_button_new ("eye", _ ("紧急查阅")), session);
}
