/* Registers of medical affairs (台账): what there is, what stands in them, and the moves that people sign. */
#include "app/registers.h"

#include "app/kept_facts.h"
#include "app/knowledge.h"
#include "app/owner.h"
#include "app/policy_read.h"
#include "app/proposal.h"
#include "app/reach.h"
#include "app/workdays.h"
#include "core/text.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/registers.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define KIND "fuzhen.entry/v1"
#define ORDER "registers" /* assets/codes/registers.csv */

static FzRegister *
load_one (const char *file, GError **error)
{
  g_autofree char *path = g_strconcat ("registers/", file, NULL);
  g_autoptr (GBytes) bytes = fz_data_load (path, error);

  return bytes != NULL ? fz_register_parse (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error) : NULL;
}

/* In the order of the table that also says which group each belongs to; one without a row there does not load. */
static int
in_order (gconstpointer a, gconstpointer b, gpointer order)
{
  return fz_codes_find_code (order, fz_register_get_name (*(FzRegister *const *) a)) - fz_codes_find_code (order, fz_register_get_name (*(FzRegister *const *) b));
}

gboolean
fz_registers_load (FzDesk *desk, GError **error)
{
  FzCodes *order = fz_knowledge_codes (desk->knowledge, ORDER);
  g_auto (GStrv) files = fz_data_list ("registers");
  g_autoptr (GBytes) duties = fz_data_load ("portal/duties.json", error);

  desk->registers = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_register_unref);
  desk->portal = duties != NULL ? fz_portal_parse ("portal/duties.json", g_bytes_get_data (duties, NULL), g_bytes_get_size (duties), error) : NULL;
  if (desk->portal == NULL || !fz_workdays_load (desk, error))
    return FALSE;
  for (guint i = 0; files[i] != NULL; i++) {
    FzRegister *reg = load_one (files[i], error);

    if (reg == NULL)
      return FALSE;
    g_ptr_array_add (desk->registers, reg);
    if (fz_codes_find_code (order, fz_register_get_name (reg)) < 0) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("codes/registers.csv 没有台账 %s 的分组。"), fz_register_get_name (reg));
      return FALSE;
    }
  }
  g_ptr_array_sort_with_data (desk->registers, in_order, order);
  return TRUE;
}

const FzRegister *
fz_register_find (FzDesk *desk, const char *name, GError **error)
{
  for (guint i = 0; i < desk->registers->len; i++)
    if (g_strcmp0 (fz_register_get_name (desk->registers->pdata[i]), name) == 0)
      return desk->registers->pdata[i];
  g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有台账“%s”。"), name);
  return NULL;
}

const char *
fz_register_of_entry (FzDesk *desk, const char *id)
{
  for (guint i = 0; i < desk->registers->len; i++) {
    const char *code = fz_register_get_code (desk->registers->pdata[i]);

    if (g_str_has_prefix (id, code) && id[strlen (code)] == '-')
      return fz_register_get_name (desk->registers->pdata[i]);
  }
  return id;
}

static gboolean
reads (const FzSession *session, const FzRegister *reg)
{
  return (fz_register_get_readers (reg) & (1u << session->role)) != 0;
}

/* Whose role can open no entry there reads what others entered: a pause of a service, a policy. */
static gboolean
opens (const FzSession *session, const FzRegister *reg)
{
  for (guint i = 0; i < fz_register_get_n_moves (reg); i++)
    if (fz_register_get_move (reg, i)->from[0] == NULL && (fz_register_get_move (reg, i)->roles & (1u << session->role)) != 0)
      return TRUE;
  return FALSE;
}

gboolean
fz_register_see (const FzSession *session, FzTxn *txn, const FzFields *entry, FzFields **out_seen, GError **error)
{
  const FzRegister *reg = fz_register_find (session->desk, fz_fields_get (entry, "entry.register"), NULL);

  *out_seen = NULL;
  if (fz_reach_person (session, "register.read", fz_fields_get (entry, "entry.opened_person"))) {
    *out_seen = fz_fields_dup (entry, NULL);
    return TRUE;
  }
  return reg == NULL || !reads (session, reg) || opens (session, reg) || fz_policy_bound (txn, entry, out_seen, error);
}

const FzRegister *
fz_register_open (FzSession *session, const char *act, const char *name, const char *subject, GError **error)
{
  const FzRegister *reg = fz_session_may (session, act, "register", subject, error) ? fz_register_find (session->desk, name, error) : NULL;

  if (reg == NULL || reads (session, reg))
    return reg;
  fz_session_deny (session, act, "register", subject, _ ("您的角色不能查看这本台账。此次尝试已记入审计。"), error);
  return NULL;
}

/* --- what there is --- */

#define ENTRIES_A_PAGE 200

typedef struct {
  FzSession *session;
  const FzRegister *reg;
  const char *id;
  const char *text; /* searched for, folded */
  gboolean open_only, mine_only;
  GPtrArray *staff;
  const char *after; /* newest first: the number of the last one that was given; NULL: none yet */
  gboolean newest;
  guint limit;
  GPtrArray *rows;
  FzFields *entry;
  GPtrArray *documents;
} Ask;

static void
ask_clear (Ask *ask)
{
  g_clear_pointer (&ask->rows, g_ptr_array_unref);
  g_clear_pointer (&ask->entry, fz_fields_unref);
  g_clear_pointer (&ask->documents, g_ptr_array_unref);
  g_clear_pointer (&ask->staff, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ask, ask_clear)

static gboolean
is_over (const FzRegister *reg, const FzFields *entry, const FzCalendar *calendar, gint64 now_us)
{
  g_autoptr (FzFields) due = fz_fields_new ("fuzhen.due/v1");

  fz_register_put_due (reg, entry, calendar, due);
  for (guint i = 0; i < fz_fields_count (due, "due"); i++)
    if (fz_date_is_over (fz_fields_get_at (due, "due", i, "on"), fz_fields_get_at (due, "due", i, "at"), now_us))
      return TRUE;
  return FALSE;
}

/* What this reader sees of it. */
static gboolean
put_counts (FzTxn *txn, FzSession *session, const FzRegister *reg, FzFields *row, GError **error)
{
  g_autoptr (GPtrArray) open = fz_entries_all (txn, fz_register_get_name (reg), TRUE, error);
  gint64 now_us = fz_session_now_us (session), n = 0, n_over = 0;

  for (guint i = 0; open != NULL && i < open->len; i++) {
    g_autoptr (FzFields) seen = NULL;

    if (!fz_register_see (session, txn, open->pdata[i], &seen, error))
      return FALSE;
    if (seen != NULL) {
      n++;
      n_over += is_over (reg, seen, session->desk->calendar, now_us);
    }
  }
  fz_fields_set_int (row, "n_open", n);
  fz_fields_set_int (row, "n_over", n_over);
  return open != NULL;
}

static FzFields *
register_row (FzTxn *txn, FzSession *session, const FzRegister *reg, GError **error)
{
  const FzCodes *order = fz_knowledge_codes (session->desk->knowledge, ORDER);
  guint place = (guint) fz_codes_find_code (order, fz_register_get_name (reg));
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.register_row/v1");
  gint64 all = fz_entries_count (txn, fz_register_get_name (reg), FALSE, error);

  if (all < 0 || !put_counts (txn, session, reg, row, error))
    return NULL;
  fz_fields_set (row, "name", fz_register_get_name (reg));
  fz_fields_set (row, "title", fz_register_get_title (reg));
  fz_fields_set (row, "title_en", fz_register_get_title_en (reg));
  fz_fields_set (row, "group", fz_codes_get (order, place, "group"));
  fz_fields_set (row, "group_en", fz_codes_get (order, place, "group_en"));
  fz_fields_set_int (row, "n_all", all);
  if (session->role == FZ_ROLE_AFFAIRS && g_str_equal (fz_codes_get (order, place, "old_entries"), "yes"))
    fz_fields_set_bool (row, "old_entries", TRUE);
  for (guint i = 0; i < fz_register_get_n_moves (reg); i++)
    if (fz_register_move_allowed (fz_register_get_move (reg, i), NULL, session->role)) {
      fz_fields_set (row, "opens", fz_register_get_move (reg, i)->word);
      fz_fields_set (row, "opens_label", fz_register_get_move (reg, i)->label);
      fz_fields_set (row, "opens_label_en", fz_register_get_move (reg, i)->label_en);
    }
  return fz_fields_freeze (g_steal_pointer (&row));
}

static gboolean
list_registers (FzTxn *txn, gpointer data, GError **error)
{
  Ask *ask = data;
  GPtrArray *all = ask->session->desk->registers;

  for (guint i = 0; i < all->len; i++) {
    FzFields *row = reads (ask->session, all->pdata[i]) ? register_row (txn, ask->session, all->pdata[i], error) : NULL;

    if (row != NULL)
      g_ptr_array_add (ask->rows, row);
    else if (reads (ask->session, all->pdata[i]))
      return FALSE;
  }
  return TRUE;
}

GPtrArray *
fz_desk_list_registers (FzSession *session, GError **error)
{
  g_auto (Ask) ask = { .session = session, .rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref) };

  if (!fz_session_may (session, "register.read", "register", NULL, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, list_registers, &ask, error))
    return NULL;
  return g_steal_pointer (&ask.rows);
}

static void
put_field (FzFields *facts, guint i, const FzRegisterField *field)
{
  static const char *const kinds[] = { "line", "text", "day", "choice", "yesno", "number", "fen", "staff", "visit", "rx", "clock" };

  fz_fields_set_at (facts, "field", i, "key", field->key);
  fz_fields_set_at (facts, "field", i, "label", field->label);
  fz_fields_set_at (facts, "field", i, "label_en", field->label_en);
  fz_fields_set_at (facts, "field", i, "help", field->help);
  fz_fields_set_at (facts, "field", i, "help_en", field->help_en);
  fz_fields_set_at (facts, "field", i, "kind", kinds[field->kind]);
  if (field->common)
    fz_fields_set_at (facts, "field", i, "common", "yes");
  for (guint c = 0; c < field->n_choices; c++) {
    g_autofree char *list = g_strdup_printf ("field.%02u.choice", i);

    fz_fields_set_at (facts, list, c, "code", field->codes[c]);
    fz_fields_set_at (facts, list, c, "label", field->labels[c]);
    fz_fields_set_at (facts, list, c, "label_en", field->labels_en[c]);
  }
}

static void
put_move (FzFields *facts, guint i, const FzRegisterMove *move)
{
  g_autofree char *needs = g_strdup_printf ("move.%02u.need", i), *asks = g_strdup_printf ("move.%02u.ask", i);

  fz_fields_set_at (facts, "move", i, "word", move->word);
  fz_fields_set_at (facts, "move", i, "label", move->label);
  fz_fields_set_at (facts, "move", i, "label_en", move->label_en);
  for (guint k = 0; move->needs[k] != NULL; k++)
    fz_fields_set_at (facts, needs, k, NULL, move->needs[k]);
  for (guint k = 0; move->asks[k] != NULL; k++)
    fz_fields_set_at (facts, asks, k, NULL, move->asks[k]);
}

/* Moves this role may make from `state` (NULL: opening ones). */
static void
put_moves (FzFields *facts, const FzRegister *reg, const char *state, FzRole role)
{
  guint n = 0;

  for (guint i = 0; i < fz_register_get_n_moves (reg); i++)
    if (fz_register_move_allowed (fz_register_get_move (reg, i), state, role))
      put_move (facts, n++, fz_register_get_move (reg, i));
}

FzFields *
fz_desk_read_register (FzSession *session, const char *name, GError **error)
{
  const FzRegister *reg = fz_register_open (session, "register.read", name, name, error);
  FzFields *facts;

  if (reg == NULL)
    return NULL;
  facts = fz_fields_new ("fuzhen.register_view/v1");
  fz_fields_set (facts, "name", fz_register_get_name (reg));
  fz_fields_set (facts, "title", fz_register_get_title (reg));
  fz_fields_set (facts, "title_en", fz_register_get_title_en (reg));
  for (guint i = 0; fz_register_get_rows (reg)[i] != NULL; i++)
    fz_fields_set_at (facts, "row", i, NULL, fz_register_get_rows (reg)[i]);
  for (guint i = 0; i < fz_register_get_n_fields (reg); i++) {
    put_field (facts, i, fz_register_get_field (reg, i));
    if (fz_register_lies_ahead (reg, fz_register_get_field (reg, i)->key))
      fz_fields_set_at (facts, "field", i, "ahead", "yes");
  }
  for (guint i = 0; i < fz_register_get_n_states (reg); i++) {
    const FzRegisterState *state = fz_register_get_state (reg, i);

    fz_fields_set_at (facts, "state", i, "word", state->word);
    fz_fields_set_at (facts, "state", i, "label", state->label);
    fz_fields_set_at (facts, "state", i, "label_en", state->label_en);
  }
  put_moves (facts, reg, NULL, session->role);
  return fz_fields_freeze (facts);
}

/* --- entries --- */

static void
match_value (const char *key, const char *value, gpointer data)
{
  Ask *ask = data;
  g_autofree char *folded = fz_text_fold (value);

  if (ask->text != NULL && (g_str_has_prefix (key, "field.") || g_str_equal (key, "entry.id")) && strstr (folded, ask->text) != NULL)
    ask->text = NULL; /* found */
}

static gboolean
matches (const Ask *ask, const FzFields *entry)
{
  Ask search = { .text = ask->text };

  if (ask->text != NULL)
    fz_fields_foreach (entry, match_value, &search);
  return search.text == NULL;
}

static gboolean
is_wanted (const Ask *ask, const FzFields *entry)
{
  return entry != NULL && matches (ask, entry) &&
         (!ask->mine_only || fz_owner_is (ask->reg, entry, ask->session->number, fz_fields_get (ask->session->person, "person")));
}

static FzFields *
entry_row (const Ask *ask, const FzFields *entry)
{
  FzFields *row = fz_fields_dup (entry, NULL);

  fz_register_put_due (ask->reg, entry, ask->session->desk->calendar, row);
  fz_fields_set (row, "entry.owner_name", fz_owner_name (ask->reg, entry, ask->staff));
  fz_fields_set (row, "cursor", fz_fields_get (entry, "entry.id"));
  return fz_fields_freeze (row);
}

/* Where the reading begins. FALSE with *error: the last one that was given is not there. */
static gboolean
find_start (FzTxn *txn, const Ask *ask, FzCursor *cursor, GError **error)
{
  g_autoptr (FzFields) last = NULL;

  cursor->us = ask->newest ? G_MAXINT64 : -1;
  cursor->id = g_strdup (ask->after != NULL ? ask->after : "");
  if (ask->after == NULL)
    return TRUE;
  last = fz_entries_get (txn, ask->after, error);
  if (last != NULL)
    fz_fields_get_time (last, "entry.opened_at", &cursor->us);
  return last != NULL;
}

/* One page of the register, of which the wanted ones are taken; the cursor moves on. -1 on error, else how many there were. */
static int
take_page (FzTxn *txn, Ask *ask, FzCursor *cursor, GError **error)
{
  const char *name = fz_register_get_name (ask->reg);
  g_autoptr (GPtrArray) page = ask->newest ? fz_entries_list_back (txn, name, ask->open_only, *cursor, ENTRIES_A_PAGE, error)
                                           : fz_entries_list (txn, name, ask->open_only, *cursor, ENTRIES_A_PAGE, error);

  if (page == NULL)
    return -1;
  for (guint i = 0; i < page->len && ask->rows->len < ask->limit; i++) {
    g_autoptr (FzFields) seen = NULL;

    fz_fields_get_time (page->pdata[i], "entry.opened_at", &cursor->us);
    g_free ((char *) cursor->id);
    cursor->id = g_strdup (fz_fields_get (page->pdata[i], "entry.id"));
    if (!fz_register_see (ask->session, txn, page->pdata[i], &seen, error))
      return -1;
    if (is_wanted (ask, seen))
      g_ptr_array_add (ask->rows, entry_row (ask, seen));
  }
  return (int) page->len;
}

static gboolean
list_entries (FzTxn *txn, gpointer data, GError **error)
{
  Ask *ask = data;
  FzCursor cursor = { 0, NULL };
  int n = ENTRIES_A_PAGE;

  ask->staff = fz_staff_list (txn, error);
  if (ask->staff == NULL || !find_start (txn, ask, &cursor, error))
    n = -1;
  while (n == ENTRIES_A_PAGE && ask->rows->len < ask->limit)
    n = take_page (txn, ask, &cursor, error);
  g_free ((char *) cursor.id);
  return n >= 0 && fz_session_audit (ask->session, txn, "register.list", "register", fz_register_get_name (ask->reg), "done", NULL, NULL, error);
}

static GPtrArray *
list_of (FzSession *session, const char *name, const FzFields *filter, gboolean newest, GError **error)
{
  g_auto (Ask) ask = { .session = session, .newest = newest, .limit = G_MAXUINT, .rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref) };
  g_autofree char *text = filter != NULL && fz_fields_has (filter, "text") ? fz_text_fold (fz_fields_get (filter, "text")) : NULL;
  gint64 limit = 0;

  ask.reg = fz_register_open (session, "register.read", name, name, error);
  if (ask.reg == NULL)
    return NULL;
  ask.text = text;
  ask.open_only = filter != NULL && fz_fields_is_yes (filter, "open");
  ask.mine_only = filter != NULL && fz_fields_is_yes (filter, "mine");
  if (newest) {
    ask.after = fz_fields_get (filter, "after");
    ask.limit = fz_fields_get_int (filter, "limit", &limit) && limit > 0 && limit < ENTRIES_A_PAGE ? (guint) limit : ENTRIES_A_PAGE;
  }
  if (!fz_store_run (session->desk->store, FZ_TXN_RECORD, list_entries, &ask, error))
    return NULL;
  return g_steal_pointer (&ask.rows);
}

GPtrArray *
fz_desk_list_entries (FzSession *session, const char *name, const FzFields *filter, GError **error)
{
  return list_of (session, name, filter, FALSE, error);
}

GPtrArray *
fz_register_list_entries (FzSession *session, const FzFields *filter, GError **error)
{
  return list_of (session, filter != NULL && fz_fields_has (filter, "register") ? fz_fields_get (filter, "register") : "", filter, TRUE, error);
}

static gboolean
read_entry (FzTxn *txn, gpointer data, GError **error)
{
  Ask *ask = data;
  g_autofree char *subject = g_strconcat ("@", ask->id, NULL);
  g_autoptr (FzFields) entry = fz_entries_get (txn, ask->id, error);

  if (entry == NULL || !fz_register_see (ask->session, txn, entry, &ask->entry, error))
    return FALSE;
  if (ask->entry == NULL)
    return fz_session_audit (ask->session, txn, "register.read", "entry", ask->id, "denied", NULL, NULL, error);
  ask->documents = fz_documents_of_visit (txn, subject, error);
  if (ask->documents != NULL && !fz_fields_equal (entry, ask->entry))
    fz_policy_keep_bound (ask->documents);
  ask->staff = ask->documents != NULL ? fz_staff_list (txn, error) : NULL;
  return ask->staff != NULL && fz_session_audit (ask->session, txn, "register.read", "entry", ask->id, "done", NULL, NULL, error);
}

static void
put_history (FzFields *facts, GPtrArray *documents)
{
  static const char *const keys[] = { "id", "move_label", "state_label", "words", "signed_at" };

  for (guint i = 0; i < documents->len && i < 100; i++) {
    const FzDocument *document = documents->pdata[documents->len - 1 - i]; /* newest first */
    g_autofree char *list = g_strdup_printf ("history.%02u.line", i);

    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_fields_set_at (facts, "history", i, keys[k], fz_fields_get (document->body, keys[k]));
    fz_fields_set_at (facts, "history", i, "by", fz_fields_get (document->body, "author.name"));
    for (guint l = 0; l < fz_fields_count (document->body, "line"); l++) {
      fz_fields_set_at (facts, list, l, "label", fz_fields_get_at (document->body, "line", l, "label"));
      fz_fields_set_at (facts, list, l, "text", fz_fields_get_at (document->body, "line", l, "text"));
    }
  }
}

/* --- of an older edition of the register --- */

typedef struct {
  const FzRegister *reg;
  GPtrArray *documents; /* NULL: only whether there is any */
  FzFields *facts;
  guint n;
} Former;

static gboolean
is_still_there (const FzRegister *reg, const char *key, const char *value)
{
  const FzRegisterField *field = fz_register_find_field (reg, key);

  return field != NULL && (field->kind != FZ_FIELD_CHOICE || g_strv_contains (field->codes, value));
}

/* The last document that said this value says it in words. */
static void
put_words (Former *former, const char *key, const char *value)
{
  for (guint d = former->documents->len; d-- > 0;) {
    const FzFields *body = ((const FzDocument *) former->documents->pdata[d])->body;

    for (guint l = 0; l < fz_fields_count (body, "line"); l++)
      if (g_strcmp0 (fz_fields_get_at (body, "line", l, "key"), key) == 0 && g_strcmp0 (fz_fields_get_at (body, "line", l, "value"), value) == 0) {
        fz_fields_set_at (former->facts, "former", former->n, "key", key);
        fz_fields_set_at (former->facts, "former", former->n, "label", fz_fields_get_at (body, "line", l, "label"));
        fz_fields_set_at (former->facts, "former", former->n, "text", fz_fields_get_at (body, "line", l, "text"));
        return;
      }
  }
}

static void
take_former (const char *key, const char *value, gpointer data)
{
  Former *former = data;

  if (!g_str_has_prefix (key, "field.") || is_still_there (former->reg, key + strlen ("field."), value))
    return;
  if (former->documents != NULL)
    put_words (former, key + strlen ("field."), value);
  former->n++;
}

void
fz_register_put_former (const FzRegister *reg, const FzFields *entry, GPtrArray *documents, FzFields *facts)
{
  Former former = { reg, documents, facts, 0 };

  fz_fields_foreach (entry, take_former, &former);
}

gboolean
fz_register_has_former (const FzRegister *reg, const FzFields *entry)
{
  Former former = { .reg = reg };

  fz_fields_foreach (entry, take_former, &former);
  return former.n > 0;
}

FzFields *
fz_desk_read_entry (FzSession *session, const char *id, GError **error)
{
  g_auto (Ask) ask = { .session = session, .id = id };
  FzFields *facts;

  ask.reg = fz_register_open (session, "register.read", fz_register_of_entry (session->desk, id), id, error);
  if (ask.reg == NULL || !fz_store_run (session->desk->store, FZ_TXN_RECORD, read_entry, &ask, error))
    return NULL;
  if (ask.documents == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("这一条由其他人上报，您不能查看。此次尝试已记入审计。"));
    return NULL;
  }
  facts = fz_fields_dup (ask.entry, NULL);
  fz_fields_set (facts, "entry.owner_name", fz_owner_name (ask.reg, ask.entry, ask.staff));
  put_moves (facts, ask.reg, fz_fields_get (ask.entry, "entry.state"), session->role);
  fz_register_put_due (ask.reg, ask.entry, session->desk->calendar, facts);
  put_history (facts, ask.documents);
  fz_register_put_former (ask.reg, ask.entry, ask.documents, facts);
  return fz_fields_freeze (facts);
}

/* --- entries from their documents --- */

FzFields *
fz_entry_of_documents (GPtrArray *documents, GError **error)
{
  g_autoptr (FzFields) entry = NULL;

  for (guint i = 0; i < documents->len; i++) {
    FzFields *after = fz_entry_fold (entry, ((FzDocument *) documents->pdata[i])->body, error);

    g_clear_pointer (&entry, fz_fields_unref);
    if (after == NULL)
      return NULL;
    entry = after;
  }
  return g_steal_pointer (&entry);
}

/* --- rebuild --- */

static gboolean
compare (FzTxn *txn, const char *subject, gpointer differences, GError **error)
{
  g_autoptr (GPtrArray) documents = fz_documents_of_visit (txn, subject, error);
  g_autoptr (FzFields) folded = documents != NULL ? fz_entry_of_documents (documents, error) : NULL;
  g_autoptr (FzFields) kept = folded != NULL ? fz_entries_get (txn, subject + 1, error) : NULL;

  if (kept == NULL)
    return FALSE;
  if (!fz_fields_equal (folded, kept))
    g_ptr_array_add (differences, g_strdup_printf (_ ("台账条目 %s：与由文书重新推算的结果不一致。"), subject + 1));
  return TRUE;
}

gboolean
fz_registers_compare (FzDesk *desk, GPtrArray *differences, GError **error)
{
  return fz_proposals_walk (desk, KIND, compare, differences, error) && fz_kept_facts_compare (desk, differences, error);
}

/* --- deadlines --- */

static gboolean
list_due (FzTxn *txn, gpointer data, GError **error)
{
  Ask *ask = data;
  const FzCodes *leads = fz_knowledge_codes (ask->session->desk->knowledge, "register-leads");

  ask->staff = fz_staff_list (txn, error);
  if (ask->staff == NULL)
    return FALSE;
  for (guint r = 0; r < ask->session->desk->registers->len; r++) {
    const FzRegister *reg = ask->session->desk->registers->pdata[r];
    g_autoptr (GPtrArray) open = fz_entries_all (txn, fz_register_get_name (reg), TRUE, error);
    int own = fz_codes_find_code (leads, fz_register_get_name (reg));

    if (open == NULL)
      return FALSE;
    for (guint i = 0; i < open->len; i++) {
      g_autoptr (FzFields) due = fz_fields_new ("fuzhen.due/v1");

      fz_register_put_due (reg, open->pdata[i], ask->session->desk->calendar, due);
      for (guint k = 0; k < fz_fields_count (due, "due"); k++) {
        g_autofree char *list = g_strdup_printf ("due.%02u", k);
        FzFields *row = fz_fields_dup_below (due, list, "fuzhen.deadline/v1");

        fz_fields_set (row, "kind", "register");
        fz_fields_set (row, "subject", fz_fields_get (open->pdata[i], "entry.id"));
        fz_fields_set (row, "title", fz_register_get_title (reg));
        fz_fields_set (row, "title_en", fz_register_get_title_en (reg));
        if (own >= 0)
          fz_fields_set (row, "lead", fz_codes_get (leads, (guint) own, "days"));
        if (own >= 0)
          fz_fields_set (row, "late_as", fz_codes_get (leads, (guint) own, "late_as"));
        fz_fields_set (row, "about", fz_fields_get (open->pdata[i], "field.subject"));
        fz_fields_set (row, "owner", fz_owner_name (reg, open->pdata[i], ask->staff));
        g_ptr_array_add (ask->rows, fz_fields_freeze (row));
      }
    }
  }
  return TRUE;
}

GPtrArray *
fz_registers_due (FzSession *session, GError **error)
{
  g_auto (Ask) ask = { .session = session, .rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref) };

  return fz_store_run (session->desk->store, FZ_TXN_READ, list_due, &ask, error) ? g_steal_pointer (&ask.rows) : NULL;
}
