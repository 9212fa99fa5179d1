#include "ui/dialog_papers.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

#define NOTHING "-"

typedef struct {
  FzSession *session;
  FzDialog *dialog;
  const FzFields *person; /* owned */
  GtkWidget *form;
  GHashTable *entries; /* key -> GtkEntry or FzDropDown */
  FzPapersChanged changed;
  GObject *owner;
} Papers;

static const struct {
  const char *key, *caption, *hint;
  int span;
  gboolean truth;
} papers_of[] = {
  { "licence_until", N_ ("证书有效期至"), "2030-06-30", 1, FALSE },
  { "insurance_until", N_ ("医疗责任保险到期日"), "2027-06-30", 1, FALSE },
  { "register_checked_on", N_ ("注册信息核对日期"), "2026-01-05", 1, FALSE },
  { "register_same", N_ ("查询结果与资料一致"), NULL, 1, TRUE },
  { "category", N_ ("执业类别"), NULL, 1, FALSE },
  { "scope", N_ ("执业范围"), NULL, 1, FALSE },
  { "title", N_ ("职称代码"), "232", 1, FALSE },
  { "department", N_ ("本人科室代码"), "03.04", 1, FALSE },
  { "departments", N_ ("其他可接诊科室代码"), "03.05|03.07", 2, FALSE },
  { "independent_since", N_ ("独立从事临床工作起"), "2012-08-01", 1, FALSE },
  { "clinical_since", N_ ("从事临床工作起"), "2010-08-01", 1, FALSE },
  { "review_trained_on", N_ ("审方培训考核"), "2024-05-20", 1, FALSE },
  { "dispensing_since", N_ ("从事调剂工作起"), "2015-09-01", 1, FALSE },
  { "employer", N_ ("所属第三方机构（合作药师）"), NULL, 1, FALSE },
  { "agreement_until", N_ ("合作协议到期日"), "2027-12-31", 1, FALSE },
  { "registered_at", N_ ("注册医疗机构"), NULL, 2, FALSE },
  { "multi_site_filing", N_ ("多机构备案编号"), NULL, 1, FALSE },
  { "multi_site_until", N_ ("多机构备案有效期至"), "2027-06-30", 1, FALSE },
  { "registration_consent", N_ ("注册机构同意"), NULL, 1, TRUE },
  { "shift_consent", N_ ("主执业机构同意班内接诊"), NULL, 1, TRUE },
  { "mobile", N_ ("手机"), NULL, 1, FALSE },
};

static void
papers_free (gpointer data)
{
  Papers *papers = data;

  g_hash_table_unref (papers->entries);
  fz_fields_unref ((FzFields *) papers->person);
  fz_session_unref (papers->session);
  g_object_unref (papers->owner);
  g_free (papers);
}

static char *
typed (GtkWidget *control)
{
  return FZ_IS_DROP_DOWN (control) ? g_strdup (fz_drop_down_get_code (FZ_DROP_DOWN (control)))
                                   : g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (control))));
}

/* Only what is not as it was. */
static FzFields *
changes_of (const Papers *papers, gboolean *out_any)
{
  FzFields *changes = fz_fields_new ("fuzhen.changes/v1");

  *out_any = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (papers_of); i++) {
    const char *was = fz_fields_get (papers->person, papers_of[i].key);
    g_autofree char *now = typed (g_hash_table_lookup (papers->entries, papers_of[i].key));
    gboolean empty = now == NULL || *now == '\0' || g_str_equal (now, NOTHING);

    if (empty ? was == NULL : g_strcmp0 (was, now) == 0)
      continue;
    fz_fields_set (changes, papers_of[i].key, empty ? NOTHING : now);
    *out_any = TRUE;
  }
  return changes;
}

/* What a register says is changed there; the field says where. */
static const char *
kept_by (const Papers *papers, const char *key)
{
  g_autofree char *name = g_strconcat ("kept.", key, NULL);

  return fz_fields_get (papers->person, name);
}

static void
show_kept (Papers *papers)
{
  for (gsize i = 0; i < G_N_ELEMENTS (papers_of); i++) {
    const char *entry = kept_by (papers, papers_of[i].key);
    g_autofree char *words = entry != NULL ? g_strdup_printf (_ ("由台账 %s 维护，请在那一条上登记变更"), entry) : NULL;

    if (entry == NULL)
      continue;
    gtk_widget_set_sensitive (g_hash_table_lookup (papers->entries, papers_of[i].key), FALSE);
    fz_form_set_finding (papers->form, papers_of[i].key, FZ_STATUS_INFO, words);
  }
}

/* The desk names the key first: insurance_until：应为存在的日期… */
static void
show_error (Papers *papers, const char *message)
{
  g_auto (GStrv) parts = g_strsplit (message, FZ_IN_CHINESE ("："), 2);

  if (parts[0] == NULL || parts[1] == NULL || !fz_form_set_finding (papers->form, parts[0], FZ_STATUS_STOP, parts[1]))
    fz_dialog_set_error (papers->dialog, message);
  fz_form_focus_first_finding (papers->form);
}

static void
on_response (FzDialog *dialog, const char *response, Papers *papers)
{
  g_autoptr (FzFields) changes = NULL;
  g_autoptr (GError) error = NULL;
  gboolean any = FALSE;

  if (!g_str_equal (response, "keep"))
    return;
  fz_dialog_set_error (dialog, NULL);
  fz_form_clear_findings (papers->form);
  show_kept (papers);
  changes = changes_of (papers, &any);
  if (any && !fz_desk_amend_staff (papers->session, fz_fields_get (papers->person, "number"), changes, &error)) {
    show_error (papers, error->message);
    return;
  }
  if (any)
    papers->changed (papers->owner);
  fz_dialog_close (dialog);
}

static GtkWidget *
control_new (const Papers *papers, gsize i)
{
  const char *value = fz_fields_get (papers->person, papers_of[i].key);
  GtkWidget *control;

  if (papers_of[i].truth) {
    control = fz_drop_down_new (NULL);
    fz_drop_down_add (FZ_DROP_DOWN (control), NOTHING, _ ("未登记"), NULL);
    fz_drop_down_add (FZ_DROP_DOWN (control), "yes", _ ("是"), NULL);
    fz_drop_down_add (FZ_DROP_DOWN (control), "no", _ ("否"), NULL);
    fz_drop_down_set_code (FZ_DROP_DOWN (control), value != NULL ? value : NOTHING);
    return control;
  }
  control = gtk_entry_new ();
  gtk_editable_set_text (GTK_EDITABLE (control), value != NULL ? value : "");
  gtk_entry_set_placeholder_text (GTK_ENTRY (control), papers_of[i].hint);
  gtk_editable_set_width_chars (GTK_EDITABLE (control), 8);
  return control;
}

void
fz_dialog_papers (GtkWidget *over, FzSession *session, const FzFields *person, FzPapersChanged changed, GObject *owner)
{
  Papers *papers = g_new0 (Papers, 1);
  g_autofree char *title = g_strdup_printf (_ ("更新资格资料 · %s"), fz_fields_get (person, "name"));

  papers->session = fz_session_ref (session);
  papers->person = fz_fields_ref ((FzFields *) person);
  papers->changed = changed;
  papers->owner = g_object_ref (owner);
  papers->entries = g_hash_table_new (g_str_hash, g_str_equal);
  papers->dialog = fz_dialog_new (title, _ ("照证件原件填写；留空即删去。更改前后的内容都记入审计"));
  g_object_set_data_full (G_OBJECT (papers->dialog), "fz-papers", papers, papers_free);
  papers->form = fz_form_new (3);
  for (gsize i = 0; i < G_N_ELEMENTS (papers_of); i++) {
    GtkWidget *control = control_new (papers, i);

    g_hash_table_insert (papers->entries, (gpointer) papers_of[i].key, control);
    fz_form_add (papers->form, papers_of[i].key, fz_form_row_new (_ (papers_of[i].caption), control, FALSE), papers_of[i].span);
  }
  show_kept (papers);
  fz_dialog_set_width (papers->dialog, 760);
  fz_dialog_set_body (papers->dialog, papers->form, FALSE);
  fz_dialog_add_button (papers->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (papers->dialog, "keep", _ ("保存"), FZ_BUTTON_PRIMARY);
  g_signal_connect (papers->dialog, "response", G_CALLBACK (on_response), papers);
  fz_dialog_present (papers->dialog, over);
}
