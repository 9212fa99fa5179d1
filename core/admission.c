#include "core/admission.h"

#include <glib/gi18n-lib.h>

gboolean
fz_admission_may_decide (FzRole role)
{
  return role == FZ_ROLE_AFFAIRS || role == FZ_ROLE_SECURITY || role == FZ_ROLE_SYSTEM;
}

static gboolean
invalid (GError **error, const char *why)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, why);
  return FALSE;
}

/* A person is who the identity number says, whatever account they use. */
static gboolean
check_persons (const FzDocument *document, GError **error)
{
  const char *decider = document->actor.person;

  if (!fz_admission_may_decide (document->actor.role))
    return fz_refuse (error, _ ("账号启用由医务管理人员、安全管理员或系统管理员决定。"));
  if (g_strcmp0 (fz_fields_get (document->body, "issuer.person"), decider) == 0)
    return fz_refuse (error, _ ("登记账号或发放登记码的人不能自己批准启用；同一人的两个账号也不行。请另一人决定。"));
  return g_strcmp0 (fz_fields_get (document->body, "account.person"), decider) != 0 ||
         fz_refuse (error, _ ("不能批准启用本人的账号，请另一人决定。"));
}

static gboolean
check (const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "proposal", "verdict", "act", "account.number", "account.name", "account.role", "account.person",
                                      "issuer.name", "issuer.staff_number", "issuer.person", "issued_at", "decider.name", "decider.staff_number", NULL };
  const char *verdict = fz_fields_get (document->body, "verdict"), *act = fz_fields_get (document->body, "act");
  FzRole role = FZ_ROLE_NONE;

  if (!fz_document_need (document->body, keys, error))
    return FALSE;
  if (!g_str_equal (verdict, "admitted") && !g_str_equal (verdict, "declined"))
    return invalid (error, _ ("对账号启用只能批准或不批准。"));
  if (!g_str_equal (act, "add") && !g_str_equal (act, "reset"))
    return invalid (error, _ ("账号启用的事由不是已知的取值。"));
  if (g_str_equal (verdict, "declined") && !fz_fields_has (document->body, "words"))
    return invalid (error, _ ("不批准时，请写明理由。"));
  if (!fz_role_from_word (fz_fields_get (document->body, "account.role"), &role))
    return invalid (error, _ ("人员角色不是已知的取值。"));
  return check_persons (document, error);
}

FzFields *
fz_admission_fold (const FzFields *before, const FzDocument *document, GError **error)
{
  static const char *const copied[][2] = { { "id", "proposal" }, { "state", "verdict" }, { "number", "account.number" }, { "role", "account.role" },
                                           { "person", "account.person" }, { "by", "decider.name" }, { "by_number", "decider.staff_number" }, { "words", "words" } };
  const char *kind = fz_fields_get_kind (document->body);
  FzFields *facts;

  if (!g_str_equal (kind, FZ_ADMISSION_KIND)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("不认识的文书类别“%s”。"), kind);
    return NULL;
  }
  if (before != NULL) {
    fz_refuse (error, _ ("这一账号的启用已经有了决定。"));
    return NULL;
  }
  if (!check (document, error))
    return NULL;
  facts = fz_fields_new ("fuzhen.admission_facts/v1");
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++) {
    g_autofree char *key = g_strconcat ("admission.", copied[i][0], NULL);

    fz_fields_set (facts, key, fz_fields_get (document->body, copied[i][1]));
  }
  fz_fields_set_time (facts, "admission.decided_at", document->signed_at_us);
  return fz_fields_freeze (facts);
}

gboolean
fz_admission_admits (const FzFields *admission, const FzFields *staff)
{
  static const char *const same[] = { "number", "role", "person" };

  for (guint i = 0; i < G_N_ELEMENTS (same); i++) {
    g_autofree char *key = g_strconcat ("admission.", same[i], NULL);

    if (!fz_fields_has (staff, same[i]) || g_strcmp0 (fz_fields_get (admission, key), fz_fields_get (staff, same[i])) != 0)
      return FALSE;
  }
  return g_strcmp0 (fz_fields_get (admission, "admission.state"), "admitted") == 0;
}
