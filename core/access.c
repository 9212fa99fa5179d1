#include "core/access.h"

#include "core/date.h"

#include <glib/gi18n-lib.h>

static gboolean
invalid (GError **error, const char *why)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, why);
  return FALSE;
}

const char *
fz_access_state_label (const char *state)
{
  return g_strcmp0 (state, "accepted") == 0 ? _ ("已复核：认可") : g_strcmp0 (state, "objected") == 0 ? _ ("已复核：不认可") : _ ("待复核");
}

/* --- opening --- */

static gboolean
check_opening (const FzDocument *document, GError **error)
{
  FzRole role = document->actor.role;
  gint64 until_us = 0;
  FzDate day;

  if (role != FZ_ROLE_DOCTOR && role != FZ_ROLE_PHARMACIST)
    return fz_refuse (error, _ ("只有医师和药师可以紧急查阅。"));
  if (!fz_fields_get_time (document->body, "until_at", &until_us) || until_us <= document->signed_at_us)
    return invalid (error, _ ("紧急查阅须写明截止时间。"));
  return fz_date_parse (fz_fields_get (document->body, "review_on"), &day, error);
}

static FzFields *
open_case (const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "proposal", "case", "reason", "reason_label", "words", "until_at", "review_on", "opener.name", "opener.staff_number", NULL };
  static const char *const copied[][2] = { { "id", "proposal" }, { "visit", "case" }, { "reason", "reason" }, { "reason_label", "reason_label" }, { "words", "words" },
                                           { "until_at", "until_at" }, { "review_on", "review_on" }, { "by", "opener.name" }, { "by_number", "opener.staff_number" } };
  FzFields *facts;

  if (!fz_document_need (document->body, keys, error) || !check_opening (document, error))
    return NULL;
  facts = fz_fields_new ("fuzhen.access_facts/v1");
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++) {
    g_autofree char *key = g_strconcat ("access.", copied[i][0], NULL);

    fz_fields_set (facts, key, fz_fields_get (document->body, copied[i][1]));
  }
  fz_fields_set (facts, "access.state", "waits");
  fz_fields_set_time (facts, "access.opened_at", document->signed_at_us);
  fz_fields_set (facts, "access.by_person", document->actor.person);
  fz_fields_set (facts, "access.by_role", fz_role_to_word (document->actor.role));
  fz_fields_set (facts, "access.document", document->id);
  fz_fields_set (facts, "access.note_sha256", document->note_sha256);
  return facts;
}

/* --- reviewing --- */

static gboolean
check_review (const FzFields *before, const FzDocument *document, GError **error)
{
  const FzFields *body = document->body;
  const char *verdict = fz_fields_get (body, "verdict");
  FzRole role = document->actor.role;

  if (g_strcmp0 (verdict, "accepted") != 0 && g_strcmp0 (verdict, "objected") != 0)
    return invalid (error, _ ("对紧急查阅只能认可或不认可。"));
  if (g_str_equal (verdict, "objected") && !fz_fields_has (body, "words"))
    return invalid (error, _ ("不认可时，请写明理由。"));
  if (g_strcmp0 (fz_fields_get (before, "access.state"), "waits") != 0)
    return fz_refuse (error, _ ("这次紧急查阅已经复核。"));
  if (g_strcmp0 (fz_fields_get (before, "access.id"), fz_fields_get (body, "proposal")) != 0 ||
      g_strcmp0 (fz_fields_get (before, "access.note_sha256"), fz_fields_get (body, "note_sha256")) != 0)
    return fz_refuse (error, _ ("复核所指的内容与当时签署的内容不一致。"));
  if (role != FZ_ROLE_AFFAIRS && role != FZ_ROLE_AUDIT)
    return fz_refuse (error, _ ("紧急查阅由医务管理人员或审计管理员复核。"));
  return g_strcmp0 (fz_fields_get (before, "access.by_person"), document->actor.person) != 0 ||
         fz_refuse (error, _ ("不能复核本人的紧急查阅；同一人的两个账号也不行。"));
}

static FzFields *
review_case (const FzFields *before, const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "proposal", "verdict", "note_sha256", "reviewer.name", "reviewer.staff_number", NULL };
  const FzFields *body = document->body;
  FzFields *facts;

  if (!fz_document_need (body, keys, error) || !check_review (before, document, error))
    return NULL;
  facts = fz_fields_dup (before, NULL);
  fz_fields_set (facts, "access.state", fz_fields_get (body, "verdict"));
  fz_fields_set_time (facts, "access.reviewed_at", document->signed_at_us);
  fz_fields_set (facts, "access.reviewed_by", fz_fields_get (body, "reviewer.name"));
  fz_fields_set (facts, "access.reviewed_by_number", fz_fields_get (body, "reviewer.staff_number"));
  fz_fields_set (facts, "access.review_words", fz_fields_get (body, "words"));
  return facts;
}

FzFields *
fz_access_fold (const FzFields *before, const FzDocument *document, GError **error)
{
  const char *kind = fz_fields_get_kind (document->body);
  gboolean opens = g_str_equal (kind, FZ_ACCESS_KIND);
  FzFields *facts = NULL;

  if (!opens && !g_str_equal (kind, FZ_ACCESS_REVIEW_KIND))
    g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("不认识的文书类别“%s”。"), kind);
  else if (opens != (before == NULL))
    fz_refuse (error, opens ? _ ("这次紧急查阅已经登记。") : _ ("没有这次紧急查阅。"));
  else
    facts = opens ? open_case (document, error) : review_case (before, document, error);
  return facts != NULL ? fz_fields_freeze (facts) : NULL;
}
