/* The audit log: RFC 6962 hashes, C2SP proofs and tiles. */
#include "verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TILE 256 /* hashes or entries in a full tile */
#define LEVELS 8
#define NUMBER(n) (unsigned long long) (n)

FvHex
fv_sha256_hex (FvSlice bytes)
{
  FvHash hash;
  FvHex hex;
  crypto_hash_sha256 (hash.b, (const unsigned char *) bytes.p, bytes.n);
  sodium_bin2hex (hex.text, sizeof hex.text, hash.b, sizeof hash);
  return hex;
}

/* RFC 6962: leaves are hashed after a byte 0, two nodes together after a byte 1. */
static FvHash
tree_hash (unsigned char prefix, const void *a, size_t n_a, const void *b, size_t n_b)
{
  crypto_hash_sha256_state state;
  FvHash hash;
  crypto_hash_sha256_init (&state);
  crypto_hash_sha256_update (&state, &prefix, 1);
  crypto_hash_sha256_update (&state, a, n_a);
  crypto_hash_sha256_update (&state, b, n_b);
  crypto_hash_sha256_final (&state, hash.b);
  return hash;
}

#define LEAF(entry) tree_hash (0, (entry).p, (entry).n, "", 0)
#define NODE(left, right) tree_hash (1, &(left), sizeof (FvHash), &(right), sizeof (FvHash))

/* Remembers where the log names a document: needed only when some key is revoked. */
static void
note_position (FvRun *run, const FvFields *entry, uint64_t number, const char *origin)
{
  const char *hash = fv_fields_get (entry, "document_sha256"), *role = fv_fields_get (entry, "role");
  const char *outcome = fv_fields_get (entry, "outcome"), *action = fv_fields_get (entry, "action");
  FvPosition position = { .number = number, .origin = fv_sha256_hex (fv_slice (origin)) };
  if (hash == NULL)
    hash = fv_fields_get (entry, "subject");
  if (!run->keys.any_revoked || hash == NULL || strlen (hash) != 64
      || (outcome != NULL && strcmp (outcome, "done") != 0) || (action != NULL && fv_ends (action, ".read")))
    return;
  memcpy (position.document.text, hash, 65);
  snprintf (position.role, sizeof position.role, "%s", role != NULL ? role : "");
  run->position = fv_grow (run->position, run->n_position, sizeof position);
  run->position[run->n_position++] = position;
}

/* Reads one entry and finds it to be the audit entry of that number. */
static bool
read_entry (FvFields *entry, FvSlice bytes, uint64_t number, FvResult *result)
{
  const char *text;
  uint64_t stated = UINT64_MAX;
  time_t at;
  bool good = fv_fields_parse (entry, bytes) && strcmp (entry->kind, "fuzhen.audit/v1") == 0;
  text = good ? fv_fields_get (entry, "at") : NULL;
  good = text != NULL && fv_time (fv_slice (text), &at);
  text = good ? fv_fields_get (entry, "number") : NULL;
  if (text == NULL || !fv_number (fv_slice (text), &stated))
    fv_find (result, FV_INVALID, "第 %llu 条不是审计记录", "entry %llu is not an audit entry", NUMBER (number));
  else if (stated != number)
    fv_find (result, FV_INVALID, "第 %llu 条自称第 %s 条：有记录被删除、插入或调换",
             "entry %llu says it is %s: entries were removed, added or moved", NUMBER (number), text);
  return text != NULL && stated == number && good;
}

/* RFC 9162, 2.1.3.2. */
static bool
inclusion_fits (FvHash hash, uint64_t index, const FvHead *head, const FvHash *proof, size_t n)
{
  size_t used = 0;
  for (uint64_t at = index, last = head->size - 1; index < head->size && last > 0; at >>= 1, last >>= 1) {
    if (at % 2 == 0 && at == last)
      continue; /* the last node of its level has no sibling and moves up as it is */
    if (used == n)
      return false;
    hash = at % 2 == 1 ? NODE (proof[used], hash) : NODE (hash, proof[used]);
    used++;
  }
  return index < head->size && used == n && memcmp (hash.b, head->root.b, sizeof hash) == 0;
}

void
fv_judge_proof (FvRun *run, FvSlice proof, FvSlice entry, FvResult *result)
{
  static FvFields fields;
  static FvNote note;
  FvSlice rest = proof, first = fv_line (&rest), line = fv_line (&rest);
  FvHash hash[64];
  FvHead head;
  uint64_t index = 0;
  size_t n = 0, size = 0;
  if (fv_same (first, fv_slice ("c2sp.org/tlog-proof@v1")) && line.p != NULL && fv_starts (line, "extra ")) {
    fv_find (result, FV_INDETERMINATE, "证明附有未经签名的内容", "it carries extra data that nobody signed");
    line = fv_line (&rest);
  }
  if (!fv_same (first, fv_slice ("c2sp.org/tlog-proof@v1")) || line.p == NULL || !fv_starts (line, "index ")
      || !fv_number ((FvSlice){ line.p + 6, line.n - 6 }, &index)) {
    fv_find (result, FV_INVALID, "不是日志证明", "not a log proof");
    return;
  }
  for (line = fv_line (&rest); line.p != NULL && line.n > 0; line = fv_line (&rest))
    if (n == 64 || !fv_base64 (line, hash[n++].b, sizeof *hash, &size) || size != sizeof *hash)
      line = rest = (FvSlice){ NULL, 0 };
  if (line.p == NULL || !fv_note_parse (&note, rest) || !fv_checkpoint_parse (note.text, &head)) {
    fv_find (result, FV_INVALID, "证明的哈希或检查点写法有误", "its hashes or its checkpoint are malformed");
    return;
  }
  fv_judge_checkpoint (run, &note, &head, result);
  if (!inclusion_fits (LEAF (entry), index, &head, hash, n))
    fv_find (result, FV_INVALID, "第 %llu 条记录不在该检查点的日志中", "entry %llu is not in the log of this checkpoint", NUMBER (index));
  else if (read_entry (&fields, entry, index, result) && result->verdict < FV_INDETERMINATE)
    note_position (run, &fields, index, head.origin);
}

/* A log while it is being read again from its entries. */
typedef struct {
  FvRun *run;
  const char *dir;
  FvResult *result;
  FvHead head;
  uint64_t size;
  FvHash level[LEVELS][TILE]; /* the hashes of each level that fill no tile yet */
  size_t filled[LEVELS], files, next_head;
  uint64_t tiles[LEVELS]; /* full tiles so far */
  time_t day;        /* of the newest entry, as the seconds of its midnight */
  size_t n_missing;
  char missing[256]; /* the first of them */
} Log;

#define LOG_FAULT(zh, en, where) (fv_find (self->result, FV_INVALID, zh "：%s", en ": %s", where), false)

/* `tile/<level>/<number>`, the number in groups of three digits, all but the last with an x; `.p/<width>` when not full. */
static void
tile_path (char out[FV_PATH], const char *dir, const char *level, uint64_t number, size_t width)
{
  char groups[32], last[32] = "";
  unsigned a = (unsigned) (number / 1000000 % 1000), b = (unsigned) (number / 1000 % 1000), c = (unsigned) (number % 1000);
  if (number < 1000)
    snprintf (groups, sizeof groups, "%03u", c);
  else if (number < 1000000)
    snprintf (groups, sizeof groups, "x%03u/%03u", b, c);
  else
    snprintf (groups, sizeof groups, "x%03u/x%03u/%03u", a, b, c);
  if (width < TILE)
    snprintf (last, sizeof last, ".p/%zu", width);
  snprintf (out, FV_PATH, "%s/tile/%s/%s%s", dir, level, groups, last);
}

/* Holds the stored tile against the hashes made from the entries. */
static bool
check_tile (Log *self, int level)
{
  size_t width = self->filled[level], i = 0;
  char path[FV_PATH], word[16], *bytes;
  FvSlice tile;
  snprintf (word, sizeof word, "%d", level);
  tile_path (path, self->dir, word, self->tiles[level], width);
  bytes = fv_read (path, TILE * sizeof (FvHash), &tile);
  self->files++;
  while (bytes != NULL && i < width && tile.n >= (i + 1) * sizeof (FvHash)
         && memcmp (bytes + i * sizeof (FvHash), &self->level[level][i], sizeof (FvHash)) == 0)
    i++;
  free (bytes);
  if (i == width && tile.n == width * sizeof (FvHash))
    return true;
  if (level > 0 || i == width)
    return LOG_FAULT ("哈希块与记录不符", "a tile doesn't agree with the entries", path);
  fv_find (self->result, FV_INVALID, "日志第 %llu 条与其哈希不符，或哈希缺失（%s）", "entry %llu doesn't agree with its hash, or that is missing (%s)",
           NUMBER (self->tiles[0] * TILE + i), path);
  return false;
}

/* The root over n hashes; an odd one moves up as it is. */
static FvHash
fold (FvHash *hash, size_t n)
{
  for (; n > 1; n = (n + 1) / 2)
    for (size_t i = 0; i < n; i += 2)
      hash[i / 2] = i + 1 < n ? NODE (hash[i], hash[i + 1]) : hash[i];
  return hash[0];
}

static bool
push_hash (Log *self, int level, FvHash hash)
{
  self->level[level][self->filled[level]++] = hash;
  if (self->filled[level] < TILE)
    return true;
  if (!check_tile (self, level))
    return false;
  self->filled[level] = 0;
  self->tiles[level]++;
  return level + 1 == LEVELS || push_hash (self, level + 1, fold (self->level[level], TILE));
}

static FvHash
root_hash (const Log *self)
{
  FvHash row[TILE], root;
  crypto_hash_sha256 (root.b, (const unsigned char *) "", 0);
  for (size_t level = 0, any = 0; level < LEVELS; level++) {
    size_t n = self->filled[level];
    memcpy (row, self->level[level], n * sizeof *row);
    if (any > 0)
      row[n++] = root;
    if (n > 0)
      root = fold (row, n);
    any += n;
  }
  return root;
}

/* Every checkpoint of this log that is known must be the root of its first entries. */
static bool
check_heads (Log *self)
{
  const FvHead *head = self->run->head + self->next_head;
  for (; self->next_head < self->run->n_head && head->size <= self->size; self->next_head++, head++)
    if (strcmp (head->origin, self->head.origin) == 0 && memcmp (&head->root, root_hash (self).b, sizeof (FvHash)) != 0)
      return LOG_FAULT ("日志与已知的检查点不一致", "the log contradicts a known checkpoint", head->path);
  return true;
}

/* Days of Beijing between two entries without any, unless the entry after them is the seal that speaks of them. */
static void
watch_days (Log *self, const FvFields *entry)
{
  const char *action = fv_fields_get (entry, "action");
  size_t used = strlen (self->missing);
  time_t at = 0;
  fv_time (fv_slice (fv_fields_get (entry, "at")), &at);
  at += 8 * 3600;
  at -= (at % 86400 + 86400) % 86400;
  for (time_t day = self->day + 86400; self->size > 0 && day < at && (action == NULL || strcmp (action, "day.seal") != 0); day += 86400) {
    self->n_missing++;
    if (used < sizeof self->missing - 24)
      used += strftime (self->missing + used, 24, " %Y-%m-%d", gmtime (&day));
  }
  self->day = self->size == 0 || at > self->day ? at : self->day;
}

static bool
append_entry (Log *self, FvSlice bytes)
{
  static FvFields entry;
  if (!read_entry (&entry, bytes, self->size, self->result))
    return false;
  watch_days (self, &entry);
  note_position (self->run, &entry, self->size, self->head.origin);
  self->size++;
  return push_hash (self, 0, LEAF (bytes)) && check_heads (self);
}

/* One bundle: `width` entries, each after its length in two bytes, and nothing else. */
static bool
append_bundle (Log *self, size_t width)
{
  char path[FV_PATH], *bytes;
  FvSlice rest, entry = { NULL, 0 };
  bool good = true;
  tile_path (path, self->dir, "entries", self->size / TILE, width);
  bytes = fv_read (path, TILE * (size_t) 65537, &rest);
  self->files++;
  for (size_t i = 0; i < width && good; i++) {
    if (rest.n >= 2)
      entry = (FvSlice){ rest.p + 2, (size_t) ((unsigned char) rest.p[0] << 8 | (unsigned char) rest.p[1]) };
    good = rest.n >= 2 && rest.n - 2 >= entry.n;
    if (!good)
      fv_find (self->result, FV_INVALID, "日志从第 %llu 条起缺失（%s）", "the log is missing from entry %llu on (%s)",
               NUMBER (self->size), path);
    else
      good = append_entry (self, entry);
    rest = good ? (FvSlice){ entry.p + entry.n, rest.n - 2 - entry.n } : (FvSlice){ NULL, 0 };
  }
  free (bytes);
  if (good && rest.n > 0)
    return LOG_FAULT ("末条之后还有多余的内容", "something follows the last entry of a bundle", path);
  return good;
}

static void
check_log (Log *self)
{
  char path[FV_PATH];
  static FvItems files;
  size_t before = files.n;
  bool good = check_heads (self);
  while (good && self->size < self->head.size)
    good = append_bundle (self, self->head.size - self->size < TILE ? (size_t) (self->head.size - self->size) : TILE);
  for (int level = 0; good && level < LEVELS; level++)
    good = self->filled[level] == 0 || check_tile (self, level);
  if (good && memcmp (root_hash (self).b, self->head.root.b, sizeof (FvHash)) != 0)
    good = LOG_FAULT ("记录算出的根哈希与检查点不同", "the entries don't make the root of the checkpoint", self->dir);
  snprintf (path, sizeof path, "%s/tile", self->dir);
  if (good && (!fv_items_add (&files, path, false, 0) || files.n - before != self->files))
    fv_find (self->result, FV_INVALID, "%s 中有不属于这份日志的文件", "%s holds files that are no part of this log", path);
}

void
fv_judge_log (FvRun *run, const char *dir, FvResult *result)
{
  static FvNote note;
  static Log self;
  char path[FV_PATH], *bytes;
  size_t known = run->n_position;
  FvSlice all;
  bool good;
  self = (Log){ .run = run, .dir = dir, .result = result };
  snprintf (path, sizeof path, "%s/checkpoint", dir);
  bytes = fv_read (path, FV_MAX_NOTE, &all);
  good = bytes != NULL && fv_note_parse (&note, all) && fv_checkpoint_parse (note.text, &self.head);
  if (!good)
    fv_find (result, FV_INVALID, "缺少检查点或检查点有误", "its checkpoint is missing or malformed");
  else
    fv_judge_checkpoint (run, &note, &self.head, result);
  free (bytes);
  if (!good)
    return;
  for (const FvHead *head = run->head; head < run->head + run->n_head; head++)
    if (strcmp (head->origin, self.head.origin) == 0 && head->size > self.head.size)
      fv_find (result, FV_INVALID, "日志被截断或回退：只有 %llu 条，%s 证明有 %llu 条", "cut or rolled back: it has %llu entries, %s states %llu",
               NUMBER (self.head.size), head->path, NUMBER (head->size));
  check_log (&self);
  if (result->verdict >= FV_INDETERMINATE)
    run->n_position = known; /* a bad log places nothing */
  if (self.n_missing > 0)
    fv_find (result, FV_VALID, "%zu 天没有任何记录：%s", "%zu days without an entry:%s", self.n_missing, self.missing);
}
