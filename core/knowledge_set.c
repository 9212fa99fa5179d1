#include "core/knowledge_set.h"

#include <glib/gi18n-lib.h>

#include "core/json.h"
#include "core/say.h"

#define MAX_MANIFEST (64 * 1024)
#define MAX_SENTENCES 50

enum { MANIFEST, GROUPS, LIMITS, CONTRAINDICATIONS, INDICATIONS, LOOKALIKE, BRANDS, INTERACTIONS, CLASSES, ALLERGY, N_FILES };
static const char *const file_names[N_FILES + 1] = { "knowledge.json", "groups.csv", "limits.csv", "contraindications.csv", "indications.csv",
                                                     "lookalike.csv", "brands.csv", "interactions.csv", "interaction-classes.csv", "allergy.csv",
                                                     NULL };

struct _FzKnowledgeSet {
  char *edition, *title, *title_en, *sha256;
  FzDate since, until;
  FzKnowledgeAges ages;
  GPtrArray *gaps, *gaps_en; /* char *, NULL at the end */
  FzDrugGroups *groups;
  FzDrugLimits *limits;
  FzContraindications *contraindications;
  FzIndications *indications;
  FzDrugWords *words;
  FzInteractions *interactions;
  FzAllergies *allergies;
};

/* While reading. */
typedef struct {
  FzKnowledgeSet *self;
  GBytes *bytes[N_FILES];
  const FzCodes *routes;
  GPtrArray *issues;
} Reading;

static void
set_clear (gpointer data)
{
  FzKnowledgeSet *self = data;

  g_free (self->edition);
  g_free (self->title);
  g_free (self->title_en);
  g_free (self->sha256);
  g_clear_pointer (&self->gaps, g_ptr_array_unref);
  g_clear_pointer (&self->gaps_en, g_ptr_array_unref);
  g_clear_pointer (&self->groups, fz_drug_groups_unref);
  g_clear_pointer (&self->limits, fz_drug_limits_unref);
  g_clear_pointer (&self->contraindications, fz_contraindications_unref);
  g_clear_pointer (&self->indications, fz_indications_unref);
  g_clear_pointer (&self->words, fz_drug_words_unref);
  g_clear_pointer (&self->interactions, fz_interactions_unref);
  g_clear_pointer (&self->allergies, fz_allergies_unref);
}

FzKnowledgeSet *
fz_knowledge_set_ref (FzKnowledgeSet *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
fz_knowledge_set_unref (FzKnowledgeSet *self)
{
  g_atomic_rc_box_release_full (self, set_clear);
}

const char *const *
fz_knowledge_set_files (void)
{
  return file_names;
}

/* --- the manifest --- */

static gboolean
read_date (const FzJson *root, const char *key, FzDate *out, GError **error)
{
  const char *text = fz_json_get_string (root, key, error);

  if (text == NULL)
    return FALSE;
  return fz_date_parse (text, out, NULL) || fz_json_fail (root, key, _("日期应写作 2027-12-31。"), error);
}

static gboolean
read_bound (const FzJson *ages, const char *key, FzAgeBound *out, GError **error)
{
  const char *text = fz_json_get_string (ages, key, error);

  if (text == NULL)
    return FALSE;
  return (fz_age_bound_parse (text, out) && out->unit != 0) || fz_json_fail (ages, key, _("年龄应写作 28d、6m 或 12y。"), error);
}

static gboolean
read_ages (FzKnowledgeSet *self, const FzJson *root, GError **error)
{
  static const char *const known[] = { "childbearing_from", "childbearing_until", "weight_until", NULL };
  const FzJson *ages = fz_json_get_object (root, "ages", error);

  return ages != NULL && fz_json_check_keys (ages, known, error) && read_bound (ages, known[0], &self->ages.childbearing_from, error) &&
         read_bound (ages, known[1], &self->ages.childbearing_until, error) && read_bound (ages, known[2], &self->ages.weight_until, error);
}

/* [["中文", "English"], …] */
static gboolean
read_gaps (FzKnowledgeSet *self, const FzJson *root, GError **error)
{
  const FzJson *array = fz_json_get_array (root, "not_covered", error);

  if (array == NULL)
    return FALSE;
  if (fz_json_count (array) == 0 || fz_json_count (array) > MAX_SENTENCES)
    return fz_json_fail (root, "not_covered", _("必须写明不覆盖的内容，1 至 50 句。"), error);
  for (guint i = 0; i < fz_json_count (array); i++) {
    const FzJson *pair = fz_json_get_item (array, i);
    const char *zh, *en;

    if (fz_json_get_type (pair) != FZ_JSON_ARRAY || fz_json_count (pair) != 2)
      return fz_json_fail (pair, NULL, _("每句应写作 [\"中文\", \"英文\"]。"), error);
    zh = fz_json_get_string (fz_json_get_item (pair, 0), NULL, error);
    en = zh != NULL ? fz_json_get_string (fz_json_get_item (pair, 1), NULL, error) : NULL;
    if (en == NULL)
      return FALSE;
    g_ptr_array_add (self->gaps, g_strdup (zh));
    g_ptr_array_add (self->gaps_en, g_strdup (en));
  }
  g_ptr_array_add (self->gaps, NULL);
  g_ptr_array_add (self->gaps_en, NULL);
  return TRUE;
}

static gboolean
read_titles (FzKnowledgeSet *self, const FzJson *root, GError **error)
{
  const char *format = fz_json_get_string (root, "format", error), *edition, *title, *title_en;

  if (format == NULL)
    return FALSE;
  if (!g_str_equal (format, "fuzhen.knowledge/v1"))
    return fz_json_fail (root, "format", _("应为 fuzhen.knowledge/v1。"), error);
  edition = fz_json_get_string (root, "edition", error);
  title = edition != NULL ? fz_json_get_string (root, "title", error) : NULL;
  title_en = title != NULL ? fz_json_get_string (root, "title_en", error) : NULL;
  if (title_en == NULL)
    return FALSE;
  if (*edition == '\0' || *title == '\0' || *title_en == '\0')
    return fz_json_fail (root, *edition == '\0' ? "edition" : *title == '\0' ? "title" : "title_en", _("不能为空。"), error);
  self->edition = g_strdup (edition);
  self->title = g_strdup (title);
  self->title_en = g_strdup (title_en);
  return TRUE;
}

static gboolean
read_manifest (const Reading *reading, GError **error)
{
  static const char *const known[] = { "format", "edition", "since", "until", "title", "title_en", "covers", "not_covered", "ages", NULL };
  FzKnowledgeSet *self = reading->self;
  GBytes *bytes = reading->bytes[MANIFEST];
  g_autoptr (FzJson) root = fz_json_parse_file (file_names[MANIFEST], g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), MAX_MANIFEST, error);

  self->gaps = g_ptr_array_new_with_free_func (g_free);
  self->gaps_en = g_ptr_array_new_with_free_func (g_free);
  if (root == NULL || !fz_json_check_keys (root, known, error) || !read_titles (self, root, error) ||
      !read_date (root, "since", &self->since, error) || !read_date (root, "until", &self->until, error) || !read_ages (self, root, error) ||
      !read_gaps (self, root, error))
    return FALSE;
  return fz_date_compare (self->since, self->until) <= 0 || fz_json_fail (root, "until", _("有效期止早于有效期起。"), error);
}

/* --- the tables --- */

static const guint8 *
data_of (const Reading *reading, guint file, gsize *n)
{
  return g_bytes_get_data (reading->bytes[file], n);
}

/* Each is read even when one before it failed, so that all faults are said at once; groups come first because others name them. */
static gboolean
keep (const Reading *reading, gboolean read, GError *problem, GError **error)
{
  if (read || problem == NULL)
    return read;
  if (reading->issues != NULL) {
    g_ptr_array_add (reading->issues, g_strdup (problem->message));
    g_error_free (problem);
    return TRUE;
  }
  g_propagate_error (error, problem);
  return FALSE;
}

static FzDrugWords *
read_words (const Reading *reading, GError **error)
{
  FzDrugWordFiles files = { .lookalikes_name = file_names[LOOKALIKE], .brands_name = file_names[BRANDS] };

  files.lookalikes = data_of (reading, LOOKALIKE, &files.n_lookalikes);
  files.brands = data_of (reading, BRANDS, &files.n_brands);
  return fz_drug_words_parse (&files, reading->issues, error);
}

static FzInteractions *
read_interactions (const Reading *reading, GError **error)
{
  FzInteractionFiles files = { .rows_name = file_names[INTERACTIONS], .classes_name = file_names[CLASSES], .issues = reading->issues };

  files.rows = data_of (reading, INTERACTIONS, &files.n_rows);
  files.classes = data_of (reading, CLASSES, &files.n_classes);
  return fz_interactions_parse (&files, NULL, error);
}

#define TABLE(target, call)                            \
  G_STMT_START                                         \
  {                                                    \
    GError *problem = NULL;                            \
    target = call;                                     \
    if (!keep (reading, target != NULL, problem, error))       \
      return FALSE;                                    \
  }                                                    \
  G_STMT_END

static gboolean
read_tables (const Reading *reading, GError **error)
{
  FzKnowledgeSet *self = reading->self;
  const guint8 *data;
  gsize n = 0;

  data = data_of (reading, GROUPS, &n);
  TABLE (self->groups, fz_drug_groups_parse (data, n, file_names[GROUPS], reading->issues, &problem));
  data = data_of (reading, LIMITS, &n);
  TABLE (self->limits, fz_drug_limits_parse (data, n, file_names[LIMITS], self->groups, reading->routes, reading->issues, &problem));
  data = data_of (reading, CONTRAINDICATIONS, &n);
  TABLE (self->contraindications, fz_contraindications_parse (data, n, file_names[CONTRAINDICATIONS], self->groups, reading->routes, reading->issues, &problem));
  data = data_of (reading, INDICATIONS, &n);
  TABLE (self->indications, fz_indications_parse (data, n, file_names[INDICATIONS], self->groups, reading->issues, &problem));
  TABLE (self->words, read_words (reading, &problem));
  TABLE (self->interactions, read_interactions (reading, &problem));
  data = data_of (reading, ALLERGY, &n);
  TABLE (self->allergies, fz_allergies_parse (data, n, file_names[ALLERGY], &problem));
  return TRUE;
}

/* --- the set --- */

static gboolean
take_file (Reading *reading, const FzKnowledgeFile *file, GError **error)
{
  for (guint i = 0; i < N_FILES; i++) {
    if (!g_str_equal (file->name, file_names[i]))
      continue;
    if (reading->bytes[i] == NULL) {
      reading->bytes[i] = file->bytes;
      return TRUE;
    }
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("知识库中“%s”出现了两次"), file->name);
    return FALSE;
  }
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("知识库中有不认识的文件“%s”"), file->name);
  return FALSE;
}

static gboolean
take_files (Reading *reading, const FzKnowledgeFile *files, guint n, GError **error)
{
  for (guint i = 0; i < n; i++)
    if (!take_file (reading, &files[i], error))
      return FALSE;
  for (guint i = 0; i < N_FILES; i++)
    if (reading->bytes[i] == NULL) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("知识库缺少文件“%s”，一个版本的文件必须齐全"), file_names[i]);
      return FALSE;
    }
  return TRUE;
}

static char *
hash_files (const Reading *reading)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < N_FILES; i++) {
    gsize n = 0;
    const guint8 *data = g_bytes_get_data (reading->bytes[i], &n);
    g_autofree char *head = g_strdup_printf ("%s %" G_GSIZE_FORMAT "\n", file_names[i], n);

    g_checksum_update (sum, (const guchar *) head, -1);
    g_checksum_update (sum, data, (gssize) n);
  }
  return g_strdup (g_checksum_get_string (sum));
}

static gboolean
judge_issues (const GPtrArray *issues, GError **error)
{
  if (issues == NULL || issues->len == 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("知识库有 %u 处错误，没有采用"), issues->len);
  return FALSE;
}

FzKnowledgeSet *
fz_knowledge_set_parse (const FzKnowledgeFile *files, guint n, const FzCodes *routes, GPtrArray *issues, GError **error)
{
  g_autoptr (FzKnowledgeSet) self = g_atomic_rc_box_new0 (FzKnowledgeSet);
  Reading reading = { .self = self, .routes = routes, .issues = issues };
  GError *problem = NULL;
  gboolean read;

  if (!take_files (&reading, files, n, error))
    return NULL;
  read = read_manifest (&reading, &problem); /* before keep(), which asks what it said */
  if (!keep (&reading, read, problem, error) || !read_tables (&reading, error) ||
      !judge_issues (issues, error))
    return NULL;
  self->sha256 = hash_files (&reading);
  return g_steal_pointer (&self);
}

gboolean
fz_knowledge_set_check_usable (const FzKnowledgeSet *self, FzDate on, GError **error)
{
  g_autofree char *until = NULL;

  if (self == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _("药品知识库未加载，不能检查处方，也不能签名。"));
    return FALSE;
  }
  if (fz_date_compare (on, self->until) <= 0)
    return TRUE;
  until = fz_say_day (self->until);
  g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _("药品知识库“%s”（%s 版）已于 %s 过期，不能检查处方，也不能签名。请药学部门导入有效的版本。"),
               self->title, self->edition, until);
  return FALSE;
}

const char *
fz_knowledge_set_get_edition (const FzKnowledgeSet *self)
{
  return self->edition;
}

const char *
fz_knowledge_set_get_title (const FzKnowledgeSet *self, gboolean english)
{
  return english ? self->title_en : self->title;
}

FzDate
fz_knowledge_set_get_since (const FzKnowledgeSet *self)
{
  return self->since;
}

FzDate
fz_knowledge_set_get_until (const FzKnowledgeSet *self)
{
  return self->until;
}

const char *
fz_knowledge_set_get_sha256 (const FzKnowledgeSet *self)
{
  return self->sha256;
}

const char *const *
fz_knowledge_set_get_not_covered (const FzKnowledgeSet *self, gboolean english)
{
  return (const char *const *) (english ? self->gaps_en : self->gaps)->pdata;
}

FzKnowledgeAges
fz_knowledge_set_get_ages (const FzKnowledgeSet *self)
{
  return self->ages;
}

const FzDrugGroups *
fz_knowledge_set_get_groups (const FzKnowledgeSet *self)
{
  return self->groups;
}

const FzDrugLimits *
fz_knowledge_set_get_limits (const FzKnowledgeSet *self)
{
  return self->limits;
}

const FzContraindications *
fz_knowledge_set_get_contraindications (const FzKnowledgeSet *self)
{
  return self->contraindications;
}

const FzIndications *
fz_knowledge_set_get_indications (const FzKnowledgeSet *self)
{
  return self->indications;
}

const FzDrugWords *
fz_knowledge_set_get_words (const FzKnowledgeSet *self)
{
  return self->words;
}

const FzInteractions *
fz_knowledge_set_get_interactions (const FzKnowledgeSet *self)
{
  return self->interactions;
}

const FzAllergies *
fz_knowledge_set_get_allergies (const FzKnowledgeSet *self)
{
  return self->allergies;
}
