/* The checks of a whole bundle: the visit itself and its lists. */
#include "app/intake_bundle_private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define MAX_PRICE_FEN 10000000

/* --- lists --- */

static void
check_priors (FzBundleLook *self)
{
  guint n = fz_fields_count (self->facts, "prior");
  FzDate date;

  if (n == 0)
    fz_bundle_complain (self, "prior", _ ("至少要有一项实体医疗机构的既往明确诊断，互联网诊疗只接复诊。"));
  if (n > FZ_BUNDLE_MAX_EVIDENCE)
    fz_bundle_complain (self, "prior", _ ("最多 20 项。"));
  for (guint i = 0; i < n; i++) {
    g_autofree char *institution = g_strdup_printf ("prior.%02u.institution", i);
    g_autofree char *day = g_strdup_printf ("prior.%02u.date", i);
    g_autofree char *code = g_strdup_printf ("prior.%02u.code", i);
    g_autofree char *name = g_strdup_printf ("prior.%02u.name", i);

    fz_bundle_need_line (self, institution, 100);
    fz_bundle_need_past_day (self, day, &date);
    fz_bundle_need_line (self, code, 20);
    fz_bundle_need_line (self, name, 100);
  }
}

static void
check_allergies (FzBundleLook *self)
{
  guint n = fz_fields_count (self->facts, "allergy");
  static const char *const nothing[] = { "无", "没有", "否认", "无过敏史", "否认过敏史", "暂无", "不详" };

  for (guint i = 0; i < n; i++) {
    g_autofree char *field = g_strdup_printf ("allergy.%02u", i);
    const char *text = fz_bundle_need_line (self, field, 60);

    for (guint k = 0; text != NULL && k < G_N_ELEMENTS (nothing); k++)
      if (strcmp (text, nothing[k]) == 0)
        fz_bundle_complain (self, field, _ ("请写过敏的药物或物质；没有过敏史请留空。"));
  }
}

static void
check_file_name (FzBundleLook *self, const char *field)
{
  const char *name = fz_bundle_need_line (self, field, 100);

  if (name != NULL && (strpbrk (name, "/\\:") != NULL || name[0] == '.'))
    fz_bundle_complain (self, field, _ ("应为不带路径的文件名，也不能以点开头。"));
  else if (name != NULL && strcmp (name, FZ_BUNDLE_JSON) == 0)
    fz_bundle_complain (self, field, _ ("visit.json 不能作为资料。"));
}

void
fz_bundle_check_evidence (FzBundleLook *self)
{
  guint n = fz_fields_count (self->facts, "evidence");
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  if (n > FZ_BUNDLE_MAX_EVIDENCE)
    fz_bundle_complain (self, "evidence", _ ("最多 20 份。"));
  for (guint i = 0; i < n; i++) {
    g_autofree char *file = g_strdup_printf ("evidence.%02u.file", i);
    g_autofree char *sha256 = g_strdup_printf ("evidence.%02u.sha256", i);
    g_autofree char *kind = g_strdup_printf ("evidence.%02u.kind", i);
    const char *name = fz_fields_get (self->facts, file);

    check_file_name (self, file);
    fz_bundle_need_hash (self, sha256);
    fz_bundle_need_code (self, kind, self->with->evidence_kinds);
    if (name != NULL && !g_hash_table_add (seen, (gpointer) name))
      fz_bundle_complain (self, file, _ ("与另一份资料重名。"));
  }
}

/* --- the visit --- */

static void
check_visit_number (FzBundleLook *self)
{
  static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const char *id = fz_bundle_need_line (self, "visit.id", 40);

  /* It becomes the name of a folder and part of document numbers. */
  if (id != NULL && (strspn (id, allowed) != strlen (id) || !g_ascii_isalnum (id[0])))
    fz_bundle_complain (self, "visit.id", _ ("只能含字母、数字、- 和 _，以字母或数字开头。"));
}

static void
check_visit (FzBundleLook *self)
{
  const char *department = fz_bundle_need_code (self, "visit.department", self->with->departments);
  gint64 price = -1;

  check_visit_number (self);
  fz_bundle_need_past_time (self, "visit.applied_at");
  fz_bundle_need_code (self, "visit.mode", self->with->modes);
  fz_fields_set (self->facts, "visit.department_name", department);
  if (!fz_fields_has (self->facts, "visit.price_fen"))
    fz_bundle_complain (self, "visit.price_fen", _ ("没有填写；不收费请写 0。"));
  else if (!fz_fields_get_int (self->facts, "visit.price_fen", &price) || price < 0 || price > MAX_PRICE_FEN)
    fz_bundle_complain (self, "visit.price_fen", _ ("应为 0 到 10000000 的整数，单位是分。"));
  if (fz_fields_has (self->facts, "visit.sensitive"))
    fz_fields_set (self->facts, "visit.sensitive_label", fz_bundle_need_code (self, "visit.sensitive", self->with->sensitive_reasons));
  fz_bundle_look_text (self, "visit.complaint", 500, TRUE, TRUE);
  fz_bundle_look_text (self, "visit.history", 5000, FALSE, TRUE);
}

static void
note_any (const char *key, const char *value, gpointer data)
{
  *(gboolean *) data = TRUE;
}

static gboolean
has_any (const FzBundleLook *self, const char *prefix)
{
  g_autoptr (FzFields) below = fz_fields_dup_below (self->facts, prefix, "fuzhen.part/v1");
  gboolean found = FALSE;

  fz_fields_foreach (below, note_any, &found);
  return found;
}

gboolean
fz_bundle_check_facts (FzFields *facts, const FzBundleCheck *check, GPtrArray *problems)
{
  FzBundleLook self = { facts, check, fz_date_in_beijing (check->now_us), problems };
  guint before = problems->len;
  g_autoptr (GBytes) printed = NULL;
  GError *error = NULL;

  check_visit (&self);
  fz_bundle_check_patient (&self);
  if (has_any (&self, "guardian"))
    fz_bundle_check_guardian (&self);
  if (has_any (&self, "specialist"))
    fz_bundle_check_specialist (&self);
  if (has_any (&self, "consent"))
    fz_bundle_check_consent (&self);
  fz_bundle_check_further (&self);
  check_priors (&self);
  check_allergies (&self);
  fz_bundle_check_evidence (&self);
  /* The facts become signed text: what cannot be printed must not get in. */
  printed = fz_fields_print (facts, &error);
  if (printed == NULL)
    fz_bundle_complain_error (&self, "", error);
  return problems->len == before;
}
