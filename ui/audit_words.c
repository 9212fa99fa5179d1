#include "ui/audit_words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
  const char *word, *said;
} Word;

static const Word actions[] = {
  { "alarm.list", N_ ("查看告警") },
  { "audit.head", N_ ("取得检查点") },
  { "audit.outside", N_ ("设置库外留存") },
  { "audit.verify", N_ ("校验审计") },
  { "case.read", N_ ("查看就诊") },
  { "case.read_masked", N_ ("查看就诊（隐去身份）") },
  { "catalogue.decide", N_ ("决定目录变更") },
  { "catalogue.drop_staged", N_ ("放弃待提出的目录变更") },
  { "catalogue.propose", N_ ("提出目录变更") },
  { "catalogue.read", N_ ("查看药品目录") },
  { "catalogue.remove", N_ ("移除药品") },
  { "catalogue.stage", N_ ("读入药品目录文件") },
  { "catalogue_change.sign", N_ ("签署：药品目录变更") },
  { "catalogue_decision.sign", N_ ("签署：药品目录变更的决定") },
  { "catalogue_removal.sign", N_ ("签署：因疑似不良反应移除药品") },
  { "comment.draw", N_ ("抽取点评样本") },
  { "comment.list", N_ ("查看点评清单") },
  { "comment.read", N_ ("查看被点评的处方") },
  { "comment.sign", N_ ("签署：处方点评") },
  { "comment_announcement.sign", N_ ("签署：处方点评结果公示") },
  { "comment_answer.sign", N_ ("签署：申诉答复") },
  { "comment_approval.sign", N_ ("签署：专项点评的批准") },
  { "comment_confirmation.sign", N_ ("签署：点评复核") },
  { "comment_plan.sign", N_ ("签署：点评样本") },
  { "comment_reply.sign", N_ ("签署：医师对点评的答复") },
  { "admission.decide", N_ ("决定账号启用") },
  { "admission.list", N_ ("查看账号启用") },
  { "admission.sign", N_ ("签署：账号启用的决定") },
  { "day.seal", N_ ("日终封存") },
  { "document.countersign", N_ ("在他人的文书上副签") },
  { "evidence.read", N_ ("查看病历资料") },
  { "grant.ask", N_ ("申请授权") },
  { "grant.decide", N_ ("决定授权申请") },
  { "grant.list", N_ ("查看授权") },
  { "grant.sign", N_ ("签署：授权申请") },
  { "purge.receive", N_ ("到期清除：写入墓碑") },
  { "purge.run", N_ ("到期清除") },
  { "grant.use", N_ ("使用授权") },
  { "grant_decision.sign", N_ ("签署：授权申请的决定") },
  { "handout.write", N_ ("写出交付文件") },
  { "idle.set", N_ ("设置闲置锁屏时间") },
  { "import", N_ ("导入目录") },
  { "import.consent", N_ ("导入知情同意书") },
  { "import.diagnoses", N_ ("导入诊断目录") },
  { "import.drugs", N_ ("导入药品目录") },
  { "import.starter", N_ ("装入初始目录") },
  { "keys.export", N_ ("导出公钥") },
  { "keys.list", N_ ("查看公钥") },
  { "keys.renew", N_ ("续期签名证书") },
  { "keys.revoke", N_ ("吊销签名密钥") },
  { "keys.rotate", N_ ("更换密钥") },
  { "keys.rotate_institution", N_ ("更换机构密钥") },
  { "keys.rotate_log", N_ ("更换日志密钥") },
  { "keys.rotate_store", N_ ("更换库密钥") },
  { "keys.shares", N_ ("换发恢复份额") },
  { "keys.tell", N_ ("登记吊销告知") },
  { "list.audit", N_ ("查看审计") },
  { "list.deadlines", N_ ("查看期限") },
  { "list.dispense", N_ ("查看待发药") },
  { "list.dispensed", N_ ("查看已发药") },
  { "list.done", N_ ("查看本人已结束的就诊") },
  { "list.mine", N_ ("查看本人接诊中的就诊") },
  { "list.monitors", N_ ("查看待监测") },
  { "list.outbox", N_ ("查看台账") },
  { "list.reactions", N_ ("查看药品不良反应登记") },
  { "list.review", N_ ("查看待审处方") },
  { "list.reviewed", N_ ("查看已审处方") },
  { "list.rx", N_ ("查看处方列表") },
  { "list.sent", N_ ("查看配送中") },
  { "list.staff", N_ ("查看人员") },
  { "list.visits", N_ ("查看就诊列表") },
  { "list.waiting", N_ ("查看候诊") },
  { "overview", N_ ("查看总览") },
  { "pin.wrong", N_ ("签名 PIN 错误") },
  { "platform.configure", N_ ("设置平台接入") },
  { "prescription.dispense", N_ ("发药") },
  { "prescription.prepare", N_ ("调配") },
  { "prescription.check", N_ ("核对") },
  { "prescription.deliver", N_ ("登记配送结果") },
  { "prescription.export", N_ ("导出处方") },
  { "inspection.begin", N_ ("开始制作检查材料") },
  { "inspection.export", N_ ("制作检查材料") },
  { "access.open", N_ ("紧急查阅") },
  { "access.sign", N_ ("签署：紧急查阅") },
  { "access_review.sign", N_ ("签署：紧急查阅的复核") },
  { "access.list", N_ ("查看紧急查阅") },
  { "access.review", N_ ("复核紧急查阅") },
  { "patient.reveal", N_ ("查看脱敏信息") },
  { "prescription.preview", N_ ("预览处方笺") },
  { "prescription.print", N_ ("打印处方笺") },
  { "prescription.read", N_ ("查看处方") },
  { "prescription.review", N_ ("审核处方") },
  { "review.claim", N_ ("打开待审处方") },
  { "review.release", N_ ("放回待审处方") },
  { "prescription.confirm", N_ ("再次签名确认处方") },
  { "prescription.void", N_ ("作废处方") },
  { "profiling.aim", N_ ("按药品或医师抽取点评样本") },
  { "profiling.alarm", N_ ("防统方告警") },
  { "profiling.missing", N_ ("查找不存在的编号") },
  { "profiling.settle", N_ ("处理防统方告警") },
  { "profiling.use", N_ ("使用药品统计授权") },
  { "rebuild", N_ ("重建核对") },
  { "report", N_ ("生成报表") },
  { "session.lock", N_ ("锁定") },
  { "session.sign_in", N_ ("登录") },
  { "password.change", N_ ("更换口令") },
  { "pin.change", N_ ("更换签名 PIN") },
  { "session.sign_out", N_ ("退出登录") },
  { "session.unlock", N_ ("解锁") },
  { "staff.add", N_ ("登记人员") },
  { "staff.enrol", N_ ("办理密钥") },
  { "staff.manage", N_ ("管理人员") },
  { "store.backup", N_ ("备份") },
  { "backup", N_ ("备份") },
  { "store.create", N_ ("建立数据库") },
  { "store.migrate", N_ ("升级数据库") },
  { "store.restore", N_ ("恢复数据库") },
  { "upload.begin", N_ ("开始发送") },
  { "upload.begins", N_ ("上报开始") },
  { "upload.decide", N_ ("裁定上报") },
  { "upload.read", N_ ("查看上报记录") },
  { "upload.recover", N_ ("标记中断的上报") },
  { "upload.retry", N_ ("重新生成上报") },
  { "upload.run", N_ ("运行上报") },
  { "upload.settle", N_ ("上报结果") },
  { "upload.settle_not_sent", N_ ("裁定未收到") },
  { "upload.settle_sent", N_ ("裁定已收到") },
  { "visit.intake", N_ ("接收就诊申请") },
  { "visit.take", N_ ("接诊") },
  { "visit.write", N_ ("书写") },
};

static const Word kinds[] = {
  { "catalogue", N_ ("药品目录") },
  { "visit", N_ ("就诊") },   { "prescription", N_ ("处方") }, { "document", N_ ("文书") }, { "staff", N_ ("人员") },
  { "store", N_ ("数据库") }, { "outbox", N_ ("上报") },       { "day", N_ ("日期") },     { "session", N_ ("会话") },
  { "comment", N_ ("点评样本") }, { "grant", N_ ("授权") }, { "access", N_ ("紧急查阅") },
};

static const char *
find (const Word *words, gsize n, const char *word)
{
  for (gsize i = 0; i < n; i++)
    if (g_strcmp0 (words[i].word, word) == 0)
      return _ (words[i].said);
  return word != NULL ? word : "";
}

/* A document's own words: `record.sign`, `consent.receive`. */
static char *
document_action (const char *action)
{
  const char *dot = action != NULL ? strrchr (action, '.') : NULL;
  gboolean sign = g_strcmp0 (dot, ".sign") == 0;
  g_autofree char *kind = NULL;
  FzDocKind found = FZ_N_DOCS;

  if (!sign && g_strcmp0 (dot, ".receive") != 0)
    return NULL;
  kind = g_strdup_printf ("fuzhen.%.*s/v1", (int) (dot - action), action);
  if (!fz_doc_kind_from_text (kind, &found))
    return NULL;
  return g_strdup_printf (sign ? _ ("签署：%s") : _ ("收存：%s"), fz_doc_kind_label (found));
}

char *
fz_audit_action (const char *action)
{
  char *said = document_action (action);

  return said != NULL ? said : g_strdup (find (actions, G_N_ELEMENTS (actions), action));
}

const char *
fz_audit_subject_kind (const char *kind)
{
  return find (kinds, G_N_ELEMENTS (kinds), kind);
}

const char *
fz_audit_outcome (const char *outcome, FzStatus *out)
{
  if (g_strcmp0 (outcome, "denied") == 0) {
    *out = FZ_STATUS_STOP;
    return _ ("已拒绝");
  }
  if (g_strcmp0 (outcome, "failed") == 0) {
    *out = FZ_STATUS_WARN;
    return _ ("失败");
  }
  *out = FZ_STATUS_OK;
  return _ ("完成");
}
