#include "app/document_file.h"

#include "app/data.h"
#include "app/out_file.h"
#include "app/paper/record_copy.h"
#include "app/printout.h"
#include "core/access.h"
#include "core/date.h"
#include "core/note.h"
#include "db/durable.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define MOST_BYTES 1000000 /* of a note with all its lines: what fuzhen-verify takes */
#define KEYS_KIND "fuzhen.keys/v1\n"
#define GROUPS 100

/* What is judged is what was read: under these names, in a folder of this run alone. */
#define DOCUMENT "document.fzd"
#define PROOF "document.fzd.proof"
#define ENTRY "document.fzd.entry"
#define KEYS "keys.fzd"

static void
line_free (gpointer data)
{
  FzFileLine *line = data;

  g_free (line->signer);
  g_free (line->name);
  g_free (line->role);
  g_free (line);
}

void
fz_document_file_free (FzDocumentFile *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_free (self->title);
  g_free (self->text);
  g_free (self->machine);
  g_free (self->institution);
  g_free (self->reason);
  g_free (self->keys);
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  g_free (self);
}

/* --- files --- */

static GBytes *
read_file (const char *path, GError **error)
{
  g_autoptr (GError) why = NULL;
  GBytes *bytes = fz_durable_read (path, MOST_BYTES, &why);

  if (bytes != NULL)
    return bytes;
  if (g_error_matches (why, FZ_ERROR, FZ_ERROR_CORRUPT))
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”不是普通文件，或者超过 %d 个字节，不会是签名文书。\n请向出具的机构索取原件。"), path, MOST_BYTES);
  else if (g_error_matches (why, FZ_ERROR, FZ_ERROR_NOT_FOUND))
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有文件“%s”。\n请检查路径，或把文件放回原处再打开。"), path);
  else
    g_propagate_error (error, g_steal_pointer (&why));
  return NULL;
}

static gboolean
is_signed_list (GBytes *bytes)
{
  gsize n = 0;
  const char *text = g_bytes_get_data (bytes, &n);

  return n > strlen (KEYS_KIND) && memcmp (text, KEYS_KIND, strlen (KEYS_KIND)) == 0;
}

/* As packages and exports name it, beside the document or one folder above; what else lies there is not looked into. */
static char *
find_keys (const char *path, GBytes **out)
{
  static const char *const names[] = { "keys.fzd", "keys.txt", "fuzhen-keys.note" };
  g_autofree char *folder = g_path_get_dirname (path), *above = g_build_filename (folder, "..", NULL);
  const char *const folders[] = { folder, above };

  for (guint i = 0; i < G_N_ELEMENTS (folders) * G_N_ELEMENTS (names); i++) {
    g_autofree char *at = g_build_filename (folders[i / G_N_ELEMENTS (names)], names[i % G_N_ELEMENTS (names)], NULL);
    g_autoptr (GBytes) bytes = fz_durable_read (at, MOST_BYTES, NULL);

    if (bytes != NULL && is_signed_list (bytes)) {
      *out = g_steal_pointer (&bytes);
      return g_canonicalize_filename (at, NULL);
    }
  }
  return NULL;
}

/* --- what it says --- */

static char *
render (const FzFields *body)
{
  g_autoptr (GHashTable) templates = fz_data_load_templates (NULL);
  const FzTemplate *template = templates != NULL ? g_hash_table_lookup (templates, fz_fields_get_kind (body)) : NULL;

  return template != NULL && fz_template_check (template, body, NULL) ? fz_template_render (template, body, NULL) : NULL;
}

static void
put_words (FzDocumentFile *self, const FzFields *body, GBytes *signed_text)
{
  gsize n = 0, people = 0;
  const char *plain = g_bytes_get_data (signed_text, &n), *machine;
  char *read = render (body), *end;

  self->rendered = read != NULL;
  self->text = read != NULL ? read : g_strndup (plain, n);
  machine = self->rendered ? fz_rendered_find_machine (self->text, &people) : NULL;
  self->machine = g_strdup (machine);
  if (self->rendered)
    self->text[people] = '\0';
  end = strchr (self->text, '\n');
  self->title = self->rendered && end != NULL ? g_strndup (self->text, (gsize) (end - self->text)) : g_strdup (fz_fields_get_kind (body));
}

static void
put_origin (FzDocumentFile *self, const FzFields *body)
{
  static const char *const keys[] = { "signed_at", "made_at", "created_at", "at" };

  for (guint i = 0; i < G_N_ELEMENTS (keys) && self->signed_at_us == 0; i++)
    fz_fields_get_time (body, keys[i], &self->signed_at_us);
  self->institution = g_strdup (fz_fields_get (body, fz_fields_has (body, "institution.name") ? "institution.name" : "institution"));
}

/* --- who signed --- */

/* The entry of the list whose key made this line; NULL: none. A plain list has keys without persons. */
static FzVerifier *
find_key (GBytes *list, const FzFields *known, const char *signer, guint32 id, char **out_name, char **out_role)
{
  g_auto (GStrv) plain = known == NULL ? g_strsplit (g_bytes_get_data (list, NULL), "\n", -1) : NULL;
  guint total = known != NULL ? GROUPS * 100 : g_strv_length (plain);

  for (guint i = 0; i < total; i++) {
    g_autofree char *group = g_strdup_printf ("key.%02u", i / 100);
    const char *vkey = known != NULL ? fz_fields_get_at (known, group, i % 100, "vkey") : plain[i];
    g_autoptr (FzVerifier) key = vkey != NULL ? fz_verifier_parse (vkey, NULL) : NULL;

    if (known != NULL && vkey == NULL)
      return NULL;
    if (key == NULL || fz_verifier_get_key_id (key) != id || !g_str_equal (fz_verifier_get_name (key), signer))
      continue;
    *out_name = g_strdup (known != NULL ? fz_fields_get_at (known, group, i % 100, "name") : NULL);
    *out_role = g_strdup (known != NULL ? fz_fields_get_at (known, group, i % 100, "role") : NULL);
    return g_steal_pointer (&key);
  }
  return NULL;
}

static FzFileLine *
line_of (const FzNote *note, guint i, GBytes *list, const FzFields *known)
{
  FzFileLine *line = g_new0 (FzFileLine, 1);
  gsize n = 0, size = 0;
  const guint8 *signature = fz_note_get_signature (note, i, &n);
  const void *text = g_bytes_get_data (fz_note_get_text (note), &size);
  g_autoptr (FzVerifier) key = NULL;

  line->signer = g_strdup (fz_note_get_signer (note, i));
  key = list != NULL ? find_key (list, known, line->signer, fz_note_get_key_id (note, i), &line->name, &line->role) : NULL;
  if (n != FZ_ED25519_SIGNATURE_BYTES)
    line->state = FZ_FILE_LINE_OTHER;
  else if (key == NULL)
    line->state = FZ_FILE_LINE_UNKNOWN;
  else
    line->state = fz_verifier_check (key, text, size, signature) ? FZ_FILE_LINE_FITS : FZ_FILE_LINE_WRONG;
  return line;
}

/* Text with a zero behind it, however long the file. */
static GBytes *
as_text (GBytes *bytes)
{
  gsize n = 0;
  const char *data = g_bytes_get_data (bytes, &n);

  return g_bytes_new_take (g_strndup (data, n), n + 1);
}

static void
put_lines (FzDocumentFile *self, const FzNote *note, GBytes *list)
{
  g_autoptr (GBytes) text = list != NULL ? as_text (list) : NULL;
  gboolean is_signed = list != NULL && is_signed_list (list);
  g_autoptr (FzNote) of_list = is_signed ? fz_note_parse (g_bytes_get_data (list, NULL), g_bytes_get_size (list), NULL) : NULL;
  GBytes *body = of_list != NULL ? fz_note_get_text (of_list) : NULL;
  g_autoptr (FzFields) known = body != NULL ? fz_fields_parse (g_bytes_get_data (body, NULL), g_bytes_get_size (body), NULL) : NULL;

  if (is_signed && known == NULL) /* damaged: no key of it counts, and the verdict says why */
    g_clear_pointer (&text, g_bytes_unref);
  for (guint i = 0; i < fz_note_get_n_lines (note); i++)
    g_ptr_array_add (self->lines, line_of (note, i, text, known));
}

/* --- the verdict --- */

char *
fz_verify_program_find (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : g_strdup (".");
  const char *const places[] = { "app/verify/fuzhen-verify-static", "../libexec/fuzhen/fuzhen-verify-static", "app/verify/fuzhen-verify", "fuzhen-verify" };
  const char *named = g_getenv ("FUZHEN_VERIFY");

  if (named != NULL)
    return g_strdup (named);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autofree char *path = g_build_filename (folder, places[i], NULL);

    if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
      return g_canonicalize_filename (path, NULL);
  }
  return NULL;
}

static gboolean
put_beside (GBytes *bytes, const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return bytes != NULL && g_file_set_contents_full (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), G_FILE_SET_CONTENTS_NONE, 0600, NULL);
}

static GBytes *
read_ending (const char *path, const char *ending)
{
  g_autofree char *beside = g_strconcat (path, ending, NULL);

  return fz_durable_read (beside, MOST_BYTES, NULL);
}

static gboolean
parse_verdict (const char *said, FzFileVerdict *out)
{
  static const char *const words[] = { "VALID", "VALID-KEY-EXPIRED-SINCE", "VALID-REVOKED-LATER", "INDETERMINATE", "INVALID-REVOKED-BEFORE", "INVALID" };
  gsize n = strcspn (said, " :");

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strlen (words[i]) == n && strncmp (said, words[i], n) == 0) {
      *out = (FzFileVerdict) i;
      return TRUE;
    }
  return FALSE;
}

/* `NAME: WORD[ second][: reason]`; FALSE: it says nothing of `name`. */
static gboolean
find_verdict (const char *said, const char *name, FzFileVerdict *out, FzFileWord *out_word, char **out_reason)
{
  g_auto (GStrv) lines = g_strsplit (said, "\n", -1);
  g_autofree char *begin = g_strdup_printf ("%s: ", name);

  for (guint i = 0; lines[i] != NULL; i++) {
    const char *rest = g_str_has_prefix (lines[i], begin) ? lines[i] + strlen (begin) : NULL, *reason;

    if (rest == NULL || !parse_verdict (rest, out))
      continue;
    reason = strstr (rest, ": ");
    if (out_word != NULL)
      *out_word = strstr (rest, " not-effective") != NULL ? FZ_FILE_NOT_EFFECTIVE : strstr (rest, " effective") != NULL ? FZ_FILE_EFFECTIVE : FZ_FILE_NO_WORD;
    *out_reason = g_strdup (reason != NULL ? reason + 2 : NULL);
    return TRUE;
  }
  return FALSE;
}

static char *
run_verifier (const char *folder, gboolean keys, const char *institution, gboolean proof)
{
  g_autofree char *program = fz_verify_program_find (), *said = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;

  if (program == NULL)
    return NULL;
  g_ptr_array_add (words, program);
  if (keys) {
    g_ptr_array_add (words, (gpointer) "--keys");
    g_ptr_array_add (words, (gpointer) KEYS);
  }
  if (institution != NULL) {
    g_ptr_array_add (words, (gpointer) "--institution");
    g_ptr_array_add (words, (gpointer) institution);
  }
  g_ptr_array_add (words, (gpointer) DOCUMENT);
  if (proof)
    g_ptr_array_add (words, (gpointer) PROOF);
  g_ptr_array_add (words, NULL);
  g_subprocess_launcher_set_cwd (launcher, folder);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) words->pdata, NULL);
  if (process == NULL || !g_subprocess_communicate_utf8 (process, NULL, NULL, &said, NULL, NULL))
    return NULL;
  return g_steal_pointer (&said);
}

/* As fuzhen-verify takes it: what was done, not what was only read. */
static gboolean
tells_of (const guint8 *text, gsize n, const char *sha256)
{
  g_autoptr (FzFields) entry = fz_fields_parse (text, n, NULL);
  const char *hash = entry == NULL ? NULL : fz_fields_get (entry, fz_fields_has (entry, "document_sha256") ? "document_sha256" : "subject");
  const char *action = entry != NULL ? fz_fields_get (entry, "action") : NULL;

  return g_strcmp0 (hash, sha256) == 0 && g_strcmp0 (fz_fields_get (entry, "outcome"), "done") == 0 && action != NULL && !g_str_has_suffix (action, ".read");
}

/* A proof shows that these entries are in the log, whatever document they are of. A bundle has each entry's length before it in two bytes; an entry shown
 * alone begins with its kind. */
static gboolean
are_of (GBytes *entries, const FzNote *note)
{
  gsize left = 0, n = 0;
  const guint8 *at = g_bytes_get_data (entries, &left);
  const guint8 *text = g_bytes_get_data (fz_note_get_text (note), &n);
  g_autofree char *sha256 = fz_sha256_hex (text, n);

  if (tells_of (at, left, sha256))
    return TRUE;
  for (; left > 2; at += n, left -= n) {
    n = 2 + ((gsize) at[0] << 8 | at[1]);
    if (n > left)
      return FALSE;
    if (tells_of (at + 2, n - 2, sha256))
      return TRUE;
  }
  return FALSE;
}

/* Whatever keeps the verifier from judging leaves it undecided. FALSE: the list doesn't hold, and neither do its keys and names. */
static gboolean
judge_in (FzDocumentFile *self, const char *folder, GBytes *document, const FzNote *note, GBytes *list, const char *institution)
{
  g_autoptr (GBytes) proof = read_ending (self->path, ".proof"), entry = read_ending (self->path, ".entry");
  gboolean pair = put_beside (proof, folder, PROOF) && put_beside (entry, folder, ENTRY), keys = list == NULL || put_beside (list, folder, KEYS);
  g_autofree char *said = keys && put_beside (document, folder, DOCUMENT) ? run_verifier (folder, list != NULL, institution, pair) : NULL, *why = NULL;
  FzFileVerdict of = FZ_FILE_INDETERMINATE;
  gboolean holds = TRUE;

  self->place = pair ? FZ_FILE_PLACE_UNPROVED : FZ_FILE_PLACE_NONE;
  if (said == NULL || !find_verdict (said, DOCUMENT, &self->verdict, &self->word, &self->reason)) {
    self->verdict = FZ_FILE_INDETERMINATE;
    self->reason = g_strdup (_ ("核验程序 fuzhen-verify 没有给出结论，请检查安装"));
    return FALSE;
  }
  if (list != NULL && find_verdict (said, KEYS, &of, NULL, &why)) {
    holds = FALSE;
    self->verdict = MAX (self->verdict, FZ_FILE_INDETERMINATE);
    g_free (self->reason);
    self->reason = g_steal_pointer (&why);
  } else
    self->anchored = institution != NULL && list != NULL && is_signed_list (list);
  if (pair && find_verdict (said, PROOF, &of, NULL, &why) && of < FZ_FILE_INDETERMINATE)
    self->place = are_of (entry, note) ? FZ_FILE_PLACE_PROVED : FZ_FILE_PLACE_ANOTHER;
  else if (pair && self->verdict < FZ_FILE_INDETERMINATE && of > FZ_FILE_INDETERMINATE) { /* what lies beside speaks against it */
    self->verdict = of;
    g_free (self->reason);
    self->reason = g_steal_pointer (&why);
  }
  return holds;
}

static gboolean
judge (FzDocumentFile *self, GBytes *document, const FzNote *note, GBytes *list, const char *institution)
{
  g_autofree char *folder = g_build_filename (g_get_user_runtime_dir (), "fuzhen-XXXXXX", NULL);
  gboolean holds;

  if (g_mkdtemp_full (folder, 0700) == NULL) {
    self->verdict = FZ_FILE_INDETERMINATE;
    self->reason = g_strdup (_ ("不能建立核验用的临时文件夹，请检查磁盘空间"));
    return FALSE;
  }
  holds = judge_in (self, folder, document, note, list, institution);
  fz_out_folder_remove (folder);
  return holds;
}

/* --- all --- */

static gboolean
check_institution (const char *institution, GError **error)
{
  g_autoptr (FzVerifier) key = institution != NULL ? fz_verifier_parse (institution, NULL) : NULL;

  if (institution == NULL || key != NULL)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("机构公钥是一行：名称、加号、8 位十六进制、加号、密钥。请照机构公布的原样填写。"));
  return FALSE;
}

static FzFields *
parse (const char *path, GBytes *bytes, FzNote **out_note, GError **error)
{
  g_autoptr (FzNote) note = fz_note_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL);
  GBytes *text = note != NULL ? fz_note_get_text (note) : NULL;
  FzFields *body = text != NULL ? fz_fields_parse (g_bytes_get_data (text, NULL), g_bytes_get_size (text), NULL) : NULL;

  if (body == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”不是完整的签名文书：可能被截断、改动过，或是别的文件。\n请勿采信，向出具的机构索取原件。"), path);
    return NULL;
  }
  *out_note = g_steal_pointer (&note);
  return body;
}

FzDocumentFile *
fz_document_file_open (const char *path, const char *keys, const char *institution, GError **error)
{
  g_autoptr (FzDocumentFile) self = g_new0 (FzDocumentFile, 1);
  g_autoptr (GBytes) bytes = read_file (path, error), list = NULL;
  g_autoptr (FzNote) note = NULL;
  g_autoptr (FzFields) body = bytes != NULL ? parse (path, bytes, &note, error) : NULL;

  if (body == NULL || !check_institution (institution, error))
    return NULL;
  self->path = g_canonicalize_filename (path, NULL);
  self->lines = g_ptr_array_new_with_free_func (line_free);
  if (keys != NULL && (list = read_file (keys, error)) == NULL)
    return NULL;
  self->keys = keys != NULL ? g_canonicalize_filename (keys, NULL) : find_keys (self->path, &list);
  self->roles = list != NULL && is_signed_list (list);
  put_words (self, body, fz_note_get_text (note));
  put_origin (self, body);
  put_lines (self, note, judge (self, bytes, note, list, institution) ? list : NULL);
  return g_steal_pointer (&self);
}

/* --- in words, and on paper --- */

const char *
fz_document_file_say (const FzDocumentFile *self)
{
  static const char *const words[] = { N_ ("签名有效"), N_ ("签名有效，密钥其后到期"), N_ ("签名时有效，密钥后来被吊销"), N_ ("不能判断"), N_ ("无效：密钥在签名前已被吊销"), N_ ("无效") };

  if (self->verdict <= FZ_FILE_REVOKED_LATER && !self->anchored)
    return _ ("与所用的公钥名册相符，名册本身还没有核对");
  return _ (words[self->verdict]);
}

/* fuzhen-verify says "not effective" of what it can't know too: without a list, with an undecided line, by a list without roles. */
static const char *
say_effect (const FzDocumentFile *self)
{
  if (self->word == FZ_FILE_NO_WORD || self->verdict > FZ_FILE_INDETERMINATE)
    return NULL;
  if (self->verdict == FZ_FILE_INDETERMINATE || !self->roles)
    return _ ("处方是否生效不能判断，不能凭以调配。");
  if (self->word == FZ_FILE_NOT_EFFECTIVE)
    return _ ("处方没有生效，不能凭以调配。");
  return self->anchored ? _ ("处方有药师的审核签名，已生效。") : _ ("按这份名册，处方有药师的审核签名；名册核对以前不能凭以调配。");
}

char *
fz_document_file_explain (const FzDocumentFile *self)
{
  const char *effect = say_effect (self);
  g_autoptr (GString) text = g_string_new (NULL);

  if (self->reason != NULL)
    g_string_append_printf (text, _ ("%s。"), self->reason);
  if (effect != NULL)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", effect);
  if (self->verdict > FZ_FILE_INDETERMINATE)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", _ ("请勿采信，向出具的机构索取原件再核验。"));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

const char *
fz_file_line_say (const FzFileLine *line)
{
  static const char *const words[] = { N_ ("与内容相符"), N_ ("与内容不符"), N_ ("没有可用的公钥，未核对"), N_ ("CA 签名，不在这里判断") };

  return _ (words[line->state]);
}

static void
put_signatures (const FzDocumentFile *self, GPtrArray *titles, GPtrArray *texts)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < self->lines->len; i++) {
    const FzFileLine *line = self->lines->pdata[i];

    g_string_append_printf (all, "%s%s%s　%s\n", line->name != NULL ? line->name : "", line->name != NULL ? "　" : "", line->signer, fz_file_line_say (line));
  }
  g_ptr_array_add (titles, g_strdup (_ ("签名")));
  g_ptr_array_add (texts, g_string_free (g_steal_pointer (&all), FALSE));
}

/* Paper goes from hand to hand without the window: each page says when nobody may rely on it. NULL: nothing to say. */
static const char *
across (const FzDocumentFile *self)
{
  if (self->verdict > FZ_FILE_INDETERMINATE)
    return _ ("无效");
  if (self->verdict == FZ_FILE_INDETERMINATE || (self->word != FZ_FILE_NO_WORD && !self->roles))
    return _ ("不能判断");
  return self->word == FZ_FILE_NOT_EFFECTIVE ? _ ("没有生效") : NULL;
}

FzPrintout *
fz_document_file_printout (const FzDocumentFile *self, GError **error)
{
  g_autofree char *name = g_path_get_basename (self->path), *about = g_strdup_printf (_ ("文件 %s"), name), *more = fz_document_file_explain (self);
  g_autofree char *note = g_strjoin ("\n", _ ("由签名文书排印，便于阅读；以签名文书原件为准。"), fz_document_file_say (self), *more != '\0' ? more : NULL, NULL);
  g_autoptr (GPtrArray) titles = g_ptr_array_new_with_free_func (g_free), texts = g_ptr_array_new_with_free_func (g_free);
  FzPrintoutPaper paper = { .kind = "document", .title = (char *) _ ("签名文书"), .id = name, .about = name, .made_us = g_get_real_time () };
  FzRecordCopy copy = { self->title, note, self->institution != NULL ? self->institution : "", about, _ ("由收件人打印，未登录"), paper.made_us, across (self), titles, texts };
  g_autoptr (FzPrintout) printout = fz_printout_new_paper (NULL, &paper);
  FzPages *pages;

  g_ptr_array_add (titles, g_strdup (_ ("文书内容")));
  g_ptr_array_add (texts, g_strdup (self->text));
  put_signatures (self, titles, texts);
  pages = fz_record_copy_pages (&copy, error);
  if (pages == NULL)
    return NULL;
  fz_printout_add_part (printout, paper.title, pages);
  return g_steal_pointer (&printout);
}
