#include "ui/dialog_rules.h"

#include "core/date.h"
#include "ui/entry_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/long_work.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define TRIED_DAYS 30
#define SHOWN_ROWS 40

typedef struct {
  FzSession *session;
  FzSigned done;
  GObject *owner;
  FzDialog *dialog;
  FzFields *draft; /* as it came: what has no control here stays */
  FzFields *consent;
  GPtrArray *parameters, *terminations;
  GtkWidget *body, *place, *since, *words, *version, *text, *clauses, *said, *trial, *own_label, *own_guidance, *own_emergency;
  GHashTable *values;   /* parameter name -> GtkEntry */
  GHashTable *guidance; /* code -> FzTextArea */
  gboolean discarded;
} Rules;

static void
rules_free (gpointer data)
{
  Rules *rules = data;

  fz_session_unref (rules->session);
  g_object_unref (rules->owner);
  g_clear_pointer (&rules->draft, fz_fields_unref);
  g_clear_pointer (&rules->consent, fz_fields_unref);
  g_clear_pointer (&rules->parameters, g_ptr_array_unref);
  g_clear_pointer (&rules->terminations, g_ptr_array_unref);
  g_hash_table_unref (rules->values);
  g_hash_table_unref (rules->guidance);
  g_free (rules);
}

/* --- what was typed --- */

static char *
entry_text (GtkWidget *entry)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));
}

static char *
area_text (GtkWidget *area)
{
  return g_strstrip (fz_text_area_get_text (FZ_TEXT_AREA (area)));
}

/* The end of a text has a line feed in its file and none in a form. */
static gboolean
is_same_text (const char *typed, const char *kept)
{
  g_autofree char *bare = g_strstrip (g_strdup (kept != NULL ? kept : ""));

  return g_str_equal (typed, bare);
}

/* Rows of the draft's list for which `keep` says so go over as they are. */
static void
copy_rows (const FzFields *from, const char *list, gboolean (*keep) (const FzFields *row, gpointer data), gpointer data, FzFields *to)
{
  for (guint i = 0; i < fz_fields_count (from, list); i++) {
    g_autofree char *at = g_strdup_printf ("%s.%02u", list, i), *as = g_strdup_printf ("%s.%02u", list, fz_fields_count (to, list));
    g_autoptr (FzFields) row = fz_fields_dup_below (from, at, "fuzhen.row/v1");

    if (keep (row, data))
      fz_fields_merge (to, as, row);
  }
}

/* A value with days of its own was imported: the form, which knows one value, leaves it alone. */
static gboolean
is_dated (const FzFields *row, gpointer data)
{
  return fz_fields_has (row, "from") || fz_fields_has (row, "until");
}

static gboolean
is_own_code (const FzFields *row, gpointer data)
{
  return g_str_has_prefix (fz_fields_get (row, "code"), "H");
}

static void
put_parameters (const Rules *rules, FzFields *draft)
{
  copy_rows (rules->draft, "parameter", is_dated, NULL, draft);
  for (guint i = 0; i < rules->parameters->len; i++) {
    const FzFields *row = rules->parameters->pdata[i];
    GtkWidget *entry = g_hash_table_lookup (rules->values, fz_fields_get (row, "name"));
    g_autofree char *value = entry != NULL ? entry_text (entry) : NULL;
    guint n = fz_fields_count (draft, "parameter");

    if (value == NULL || is_same_text (value, fz_fields_get (row, "law")))
      continue;
    fz_fields_set_at (draft, "parameter", n, "name", fz_fields_get (row, "name"));
    fz_fields_set_at (draft, "parameter", n, "value", value);
  }
}

static void
put_own_termination (const Rules *rules, FzFields *draft)
{
  g_autofree char *label = entry_text (rules->own_label), *guidance = area_text (rules->own_guidance), *code = NULL;
  guint n = fz_fields_count (draft, "termination"), used = 0;

  if (*label == '\0' && *guidance == '\0')
    return;
  for (guint i = 0; i < n; i++)
    if (g_str_has_prefix (fz_fields_get_at (draft, "termination", i, "code"), "H"))
      used = MAX (used, (guint) g_ascii_strtoull (fz_fields_get_at (draft, "termination", i, "code") + 1, NULL, 10));
  code = g_strdup_printf ("H%02u", used + 1);
  fz_fields_set_at (draft, "termination", n, "code", code);
  fz_fields_set_at (draft, "termination", n, "label", label);
  fz_fields_set_at (draft, "termination", n, "guidance", guidance);
  fz_fields_set_at (draft, "termination", n, "emergency", gtk_check_button_get_active (GTK_CHECK_BUTTON (rules->own_emergency)) ? "yes" : "no");
}

static void
put_terminations (const Rules *rules, FzFields *draft)
{
  copy_rows (rules->draft, "termination", is_own_code, NULL, draft);
  for (guint i = 0; i < rules->terminations->len; i++) {
    const FzFields *row = rules->terminations->pdata[i];
    GtkWidget *area = g_hash_table_lookup (rules->guidance, fz_fields_get (row, "code"));
    g_autofree char *text = area != NULL ? area_text (area) : NULL;
    guint n = fz_fields_count (draft, "termination");

    if (text == NULL || is_own_code (row, NULL) || is_same_text (text, fz_fields_get (row, "law")))
      continue;
    fz_fields_set_at (draft, "termination", n, "code", fz_fields_get (row, "code"));
    fz_fields_set_at (draft, "termination", n, "guidance", text);
  }
  put_own_termination (rules, draft);
}

static FzFields *
draft_of (const Rules *rules)
{
  static const char *const kept[] = { "layer.since", "layer.until", "clauses.file", "clauses.json" }; /* have no control */
  FzFields *draft = fz_fields_new ("fuzhen.rules_draft/v1");
  g_autofree char *since = entry_text (rules->since), *words = area_text (rules->words), *version = entry_text (rules->version),
                  *text = area_text (rules->text);

  fz_fields_set (draft, "rules.jurisdiction", fz_drop_down_get_code (FZ_DROP_DOWN (rules->place)));
  fz_fields_set (draft, "rules.since", since);
  fz_fields_set (draft, "rules.words", words);
  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    fz_fields_set (draft, kept[i], fz_fields_get (rules->draft, kept[i]));
  put_parameters (rules, draft);
  put_terminations (rules, draft);
  /* The hospital's own text stays its own; the shipped one, unchanged, is none. A changed one under the old number is refused by the desk. */
  if (fz_fields_has (rules->draft, "consent.version") || !is_same_text (text, fz_fields_get (rules->consent, "text")) || g_strcmp0 (version, fz_fields_get (rules->consent, "version")) != 0) {
    fz_fields_set (draft, "consent.version", version);
    fz_fields_set (draft, "consent.text", text);
  }
  return draft;
}

/* --- what it changes --- */

static void
show_changes (Rules *rules)
{
  g_autoptr (FzFields) draft = draft_of (rules);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes = fz_desk_check_rules (rules->session, draft, &error);

  fz_empty (rules->said);
  fz_dialog_set_error (rules->dialog, error != NULL ? error->message : NULL);
  if (changes == NULL)
    return;
  if (changes->len == 0)
    fz_put (rules->said, fz_wrapped (_ ("与现行版本相比没有变化。"), "fz-soft"));
  for (guint i = 0; i < changes->len; i++)
    fz_put (rules->said, fz_wrapped (changes->pdata[i], NULL));
}

/* --- what it would have changed --- */

static void
report (guint64 done, guint64 total, gpointer data)
{
  fz_long_work_report (data, done, total);
}

static char *
words_of_trial (GPtrArray *rows, const FzFields *sum)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, _ ("最近 %d 天的 %s 份文书中，%s 份可以重新判断：%s 处结论会改变，%s 处因当时没有保存资料而无法判断。"), TRIED_DAYS,
                          fz_fields_get (sum, "documents"), fz_fields_get (sum, "judged"), fz_fields_get (sum, "changed"), fz_fields_get (sum, "cannot_tell"));
  for (guint i = 0; i < rows->len && i < SHOWN_ROWS; i++)
    g_string_append_printf (text, "\n%s　%s　%s → %s　%s", fz_fields_get (rows->pdata[i], "visit"), fz_fields_get (rows->pdata[i], "rule"),
                            fz_fields_get (rows->pdata[i], "then"), fz_fields_get (rows->pdata[i], "now"), fz_fields_get (rows->pdata[i], "message"));
  if (rows->len > SHOWN_ROWS)
    g_string_append_printf (text, _ ("\n……共 %u 处"), rows->len);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
try_draft (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer data, GError **error)
{
  gint64 now = fz_session_now_us (session);
  g_autoptr (FzFields) sum = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_try_rules (session, data, now - TRIED_DAYS * FZ_US_PER_DAY, now, stop, report, work, &sum, error);

  return rows != NULL ? words_of_trial (rows, sum) : NULL;
}

static void
on_try (GtkButton *button, Rules *rules)
{
  fz_long_work_run (FZ_LONG_WORK (rules->trial), _ ("按新版本重新判断"), TRUE, try_draft, draft_of (rules), (GDestroyNotify) fz_fields_unref);
}

static void
on_check (GtkButton *button, Rules *rules)
{
  show_changes (rules);
}

/* --- a file of clauses --- */

static void
show_clauses (Rules *rules)
{
  const char *file = fz_fields_get (rules->draft, "clauses.file");

  fz_set_text (rules->clauses, file != NULL ? file : _ ("没有院内自定条款"));
}

static GtkWidget *body_new (Rules *rules);

/* A file brings more than clauses: the form shows what it says now, or it would be lost with the next reading of the form. */
static void
refill (Rules *rules, FzFields *take_draft)
{
  fz_fields_unref (rules->draft);
  rules->draft = take_draft;
  g_hash_table_remove_all (rules->values);
  g_hash_table_remove_all (rules->guidance);
  fz_empty (rules->body);
  fz_put (rules->body, body_new (rules));
}

static void
on_chosen (GtkNativeDialog *chooser, int response, Rules *rules)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  g_autoptr (GError) error = NULL;

  if (file != NULL && g_file_peek_path (file) != NULL) {
    g_autoptr (FzFields) draft = draft_of (rules);
    FzFields *fresh = fz_desk_import_rules (rules->session, draft, g_file_peek_path (file), &error);

    fz_dialog_set_error (rules->dialog, error != NULL ? error->message : NULL);
    if (fresh != NULL)
      refill (rules, fresh);
  }
  g_object_set_data (G_OBJECT (rules->dialog), "fz-chooser", NULL);
}

static void
on_import (GtkButton *button, Rules *rules)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (button));
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_ ("选择院内规定文件（JSON）"), GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                                              GTK_FILE_CHOOSER_ACTION_OPEN, _ ("导入"), _ ("取消"));

  g_object_set_data_full (G_OBJECT (rules->dialog), "fz-chooser", chooser, g_object_unref);
  g_signal_connect (chooser, "response", G_CALLBACK (on_chosen), rules);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/* --- ending --- */

static void
keep_draft (Rules *rules)
{
  g_autoptr (FzFields) draft = draft_of (rules);
  g_autoptr (GError) error = NULL;

  if (!rules->discarded && !fz_desk_save_rules_draft (rules->session, draft, &error))
    fz_toast_show (GTK_WIDGET (rules->owner), FZ_STATUS_STOP, error->message);
}

typedef struct {
  FzSession *session;
  GtkWidget *owner;       /* stands as long as the offer */
  FzFields *draft, *left; /* what was thrown away, and what was there afterwards */
} Thrown;

static void
thrown_free (gpointer data)
{
  Thrown *thrown = data;

  fz_session_unref (thrown->session);
  fz_fields_unref (thrown->draft);
  g_clear_pointer (&thrown->left, fz_fields_unref);
  g_free (thrown);
}

/* Not over another draft that was begun meanwhile. A store that does not answer now may do so later. */
static gboolean
keep_again (gpointer data, gboolean now)
{
  Thrown *thrown = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) there = fz_desk_get_rules_draft (thrown->session, &error);

  if (there != NULL && (thrown->left == NULL || !fz_fields_equal (there, thrown->left)))
    return FALSE;
  if (!now || (there != NULL && fz_desk_save_rules_draft (thrown->session, thrown->draft, &error)))
    return TRUE;
  fz_toast_show (thrown->owner, FZ_STATUS_STOP, error->message);
  return FALSE;
}

static void
discard (FzDialog *dialog, Rules *rules)
{
  g_autoptr (GObject) owner = g_object_ref (rules->owner);
  Thrown *thrown = g_new0 (Thrown, 1);
  g_autoptr (GError) error = NULL;

  thrown->session = fz_session_ref (rules->session);
  thrown->owner = GTK_WIDGET (owner);
  thrown->draft = draft_of (rules);
  rules->discarded = fz_desk_save_rules_draft (rules->session, NULL, &error);
  fz_dialog_set_error (dialog, error != NULL ? error->message : NULL);
  if (!rules->discarded) {
    thrown_free (thrown);
    return;
  }
  thrown->left = fz_desk_get_rules_draft (rules->session, NULL);
  fz_dialog_close (dialog);
  fz_undo_offer (GTK_WIDGET (owner), _ ("规则草稿已放弃"), keep_again, thrown, thrown_free);
}

static void
on_response (FzDialog *dialog, const char *response, Rules *rules)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GObject) owner = g_object_ref (rules->owner);
  g_autoptr (FzFields) draft = NULL;
  FzSession *session;
  FzSigned done = rules->done;
  FzSheet *sheet;

  if (g_str_equal (response, "discard")) {
    discard (dialog, rules);
    return;
  }
  keep_draft (rules);
  if (!g_str_equal (response, "sign"))
    return;
  draft = draft_of (rules);
  sheet = fz_desk_prepare_rules (rules->session, draft, &error);
  if (sheet == NULL) {
    fz_dialog_set_error (dialog, error->message);
    return;
  }
  session = fz_session_ref (rules->session);
  fz_dialog_close (dialog);
  fz_sign_flow_start (GTK_WIDGET (owner), session, sheet, _ ("签署规则新版本"), done, g_object_ref (owner), g_object_unref);
  fz_session_unref (session);
}

/* --- the form --- */

static GtkWidget *
entry_new (const char *value)
{
  GtkWidget *entry = gtk_entry_new ();

  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 8);
  gtk_editable_set_text (GTK_EDITABLE (entry), value != NULL ? value : "");
  return entry;
}

static const char *
drafted (const Rules *rules, const char *list, const char *key, const char *id, const char *wanted)
{
  for (guint i = 0; i < fz_fields_count (rules->draft, list); i++)
    if (g_strcmp0 (fz_fields_get_at (rules->draft, list, i, key), id) == 0)
      return fz_fields_get_at (rules->draft, list, i, wanted);
  return NULL;
}

static void
put_place (Rules *rules, GtkWidget *form)
{
  static const struct {
    const char *word, *label;
  } places[] = { { "tianjin", N_ ("天津") }, { "national", N_ ("国家（无地方规定）") }, { "sichuan", N_ ("四川") }, { "chongqing", N_ ("重庆") }, { "fujian", N_ ("福建") } };

  rules->place = fz_drop_down_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    fz_drop_down_add (FZ_DROP_DOWN (rules->place), places[i].word, _ (places[i].label), NULL);
  fz_drop_down_set_code (FZ_DROP_DOWN (rules->place), fz_fields_get (rules->draft, "rules.jurisdiction"));
  fz_form_add (form, "rules.jurisdiction", fz_form_row_new (_ ("地区"), rules->place, TRUE), 1);
  rules->since = entry_new (fz_fields_get (rules->draft, "rules.since"));
  fz_form_add (form, "rules.since", fz_form_row_new (_ ("施行日期"), rules->since, TRUE), 1);
  rules->words = fz_text_area_new (_ ("为什么修改"), 2, 500);
  fz_text_area_set_text (FZ_TEXT_AREA (rules->words), fz_fields_has (rules->draft, "rules.words") ? fz_fields_get (rules->draft, "rules.words") : "");
  fz_form_add (form, "rules.words", fz_form_row_new (_ ("修改说明"), rules->words, TRUE), 2);
}

static void
add_parameter (Rules *rules, GtkWidget *form, const FzFields *row)
{
  const char *name = fz_fields_get (row, "name"), *value = drafted (rules, "parameter", "name", name, "value"), *english = fz_fields_get (row, "en");
  gboolean texts = g_strcmp0 (fz_fields_get (row, "type"), "texts") == 0;
  GtkWidget *entry = entry_new (value != NULL ? value : fz_fields_get (row, "law")), *line;
  g_autofree char *hint = g_strdup_printf (g_strcmp0 (fz_fields_get (row, "stricter"), "more") == 0 ? _ ("规定：%s；只能调大或增加") : _ ("规定：%s；只能调小或减少"),
                                           texts ? _ ("见清单") : fz_fields_get (row, "law"));

  g_hash_table_insert (rules->values, g_strdup (name), entry);
  line = fz_form_row_new (english != NULL && !g_str_equal (_ ("中文"), "中文") ? english : fz_fields_get (row, "zh"), entry, FALSE);
  fz_form_row_set_hint (line, hint);
  fz_form_add (form, name, line, texts ? 2 : 1);
}

static GtkWidget *
parameters_new (Rules *rules)
{
  GtkWidget *form = fz_form_new (2);

  for (guint i = 0; i < rules->parameters->len; i++)
    if (g_strcmp0 (fz_fields_get (rules->parameters->pdata[i], "stricter"), "none") != 0)
      add_parameter (rules, form, rules->parameters->pdata[i]);
  return form;
}

static GtkWidget *
terminations_new (Rules *rules)
{
  GtkWidget *form = fz_form_new (1);

  fz_form_add (form, NULL, fz_wrapped (_ ("文中的 {institution}、{department}、{clinic} 在使用时换成本院名称、科室和门诊名称，请保留。"), "fz-soft"), 1);
  for (guint i = 0; i < rules->terminations->len; i++) {
    const FzFields *row = rules->terminations->pdata[i];
    const char *code = fz_fields_get (row, "code"), *text = drafted (rules, "termination", "code", code, "guidance");
    GtkWidget *area = fz_text_area_new ("", 2, 500);

    fz_text_area_set_text (FZ_TEXT_AREA (area), text != NULL ? text : fz_fields_get (row, "guidance"));
    fz_text_area_set_editable (FZ_TEXT_AREA (area), !is_own_code (row, NULL));
    g_hash_table_insert (rules->guidance, g_strdup (code), area);
    fz_form_add (form, code, fz_form_row_new (fz_fields_get (row, "label"), area, FALSE), 1);
  }
  rules->own_label = entry_new (NULL);
  fz_form_add (form, NULL, fz_form_row_new (_ ("新增的终止情形"), rules->own_label, FALSE), 1);
  rules->own_guidance = fz_text_area_new (_ ("给患者的指引"), 2, 500);
  fz_form_add (form, NULL, fz_form_row_new (_ ("指引"), rules->own_guidance, FALSE), 1);
  rules->own_emergency = gtk_check_button_new_with_label (_ ("属于急症，指引中应写明立即就医"));
  fz_form_add (form, NULL, rules->own_emergency, 1);
  return form;
}

static GtkWidget *
consent_new (Rules *rules)
{
  GtkWidget *form = fz_form_new (1);
  const char *version = fz_fields_get (rules->draft, "consent.version"), *text = fz_fields_get (rules->draft, "consent.text");

  rules->version = entry_new (version != NULL ? version : fz_fields_get (rules->consent, "version"));
  rules->text = fz_text_area_new ("", 8, 20000);
  fz_text_area_set_text (FZ_TEXT_AREA (rules->text), text != NULL ? text : fz_fields_get (rules->consent, "text"));
  fz_form_add (form, "consent.version", fz_form_row_new (_ ("版本号（改动文本须用新版本号，患者将重新签署）"), rules->version, FALSE), 1);
  fz_form_add (form, "consent.text", fz_form_row_new (_ ("知情同意书"), rules->text, FALSE), 1);
  return form;
}

static GtkWidget *
clauses_new (Rules *rules)
{
  GtkWidget *line = fz_line (10), *button = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "file", _ ("导入院内条款…")));

  rules->clauses = fz_put_wide (line, fz_wrapped ("", "fz-soft"));
  show_clauses (rules);
  g_signal_connect (button, "clicked", G_CALLBACK (on_import), rules);
  return line;
}

static GtkWidget *
folded (const char *title, GtkWidget *child)
{
  gtk_widget_set_margin_top (child, 10);
  return fz_folded (title, child);
}

static GtkWidget *
body_new (Rules *rules)
{
  GtkWidget *body = fz_column (14), *form = fz_put (body, fz_form_new (2)), *line, *check, *trial;

  put_place (rules, form);
  fz_put (body, folded (_ ("参数（只能从严）"), parameters_new (rules)));
  fz_put (body, folded (_ ("终止情形与给患者的指引"), terminations_new (rules)));
  fz_put (body, folded (_ ("知情同意书"), consent_new (rules)));
  fz_put (body, clauses_new (rules));
  line = fz_put (body, fz_line (10));
  check = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "check", _ ("检查改动")));
  trial = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "rotate", _ ("按最近一个月试算")));
  g_signal_connect (check, "clicked", G_CALLBACK (on_check), rules);
  g_signal_connect (trial, "clicked", G_CALLBACK (on_try), rules);
  rules->said = fz_put (body, fz_column (4));
  rules->trial = fz_put (body, fz_long_work_new (rules->session));
  return body;
}

static gboolean
read_all (Rules *rules, GError **error)
{
  rules->draft = fz_desk_get_rules_draft (rules->session, error);
  rules->consent = rules->draft != NULL ? fz_desk_read_rules_consent (rules->session, NULL, error) : NULL;
  rules->parameters = rules->consent != NULL ? fz_desk_read_rules (rules->session, NULL, FZ_RULES_PARAMETERS, error) : NULL;
  rules->terminations = rules->parameters != NULL ? fz_desk_read_rules (rules->session, NULL, FZ_RULES_TERMINATIONS, error) : NULL;
  return rules->terminations != NULL;
}

void
fz_dialog_rules (GtkWidget *over, FzSession *session, FzSigned signed_, GObject *owner)
{
  Rules *rules = g_new0 (Rules, 1);
  g_autoptr (GError) error = NULL;

  rules->session = fz_session_ref (session);
  rules->done = signed_;
  rules->owner = g_object_ref (owner);
  rules->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  rules->guidance = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!read_all (rules, &error)) {
    fz_toast_show (over, FZ_STATUS_STOP, error->message);
    rules_free (rules);
    return;
  }
  rules->dialog = fz_dialog_new (_ ("拟订规则新版本"), _ ("签名后由另一人审批，到施行日期自动启用；关闭时草稿自动保存。"));
  g_object_set_data_full (G_OBJECT (rules->dialog), "fz-rules", rules, rules_free);
  fz_dialog_set_width (rules->dialog, 760);
  rules->body = fz_column (0);
  fz_put (rules->body, body_new (rules));
  fz_dialog_set_body (rules->dialog, rules->body, FALSE);
  fz_dialog_add_button (rules->dialog, "discard", _ ("放弃草稿"), FZ_BUTTON_FLAT);
  fz_dialog_add_button (rules->dialog, FZ_RESPONSE_CANCEL, _ ("关闭"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (rules->dialog, "sign", _ ("核对并签名"), FZ_BUTTON_PRIMARY);
  g_signal_connect (rules->dialog, "response", G_CALLBACK (on_response), rules);
  fz_dialog_present (rules->dialog, over);
}
