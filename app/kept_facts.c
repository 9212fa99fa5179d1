#include "app/kept_facts.h"

#include "app/institution.h"
#include "app/registers.h"
#include "app/setup.h"
#include "app/staff_facts.h"
#include "db/directory.h"
#include "db/documents.h"
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

/* Of two of one holder, one can be ended. */
static gboolean
is_ended (const Wanted *self)
{
  const FzRegisterState *state = self->state != NULL ? fz_register_find_state (self->reg, self->state) : NULL;

  return state != NULL && state->ended;
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
  for (guint i = 0; fz_register_is_single (self->reg) && !is_ended (self) && i < self->open->len; i++)
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

static gboolean
check (FzDesk *desk, FzTxn *txn, const FzRegister *reg, const FzFields *entry, const FzFields *values, const char *state, GPtrArray *open, GPtrArray *staff, GError **error)
{
  const char *label = NULL;
  g_autofree char *problem = fz_kept_facts_problem (desk, reg, entry, values, state, open, staff, fz_date_in_beijing (fz_txn_now_us (txn)), &label);

  if (problem != NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s：%s"), label, problem);
  return problem == NULL;
}

static gboolean
read_beside (FzTxn *txn, const FzRegister *reg, GPtrArray **out_open, GPtrArray **out_staff, GError **error)
{
  *out_open = fz_entries_all (txn, fz_register_get_name (reg), TRUE, error);
  *out_staff = *out_open != NULL ? fz_staff_list (txn, error) : NULL;
  return *out_staff != NULL;
}

gboolean
fz_kept_facts_check (FzDesk *desk, FzTxn *txn, const FzRegister *reg, const FzFields *entry, const FzFields *values, const char *move, GError **error)
{
  const FzRegisterMove *it = fz_register_find_move (reg, move);
  const char *state = it != NULL && it->to != NULL ? it->to : entry != NULL ? fz_fields_get (entry, "entry.state") : NULL;
  g_autoptr (GPtrArray) open = NULL, staff = NULL;

  return fz_register_get_holder (reg) == FZ_HOLDER_NONE || (read_beside (txn, reg, &open, &staff, error) && check (desk, txn, reg, entry, values, state, open, staff, error));
}

static FzFields *
values_of (const FzFields *body)
{
  FzFields *values = fz_fields_new ("fuzhen.values/v1");

  for (guint i = 0; i < fz_fields_count (body, "line"); i++) {
    g_autofree char *key = g_strconcat ("field.", fz_fields_get_at (body, "line", i, "key"), NULL);

    fz_fields_set (values, key, fz_fields_get_at (body, "line", i, "value"));
  }
  return values;
}

gboolean
fz_kept_facts_check_again (FzDesk *desk, FzTxn *txn, const FzFields *entry, GPtrArray *documents, GError **error)
{
  const FzFields *first = ((const FzDocument *) documents->pdata[0])->body;
  const FzRegister *reg = fz_register_find (desk, fz_fields_get (first, "register"), NULL);
  g_autoptr (GPtrArray) open = NULL, staff = NULL;

  if (reg == NULL || fz_register_get_holder (reg) == FZ_HOLDER_NONE)
    return TRUE;
  if (!read_beside (txn, reg, &open, &staff, error))
    return FALSE;
  for (guint i = 0; i < documents->len; i++) {
    const FzFields *body = ((const FzDocument *) documents->pdata[i])->body;
    g_autoptr (FzFields) values = values_of (body);

    /* What had ended when it was taken over says nothing. */
    if ((entry != NULL || !fz_fields_is_yes (body, "ended")) && !check (desk, txn, reg, entry, values, fz_fields_get (body, "state"), open, staff, error))
      return FALSE;
  }
  return TRUE;
}

/* --- what the entries say --- */

/* Of one holder: the fact, and the entry that says it. */
typedef struct {
  FzFields *facts, *by;
  gboolean ended; /* of the institution: the one entry has ended */
} Said;

static void
said_free (Said *said)
{
  fz_fields_unref (said->facts);
  fz_fields_unref (said->by);
  g_free (said);
}

static Said *
said_of (GHashTable *all, const char *id)
{
  Said *said = g_hash_table_lookup (all, id);

  if (said != NULL)
    return said;
  said = g_new0 (Said, 1);
  said->facts = fz_fields_new ("fuzhen.facts/v1");
  said->by = fz_fields_new ("fuzhen.facts/v1");
  g_hash_table_insert (all, g_strdup (id), said);
  return said;
}

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

static void
count_fact (const char *key, const char *value, gpointer data)
{
  (*(guint *) data)++;
}

static guint
count_facts (const FzFields *facts)
{
  guint n = 0;

  fz_fields_foreach (facts, count_fact, &n);
  return n;
}

/* A licence is one paper: its number, name and day come from one entry, one in force before one that ended, then the one opened last. */
static gboolean
gives_way (Said *said, gboolean ended)
{
  if (count_facts (said->facts) > 0 && ended && !said->ended)
    return FALSE;
  fz_fields_unref (said->facts);
  fz_fields_unref (said->by);
  said->facts = fz_fields_new ("fuzhen.facts/v1");
  said->by = fz_fields_new ("fuzhen.facts/v1");
  said->ended = ended;
  return TRUE;
}

static void
take_entry (const FzRegister *reg, const FzFields *entry, GHashTable *all)
{
  g_auto (GStrv) holders = holders_of (reg, entry, NULL);
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.facts/v1");

  fz_register_put_facts (reg, entry, facts);
  for (guint i = 0; count_facts (facts) > 0 && holders[i] != NULL; i++) {
    One one = { said_of (all, holders[i]), fz_fields_get (entry, "entry.id") };

    if (fz_register_get_holder (reg) != FZ_HOLDER_INSTITUTION || gives_way (one.said, fz_fields_is_yes (entry, "entry.ended")))
      fz_fields_foreach (facts, take_fact, &one);
  }
}

/* What all entries of one kind of holder say, read once for all of them: by number or code, "" for the institution. */
typedef struct {
  const FzRegister *reg;
  GHashTable *now, *was;  /* of Said; `was`: before the documents of this job, NULL: nobody asks */
  GPtrArray *after;       /* the entries they are of */
  const FzFields *before; /* what the only one of them was; NULL: they are new */
} Walk;

static void
walk_clear (Walk *walk)
{
  g_clear_pointer (&walk->now, g_hash_table_unref);
  g_clear_pointer (&walk->was, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Walk, walk_clear)

static gboolean
is_of (const GPtrArray *entries, const FzFields *entry)
{
  for (guint i = 0; i < entries->len; i++)
    if (g_strcmp0 (fz_fields_get (entries->pdata[i], "entry.id"), fz_fields_get (entry, "entry.id")) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
walk_entry (FzTxn *txn, const FzFields *entry, gpointer data, GError **error)
{
  Walk *walk = data;
  const FzFields *former = walk->was == NULL ? NULL : is_of (walk->after, entry) ? walk->before : entry;

  take_entry (walk->reg, entry, walk->now);
  if (former != NULL)
    take_entry (walk->reg, former, walk->was);
  return TRUE;
}

static GHashTable *
new_said (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) said_free);
}

static gboolean
walk_all (FzDesk *desk, FzTxn *txn, FzHolder holder, Walk *walk, GError **error)
{
  walk->now = new_said ();
  walk->was = walk->after != NULL ? new_said () : NULL;
  for (guint i = 0; i < desk->registers->len; i++) {
    walk->reg = desk->registers->pdata[i];
    if (fz_register_get_holder (walk->reg) == holder && !fz_entries_each (txn, fz_register_get_name (walk->reg), FALSE, walk_entry, walk, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
fz_kept_facts_free (FzDesk *desk, FzTxn *txn, FzHolder holder, const char *id, const char *fact, GError **error)
{
  g_auto (Walk) walk = { 0 };
  const Said *said;
  const char *entry, *title;

  if (!walk_all (desk, txn, holder, &walk, error))
    return FALSE;
  said = g_hash_table_lookup (walk.now, id != NULL ? id : "");
  entry = said != NULL ? fz_fields_get (said->by, fact) : NULL;
  if (entry == NULL)
    return TRUE;
  title = fz_register_get_title (fz_register_find (desk, fz_register_of_entry (desk, entry), NULL));
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED,
               said->ended ? _ ("这一项由台账“%s”的 %s 维护，那一条已经结束。请在该台账登记新的条目。") : _ ("这一项由台账“%s”的 %s 维护，请在那一条上登记变更。"), title, entry);
  return FALSE;
}

GHashTable *
fz_kept_facts_by (FzDesk *desk, FzTxn *txn, FzHolder holder, GError **error)
{
  g_autoptr (GHashTable) by = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) fz_fields_unref);
  g_auto (Walk) walk = { 0 };
  GHashTableIter iter;
  gpointer id, said;

  if (!walk_all (desk, txn, holder, &walk, error))
    return NULL;
  g_hash_table_iter_init (&iter, walk.now);
  while (g_hash_table_iter_next (&iter, &id, &said))
    g_hash_table_insert (by, g_strdup (id), fz_fields_ref (((Said *) said)->by));
  return g_steal_pointer (&by);
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

/* The profile of a holder, and what it has to become. */
static gboolean
ask_changes (FzTxn *txn, FzHolder holder, const char *id, const Walk *walk, FzFields **out_changes, GError **error)
{
  const Said *now = g_hash_table_lookup (walk->now, id), *was = walk->was != NULL ? g_hash_table_lookup (walk->was, id) : NULL;
  g_autoptr (FzFields) kept = NULL, none = fz_fields_new ("fuzhen.facts/v1");

  *out_changes = NULL;
  if (now == NULL && was == NULL)
    return TRUE; /* nothing was said, perhaps of somebody who left before this store began */
  kept = holder == FZ_HOLDER_STAFF ? fz_staff_get (txn, id, error) : fz_institution_facts (txn, holder == FZ_HOLDER_DEPARTMENT ? id : NULL, error);
  if (kept == NULL)
    return FALSE;
  *out_changes = changes_of (kept, was != NULL ? was->facts : none, now != NULL ? now->facts : none);
  if (count_facts (*out_changes) == 0)
    g_clear_pointer (out_changes, fz_fields_unref);
  return TRUE;
}

static gboolean
follow (FzSession *session, FzTxn *txn, FzHolder holder, const char *id, const Walk *walk, GError **error)
{
  g_autoptr (FzFields) changes = NULL;
  g_autoptr (GError) why = NULL;

  if (!ask_changes (txn, holder, id, walk, &changes, error))
    return FALSE;
  if (changes == NULL)
    return TRUE;
  if (holder != FZ_HOLDER_STAFF)
    return fz_institution_put_facts (session, txn, holder == FZ_HOLDER_DEPARTMENT ? id : NULL, changes, error);
  if (fz_staff_facts_put (session, txn, id, changes, &why))
    return TRUE;
  g_set_error (error, why->domain, why->code, _ ("工号 %s：%s"), id, why->message); /* one of many whom the entry names */
  return FALSE;
}

static const FzRegister *
register_of (FzDesk *desk, const FzFields *entry)
{
  const FzRegister *reg = fz_register_find (desk, fz_fields_get (entry, "entry.register"), NULL);

  return reg != NULL && fz_register_get_holder (reg) != FZ_HOLDER_NONE ? reg : NULL;
}

static void
add_holders (const FzRegister *reg, const FzFields *entry, GHashTable *ids)
{
  g_auto (GStrv) holders = holders_of (reg, entry, NULL);

  for (guint i = 0; holders[i] != NULL; i++)
    g_hash_table_add (ids, g_strdup (holders[i]));
}

gboolean
fz_kept_facts_note (FzDesk *desk, FzSession *session, FzTxn *txn, const FzFields *before, GPtrArray *after, GError **error)
{
  const FzRegister *reg = after->len > 0 ? register_of (desk, after->pdata[0]) : NULL;
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (Walk) walk = { .after = after, .before = before };
  GHashTableIter iter;
  gpointer id;

  if (reg == NULL)
    return TRUE;
  if (!walk_all (desk, txn, fz_register_get_holder (reg), &walk, error))
    return FALSE;
  if (before != NULL)
    add_holders (reg, before, ids);
  for (guint i = 0; i < after->len; i++)
    add_holders (reg, after->pdata[i], ids);
  g_hash_table_iter_init (&iter, ids);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!follow (session, txn, fz_register_get_holder (reg), id, &walk, error))
      return FALSE;
  return TRUE;
}

/* --- entries of before the profile followed them --- */

typedef struct {
  FzDesk *desk;
  Walk walk;
  FzFields *changes;
} Align;

static void
align_clear (Align *align)
{
  walk_clear (&align->walk);
  g_clear_pointer (&align->changes, fz_fields_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Align, align_clear)

static gboolean
ask_institution (FzTxn *txn, gpointer data, GError **error)
{
  Align *align = data;

  return walk_all (align->desk, txn, FZ_HOLDER_INSTITUTION, &align->walk, error) &&
         ask_changes (txn, FZ_HOLDER_INSTITUTION, "", &align->walk, &align->changes, error);
}

static gboolean
put_institution (FzTxn *txn, gpointer data, GError **error)
{
  return fz_institution_put_facts (NULL, txn, NULL, ((Align *) data)->changes, error);
}

gboolean
fz_kept_facts_align (FzDesk *desk, GError **error)
{
  g_auto (Align) align = { .desk = desk };

  return fz_store_is_read_only (desk->store, NULL) ||
         (fz_store_run (desk->store, FZ_TXN_READ, ask_institution, &align, error) &&
          (align.changes == NULL || fz_store_run (desk->store, FZ_TXN_RECORD, put_institution, &align, error)));
}

/* --- the institution as it is shown --- */

gboolean
fz_kept_facts_are_shown (const FzRegister *reg)
{
  return fz_register_get_holder (reg) == FZ_HOLDER_INSTITUTION || fz_register_get_holder (reg) == FZ_HOLDER_DEPARTMENT;
}

gboolean
fz_kept_facts_show (FzDesk *desk, GError **error)
{
  return fz_desk_reload_institution (desk, error) && fz_setup_write_front (desk, desk->institution, error);
}

/* --- rebuild --- */

typedef struct {
  FzDesk *desk;
  GPtrArray *differences;
} Compare;

static void
note_entry (const char *fact, const char *value, gpointer data)
{
  One *one = data;

  if (one->entry == NULL)
    one->entry = fz_fields_get (one->said->by, fact);
}

static gboolean
compare_holders (Compare *self, FzTxn *txn, FzHolder holder, GError **error)
{
  g_auto (Walk) walk = { 0 };
  GHashTableIter iter;
  gpointer id, said;

  if (!walk_all (self->desk, txn, holder, &walk, error))
    return FALSE;
  g_hash_table_iter_init (&iter, walk.now);
  while (g_hash_table_iter_next (&iter, &id, &said)) {
    g_autoptr (FzFields) changes = NULL;
    One one = { said, NULL };

    if (!ask_changes (txn, holder, id, &walk, &changes, error))
      return FALSE;
    if (changes == NULL)
      continue;
    fz_fields_foreach (changes, note_entry, &one);
    g_ptr_array_add (self->differences, g_strdup_printf (_ ("台账条目 %s：人员或机构资料与台账所载不一致。"), one.entry));
  }
  return TRUE;
}

static gboolean
compare_job (FzTxn *txn, gpointer data, GError **error)
{
  return compare_holders (data, txn, FZ_HOLDER_STAFF, error) && compare_holders (data, txn, FZ_HOLDER_DEPARTMENT, error) &&
         compare_holders (data, txn, FZ_HOLDER_INSTITUTION, error);
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
