#include "ui/dialog_dispense.h"

#include "ui/entry_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_LINES 100

typedef struct {
  FzSession *session;
  FzDialog *dialog;
  GtkWidget *form;
  GtkWidget *warning; /* what was removed from the catalogue since; NULL: nothing */
  GPtrArray *fields;  /* Field */
  GtkWidget *packs[MOST_LINES], *batches[MOST_LINES]; /* of a line; NULL: herbs have none */
  guint n_packs;
  FzDispenseGiven given;
  gpointer user_data;
  GDestroyNotify free_data;
} Ask;

/* One control and the fact it gives. */
typedef struct {
  const char *key;
  GtkWidget *control, *row;
  const char *when_key, *when_code; /* shown only while that choice is made; NULL: always */
} Field;

static void
ask_free (gpointer data)
{
  Ask *ask = data;

  if (ask->free_data != NULL)
    ask->free_data (ask->user_data);
  g_ptr_array_unref (ask->fields);
  fz_session_unref (ask->session);
  g_free (ask);
}

/* --- reading --- */

static char *
text_of (GtkWidget *control)
{
  if (FZ_IS_DROP_DOWN (control))
    return g_strdup (fz_drop_down_get_code (FZ_DROP_DOWN (control)));
  if (FZ_IS_SEGMENTS (control))
    return g_strdup (fz_segments_get_active (FZ_SEGMENTS (control)));
  if (FZ_IS_TEXT_AREA (control))
    return g_strstrip (fz_text_area_get_text (FZ_TEXT_AREA (control)));
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (control))));
}

static FzFields *
read_facts (const Ask *ask, GError **error)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.dispensing/v1");

  for (guint i = 0; i < ask->fields->len; i++) {
    const Field *field = ask->fields->pdata[i];
    g_autofree char *text = gtk_widget_get_visible (field->row) ? text_of (field->control) : NULL;

    fz_fields_set (facts, field->key, text);
  }
  for (guint i = 0; i < ask->n_packs; i++) {
    g_autofree char *packs = fz_number_entry_get (FZ_NUMBER_ENTRY (ask->packs[i]));

    if (packs == NULL || *packs == '\0') {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("第 %u 行本次发出的数量请填 0 到尚欠数之间的整数。"), i + 1);
      return NULL;
    }
    fz_fields_set_at (facts, "give", i, NULL, packs);
    if (ask->batches[i] != NULL)
      fz_fields_set_at (facts, "batch", i, NULL, gtk_editable_get_text (GTK_EDITABLE (ask->batches[i])));
  }
  if (g_strcmp0 (fz_fields_get (facts, "agreement"), "own") == 0)
    fz_fields_set (facts, "agreement", NULL);
  return g_steal_pointer (&facts);
}

static void
on_response (FzDialog *dialog, const char *response, Ask *ask)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) facts = NULL;

  if (!g_str_equal (response, "confirm"))
    return;
  fz_dialog_set_error (dialog, NULL);
  facts = read_facts (ask, &error);
  if (facts == NULL || !ask->given (dialog, facts, ask->user_data, &error))
    fz_dialog_set_error (dialog, error != NULL ? error->message : _ ("请填写完整。"));
}

/* --- building --- */

static const Field *
find (const Ask *ask, const char *key)
{
  for (guint i = 0; i < ask->fields->len; i++)
    if (g_str_equal (((Field *) ask->fields->pdata[i])->key, key))
      return ask->fields->pdata[i];
  return NULL;
}

static void
show_rows (Ask *ask)
{
  for (guint i = 0; i < ask->fields->len; i++) {
    const Field *field = ask->fields->pdata[i], *when = field->when_key != NULL ? find (ask, field->when_key) : NULL;
    g_autofree char *code = when != NULL ? text_of (when->control) : NULL;
    gboolean other = field->when_code != NULL && field->when_code[0] == '!';

    if (when != NULL)
      gtk_widget_set_visible (field->row, other ? g_strcmp0 (code, field->when_code + 1) != 0 : g_strcmp0 (code, field->when_code) == 0);
  }
}

static void
on_choice (GtkWidget *control, Ask *ask)
{
  show_rows (ask);
}

static void
on_segment (FzSegments *segments, const char *id, Ask *ask)
{
  show_rows (ask);
}

/* `when` "relation=!self": shown while that choice is another; NULL always. */
static GtkWidget *
add_field (Ask *ask, const char *key, const char *caption, GtkWidget *control, gboolean required, const char *when_key, const char *when_code)
{
  Field *field = g_new0 (Field, 1);

  *field = (Field) { key, control, fz_form_row_new (caption, control, required), when_key, when_code };
  g_ptr_array_add (ask->fields, field);
  fz_form_add (ask->form, NULL, field->row, 1);
  return control;
}

static GtkWidget *
entry_new (const char *text, const char *hint)
{
  GtkWidget *entry = gtk_entry_new ();

  gtk_editable_set_text (GTK_EDITABLE (entry), text != NULL ? text : "");
  if (hint != NULL)
    gtk_entry_set_placeholder_text (GTK_ENTRY (entry), hint);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  return entry;
}

static GtkWidget *
segments_new (Ask *ask, const char *name, const char *const *ids_words)
{
  GtkWidget *segments = fz_segments_new (name);

  for (guint i = 0; ids_words[i] != NULL; i += 2)
    fz_segments_add (FZ_SEGMENTS (segments), ids_words[i], ids_words[i + 1]);
  gtk_widget_set_halign (segments, GTK_ALIGN_START);
  g_signal_connect (segments, "changed", G_CALLBACK (on_segment), ask);
  return segments;
}

static void
add_paid (Ask *ask)
{
  const char *const words[] = { "yes", _ ("已结清"), "no", _ ("未结清"), NULL };

  add_field (ask, "paid", _ ("药品费用"), segments_new (ask, _ ("药品费用"), words), TRUE, NULL, NULL);
}

static Ask *
ask_new (FzSession *session, const FzFields *rx, const char *title, FzDispenseGiven given, gpointer user_data, GDestroyNotify free_data)
{
  Ask *ask = g_new0 (Ask, 1);
  g_autofree char *about = g_strdup_printf (_ ("%s　处方 %s"), fz_fields_get (rx, "patient.name"), fz_fields_get (rx, "rx.id"));

  ask->session = fz_session_ref (session);
  ask->fields = g_ptr_array_new_with_free_func (g_free);
  ask->given = given;
  ask->user_data = user_data;
  ask->free_data = free_data;
  ask->dialog = fz_dialog_new (title, about);
  ask->form = fz_form_new (2);
  if (fz_fields_has (rx, "rx.removed"))
    ask->warning = fz_finding_card_new (FZ_STATUS_STOP, _ ("处方中有药品因疑似不良反应被移除"), fz_fields_get (rx, "rx.removed"), NULL);
  g_object_set_data_full (G_OBJECT (ask->dialog), "fz-dispense", ask, ask_free);
  fz_dialog_set_width (ask->dialog, 600);
  g_signal_connect (ask->dialog, "response", G_CALLBACK (on_response), ask);
  return ask;
}

static void
present (Ask *ask, GtkWidget *above, GtkWidget *over, const char *confirm)
{
  GtkWidget *body = fz_column (14);

  if (ask->warning != NULL)
    fz_put (body, ask->warning);
  if (above != NULL)
    fz_put (body, above);
  fz_put (body, ask->form);
  fz_dialog_set_body (ask->dialog, body, FALSE);
  fz_dialog_add_button (ask->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (ask->dialog, "confirm", confirm, FZ_BUTTON_PRIMARY);
  show_rows (ask);
  fz_dialog_present (ask->dialog, over);
}

/* --- prepared --- */

static void
add_packs (Ask *ask, GtkWidget *lines, const char *name, const char *unit, gint64 owed, gboolean batch)
{
  GtkWidget *line = fz_put (lines, fz_line (10)), *entry;
  g_autofree char *most = g_strdup_printf ("%" G_GINT64_FORMAT, owed), *rest = g_strdup_printf (_ ("尚欠 %s %s"), most, unit != NULL ? unit : "");
  g_autofree char *spoken = g_strdup_printf (_ ("%s 本次发出"), name);

  fz_put_wide (line, fz_wrapped (name, NULL));
  fz_put (line, fz_text (rest, "fz-caption"));
  entry = fz_put (line, fz_number_entry_new (0, "0", most, "1"));
  fz_number_entry_set (FZ_NUMBER_ENTRY (entry), most);
  fz_number_entry_set_unit (FZ_NUMBER_ENTRY (entry), unit);
  fz_number_entry_set_width_chars (FZ_NUMBER_ENTRY (entry), 4);
  fz_access_label (entry, spoken);
  if (batch) {
    g_autofree char *of = g_strdup_printf (_ ("%s 的批号"), name);
    GtkWidget *typed = fz_put (line, gtk_entry_new ());

    gtk_editable_set_width_chars (GTK_EDITABLE (typed), 12);
    gtk_entry_set_placeholder_text (GTK_ENTRY (typed), _ ("批号（可不填）"));
    gtk_entry_set_activates_default (GTK_ENTRY (typed), TRUE);
    fz_access_label (typed, of);
    ask->batches[ask->n_packs] = typed;
  }
  ask->packs[ask->n_packs++] = entry;
}

/* What a line still owes: of an untouched prescription, all of it. */
static gint64
owed_of (const FzFields *rx, guint i)
{
  gint64 owed = 0;

  if (!fz_fields_get_int_at (rx, "rx.item", i, "owed", &owed))
    fz_fields_get_int_at (rx, "rx.item", i, "quantity", &owed);
  return owed;
}

static GtkWidget *
packs_new (Ask *ask, const FzFields *rx)
{
  GtkWidget *lines = fz_column (8);
  gint64 doses = 0;

  if (fz_fields_get_int (rx, "rx.packets", &doses)) {
    fz_fields_get_int (rx, "rx.owed", &doses);
    add_packs (ask, lines, _ ("中药饮片"), _ ("剂"), doses, FALSE);
    return lines;
  }
  for (guint i = 0; i < fz_fields_count (rx, "rx.item") && i < MOST_LINES; i++) {
    g_autofree char *name = g_strdup_printf ("%s　%s", fz_fields_get_at (rx, "rx.item", i, "generic"), fz_fields_get_at (rx, "rx.item", i, "strength"));

    add_packs (ask, lines, name, fz_fields_get_at (rx, "rx.item", i, "unit"), owed_of (rx, i), TRUE);
  }
  return lines;
}

void
fz_dialog_prepare (GtkWidget *over, FzSession *session, const FzFields *rx, FzDispenseGiven given, gpointer user_data, GDestroyNotify free_data)
{
  Ask *ask = ask_new (session, rx, _ ("调配"), given, user_data, free_data);
  const char *const ways[] = { "counter", _ ("窗口自取"), "hospital_courier", _ ("本院药房配送"), NULL };

  add_field (ask, "way", _ ("取药方式"), segments_new (ask, _ ("取药方式"), ways), TRUE, NULL, NULL);
  add_field (ask, "words", _ ("说明"), entry_new (NULL, _ ("如缺货，写明何时补齐")), FALSE, NULL, NULL);
  present (ask, packs_new (ask, rx), over, _ ("调配完成"));
}

/* --- handed over, sent --- */

/* A medicine that was removed meanwhile goes out only with a reason, which is signed. */
static void
add_reason (Ask *ask)
{
  if (ask->warning != NULL)
    add_field (ask, "words", _ ("仍要发出的理由"), entry_new (NULL, NULL), TRUE, NULL, NULL);
}

static void
add_receiver (Ask *ask)
{
  GtkWidget *relation = fz_drop_down_new (NULL);
  g_autoptr (GPtrArray) rows = fz_desk_codes (ask->session, "relation", NULL);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    fz_drop_down_add (FZ_DROP_DOWN (relation), fz_fields_get (rows->pdata[i], "code"), fz_entry_label (rows->pdata[i], NULL, 0, "label"), NULL);
  fz_drop_down_set_code (FZ_DROP_DOWN (relation), "self");
  g_signal_connect (relation, "changed", G_CALLBACK (on_choice), ask);
  add_field (ask, "id_tail", _ ("证件号后四位"), entry_new (NULL, _ ("请取药人出示证件")), TRUE, NULL, NULL);
  add_field (ask, "relation", _ ("取药人是患者的"), relation, TRUE, NULL, NULL);
  add_paid (ask);
  add_field (ask, "receiver", _ ("代取人姓名"), entry_new (NULL, NULL), TRUE, "relation", "!self");
}

static GtkWidget *
partners_new (Ask *ask, const char *kind, const char *own)
{
  GtkWidget *drop = fz_drop_down_new (NULL);
  g_autoptr (GPtrArray) rows = fz_desk_list_agreements (ask->session, kind, NULL);

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    const char *id = fz_fields_get (rows->pdata[i], "id"), *partner = fz_fields_get (rows->pdata[i], "partner");
    g_autofree char *until = fz_say_value (fz_fields_get (rows->pdata[i], "until")), *full = g_strdup_printf (_ ("%s（协议 %s，至 %s）"), partner, id, until);

    fz_drop_down_add (FZ_DROP_DOWN (drop), id, partner, full);
    if (i == 0)
      fz_drop_down_set_code (FZ_DROP_DOWN (drop), id);
  }
  if (own != NULL)
    fz_drop_down_add (FZ_DROP_DOWN (drop), "own", own, NULL);
  if (own != NULL && (rows == NULL || rows->len == 0))
    fz_drop_down_set_code (FZ_DROP_DOWN (drop), "own");
  g_signal_connect (drop, "changed", G_CALLBACK (on_choice), ask);
  return drop;
}

static void
add_courier (Ask *ask, const FzFields *rx)
{
  add_field (ask, "agreement", _ ("承运人"), partners_new (ask, "delivery", _ ("本院自行配送")), TRUE, NULL, NULL);
  add_field (ask, "address", _ ("收件地址（存档时隐去门牌）"), entry_new (fz_fields_get (rx, "patient.address"), NULL), TRUE, NULL, NULL);
  add_paid (ask);
  add_field (ask, "parcel", _ ("运单号"), entry_new (NULL, NULL), TRUE, "agreement", "!own");
  add_field (ask, "carrier", _ ("本院配送人员"), entry_new (NULL, NULL), TRUE, "agreement", "own");
}

void
fz_dialog_hand_out (GtkWidget *over, FzSession *session, const FzFields *rx, guint part, FzDispenseGiven given, gpointer user_data,
                    GDestroyNotify free_data)
{
  gboolean checked = g_strcmp0 (fz_fields_get_at (rx, "rx.part", part, "state"), "checked") == 0;
  gboolean counter = g_strcmp0 (fz_fields_get_at (rx, "rx.part", part, "way"), "counter") == 0;
  const char *act = checked ? counter ? _ ("发药") : _ ("交配送") : counter ? _ ("核对并发药") : _ ("核对并交配送");
  Ask *ask = ask_new (session, rx, act, given, user_data, free_data);

  if (counter)
    add_receiver (ask);
  else
    add_courier (ask, rx);
  add_reason (ask);
  present (ask, NULL, over, act);
}

void
fz_dialog_pass_on (GtkWidget *over, FzSession *session, const FzFields *rx, FzDispenseGiven given, gpointer user_data, GDestroyNotify free_data)
{
  Ask *ask = ask_new (session, rx, _ ("流转到院外药店"), given, user_data, free_data);
  const char *const way[] = { "outside", _ ("院外药店取药"), NULL };
  GtkWidget *note = fz_wrapped (_ ("处方全部药品一次流转；列入国家药品网络销售禁止清单的药品不能流转。药店由签有供药协议且在有效期内的单位中选择。"), "fz-soft");

  add_field (ask, "agreement", _ ("药店"), partners_new (ask, "pharmacy", NULL), TRUE, NULL, NULL);
  add_field (ask, "way", _ ("取药方式"), segments_new (ask, _ ("取药方式"), way), TRUE, NULL, NULL);
  add_paid (ask);
  add_reason (ask);
  present (ask, note, over, _ ("流转"));
}

/* --- what became of it --- */

void
fz_dialog_outcome (GtkWidget *over, FzSession *session, const FzFields *rx, guint part, FzDispenseGiven given, gpointer user_data,
                   GDestroyNotify free_data)
{
  gboolean outside = g_strcmp0 (fz_fields_get_at (rx, "rx.part", part, "way"), "outside") == 0;
  Ask *ask = ask_new (session, rx, outside ? _ ("药店回执") : _ ("配送结果"), given, user_data, free_data);
  const char *const outcomes[] = { "delivered", outside ? _ ("已交付患者") : _ ("已送达"), "returned", outside ? _ ("未供药，退回") : _ ("退回药房"), NULL };

  add_field (ask, "outcome", _ ("结果"), segments_new (ask, _ ("结果"), outcomes), TRUE, NULL, NULL);
  add_field (ask, "words", _ ("退回原因和药品处理"), entry_new (NULL, NULL), TRUE, "outcome", "returned");
  if (outside) {
    add_field (ask, "prepared_by", _ ("药店调配人"), entry_new (NULL, NULL), TRUE, "outcome", "delivered");
    add_field (ask, "checked_by", _ ("药店核对人"), entry_new (NULL, NULL), TRUE, "outcome", "delivered");
  }
  present (ask, NULL, over, _ ("登记"));
}
