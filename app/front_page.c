/* A page of the front's inbox (来件页). */
#include "app/front_in.h"

#include "core/json.h"
#include "db/audit.h"
#include "db/front.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define FORMAT "fuzhen.front/v1"
#define LONGEST_ID 120
#define LONGEST_CURSOR 200

typedef struct {
  FzJson *root;
  const FzJson *events;
  GPtrArray *bodies; /* char * */
  const char *next;
  gboolean more;
  guint fresh;
} Page;

static void
page_clear (Page *page)
{
  g_clear_pointer (&page->root, fz_json_free);
  g_clear_pointer (&page->bodies, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Page, page_clear)

static gboolean
is_word (const char *text, gsize most)
{
  gsize n = strlen (text);

  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("._:-=+/", *p) == NULL)
      return FALSE;
  return n > 0 && n <= most;
}

static gboolean
need_word (const FzJson *object, const char *key, gsize most, const char **out, GError **error)
{
  const char *text = fz_json_get_string (object, key, error);

  if (text == NULL)
    return FALSE;
  if (!is_word (text, most))
    return fz_json_fail (object, key, _ ("只能是字母、数字和 . _ : - = + /，且不过长"), error);
  if (out != NULL)
    *out = text;
  return TRUE;
}

/* Word for word, but in the one spelling of our writer, so that a repeat is the same bytes. */
static char *
body_of (const FzJson *event, GError **error)
{
  const FzJson *body = fz_json_get_object (event, "body", error);
  g_autoptr (FzJsonWriter) writer = fz_json_writer_new ();

  if (body == NULL)
    return NULL;
  fz_json_writer_value (writer, NULL, body);
  return fz_json_writer_finish (writer, error);
}

static gboolean
check_event (Page *page, const FzJson *event, GError **error)
{
  static const char *const keys[] = { "id", "at", "kind", "visit", "body", NULL };
  const char *visit = NULL;
  char *body;

  if (!fz_json_check_keys (event, keys, error) || !need_word (event, "id", LONGEST_ID, NULL, error) || !need_word (event, "kind", 60, NULL, error) ||
      fz_json_get_string (event, "at", error) == NULL || !fz_json_opt_string (event, "visit", &visit, error) ||
      (visit != NULL && !need_word (event, "visit", 40, NULL, error)))
    return FALSE;
  body = body_of (event, error);
  if (body == NULL)
    return FALSE;
  g_ptr_array_add (page->bodies, body);
  return TRUE;
}

/* A front whose cursor stands still would give the same page for ever. */
static gboolean
check_cursor (const Page *page, const char *after, GError **error)
{
  if (fz_json_count (page->events) == 0 ? !page->more : g_strcmp0 (page->next, after) != 0)
    return TRUE;
  return fz_json_fail (page->root, "next", _ ("光标没有前进"), error);
}

static gboolean
check_page (Page *page, const char *after, GError **error)
{
  static const char *const keys[] = { "format", "events", "next", "more", NULL };
  const char *format = fz_json_check_keys (page->root, keys, error) ? fz_json_get_string (page->root, "format", error) : NULL;

  if (format == NULL)
    return FALSE;
  if (!g_str_equal (format, FORMAT))
    return fz_json_fail (page->root, "format", _ ("不认识这一版，请更新前端或本程序"), error);
  page->events = fz_json_get_array (page->root, "events", error);
  if (page->events == NULL || !need_word (page->root, "next", LONGEST_CURSOR, &page->next, error) ||
      !fz_json_get_bool (page->root, "more", &page->more, error))
    return FALSE;
  if (fz_json_count (page->events) > FZ_FRONT_PAGE_EVENTS)
    return fz_json_fail (page->root, "events", _ ("比要的还多"), error);
  for (guint i = 0; i < fz_json_count (page->events); i++)
    if (fz_json_get_object (fz_json_get_item (page->events, i), NULL, error) == NULL || !check_event (page, fz_json_get_item (page->events, i), error))
      return FALSE;
  return check_cursor (page, after, error);
}

static gboolean
audit_page (FzTxn *txn, const Page *page, GError **error)
{
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.audit_front/v1");
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = "front.receive", .subject_kind = "store", .outcome = "done", .payload = payload };

  fz_fields_set_int (payload, "events", fz_json_count (page->events));
  fz_fields_set_int (payload, "new", page->fresh);
  fz_fields_set (payload, "cursor", page->next);
  return fz_audit_append (txn, &entry, NULL, error);
}

static gboolean
keep (FzTxn *txn, gpointer data, GError **error)
{
  Page *page = data;

  for (guint i = 0; i < page->bodies->len; i++) {
    const FzJson *event = fz_json_get_item (page->events, i);
    const char *visit = NULL;
    gboolean fresh = FALSE;

    fz_json_opt_string (event, "visit", &visit, NULL);
    if (!fz_front_in_add (txn, fz_json_get_string (event, "id", NULL), fz_json_get_string (event, "kind", NULL), visit != NULL ? visit : "",
                          page->bodies->pdata[i], _ ("前端用同一个编号发来两件内容不同的事，先到的一件有效。请前端的维护者查明原因。"), &fresh, error))
      return FALSE;
    page->fresh += fresh ? 1 : 0;
  }
  return fz_setting_set (txn, FZ_FRONT_CURSOR_SETTING, page->next, error) && audit_page (txn, page, error);
}

gboolean
fz_front_keep_page (FzDesk *desk, const char *after, GBytes *bytes, char **out_next, gboolean *out_more, guint *out_new, GError **error)
{
  g_auto (Page) page = { .bodies = g_ptr_array_new_with_free_func (g_free) };
  gsize n = 0;
  const void *text = g_bytes_get_data (bytes, &n);

  page.root = fz_json_parse (text, n, FZ_FRONT_PAGE_BYTES, error);
  if (page.root == NULL || !check_page (&page, after, error))
    return FALSE;
  /* Nothing came and nothing moved: nothing to write. */
  if ((fz_json_count (page.events) > 0 || g_strcmp0 (page.next, after) != 0) && !fz_store_run (desk->store, FZ_TXN_RECORD, keep, &page, error))
    return FALSE;
  *out_next = g_strdup (page.next);
  *out_more = page.more;
  *out_new = page.fresh;
  return TRUE;
}
