/* What would be in the way of a first upload, read from what is here (上线前检查). Nothing is written and nothing is sent. */
#include "app/preflight.h"

#include "app/due_private.h"
#include "app/institution.h"
#include "app/time_trust.h"
#include "app/upload.h"
#include "core/date.h"
#include "core/say.h"
#include "db/directory.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#define DRUGS_A_JOB 20
#define MOST_NAMED 5
#define SOON_US (G_GINT64_CONSTANT (30) * 86400 * FZ_US_PER_SECOND)
#define LISTS_SOON_US (G_GINT64_CONSTANT (7) * 86400 * FZ_US_PER_SECOND) /* they live for weeks */

typedef struct {
  FzSession *session;
  GPtrArray *rows;
  FzFields *institution; /* as it stands now */
  guint next_drug, drugs, not_filed, blocked;
  GString *named; /* the first medicines in the way */
} Preflight;

static void
say (Preflight *self, const char *item, const char *label, const char *state, const char *words)
{
  FzFields *row = fz_fields_new ("fuzhen.preflight/v1");

  fz_fields_set (row, "item", item);
  fz_fields_set (row, "label", label);
  fz_fields_set (row, "state", state);
  fz_fields_set (row, "words", words);
  g_ptr_array_add (self->rows, fz_fields_freeze (row));
}

/* --- the institution --- */

static void
check_licence (Preflight *self)
{
  const char *until = fz_fields_get (self->institution, "organ.licence_until"), *label = _ ("医疗机构执业许可证");
  FzDate day, today = fz_date_in_beijing (fz_desk_now_us (self->session->desk));
  g_autofree char *words = NULL;

  if (until == NULL || !fz_date_parse (until, &day, NULL)) {
    say (self, "licence", label, "stop", _ ("没有登记有效期。请医务管理人员在“人员与机构”中登记。"));
    return;
  }
  words = g_strdup_printf (_ ("有效期至 %s。"), until);
  say (self, "licence", label, fz_date_compare (day, today) < 0 ? "stop" : "ok", words);
}

static void
check_organ (Preflight *self)
{
  static const char *const keys[] = { "organ.code", "organ.name", "organ.unit_id" };
  FzMessageTable *table = self->session->desk->knowledge->messages;
  g_autoptr (GString) missing = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (!fz_fields_has (self->institution, keys[i])) {
      const char *label = fz_message_table_get_fact_label (table, keys[i]);

      g_string_append_printf (missing, "%s%s", missing->len > 0 ? "、" : "", label != NULL ? label : keys[i]);
    }
  if (missing->len > 0)
    g_string_prepend (missing, _ ("没有登记："));
  say (self, "organ", _ ("机构标识"), missing->len > 0 ? "stop" : "ok", missing->len > 0 ? missing->str : _ ("每条上报都要的机构编码、名称和平台机构编号齐全。"));
}

/* Which messages are due follows what was filed; what has no message here is entered in a register and filed by hand. */
static void
check_filing (Preflight *self)
{
  FzDesk *desk = self->session->desk;
  g_autoptr (GString) filed = g_string_new (NULL), by_hand = g_string_new (NULL), words = g_string_new (NULL);
  const char *label = _ ("备案的业务类型");

  if (!fz_institution_knows_businesses (self->institution)) {
    say (self, "filing", label, "stop", _ ("没有登记。请医务管理人员在“机构资料”中逐项登记已备案的业务，应报哪些数据由它决定。"));
    return;
  }
  for (guint i = 0; i < fz_fields_count (self->institution, "business"); i++) {
    const char *code = fz_fields_get_at (self->institution, "business", i, "code");
    GString *to = fz_message_table_reports (desk->knowledge->messages, code) ? filed : by_hand;

    g_string_append_printf (to, "%s%s", to->len > 0 ? "、" : "", fz_desk_label (desk, "businesses", code));
  }
  if (filed->len > 0)
    g_string_append_printf (words, _ ("由本程序上报：%s。"), filed->str);
  if (by_hand->len > 0)
    g_string_append_printf (words, _ ("登记在台账后由人到门户填报，或由院内其他系统上报：%s。本程序没有这些业务的报文；持有平台接口文本的，可写成定义文件，在台账“监管平台报文补充定义”提出，另一人核对后自动上报。"), by_hand->str);
  say (self, "filing", label, filed->len == 0 ? "stop" : by_hand->len > 0 ? "warn" : "ok",
       words->len > 0 ? words->str : _ ("登记为没有备案任何业务，就诊和处方都不会上报。"));
}

/* Of a hospital that added none there is nothing to say. */
static void
check_added (Preflight *self)
{
  FzDesk *desk = self->session->desk;
  const char *added = fz_message_table_get_added (desk->knowledge->messages), *label = _ ("报文补充定义");
  g_autofree char *words = added != NULL ? g_strdup_printf (_ ("现行的是 %s：所涉台账自施行日起按它上报。"), added) : NULL;

  if (desk->added_problem != NULL)
    say (self, "messages", label, "stop", desk->added_problem);
  else if (words != NULL)
    say (self, "messages", label, "ok", words);
}

static void
check_departments (Preflight *self)
{
  const FzFields *institution = self->institution;
  g_autoptr (GString) unknown = g_string_new (NULL);
  guint n = fz_fields_count (institution, "department");

  for (guint i = 0; i < n; i++) {
    const char *code = fz_fields_get_at (institution, "department", i, "code"), *name = fz_fields_get_at (institution, "department", i, "name");

    if (code == NULL || fz_desk_label (self->session->desk, "departments", code) == NULL)
      g_string_append_printf (unknown, "%s%s", unknown->len > 0 ? "、" : "", name != NULL ? name : code);
  }
  if (unknown->len > 0)
    g_string_prepend (unknown, _ ("诊疗科目代码不在平台字典内："));
  say (self, "departments", _ ("科室与诊疗科目"), n == 0 || unknown->len > 0 ? "stop" : "ok",
       n == 0 ? _ ("没有登记科室。") : unknown->len > 0 ? unknown->str : _ ("每个科室都对应平台字典里的诊疗科目。"));
}

static gboolean
check_papers (FzTxn *txn, gpointer data, GError **error)
{
  Preflight *self = data;
  g_autoptr (FzFields) institution = fz_profile_get (txn, "institution", error);

  if (institution == NULL)
    return FALSE;
  self->institution = institution;
  check_licence (self);
  check_organ (self);
  check_filing (self);
  check_added (self);
  check_departments (self);
  self->institution = NULL;
  return TRUE;
}

/* --- people --- */

static gboolean
check_staff (FzTxn *txn, gpointer data, GError **error)
{
  Preflight *self = data;
  g_autoptr (GPtrArray) staff = fz_staff_list (txn, error);
  g_autoptr (GString) missing = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; staff != NULL && i < staff->len; i++) {
    const FzFields *person = staff->pdata[i];
    const char *role = fz_fields_get (person, "role");

    if (fz_fields_has (person, "left_at") || (g_strcmp0 (role, "doctor") != 0 && g_strcmp0 (role, "pharmacist") != 0))
      continue;
    n++;
    if (!fz_fields_has (person, "id_number"))
      g_string_append_printf (missing, "%s%s", missing->len > 0 ? "、" : "", fz_fields_get (person, "number"));
  }
  if (missing->len > 0)
    g_string_prepend (missing, _ ("没有登记身份证件号码："));
  say (self, "staff", _ ("医师与药师的身份证件号码"), n == 0 || missing->len > 0 ? "stop" : "ok",
       n == 0 ? _ ("没有在岗的医师或药师。") : missing->len > 0 ? missing->str : _ ("在岗的医师和药师都已登记。"));
  return staff != NULL;
}

/* --- the catalogue: each medicine as it would be told, and whether it was --- */

static gboolean
check_drug (Preflight *self, FzTxn *txn, const FzDrug *drug, GError **error)
{
  g_autofree char *key = g_strconcat ("drug:", drug->code, NULL), *problems = NULL;
  gboolean filed = FALSE;

  if (!fz_outbox_is_accepted (txn, key, &filed, error) || !fz_due_drug_problems (self->session->desk, txn, drug, &problems, error))
    return FALSE;
  self->drugs++;
  self->not_filed += !filed;
  if (problems == NULL)
    return TRUE;
  if (self->blocked++ < MOST_NAMED)
    g_string_append_printf (self->named, "\n%s %s", drug->code, problems);
  return TRUE;
}

static gboolean
check_drugs (FzTxn *txn, gpointer data, GError **error)
{
  Preflight *self = data;
  const FzCatalogue *catalogue = self->session->desk->knowledge->catalogue;
  guint end = MIN (self->next_drug + DRUGS_A_JOB, fz_catalogue_get_n (catalogue));

  for (; self->next_drug < end; self->next_drug++) {
    const FzDrug *drug = fz_catalogue_get (catalogue, self->next_drug);

    if (drug->active && !check_drug (self, txn, drug, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_catalogue (Preflight *self, FzRecoverWatch *watch, GError **error)
{
  const FzCatalogue *catalogue = self->session->desk->knowledge->catalogue;
  g_autofree char *words = NULL, *filed = NULL;

  while (catalogue != NULL && self->next_drug < fz_catalogue_get_n (catalogue))
    if (!fz_recover_go_on ((double) self->next_drug / fz_catalogue_get_n (catalogue), watch, error) ||
        !fz_store_run (self->session->desk->store, FZ_TXN_READ, check_drugs, self, error))
      return FALSE;
  words = self->blocked > 0 ? g_strdup_printf (_ ("%u 种药品缺少平台要求的内容，处方会因此停住：%s"), self->blocked, self->named->str)
                            : g_strdup_printf (_ ("%u 种药品的内容齐全。"), self->drugs);
  say (self, "mapping", _ ("药品目录的内容"), self->drugs == 0 || self->blocked > 0 ? "stop" : "ok", words);
  filed = self->not_filed > 0 ? g_strdup_printf (_ ("%u 种还没有被平台接收；它们的处方要等目录备案之后才发。"), self->not_filed) : g_strdup (_ ("全部已备案。"));
  say (self, "catalogue", _ ("药品目录备案"), self->not_filed > 0 ? "warn" : "ok", filed);
  return TRUE;
}

/* --- the way there --- */

/* What the records are sealed and signed with. */
static void
check_key (Preflight *self, const FzPlatformConfig *config)
{
  gboolean example = fz_platform_config_has_example_key (config);

  say (self, "key", _ ("平台密钥"), !example ? "ok" : self->session->desk->demo || fz_platform_config_is_test (config) ? "warn" : "stop",
       example ? _ ("app_secret 是国家标准里公开的示例密钥，不是平台发给本院的，只能用于本机上的模拟平台。请向平台领取正式的密钥。")
               : _ ("app_secret 是 128 位的 SM4 密钥，用于加密和签名；是不是平台登记的那一把，第一次上报时由平台答复。"));
}

/* The version itself is agreed with the platform at the first call; older ones are broken off before a byte leaves (app/platform/transport.c). */
static void
check_line (Preflight *self, const FzPlatformConfig *config)
{
  gint64 now_us = fz_desk_now_us (self->session->desk), until_us = 0;
  GTlsCertificate *ours = fz_platform_config_get_ours (config);
  g_autoptr (GDateTime) until = ours != NULL ? g_tls_certificate_get_not_valid_after (ours) : NULL;
  g_autofree char *on = NULL, *words = NULL;

  say (self, "tls", _ ("传输协议"), "ok", _ ("只用 TLS 1.2 和 1.3；平台若只支持更旧的，在发送之前断开并告警。"));
  if (until != NULL)
    until_us = g_date_time_to_unix (until) * FZ_US_PER_SECOND;
  on = until != NULL ? fz_say_day (fz_date_in_beijing (until_us)) : NULL;
  words = on != NULL ? g_strdup_printf (_ ("向平台出示本院的证书，有效期至 %s；到期前请换新的。"), on) : NULL;
  say (self, "client", _ ("本院的客户端证书"), words == NULL ? "ok" : until_us <= now_us ? "stop" : until_us - now_us < SOON_US ? "warn" : "ok",
       words != NULL ? words : _ ("没有配置；平台不要求时不需要。"));
}

/* Nothing is sent once the first of them ended. */
static void
check_lists (Preflight *self, const FzPlatformConfig *config)
{
  g_autoptr (GError) error = NULL;
  gint64 now_us = fz_desk_now_us (self->session->desk), until_us = fz_platform_config_lists_until (config, &error);
  g_autofree char *on = until_us >= 0 && until_us != G_MAXINT64 ? fz_say_day (fz_date_in_beijing (until_us)) : NULL;
  g_autofree char *words = on != NULL ? g_strdup_printf (_ ("有效至 %s；过期后什么都不发送，请在此之前换新的。"), on) : NULL;

  say (self, "lists", _ ("证书吊销列表"), until_us <= now_us ? "stop" : until_us - now_us < LISTS_SOON_US ? "warn" : "ok",
       error != NULL ? error->message : words != NULL ? words : _ ("没有配置，不核对平台证书是否被吊销。"));
}

/* What ends of itself one day, and what stands on one leg. */
static void
check_trust (Preflight *self, const FzPlatformConfig *config)
{
  gint64 now_us = fz_desk_now_us (self->session->desk), until_us = fz_platform_config_get_authorities_until_us (config);
  guint pins = fz_platform_config_get_n_pins (config);
  g_autofree char *on = until_us > 0 ? fz_say_day (fz_date_in_beijing (until_us)) : NULL;
  g_autofree char *words = on != NULL ? g_strdup_printf (_ ("接入配置信任的签发机构证书到 %s 为止；到期前请向平台索取新的。"), on) : NULL;

  say (self, "environment", _ ("接入环境"), fz_platform_config_is_test (config) || self->session->desk->demo ? "warn" : "ok",
       self->session->desk->demo ? _ ("本机上的模拟平台，不是正式环境。")
       : fz_platform_config_is_test (config) ? _ ("这是测试环境：平台在测试环境接收的不算正式上报，投产前须换成正式环境的地址和密钥。") : _ ("正式环境。"));
  check_key (self, config);
  if (fz_platform_config_get_folder (config) != NULL)
    return; /* nobody is called */
  check_line (self, config);
  check_lists (self, config);
  say (self, "authorities", _ ("平台证书的签发机构"), words == NULL ? "ok" : until_us <= now_us ? "stop" : until_us - now_us < SOON_US ? "warn" : "ok",
       words != NULL ? words : _ ("使用系统信任的签发机构。"));
  say (self, "pins", _ ("平台公钥指纹"), pins == 1 ? "warn" : "ok",
       pins == 0   ? _ ("没有限定指纹，按签发机构核对平台证书。")
       : pins == 1 ? _ ("只写了一个指纹：平台更换密钥的那天起上报会停住。请写上平台下一把密钥的指纹。")
                   : _ ("现用的和备用的指纹都已写明。"));
}

static void
check_way (Preflight *self)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (FzPlatformConfig) config = fz_upload_read_config (self->session->desk, &why);
  gboolean good = config != NULL;
  gint64 off_us = 0;
  const char *trust = fz_time_trust (self->session->desk, &off_us);

  say (self, "config", _ ("平台地址、密钥与证书"), good ? self->session->desk->demo ? "warn" : "ok" : "stop",
       !good ? why->message : self->session->desk->demo ? _ ("这是演示库：合成的数据只能发往本机，不能接入监管平台。") : _ ("接入配置可以读取，密钥和证书文件完好。"));
  if (config != NULL)
    check_trust (self, config);
  if (off_us != 0)
    say (self, "clock", _ ("时钟"), "stop", _ ("本机时间与可信的时间不符，签名和上报都会被拒绝。请先校时。"));
  else
    say (self, "clock", _ ("时钟"), g_strcmp0 (trust, "none") == 0 ? "warn" : "ok",
         g_strcmp0 (trust, "none") == 0 ? _ ("没有同步，也没有可信的来源证实本机时间。请启用时间同步。") : _ ("本机时间可信。"));
}

static gboolean
check_ledger (FzTxn *txn, gpointer data, GError **error)
{
  Preflight *self = data;
  g_autoptr (FzFields) counts = fz_outbox_counts (txn, error);
  g_autofree char *words = NULL;
  gint64 blocked = 0, refused = 0, unknown = 0;

  if (counts == NULL)
    return FALSE;
  fz_fields_get_int (counts, "blocked", &blocked);
  fz_fields_get_int (counts, "refused", &refused);
  fz_fields_get_int (counts, "unknown", &unknown);
  words = g_strdup_printf (_ ("缺内容 %" PRId64 " 条，被退回 %" PRId64 " 条，结果未知 %" PRId64 " 条。"), blocked, refused, unknown);
  say (self, "ledger", _ ("台账中待人处理的"), blocked + refused + unknown > 0 ? "warn" : "ok", words);
  return TRUE;
}

GPtrArray *
fz_preflight_look (FzSession *session, gboolean medicines, FzRecoverWatch *watch, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_autoptr (GString) named = g_string_new (NULL);
  Preflight self = { .session = session, .rows = rows, .named = named };

  if (!fz_store_run (session->desk->store, FZ_TXN_READ, check_papers, &self, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, check_staff, &self, error) || (medicines && !check_catalogue (&self, watch, error)) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, check_ledger, &self, error))
    return NULL;
  check_way (&self);
  return g_steal_pointer (&rows);
}

GPtrArray *
fz_desk_read_preflight (FzSession *session, GCancellable *stop, void (*progress) (double done, gpointer data), gpointer data, GError **error)
{
  FzRecoverWatch watch = { stop, progress, data, 0, 1 };

  if (!fz_session_may (session, "upload.preflight", "store", NULL, error) ||
      !fz_session_look (session, "upload.preflight", "store", NULL, error))
    return NULL;
  return fz_preflight_look (session, TRUE, &watch, error);
}
