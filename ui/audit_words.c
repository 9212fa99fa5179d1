#include "ui/audit_words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
  const char *word, *said;
} Word;

static const Word actions[] = {
  { "access.list", N_ ("查看紧急查阅") },
  { "access.open", N_ ("紧急查阅") },
  { "access.review", N_ ("复核紧急查阅") },
  { "access.sign", N_ ("签署：紧急查阅") },
  { "access_review.sign", N_ ("签署：紧急查阅的复核") },
  { "admission.decide", N_ ("决定账号启用") },
  { "admission.list", N_ ("查看账号启用") },
  { "admission.sign", N_ ("签署：账号启用的决定") },
  { "alarm.list", N_ ("查看告警") },
  { "alarm.settle", N_ ("处理防统方告警") },
  { "audit.export", N_ ("导出审计日志") },
  { "audit.head", N_ ("取得检查点") },
  { "audit.outside", N_ ("设置库外留存") },
  { "audit.prove", N_ ("导出审计证明") },
  { "audit.verify", N_ ("校验审计") },
  { "backup", N_ ("备份") },
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
  { "comment.announce", N_ ("公示点评结果") },
  { "comment.answer", N_ ("答复申诉") },
  { "comment.approve", N_ ("批准专项点评") },
  { "comment.confirm", N_ ("复核点评") },
  { "comment.draw", N_ ("抽取点评样本") },
  { "comment.list", N_ ("查看点评清单") },
  { "comment.plan", N_ ("建立点评样本") },
  { "comment.plans", N_ ("查看点评样本") },
  { "comment.read", N_ ("查看被点评的处方或病历") },
  { "comment.reply", N_ ("认可点评或申诉") },
  { "comment.rectify", N_ ("整改病历缺陷") },
  { "comment.evaluate", N_ ("评价病历整改") },
  { "comment.sign", N_ ("签署：处方点评") },
  { "comment.write", N_ ("点评处方") },
  { "comment_announcement.sign", N_ ("签署：处方点评结果公示") },
  { "comment_answer.sign", N_ ("签署：申诉答复") },
  { "comment_approval.sign", N_ ("签署：专项点评的批准") },
  { "comment_confirmation.sign", N_ ("签署：点评复核") },
  { "comment_plan.sign", N_ ("签署：点评样本") },
  { "comment_reply.sign", N_ ("签署：医师对点评的答复") },
  { "day.seal", N_ ("日终封存") },
  { "document.countersign", N_ ("在他人的文书上副签") },
  { "duty.list", N_ ("查看值班") },
  { "duty.put", N_ ("登记值班") },
  { "entry.receive", N_ ("台账：系统自动记入") },
  { "entry.sign", N_ ("签署：台账") },
  { "evidence.read", N_ ("查看病历资料") },
  { "phrases.keep", N_ ("整理常用语") },
  { "talk.again", N_ ("重发沟通消息") },
  { "talk.complaint", N_ ("因投诉查看沟通") },
  { "talk.note", N_ ("登记其他方式的沟通") },
  { "talk.picture", N_ ("查看沟通中的图片") },
  { "talk.read", N_ ("查看沟通") },
  { "talk.receive", N_ ("收到患者消息") },
  { "talk.recording", N_ ("登记录音录像") },
  { "talk.see", N_ ("读过患者消息") },
  { "talk.send", N_ ("发给患者") },
  { "talk.state", N_ ("消息的送达状态") },
  { "talk.video", N_ ("打开医院视频系统") },
  { "talk.write", N_ ("与患者沟通") },
  { "grant.ask", N_ ("申请授权") },
  { "grant.decide", N_ ("决定授权申请") },
  { "grant.list", N_ ("查看授权") },
  { "grant.sign", N_ ("签署：授权申请") },
  { "grant.use", N_ ("使用授权") },
  { "grant_decision.sign", N_ ("签署：授权申请的决定") },
  { "hand.drop", N_ ("删除常用药或套方") },
  { "hand.keep", N_ ("保存常用药或套方") },
  { "hand.read", N_ ("查看常用药和套方") },
  { "draft.read", N_ ("查看草稿") },
  { "monitor.list", N_ ("查看待监测的用药") },
  { "hand.rename", N_ ("更改套方名称") },
  { "front.configure", N_ ("设置医院前端") },
  { "front.decide", N_ ("决定医院前端来件或通知的处理") },
  { "front.deliver", N_ ("医院前端的答复") },
  { "front.list", N_ ("查看医院前端待处理的来件与通知") },
  { "front.push", N_ ("向医院前端发送一批") },
  { "front.read", N_ ("查看与医院前端的往来") },
  { "front.receive", N_ ("从医院前端收到一页来件") },
  { "front.take", N_ ("办理医院前端的来件") },
  { "handout.write", N_ ("写出交付文件") },
  { "idle.read", N_ ("查看闲置锁屏时间") },
  { "idle.set", N_ ("设置闲置锁屏时间") },
  { "import", N_ ("导入目录") },
  { "import.calendar", N_ ("导入节假日安排") },
  { "import.consent", N_ ("导入知情同意书") },
  { "import.diagnoses", N_ ("导入诊断目录") },
  { "import.drugs", N_ ("导入药品目录") },
  { "import.knowledge", N_ ("导入药品知识") },
  { "import.starter", N_ ("装入初始目录") },
  { "inspection.begin", N_ ("开始制作检查材料") },
  { "inspection.export", N_ ("制作检查材料") },
  { "record.import", N_ ("导入院外病历") },
  { "drill_report.sign", N_ ("签署：恢复演练报告") },
  { "record_sample.sign", N_ ("签署：病历质控样本") },
  { "record_score.sign", N_ ("签署：病历质控评分") },
  { "record_reply.sign", N_ ("签署：医师对病历质控的答复") },
  { "record_answer.sign", N_ ("签署：病历质控申诉的答复") },
  { "record_rectification.sign", N_ ("签署：病历缺陷的整改") },
  { "record_evaluation.sign", N_ ("签署：病历整改的评价") },
  { "record_notice.sign", N_ ("签署：病历质控通报") },
  { "record.begin", N_ ("开始导出病历") },
  { "record.export", N_ ("导出病历") },
  { "record.read", N_ ("为导出读取病历") },
  { "indicator.check", N_ ("核对上月质量指标") },
  { "record.copy", N_ ("提供病历副本") },
  { "record.preview", N_ ("查看待打印的病历") },
  { "record.print", N_ ("打印病历") },
  { "institution.amend", N_ ("更改机构信息") },
  { "institution.read", N_ ("查看机构信息") },
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
  { "knowledge.decide", N_ ("决定药品知识版本") },
  { "knowledge.in_force", N_ ("药品知识生效") },
  { "knowledge.propose", N_ ("提出药品知识版本") },
  { "knowledge.read", N_ ("查看药品知识") },
  { "knowledge.sign", N_ ("签署：药品知识版本") },
  { "knowledge.try", N_ ("试算药品知识") },
  { "knowledge_decision.sign", N_ ("签署：药品知识版本的决定") },
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
  { "opening.read", N_ ("查看开业前清单") },
  { "overview", N_ ("查看总览") },
  { "password.change", N_ ("更换口令") },
  { "patient.reveal", N_ ("查看脱敏信息") },
  { "case.purpose", N_ ("写明打开特别敏感就诊的用途") },
  { "visit.mark", N_ ("标为特别敏感") },
  { "visit.unmark", N_ ("解除特别敏感标记") },
  { "pin.change", N_ ("更换签名 PIN") },
  { "pin.wrong", N_ ("签名 PIN 错误") },
  { "platform.configure", N_ ("设置平台接入") },
  { "portal.export", N_ ("导出门户填报材料") },
  { "portal.read", N_ ("查看门户填报材料") },
  { "prescription.check", N_ ("核对") },
  { "prescription.confirm", N_ ("再次签名确认处方") },
  { "prescription.deliver", N_ ("登记配送结果") },
  { "prescription.dispense", N_ ("发药") },
  { "prescription.export", N_ ("导出处方") },
  { "prescription.monitor", N_ ("记录监测结果") },
  { "prescription.prepare", N_ ("调配") },
  { "prescription.preview", N_ ("预览处方笺") },
  { "prescription.print", N_ ("打印处方笺") },
  { "prescription.read", N_ ("查看处方") },
  { "prescription.repeat", N_ ("取用上次处方") },
  { "prescription.review", N_ ("审核处方") },
  { "prescription.void", N_ ("作废处方") },
  { "profiling.aim", N_ ("按药品或医师抽取点评样本") },
  { "profiling.alarm", N_ ("防统方告警") },
  { "profiling.missing", N_ ("查找不存在的编号") },
  { "profiling.settle", N_ ("处理防统方告警") },
  { "profiling.use", N_ ("使用药品统计授权") },
  { "purge.plan", N_ ("清点到期资料") },
  { "purge.receive", N_ ("到期清除：写入墓碑") },
  { "purge.run", N_ ("到期清除") },
  { "queue.payment", N_ ("设定未付费的就诊能否接诊") },
  { "queue.limit", N_ ("设置候诊时限") },
  { "rebuild", N_ ("重建核对") },
  { "recall.trace", N_ ("查出召回涉及的患者") },
  { "register.attachment", N_ ("打开台账附件") },
  { "register.export", N_ ("导出台账") },
  { "downtime.sheet", N_ ("制作停机登记单") },
  { "register.import", N_ ("核对旧台账文件") },
  { "register.list", N_ ("查看台账条目") },
  { "register.read", N_ ("查看台账") },
  { "register.table", N_ ("导出旧台账的导入模板") },
  { "register.write", N_ ("办理台账") },
  { "deadlines.export", N_ ("导出期限日历") },
  { "deadlines.told", N_ ("逾期事项报告本人") },
  { "inspection.seal", N_ ("密封检查材料") },
  { "publication.export", N_ ("制作公示材料") },
  { "report", N_ ("生成报表") },
  { "report.export", N_ ("导出报表") },
  { "report.print", N_ ("打印报表") },
  { "report.profile", N_ ("生成药品统计") },
  { "report.read", N_ ("查看报表") },
  { "report.schedule", N_ ("按计划制作报表") },
  { "review.claim", N_ ("打开待审处方") },
  { "review.release", N_ ("放回待审处方") },
  { "rules.decide", N_ ("决定规则版本") },
  { "rules.in_force", N_ ("规则生效") },
  { "rules.propose", N_ ("提出规则版本") },
  { "rules.read", N_ ("查看规则") },
  { "rules.sign", N_ ("签署：规则版本") },
  { "rules.try", N_ ("试算规则") },
  { "rules_decision.sign", N_ ("签署：规则版本的决定") },
  { "search", N_ ("检索") },
  { "session.code", N_ ("使用动态口令（只读库）") },
  { "session.lock", N_ ("锁定") },
  { "session.sign_in", N_ ("登录") },
  { "session.sign_out", N_ ("退出登录") },
  { "session.unlock", N_ ("解锁") },
  { "signer.ca", N_ ("导入 CA 证书") },
  { "signer.certificate", N_ ("登记签名证书") },
  { "signer.configure", N_ ("设置签名方式") },
  { "signer.module", N_ ("设置签名介质") },
  { "signer.register", N_ ("为人员登记签名介质") },
  { "signer.stamp", N_ ("取得时间戳") },
  { "signer.tsa", N_ ("设置时间戳服务") },
  { "staff.add", N_ ("登记人员") },
  { "staff.amend", N_ ("更改人员信息") },
  { "staff.enrol", N_ ("办理密钥") },
  { "staff.leave", N_ ("停用账号") },
  { "staff.manage", N_ ("管理人员") },
  { "store.backup", N_ ("备份") },
  { "store.create", N_ ("建立数据库") },
  { "store.drill", N_ ("恢复演练") },
  { "store.journal", N_ ("查阅簿并入日志") },
  { "store.migrate", N_ ("升级数据库") },
  { "store.restore", N_ ("恢复数据库") },
  { "upload.begin", N_ ("开始发送") },
  { "upload.begins", N_ ("上报开始") },
  { "upload.collect", N_ ("补采上报") },
  { "upload.configure", N_ ("设置平台接入") },
  { "upload.decide", N_ ("裁定上报") },
  { "upload.give", N_ ("交给后台上报") },
  { "upload.preflight", N_ ("上线前检查") },
  { "upload.read", N_ ("查看上报记录") },
  { "upload.recover", N_ ("标记中断的上报") },
  { "upload.retry", N_ ("重新生成上报") },
  { "upload.run", N_ ("运行上报") },
  { "upload.spool", N_ ("设置后台上报") },
  { "upload.take_back", N_ ("收回后台上报") },
  { "upload.settle", N_ ("上报结果") },
  { "upload.settle_not_sent", N_ ("裁定未收到") },
  { "upload.settle_sent", N_ ("裁定已收到") },
  { "video.set", N_ ("设置医院视频系统") },
  { "visit.consent", N_ ("查看或更换知情同意") },
  { "visit.intake", N_ ("接收就诊申请") },
  { "visit.take", N_ ("接诊") },
  { "visit.withdraw", N_ ("撤回就诊申请") },
  { "visit.write", N_ ("书写") },
};

static const Word kinds[] = {
  { "catalogue", N_ ("药品目录") },
  { "visit", N_ ("就诊") },   { "prescription", N_ ("处方") }, { "document", N_ ("文书") }, { "staff", N_ ("人员") },
  { "store", N_ ("数据库") }, { "outbox", N_ ("上报") },       { "day", N_ ("日期") },     { "session", N_ ("会话") },
  { "comment", N_ ("点评样本") }, { "grant", N_ ("授权") }, { "access", N_ ("紧急查阅") },
  { "register", N_ ("台账") }, { "entry", N_ ("台账") }, { "report", N_ ("报表") }, { "rules", N_ ("规则") }, { "knowledge", N_ ("药品知识") },
  { "log", N_ ("日志") }, { "purge", N_ ("到期清除") }, { "hand", N_ ("常用药与套方") },
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
  FzDocKind found = FZ_N_DOCS;

  if (!sign && g_strcmp0 (dot, ".receive") != 0)
    return NULL;
  /* The newest form of a kind gives its name; only a few have a second. */
  for (int version = 2; found == FZ_N_DOCS && version > 0; version--) {
    g_autofree char *kind = g_strdup_printf ("fuzhen.%.*s/v%d", (int) (dot - action), action, version);

    fz_doc_kind_from_text (kind, &found);
  }
  if (found == FZ_N_DOCS)
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
