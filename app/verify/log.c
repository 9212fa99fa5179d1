/* The audit log: RFC 6962 hashes, C2SP proofs and tiles. */
#include "verify.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define TILE 256 /* hashes or entries in a full tile */
#define APART 8  /* bundles hashed in threads of their own while the next are read */
#define NUMBER(n) (unsigned long long) (n)
#define LOG_FAULT(zh, en, ...) (fv_find (result, FV_INVALID, zh, en, __VA_ARGS__), false)
#define CUT_ZH "日志被截断或回退：只有 %llu 条，%s 证明有 %llu 条"
#define CUT_EN "cut or rolled back: it has %llu entries, %s states %llu"

FvHex fv_sha256_hex (FvSlice bytes)
{
  FvHash hash;
  FvHex hex;
  crypto_hash_sha256 (hash.b, (const unsigned char *) bytes.p, bytes.n);
  sodium_bin2hex (hex.text, sizeof hex.text, hash.b, sizeof hash);
  return hex;
}

/* RFC 6962: leaves are hashed after a byte 0, two nodes together after a byte 1. */
static FvHash tree_hash (unsigned char prefix, const void *a, size_t n_a, const void *b, size_t n_b)
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

#define NODE(left, right) tree_hash (1, &(left), sizeof (FvHash), &(right), sizeof (FvHash))

/* Remembers where the log names a document: needed only when some key is revoked. */
static void note_position (FvRun *run, const FvFields *entry, uint64_t number, const char *origin)
{
  const char *hash = fv_fields_get (entry, "document_sha256"), *signer = fv_fields_get (entry, "signer");
  const char *outcome = fv_fields_get (entry, "outcome"), *action = fv_fields_get (entry, "action");
  FvPosition position = { .number = number };
  if (hash == NULL)
    hash = fv_fields_get (entry, "subject");
  if (hash == NULL || strlen (hash) != 64 || (outcome != NULL && strcmp (outcome, "done") != 0) || (action != NULL && fv_ends (action, ".read")))
    return;
  memcpy (position.document.text, hash, 65);
  position.origin = fv_sha256_hex (fv_slice (origin));
  snprintf (position.signer, sizeof position.signer, "%s", signer != NULL ? signer : "");
  FV_ADD (run->position, run->n_position, position);
}

/* Reads one entry and finds it to be the audit entry of that number; not `exact`: of that or a later one, which `number` then says. */
static bool read_entry (FvFields *entry, FvSlice bytes, uint64_t *number, time_t *at, bool exact, FvResult *result)
{
  const char *text = NULL;
  uint64_t stated = UINT64_MAX;
  bool good = fv_fields_parse (entry, bytes) && strcmp (entry->kind, "fuzhen.audit/v1") == 0 && (text = fv_fields_get (entry, "at")) != NULL
              && fv_time (fv_slice (text), at) && (text = fv_fields_get (entry, "number")) != NULL && fv_number (fv_slice (text), &stated);
  if (!good)
    return LOG_FAULT ("第 %llu 条不是审计记录", "entry %llu is not an audit entry", NUMBER (*number));
  if (exact ? stated != *number : stated < *number)
    return LOG_FAULT ("第 %llu 条自称第 %s 条：有记录被删除、插入或调换", "entry %llu says it is %s: entries were removed, added or moved", NUMBER (*number), text);
  *number = stated;
  return true;
}

/* The next entry of a bundle stands after its length in two bytes. */
static bool cut_entry (FvSlice *rest, FvSlice *entry)
{
  size_t n = rest->n >= 2 ? 2 + (size_t) ((unsigned char) rest->p[0] << 8 | (unsigned char) rest->p[1]) : SIZE_MAX;
  if (n > rest->n)
    return false;
  *entry = (FvSlice){ rest->p + 2, n - 2 };
  *rest = fv_after (*rest, n);
  return true;
}

typedef struct {
  time_t day; /* of the newest entry, as the seconds of its midnight */
  size_t missing;
  char words[256]; /* the first of them */
} Days;

#define FIND_MISSING(days) \
  if ((days).missing > 0) fv_find (result, FV_VALID, "%zu 天没有任何记录：%s", "%zu days without an entry:%s", (days).missing, (days).words)

/* Days of Beijing between two neighbours without any entry, unless the later one is the seal that speaks of them. */
static void watch_days (Days *self, const FvFields *entry, time_t at, bool neighbour)
{
  const char *action = neighbour && at >= self->day + 2 * 86400 - 8 * 3600 ? fv_fields_get (entry, "action") : NULL;
  size_t used = strlen (self->words);
  at += 8 * 3600;
  at -= (at % 86400 + 86400) % 86400;
  for (time_t day = self->day + 86400; neighbour && day < at && (action == NULL || strcmp (action, "day.seal") != 0); day += 86400) {
    self->missing++;
    if (used < sizeof self->words - 24)
      used += strftime (self->words + used, 24, " %Y-%m-%d", gmtime (&day));
  }
  self->day = !neighbour || at > self->day ? at : self->day;
}

/* Some entries of a log, and the hashes of all that lies between them. */
typedef struct { uint64_t number; FvHash hash; } Leaf;
typedef struct { FvHash all, old; } Root; /* old: of what lies before `since` */
typedef struct {
  Leaf *leaf;
  FvHash *hash;
  FvHash *tile; /* of a whole log: the root of each full tile of leaves, then of each full tile of those, and so on; else NULL */
  size_t n_leaf, n_hash, n_tile, n_done, leaves, hashes; /* n_done: leaves hashed; the last two: used so far */
  uint64_t since; /* the size of an older log that it also speaks of; 0: none */
  bool lacks;
  Days days;
} Proof;

/* The root of the entries `from` to before `to`. A part with nothing to see in it is one hash. Of two parts the one with something in it
 * comes first, left before right: so the proof of one entry has the order of RFC 9162, 2.1.3.2, and that of an older size its peaks in order. */
static Root prove (Proof *self, uint64_t from, uint64_t to)
{
  bool seen = self->leaves < self->n_leaf && self->leaf[self->leaves].number < to, left;
  uint64_t half = 1;
  Root a = { 0 }, b;
  if (self->tile != NULL && to - from == TILE && (self->since <= from || self->since >= to)) {
    self->leaves += TILE;
    return (Root){ self->tile[from / TILE], self->tile[from / TILE] };
  }
  if ((!seen && (self->since <= from || self->since >= to)) || to - from == 1) {
    self->lacks = self->lacks || (!seen && self->hashes == self->n_hash);
    if (!self->lacks)
      a.all = a.old = seen ? self->leaf[self->leaves++].hash : self->hash[self->hashes++];
    return a;
  }
  while (half < (to - from + 1) / 2)
    half *= 2;
  left = (seen && self->leaf[self->leaves].number < from + half) || (self->since > from && self->since < from + half);
  if (left)
    a = prove (self, from, from + half);
  b = prove (self, from + half, to);
  if (!left)
    a = prove (self, from, from + half);
  b.old = self->since <= from + half ? a.old : NODE (a.all, b.old);
  b.all = NODE (a.all, b.all);
  return self->since >= to ? (Root){ b.all, b.all } : b;
}

/* A slice must fit the checkpoint that came from outside: its log is not shorter, and begins with what that one covers. */
static void compare_outside (const FvRun *run, const FvHead *head, uint64_t since, const FvHash *old, FvResult *result)
{
  for (const FvHead *other = run->head; other < run->head + run->n_head; other++)
    if (run->outside == NULL || strcmp (other->path, run->outside) != 0 || strcmp (other->origin, head->origin) != 0 || other->size == head->size)
      continue;
    else if (other->size > head->size)
      fv_find (result, FV_INVALID, CUT_ZH, CUT_EN, NUMBER (head->size), other->path, NUMBER (other->size));
    else if (other->size != since)
      fv_find (result, FV_INDETERMINATE, "与 %s 之间没有一致性证明，请索取按这个检查点制作的材料",
               "no proof of consistency with %s: ask for a package made for that checkpoint", other->path);
    else if (memcmp (old, &other->root, sizeof *old) != 0)
      fv_find (result, FV_INVALID, "日志分叉：前 %llu 条不是 %s 所覆盖的", "a fork: its first %llu entries are not those of %s", NUMBER (since), other->path);
}

/* One entry, or a bundle of them; `exact`: from `number` on without a gap, else with rising numbers. */
static bool read_entries (FvRun *run, Proof *self, FvSlice rest, bool bundle, bool exact, uint64_t number, const char *origin, FvResult *result)
{
  static FvFields fields;
  FvSlice entry = rest;
  Leaf leaf = { 0 };
  time_t at = 0;
  for (bool first = true; bundle ? rest.n > 0 : first; number++, first = false) {
    uint64_t least = number;
    if (bundle && !cut_entry (&rest, &entry))
      return fv_find (result, FV_INVALID, "第 %llu 条残缺", "entry %llu is cut off", NUMBER (number)), false;
    if (!read_entry (&fields, entry, &number, &at, exact, result))
      return false;
    watch_days (&self->days, &fields, at, self->n_leaf > 0 && number == least);
    if (run->keys.any_revoked)
      note_position (run, &fields, number, origin);
    leaf = (Leaf){ number, bundle && exact ? leaf.hash /* comes later */ : tree_hash (0, entry.p, entry.n, "", 0) };
    FV_ADD (self->leaf, self->n_leaf, leaf);
  }
  return true;
}

void fv_judge_proof (FvRun *run, FvSlice proof, FvSlice entry, FvResult *result)
{
  static FvNote note;
  FvSlice rest = proof, first = fv_line (&rest), line = fv_line (&rest);
  bool slice = fv_same (first, fv_slice ("fuzhen.log_slice/v1")), plain = fv_same (first, fv_slice ("c2sp.org/tlog-proof@v1"));
  const char *word = slice ? "entries " : "index ";
  Proof self = { 0 };
  FvHead head;
  Root root = { 0 };
  uint64_t count = 0;
  size_t size = 0, known = run->n_position;
  if (plain && line.p != NULL && fv_starts (line, "extra ")) {
    fv_find (result, FV_INDETERMINATE, "证明附有未经签名的内容", "it carries extra data that nobody signed");
    line = fv_line (&rest);
  }
  if (slice && line.p != NULL && fv_starts (line, "since ") && fv_number (fv_after (line, 6), &self.since))
    line = fv_line (&rest);
  if ((!slice && !plain) || line.p == NULL || !fv_starts (line, word) || !fv_number (fv_after (line, strlen (word)), &count)) {
    fv_find (result, FV_INVALID, "不是日志证明", "not a log proof");
    return;
  }
  for (line = fv_line (&rest); line.p != NULL && line.n > 0; line = fv_line (&rest)) {
    self.hash = fv_grow (self.hash, self.n_hash, sizeof (FvHash));
    if (!fv_base64 (line, self.hash[self.n_hash++].b, sizeof (FvHash), &size) || size != sizeof (FvHash))
      line = rest = (FvSlice){ NULL, 0 };
  }
  if (line.p == NULL || !fv_note_parse (&note, rest) || !fv_checkpoint_parse (note.text, &head))
    fv_find (result, FV_INVALID, "证明的哈希或检查点写法有误", "its hashes or its checkpoint are malformed");
  else {
    fv_judge_checkpoint (run, &note, &head, result);
    read_entries (run, &self, entry, slice, !slice, slice ? 0 : count, head.origin, result);
    FIND_MISSING (self.days);
    if (head.size > 0)
      root = prove (&self, 0, head.size);
    if (self.lacks || self.leaves != self.n_leaf || self.hashes != self.n_hash || memcmp (&root.all, &head.root, sizeof (FvHash)) != 0)
      fv_find (result, FV_INVALID, "从第 %llu 条起的记录不在该检查点的日志中", "the entries from %llu on are not in the log of this checkpoint",
               NUMBER (self.n_leaf > 0 ? self.leaf[0].number : count));
    else if (slice && self.n_leaf != count)
      fv_find (result, FV_INVALID, "自称 %llu 条，实有 %zu 条", "it says %llu entries and has %zu", NUMBER (count), self.n_leaf);
    else if (slice)
      compare_outside (run, &head, self.since, &root.old, result);
  }
  if (result->verdict >= FV_INDETERMINATE)
    run->n_position = known; /* a bad proof places nothing */
  free (self.leaf);
  free (self.hash);
}

/* `tile/<level>/<number>`, the number in groups of three digits, all but the last with an x; `.p/<width>` when not full. */
static void tile_path (char out[FV_PATH], const char *dir, const char *level, uint64_t number, size_t width)
{
  int n = snprintf (out, FV_PATH, "%s/tile/%s/", dir, level);
  for (uint64_t group = 1000000; group > 1 && n < FV_PATH - 32; group /= 1000)
    n += number >= group ? sprintf (out + n, "x%03u/", (unsigned) (number / group % 1000)) : 0;
  if (n < FV_PATH - 32)
    n += sprintf (out + n, "%03u", (unsigned) (number % 1000));
  if (width < TILE && n < FV_PATH - 32)
    sprintf (out + n, ".p/%zu", width);
}

/* Of 256 neighbours; they are used up by it. */
static FvHash tile_root (FvHash hash[TILE])
{
  for (size_t width = TILE; width > 1; width /= 2)
    for (size_t i = 0; i < width; i += 2)
      hash[i / 2] = NODE (hash[i], hash[i + 1]);
  return hash[0];
}

/* Entries that are being hashed: four fifths of all work, so every processor takes its part. */
typedef struct { char *bytes; FvSlice rest; FvHash leaf[TILE], root; size_t n; bool apart; pthread_t thread; } Bundle;

static void *hash_bundle (void *data)
{
  Bundle *self = data;
  FvHash part[TILE];
  for (FvSlice entry; cut_entry (&self->rest, &entry); self->n++)
    part[self->n] = self->leaf[self->n] = tree_hash (0, entry.p, entry.n, "", 0);
  self->root = self->n == TILE ? tile_root (part) : part[0];
  return NULL;
}

/* Waits for a bundle, the oldest first, and empties it for another. */
static void take_hashes (Proof *self, Bundle *bundle)
{
  if (bundle->apart)
    pthread_join (bundle->thread, NULL);
  for (size_t i = 0; i < bundle->n; i++)
    self->leaf[self->n_done++].hash = bundle->leaf[i];
  if (bundle->n == TILE)
    FV_ADD (self->tile, self->n_tile, bundle->root);
  free (bundle->bytes);
  *bundle = (Bundle){ 0 };
}

/* Reads all bundles; false: something is wrong with them. */
static bool read_bundles (FvRun *run, Proof *self, const char *dir, const FvHead *head, size_t *files, FvResult *result)
{
  static Bundle ring[APART];
  Bundle *next = ring;
  char path[FV_PATH];
  bool good = true;
  for (; good && self->n_leaf < head->size; ++*files, next = &ring[*files % APART]) {
    size_t at = self->n_leaf, width = head->size - at < TILE ? (size_t) (head->size - at) : TILE;
    take_hashes (self, next);
    tile_path (path, dir, "entries", at / TILE, width);
    next->bytes = fv_read (path, TILE * (size_t) 65537, &next->rest);
    good = (read_entries (run, self, next->rest, true, true, at, head->origin, result) && self->n_leaf == at + width)
           || LOG_FAULT ("日志从第 %llu 条起缺失或多余（%s）", "the log lacks entry %llu, or holds too many (%s)", NUMBER (self->n_leaf), path);
    next->apart = good && pthread_create (&next->thread, NULL, hash_bundle, next) == 0;
    if (good && !next->apart)
      hash_bundle (next);
  }
  for (size_t i = 0; i < APART; i++)
    take_hashes (self, &ring[(*files + i) % APART]);
  return good;
}

/* Every checkpoint of this log that is known must be the root of its first entries. */
static bool check_heads (const FvRun *run, Proof *self, const FvHead *head, FvResult *result)
{
  Root root = { 0 };
  FvHash none;
  crypto_hash_sha256 (none.b, (const unsigned char *) "", 0);
  for (const FvHead *other = run->head; other <= run->head + run->n_head; other++) {
    const FvHead *known = other < run->head + run->n_head ? other : head; /* its own comes last, whatever it is worth */
    bool whole = known->size == head->size;
    if (strcmp (known->origin, head->origin) != 0)
      continue;
    if (known->size > head->size)
      return LOG_FAULT (CUT_ZH, CUT_EN, NUMBER (head->size), known->path, NUMBER (known->size));
    self->since = whole ? 0 : known->size;
    self->leaves = 0;
    root = head->size > 0 ? prove (self, 0, head->size) : (Root){ none, none };
    if (memcmp (known->size == 0 ? &none : whole ? &root.all : &root.old, &known->root, sizeof none) != 0)
      return LOG_FAULT ("日志与检查点不一致：%s", "the log contradicts a checkpoint: %s", known->path != NULL ? known->path : known->origin);
  }
  return true;
}

/* Holds the stored tiles against the hashes made from the entries, level by level: the full tiles of each give the next, all in one row. */
static bool check_tiles (Proof *self, const char *dir, size_t *files, FvResult *result)
{
  char path[FV_PATH], word[16], *bytes;
  FvHash part[TILE];
  FvSlice tile;
  for (size_t level = 0, n = self->n_leaf, below = 0; n > 0; below = level++ > 0 ? below + n : 0, n /= TILE)
    for (size_t at = 0, i = 0; at < n; at += TILE, i = 0, ++*files) {
      size_t width = n - at < TILE ? n - at : TILE;
      for (size_t k = 0; k < width; k++)
        part[k] = level == 0 ? self->leaf[at + k].hash : self->tile[below + at + k];
      snprintf (word, sizeof word, "%zu", level);
      tile_path (path, dir, word, at / TILE, width);
      bytes = fv_read (path, TILE * sizeof (FvHash), &tile);
      while (bytes != NULL && i < width && tile.n >= (i + 1) * sizeof (FvHash) && memcmp (bytes + i * sizeof (FvHash), &part[i], sizeof (FvHash)) == 0)
        i++;
      free (bytes);
      if (i < width || tile.n != width * sizeof (FvHash))
        return LOG_FAULT ("第 %zu 层第 %zu 项与其哈希不符，或哈希缺失（%s）", "level %zu, entry %zu doesn't agree with its hash, or that is missing (%s)", level, at + i, path);
      if (width == TILE && level > 0)
        FV_ADD (self->tile, self->n_tile, tile_root (part));
    }
  return true;
}

void fv_judge_log (FvRun *run, const char *dir, FvResult *result)
{
  static FvNote note;
  static FvItems found;
  Proof self = { 0 };
  FvSlice all;
  FvHead head;
  char path[FV_PATH], *bytes;
  size_t known = run->n_position, files = 0, before = found.n;
  snprintf (path, sizeof path, "%s/checkpoint", dir);
  bytes = fv_read (path, FV_MAX_NOTE, &all);
  if (bytes != NULL && fv_note_parse (&note, all) && fv_checkpoint_parse (note.text, &head)) {
    fv_judge_checkpoint (run, &note, &head, result);
    snprintf (path, sizeof path, "%s/tile", dir);
    if (read_bundles (run, &self, dir, &head, &files, result) && check_tiles (&self, dir, &files, result)
        && check_heads (run, &self, &head, result) && (!fv_items_add (&found, path, false, 0) || found.n - before != files))
      fv_find (result, FV_INVALID, "%s 中有不属于这份日志的文件", "%s holds files that are no part of this log", path);
  } else
    fv_find (result, FV_INVALID, "缺少检查点或检查点有误", "its checkpoint is missing or malformed");
  free (bytes);
  free (self.tile);
  free (self.leaf);
  if (result->verdict >= FV_INDETERMINATE)
    run->n_position = known; /* a bad log places nothing */
  FIND_MISSING (self.days);
}
