#include "app/training.h"

#include "db/directory.h"
#include "db/registers.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define REGISTER "training"

/* --- until when --- */

GPtrArray *
fz_trainings_held (FzTxn *txn, GError **error)
{
  g_autoptr (GPtrArray) all = fz_entries_all (txn, REGISTER, FALSE, error);

  for (guint i = all != NULL ? all->len : 0; i-- > 0;) {
    const char *state = fz_fields_get (all->pdata[i], "entry.state");

    if (g_strcmp0 (state, "held") != 0 && g_strcmp0 (state, "closed") != 0)
      g_ptr_array_remove_index (all, i);
  }
  return g_steal_pointer (&all);
}

/* By the person: who has two numbers was trained once. (transfer container) */
static GPtrArray *
numbers_of_person (GPtrArray *staff, const char *number, const char *person)
{
  GPtrArray *numbers = g_ptr_array_new ();

  g_ptr_array_add (numbers, (gpointer) number);
  for (guint i = 0; person != NULL && i < staff->len; i++)
    if (g_strcmp0 (fz_fields_get (staff->pdata[i], "person"), person) == 0)
      g_ptr_array_add (numbers, (gpointer) fz_fields_get (staff->pdata[i], "number"));
  return numbers;
}

const char *
fz_training_until (GPtrArray *trainings, GPtrArray *staff, const char *number, const char *person)
{
  g_autoptr (GPtrArray) numbers = numbers_of_person (staff, number, person);
  const char *last = NULL;

  for (guint i = 0; i < trainings->len; i++) {
    const char *until = fz_fields_get (trainings->pdata[i], "field.valid_until"), *people = fz_fields_get (trainings->pdata[i], "field.people");

    for (guint k = 0; k < numbers->len && until != NULL && people != NULL && g_strcmp0 (until, last) > 0; k++)
      if (fz_numbers_have (people, numbers->pdata[k]))
        last = until;
  }
  return last;
}

/* --- what may be written --- */

static const char *
value_of (const FzFields *entry, const FzFields *values, const char *key)
{
  const char *value = values != NULL ? fz_fields_get (values, key) : NULL;

  return value != NULL || entry == NULL ? value : fz_fields_get (entry, key);
}

char *
fz_training_problem (const FzRegister *reg, const FzFields *entry, const FzFields *values, GPtrArray *staff, const char **out_label)
{
  const char *people = value_of (entry, values, "field.people");
  g_auto (GStrv) numbers = NULL;

  if (!g_str_equal (fz_register_get_name (reg), REGISTER))
    return NULL;
  *out_label = fz_register_find_field (reg, "people")->label;
  numbers = people != NULL ? fz_numbers_of (people) : NULL;
  if (numbers == NULL || numbers[0] == NULL)
    return value_of (entry, values, "field.valid_until") != NULL ? g_strdup (_ ("填写了有效期的，必须填写合格人员的工号，否则不能计入任何人。")) : NULL;
  for (guint i = 0; numbers[i] != NULL; i++)
    if (fz_staff_find (staff, numbers[i]) == NULL)
      return g_strdup_printf (_ ("本院人员中没有工号“%s”。请只填写工号，用顿号或空格隔开，例如 D1001、P2001。"), numbers[i]);
  return NULL;
}

gboolean
fz_training_check (FzTxn *txn, const FzRegister *reg, const FzFields *entry, const FzFields *values, GError **error)
{
  g_autoptr (GPtrArray) staff = NULL;
  g_autofree char *problem = NULL;
  const char *label = NULL;

  if (!g_str_equal (fz_register_get_name (reg), REGISTER))
    return TRUE;
  staff = fz_staff_list (txn, error);
  problem = staff != NULL ? fz_training_problem (reg, entry, values, staff, &label) : NULL;
  if (problem != NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s：%s"), label, problem);
  return staff != NULL && problem == NULL;
}
