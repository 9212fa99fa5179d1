/* app/hospital.h: a hospital's profile as `fuzhen init` reads it (机构资料). The file is described by assets/schema/hospital.json. */
#pragma once

#include "core/fields.h"

typedef struct {
  FzFields *institution; /* organ.*, desk.*, department.NN.{code,name}, seniority.NN.* (app/institution.h), jurisdiction */
  GPtrArray *staff;      /* FzFields, one a person */
} FzHospital;

/* INVALID names the path of what is missing, unknown or wrong; every person is checked. */
FzHospital *fz_hospital_parse (const void *json, gsize n, gint64 now_us, GError **error);
void fz_hospital_free (FzHospital *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzHospital, fz_hospital_free)
