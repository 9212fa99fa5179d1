#include "core/case.h"

#include <glib/gi18n-lib.h>

typedef struct {
  const char *word;
  const char *label;
} Word;

static const Word stages[FZ_N_STAGES] = {
  [FZ_STAGE_NONE] = { "none", N_ ("未建立") },           [FZ_STAGE_WAITING] = { "waiting", N_ ("候诊") },
  [FZ_STAGE_TAKEN] = { "taken", N_ ("接诊中") },         [FZ_STAGE_RECORDED] = { "recorded", N_ ("已书写病历") },
  [FZ_STAGE_FINISHED] = { "finished", N_ ("已完成") },   [FZ_STAGE_REFUSED] = { "refused", N_ ("已拒诊") },
  [FZ_STAGE_WITHDRAWN] = { "withdrawn", N_ ("患者已撤销") }, [FZ_STAGE_TERMINATED] = { "terminated", N_ ("已终止") },
};

static const Word rx_stages[FZ_N_RX_STAGES] = {
  [FZ_RX_NONE] = { "none", N_ ("未开具") },           [FZ_RX_SIGNED] = { "signed", N_ ("待审核") },
  [FZ_RX_EFFECTIVE] = { "effective", N_ ("已生效") }, [FZ_RX_RETURNED] = { "returned", N_ ("已退回") },
  [FZ_RX_REFUSED] = { "refused", N_ ("审核不通过") },   [FZ_RX_DISPENSED] = { "dispensed", N_ ("已发药") },
  [FZ_RX_EXPIRED] = { "expired", N_ ("已过期") },     [FZ_RX_VOIDED] = { "voided", N_ ("已作废") },
};

static const Word roles[FZ_N_ROLES] = {
  [FZ_ROLE_NONE] = { "none", N_ ("无") },           [FZ_ROLE_DOCTOR] = { "doctor", N_ ("医师") },
  [FZ_ROLE_PHARMACIST] = { "pharmacist", N_ ("药师") }, [FZ_ROLE_AFFAIRS] = { "affairs", N_ ("医务管理") },
  [FZ_ROLE_SECURITY] = { "security", N_ ("安全管理员") }, [FZ_ROLE_SYSTEM] = { "system", N_ ("系统管理员") },
  [FZ_ROLE_AUDIT] = { "audit", N_ ("审计管理员") },     [FZ_ROLE_DESK] = { "desk", N_ ("工作站") },
};

static const Word docs[FZ_N_DOCS] = {
  [FZ_DOC_INTAKE] = { "fuzhen.intake/v1", N_ ("复诊申请") },
  [FZ_DOC_IDENTITY] = { "fuzhen.identity/v1", N_ ("实名核验") },
  [FZ_DOC_CONSENT] = { "fuzhen.consent/v1", N_ ("知情同意书") },
  [FZ_DOC_PRESENCE] = { "fuzhen.presence/v1", N_ ("接诊前本人认证") },
  [FZ_DOC_ELIGIBILITY] = { "fuzhen.eligibility/v1", N_ ("复诊条件判断") },
  [FZ_DOC_RECORD] = { "fuzhen.record/v1", N_ ("门诊病历") },
  [FZ_DOC_ADDENDUM] = { "fuzhen.addendum/v1", N_ ("病历补记") },
  [FZ_DOC_PRESCRIPTION] = { "fuzhen.prescription/v1", N_ ("处方") },
  [FZ_DOC_REVIEW] = { "fuzhen.review/v1", N_ ("处方审核") },
  [FZ_DOC_CONFIRMATION] = { "fuzhen.confirmation/v1", N_ ("医师再次签名") },
  [FZ_DOC_MONITORING] = { "fuzhen.monitoring/v1", N_ ("用药监测记录") },
  [FZ_DOC_PREPARATION] = { "fuzhen.preparation/v1", N_ ("调配记录") },
  [FZ_DOC_CHECK] = { "fuzhen.preparation_check/v1", N_ ("核对记录") },
  [FZ_DOC_DISPENSE] = { "fuzhen.dispense/v2", N_ ("发药记录") },
  [FZ_DOC_DELIVERY] = { "fuzhen.delivery/v1", N_ ("配送结果") },
  [FZ_DOC_DISPENSE_V1] = { "fuzhen.dispense/v1", N_ ("发药记录（旧格式）") },
  [FZ_DOC_EXPIRY] = { "fuzhen.expiry/v1", N_ ("处方过期") },
  [FZ_DOC_VOID] = { "fuzhen.void/v1", N_ ("处方作废") },
  [FZ_DOC_FINISH] = { "fuzhen.finish/v1", N_ ("结束接诊") },
  [FZ_DOC_REFUSAL] = { "fuzhen.refusal/v1", N_ ("拒诊") },
  [FZ_DOC_WITHDRAWAL] = { "fuzhen.withdrawal/v1", N_ ("患者撤销") },
  [FZ_DOC_TERMINATION] = { "fuzhen.termination/v1", N_ ("终止诊疗") },
  [FZ_DOC_PRIOR_RECORD] = { "fuzhen.prior_record/v1", N_ ("院外病历") },
  [FZ_DOC_MARKING] = { "fuzhen.marking/v1", N_ ("特别敏感标记") },
  [FZ_DOC_SUPPLEMENT] = { "fuzhen.supplement/v1", N_ ("补充资料") },
  [FZ_DOC_PAYMENT] = { "fuzhen.payment/v1", N_ ("付费状态") },
  [FZ_DOC_HANDOVER] = { "fuzhen.handover/v1", N_ ("转交") },
};

static gboolean
find (const Word *table, guint n, const char *word, guint *out)
{
  for (guint i = 0; word != NULL && i < n; i++)
    if (g_str_equal (table[i].word, word)) {
      *out = i;
      return TRUE;
    }
  return FALSE;
}

#define WORDS(type, name, table, count)                                                                                \
  const char *fz_##name##_to_word (type value)                                                                         \
  {                                                                                                                    \
    g_return_val_if_fail ((guint) value < (count), NULL);                                                              \
    return (table)[value].word;                                                                                        \
  }                                                                                                                    \
  gboolean fz_##name##_from_word (const char *word, type *out)                                                         \
  {                                                                                                                    \
    guint i = 0;                                                                                                       \
    gboolean ok = find ((table), (count), word, &i);                                                                   \
    if (ok)                                                                                                            \
      *out = (type) i;                                                                                                 \
    return ok;                                                                                                         \
  }                                                                                                                    \
  const char *fz_##name##_label (type value)                                                                           \
  {                                                                                                                    \
    g_return_val_if_fail ((guint) value < (count), NULL);                                                              \
    return _ ((table)[value].label);                                                                                   \
  }

WORDS (FzStage, stage, stages, FZ_N_STAGES)
WORDS (FzRxStage, rx_stage, rx_stages, FZ_N_RX_STAGES)
WORDS (FzRole, role, roles, FZ_N_ROLES)

const char *
fz_doc_kind_to_text (FzDocKind kind)
{
  g_return_val_if_fail ((guint) kind < FZ_N_DOCS, NULL);
  return docs[kind].word;
}

gboolean
fz_doc_kind_from_text (const char *text, FzDocKind *out)
{
  guint i = 0;
  gboolean ok = find (docs, FZ_N_DOCS, text, &i);

  if (ok)
    *out = (FzDocKind) i;
  return ok;
}

const char *
fz_doc_kind_label (FzDocKind kind)
{
  g_return_val_if_fail ((guint) kind < FZ_N_DOCS, NULL);
  return _ (docs[kind].label);
}
