#include "app/staff_facts.h"

#include "app/institution.h"
#include "app/kept_facts.h"
#include "db/audit.h"
#include "db/directory.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_CHARS 200

typedef enum { TEXT, DAY, TRUTH, CODES } Shape;

static const struct {
  const char *key;
  Shape shape;
} facts_of[] = {
  { "licence", TEXT },
  { "title", TEXT },
  { "scope", TEXT },
  { "category", TEXT },
  { "department", TEXT },
  { "department_name", TEXT },
  { "departments", CODES },
  { "registered_at", TEXT },
  { "registration_consent", TRUTH },
  { "shift_consent", TRUTH },
  { "independent_since", DAY },
  { "clinical_since", DAY },
  { "dispensing_since", DAY },
  { "review_trained_on", DAY },
  { "register_checked_on", DAY },
  { "register_same", TRUTH },
  { "licence_from", DAY },
  { "licence_until", DAY },
  { "insurance_until", DAY },
  { "employer", TEXT },
  { "agreement_until", DAY },
  { "multi_site_filing", TEXT },
  { "multi_site_until", DAY },
  { "mobile", TEXT },
};

static const char *keys[G_N_ELEMENTS (facts_of) + 1];

const char *const *
fz_staff_fact_keys (void)
{
  static gsize once;

  if (g_once_init_enter (&once)) {
    for (gsize i = 0; i < G_N_ELEMENTS (facts_of); i++)
      keys[i] = facts_of[i].key;
    g_once_init_leave (&once, 1);
  }
  return keys;
}

/* --- checking --- */

static gboolean
is_code (const char *text)
{
  return g_regex_match_simple ("^[0-9]{2}(\\.[0-9]{2}){0,2}$", text, G_REGEX_DOLLAR_ENDONLY, (GRegexMatchFlags) 0);
}

static gboolean
are_codes (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "|", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (!is_code (parts[i]))
      return FALSE;
  return TRUE;
}

static gboolean
fits (const char *text, Shape shape)
{
  FzDate day;

  switch (shape) {
  case DAY:
    return fz_date_parse (text, &day, NULL);
  case TRUTH:
    return g_str_equal (text, "yes") || g_str_equal (text, "no");
  case CODES:
    return are_codes (text);
  case TEXT:
  default:
    return g_utf8_validate (text, -1, NULL) && g_utf8_strlen (text, -1) <= MAX_CHARS;
  }
}

static const char *
reason (Shape shape)
{
  switch (shape) {
  case DAY:
    return _ ("应为存在的日期，写作 2026-01-05。");
  case TRUTH:
    return _ ("应为 yes 或 no。");
  case CODES:
    return _ ("应为诊疗科目代码，多个用 | 分开，如 03.04|03.07。");
  case TEXT:
  default:
    return _ ("过长或不是 UTF-8 文字。");
  }
}

const char *
fz_staff_fact_problem (const char *key, const char *value)
{
  for (guint i = 0; i < G_N_ELEMENTS (facts_of); i++)
    if (g_str_equal (facts_of[i].key, key))
      return fits (value, facts_of[i].shape) ? NULL : reason (facts_of[i].shape);
  return NULL;
}

gboolean
fz_staff_facts_check (const FzFields *facts, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (facts_of); i++) {
    const char *value = fz_fields_get (facts, facts_of[i].key);

    if (value != NULL && !fits (value, facts_of[i].shape)) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, "%s：%s", facts_of[i].key, reason (facts_of[i].shape));
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
fz_staff_department_fits (const FzFields *person, const char *prefix, const char *department, gboolean *out_fits)
{
  g_autofree char *own_key = g_strconcat (prefix, "department", NULL), *list_key = g_strconcat (prefix, "departments", NULL);
  const char *list = fz_fields_get (person, list_key);
  g_auto (GStrv) parts = list != NULL ? g_strsplit (list, "|", -1) : NULL;

  *out_fits = fz_department_covers (fz_fields_get (person, own_key), department);
  for (guint i = 0; parts != NULL && parts[i] != NULL; i++)
    *out_fits = *out_fits || fz_department_covers (parts[i], department);
  /* Outside one's own department only a recorded list says no. */
  return *out_fits || parts != NULL;
}

/* --- changing --- */

typedef struct {
  FzSession *session;
  const char *number;
  const FzFields *changes;
} Amend;

typedef struct {
  const FzFields *row;
  FzFields *facts, *payload;
  GError *error;
} Change;

static void
change_one (const char *key, const char *value, gpointer data)
{
  Change *change = data;
  const char *before = fz_fields_get (change->facts, key);
  g_autofree char *was = g_strconcat ("was.", key, NULL), *now = g_strconcat ("now.", key, NULL);
  const char *wanted = g_str_equal (value, "-") ? NULL : value;

  if (change->error != NULL)
    return;
  if (!g_strv_contains (fz_staff_fact_keys (), key)) {
    g_set_error (&change->error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”不能在这里更改。"), key);
    return;
  }
  if (g_str_equal (key, "licence") && fz_fields_has (change->row, "vkey")) {
    g_set_error_literal (&change->error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("执业证书编号写在签名密钥的名称里，请先由安全管理员重新发放登记码，再更改编号。"));
    return;
  }
  fz_fields_set (change->payload, was, before);
  fz_fields_set (change->payload, now, wanted);
  fz_fields_set (change->facts, key, wanted);
}

/* The row's own columns are not facts of the profile. */
static void
drop_columns (FzFields *facts)
{
  static const char *const columns[] = { "vkey", "factor", "joined_at", "left_at" };

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    fz_fields_set (facts, columns[i], NULL);
}

gboolean
fz_staff_facts_put (FzSession *session, FzTxn *txn, const char *number, const FzFields *changes, GError **error)
{
  g_autoptr (FzFields) kept = fz_staff_get (txn, number, error), facts = kept != NULL ? fz_fields_dup (kept, NULL) : NULL;
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.staff_change/v1");
  Change change = { kept, facts, payload, NULL };

  if (facts == NULL)
    return FALSE;
  drop_columns (facts);
  fz_fields_foreach (changes, change_one, &change);
  if (change.error != NULL) {
    g_propagate_error (error, change.error);
    return FALSE;
  }
  return fz_staff_facts_check (facts, error) && fz_staff_set_facts (txn, number, facts, error) &&
         fz_session_audit (session, txn, "staff.amend", "staff", number, "done", NULL, payload, error);
}

typedef struct {
  const Amend *amend;
  FzTxn *txn;
  GError *error;
} Free;

/* The dialog shows it beside the entry of this key. */
static void
check_free (const char *key, const char *value, gpointer data)
{
  Free *check = data;

  if (check->error == NULL && !fz_kept_facts_free (check->amend->session->desk, check->txn, FZ_HOLDER_STAFF, check->amend->number, key, &check->error))
    g_prefix_error (&check->error, "%s：", key);
}

static gboolean
amend_job (FzTxn *txn, gpointer data, GError **error)
{
  const Amend *amend = data;
  Free check = { amend, txn, NULL };

  fz_fields_foreach (amend->changes, check_free, &check);
  if (check.error != NULL) {
    g_propagate_error (error, check.error);
    return FALSE;
  }
  return fz_staff_facts_put (amend->session, txn, amend->number, amend->changes, error);
}

static void
note_any (const char *key, const char *value, gpointer data)
{
  *(gboolean *) data = TRUE;
}

static gboolean
refuse_nothing (GError **error)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("没有要更改的内容。"));
  return FALSE;
}

gboolean
fz_desk_amend_staff (FzSession *session, const char *number, const FzFields *changes, GError **error)
{
  Amend amend = { session, number, changes };
  gboolean any = FALSE;

  fz_fields_foreach (changes, note_any, &any);
  return fz_session_may (session, "staff.amend", "staff", number, error) && (any || refuse_nothing (error)) &&
         fz_store_run (session->desk->store, FZ_TXN_RECORD, amend_job, &amend, error);
}
