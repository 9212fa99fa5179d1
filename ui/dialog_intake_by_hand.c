#include "ui/dialog_intake.h"

#include "core/date.h"
#include "core/idnumber.h"
#include "ui/chosen_files.h"
#include "ui/entry_words.h"
#include "ui/intake_further.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PRIOR_NAME "prior.00.name"
#define PRIOR_CODE "prior.00.code"

typedef struct {
  FzSession *session;
  FzTakenIn done;
  GObject *owner;
  FzDialog *dialog; /* NULL once closed */
  GtkWidget *form, *files, *agreed, *diagnosis, *kind;
  FzIntakeFurther *further;
  GHashTable *entries;  /* field -> GtkEntry, FzDropDown or FzTextArea */
  FzFields *consent;    /* version, sha256, text */
  char *prior_code, *next_kind; /* of the files being chosen */
  gatomicrefcount refs;
  gboolean running;
} Intake;

typedef struct {
  FzFields *facts;
  char **paths;
} Call;

static void
intake_unref (gpointer data)
{
  Intake *intake = data;

  if (!g_atomic_ref_count_dec (&intake->refs))
    return;
  g_hash_table_unref (intake->entries);
  g_clear_pointer (&intake->consent, fz_fields_unref);
  g_free (intake->prior_code);
  g_free (intake->next_kind);
  g_object_unref (intake->owner);
  fz_session_unref (intake->session);
  g_free (intake);
}

static void
call_free (gpointer data)
{
  Call *call = data;

  fz_fields_unref (call->facts);
  g_strfreev (call->paths);
  g_free (call);
}

/* --- reading the form --- */

static char *
typed (Intake *intake, const char *field)
{
  GtkWidget *control = g_hash_table_lookup (intake->entries, field);

  if (FZ_IS_DROP_DOWN (control))
    return g_strdup (fz_drop_down_get_code (FZ_DROP_DOWN (control)));
  if (FZ_IS_TEXT_AREA (control))
    return g_strstrip (fz_text_area_get_text (FZ_TEXT_AREA (control)));
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (control))));
}

static void
copy_typed (gpointer key, gpointer control, gpointer data)
{
  Call *call = ((gpointer *) data)[0];
  Intake *intake = ((gpointer *) data)[1];
  g_autofree char *value = typed (intake, key);

  fz_fields_set (call->facts, key, value);
}

/* Typed as 鸡蛋、青霉素; nothing stands for "none known". */
static void
split_allergies (FzFields *facts)
{
  g_autofree char *all = g_strdup (fz_fields_get (facts, "allergies"));
  g_auto (GStrv) parts = NULL;
  guint n = 0;

  fz_fields_set (facts, "allergies", NULL);
  if (all == NULL)
    return;
  g_strdelimit (all, ",;", '\n');
  parts = g_regex_split_simple ("[\\n、，；]", all, (GRegexCompileFlags) 0, (GRegexMatchFlags) 0);
  for (guint i = 0; parts[i] != NULL; i++)
    if (*g_strstrip (parts[i]) != '\0')
      fz_fields_set_at (facts, "allergy", n++, NULL, parts[i]);
}

/* Yuan as people write it, in fen without floating point. */
static void
price_to_fen (FzFields *facts)
{
  const char *yuan = fz_fields_get (facts, "price_yuan");
  g_auto (GStrv) parts = yuan != NULL ? g_strsplit (yuan, ".", 2) : NULL;
  g_autofree char *cents = parts != NULL ? g_strdup_printf ("%-2.2s", parts[1] != NULL ? parts[1] : "") : NULL;

  fz_fields_set (facts, "price_yuan", NULL);
  if (parts == NULL)
    return;
  g_strdelimit (cents, " ", '0');
  fz_fields_set_int (facts, "visit.price_fen", g_ascii_strtoll (parts[0], NULL, 10) * 100 + g_ascii_strtoll (cents, NULL, 10));
}

static void
put_consent (Intake *intake, FzFields *facts)
{
  gboolean by_guardian = fz_fields_has (facts, "guardian.name");

  if (!gtk_check_button_get_active (GTK_CHECK_BUTTON (intake->agreed)) || intake->consent == NULL)
    return;
  fz_fields_set (facts, "consent.text_version", fz_fields_get (intake->consent, "version"));
  fz_fields_set (facts, "consent.text_sha256", fz_fields_get (intake->consent, "sha256"));
  fz_fields_set (facts, "consent.signer", fz_fields_get (facts, by_guardian ? "guardian.name" : "patient.name"));
  fz_fields_set (facts, "consent.relation", by_guardian ? fz_fields_get (facts, "guardian.relation") : "self");
  fz_fields_set (facts, "consent.method", "paper");
  fz_fields_set_time (facts, "consent.at", fz_session_now_us (intake->session));
}

static Call *
call_new (Intake *intake)
{
  Call *call = g_new0 (Call, 1);
  gpointer both[2] = { call, intake };

  call->facts = fz_fields_new ("fuzhen.bundle/v1");
  g_hash_table_foreach (intake->entries, copy_typed, both);
  fz_fields_set (call->facts, PRIOR_CODE, intake->prior_code);
  fz_fields_set (call->facts, PRIOR_NAME, intake->prior_code != NULL ? fz_search_field_get_text (FZ_SEARCH_FIELD (intake->diagnosis)) : NULL);
  split_allergies (call->facts);
  price_to_fen (call->facts);
  fz_intake_further_read (intake->further, call->facts);
  for (guint i = 0; i < fz_chosen_files_count (intake->files); i++)
    fz_fields_set_at (call->facts, "evidence", i, "kind", fz_chosen_files_get_kind (intake->files, i));
  put_consent (intake, call->facts);
  call->paths = fz_chosen_files_dup_paths (intake->files);
  return call;
}

/* --- sending it in --- */

static gpointer
take_in (FzSession *session, gpointer data, GError **error)
{
  Call *call = data;

  return fz_desk_intake_by_hand (session, call->facts, (const char *const *) call->paths, error);
}

/* The row of the form that a problem's field stands in. */
static const char *
row_of (const char *field)
{
  static const char *const others[][2] = { { "visit.price_fen", "price_yuan" }, { "prior.00.name", "prior" }, { "prior.00.code", "prior" },
                                           { "allergy.00", "allergies" } };

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    if (g_str_equal (others[i][0], field))
      return others[i][1];
  return field;
}

/* A line reads 患者姓名（patient.name）：没有填写。; what has a row of its own is said there. */
static gboolean
show_beside (Intake *intake, const char *line)
{
  const char *close = strstr (line, FZ_IN_CHINESE ("）："));
  const char *open = close != NULL ? g_strrstr_len (line, close - line, FZ_IN_CHINESE ("（")) : NULL;
  g_autofree char *field = NULL;

  if (open == NULL)
    return FALSE;
  open += strlen (FZ_IN_CHINESE ("（"));
  field = g_strndup (open, (gsize) (close - open));
  return fz_form_set_finding (intake->form, row_of (field), FZ_STATUS_STOP, close + strlen (FZ_IN_CHINESE ("）："))) ||
         fz_intake_further_set_finding (intake->further, field, close + strlen (FZ_IN_CHINESE ("）：")));
}

static void
show_problems (Intake *intake, const char *message)
{
  g_auto (GStrv) lines = g_strsplit (message, "\n", -1);
  g_autoptr (GString) rest = g_string_new (NULL);
  guint beside = 0;

  for (guint i = 0; lines[i] != NULL; i++) {
    if (show_beside (intake, lines[i]))
      beside++;
    else
      g_string_append_printf (rest, "%s%s", rest->len > 0 ? "\n" : "", lines[i]);
  }
  if (beside > 0)
    g_string_append_printf (rest, _ ("%s有 %u 项需要改正，已标在相应位置。"), rest->len > 0 ? "\n" : "", beside);
  fz_dialog_set_error (intake->dialog, rest->str);
  if (!fz_form_focus_first_finding (intake->form))
    fz_intake_further_focus_finding (intake->further);
}

static void
on_taken_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Intake *intake = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *visit = fz_call_finish (result, &error);

  intake->running = FALSE;
  if (intake->dialog != NULL) {
    fz_dialog_set_sensitive (intake->dialog, "keep", TRUE);
    if (visit != NULL)
      fz_dialog_close (intake->dialog);
    else
      show_problems (intake, error->message);
  }
  if (visit != NULL)
    intake->done (visit, intake->owner);
  intake_unref (intake);
}

static void
on_response (FzDialog *dialog, const char *response, Intake *intake)
{
  if (!g_str_equal (response, "keep") || intake->running)
    return;
  intake->running = TRUE;
  fz_dialog_set_error (dialog, NULL);
  fz_form_clear_findings (intake->form);
  fz_intake_further_clear_findings (intake->further);
  fz_dialog_set_sensitive (dialog, "keep", FALSE);
  g_atomic_ref_count_inc (&intake->refs);
  fz_call_async (intake->session, take_in, call_new (intake), call_free, g_free, on_taken_in, intake);
}

/* Whether anything is typed that nobody else keeps. */
static gboolean
is_begun (gpointer data)
{
  Intake *intake = data;
  GHashTableIter iter;
  gpointer control;

  if (intake->running)
    return FALSE;
  g_hash_table_iter_init (&iter, intake->entries);
  while (g_hash_table_iter_next (&iter, NULL, &control)) {
    g_autofree char *text = FZ_IS_TEXT_AREA (control) ? fz_text_area_get_text (control) : NULL;

    if ((GTK_IS_EDITABLE (control) && *gtk_editable_get_text (control) != '\0') || (text != NULL && *text != '\0'))
      return TRUE;
  }
  return fz_chosen_files_count (intake->files) > 0;
}

static void
on_gone (FzDialog *dialog, Intake *intake)
{
  intake->dialog = NULL;
  intake_unref (intake);
}

/* --- the form --- */

static void
add (Intake *intake, const char *field, const char *caption, GtkWidget *control, gboolean required, int span)
{
  g_hash_table_insert (intake->entries, g_strdup (field), control);
  fz_form_add (intake->form, field, fz_form_row_new (caption, control, required), span);
}

static void
add_entry (Intake *intake, const char *field, const char *caption, const char *hint, gboolean required, int span)
{
  GtkWidget *entry = gtk_entry_new ();

  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), hint);
  gtk_widget_set_tooltip_text (entry, hint); /* a narrow field has no room for all of it */
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 8);
  add (intake, field, caption, entry, required, span);
}

static GtkWidget *
codes_new (Intake *intake, const char *codes, const char *first)
{
  GtkWidget *drop = fz_drop_down_new (NULL);
  g_autoptr (GPtrArray) rows = fz_desk_codes (intake->session, codes, NULL);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    fz_drop_down_add (FZ_DROP_DOWN (drop), fz_fields_get (rows->pdata[i], "code"), fz_entry_label (rows->pdata[i], NULL, 0, "label"), NULL);
  if (first != NULL)
    fz_drop_down_set_code (FZ_DROP_DOWN (drop), first);
  return drop;
}

static GtkWidget *
add_choice (Intake *intake, const char *field, const char *caption, const char *codes, const char *first, gboolean required)
{
  GtkWidget *drop = codes_new (intake, codes, first);

  add (intake, field, caption, drop, required, 1);
  return drop;
}

static GtkWidget *
sex_new (void)
{
  GtkWidget *drop = fz_drop_down_new (NULL);

  fz_drop_down_add (FZ_DROP_DOWN (drop), "F", _ ("女"), NULL);
  fz_drop_down_add (FZ_DROP_DOWN (drop), "M", _ ("男"), NULL);
  fz_drop_down_add (FZ_DROP_DOWN (drop), "unknown", _ ("证件未载明"), NULL);
  return drop;
}

/* An identity card says sex and birth date; what it says is filled in and can be seen. */
static void
on_id_number (GtkEditable *entry, Intake *intake)
{
  g_autofree char *kind = typed (intake, "patient.id_kind"), *birth = NULL, *plain = NULL;
  const char *number;
  int sex;

  plain = fz_id_number_normalize (gtk_editable_get_text (entry));
  number = plain;
  if (g_strcmp0 (kind, "01") != 0 || number == NULL || strlen (number) != 18)
    return;
  birth = g_strdup_printf ("%.4s-%.2s-%.2s", number + 6, number + 10, number + 12);
  sex = number[16] - '0';
  gtk_editable_set_text (GTK_EDITABLE (g_hash_table_lookup (intake->entries, "patient.birth_date")), birth);
  fz_drop_down_set_code (FZ_DROP_DOWN (g_hash_table_lookup (intake->entries, "patient.sex")), sex % 2 == 0 ? "F" : "M");
}

static void
search_diagnosis (FzSearchField *field, const char *text, guint serial, gpointer user_data)
{
  Intake *intake = user_data;
  g_autoptr (GPtrArray) found = fz_desk_search_diagnoses (intake->session, text, 12, NULL);
  g_autoptr (GListStore) rows = g_list_store_new (FZ_TYPE_SEARCH_ROW);

  g_clear_pointer (&intake->prior_code, g_free); /* what is typed now is no chosen row any more */
  for (guint i = 0; found != NULL && i < found->len; i++) {
    const char *code = fz_fields_get (found->pdata[i], "code");
    g_autoptr (FzSearchRow) row = fz_search_row_new (code, fz_fields_get (found->pdata[i], "name"), NULL);

    fz_search_row_set_aside (row, code, NULL);
    g_list_store_append (rows, row);
  }
  fz_search_field_answer (field, serial, G_LIST_MODEL (rows));
}

static void
on_diagnosis (FzSearchField *field, FzSearchRow *row, Intake *intake)
{
  g_free (intake->prior_code);
  intake->prior_code = g_strdup (fz_search_row_get_id (row));
  fz_search_field_set_text (field, fz_search_row_get_title (row));
}

static void
add_patient (Intake *intake)
{
  add_entry (intake, "patient.name", _ ("姓名"), NULL, TRUE, 1);
  add_choice (intake, "patient.id_kind", _ ("证件类型"), "id_kind", "01", TRUE);
  add_entry (intake, "patient.id_number", _ ("证件号码"), _ ("请对照证件原件录入"), TRUE, 2);
  add (intake, "patient.sex", _ ("性别"), sex_new (), TRUE, 1);
  add_entry (intake, "patient.birth_date", _ ("出生日期"), "2001-05-09", TRUE, 1);
  add_entry (intake, "patient.mobile", _ ("手机"), NULL, TRUE, 1);
  add_entry (intake, "allergies", _ ("过敏史"), _ ("多项用顿号分开；没有则不填"), FALSE, 1);
  g_signal_connect (g_hash_table_lookup (intake->entries, "patient.id_number"), "changed", G_CALLBACK (on_id_number), intake);
}

static void
add_visit (Intake *intake)
{
  add_choice (intake, "visit.department", _ ("科室"), "department", fz_fields_get (fz_session_get_person (intake->session), "department"), TRUE);
  add_choice (intake, "visit.mode", _ ("方式"), "mode", "text", TRUE);
  add_entry (intake, "price_yuan", _ ("诊察费（元）"), _ ("不收费填 0"), TRUE, 1);
  add (intake, "visit.complaint", _ ("主要不适与诉求"), fz_text_area_new (NULL, 1, 500), TRUE, 4);
  add (intake, "visit.history", _ ("病情经过"), fz_text_area_new (NULL, 2, fz_desk_text_limit (fz_session_get_desk (intake->session), "visit.history")), FALSE, 4);
}

static void
add_prior (Intake *intake)
{
  intake->diagnosis = fz_search_field_new (_ ("既往确诊"), _ ("名称、拼音首字母或编码"), search_diagnosis, intake);
  fz_search_field_set_keep_text (FZ_SEARCH_FIELD (intake->diagnosis), TRUE);
  g_signal_connect (intake->diagnosis, "picked", G_CALLBACK (on_diagnosis), intake);
  fz_form_add (intake->form, "prior", fz_form_row_new (_ ("既往确诊"), intake->diagnosis, TRUE), 2);
  add_entry (intake, "prior.00.institution", _ ("确诊医疗机构"), NULL, TRUE, 1);
  add_entry (intake, "prior.00.date", _ ("确诊日期"), "2025-10-08", TRUE, 1);
}

static void
add_guardian (Intake *intake)
{
  add_entry (intake, "guardian.name", _ ("监护人（未成年患者）"), NULL, FALSE, 1);
  add_choice (intake, "guardian.relation", _ ("与患者关系"), "relation", NULL, FALSE);
  add_entry (intake, "guardian.id_number", _ ("监护人证件号码"), NULL, FALSE, 1);
  add_entry (intake, "guardian.mobile", _ ("监护人手机"), NULL, FALSE, 1);
  add_entry (intake, "specialist.name", _ ("陪伴医师（6岁以下）"), NULL, FALSE, 1);
  add_entry (intake, "specialist.licence", _ ("陪伴医师执业证书编号"), NULL, FALSE, 1);
  add_entry (intake, "specialist.institution", _ ("陪伴医师所在机构"), NULL, FALSE, 2);
}

/* --- evidence --- */

static void
on_files (GtkNativeDialog *chooser, int response, Intake *intake)
{
  g_autoptr (GListModel) files = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_files (GTK_FILE_CHOOSER (chooser)) : NULL;

  for (guint i = 0; files != NULL && intake->dialog != NULL && i < g_list_model_get_n_items (files); i++) {
    g_autoptr (GFile) file = g_list_model_get_item (files, i);

    if (g_file_peek_path (file) != NULL)
      fz_chosen_files_add (intake->files, g_file_peek_path (file), intake->next_kind);
  }
  g_object_unref (chooser);
  intake_unref (intake);
}

static void
on_choose (GtkButton *button, Intake *intake)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_ ("选择病历资料图片"),
                                                               GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (button))),
                                                               GTK_FILE_CHOOSER_ACTION_OPEN, _ ("添加"), _ ("取消"));

  g_free (intake->next_kind);
  intake->next_kind = g_strdup (fz_drop_down_get_code (FZ_DROP_DOWN (intake->kind)));
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_atomic_ref_count_inc (&intake->refs);
  g_signal_connect (chooser, "response", G_CALLBACK (on_files), intake);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static GtkWidget *
evidence_new (Intake *intake)
{
  GtkWidget *line = fz_line (10);
  GtkWidget *choose = fz_button_new (FZ_BUTTON_PLAIN, "image", _ ("添加病历资料…"));

  intake->files = fz_chosen_files_new (_ ("还没有选择。至少一份能看到明确诊断的病历资料。"));
  gtk_widget_set_valign (intake->files, GTK_ALIGN_CENTER);
  g_signal_connect (choose, "clicked", G_CALLBACK (on_choose), intake);
  intake->kind = fz_put (line, codes_new (intake, "evidence_kind", "outpatient_record"));
  fz_access_label (intake->kind, _ ("资料种类"));
  fz_put (line, choose);
  fz_put_wide (line, intake->files);
  return line;
}

static GtkWidget *
consent_new (Intake *intake)
{
  GtkWidget *box = fz_column (6);
  g_autofree char *label = NULL;

  intake->consent = fz_desk_consent_text (intake->session, NULL);
  label = g_strdup_printf (_ ("患者（或监护人）已当面阅读并签署 %s 版知情同意书，纸质件由本院留存"),
                           intake->consent != NULL ? fz_fields_get (intake->consent, "version") : "");
  intake->agreed = gtk_check_button_new_with_label (label);
  fz_access_label (intake->agreed, label);
  fz_put (box, intake->agreed);
  fz_put (box, fz_folded (_ ("查看知情同意书全文"), fz_wrapped (intake->consent != NULL ? fz_fields_get (intake->consent, "text") : "", "fz-soft")));
  return box;
}

static GtkWidget *
body_new (Intake *intake)
{
  GtkWidget *body = fz_column (14);

  intake->form = fz_form_new (4);
  add_patient (intake);
  add_visit (intake);
  add_prior (intake);
  add_guardian (intake);
  fz_put (body, intake->form);
  intake->further = fz_intake_further_new ();
  fz_put (body, fz_intake_further_get_widget (intake->further));
  fz_put (body, evidence_new (intake));
  fz_put (body, consent_new (intake));
  return body;
}

void
fz_dialog_intake_by_hand (GtkWidget *over, FzSession *session, FzTakenIn done, GObject *owner)
{
  Intake *intake = g_new0 (Intake, 1);

  g_atomic_ref_count_init (&intake->refs);
  intake->session = fz_session_ref (session);
  intake->done = done;
  intake->owner = g_object_ref (owner);
  intake->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  intake->dialog = fz_dialog_new (_ ("手工录入就诊"), _ ("与患者端申请作同样的核对；核对不通过不会收件"));
  fz_dialog_set_width (intake->dialog, 860);
  fz_dialog_set_body (intake->dialog, body_new (intake), FALSE);
  fz_dialog_set_guard (intake->dialog, is_begun, intake);
  fz_dialog_add_button (intake->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (intake->dialog, "keep", _ ("核对并收件"), FZ_BUTTON_PRIMARY);
  g_signal_connect (intake->dialog, "response", G_CALLBACK (on_response), intake);
  g_signal_connect (intake->dialog, "destroy", G_CALLBACK (on_gone), intake);
  fz_dialog_present (intake->dialog, over);
}
