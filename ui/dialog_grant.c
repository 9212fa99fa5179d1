#include "ui/dialog_grant.h"

#include "core/date.h"
#include "ui/inspection_form.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

#define DAYS 7 /* a grant runs a week unless somebody types another day */

typedef struct {
  FzSession *session;
  FzDialog *dialog;
  GPtrArray *kinds; /* of fz_desk_list_grant_kinds() */
  GtkWidget *kind, *purpose, *report, *level, *doctor, *one, *reg, *subject, *from, *to, *monthly, *sensitive, *times, *until, *words, *form;
  FzFields *records; /* the scope of an export of records that the page already knows; NULL: none */
  FzSigned asked;
  GObject *owner;
} Ask;

static void
ask_free (gpointer data)
{
  Ask *ask = data;

  g_clear_pointer (&ask->kinds, g_ptr_array_unref);
  g_clear_pointer (&ask->records, fz_fields_unref);
  fz_session_unref (ask->session);
  g_object_unref (ask->owner);
  g_free (ask);
}

static const struct {
  const char *report, *word;
} reports[] = { { "drug-use", N_ ("药品使用情况（按药品）") },
                { "drug-department", N_ ("药品使用情况（按药品和科室）") },
                { "drug-doctor", N_ ("药品使用情况（按药品和医师）") },
                { "antibacterial", N_ ("抗菌药物处方比例") } };

static gboolean
is_kind (Ask *ask, const char *kind)
{
  return g_strcmp0 (fz_drop_down_get_code (FZ_DROP_DOWN (ask->kind)), kind) == 0;
}

static const FzFields *
chosen_kind (Ask *ask)
{
  const char *code = fz_drop_down_get_code (FZ_DROP_DOWN (ask->kind));

  for (guint i = 0; i < ask->kinds->len; i++)
    if (g_strcmp0 (fz_fields_get (ask->kinds->pdata[i], "kind"), code) == 0)
      return ask->kinds->pdata[i];
  return NULL;
}

/* Purposes belong to a kind; what it is over, too. */
static void
on_kind (FzDropDown *drop, Ask *ask)
{
  const FzFields *kind = chosen_kind (ask);
  gboolean chinese = g_str_equal (_ ("中文"), "中文"), profiling = is_kind (ask, "profiling"), inspection = is_kind (ask, "inspection");
  gboolean export = is_kind (ask, "export"); /* of a register: all its entries */
  const struct {
    const char *field;
    gboolean shown;
  } rows[] = { { "report", profiling }, { "monthly", profiling }, { "from", profiling || inspection }, { "to", profiling || inspection },
               { "level", inspection }, { "doctor", inspection }, { "one", inspection }, { "sensitive", inspection }, { "register", export && ask->records == NULL },
               { "subject", !profiling && !inspection && (!export || ask->records != NULL) } };

  fz_drop_down_clear (FZ_DROP_DOWN (ask->purpose));
  for (guint i = 0; kind != NULL && i < fz_fields_count (kind, "purpose"); i++)
    fz_drop_down_add (FZ_DROP_DOWN (ask->purpose), fz_fields_get_at (kind, "purpose", i, "code"),
                      fz_fields_get_at (kind, "purpose", i, chinese ? "label" : "label_en"), NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    gtk_widget_set_visible (fz_form_get_row (ask->form, rows[i].field), rows[i].shown);
}

/* --- asking --- */

static void
put_text (FzFields *facts, const char *key, GtkWidget *entry)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));

  fz_fields_set (facts, key, text);
}

/* Exactly what its use will be asked for (app/profile.c, app/inspection.c, app/entry_files.c). */
static void
put_scope (Ask *ask, FzFields *facts)
{
  gboolean profiling = is_kind (ask, "profiling"), inspection = is_kind (ask, "inspection");

  if (is_kind (ask, "export") && ask->records != NULL) {
    fz_fields_merge (facts, "scope", ask->records);
    return;
  }
  if (is_kind (ask, "export")) {
    fz_fields_set (facts, "scope.report", "register");
    fz_fields_set (facts, "scope.subject", fz_drop_down_get_code (FZ_DROP_DOWN (ask->reg)));
    return;
  }
  if (!profiling)
    put_text (facts, "scope.subject", inspection ? ask->one : ask->subject);
  if (profiling || inspection) {
    fz_fields_set (facts, "scope.report", profiling ? fz_drop_down_get_code (FZ_DROP_DOWN (ask->report)) : "inspection");
    put_text (facts, "scope.from", ask->from);
    put_text (facts, "scope.to", ask->to);
  }
  if (inspection) {
    fz_fields_set (facts, "scope.format", fz_drop_down_get_code (FZ_DROP_DOWN (ask->level)));
    put_text (facts, "scope.person", ask->doctor);
    fz_fields_set (facts, "scope.sensitive", gtk_check_button_get_active (GTK_CHECK_BUTTON (ask->sensitive)) ? "yes" : NULL);
  }
  if (profiling && gtk_check_button_get_active (GTK_CHECK_BUTTON (ask->monthly)))
    fz_fields_set (facts, "scope.each", "month");
}

static FzFields *
read_form (Ask *ask)
{
  FzFields *facts = fz_fields_new ("fuzhen.grant_ask/v1");
  g_autofree char *words = g_strstrip (fz_text_area_get_text (FZ_TEXT_AREA (ask->words)));

  fz_fields_set (facts, "kind", fz_drop_down_get_code (FZ_DROP_DOWN (ask->kind)));
  fz_fields_set (facts, "purpose", fz_drop_down_get_code (FZ_DROP_DOWN (ask->purpose)));
  fz_fields_set (facts, "words", words);
  put_text (facts, "times", ask->times);
  put_text (facts, "until_on", ask->until);
  put_scope (ask, facts);
  return facts;
}

static void
on_signed (GPtrArray *ids, gpointer data)
{
  Ask *ask = data;
  g_autoptr (GObject) owner = g_object_ref (ask->owner);
  FzSigned asked = ask->asked;

  fz_dialog_close (ask->dialog);
  asked (ids, owner);
}

static void
on_response (FzDialog *dialog, const char *response, Ask *ask)
{
  g_autoptr (FzFields) facts = NULL;
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  if (!g_str_equal (response, "ask"))
    return;
  facts = read_form (ask);
  fz_dialog_set_error (ask->dialog, NULL);
  sheet = fz_desk_prepare_grant (ask->session, facts, &error);
  if (sheet == NULL)
    fz_dialog_set_error (ask->dialog, error->message);
  else
    fz_sign_flow_start (GTK_WIDGET (ask->dialog), ask->session, sheet, _ ("申请授权"), on_signed, ask, NULL);
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

/* What the asking page already knows. */
static GtkWidget *
given_entry (const FzFields *start, const char *key)
{
  return entry_new (start != NULL ? fz_fields_get (start, key) : NULL);
}

static GtkWidget *
day_entry (Ask *ask, const FzFields *start, const char *key, gint64 days_on)
{
  FzDate today = fz_date_in_beijing (fz_session_now_us (ask->session));
  g_autofree char *day = fz_date_format (fz_date_add_days (today, days_on));
  const char *given = start != NULL ? fz_fields_get (start, key) : NULL;

  return entry_new (given != NULL ? given : day);
}

static void
add_registers (Ask *ask, const char *wanted)
{
  g_autoptr (GPtrArray) rows = NULL;
  gboolean chinese = g_str_equal (_ ("中文"), "中文");

  ask->reg = fz_drop_down_new (NULL);
  for (guint i = 0; i < ask->kinds->len && rows == NULL; i++)
    if (ask->records == NULL && g_str_equal (fz_fields_get (ask->kinds->pdata[i], "kind"), "export")) /* others read no register, and asking would be denied */
      rows = fz_desk_list_registers (ask->session, NULL);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    fz_drop_down_add (FZ_DROP_DOWN (ask->reg), fz_fields_get (rows->pdata[i], "name"), fz_fields_get (rows->pdata[i], chinese ? "title" : "title_en"), NULL);
  if (wanted != NULL)
    fz_drop_down_set_code (FZ_DROP_DOWN (ask->reg), wanted);
}

static void
add_scope (Ask *ask, const FzFields *start)
{
  const char *report = start != NULL ? fz_fields_get (start, "scope.report") : NULL;
  const char *level = start != NULL ? fz_fields_get (start, "scope.format") : NULL;

  ask->report = fz_drop_down_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (reports); i++)
    fz_drop_down_add (FZ_DROP_DOWN (ask->report), reports[i].report, _ (reports[i].word), NULL);
  if (report == NULL || !fz_drop_down_set_code (FZ_DROP_DOWN (ask->report), report))
    fz_drop_down_set_code (FZ_DROP_DOWN (ask->report), "drug-use");
  ask->level = fz_inspection_level_drop_down_new ();
  fz_drop_down_set_code (FZ_DROP_DOWN (ask->level), level != NULL ? level : "full");
  ask->doctor = given_entry (start, "scope.person");
  ask->one = given_entry (start, "scope.subject");
  add_registers (ask, start != NULL ? fz_fields_get (start, "scope.subject") : NULL);
  ask->subject = entry_new (ask->records != NULL ? fz_fields_get (ask->records, "subject") : NULL);
  gtk_widget_set_sensitive (ask->subject, ask->records == NULL);
  ask->from = day_entry (ask, start, "scope.from", -30);
  ask->to = day_entry (ask, start, "scope.to", 0);
  ask->monthly = gtk_check_button_new_with_label (_ ("例行月报：期间内每次一个自然月"));
  fz_form_add (ask->form, "report", fz_form_row_new (_ ("统计报表"), ask->report, TRUE), 2);
  fz_form_add (ask->form, "register", fz_form_row_new (_ ("台账（全部条目）"), ask->reg, TRUE), 2);
  fz_form_add (ask->form, "from", fz_form_row_new (_ ("首日"), ask->from, TRUE), 1);
  fz_form_add (ask->form, "to", fz_form_row_new (_ ("末日"), ask->to, TRUE), 1);
  fz_form_add (ask->form, "monthly", fz_form_row_new (NULL, ask->monthly, FALSE), 2);
  fz_form_add (ask->form, "level", fz_form_row_new (_ ("内容层级"), ask->level, TRUE), 1);
  fz_form_add (ask->form, "doctor", fz_form_row_new (_ ("医师工号（只查一名医师时）"), ask->doctor, FALSE), 1);
  fz_form_add (ask->form, "one", fz_form_row_new (_ ("就诊编号或投诉编号（只提供一例时）"), ask->one, FALSE), 2);
  ask->sensitive = gtk_check_button_new_with_label (_ ("标为特别敏感的就诊也提供"));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (ask->sensitive), start != NULL && fz_fields_has (start, "scope.sensitive"));
  fz_form_add (ask->form, "sensitive", fz_form_row_new (NULL, ask->sensitive, FALSE), 2);
  fz_form_add (ask->form, "subject", fz_form_row_new (_ ("对象（编号、工号或范围）"), ask->subject, TRUE), 2);
}

static void
add_kinds (Ask *ask, const FzFields *start)
{
  const char *wanted = start != NULL ? fz_fields_get (start, "kind") : NULL;

  ask->kind = fz_drop_down_new (NULL);
  for (guint i = 0; i < ask->kinds->len; i++)
    fz_drop_down_add (FZ_DROP_DOWN (ask->kind), fz_fields_get (ask->kinds->pdata[i], "kind"), fz_fields_get (ask->kinds->pdata[i], "label"), NULL);
  fz_drop_down_set_code (FZ_DROP_DOWN (ask->kind), wanted != NULL ? wanted : fz_fields_get (ask->kinds->pdata[0], "kind"));
  ask->purpose = fz_drop_down_new (NULL);
  fz_form_add (ask->form, "kind", fz_form_row_new (_ ("要做什么"), ask->kind, TRUE), 1);
  fz_form_add (ask->form, "purpose", fz_form_row_new (_ ("用途"), ask->purpose, TRUE), 1);
}

static void
add_term (Ask *ask)
{
  ask->times = entry_new ("2");
  ask->until = day_entry (ask, NULL, "", DAYS);
  ask->words = fz_text_area_new (_ ("例如：药事管理与药物治疗学委员会月度分析"), 2, 500);
  fz_access_label (ask->words, _ ("理由"));
  fz_form_add (ask->form, "times", fz_form_row_new (_ ("次数（每次预览、导出或制作都算一次）"), ask->times, TRUE), 1);
  fz_form_add (ask->form, "until", fz_form_row_new (_ ("有效至"), ask->until, TRUE), 1);
  fz_form_add (ask->form, "words", fz_form_row_new (_ ("理由"), ask->words, TRUE), 2);
}

void
fz_dialog_grant (GtkWidget *over, FzSession *session, const FzFields *start, FzSigned asked, GObject *owner)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *kinds = fz_desk_list_grant_kinds (session, &error);
  Ask *ask;

  if (kinds == NULL || kinds->len == 0) {
    fz_toast_show (over, FZ_STATUS_STOP, error != NULL ? error->message : _ ("您的角色没有可以申请的授权。"));
    g_clear_pointer (&kinds, g_ptr_array_unref);
    return;
  }
  ask = g_new0 (Ask, 1);
  ask->session = fz_session_ref (session);
  ask->kinds = kinds;
  ask->asked = asked;
  ask->owner = g_object_ref (owner);
  ask->dialog = fz_dialog_new (_ ("申请授权"), _ ("由另一人批准后才能使用；每次使用都记入审计。"));
  g_object_set_data_full (G_OBJECT (ask->dialog), "fz-ask", ask, ask_free);
  fz_dialog_set_width (ask->dialog, 600);
  ask->form = fz_form_new (2);
  if (start != NULL && g_strcmp0 (fz_fields_get (start, "scope.report"), "record") == 0)
    ask->records = fz_fields_dup_below (start, "scope", "fuzhen.scope/v1");
  add_kinds (ask, start);
  add_scope (ask, start);
  add_term (ask);
  on_kind (NULL, ask);
  g_signal_connect (ask->kind, "changed", G_CALLBACK (on_kind), ask);
  fz_dialog_set_body (ask->dialog, ask->form, FALSE);
  fz_dialog_add_button (ask->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (ask->dialog, "ask", _ ("核对并签名"), FZ_BUTTON_PRIMARY);
  g_signal_connect (ask->dialog, "response", G_CALLBACK (on_response), ask);
  fz_dialog_present (ask->dialog, over);
}
