#include "ui/dialog_institution.h"

#include "ui/entry_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

typedef struct {
  FzSession *session;
  FzDialog *dialog;
  GtkWidget *facts, *licence, *licence_row, *department, *approved, *physical, *seniors, *associates, *from, *until, *business, *filed, *office, *holder, *recurring, *months;
} Institution;

static void
institution_free (gpointer data)
{
  Institution *self = data;

  fz_session_unref (self->session);
  g_free (self);
}

/* --- what stands --- */

/* What a register says is changed there; the field says where. */
static void
show_kept (const Institution *self, const char *entry)
{
  g_autofree char *words = entry != NULL ? g_strdup_printf (_ ("由台账 %s 维护，请在那一条上登记变更"), entry) : NULL;

  gtk_widget_set_sensitive (self->licence, entry == NULL);
  fz_form_row_set_hint (self->licence_row, words);
}

static const char *
label_of (const Institution *self, const char *list, const char *code)
{
  g_autoptr (GPtrArray) rows = fz_desk_codes (self->session, list, NULL);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "code"), code) == 0)
      return g_intern_string (fz_entry_label (rows->pdata[i], NULL, 0, "label"));
  return code;
}

static void
add_fact (const Institution *self, const char *caption, const char *value)
{
  GtkWidget *line = fz_put (self->facts, fz_line (10));

  fz_put (line, fz_text (caption, "fz-caption"));
  fz_put_wide (line, fz_wrapped (value != NULL ? value : _ ("未填"), NULL));
}

static void
show_seniority (const Institution *self, const FzFields *found)
{
  for (guint i = 0; i < fz_fields_count (found, "seniority"); i++) {
    const char *seniors = fz_fields_get_at (found, "seniority", i, "seniors"), *associates = fz_fields_get_at (found, "seniority", i, "associates");
    g_autofree char *on = fz_say_value (fz_fields_get_at (found, "seniority", i, "counted_on"));
    g_autofree char *said = g_strdup_printf (_ ("正高 %s，副高 %s（%s，工号 %s）"), seniors != NULL ? seniors : "—", associates != NULL ? associates : "—",
                                             on, fz_fields_get_at (found, "seniority", i, "counted_by"));

    add_fact (self, label_of (self, "department", fz_fields_get_at (found, "seniority", i, "department")), said);
  }
}

/* What the physical institution has not, and what nobody said of it, stands out. */
static void
append_granted (GString *granted, const FzFields *found, guint i)
{
  const char *physical = fz_fields_get_at (found, "department", i, "physical");

  g_string_append_printf (granted, "%s%s%s", i > 0 ? _ ("、") : "", fz_fields_get_at (found, "department", i, "name"),
                          physical == NULL ? "" : g_str_equal (physical, "yes") ? _ ("（实体机构有）") : _ ("（实体机构没有）"));
}

/* Nothing said is not nothing filed. */
static char *
businesses_filed (const Institution *self, const FzFields *found)
{
  g_autoptr (GString) filed = g_string_new (NULL);

  if (!fz_fields_has (found, "organ.business_noted_on"))
    return g_strdup (_ ("未登记（各项业务都按应报处理）"));
  for (guint i = 0; i < fz_fields_count (found, "business"); i++)
    g_string_append_printf (filed, "%s%s", i > 0 ? _ ("、") : "", label_of (self, "business", fz_fields_get_at (found, "business", i, "code")));
  return filed->len > 0 ? g_string_free (g_steal_pointer (&filed), FALSE) : g_strdup (_ ("没有备案任何业务"));
}

static void
show (Institution *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) found = fz_desk_read_institution (self->session, &error);
  g_autoptr (GString) granted = g_string_new (NULL);
  g_autofree char *hours = NULL, *businesses = NULL, *until = NULL;

  fz_empty (self->facts);
  if (found == NULL) {
    fz_dialog_set_error (self->dialog, error->message);
    return;
  }
  for (guint i = 0; i < fz_fields_count (found, "department"); i++)
    append_granted (granted, found, i);
  if (fz_fields_has (found, "organ.business_from"))
    hours = g_strdup_printf ("%s–%s", fz_fields_get (found, "organ.business_from"), fz_fields_get (found, "organ.business_until"));
  until = fz_say_value (fz_fields_get (found, "organ.licence_until"));
  add_fact (self, _ ("执业许可证有效期至"), until);
  add_fact (self, _ ("业务时间"), hours);
  add_fact (self, _ ("核准的诊疗科目"), granted->len > 0 ? granted->str : NULL);
  show_kept (self, fz_fields_get (found, "kept.organ.licence_until"));
  businesses = businesses_filed (self, found);
  add_fact (self, _ ("备案的业务类型"), businesses);
  show_seniority (self, found);
  for (guint i = 0; i < fz_fields_count (found, "office"); i++)
    add_fact (self, label_of (self, "office", fz_fields_get_at (found, "office", i, "code")), fz_fields_get_at (found, "office", i, "number"));
  for (guint i = 0; i < fz_fields_count (found, "recurring"); i++) {
    g_autofree char *months = g_strdup_printf (_ ("每 %s 个月"), fz_fields_get_at (found, "recurring", i, "months"));

    add_fact (self, label_of (self, "recurring", fz_fields_get_at (found, "recurring", i, "code")), months);
  }
}

/* --- changing --- */

static void
put (FzFields *changes, const char *key, GtkWidget *entry)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));

  fz_fields_set (changes, key, text);
}

/* What was kept stands above now. */
static void
clear (const Institution *self)
{
  GtkWidget *const entries[] = { self->licence, self->seniors, self->associates, self->from, self->until, self->holder, self->months };

  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    gtk_editable_set_text (GTK_EDITABLE (entries[i]), "");
  fz_drop_down_set_code (FZ_DROP_DOWN (self->approved), NULL);
  fz_drop_down_set_code (FZ_DROP_DOWN (self->physical), NULL);
  fz_drop_down_set_code (FZ_DROP_DOWN (self->filed), NULL);
  fz_drop_down_set_code (FZ_DROP_DOWN (self->office), NULL);
  fz_drop_down_set_code (FZ_DROP_DOWN (self->recurring), NULL);
}

static void
on_response (FzDialog *dialog, const char *response, Institution *self)
{
  g_autoptr (FzFields) changes = fz_fields_new ("fuzhen.changes/v1"), nothing = fz_fields_new ("fuzhen.changes/v1");
  g_autoptr (GError) error = NULL;
  const char *approved = fz_drop_down_get_code (FZ_DROP_DOWN (self->approved));
  const char *physical = fz_drop_down_get_code (FZ_DROP_DOWN (self->physical));

  if (!g_str_equal (response, "keep"))
    return;
  fz_dialog_set_error (dialog, NULL);
  put (changes, "licence_until", self->licence);
  put (changes, "business_from", self->from);
  put (changes, "business_until", self->until);
  put (changes, "seniors", self->seniors);
  put (changes, "associates", self->associates);
  fz_fields_set (changes, "approved", approved);
  fz_fields_set (changes, "physical", physical);
  if (fz_fields_has (changes, "seniors") || fz_fields_has (changes, "associates") || approved != NULL || physical != NULL)
    fz_fields_set (changes, "department", fz_drop_down_get_code (FZ_DROP_DOWN (self->department)));
  fz_fields_set (changes, "filed", fz_drop_down_get_code (FZ_DROP_DOWN (self->filed)));
  if (fz_fields_has (changes, "filed"))
    fz_fields_set (changes, "business", fz_drop_down_get_code (FZ_DROP_DOWN (self->business)));
  /* What was chosen without its other half is asked for, not passed over. */
  put (changes, "months", self->months);
  fz_fields_set (changes, "recurring", fz_drop_down_get_code (FZ_DROP_DOWN (self->recurring)));
  put (changes, "holder", self->holder);
  fz_fields_set (changes, "office", fz_drop_down_get_code (FZ_DROP_DOWN (self->office)));
  if (fz_fields_equal (changes, nothing)) {
    fz_dialog_set_error_of (dialog, gtk_widget_get_sensitive (self->licence) ? self->licence : self->from, _ ("没有填写要更改的内容：请至少填写或选择一项。"));
    return;
  }
  if (!fz_desk_amend_institution (self->session, changes, &error)) {
    fz_dialog_set_error (dialog, error->message);
    return;
  }
  clear (self);
  show (self);
}

static GtkWidget *
add_row (GtkWidget *form, const char *caption, const char *hint)
{
  GtkWidget *entry = gtk_entry_new (), *row = fz_form_row_new (caption, entry, FALSE);

  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), hint);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 8);
  fz_form_add (form, NULL, row, 1);
  return row;
}

static GtkWidget *
add_entry (GtkWidget *form, const char *caption, const char *hint)
{
  return fz_form_row_get_control (add_row (form, caption, hint));
}

static GtkWidget *
codes_new (const Institution *self, const char *list)
{
  GtkWidget *drop = fz_drop_down_new (NULL);
  g_autoptr (GPtrArray) rows = fz_desk_codes (self->session, list, NULL);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    fz_drop_down_add (FZ_DROP_DOWN (drop), fz_fields_get (rows->pdata[i], "code"), fz_entry_label (rows->pdata[i], NULL, 0, "label"), NULL);
  return drop;
}

static GtkWidget *
form_new (Institution *self)
{
  GtkWidget *form = fz_form_new (4), *row;

  self->department = codes_new (self, "department");
  self->approved = fz_drop_down_new (_ ("不更改"));
  fz_drop_down_add (FZ_DROP_DOWN (self->approved), "yes", _ ("已核准"), NULL);
  fz_drop_down_add (FZ_DROP_DOWN (self->approved), "no", _ ("未核准"), NULL);
  fz_form_add (form, NULL, fz_form_row_new (_ ("诊疗科目"), self->department, FALSE), 1);
  fz_form_add (form, NULL, fz_form_row_new (_ ("核准"), self->approved, FALSE), 1);
  self->physical = fz_drop_down_new (_ ("不更改"));
  fz_drop_down_add (FZ_DROP_DOWN (self->physical), "yes", _ ("有"), NULL);
  fz_drop_down_add (FZ_DROP_DOWN (self->physical), "no", _ ("没有"), NULL);
  fz_form_add (form, NULL, fz_form_row_new (_ ("实体机构有此科目"), self->physical, FALSE), 1);
  self->seniors = add_entry (form, _ ("正高级医师人数"), NULL);
  self->associates = add_entry (form, _ ("副高级医师人数"), NULL);
  self->licence_row = add_row (form, _ ("执业许可证有效期至"), "2028-12-31");
  self->licence = fz_form_row_get_control (self->licence_row);
  self->from = add_entry (form, _ ("业务时间起"), "08:00");
  self->until = add_entry (form, _ ("业务时间止"), "17:30");
  self->business = codes_new (self, "business");
  self->filed = fz_drop_down_new (_ ("不更改"));
  fz_drop_down_add (FZ_DROP_DOWN (self->filed), "yes", _ ("已备案"), NULL);
  fz_drop_down_add (FZ_DROP_DOWN (self->filed), "no", _ ("未备案"), NULL);
  fz_form_add (form, NULL, fz_form_row_new (_ ("业务类型"), self->business, FALSE), 1);
  fz_form_add (form, NULL, fz_form_row_new (_ ("备案"), self->filed, FALSE), 1);
  self->office = codes_new (self, "office");
  fz_form_add (form, NULL, fz_form_row_new (_ ("职务"), self->office, FALSE), 1);
  self->holder = gtk_entry_new ();
  gtk_editable_set_width_chars (GTK_EDITABLE (self->holder), 8);
  row = fz_form_row_new (_ ("任职人工号"), self->holder, FALSE);
  fz_form_row_set_hint (row, _ ("逾期事项报告给此人；没有人任职的写 -。"));
  fz_form_add (form, NULL, row, 1);
  self->recurring = codes_new (self, "recurring");
  fz_form_add (form, NULL, fz_form_row_new (_ ("定期事项"), self->recurring, FALSE), 1);
  self->months = add_entry (form, _ ("间隔（月）"), "12");
  return form;
}

void
fz_dialog_institution (GtkWidget *over, FzSession *session)
{
  Institution *self = g_new0 (Institution, 1);
  GtkWidget *body = fz_column (14);

  self->session = fz_session_ref (session);
  self->dialog = fz_dialog_new (_ ("机构资料"), _ ("高级职称人数按依托的实体医疗机构在该科室注册的医师填写；更改都记入审计"));
  g_object_set_data_full (G_OBJECT (self->dialog), "fz-institution", self, institution_free);
  fz_dialog_set_width (self->dialog, 760);
  self->facts = fz_put (body, fz_column (8));
  fz_put (body, form_new (self));
  show (self);
  fz_dialog_set_body (self->dialog, body, FALSE);
  fz_dialog_add_button (self->dialog, FZ_RESPONSE_CANCEL, _ ("关闭"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (self->dialog, "keep", _ ("保存"), FZ_BUTTON_PRIMARY);
  g_signal_connect (self->dialog, "response", G_CALLBACK (on_response), self);
  fz_dialog_present (self->dialog, over);
}
