/* app/accounts.h: the table that people's accounts are read from (人员账号); what is done with them is in app/desk.h. Tianjin 2025 art. 13-15. */
#pragma once

#include "app/enrol.h"

/* The keys an account is made of, NULL-terminated: number, name, role, id_number, licence, title … (assets/schema/hospital.json). */
const char *const *fz_account_keys (void);
/* Rows from a CSV file with these columns: GPtrArray of FzFields. */
GPtrArray *fz_account_rows_from_csv (const char *name, const guint8 *bytes, gsize n, GError **error);
