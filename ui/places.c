#include "ui/places.h"

#include "ui/page_audit.h"
#include "ui/page_catalogue.h"
#include "ui/page_comment.h"
#include "ui/page_deadlines.h"
#include "ui/page_dispense.h"
#include "ui/page_front.h"
#include "ui/page_grants.h"
#include "ui/page_ledger.h"
#include "ui/page_overview.h"
#include "ui/page_people.h"
#include "ui/page_registers.h"
#include "ui/page_report.h"
#include "ui/page_review.h"
#include "ui/page_rules.h"
#include "ui/page_system.h"
#include "ui/page_visit.h"

#include <glib/gi18n-lib.h>

#define DOCTOR (1u << FZ_ROLE_DOCTOR)
#define PHARMACIST (1u << FZ_ROLE_PHARMACIST)
#define AFFAIRS (1u << FZ_ROLE_AFFAIRS)
#define SECURITY (1u << FZ_ROLE_SECURITY)
#define SYSTEM (1u << FZ_ROLE_SYSTEM)
#define AUDIT (1u << FZ_ROLE_AUDIT)

static const FzPlaceOf places[] = {
  { "visit", "visit", N_ ("接诊"), DOCTOR, "visit.calls", fz_page_visit_new },
  { "review", "review", N_ ("审方"), PHARMACIST, "review.waiting", fz_page_review_new },
  { "dispense", "dispense", N_ ("发药"), PHARMACIST, NULL, fz_page_dispense_new },
  { "overview", "overview", N_ ("总览"), AFFAIRS, NULL, fz_page_overview_new },
  { "people", "people", N_ ("人员"), SECURITY | AFFAIRS, NULL, fz_page_people_new },
  { "audit", "audit", N_ ("审计"), AUDIT, NULL, fz_page_audit_new },
  { "system", "system", N_ ("系统"), SYSTEM, NULL, fz_page_system_new },
  { "deadlines", "deadline", N_ ("期限"), DOCTOR | PHARMACIST | AFFAIRS | SECURITY | SYSTEM, NULL, fz_page_deadlines_new },
  { "ledger", "ledger", N_ ("上报"), AFFAIRS | SYSTEM, NULL, fz_page_ledger_new },
  { "front", "phone", N_ ("患者端"), AFFAIRS | SYSTEM, "front.held", fz_page_front_new },
  { "comment", "scales", N_ ("点评"), PHARMACIST | AFFAIRS | DOCTOR | SECURITY, NULL, fz_page_comment_new },
  { "registers", "list", N_ ("台账"), AFFAIRS | DOCTOR | PHARMACIST, NULL, fz_page_registers_new },
  { "catalogue", "pill", N_ ("药品目录"), PHARMACIST | AFFAIRS, NULL, fz_page_catalogue_new },
  { "grants", "shield", N_ ("授权"), PHARMACIST | AFFAIRS | SECURITY | SYSTEM | AUDIT, NULL, fz_page_grants_new },
  { "rules", "rulebook", N_ ("规则"), DOCTOR | PHARMACIST | AFFAIRS | SECURITY | SYSTEM | AUDIT, NULL, fz_page_rules_new },
  { "report", "report", N_ ("报表"), AFFAIRS, NULL, fz_page_report_new },
};

GPtrArray *
fz_places_of (FzRole role)
{
  GPtrArray *found = g_ptr_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    if ((places[i].roles & (1u << role)) != 0)
      g_ptr_array_add (found, (gpointer) &places[i]);
  return found;
}

const FzPlaceOf *
fz_places_find (const char *id)
{
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    if (g_strcmp0 (places[i].id, id) == 0)
      return &places[i];
  return NULL;
}
