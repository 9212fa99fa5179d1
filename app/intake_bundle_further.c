/* What only some provinces ask of a request. Absent is always accepted here: whether it is needed is a clause's to say. */
#include "app/intake_bundle_private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

static const struct {
  const char *field;
  glong max_chars;
} lines[] = {
  { "patient.ethnic", 20 },
  { "patient.marital", 20 },
  { "patient.occupation", 40 },
  { "patient.address", 200 },
};

/* Numbers of cards are compared by machines elsewhere: no blanks, no full-width signs. */
static void
check_card (FzBundleLook *self, const char *field)
{
  static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
  const char *number = fz_bundle_look_text (self, field, 64, FALSE, FALSE);

  if (number != NULL && strspn (number, allowed) != strlen (number))
    fz_bundle_complain (self, field, _ ("只能含半角的字母、数字和 -，请对照卡面录入。"));
}

static void
check_drugs (FzBundleLook *self, const char *list)
{
  for (guint i = 0; i < fz_fields_count (self->facts, list); i++) {
    g_autofree char *field = g_strdup_printf ("%s.%02u.generic", list, i);

    fz_bundle_need_line (self, field, 60);
  }
}

/* 民法典 arts. 18-24. */
static void
check_capacity (FzBundleLook *self)
{
  static const char *const words[] = { "full", "limited", "none", NULL };
  const char *word = fz_fields_get (self->facts, "patient.capacity");

  if (word != NULL && !g_strv_contains (words, word))
    fz_bundle_complain (self, "patient.capacity", _ ("应为完全（full）、限制（limited）或无民事行为能力（none）。"));
}

void
fz_bundle_check_further (FzBundleLook *self)
{
  check_card (self, "patient.insurance_card");
  check_card (self, "patient.health_card");
  check_card (self, "patient.health_record");
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    fz_bundle_look_line (self, lines[i].field, lines[i].max_chars);
  fz_bundle_look_truth (self, "patient.cannot_express");
  fz_bundle_look_truth (self, "guardian.present");
  check_capacity (self);
  check_drugs (self, "request.drug");
  check_drugs (self, "request.purchased");
}

void
fz_bundle_drop_further (FzFields *body)
{
  static const char *const keys[] = { "patient.insurance_card", "patient.health_card",    "patient.health_record", "patient.ethnic",
                                      "patient.marital",        "patient.occupation",     "patient.address",       "patient.cannot_express",
                                      "patient.capacity",       "guardian.present" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    fz_fields_set (body, keys[i], NULL);
}
