#include "ui/page_people.h"

#include "core/date.h"
#include "ui/dialog_duty.h"
#include "ui/dialog_idle.h"
#include "ui/dialog_institution.h"
#include "ui/dialog_account.h"
#include "ui/dialog_key.h"
#include "ui/dialog_papers.h"
#include "ui/fact_list.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/opening.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define DETAIL_WIDTH 380
#define SOON_DAYS 90

struct _FzPagePeople {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *title, *opening, *table, *error, *detail;
  FzFactList *rows;
  char *shown; /* number of the person whose papers were opened */
};

#define FZ_TYPE_PAGE_PEOPLE (fz_page_people_get_type ())
G_DECLARE_FINAL_TYPE (FzPagePeople, fz_page_people, FZ, PAGE_PEOPLE, GtkBox)

static void fz_page_people_page_init (FzPageInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (FzPagePeople, fz_page_people, GTK_TYPE_BOX, G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, fz_page_people_page_init))

/* --- words of a person --- */

static const char *
role_of (const FzFields *person)
{
  FzRole role = FZ_ROLE_NONE;

  fz_role_from_word (fz_fields_get (person, "role"), &role);
  return fz_role_label (role);
}

static FzStatus
key_state (const FzFields *person, const char **word)
{
  if (fz_fields_has (person, "left_at")) {
    *word = _ ("已停用");
    return FZ_STATUS_NEUTRAL;
  }
  if (g_strcmp0 (fz_fields_get (person, "admission"), "waits") == 0) {
    *word = _ ("待批准启用");
    return FZ_STATUS_WARN;
  }
  if (fz_fields_has (person, "revoked.at") && !fz_fields_has (person, "vkey")) {
    *word = _ ("已吊销");
    return FZ_STATUS_STOP;
  }
  *word = fz_fields_has (person, "vkey") ? _ ("已启用") : _ ("未办理");
  return fz_fields_has (person, "vkey") ? FZ_STATUS_OK : FZ_STATUS_WARN;
}

/* Whether a licence has run out is the rulebook's to judge at the moment of an act; here it is only a date to keep an eye on. */
static FzStatus
licence_state (const FzFields *person, gint64 now_us, const char **word)
{
  FzDate until, today = fz_date_in_beijing (now_us);
  const char *text = fz_fields_get (person, "licence_until");

  *word = NULL;
  if (text == NULL || !fz_date_parse (text, &until, NULL))
    return FZ_STATUS_NEUTRAL;
  if (fz_date_compare (until, today) < 0) {
    *word = _ ("已过期");
    return FZ_STATUS_STOP;
  }
  if (fz_date_compare (until, fz_date_add_days (today, SOON_DAYS)) < 0) {
    *word = _ ("即将到期");
    return FZ_STATUS_WARN;
  }
  *word = _ ("有效");
  return FZ_STATUS_OK;
}

/* --- the table --- */

static char *
name_text (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "name"));
}

static char *
number_text (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "number"));
}

static char *
role_text (gpointer item, gpointer data)
{
  return g_strdup (role_of (fz_fact_row_get (item)));
}

static char *
title_text (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "title_label"));
}

static char *
department_text (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "department_name"));
}

static char *
until_text (gpointer item, gpointer data)
{
  return fz_say_value (fz_fact_row_text (item, "licence_until"));
}

static FzStatus
licence_pill (gpointer item, char **word, gpointer data)
{
  const char *found;
  FzStatus status = licence_state (fz_fact_row_get (item), fz_session_now_us (data), &found);

  *word = g_strdup (found);
  return status;
}

static FzStatus
key_pill (gpointer item, char **word, gpointer data)
{
  const char *found;
  FzStatus status = key_state (fz_fact_row_get (item), &found);

  *word = g_strdup (found);
  return status;
}

static GtkWidget *
table_new (FzPagePeople *self)
{
  FzColumn columns[] = {
    { .title = _ ("姓名"), .text = name_text, .second = number_text, .width = 84, .expand = TRUE, .strong = TRUE },
    { .title = _ ("角色"), .text = role_text, .second = title_text, .width = 140, .expand = TRUE },
    { .title = _ ("科室"), .text = department_text, .width = 100, .expand = TRUE },
    { .title = _ ("执业证书至"), .text = until_text, .width = 100, .numeric = TRUE },
    { .title = _ ("执业证书"), .pill = licence_pill, .width = 92 },
    { .title = _ ("签名密钥"), .pill = key_pill, .width = 132 },
  };

  return fz_table_new (_ ("人员"), columns, G_N_ELEMENTS (columns), G_LIST_MODEL (self->rows), self->session);
}

/* --- one person --- */

/* The short id of a verifier key `name+id+key`: what is compared by voice. */
static char *
key_id (const char *vkey)
{
  g_auto (GStrv) parts = vkey != NULL ? g_strsplit (vkey, "+", 3) : NULL;

  return parts != NULL && g_strv_length (parts) == 3 ? g_strdup_printf ("%s +%s", parts[0], parts[1]) : NULL;
}

static void refresh (FzPage *page);

static void
on_papers_changed (GObject *page)
{
  FzPagePeople *self = FZ_PAGE_PEOPLE (page);
  guint selected = fz_fact_list_find (self->rows, "number", self->shown);

  refresh (FZ_PAGE (page));
  fz_table_select (FZ_TABLE (self->table), GTK_INVALID_LIST_POSITION);
  fz_table_select (FZ_TABLE (self->table), selected);
}

static void
on_renew (GtkWidget *button, FzPagePeople *self)
{
  const FzFields *person = g_object_get_data (G_OBJECT (button), "fz-person");

  g_free (self->shown);
  self->shown = g_strdup (fz_fields_get (person, "number"));
  fz_dialog_papers (button, self->session, person, on_papers_changed, G_OBJECT (self));
}

/* --- keys, for the security administrator --- */

static void
on_key_act (GtkWidget *button, FzPagePeople *self)
{
  const FzFields *person = g_object_get_data (G_OBJECT (button), "fz-person");
  FzKeyAct act = (FzKeyAct) GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "fz-act"));

  g_free (self->shown);
  self->shown = person != NULL ? g_strdup (fz_fields_get (person, "number")) : NULL;
  fz_dialog_key (button, self->session, act, person, on_papers_changed, G_OBJECT (self));
}

static GtkWidget *
key_button (FzPagePeople *self, FzButtonKind kind, const char *label, FzKeyAct act, const FzFields *person)
{
  GtkWidget *button = fz_button_new (kind, NULL, label);

  g_object_set_data (G_OBJECT (button), "fz-act", GINT_TO_POINTER (act));
  if (person != NULL)
    g_object_set_data_full (G_OBJECT (button), "fz-person", fz_fields_ref ((FzFields *) person), (GDestroyNotify) fz_fields_unref);
  g_signal_connect (button, "clicked", G_CALLBACK (on_key_act), self);
  return button;
}

static char *
day_of (const FzFields *person, const char *key)
{
  gint64 at = 0;

  return fz_fields_get_time (person, key, &at) ? fz_say_day (fz_date_in_beijing (at)) : NULL;
}

static void
show_certificate (FzPagePeople *self, GtkWidget *facts, const FzFields *person)
{
  g_autofree char *from = day_of (person, "certificate.from"), *until = day_of (person, "certificate.until"), *revoked = day_of (person, "revoked.at");
  g_autofree char *span = from != NULL && until != NULL ? g_strdup_printf (_ ("%s 至 %s"), from, until) : NULL;
  g_autofree char *why = revoked != NULL ? g_strdup_printf ("%s · %s", revoked, fz_fields_get (person, "revoked.reason")) : NULL;

  if (span != NULL)
    fz_facts_add (facts, _ ("签名证书有效期"), span, 1);
  if (why != NULL) {
    fz_facts_add (facts, _ ("密钥已吊销"), why, 1);
    fz_facts_add (facts, _ ("告知有关各方"), fz_fields_has (person, "revoked.told") ? fz_fields_get (person, "revoked.told") : _ ("尚未登记"), 1);
  }
}

static void
add_key_acts (FzPagePeople *self, const FzFields *person)
{
  GtkWidget *line;

  if (fz_session_get_role (self->session) != FZ_ROLE_SECURITY)
    return;
  line = fz_put (self->detail, fz_line (8));
  if (fz_fields_has (person, "vkey") && !fz_fields_has (person, "left_at"))
    fz_put (line, key_button (self, FZ_BUTTON_PLAIN, _ ("续期证书…"), FZ_KEY_RENEW, person));
  if (fz_fields_has (person, "vkey"))
    fz_put (line, key_button (self, FZ_BUTTON_DANGER, _ ("吊销密钥…"), FZ_KEY_REVOKE, person));
  if (fz_fields_has (person, "revoked.at") && !fz_fields_has (person, "revoked.told"))
    fz_put (line, key_button (self, FZ_BUTTON_PLAIN, _ ("登记告知…"), FZ_KEY_TELL, person));
}

static void
on_accounts_changed (GObject *page)
{
  fz_page_refresh (GTK_WIDGET (page));
  fz_page_changed (GTK_WIDGET (page));
}

static void
on_new (GtkWidget *button, FzPagePeople *self)
{
  fz_dialog_account_new (button, self->session, on_accounts_changed, G_OBJECT (self));
}

static void
on_reset (GtkWidget *button, FzPagePeople *self)
{
  fz_dialog_account_reset (button, self->session, g_object_get_data (G_OBJECT (button), "fz-person"), on_accounts_changed, G_OBJECT (self));
}

static void
on_end (GtkWidget *button, FzPagePeople *self)
{
  fz_dialog_account_end (button, self->session, g_object_get_data (G_OBJECT (button), "fz-person"), on_accounts_changed, G_OBJECT (self));
}

/* Nobody's own: another security administrator does that. */
static void
add_account_acts (FzPagePeople *self, const FzFields *person)
{
  gboolean own = g_strcmp0 (fz_fields_get (person, "number"), fz_fields_get (fz_session_get_person (self->session), "number")) == 0;
  GtkWidget *line, *buttons[2];

  if (own || fz_session_get_role (self->session) != FZ_ROLE_SECURITY || fz_fields_has (person, "left_at"))
    return;
  line = fz_put (self->detail, fz_line (8));
  buttons[0] = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, NULL, _ ("重置…")));
  buttons[1] = fz_put (line, fz_button_new (FZ_BUTTON_DANGER_SOFT, NULL, _ ("停用账号…")));
  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++) {
    g_object_set_data_full (G_OBJECT (buttons[i]), "fz-person", fz_fields_ref ((FzFields *) person), (GDestroyNotify) fz_fields_unref);
    g_signal_connect (buttons[i], "clicked", i == 0 ? G_CALLBACK (on_reset) : G_CALLBACK (on_end), self);
  }
}

static void
on_institution (GtkWidget *button, FzPagePeople *self)
{
  fz_dialog_institution (button, self->session);
}

static void
on_idle_limit (GtkWidget *button, FzPagePeople *self)
{
  fz_dialog_idle (button, self->session);
}

static void
show_person (FzPagePeople *self, const FzFields *person)
{
  static const struct {
    const char *caption, *key;
    gboolean day;
  } lines[] = {
    { N_ ("工号"), "number" },           { N_ ("证件号码"), "id_number" },         { N_ ("手机"), "mobile" },
    { N_ ("职称"), "title_label" },      { N_ ("执业范围"), "scope" },             { N_ ("科室"), "department_name" },
    { N_ ("执业证书编号"), "licence" },  { N_ ("证书生效"), "licence_from", TRUE },      { N_ ("执业证书至"), "licence_until", TRUE },
    { N_ ("注册医疗机构"), "registered_at" }, { N_ ("注册信息核对日期"), "register_checked_on", TRUE },
    { N_ ("独立从事临床工作起"), "independent_since", TRUE }, { N_ ("从事处方调剂起"), "dispensing_since", TRUE },
    { N_ ("审方培训考核"), "review_trained_on", TRUE }, { N_ ("从事临床工作起"), "clinical_since", TRUE },
    { N_ ("执业类别"), "category" },     { N_ ("其他可接诊科室代码"), "departments" }, { N_ ("医疗责任保险到期日"), "insurance_until", TRUE },
    { N_ ("多机构备案编号"), "multi_site_filing" }, { N_ ("多机构备案有效期至"), "multi_site_until", TRUE },
  };
  GtkWidget *head = fz_put (self->detail, fz_line (12)), *words, *facts, *renew;
  const char *word;
  FzStatus status = key_state (person, &word);
  g_autofree char *key = key_id (fz_fields_get (person, "vkey"));

  fz_put (head, fz_avatar_new (fz_fields_get (person, "name"), 44));
  words = fz_put_wide (head, fz_column (2));
  fz_put (words, fz_text (fz_fields_get (person, "name"), "fz-heading"));
  fz_put (words, fz_text (role_of (person), "fz-soft"));
  renew = fz_put (head, fz_button_new (FZ_BUTTON_PLAIN, NULL, _ ("更新资料…")));
  gtk_widget_set_valign (renew, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (renew), "fz-person", fz_fields_ref ((FzFields *) person), (GDestroyNotify) fz_fields_unref);
  g_signal_connect (renew, "clicked", G_CALLBACK (on_renew), self);
  facts = fz_put (self->detail, fz_facts_new (1));
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    if (fz_fields_has (person, lines[i].key))
      (lines[i].day ? fz_facts_add_day : fz_facts_add) (facts, _ (lines[i].caption), fz_fields_get (person, lines[i].key), 1);
  fz_facts_add_widget (facts, _ ("签名密钥"), fz_pill_new (status, word), 1);
  if (key != NULL)
    fz_facts_add (facts, _ ("密钥名称与编号"), key, 1);
  show_certificate (self, facts, person);
  add_key_acts (self, person);
  add_account_acts (self, person);
}

static void
on_selected (FzTable *table, FzFactRow *row, FzPagePeople *self)
{
  fz_empty (self->detail);
  if (row != NULL)
    show_person (self, fz_fact_row_get (row));
  else
    fz_put_wide (self->detail, fz_empty_state_new ("people", _ ("选择一个人"), _ ("这里显示证书、资格和密钥。"), NULL));
}

static void
refresh (FzPage *page)
{
  FzPagePeople *self = FZ_PAGE_PEOPLE (page);
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL;

  fz_opening_line_refresh (self->opening);
  fz_fact_list_reload (self->rows, &error);
  fz_page_tell (self->error, self->table, error);
  said = error == NULL ? g_strdup_printf (_ ("共 %u 个账号"), g_list_model_get_n_items (G_LIST_MODEL (self->rows))) : NULL;
  fz_section_set_subtitle (self->title, said);
}

static void
fz_page_people_page_init (FzPageInterface *iface)
{
  iface->refresh = refresh;
}

static void
fz_page_people_finalize (GObject *object)
{
  FzPagePeople *self = FZ_PAGE_PEOPLE (object);

  g_object_unref (self->rows);
  g_free (self->shown);
  fz_session_unref (self->session);
  G_OBJECT_CLASS (fz_page_people_parent_class)->finalize (object);
}

static void
fz_page_people_class_init (FzPagePeopleClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_page_people_finalize;
}

static void
fz_page_people_init (FzPagePeople *self)
{
}

GtkWidget *
fz_page_people_new (FzSession *session)
{
  FzPagePeople *self = g_object_new (FZ_TYPE_PAGE_PEOPLE, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 14, NULL);
  GtkWidget *page = GTK_WIDGET (self), *below, *card, *side;

  self->session = fz_session_ref (session);
  self->rows = fz_fact_list_new (session, FZ_LIST_STAFF, NULL);
  gtk_widget_add_css_class (page, "fz-page");
  self->title = fz_put (page, fz_page_title_new (_ ("人员权限"), ""));
  if (fz_session_get_role (session) == FZ_ROLE_AFFAIRS) {
    GtkWidget *institution = fz_button_new (FZ_BUTTON_PLAIN, NULL, _ ("机构资料…"));

    g_signal_connect (institution, "clicked", G_CALLBACK (on_institution), self);
    fz_section_add_end (self->title, institution);
    fz_section_add_end (self->title, fz_duty_button_new (session));
  }
  if (fz_session_get_role (session) == FZ_ROLE_SECURITY) {
    GtkWidget *idle = fz_button_new (FZ_BUTTON_PLAIN, NULL, _ ("闲置锁屏…")), *fresh = fz_button_new (FZ_BUTTON_PRIMARY, "plus", _ ("登记人员…"));

    g_signal_connect (fresh, "clicked", G_CALLBACK (on_new), self);
    fz_section_add_end (self->title, fresh);

    g_signal_connect (idle, "clicked", G_CALLBACK (on_idle_limit), self);
    fz_section_add_end (self->title, idle);
    fz_section_add_end (self->title, key_button (self, FZ_BUTTON_PLAIN, _ ("更换机构密钥…"), FZ_KEY_ROTATE_INSTITUTION, NULL));
    fz_section_add_end (self->title, key_button (self, FZ_BUTTON_PLAIN, _ ("更换日志密钥…"), FZ_KEY_ROTATE_LOG, NULL));
    fz_section_add_end (self->title, key_button (self, FZ_BUTTON_PLAIN, _ ("更换库密钥…"), FZ_KEY_ROTATE_STORE, NULL));
  }
  self->opening = fz_put (page, fz_opening_line_new (session, FALSE));
  below = fz_put_wide (page, fz_line (14));
  card = fz_put_wide (below, fz_card_new ());
  self->error = fz_put (card, fz_column (0));
  self->table = fz_put_wide (card, table_new (self));
  fz_table_set_first (FZ_TABLE (self->table), TRUE);
  side = fz_put (below, fz_card_new ());
  gtk_widget_set_size_request (side, DETAIL_WIDTH, -1);
  gtk_widget_set_hexpand (side, FALSE);
  self->detail = fz_column (14);
  gtk_widget_add_css_class (self->detail, "fz-detail");
  fz_put_wide (side, fz_scrolled (self->detail));
  g_signal_connect (self->table, "selected", G_CALLBACK (on_selected), self);
  on_selected (NULL, NULL, self);
  refresh (FZ_PAGE (self));
  return page;
}
