#include "ui/first_form.h"

#include "app/data.h"
#include "core/case.h"
#include "core/codes.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

#define FORM "fz-first-form"

typedef struct {
  const char *field, *caption, *hint;
  gboolean required;
} Asked;

static const Asked institution[] = {
  { "organ.name", N_ ("互联网医院名称"), N_ ("与执业许可证一致"), TRUE },
  { "organ.code", N_ ("统一社会信用代码"), N_ ("18 位"), TRUE },
  { "organ.physical_name", N_ ("依托的实体医疗机构"), NULL, TRUE },
  { "organ.second_name", N_ ("第二名称"), N_ ("实体医疗机构以互联网医院为第二名称的，填写在此"), FALSE },
  { "organ.licence", N_ ("执业许可证登记号"), NULL, FALSE },
  { "organ.licence_until", N_ ("执业许可证有效期至"), N_ ("写作 2028-12-31；到期前在“期限”页提醒"), FALSE },
  { "organ.unit_id", N_ ("监管平台机构编号"), N_ ("由平台分配，可以以后填写"), FALSE },
};

static const struct {
  FzRole role;
  const char *about;
} offices[] = {
  { FZ_ROLE_SECURITY, N_ ("登记人员和权限，吊销密钥") },
  { FZ_ROLE_SYSTEM, N_ ("备份、接入平台、维护这台电脑") },
  { FZ_ROLE_AUDIT, N_ ("核验审计日志") },
  { FZ_ROLE_AFFAIRS, N_ ("规则、药品目录、台账、上报；批准新人员") },
};

typedef struct {
  GHashTable *entries; /* field -> GtkWidget */
  GPtrArray *forms;
  GtkWidget *region;
} Form;

static void
form_free (gpointer data)
{
  Form *form = data;

  g_hash_table_unref (form->entries);
  g_ptr_array_unref (form->forms);
  g_free (form);
}

static void
add_entry (Form *form, GtkWidget *grid, const char *field, const char *caption, const char *hint, gboolean required)
{
  GtkWidget *entry = gtk_entry_new (), *row = fz_form_row_new (caption, entry, required);

  fz_form_row_set_hint (row, hint);
  fz_form_add (grid, field, row, 1);
  g_hash_table_insert (form->entries, g_strdup (field), entry);
}

static GtkWidget *
region_new (Form *form)
{
  g_autoptr (FzCodes) codes = fz_data_load_codes ("jurisdictions", NULL);

  form->region = fz_drop_down_new (NULL);
  for (guint i = 0; codes != NULL && i < fz_codes_get_n (codes); i++)
    fz_drop_down_add (FZ_DROP_DOWN (form->region), fz_codes_get (codes, i, "code"), fz_codes_get (codes, i, "label"), NULL);
  return form->region;
}

static GtkWidget *
institution_new (Form *form)
{
  GtkWidget *card = fz_card_new_titled ("shield", _ ("机构")), *grid = fz_form_new (2), *region;

  for (guint i = 0; i < G_N_ELEMENTS (institution); i++)
    add_entry (form, grid, institution[i].field, _ (institution[i].caption), institution[i].hint != NULL ? _ (institution[i].hint) : NULL,
               institution[i].required);
  region = fz_form_row_new (_ ("规则地区"), region_new (form), TRUE);
  fz_form_row_set_hint (region, _ ("按登记地选择；以后的更改须两人签署"));
  fz_form_add (grid, "jurisdiction", region, 1);
  fz_form_enter_moves_on (grid);
  fz_put (fz_card_body (card), grid);
  g_ptr_array_add (form->forms, grid);
  return card;
}

/* A sentence each: languages put them together differently. */
static char *
spoken_new (guint k, const char *role)
{
  if (k == 0)
    return g_strdup_printf (_ ("%s的工号"), role);
  return k == 1 ? g_strdup_printf (_ ("%s的姓名"), role) : g_strdup_printf (_ ("%s的居民身份证号"), role);
}

static void
add_office (Form *form, GtkWidget *card, guint i)
{
  static const struct {
    const char *key, *caption;
  } asked[] = { { "number", N_ ("工号") }, { "name", N_ ("姓名") }, { "id_number", N_ ("居民身份证号") } };
  GtkWidget *grid = fz_form_new (3), *head;
  const char *role = fz_role_label (offices[i].role);

  head = fz_put (fz_card_body (card), fz_section_new (role, _ (offices[i].about)));
  gtk_widget_set_margin_top (head, 8);
  for (guint k = 0; k < G_N_ELEMENTS (asked); k++) {
    g_autofree char *field = g_strdup_printf ("person.%02u.%s", i, asked[k].key), *name = spoken_new (k, role);

    add_entry (form, grid, field, _ (asked[k].caption), NULL, TRUE);
    fz_access_label (g_hash_table_lookup (form->entries, field), name);
  }
  fz_form_enter_moves_on (grid);
  fz_put (fz_card_body (card), grid);
  g_ptr_array_add (form->forms, grid);
}

GtkWidget *
fz_first_form_new (void)
{
  Form *form = g_new0 (Form, 1);
  GtkWidget *column = fz_column (16), *people = fz_card_new_titled ("users", _ ("四个人"));

  form->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  form->forms = g_ptr_array_new ();
  g_object_set_data_full (G_OBJECT (column), FORM, form, form_free);
  fz_put (column, institution_new (form));
  fz_put (fz_card_body (people), fz_wrapped (_ ("须由四个不同的人担任。三类管理员都看不到患者；医师、药师和其他人由安全管理员登记、另一人批准，不在这里填写。"), "fz-soft"));
  for (guint i = 0; i < G_N_ELEMENTS (offices); i++)
    add_office (form, people, i);
  fz_put (column, people);
  return column;
}

static char *
trimmed (GtkWidget *entry)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));
}

FzFields *
fz_first_form_get (GtkWidget *widget)
{
  const Form *form = g_object_get_data (G_OBJECT (widget), FORM);
  FzFields *facts = fz_fields_new ("fuzhen.founding/v1");
  GHashTableIter iter;
  gpointer field, entry;

  g_hash_table_iter_init (&iter, form->entries);
  while (g_hash_table_iter_next (&iter, &field, &entry)) {
    g_autofree char *text = trimmed (entry);

    if (*text != '\0')
      fz_fields_set (facts, field, text);
  }
  fz_fields_set (facts, "jurisdiction", fz_drop_down_get_code (FZ_DROP_DOWN (form->region)));
  for (guint i = 0; i < G_N_ELEMENTS (offices); i++)
    fz_fields_set_at (facts, "person", i, "role", fz_role_to_word (offices[i].role));
  return facts;
}

void
fz_first_form_set_finding (GtkWidget *widget, const char *field, const char *message)
{
  const Form *form = g_object_get_data (G_OBJECT (widget), FORM);

  for (guint i = 0; i < form->forms->len; i++) {
    fz_form_clear_findings (form->forms->pdata[i]);
    if (fz_form_set_finding (form->forms->pdata[i], field, FZ_STATUS_STOP, message))
      fz_form_focus_first_finding (form->forms->pdata[i]);
  }
}
