#include "tests/platform/order.h"

static SimVerdict *
check_recipe (SimStore *store, const SimJson *record)
{
  const SimJson *lines = sim_json_get (record, "orderList");
  const char *bussid = sim_json_text (record, "bussID");
  gboolean from_consult = g_strcmp0 (sim_json_text (record, "bussSource"), "1") == 0;

  if (!sim_store_has_bussid (store, from_consult ? "uploadConsultIndicators" : "uploadReferralIndicators", bussid))
    return sim_verdict_new (-1, "bussID对应的业务记录%s未上传", bussid);
  for (guint i = 0; i < lines->items->len; i++) {
    const char *drcode = sim_json_text (g_ptr_array_index (lines->items, i), "drcode");

    if (!sim_store_has_drug (store, drcode))
      return sim_verdict_new (-1, "药品%s未备案或已取消", drcode);
  }
  return NULL;
}

static gboolean
has_business (SimStore *store, const char *type, const char *bussid)
{
  gint64 number = g_ascii_strtoll (type, NULL, 10);

  if (number >= 1 && number <= 3)
    return sim_store_has_bussid (store, "uploadConsultIndicators", bussid);
  if (number == 4)
    return sim_store_has_bussid (store, "uploadReferralIndicators", bussid);
  if (number == 5)
    return sim_store_has_key (store, "uploadRecipeIndicators", bussid)
           || sim_store_has_bussid (store, "uploadRecipeIndicators", bussid);
  if (number == 16)
    return sim_store_has_bussid (store, "uploadAppointRecord", bussid);
  return FALSE; /* the other kinds of business have methods that this simulator does not serve */
}

SimVerdict *
sim_check_order (SimStore *store, const SimMethod *method, const SimJson *record)
{
  const char *bussid = sim_json_text (record, "bussID");

  if (g_str_equal (method->name, "uploadRecipeIndicators"))
    return check_recipe (store, record);
  if (g_str_equal (method->name, "uploadBusinessInfoAfter")
      && !has_business (store, sim_json_text (record, "businessType"), bussid))
    return sim_verdict_new (-1, "被评价的业务记录%s未上传", bussid);
  return NULL;
}
