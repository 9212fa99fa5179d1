#include "app/rx_mark.h"

#include "app/knowledge.h"

static gboolean
is_of_row (const FzCodes *marks, guint row, const FzFields *rx)
{
  const char *department = fz_fields_get (rx, "dept.id"), *under = fz_codes_get (marks, row, "under_years");
  gint64 age = -1;

  if (department != NULL && *fz_codes_get (marks, row, "departments") != '\0' && fz_codes_field_has (marks, row, "departments", department))
    return TRUE;
  return *under != '\0' && fz_fields_get_int (rx, "patient.age_years", &age) && age < g_ascii_strtoll (under, NULL, 10);
}

int
fz_rx_mark_find (const FzCodes *marks, const FzFields *rx)
{
  const char *mark = fz_fields_get (rx, "rx.mark");

  if (mark != NULL)
    return fz_codes_find_code (marks, mark);
  for (guint i = 1; i < fz_codes_get_n (marks); i++)
    if (is_of_row (marks, i, rx))
      return (int) i;
  return fz_codes_get_n (marks) > 0 ? 0 : -1;
}

void
fz_rx_mark_put (const FzDesk *desk, FzFields *body)
{
  const FzCodes *marks = fz_knowledge_codes (desk->knowledge, "slip-marks");
  int row;

  fz_fields_set (body, "rx.mark", NULL);
  row = fz_rx_mark_find (marks, body);
  fz_fields_set (body, "rx.mark", row >= 0 ? fz_codes_get (marks, (guint) row, "code") : NULL);
  fz_fields_set (body, "rx.mark_label", row >= 0 ? fz_codes_get (marks, (guint) row, "words") : NULL);
}
