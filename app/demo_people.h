/* app/demo_people.h: the synthetic staff of a demo store (演示人员), with published passwords, PINs and key files. They exist only
 * where the key file says demo; nothing here reaches a real store. */
#pragma once

#include "app/desk_private.h"

/* GPtrArray of FzFields: number, name, role, password, pin and the staff facts. */
GPtrArray *fz_demo_people (GError **error);
/* people.NN.{number,name,role,title,department,password,pin,key_file} into the sign-in page's facts. */
void fz_demo_people_describe (FzFields *front, const char *data_dir);
/* Where this person's key file is. */
char *fz_demo_key_file (const char *data_dir, const char *number);
/* Signs in as the person, with the published secrets. */
FzSession *fz_demo_sign_in (FzDesk *desk, const char *number, GError **error);
/* The first person of a role; NULL when there is none. */
char *fz_demo_person_of_role (FzRole role);
FzSecret *fz_demo_pin (const char *number);
FzSecret *fz_demo_password (const char *number);
/* The published recovery shares, for <data_dir>/demo-keys/shares; read back as n texts, NULL-terminated (fz_shares_free), NOT_FOUND. */
gboolean fz_demo_shares_publish (FzDesk *desk, char *const *shares, GError **error);
char **fz_demo_shares (FzDesk *desk, GError **error);
/* Adds and enrols everybody, key files below <data_dir>/demo-keys/. */
gboolean fz_demo_people_enrol (FzDesk *desk, GError **error);
