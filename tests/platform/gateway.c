#include "tests/platform/gateway.h"

#include "tests/platform/check.h"
#include "tests/platform/order.h"

#include <string.h>

#define SERVICE_ID "his.provinceDataUploadService"

/* Sorted by name: the order in which they are signed. */
static const char *const signed_headers[] = { "x-ca-key",      "x-ca-nonce",   "x-ca-timestamp",
                                              "x-content-md5", "x-service-id", "x-service-method" };

typedef struct {
  SimGateway *gateway;
  SoupMessageHeaders *headers;
  SimCall call;
  SimFault fault;
} Work;

static gboolean
outer (Work *w, int code, const char *msg)
{
  w->call.code = code;
  w->call.msg = g_strdup (msg);
  return FALSE;
}

static const char *
header (Work *w, const char *name)
{
  const char *value = soup_message_headers_get_one (w->headers, name);

  return value != NULL ? value : "";
}

static gboolean
check_headers_present (Work *w)
{
  for (guint i = 0; i < G_N_ELEMENTS (signed_headers); i++)
    if (*header (w, signed_headers[i]) == '\0') {
      g_autofree char *msg = g_strdup_printf ("缺少请求头%s", signed_headers[i]);

      return outer (w, 40001, msg);
    }
  if (*header (w, "x-ca-signature") == '\0' || *header (w, "x-ca-signature-headers") == '\0')
    return outer (w, 40001, "缺少签名请求头");
  if (g_strcmp0 (soup_message_headers_get_content_type (w->headers, NULL), "application/json") != 0)
    return outer (w, 40001, "Content-Type应为application/json");
  return TRUE;
}

/* The same six names, in any order and case. */
static gboolean
check_signature_headers (Work *w)
{
  g_autofree char *lower = g_ascii_strdown (header (w, "x-ca-signature-headers"), -1);
  g_auto (GStrv) names = g_strsplit (lower, ",", -1);

  if (g_strv_length (names) != G_N_ELEMENTS (signed_headers))
    return outer (w, 40001, "X-Ca-Signature-Headers应为六个请求头");
  for (guint i = 0; i < G_N_ELEMENTS (signed_headers); i++)
    if (!g_strv_contains ((const char *const *) names, signed_headers[i]))
      return outer (w, 40001, "X-Ca-Signature-Headers不完整");
  return TRUE;
}

static gboolean
check_time (Work *w)
{
  gint64 sent_ms = 0, now_ms = g_get_real_time () / 1000;

  if (!g_ascii_string_to_signed (header (w, "x-ca-timestamp"), 10, 0, G_MAXINT64, &sent_ms, NULL))
    return outer (w, 40001, "X-Ca-Timestamp应为毫秒时间戳");
  if (ABS (now_ms - sent_ms) > (gint64) w->gateway->window_s * 1000)
    return outer (w, 40011, "请求已过期");
  return TRUE;
}

static gboolean
check_signature (Work *w, const char *body, gsize n)
{
  g_autofree char *digest = sim_sm3_hex (body, n);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *signature = NULL;

  if (!g_str_equal (digest, header (w, "x-content-md5")))
    return outer (w, 40010, "X-Content-MD5与正文不符");
  for (guint i = 0; i < G_N_ELEMENTS (signed_headers); i++)
    g_string_append_printf (text, "%s%s:%s", i > 0 ? "&" : "", signed_headers[i], header (w, signed_headers[i]));
  signature = sim_sm3_hex (text->str, text->len);
  if (!g_str_equal (signature, header (w, "x-ca-signature")))
    return outer (w, 40010, "签名错误");
  return TRUE;
}

static gboolean
check_nonce (Work *w)
{
  const char *nonce = header (w, "x-ca-nonce");

  if (!g_uuid_string_is_valid (nonce))
    return outer (w, 40001, "X-Ca-Nonce应为UUID");
  if (sim_store_has_nonce (w->gateway->store, nonce))
    return outer (w, 40011, "X-Ca-Nonce已使用过");
  w->call.nonce = g_strdup (nonce);
  return TRUE;
}

static gboolean
check_envelope (Work *w, const char *body, gsize n)
{
  if (!check_headers_present (w) || !check_signature_headers (w))
    return FALSE;
  if (!g_str_equal (header (w, "x-ca-key"), w->gateway->app_key))
    return outer (w, 40002, "appKey不存在");
  if (!check_time (w) || !check_signature (w, body, n) || !check_nonce (w))
    return FALSE;
  if (!g_str_equal (header (w, "x-service-id"), SERVICE_ID))
    return outer (w, 40006, "无此服务权限");
  if (sim_method_find (header (w, "x-service-method")) == NULL)
    return outer (w, 40006, "无此方法权限");
  w->call.method = g_strdup (header (w, "x-service-method"));
  return TRUE;
}

static SimJson *
open_body (Work *w, const char *body, gsize n)
{
  const char *why = NULL;
  gsize plain_n = 0;
  g_autofree char *reason = NULL, *msg = NULL;
  g_autoptr (SimJson) json = NULL;

  w->call.plaintext = sim_decrypt (w->gateway->key, body, n, &plain_n, &why);
  if (w->call.plaintext == NULL) {
    outer (w, g_str_equal (why, "padding") ? 40004 : 40001,
           g_str_equal (why, "padding") ? "appKey与appSecret不匹配" : "正文应为小写十六进制密文");
    return NULL;
  }
  json = sim_json_parse (w->call.plaintext, plain_n, &reason);
  if (json == NULL) {
    msg = g_strdup_printf ("解密后不是合法的JSON: %s", reason);
    g_clear_pointer (&w->call.plaintext, g_free); /* may not be text at all */
    outer (w, 40001, msg);
    return NULL;
  }
  if (json->type != SIM_JSON_ARRAY) {
    outer (w, 40001, "最外层应为数组");
    return NULL;
  }
  return g_steal_pointer (&json);
}

static void
inner (Work *w, const SimVerdict *verdict)
{
  w->call.code = 200;
  w->call.msg_code = verdict != NULL ? verdict->code : 200;
  w->call.msg = g_strdup (verdict != NULL ? verdict->msg : "请求成功");
}

/* One after the other: what stood before the first bad element is kept, as the specification says. */
static void
judge (Work *w, const SimMethod *method, const SimJson *list)
{
  g_autoptr (SimVerdict) verdict = NULL;

  if (list->items->len == 0 && !method->sign_in)
    verdict = sim_verdict_new (-98, "无数据");
  for (guint i = 0; i < list->items->len && verdict == NULL; i++) {
    const SimJson *record = g_ptr_array_index (list->items, i);

    if ((verdict = sim_check_record (method, record, w->gateway->unit_id)) == NULL
        && (verdict = sim_check_order (w->gateway->store, method, record)) == NULL)
      sim_store_accept (w->gateway->store, &w->call, sim_json_text (record, method->key),
                        sim_json_text (record, "bussID"), record->start, record->length);
  }
  inner (w, verdict);
}

static char *
record_key (const SimMethod *method, const SimJson *list)
{
  const char *key = list->items->len > 0 ? sim_json_text (g_ptr_array_index (list->items, 0), method->key) : "[]";

  return g_strdup (key != NULL ? key : "?");
}

static gboolean
judged_in_spite_of (SimFaultKind kind)
{
  return kind == SIM_FAULT_NONE || kind == SIM_FAULT_DROP || kind == SIM_FAULT_SLOW || kind == SIM_FAULT_TRUNCATE
         || kind == SIM_FAULT_NOTJSON || kind == SIM_FAULT_HUGE || kind == SIM_FAULT_TYPE;
}

static void
meet_fault (Work *w)
{
  const SimVerdict busy = { -1, (char *) "系统繁忙，请稍后再试" }, refused = { -99, (char *) "数据与监管平台已有记录不一致" };

  w->call.http = w->fault.kind == SIM_FAULT_503 ? 503 : w->fault.kind == SIM_FAULT_REDIRECT ? 302 : 200;
  if (w->fault.kind == SIM_FAULT_ERRBODY)
    inner (w, &busy);
  else if (w->fault.kind == SIM_FAULT_REFUSE)
    inner (w, &refused);
  else if (w->fault.kind == SIM_FAULT_OUTER)
    outer (w, w->fault.code, w->fault.code == -1 ? "系统繁忙，请稍后再试" : "网关拒绝");
}

static void
process (Work *w, const char *body, gsize n)
{
  const SimMethod *method = NULL;
  g_autoptr (SimJson) list = NULL;

  w->call.http = 200;
  if (!check_envelope (w, body, n) || (list = open_body (w, body, n)) == NULL)
    return;
  method = sim_method_find (w->call.method);
  w->call.key = record_key (method, list);
  w->call.delivery = sim_store_count_deliveries (w->gateway->store, w->call.method, w->call.key);
  w->fault = sim_faults_choose (w->gateway->faults, w->call.method, w->call.key, w->call.delivery);
  w->call.fault = w->fault.name;
  if (judged_in_spite_of (w->fault.kind))
    judge (w, method, list);
  else
    meet_fault (w);
}

static void
append_json_text (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (; *text != '\0'; text++) {
    if (*text == '"' || *text == '\\')
      g_string_append_c (out, '\\');
    if ((guchar) *text < 0x20)
      g_string_append_printf (out, "\\u%04x", (guint) (guchar) *text);
    else
      g_string_append_c (out, *text);
  }
  g_string_append_c (out, '"');
}

/* The shape of the specification's sample; that of a refusal by the gateway itself is not published. */
static char *
print_reply (const SimCall *call)
{
  g_autoptr (GString) out = g_string_new (NULL);

  g_string_append_printf (out, "{\"code\":%d,", call->code);
  if (call->code == 200)
    g_string_append_printf (out, "\"body\":{\"msgCode\":%d,\"msg\":", call->msg_code);
  else
    g_string_append (out, "\"msg\":");
  append_json_text (out, call->msg != NULL ? call->msg : "");
  g_string_append (out, call->code == 200 ? "},\"data\":null}" : ",\"body\":null,\"data\":null}");
  return g_string_free (g_steal_pointer (&out), FALSE);
}

void
sim_gateway_answer (SimGateway *self, SoupMessageHeaders *headers, const char *body, gsize n, SimReply *reply)
{
  Work w = { self, headers, { 0 }, { SIM_FAULT_NONE, NULL, 0 } };

  sim_store_begin (self->store);
  sim_store_add_call (self->store, &w.call);
  process (&w, body, n);
  sim_store_finish_call (self->store, &w.call);
  sim_store_commit (self->store);
  reply->fault = w.fault;
  reply->body = print_reply (&w.call);
  sim_call_clear (&w.call);
}
