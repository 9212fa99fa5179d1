#include "app/kept_facts.h"

#include "app/institution.h"
#include "app/registers.h"
#include "app/staff_facts.h"
#include "db/directory.h"
#include "db/registers.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define CODE "code" /* that a department was granted at all */

static const char *
value_of (const FzFields *entry, const FzFields *values, const char *field)
{
  g_autofree char *key = g_strconcat ("field.", field, NULL);
  const char *value = values != NULL ? fz_fields_get (values, key) : NULL;

  return value != NULL || entry == NULL ? value : fz_fields_get (entry, key);
}

/* Whom an entry names: numbers, or one code. "" for the institution. (transfer full) */
static char **
holders_of (const FzRegister *reg, const FzFields *entry, const FzFields *values)
{
  static const char *const none[] = { NULL }, *const institution[] = { "", NULL };
  const FzRegisterField *by = fz_register_get_holder_field (reg);
  const char *named = by != NULL ? value_of (entry, values, by->key) : NULL, *const one[] = { named, NULL };

  if (by != NULL && named != NULL && by->kind == FZ_FIELD_TEXT)
    return fz_numbers_of (named);
  return g_strdupv ((char **) (by == NULL ? institution : named != NULL ? one : none));
}

/* --- what may be written --- */

typedef struct {
  FzDesk *desk;
  const FzRegister *reg;
  const FzFields *entry, *values;
  const char *state;
  GPtrArray *open, *staff;
  FzDate today;
} Wanted;

static gboolean
is_practitioner (const FzFields *person)
{
  const char *role = fz_fields_get (person, "role");

  return g_strcmp0 (role, "doctor") == 0 || g_strcmp0 (role, "pharmacist") == 0;
}

static char *
problem_of_person (const Wanted *self, const char *number)
{
  const FzFields *person = fz_staff_find (self->staff, number);
  gboolean named = self->entry != NULL && fz_register_is_about (self->reg, self->entry, number);
  const char *name = value_of (self->entry, self->values, "subject"); /* of a register about one person, the name */

  if (person == NULL)
    return g_strdup_printf (_ ("本院人员中没有工号“%s”。请填写工号，例如 D1001。"), number);
  if (!is_practitioner (person))
    return g_strdup_printf (_ ("%s（%s）不是医师或药师。"), fz_fields_get (person, "name"), number);
  if (fz_register_is_gone (self->reg, self->state) && !fz_fields_has (person, "left_at"))
    return g_strdup_printf (_ ("%s（%s）的账号还在使用。请先由安全管理员在“人员”页停用，再登记退出。"), fz_fields_get (person, "name"), number);
  if (name != NULL && fz_register_get_holder_field (self->reg)->kind == FZ_FIELD_STAFF && g_strcmp0 (name, fz_fields_get (person, "name")) != 0)
    return g_strdup_printf (_ ("工号 %s 是%s，与填写的姓名不符。"), number, fz_fields_get (person, "name"));
  if (!named && fz_fields_has (person, "left_at"))
    return g_strdup_printf (_ ("%s（%s）已离任，不能再登记。"), fz_fields_get (person, "name"), number);
  return NULL;
}

static char *
problem_of_holder (const Wanted *self, const char *id)
{
  const char *mine = self->entry != NULL ? fz_fields_get (self->entry, "entry.id") : NULL;

  if (fz_register_get_holder (self->reg) == FZ_HOLDER_DEPARTMENT && fz_desk_label (self->desk, "departments", id) == NULL)
    return g_strdup (_ ("没有这个诊疗科目代码；应为《医疗机构诊疗科目名录》的代码，如 03.04。"));
  if (fz_register_get_holder (self->reg) == FZ_HOLDER_STAFF) {
    char *problem = problem_of_person (self, id);

    if (problem != NULL)
      return problem;
  }
  for (guint i = 0; fz_register_is_single (self->reg) && i < self->open->len; i++)
    if (g_strcmp0 (fz_fields_get (self->open->pdata[i], "entry.id"), mine) != 0 && fz_register_is_about (self->reg, self->open->pdata[i], id))
      return g_strdup_printf (_ ("“%s”已有条目 %s，请在那一条上登记变更。"), id, fz_fields_get (self->open->pdata[i], "entry.id"));
  return NULL;
}

/* What an entry says counts from its signature on: nothing that begins later. What follows what it says already without a gap may be signed before. */
static gboolean
lies_ahead (const Wanted *self, const char *field, const char *day)
{
  const char *until = self->entry != NULL ? value_of (self->entry, NULL, "valid_until") : NULL;
  FzDate date, covered;

  if (!fz_date_parse (day, &date, NULL))
    return FALSE; /* said elsewhere */
  if (g_str_equal (field, "from_on") && until != NULL && fz_date_parse (until, &covered, NULL) && fz_date_compare (covered, self->today) >= 0 &&
      fz_date_compare (date, fz_date_add_days (covered, 1)) <= 0)
    return FALSE;
  return fz_date_compare (date, self->today) > 0;
}

static char *
problem_of_days (const Wanted *self, const char **out_label)
{
  const char *const *past = fz_register_get_past (self->reg);

  for (guint i = 0; past != NULL && past[i] != NULL; i++) {
    const char *day = value_of (NULL, self->values, past[i]);

    *out_label = fz_register_find_field (self->reg, past[i])->label;
    if (day != NULL && lies_ahead (self, past[i], day))
      return g_strdup (_ ("这一天还没有到。登记签名后即时生效，请到那一天再登记。"));
  }
  return NULL;
}

static char *
problem_of_facts (const Wanted *self, const char **out_label)
{
  for (guint i = 0; fz_register_get_holder (self->reg) == FZ_HOLDER_STAFF && i < fz_register_get_n_facts (self->reg); i++) {
    const FzRegisterFact *fact = fz_register_get_fact (self->reg, i);
    const char *value = value_of (NULL, self->values, fact->from), *why = value != NULL ? fz_staff_fact_problem (fact->fact, value) : NULL;

    *out_label = fz_register_find_field (self->reg, fact->from)->label;
    if (why != NULL)
      return g_strdup (why);
  }
  return NULL;
}

char *
fz_kept_facts_problem (FzDesk *desk, const FzRegister *reg, const FzFields *entry, const FzFields *values, const char *state, GPtrArray *open, GPtrArray *staff, FzDate today,
                       const char **out_label)
{
  const Wanted self = { desk, reg, entry, values, state, open, staff, today };
  const FzRegisterField *by = fz_register_get_holder_field (reg);
  g_auto (GStrv) holders = holders_of (reg, entry, values);
  char *problem;

  if (fz_register_get_holder (reg) == FZ_HOLDER_NONE)
    return NULL;
  problem = problem_of_days (&self, out_label);
  if (problem == NULL)
    problem = problem_of_facts (&self, out_label);
  if (problem != NULL || by == NULL)
    return problem;
  *out_label = by->label;
  if (holders[0] == NULL)
    return g_strdup (_ ("必须填写。"));
  for (guint i = 0; problem == NULL && holders[i] != NULL; i++)
    problem = problem_of_holder (&self, holders[i]);
  return problem;
}

gboolean
fz_kept_facts_check (FzDesk *desk, FzTxn *txn, const FzRegister *reg, const FzFields *entry, const FzFields *values, const char *move, GError **error)
{
  const FzRegisterMove *it = fz_register_find_move (reg, move);
  const char *state = it != NULL && it->to != NULL ? it->to : entry != NULL ? fz_fields_get (entry, "entry.state") : NULL, *label = NULL;
  g_autoptr (GPtrArray) open = NULL, staff = NULL;
  g_autofree char *problem = NULL;

  if (fz_register_get_holder (reg) == FZ_HOLDER_NONE)
    return TRUE;
  open = fz_entries_all (txn, fz_register_get_name (reg), TRUE, error);
  staff = open != NULL ? fz_staff_list (txn, error) : NULL;
  if (staff == NULL)
    return FALSE;
  problem = fz_kept_facts_problem (desk, reg, entry, values, state, open, staff, fz_date_in_beijing (fz_txn_now_us (txn)), &label);
  if (problem != NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s：%s"), label, problem);
  return problem == NULL;
}

/* --- what the entries say --- */

typedef struct {
  const FzRegister *reg;
  const char *id;
  FzFields *facts, *by; /* the fact, and the entry that says it */
} Said;

typedef struct {
  Said *said;
  const char *entry;
} One;

static void
take_fact (const char *key, const char *value, gpointer data)
{
  One *one = data;

  if (g_strcmp0 (value, fz_fields_get (one->said->facts, key)) <= 0)
    return;
  fz_fields_set (one->said->facts, key, value);
  fz_fields_set (one->said->by, key, one->entry);
}

static gboolean
take_entry (FzTxn *txn, const FzFields *entry, gpointer data, GError **error)
{
  Said *said = data;
  One one = { said, fz_fields_get (entry, "entry.id") };
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.facts/v1");

  if (!fz_register_is_about (said->reg, entry, said->id))
    return TRUE;
  fz_register_put_facts (said->reg, entry, facts);
  fz_fields_foreach (facts, take_fact, &one);
  return TRUE;
}

static void
said_clear (Said *said)
{
  g_clear_pointer (&said->facts, fz_fields_unref);
  g_clear_pointer (&said->by, fz_fields_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Said, said_clear)

static gboolean
ask (FzDesk *desk, FzTxn *txn, FzHolder holder, const char *id, Said *said, GError **error)
{
  said->id = id;
  said->facts = fz_fields_new ("fuzhen.facts/v1");
  said->by = fz_fields_new ("fuzhen.facts/v1");
  for (guint i = 0; i < desk->registers->len; i++) {
    said->reg = desk->registers->pdata[i];
    if (fz_register_get_holder (said->reg) == holder && !fz_entries_each (txn, fz_register_get_name (said->reg), FALSE, take_entry, said, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
fz_kept_facts_free (FzDesk *desk, FzTxn *txn, FzHolder holder, const char *id, const char *fact, GError **error)
{
  g_auto (Said) said = { 0 };
  const char *entry, *name;

  if (!ask (desk, txn, holder, id, &said, error))
    return FALSE;
  entry = fz_fields_get (said.by, fact);
  if (entry == NULL)
    return TRUE;
  name = fz_register_of_entry (desk, entry);
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("这一项由台账“%s”的 %s 维护，请在那一条上登记变更。"), fz_register_get_title (fz_register_find (desk, name, NULL)), entry);
  return FALSE;
}

typedef struct {
  const FzRegister *reg;
  GHashTable *people;
} Everybody;

typedef struct {
  FzFields *of;
  const char *entry;
} Mark;

static void
mark_fact (const char *key, const char *value, gpointer data)
{
  const Mark *mark = data;

  fz_fields_set (mark->of, key, mark->entry);
}

static gboolean
mark_entry (FzTxn *txn, const FzFields *entry, gpointer data, GError **error)
{
  Everybody *all = data;
  g_auto (GStrv) holders = holders_of (all->reg, entry, NULL);
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.facts/v1");

  fz_register_put_facts (all->reg, entry, facts);
  for (guint i = 0; holders[i] != NULL; i++) {
    Mark mark = { g_hash_table_lookup (all->people, holders[i]), fz_fields_get (entry, "entry.id") };

    if (mark.of == NULL) {
      mark.of = fz_fields_new ("fuzhen.facts/v1");
      g_hash_table_insert (all->people, g_strdup (holders[i]), mark.of);
    }
    fz_fields_foreach (facts, mark_fact, &mark);
  }
  return TRUE;
}

GHashTable *
fz_kept_facts_by (FzDesk *desk, FzTxn *txn, GError **error)
{
  g_autoptr (GHashTable) people = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) fz_fields_unref);
  Everybody all = { NULL, people };

  for (guint i = 0; i < desk->registers->len; i++) {
    all.reg = desk->registers->pdata[i];
    if (fz_register_get_holder (all.reg) == FZ_HOLDER_STAFF && !fz_entries_each (txn, fz_register_get_name (all.reg), TRUE, mark_entry, &all, error))
      return NULL;
  }
  return g_steal_pointer (&people);
}

/* --- the profile follows --- */

typedef struct {
  const FzFields *kept, *now; /* what the profile says, and what the entries say */
  FzFields *changes;
} Difference;

static void
put_said (const char *fact, const char *value, gpointer data)
{
  Difference *self = data;

  if (g_strcmp0 (fz_fields_get (self->kept, fact), value) != 0)
    fz_fields_set (self->changes, fact, value);
}

static void
put_gone (const char *fact, const char *value, gpointer data)
{
  Difference *self = data;

  if (!fz_fields_has (self->now, fact) && fz_fields_has (self->kept, fact))
    fz_fields_set (self->changes, fact, "-");
}

/* From what is kept to what the entries say; "-": what an entry said and none says any more. */
static FzFields *
changes_of (const FzFields *kept, const FzFields *was, const FzFields *now)
{
  Difference self = { kept, now, fz_fields_new ("fuzhen.changes/v1") };

  fz_fields_foreach (now, put_said, &self);
  fz_fields_foreach (was, put_gone, &self);
  return self.changes;
}

static void
count_fact (const char *key, const char *value, gpointer data)
{
  (*(guint *) data)++;
}

static gboolean
follow (FzDesk *desk, FzSession *session, FzTxn *txn, FzHolder holder, const char *id, const FzFields *was, GError **error)
{
  g_auto (Said) said = { 0 };
  g_autoptr (FzFields) kept = NULL, changes = NULL;
  guint n = 0;

  if (!ask (desk, txn, holder, id, &said, error))
    return FALSE;
  fz_fields_foreach (said.facts, count_fact, &n);
  fz_fields_foreach (was, count_fact, &n);
  if (n == 0)
    return TRUE; /* nothing was said, perhaps of somebody who left before this store began */
  kept = holder == FZ_HOLDER_STAFF ? fz_staff_get (txn, id, error) : fz_institution_facts (txn, holder == FZ_HOLDER_DEPARTMENT ? id : NULL, error);
  if (kept == NULL)
    return FALSE;
  changes = changes_of (kept, was, said.facts);
  n = 0;
  fz_fields_foreach (changes, count_fact, &n);
  if (n == 0)
    return TRUE;
  return holder == FZ_HOLDER_STAFF ? fz_staff_facts_put (session, txn, id, changes, error)
                                   : fz_institution_put_facts (session, txn, holder == FZ_HOLDER_DEPARTMENT ? id : NULL, changes, error);
}

static const FzRegister *
register_of (FzDesk *desk, const FzFields *entry)
{
  const FzRegister *reg = fz_register_find (desk, fz_fields_get (entry, "entry.register"), NULL);

  return reg != NULL && fz_register_get_holder (reg) != FZ_HOLDER_NONE ? reg : NULL;
}

gboolean
fz_kept_facts_note (FzDesk *desk, FzSession *session, FzTxn *txn, const FzFields *before, const FzFields *after, GError **error)
{
  const FzRegister *reg = register_of (desk, after);
  g_autoptr (GHashTable) done = g_hash_table_new (g_str_hash, g_str_equal);
  g_auto (GStrv) is = reg != NULL ? holders_of (reg, after, NULL) : NULL, had = reg != NULL && before != NULL ? holders_of (reg, before, NULL) : NULL;
  char **const lists[] = { is, had };
  g_autoptr (FzFields) was = fz_fields_new ("fuzhen.facts/v1");

  if (reg == NULL)
    return TRUE;
  if (before != NULL)
    fz_register_put_facts (reg, before, was);
  for (guint l = 0; l < G_N_ELEMENTS (lists); l++)
    for (guint i = 0; lists[l] != NULL && lists[l][i] != NULL; i++)
      if (g_hash_table_add (done, lists[l][i]) && !follow (desk, session, txn, fz_register_get_holder (reg), lists[l][i], was, error))
        return FALSE;
  return TRUE;
}

/* --- rebuild --- */

typedef struct {
  FzDesk *desk;
  GPtrArray *differences;
  const FzRegister *reg;
} Compare;

static gboolean
compare_entry (FzTxn *txn, const FzFields *entry, gpointer data, GError **error)
{
  Compare *self = data;
  g_auto (GStrv) holders = holders_of (self->reg, entry, NULL);
  FzHolder holder = fz_register_get_holder (self->reg);

  for (guint i = 0; holders[i] != NULL; i++) {
    g_auto (Said) said = { 0 };
    g_autoptr (FzFields) kept = NULL, changes = NULL, was = fz_fields_new ("fuzhen.facts/v1");
    guint n = 0;

    if (!ask (self->desk, txn, holder, holders[i], &said, error))
      return FALSE;
    fz_fields_foreach (said.facts, count_fact, &n);
    if (n == 0)
      continue;
    kept = holder == FZ_HOLDER_STAFF ? fz_staff_get (txn, holders[i], error) : fz_institution_facts (txn, holder == FZ_HOLDER_DEPARTMENT ? holders[i] : NULL, error);
    if (kept == NULL)
      return FALSE;
    changes = changes_of (kept, was, said.facts);
    n = 0;
    fz_fields_foreach (changes, count_fact, &n);
    if (n > 0)
      g_ptr_array_add (self->differences, g_strdup_printf (_ ("台账条目 %s：人员或机构资料与台账所载不一致。"), fz_fields_get (entry, "entry.id")));
  }
  return TRUE;
}

static gboolean
compare_job (FzTxn *txn, gpointer data, GError **error)
{
  Compare *self = data;

  for (guint i = 0; i < self->desk->registers->len; i++) {
    self->reg = self->desk->registers->pdata[i];
    if (fz_register_get_holder (self->reg) != FZ_HOLDER_NONE && !fz_entries_each (txn, fz_register_get_name (self->reg), FALSE, compare_entry, self, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
fz_kept_facts_compare (FzDesk *desk, GPtrArray *differences, GError **error)
{
  Compare self = { .desk = desk, .differences = differences };

  return fz_store_run (desk->store, FZ_TXN_READ, compare_job, &self, error);
}

/* --- what is known already --- */

static void
add_known (const FzRegister *reg, const char *id, const FzFields *facts, GPtrArray *rows)
{
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.known/v1");
  g_autofree char *number = g_strdup_printf ("现有资料 %s", id), *by = g_strconcat ("field.", fz_register_get_holder_field (reg)->key, NULL);
  gboolean any = FALSE;

  for (guint i = 0; i < fz_register_get_n_facts (reg); i++) {
    const FzRegisterFact *fact = fz_register_get_fact (reg, i);
    g_autofree char *key = g_strconcat ("field.", fact->from, NULL);

    any = any || fz_fields_has (facts, fact->fact);
    fz_fields_set (row, key, fz_fields_get (facts, fact->fact));
  }
  fz_fields_set (row, "old_number", number);
  fz_fields_set (row, by, id);
  if (any)
    g_ptr_array_add (rows, fz_fields_freeze (g_steal_pointer (&row)));
}

static gboolean
has_entry (const FzRegister *reg, GPtrArray *open, const char *id)
{
  for (guint i = 0; i < open->len; i++)
    if (fz_register_is_about (reg, open->pdata[i], id))
      return TRUE;
  return FALSE;
}

GPtrArray *
fz_kept_facts_rows (FzDesk *desk, FzTxn *txn, const FzRegister *reg, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref), staff = NULL;
  g_autoptr (GPtrArray) open = fz_entries_all (txn, fz_register_get_name (reg), TRUE, error);
  g_autoptr (FzFields) institution = open != NULL ? fz_profile_get (txn, "institution", error) : NULL;
  FzHolder holder = fz_register_get_holder (reg);

  staff = institution != NULL ? fz_staff_list (txn, error) : NULL;
  if (staff == NULL)
    return NULL;
  for (guint i = 0; holder == FZ_HOLDER_STAFF && i < staff->len; i++) {
    const char *number = fz_fields_get (staff->pdata[i], "number");

    if (is_practitioner (staff->pdata[i]) && !fz_fields_has (staff->pdata[i], "left_at") && !has_entry (reg, open, number))
      add_known (reg, number, staff->pdata[i], rows);
  }
  for (guint i = 0; holder == FZ_HOLDER_DEPARTMENT && i < fz_fields_count (institution, "department"); i++) {
    const char *code = fz_fields_get_at (institution, "department", i, CODE);
    g_autoptr (FzFields) facts = fz_institution_facts (txn, code, error);

    if (facts == NULL)
      return NULL;
    if (!has_entry (reg, open, code))
      add_known (reg, code, facts, rows);
  }
  return g_steal_pointer (&rows);
}
