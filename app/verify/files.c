/* Reading, and everything a path stands for. */
#include "verify.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_DEPTH 16
#define MAX_ITEMS 2000000
#define MAX_RAW ((size_t) 256 << 20)

char *fv_read (const char *path, size_t max, FvSlice *out)
{
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  struct stat info = { 0 };
  bool fits = fd >= 0 && fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && (size_t) info.st_size <= max;
  char *bytes = fits ? malloc ((size_t) info.st_size + 1) : NULL;
  ssize_t more = 1;
  *out = (FvSlice){ bytes, 0 };
  while (bytes != NULL && out->n < (size_t) info.st_size && more > 0) {
    more = read (fd, bytes + out->n, (size_t) info.st_size - out->n);
    out->n += more > 0 ? (size_t) more : 0;
  }
  if (fd >= 0)
    close (fd);
  return bytes;
}

static void add_item (FvItems *self, int kind, const char *path, bool given)
{
  FV_ADD (self->item, self->n, ((FvItem){ .kind = kind, .given = given, .path = strdup (path) }));
}

static bool add_folder (FvItems *self, const char *path, int depth)
{
  struct dirent **names = NULL;
  int n = depth < MAX_DEPTH ? scandir (path, &names, NULL, alphasort) : -1;
  char below[FV_PATH];
  struct stat info;
  bool log, good = n >= 0 && snprintf (below, sizeof below, "%s/tile", path) < FV_PATH;
  log = good && lstat (below, &info) == 0 && S_ISDIR (info.st_mode);
  if (log)
    add_item (self, FV_LOG, path, false);
  for (int i = 0; i < n; i++) {
    const char *name = names[i]->d_name;
    bool part = log && (strcmp (name, "tile") == 0 || strcmp (name, "checkpoint") == 0); /* the log's verdict covers it */
    if (good && !part && strcmp (name, ".") != 0 && strcmp (name, "..") != 0)
      good = snprintf (below, sizeof below, "%s/%s", path, name) < FV_PATH && fv_items_add (self, below, false, depth + 1);
    free (names[i]);
  }
  free (names);
  return good;
}

/* NAME.proof lies beside NAME.entry: whether path is one of them, and what the other is called. */
static bool find_pair (const char *path, char other[FV_PATH])
{
  bool proof = fv_ends (path, ".proof"), pair = (proof || fv_ends (path, ".entry")) && strlen (path) < FV_PATH;
  return pair && strcpy (strcpy (other, path) + strlen (path) - 6, proof ? ".entry" : ".proof") != NULL;
}

bool fv_items_add (FvItems *self, const char *path, bool given, int depth)
{
  struct stat info;
  char other[FV_PATH];
  bool pair = strlen (path) > 6 && find_pair (path, other);
  if (lstat (path, &info) != 0 || self->n >= MAX_ITEMS)
    return false;
  if (S_ISDIR (info.st_mode))
    return add_folder (self, path, depth);
  if (!pair || given || fv_ends (path, ".proof") || access (other, F_OK) != 0) /* the proof's verdict covers the entry */
    add_item (self, !S_ISREG (info.st_mode) ? FV_ODD : pair ? FV_PROOF : FV_FILE, path, given);
  return true;
}

/* The checkpoints come first: they say how late it is, and which roots the logs must have had. */
static void gather_head (FvRun *run, const FvItem *item)
{
  static FvNote note;
  char path[FV_PATH], *file;
  const char *cut;
  FvSlice bytes;
  FvResult result = { 0 };
  FvHead head;
  snprintf (path, sizeof path, "%s%s", item->path, item->kind == FV_LOG ? "/checkpoint" : "");
  file = fv_read (path, item->kind == FV_PROOF ? MAX_RAW : FV_MAX_NOTE, &bytes);
  cut = file != NULL && item->kind == FV_PROOF ? memmem (bytes.p, bytes.n, "\n\n", 2) : NULL;
  if (cut != NULL)
    bytes = (FvSlice){ cut + 2, bytes.n - (size_t) (cut + 2 - bytes.p) };
  if (file != NULL && fv_note_parse (&note, bytes) && fv_checkpoint_parse (note.text, &head)) {
    fv_judge_checkpoint (run, &note, &head, &result);
    head.path = item->path;
    if (result.verdict < FV_INDETERMINATE) {
      FV_ADD (run->head, run->n_head, head);
      memmove (run->now, strcmp (head.time, run->now) > 0 ? head.time : run->now, sizeof head.time);
    }
  }
  free (file);
}

static void judge_proof (FvRun *run, FvItem *item)
{
  char other[FV_PATH], *one, *two;
  bool proof = fv_ends (item->path, ".proof");
  FvSlice first, second;
  find_pair (item->path, other);
  one = fv_read (item->path, MAX_RAW, &first);
  two = fv_read (other, MAX_RAW, &second);
  if (one != NULL && two != NULL)
    fv_judge_proof (run, proof ? first : second, proof ? second : first, &item->result);
  else
    fv_find (&item->result, FV_INDETERMINATE, "旁边缺少 %s", "%s is not beside it", other);
  free (one);
  free (two);
}

/* What a valid document names by its hash is as good as the document. */
static void name_hashes (FvRun *run, const FvFields *body, FvItem *item)
{
  const char *list = strcmp (body->kind, "fuzhen.package/v1") == 0 ? fv_fields_get (body, "files_sha256") : "";
  snprintf (item->list.text, sizeof item->list, "%s", list != NULL ? list : "-");
  for (size_t i = 0; i < body->n; i++)
    if (fv_ends (body->pair[i].key, "sha256") && strlen (body->pair[i].value) == 64) {
      run->named = fv_grow (run->named, run->n_named, sizeof (FvHex));
      memcpy (run->named[run->n_named++].text, body->pair[i].value, 65);
    }
}

/* Leaves `raw` set when it is not a signed text, but a file that documents may name. */
static void judge_file (FvRun *run, FvItem *item)
{
  static FvFields body;
  static FvNote note;
  FvSlice bytes;
  char *file = fv_read (item->path, FV_MAX_NOTE, &bytes);
  bool parsed = file != NULL && fv_note_parse (&note, bytes);
  FvHead head;
  item->raw = !parsed && !item->given && !fv_ends (item->path, ".fzd") && !fv_ends (item->path, "checkpoint");
  if (parsed && fv_checkpoint_parse (note.text, &head))
    fv_judge_checkpoint (run, &note, &head, &item->result);
  else if (parsed) {
    fv_judge_document (run, &note, &body, &item->result);
    if (item->result.verdict < FV_INDETERMINATE)
      name_hashes (run, &body, item);
  } else if (!item->raw || (file != NULL && fv_starts (bytes, "fuzhen.")))
    fv_find (&item->result, FV_INVALID, "不是完整的签名文本", "not a whole signed note");
  free (file);
}

static void judge_raw (const FvRun *run, FvItem *item)
{
  FvSlice bytes;
  char *file = fv_read (item->path, MAX_RAW, &bytes);
  FvHex hash = fv_sha256_hex (bytes);
  bool found = false;
  for (size_t i = 0; i < run->n_named && file != NULL && !found; i++)
    found = strcmp (run->named[i].text, hash.text) == 0;
  if (found)
    item->result = (FvResult){ 0 };
  else
    fv_find (&item->result, FV_INDETERMINATE, "没有文书载明其哈希，未作判断", "no signed document names its hash: not judged");
  free (file);
}

/* One line of files.sha256, as sha256sum writes them. */
typedef struct { FvSlice name; const char *hash; bool seen; } Listed;

static int by_name (const void *a, const void *b)
{
  FvSlice one = ((const Listed *) a)->name, two = ((const Listed *) b)->name;
  int order = memcmp (one.p, two.p, one.n < two.n ? one.n : two.n);
  return order != 0 ? order : one.n < two.n ? -1 : one.n > two.n;
}

/* Names rise and lead nowhere else. NULL: malformed. */
static Listed *read_list (FvSlice rest, size_t *n)
{
  Listed *list = fv_grow (NULL, 0, sizeof *list);
  for (FvSlice line; (line = fv_line (&rest)).p != NULL; ++*n) {
    list = fv_grow (list, *n, sizeof *list);
    if (line.n > 66)
      list[*n] = (Listed){ fv_after (line, 66), line.p, false };
    if (line.n <= 66 || memcmp (line.p + 64, "  ", 2) != 0 || line.p[66] == '/' || memmem (line.p, line.n, "..", 2) != NULL
        || (*n > 0 && by_name (&list[*n - 1], &list[*n]) >= 0))
      break;
  }
  if (rest.n == 0)
    return list;
  free (list);
  return NULL;
}

static bool is_listed (const char *path, const Listed *listed)
{
  FvSlice bytes;
  char *file = fv_read (path, MAX_RAW, &bytes);
  bool same = file != NULL && memcmp (fv_sha256_hex (bytes).text, listed->hash, 64) == 0;
  free (file);
  return same;
}

/* Every file is as the signed list says, none is missing, none was added. */
static void judge_package (FvItems *self, FvItem *manifest)
{
  const char *slash = strrchr (manifest->path, '/');
  size_t before = slash != NULL ? (size_t) (slash + 1 - manifest->path) : 0, n = 0;
  char path[FV_PATH], *file;
  FvSlice bytes;
  Listed *list = NULL;
  snprintf (path, sizeof path, "%.*sfiles.sha256", (int) before, manifest->path);
  file = fv_read (path, MAX_RAW, &bytes);
  if (file != NULL && strcmp (fv_sha256_hex (bytes).text, manifest->list.text) == 0)
    list = read_list (bytes, &n);
  if (list == NULL)
    fv_find (&manifest->result, FV_INVALID, "清单 files.sha256 缺失或被改动", "its list files.sha256 is missing or was changed");
  for (FvItem *item = self->item; item < self->item + self->n && list != NULL && !manifest->given; item++) {
    Listed name = { .name = fv_slice (item->path + (strlen (item->path) > before ? before : 0)) }, *found;
    if (item == manifest || item->kind == FV_LOG || strncmp (item->path, manifest->path, before) != 0)
      continue;
    found = strcmp (item->path, path) != 0 ? bsearch (&name, list, n, sizeof name, by_name) : NULL;
    if (strcmp (item->path, path) == 0 || (found != NULL && is_listed (item->path, found))) {
      item->result = item->raw ? (FvResult){ 0 } : item->result;
      item->raw = false;
    } else
      fv_find (&item->result, FV_INVALID, found != NULL ? "与清单所载的哈希不同" : "不在清单中，是后来加入的",
               found != NULL ? "it is not what the list says" : "it is not in the list: added later");
    if (found != NULL)
      found->seen = true;
  }
  for (const Listed *listed = list; list != NULL && listed < list + n; listed++) {
    snprintf (path, sizeof path, "%.*s%.*s", (int) before, manifest->path, (int) listed->name.n, listed->name.p);
    if (!listed->seen && !is_listed (path, listed))
      fv_find (&manifest->result, FV_INVALID, "%.*s 缺失或被改动", "%.*s is missing or was changed", (int) listed->name.n, listed->name.p);
  }
  free (list);
  free (file);
}

static int by_size (const void *a, const void *b)
{
  const FvHead *one = a, *two = b;
  return one->size < two->size ? -1 : one->size > two->size;
}

void fv_items_judge (FvItems *self, FvRun *run)
{
  for (size_t i = 0; i < self->n; i++)
    gather_head (run, &self->item[i]);
  if (run->n_head > 0)
    qsort (run->head, run->n_head, sizeof *run->head, by_size);
  for (FvItem *item = self->item; item < self->item + self->n; item++)
    if (item->kind == FV_LOG)
      fv_judge_log (run, item->path, &item->result);
    else if (item->kind == FV_PROOF)
      judge_proof (run, item);
    else if (item->kind == FV_ODD)
      fv_find (&item->result, FV_INDETERMINATE, "不是普通文件，未读取", "not a regular file: not read");
  for (size_t i = 0; i < self->n; i++)
    if (self->item[i].kind == FV_FILE)
      judge_file (run, &self->item[i]);
  for (size_t i = 0; i < self->n; i++)
    if (self->item[i].list.text[0] != '\0')
      judge_package (self, &self->item[i]);
  for (size_t i = 0; i < self->n; i++)
    if (self->item[i].raw)
      judge_raw (run, &self->item[i]);
}
