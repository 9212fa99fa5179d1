#include "ui/dialog_comment_plan.h"

#include "core/date.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

typedef struct {
  FzSession *session;
  FzDialog *dialog;
  GtkWidget *kind, *form, *list, *from, *to, *targeted, *target, *value, *department, *purpose, *size;
  char *first; /* what stands in `from` until somebody types another day */
  FzSigned drawn;
  GObject *owner;
} Ask;

static void
ask_free (gpointer data)
{
  Ask *ask = data;

  fz_session_unref (ask->session);
  g_object_unref (ask->owner);
  g_free (ask->first);
  g_free (ask);
}

static const struct {
  const char *kind, *word;
} targets[] = { { "department", N_ ("科室") },         { "diagnosis", N_ ("诊断（编码前几位）") }, { "override", N_ ("说明理由后开具（规则代码）") },
                { "sheet", N_ ("处方种类") },           { "class", N_ ("药品类别（代码）") },       { "drug", N_ ("一种药品（通用名，须另一人批准）") },
                { "doctor", N_ ("一位医师（工号，须另一人批准）") } };

static gboolean
is_targeted (Ask *ask)
{
  return g_strcmp0 (fz_segments_get_active (FZ_SEGMENTS (ask->kind)), "targeted") == 0;
}

/* online | offline: of records; NULL: of prescriptions. */
static const char *
place_of (Ask *ask)
{
  const char *kind = fz_segments_get_active (FZ_SEGMENTS (ask->kind));

  return g_strcmp0 (kind, "online") == 0 || g_strcmp0 (kind, "offline") == 0 ? kind : NULL;
}

/* What of this month no random sample of the same kind has covered yet. */
static FzDate
first_free (FzSession *session, const char *place, FzDate today)
{
  g_autoptr (GPtrArray) plans = fz_desk_list_comment_plans (session, NULL);
  FzDate first = today, to;

  first.day = 1;
  for (guint i = 0; plans != NULL && i < plans->len; i++)
    if (g_strcmp0 (fz_fields_get (plans->pdata[i], "plan.kind"), "random") == 0 && g_strcmp0 (fz_fields_get (plans->pdata[i], "plan.place"), place) == 0 && fz_date_parse (fz_fields_get (plans->pdata[i], "plan.to"), &to, NULL) &&
        fz_date_compare (to, first) >= 0 && fz_date_compare (to, today) < 0)
      first = fz_date_add_days (to, 1);
  return first;
}

/* A day that somebody typed stays. */
static void
put_first (Ask *ask)
{
  FzDate today = fz_date_in_beijing (fz_session_now_us (ask->session));
  gboolean typed = g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (ask->from)), ask->first) != 0;

  g_free (ask->first);
  ask->first = fz_date_format (first_free (ask->session, place_of (ask), today));
  if (!typed)
    gtk_editable_set_text (GTK_EDITABLE (ask->from), ask->first);
}

static void
on_kind (FzSegments *segments, const char *id, Ask *ask)
{
  put_first (ask);
  gtk_widget_set_visible (ask->targeted, is_targeted (ask));
  gtk_widget_set_visible (ask->list, g_strcmp0 (place_of (ask), "offline") == 0);
}

static gboolean
wants_department (Ask *ask)
{
  return g_strcmp0 (fz_drop_down_get_code (FZ_DROP_DOWN (ask->target)), "department") == 0;
}

static void
on_target (FzDropDown *target, Ask *ask)
{
  gtk_widget_set_visible (fz_form_get_row (ask->form, "target.value"), !wants_department (ask));
  gtk_widget_set_visible (fz_form_get_row (ask->form, "target.department"), wants_department (ask));
}

/* --- drawing --- */

static void
put_text (FzFields *facts, const char *key, GtkWidget *entry)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));

  fz_fields_set (facts, key, text);
}

static FzFields *
read_form (Ask *ask)
{
  FzFields *facts = fz_fields_new ("fuzhen.comment_ask/v1");

  fz_fields_set (facts, "kind", is_targeted (ask) ? "targeted" : "random");
  put_text (facts, "from", ask->from);
  put_text (facts, "to", ask->to);
  fz_fields_set (facts, "place", place_of (ask));
  if (g_strcmp0 (place_of (ask), "offline") == 0) {
    g_autofree char *list = fz_text_area_get_text (FZ_TEXT_AREA (gtk_widget_get_last_child (ask->list)));

    fz_fields_set (facts, "list", list);
  }
  if (!is_targeted (ask))
    return facts;
  fz_fields_set (facts, "target.kind", fz_drop_down_get_code (FZ_DROP_DOWN (ask->target)));
  if (wants_department (ask))
    fz_fields_set (facts, "target.value", fz_drop_down_get_code (FZ_DROP_DOWN (ask->department)));
  else
    put_text (facts, "target.value", ask->value);
  put_text (facts, "size", ask->size);
  {
    g_autofree char *purpose = g_strstrip (fz_text_area_get_text (FZ_TEXT_AREA (ask->purpose)));

    fz_fields_set (facts, "purpose", purpose);
  }
  return facts;
}

static void
on_signed (GPtrArray *ids, gpointer data)
{
  Ask *ask = data;
  g_autoptr (GObject) owner = g_object_ref (ask->owner);
  FzSigned drawn = ask->drawn;

  fz_dialog_close (ask->dialog);
  drawn (ids, owner);
}

static void
draw (Ask *ask)
{
  g_autoptr (FzFields) facts = read_form (ask);
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  fz_dialog_set_error (ask->dialog, NULL);
  sheet = fz_desk_prepare_comment_plan (ask->session, facts, &error);
  if (sheet == NULL)
    fz_dialog_set_error (ask->dialog, error->message);
  else
    fz_sign_flow_start (GTK_WIDGET (ask->dialog), ask->session, sheet, _ ("抽取样本"), on_signed, ask, NULL);
}

static void
on_response (FzDialog *dialog, const char *response, Ask *ask)
{
  if (g_str_equal (response, "draw"))
    draw (ask);
}

/* --- building --- */

static GtkWidget *
entry_new (const char *text)
{
  GtkWidget *entry = gtk_entry_new ();

  if (text != NULL)
    gtk_editable_set_text (GTK_EDITABLE (entry), text);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 12);
  return entry;
}

static void
add_days (Ask *ask)
{
  FzDate today = fz_date_in_beijing (fz_session_now_us (ask->session)), from = first_free (ask->session, NULL, today);
  g_autofree char *last = fz_date_format (today);

  ask->first = fz_date_format (from);
  ask->from = entry_new (ask->first);
  ask->to = entry_new (last);
  fz_form_add (ask->form, "from", fz_form_row_new (_ ("首日"), ask->from, TRUE), 1);
  fz_form_add (ask->form, "to", fz_form_row_new (_ ("末日（同一个月内）"), ask->to, TRUE), 1);
}

static GtkWidget *
departments_new (FzSession *session)
{
  GtkWidget *drop = fz_drop_down_new (NULL);
  g_autoptr (GPtrArray) rows = fz_desk_codes (session, "department", NULL);

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    g_autofree char *full = g_strdup_printf ("%s　%s", fz_fields_get (rows->pdata[i], "code"), fz_fields_get (rows->pdata[i], "label"));

    fz_drop_down_add (FZ_DROP_DOWN (drop), fz_fields_get (rows->pdata[i], "code"), fz_fields_get (rows->pdata[i], "label"), full);
  }
  return drop;
}

/* Copied from a spreadsheet or typed: the numbers of what lies elsewhere. */
static GtkWidget *
list_new (void)
{
  GtkWidget *box = fz_column (6), *area;

  fz_put (box, fz_wrapped (_ ("线下病历（门诊、住院纸质病历或实体医院系统）：每行一份，依次为病历号、书写医师工号、科室代码、书写日期，可从表格复制粘贴"), "fz-caption"));
  area = fz_put (box, fz_text_area_new ("MZ20261101-001　D1001　03.04　2026-11-01", 4, 0));
  fz_access_label (area, _ ("线下病历清单"));
  gtk_widget_set_visible (box, FALSE);
  return box;
}

static void
add_target (Ask *ask)
{
  GtkWidget *form;

  ask->targeted = fz_column (12);
  ask->target = fz_drop_down_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    fz_drop_down_add (FZ_DROP_DOWN (ask->target), targets[i].kind, _ (targets[i].word), NULL);
  fz_drop_down_set_code (FZ_DROP_DOWN (ask->target), "department");
  ask->value = entry_new (NULL);
  ask->department = departments_new (ask->session);
  ask->size = entry_new ("30");
  ask->purpose = fz_text_area_new (_ ("例如：第三季度投诉后复查降压药用量"), 2, 500);
  fz_access_label (ask->purpose, _ ("点评目的"));
  form = fz_put (ask->targeted, fz_form_new (2));
  fz_form_add (form, "target.kind", fz_form_row_new (_ ("点评对象"), ask->target, TRUE), 2);
  fz_form_add (form, "target.value", fz_form_row_new (_ ("代码、名称或工号"), ask->value, TRUE), 2);
  fz_form_add (form, "target.department", fz_form_row_new (_ ("科室"), ask->department, TRUE), 2);
  fz_form_add (form, "size", fz_form_row_new (_ ("张数（不足时全部）"), ask->size, TRUE), 1);
  fz_put (ask->targeted, fz_form_row_new (_ ("目的"), ask->purpose, TRUE));
  fz_put (ask->targeted, fz_wrapped (_ ("对象为一种药品或一位医师时，须由另一人批准后才能开始：防止以点评为名统计处方。"), "fz-caption"));
  ask->form = form;
}

void
fz_dialog_comment_plan (GtkWidget *over, FzSession *session, FzSigned drawn, GObject *owner)
{
  Ask *ask = g_new0 (Ask, 1);
  GtkWidget *body = fz_column (14);

  ask->session = fz_session_ref (session);
  ask->drawn = drawn;
  ask->owner = g_object_ref (owner);
  ask->dialog = fz_dialog_new (_ ("抽取样本"), _ ("样本由随机数和审计日志共同决定，任何人都可以照文书重新抽出同一份"));
  g_object_set_data_full (G_OBJECT (ask->dialog), "fz-ask", ask, ask_free);
  fz_dialog_set_width (ask->dialog, 600);
  ask->kind = fz_put (body, fz_segments_new (_ ("抽样方式")));
  fz_segments_add (FZ_SEGMENTS (ask->kind), "random", _ ("处方随机抽样"));
  fz_segments_add (FZ_SEGMENTS (ask->kind), "targeted", _ ("专项点评"));
  fz_segments_add (FZ_SEGMENTS (ask->kind), "online", _ ("线上病历质控"));
  fz_segments_add (FZ_SEGMENTS (ask->kind), "offline", _ ("线下病历质控"));
  ask->form = fz_put (body, fz_form_new (2));
  add_days (ask);
  add_target (ask);
  fz_put (body, ask->targeted);
  ask->list = fz_put (body, list_new ());
  gtk_widget_set_visible (ask->targeted, FALSE);
  on_target (NULL, ask);
  g_signal_connect (ask->kind, "changed", G_CALLBACK (on_kind), ask);
  g_signal_connect (ask->target, "changed", G_CALLBACK (on_target), ask);
  fz_dialog_set_body (ask->dialog, body, FALSE);
  fz_dialog_add_button (ask->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (ask->dialog, "draw", _ ("抽样"), FZ_BUTTON_PRIMARY);
  g_signal_connect (ask->dialog, "response", G_CALLBACK (on_response), ask);
  fz_dialog_present (ask->dialog, over);
}
