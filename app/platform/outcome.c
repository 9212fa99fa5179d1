#include "app/platform/outcome.h"

#include "app/platform/table.h"

#include <string.h>

#define ANSWER_MAX_BYTES (4 * 1024 * 1024)
#define ANSWER_TEXT_MAX 500 /* characters kept of the platform's words */

static const char *const outcome_words[] = {"accepted", "refused", "retry", "offline", "configuration", "unknown"};

gboolean
fz_outcome_from_word (const char *word, FzOutcomeKind *out)
{
  for (guint i = 0; i < G_N_ELEMENTS (outcome_words); i++)
    if (g_str_equal (word, outcome_words[i]))
      {
        *out = (FzOutcomeKind) i;
        return TRUE;
      }
  return FALSE;
}

const char *
fz_outcome_word (FzOutcomeKind kind)
{
  return outcome_words[kind];
}

gboolean
fz_outcome_is_retried (FzOutcomeKind kind)
{
  return kind == FZ_OUTCOME_RETRY || kind == FZ_OUTCOME_OFFLINE;
}

/* The words go into the audit log and onto the screen: one line, no controls, no direction marks, bounded. */
static char *
clean_words (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *normal = g_utf8_normalize (valid, -1, G_NORMALIZE_NFC);
  GString *out = g_string_new (NULL);
  guint n = 0;

  for (const char *p = normal; *p != '\0' && n < ANSWER_TEXT_MAX; p = g_utf8_next_char (p), n++)
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_type (c) == G_UNICODE_FORMAT)
        continue;
      g_string_append_unichar (out, g_unichar_iscntrl (c) || g_unichar_isspace (c) ? ' ' : c);
    }
  return g_strstrip (g_string_free (out, FALSE));
}

/* The platform writes its codes as numbers; a gateway before it may quote them. */
static gboolean
read_code (const FzJson *object, const char *key, gint64 *out)
{
  const FzJson *value = fz_json_find (object, key);
  const char *text;

  if (value == NULL)
    return FALSE;
  if (fz_json_get_type (value) == FZ_JSON_NUMBER)
    return fz_json_get_int (object, key, out, NULL);
  text = fz_json_get_type (value) == FZ_JSON_STRING ? fz_json_get_string (object, key, NULL) : NULL;
  return text != NULL && g_ascii_string_to_signed (text, 10, -FZ_JSON_MAX_INT, FZ_JSON_MAX_INT, out, NULL);
}

/* {"receipt": {"key": …, "status": …, "message": …}} of the generic wire (assets/schema/generic-upload.json). */
static void
read_receipt (FzPlatformAnswer *self, const FzJson *root)
{
  const FzJson *receipt = fz_json_find (root, "receipt");
  const char *key = NULL, *status = NULL;

  if (receipt == NULL || fz_json_get_type (receipt) != FZ_JSON_OBJECT || !fz_json_opt_string (receipt, "key", &key, NULL) ||
      !fz_json_opt_string (receipt, "status", &status, NULL))
    return;
  self->receipt = g_strdup (status);
  self->receipt_key = g_strdup (key);
}

static const char *
read_words (const FzJson *root, const FzJson *body)
{
  static const char *const keys[] = {"msg", "message", NULL};

  for (guint i = 0; keys[i] != NULL; i++)
    {
      const char *words = NULL;

      if (body != NULL && fz_json_opt_string (body, keys[i], &words, NULL) && words != NULL && *words != '\0')
        return words;
      if (fz_json_opt_string (root, keys[i], &words, NULL) && words != NULL && *words != '\0')
        return words;
    }
  return "";
}

FzPlatformAnswer *
fz_platform_answer_new (guint http_status, gint64 retry_after_s, const guint8 *bytes, gsize n)
{
  FzPlatformAnswer *self = g_new0 (FzPlatformAnswer, 1);
  g_autoptr (FzJson) root = fz_json_parse (bytes, n, ANSWER_MAX_BYTES, NULL);
  const FzJson *body = NULL;

  self->http_status = http_status;
  self->retry_after_s = retry_after_s;
  if (root == NULL || fz_json_get_type (root) != FZ_JSON_OBJECT)
    {
      self->text = g_strdup ("");
      return self;
    }
  self->has_code = read_code (root, "code", &self->outer_code);
  read_receipt (self, root);
  body = fz_json_find (root, "body");
  if (body != NULL && fz_json_get_type (body) != FZ_JSON_OBJECT)
    body = NULL;
  self->has_msg_code = self->has_code && body != NULL && read_code (body, "msgCode", &self->msg_code);
  self->text = clean_words (self->receipt != NULL ? read_words (fz_json_find (root, "receipt"), NULL) : read_words (root, body));
  return self;
}

void
fz_platform_answer_free (FzPlatformAnswer *self)
{
  if (self == NULL)
    return;
  g_free (self->text);
  g_free (self->receipt);
  g_free (self->receipt_key);
  g_free (self);
}

/* Nothing sent or nothing known; whatever else went wrong on our side will go wrong again until somebody looks. */
static FzOutcomeKind
kind_of_error (const GError *error)
{
  if (g_error_matches (error, FZ_ERROR, FZ_ERROR_OFFLINE))
    return FZ_OUTCOME_OFFLINE;
  if (g_error_matches (error, FZ_ERROR, FZ_ERROR_UNKNOWN_OUTCOME))
    return FZ_OUTCOME_UNKNOWN;
  return FZ_OUTCOME_CONFIGURATION;
}

static gboolean
look_up (GHashTable *rules, const char *key, FzOutcomeKind *out)
{
  gpointer value;

  if (!g_hash_table_lookup_extended (rules, key, NULL, &value))
    return FALSE;
  *out = (FzOutcomeKind) GPOINTER_TO_UINT (value);
  return TRUE;
}

static FzOutcomeKind
kind_of_codes (const FzMessageTable *table, const FzPlatformAnswer *answer)
{
  g_autofree char *code = g_strdup_printf ("%" G_GINT64_FORMAT, answer->outer_code);
  g_autofree char *msg_code = g_strdup_printf ("%" G_GINT64_FORMAT, answer->msg_code);
  FzOutcomeKind kind;

  /* A code the interface text does not know may mean anything, stored or not. */
  if (!look_up (table->code, code, &kind))
    return FZ_OUTCOME_UNKNOWN;
  if (kind != FZ_OUTCOME_ACCEPTED)
    return kind;
  if (answer->http_status != 200 || !answer->has_msg_code)
    return FZ_OUTCOME_UNKNOWN;
  if (look_up (table->msg_code, msg_code, &kind) || look_up (table->msg_code, "*", &kind))
    return kind;
  return FZ_OUTCOME_UNKNOWN;
}

static FzOutcomeKind
kind_of_status (const FzMessageTable *table, guint status)
{
  g_autofree char *exact = g_strdup_printf ("%u", status);
  g_autofree char *family = g_strdup_printf ("%uxx", status / 100);
  FzOutcomeKind kind;

  if (look_up (table->http, exact, &kind) || look_up (table->http, family, &kind))
    return kind;
  return FZ_OUTCOME_UNKNOWN;
}

static char *
code_for_ledger (const FzPlatformAnswer *answer)
{
  if (answer->has_msg_code)
    return g_strdup_printf ("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, answer->outer_code, answer->msg_code);
  if (answer->has_code)
    return g_strdup_printf ("%" G_GINT64_FORMAT, answer->outer_code);
  return g_strdup_printf ("HTTP %u", answer->http_status);
}

/* After a sentence or not, with `|` between. */
char *
fz_outcome_name_fields (const FzMessageTable *table, const char *method, const char *words)
{
  g_autoptr (GString) named = g_string_new (NULL);

  for (const char *p = words; *p != '\0';)
    {
      gsize n = strspn (p, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
      g_autofree char *word = g_strndup (p, n);
      const char *label = n > 0 ? fz_message_table_get_field_label (table, method, word) : NULL;

      if (label != NULL)
        g_string_append_printf (named, "%s%s %s", named->len > 0 ? "、" : "", label, word);
      p += n > 0 ? n : 1;
    }
  return named->len > 0 ? g_string_free (g_steal_pointer (&named), FALSE) : NULL;
}

/* What has a key may go again: the same key gives the first receipt, so an answer that says nothing is asked for once more. */
static FzOutcomeKind
kind_of_receipt (const FzMessageTable *table, const FzPlatformAnswer *answer)
{
  FzOutcomeKind kind = answer->http_status == 200 ? FZ_OUTCOME_RETRY : kind_of_status (table, answer->http_status);

  if (answer->http_status == 200 && g_strcmp0 (answer->receipt, "accepted") == 0)
    kind = FZ_OUTCOME_ACCEPTED;
  else if (answer->http_status == 200 && g_strcmp0 (answer->receipt, "refused") == 0)
    kind = FZ_OUTCOME_REFUSED;
  return kind == FZ_OUTCOME_UNKNOWN ? FZ_OUTCOME_RETRY : kind;
}

static FzOutcomeKind
kind_of_answer (const FzMessageTable *table, const FzPlatformAnswer *answer)
{
  if (table->generic)
    return kind_of_receipt (table, answer);
  return answer->has_code ? kind_of_codes (table, answer) : kind_of_status (table, answer->http_status);
}

FzOutcome *
fz_outcome_classify (const FzMessageTable *table, const char *method, const FzPlatformAnswer *answer, const GError *error)
{
  FzOutcome *self = g_new0 (FzOutcome, 1);

  g_return_val_if_fail ((answer == NULL) != (error == NULL), NULL);
  if (error != NULL)
    {
      self->kind = kind_of_error (error);
      if (table->generic && self->kind == FZ_OUTCOME_UNKNOWN)
        self->kind = FZ_OUTCOME_RETRY;
      self->code = g_strdup ("");
      self->text = clean_words (error->message);
      return self;
    }
  self->kind = kind_of_answer (table, answer);
  self->code = code_for_ledger (answer);
  self->text = g_strdup (answer->text);
  self->retry_after_ms = MAX (0, MIN (answer->retry_after_s, 86400)) * 1000;
  return self;
}

void
fz_outcome_free (FzOutcome *self)
{
  if (self == NULL)
    return;
  g_free (self->code);
  g_free (self->text);
  g_free (self);
}

gint64
fz_backoff_ms (guint failures, gint64 base_ms, gint64 max_ms, guint32 chance)
{
  gint64 cap = base_ms;

  for (guint i = 1; i < failures && cap < max_ms; i++)
    cap *= 2;
  cap = MIN (cap, max_ms);
  return cap / 4 + (gint64) (((guint64) (cap - cap / 4) * chance) >> 32);
}
