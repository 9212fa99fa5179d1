/* Duties of the portal: how they arise (门户填报事项的产生). */
#include "app/portal.h"

#include "app/due_entry.h"
#include "app/owner.h"
#include "app/registers.h"
#include "app/submit.h"
#include "core/idnumber.h"
#include "db/audit.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/profile.h"
#include "db/registers.h"
#include "db/setting.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define KIND "fuzhen.entry/v1"
#define MOST_NAMED 1800 /* characters of a list of people */

const FzRegister *
fz_portal_register (FzDesk *desk)
{
  const char *name = fz_portal_get_register (desk->portal);

  for (guint i = 0; i < desk->registers->len; i++)
    if (g_str_equal (fz_register_get_name (desk->registers->pdata[i]), name))
      return desk->registers->pdata[i];
  g_assert_not_reached (); /* both ship together */
}

/* --- one move by the desk --- */

static FzFields *
new_body (FzDesk *desk, FzTxn *txn, const char *id)
{
  FzFields *body = fz_fields_new (KIND);
  g_autofree char *document = fz_document_id (desk, id, "entry"), *visit = g_strconcat ("@", id, NULL);

  fz_fields_set (body, "id", document);
  fz_fields_set (body, "visit", visit);
  fz_fields_set_time (body, "signed_at", fz_txn_now_us (txn));
  fz_fields_set (body, "institution.code", fz_fields_get (desk->institution, "organ.code"));
  fz_fields_set (body, "institution.name", fz_fields_get (desk->institution, "organ.name"));
  fz_fields_set (body, "author.name", "本系统");
  fz_fields_set (body, "author.person", "desk");
  return body;
}

static char *
next_id (FzTxn *txn, const FzRegister *reg, GError **error)
{
  g_autofree char *name = g_strconcat ("register.", fz_register_get_name (reg), NULL);
  gint64 number = 0;

  return fz_counter_next (txn, name, &number, error) ? g_strdup_printf ("%s-%06d", fz_register_get_code (reg), (int) number) : NULL;
}

gboolean
fz_portal_put (FzDesk *desk, FzTxn *txn, const FzFields *entry, const char *move, const FzFields *values, GError **error)
{
  const FzRegister *reg = fz_portal_register (desk);
  g_autofree char *id = entry != NULL ? g_strdup (fz_fields_get (entry, "entry.id")) : next_id (txn, reg, error);
  g_autoptr (FzFields) body = id != NULL ? new_body (desk, txn, id) : NULL, after = NULL;
  g_autoptr (FzDocument) document = NULL;

  if (body == NULL || !fz_register_put_move (reg, entry, id, move, FZ_ROLE_DESK, values, body, error))
    return FALSE;
  document = fz_submit_desk_document (desk, txn, body, error);
  after = document != NULL ? fz_entry_fold (entry, document->body, error) : NULL;
  return after != NULL && fz_submit_keep_document (NULL, txn, document, error) && fz_entries_put (txn, after, error);
}

/* --- what there is already --- */

/* The one of this kind and origin that still takes more; NULL without error: none. What was filed is another matter: it is told anew. */
static gboolean
find_open (FzDesk *desk, FzTxn *txn, const FzPortalDuty *duty, const char *origin, FzFields **out, GError **error)
{
  g_autoptr (GPtrArray) open = fz_entries_all (txn, fz_portal_get_register (desk->portal), TRUE, error);

  for (guint i = 0; open != NULL && *out == NULL && i < open->len; i++) {
    const FzFields *entry = open->pdata[i];

    if (g_strcmp0 (fz_fields_get (entry, "field.kind"), duty->word) == 0 && g_strcmp0 (fz_fields_get (entry, "field.origin"), origin) == 0 &&
        g_strcmp0 (fz_fields_get (entry, "entry.state"), "filed") != 0)
      *out = fz_fields_ref ((FzFields *) entry);
  }
  return open != NULL;
}

static const char *
place_of (FzDesk *desk)
{
  const char *place = fz_fields_get (desk->institution, "jurisdiction");

  return place != NULL ? place : "tianjin";
}

static void
put_term (FzDesk *desk, const FzPortalDuty *duty, const char *from_on, const FzFields *source, FzFields *values)
{
  const FzPortalTerm *term = fz_portal_term (duty, place_of (desk));
  g_autofree char *due = duty->due != NULL ? g_strconcat ("field.", duty->due, NULL) : NULL;

  fz_fields_set (values, "field.from_on", from_on);
  if (term != NULL) {
    fz_fields_set_int (values, "field.term", term->workdays);
    fz_fields_set (values, "field.basis", term->basis);
  } else {
    fz_fields_set (values, "field.due_on", fz_fields_get (source, due));
    fz_fields_set (values, "field.basis", "以反馈文书写明的期限为准");
  }
}

/* One that is not filed yet takes the change in: it is told as things stand when it is exported. What was exported already has to be exported anew. */
static gboolean
arise (FzDesk *desk, FzTxn *txn, const FzPortalDuty *duty, const char *origin, const char *subject, const char *subjects, const char *from_on,
       const FzFields *source, FzFields *open, GError **error)
{
  g_autoptr (FzFields) values = fz_fields_new ("fuzhen.values/v1");
  g_autofree char *owner = duty->owner != NULL ? g_strconcat ("field.", duty->owner, NULL) : NULL;
  gboolean exported = open != NULL && g_strcmp0 (fz_fields_get (open, "entry.state"), "exported") == 0;

  fz_fields_set (values, "field.subject", subject);
  fz_fields_set (values, "field.subjects", subjects);
  if (open != NULL)
    return fz_portal_put (desk, txn, open, exported ? "stale" : "join", values, error);
  fz_fields_set (values, "field.kind", duty->word);
  fz_fields_set (values, "field.origin", origin);
  if (owner != NULL)
    fz_fields_set (values, "field.owner", fz_fields_get (source, owner));
  put_term (desk, duty, from_on, source, values);
  return fz_portal_put (desk, txn, NULL, "arise", values, error);
}

/* --- from a register --- */

/* Who or what it is about in one line. */
static char *
subject_of (const FzFields *entry, const char *move)
{
  static const char *const keys[] = { "field.partner", "field.subject", "field.content" };
  const char *text = NULL;
  g_autofree char *brief = NULL;

  for (guint i = 0; text == NULL && i < G_N_ELEMENTS (keys); i++)
    text = fz_fields_get (entry, keys[i]);
  brief = text != NULL ? g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), 60)) : g_strdup (fz_fields_get (entry, "entry.id"));
  return g_strdup_printf ("%s（%s）", g_strdelimit (brief, "\n", ' '), move);
}

/* Nothing but another person in charge. */
static gboolean
is_only_owner (FzDesk *desk, const FzFields *body, const FzFields *before, const FzFields *after)
{
  const char *name = fz_fields_get (after, "entry.register");

  if (before == NULL || fz_fields_count (body, "attachment") > 0 || g_strcmp0 (fz_fields_get (before, "entry.state"), fz_fields_get (after, "entry.state")) != 0)
    return FALSE;
  for (guint i = 0; i < desk->registers->len; i++)
    if (g_strcmp0 (fz_register_get_name (desk->registers->pdata[i]), name) == 0)
      return fz_owner_says_the_same (desk->registers->pdata[i], before, after);
  return FALSE;
}

gboolean
fz_portal_note_entry (FzDesk *desk, FzTxn *txn, const FzFields *body, const FzFields *before, const FzFields *after, GError **error)
{
  const char *day = NULL, *id = fz_fields_get (after, "entry.id");
  const FzPortalDuty *duty = fz_portal_find_move (desk->portal, after, fz_fields_get (body, "move"), &day);
  g_autofree char *key = NULL, *today = fz_date_format (fz_date_in_beijing (fz_txn_now_us (txn))), *subject = NULL;
  g_autoptr (FzFields) open = NULL;
  const char *from_on;
  gboolean goes = FALSE;

  if (duty == NULL || is_only_owner (desk, body, before, after))
    return TRUE;
  /* What the platform of this place hears of by itself nobody files by hand. */
  if (!fz_due_entry_goes (desk, txn, after, &goes, error) || goes)
    return goes;
  key = g_strconcat ("field.", day, NULL);
  from_on = g_str_equal (day, "@signed") ? NULL : fz_fields_get (after, key);
  subject = subject_of (after, fz_fields_get (body, "move_label"));
  return find_open (desk, txn, duty, id, &open, error) &&
         arise (desk, txn, duty, id, subject, NULL, from_on != NULL ? from_on : today, after, open, error);
}

/* --- from the lists of the hospital --- */

gboolean
fz_portal_is_told (const FzFields *person)
{
  const char *role = fz_fields_get (person, "role");

  return g_strcmp0 (role, "doctor") == 0 || g_strcmp0 (role, "pharmacist") == 0;
}

static void
copy_fact (const char *key, const char *value, gpointer data)
{
  g_autofree char *name = g_strconcat ("staff.", key, NULL);

  if (strchr (key, '.') == NULL)
    fz_fields_set (data, name, value);
}

FzFields *
fz_portal_staff (FzDesk *desk, const FzFields *person, FzDate today)
{
  FzFields *facts = fz_fields_new ("fuzhen.portal_staff/v1");
  const char *title = fz_fields_get (person, "title"), *department = fz_fields_get (person, "department");
  gboolean doctor = g_strcmp0 (fz_fields_get (person, "role"), "doctor") == 0;
  FzIdNumber id;

  fz_fields_foreach (person, copy_fact, facts);
  fz_fields_set (facts, "staff.kind", doctor ? "医师" : "药师");
  fz_fields_set (facts, "staff.left_at", fz_fields_get (person, "left_at"));
  fz_fields_set (facts, "staff.status", fz_fields_has (person, "left_at") ? "离任" : "在册");
  if (title != NULL)
    fz_fields_set (facts, "staff.title_label", fz_desk_label (desk, "titles", title));
  if (!fz_fields_has (facts, "staff.department_name") && department != NULL)
    fz_fields_set (facts, "staff.department_name", fz_desk_label (desk, "departments", department));
  if (fz_id_number_parse (fz_fields_get (person, "id_number"), today, &id, NULL)) {
    g_autofree char *birth = fz_date_format (id.birth);

    fz_fields_set (facts, "staff.birth_date", birth);
    fz_fields_set (facts, "staff.sex", id.sex == FZ_SEX_FEMALE ? "女" : "男");
  }
  return facts;
}

/* What the portal's columns say of this person, as one word to compare. */
static char *
print_of (const FzPortalDuty *duty, const FzFields *facts)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < duty->columns->len; i++) {
    const FzPortalColumn *column = &g_array_index (duty->columns, FzPortalColumn, i);
    const char *value = fz_fields_get (facts, column->from);

    g_string_append_printf (text, "%s\t%s\n", column->from, value != NULL ? value : "");
  }
  return fz_sha256_hex (text->str, text->len);
}

/* TRUE in *out_new when it is not what was noted last; it is noted then. */
static gboolean
note (FzTxn *txn, const char *name, const char *print, gboolean *out_new, GError **error)
{
  g_autofree char *before = NULL;

  if (!fz_setting_read (txn, name, &before, error))
    return FALSE;
  *out_new = g_strcmp0 (before, print) != 0;
  return !*out_new || fz_setting_set (txn, name, print, error);
}

typedef struct {
  GString *numbers; /* of who is new or other, spaces between */
  guint n;
  const char *first;
} Changed;

static gboolean
note_person (FzDesk *desk, FzTxn *txn, const FzPortalDuty *duty, const FzFields *person, FzDate today, Changed *changed, GError **error)
{
  g_autoptr (FzFields) facts = fz_portal_staff (desk, person, today);
  g_autofree char *print = print_of (duty, facts), *name = g_strconcat ("portal.staff.", fz_fields_get (person, "number"), NULL);
  gboolean is_new = FALSE;

  if (!note (txn, name, print, &is_new, error))
    return FALSE;
  if (!is_new)
    return TRUE;
  g_string_append_printf (changed->numbers, "%s%s", changed->numbers->len > 0 ? " " : "", fz_fields_get (person, "number"));
  if (changed->n++ == 0)
    changed->first = fz_fields_get (person, "name");
  return TRUE;
}

/* Everybody once, those of before first. */
static char *
join_numbers (const char *before, const char *more, guint *out_n)
{
  g_auto (GStrv) a = g_strsplit (before != NULL ? before : "", " ", -1), b = g_strsplit (more, " ", -1);
  g_autoptr (GString) all = g_string_new (before);

  for (guint i = 0; b[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) a, b[i]))
      g_string_append_printf (all, "%s%s", all->len > 0 ? " " : "", b[i]);
  *out_n = 0;
  for (const char *c = all->str; *c != '\0'; c++)
    *out_n += *c == ' ';
  *out_n += all->len > 0;
  return g_string_free (g_steal_pointer (&all), FALSE);
}

static gboolean
tell_staff (FzDesk *desk, FzTxn *txn, const FzPortalDuty *duty, const Changed *changed, FzDate today, GError **error)
{
  g_autofree char *on = fz_date_format (today), *all = NULL, *subject = NULL;
  g_autoptr (FzFields) open = NULL;
  guint n = 0;

  if (!find_open (desk, txn, duty, "staff", &open, error))
    return FALSE;
  if (open != NULL && strlen (fz_fields_get (open, "field.subjects")) + changed->numbers->len > MOST_NAMED)
    g_clear_pointer (&open, fz_fields_unref);
  all = join_numbers (open != NULL ? fz_fields_get (open, "field.subjects") : NULL, changed->numbers->str, &n);
  subject = n == 1 ? g_strdup_printf ("%s（1人）", changed->first) : g_strdup_printf ("%s 等%u人", changed->first, n);
  return arise (desk, txn, duty, "staff", subject, all, on, NULL, open, error);
}

static gboolean
reckon_staff (FzDesk *desk, FzTxn *txn, FzDate today, GError **error)
{
  const FzPortalDuty *duty = fz_portal_find_source (desk->portal, FZ_PORTAL_STAFF);
  g_autoptr (GPtrArray) staff = duty != NULL ? fz_staff_list (txn, error) : NULL;
  g_autoptr (GString) numbers = g_string_new (NULL);
  Changed changed = { .numbers = numbers };

  for (guint i = 0; staff != NULL && i < staff->len; i++)
    if (fz_portal_is_told (staff->pdata[i]) && numbers->len < MOST_NAMED &&
        !note_person (desk, txn, duty, staff->pdata[i], today, &changed, error))
      return FALSE;
  return duty == NULL || (staff != NULL && (changed.n == 0 || tell_staff (desk, txn, duty, &changed, today, error)));
}

static char *
print_of_departments (const FzFields *institution)
{
  static const char *const keys[] = { "code", "name", "physical" };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fz_fields_count (institution, "department"); i++)
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++) {
      const char *value = fz_fields_get_at (institution, "department", i, keys[k]);

      g_string_append_printf (text, "%s%c", value != NULL ? value : "", k + 1 < G_N_ELEMENTS (keys) ? '\t' : '\n');
    }
  return fz_sha256_hex (text->str, text->len);
}

static gboolean
reckon_departments (FzDesk *desk, FzTxn *txn, FzDate today, GError **error)
{
  const FzPortalDuty *duty = fz_portal_find_source (desk->portal, FZ_PORTAL_DEPARTMENT);
  g_autoptr (FzFields) institution = duty != NULL ? fz_profile_get (txn, "institution", error) : NULL, open = NULL;
  g_autofree char *on = fz_date_format (today), *subject = NULL, *print = institution != NULL ? print_of_departments (institution) : NULL;
  guint n = institution != NULL ? fz_fields_count (institution, "department") : 0;
  gboolean is_new = FALSE;

  if (duty == NULL || (institution != NULL && n == 0))
    return TRUE; /* none were registered: nothing to tell */
  if (print == NULL || !note (txn, "portal.departments", print, &is_new, error))
    return FALSE;
  if (!is_new)
    return TRUE;
  subject = g_strdup_printf ("核准的诊疗科目，共%u个", n);
  return find_open (desk, txn, duty, "department", &open, error) &&
         arise (desk, txn, duty, "department", subject, NULL, on, NULL, open, error);
}

static gboolean
reckon (FzTxn *txn, gpointer data, GError **error)
{
  FzDesk *desk = data;
  FzDate today = fz_date_in_beijing (fz_txn_now_us (txn));

  return reckon_staff (desk, txn, today, error) && reckon_departments (desk, txn, today, error);
}

gboolean
fz_portal_tick (FzDesk *desk, GError **error)
{
  return fz_store_run (desk->store, FZ_TXN_RECORD, reckon, desk, error);
}
