/* C2SP signed notes, verifier keys, and the list of who may sign. */
#include "verify.h"

#define DASH "\342\200\224 " /* U+2014 and a space */

/* Not empty, without white space, plus sign or control character. */
static bool name_is_good (FvSlice name)
{
  uint32_t c = 0;
  for (size_t i = 0, n; i < name.n; i += n) {
    n = fv_utf8 (name, i, &c);
    if (n == 0 || c == '+' || FV_IS_CONTROL (c) || c == 0x20 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a)
        || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000)
      return false;
  }
  return name.n > 0;
}

static bool parse_line (FvLine *self, FvSlice line)
{
  unsigned char blob[4 + FV_MAX_SIGNATURE];
  const char *space = fv_starts (line, DASH) ? memchr (line.p + strlen (DASH), ' ', line.n - strlen (DASH)) : NULL;
  size_t n = 0;
  if (space == NULL)
    return false;
  self->name = (FvSlice){ line.p + strlen (DASH), (size_t) (space - line.p) - strlen (DASH) };
  if (!name_is_good (self->name) || !fv_base64 ((FvSlice){ space + 1, line.n - (size_t) (space + 1 - line.p) }, blob, sizeof blob, &n) || n <= 4)
    return false;
  memcpy (self->id, blob, 4);
  self->n = n - 4;
  memcpy (self->signature, blob + 4, self->n);
  return true;
}

bool fv_note_parse (FvNote *self, FvSlice bytes)
{
  FvSlice line, rest;
  size_t cut = bytes.n; /* the last empty line parts text and signatures */
  uint32_t c = 0;
  self->n = 0;
  if (bytes.n > FV_MAX_NOTE)
    return false;
  for (size_t i = 0, n; i < bytes.n; i += n) {
    n = fv_utf8 (bytes, i, &c);
    if (n == 0 || (c != '\n' && c < 0x20))
      return false;
  }
  while (cut >= 2 && (bytes.p[cut - 1] != '\n' || bytes.p[cut - 2] != '\n'))
    cut--;
  if (cut < 2)
    return false;
  self->text = (FvSlice){ bytes.p, cut - 1 };
  for (rest = (FvSlice){ bytes.p + cut, bytes.n - cut }; (line = fv_line (&rest)).p != NULL; self->n++)
    if (self->n == FV_MAX_LINES || !parse_line (&self->line[self->n], line))
      return false;
  return self->n > 0 && rest.n == 0;
}

bool fv_key_parse (FvKey *self, FvSlice vkey)
{
  const char *plus = memchr (vkey.p, '+', vkey.n);
  unsigned char key[256], hash[32], id[4];
  crypto_hash_sha256_state state;
  FvSlice name = { vkey.p, plus != NULL ? (size_t) (plus - vkey.p) : 0 };
  size_t n = 0;
  memset (self, 0, sizeof *self);
  if (plus == NULL || !name_is_good (name) || vkey.n < name.n + 11 || plus[9] != '+' || strspn (plus + 1, "0123456789abcdef") != 8
      || sodium_hex2bin (id, sizeof id, plus + 1, 8, NULL, NULL, NULL) != 0
      || !fv_base64 ((FvSlice){ plus + 10, vkey.n - name.n - 10 }, key, sizeof key, &n) || n < 2)
    return false;
  crypto_hash_sha256_init (&state);
  crypto_hash_sha256_update (&state, (const unsigned char *) name.p, name.n);
  crypto_hash_sha256_update (&state, (const unsigned char *) "\n", 1);
  crypto_hash_sha256_update (&state, key, n);
  crypto_hash_sha256_final (&state, hash);
  self->judged = key[0] == 1 /* Ed25519 */;
  if (memcmp (hash, id, 4) != 0 || (self->judged && (n != 33 || crypto_core_ed25519_is_valid_point (key + 1) != 1)))
    return false;
  memcpy (self->id, id, 4);
  if (self->judged)
    memcpy (self->public_key, key + 1, 32);
  self->name = name;
  return true;
}

const FvKey *fv_keys_find (const FvKeys *self, FvSlice name, const unsigned char id[4])
{
  for (size_t i = 0; i < self->n; i++)
    if (memcmp (self->key[i].id, id, 4) == 0 && fv_same (name, self->key[i].name))
      return &self->key[i];
  return NULL;
}

bool fv_line_fits (const FvNote *note, const FvLine *line, const FvKey *key)
{
  return line->n == crypto_sign_BYTES
         && crypto_sign_verify_detached (line->signature, (const unsigned char *) note->text.p, note->text.n, key->public_key) == 0;
}

static bool add (FvKeys *self, FvKey key)
{
  if (fv_keys_find (self, key.name, key.id) != NULL)
    return false;
  FV_ADD (self->key, self->n, key);
  self->any_revoked = self->any_revoked || key.revoked;
  return true;
}

/* `key.GG.NN.`: the next pairs are one entry of the list, with nothing in it that isn't known. */
static bool load_entry (FvKeys *self, const FvFields *body, size_t *at)
{
  static const char *const words[] = { "vkey", "role", "person", "from", "until", "revoked_at_size", "licence", "name" };
  const char *stem = body->pair[*at].key, *part[8] = { NULL };
  time_t time;
  FvKey key;
  if (strlen (stem) < 11 || stem[6] != '.' || stem[9] != '.')
    return false;
  for (; *at < body->n && strncmp (body->pair[*at].key, stem, 10) == 0; ++*at) {
    size_t i = 0;
    while (i < 8 && strcmp (body->pair[*at].key + 10, words[i]) != 0)
      i++;
    if (i == 8)
      return false;
    part[i] = body->pair[*at].value;
  }
  if (part[0] == NULL || !fv_key_parse (&key, fv_slice (part[0])))
    return false;
  key.role = part[1], key.person = part[2], key.from = part[3], key.until = part[4];
  key.revoked = part[5] != NULL;
  return key.role != NULL && (key.from == NULL || fv_time (fv_slice (key.from), &time)) && (key.until == NULL || fv_time (fv_slice (key.until), &time))
         && (!key.revoked || fv_number (fv_slice (part[5]), &key.revoked_at)) && add (self, key);
}

static void load_signed (FvKeys *self, const FvNote *note, const FvKey *anchor, FvResult *result)
{
  static FvFields body;
  bool vouched = false;
  if (!fv_fields_parse (&body, note->text)) {
    fv_find (result, FV_INVALID, "密钥名册第 %zu 行：%s", "key list, line %zu: %s", body.fault_line, body.fault);
    return;
  }
  for (size_t i = 0; i < body.n;) {
    const char *key = body.pair[i].key;
    if (strncmp (key, "key.", 4) != 0)
      i++;
    else if (!load_entry (self, &body, &i)) {
      fv_find (result, FV_INVALID, "密钥名册 %s 一项有误", "key list: the entry of %s is wrong", key);
      return;
    }
  }
  if (anchor != NULL) /* stays out when the list has it */
    add (self, *anchor);
  for (size_t i = 0; i < note->n; i++) {
    const FvKey *key = fv_keys_find (self, note->line[i].name, note->line[i].id);
    bool trusted = key != NULL && key->judged && strcmp (key->role, "institution") == 0
                   && (anchor == NULL || memcmp (key->public_key, anchor->public_key, 32) == 0);
    if (trusted && !fv_line_fits (note, &note->line[i], key))
      fv_find (result, FV_INVALID, "密钥名册的机构签名与内容不符", "the institution's signature doesn't fit the key list");
    vouched = vouched || trusted;
  }
  if (!vouched)
    fv_find (result, FV_INVALID, "密钥名册没有所信任的机构签名", "the key list isn't signed by the trusted institution key");
}

static void load_plain (FvKeys *self, FvSlice bytes, FvResult *result)
{
  FvSlice rest = bytes, line;
  FvKey key;
  for (size_t number = 1; result->verdict == FV_VALID && (line = fv_line (&rest)).p != NULL; number++)
    if (!fv_key_parse (&key, line) || !add (self, key))
      fv_find (result, FV_INVALID, "密钥名册第 %zu 行不是可用的公钥", "key list, line %zu: not a usable verifier key", number);
  if (rest.n > 0 || self->n == 0)
    fv_find (result, FV_INVALID, "密钥名册为空，或缺少末尾换行", "the key list is empty, or has no line feed at its end");
}

void fv_keys_load (FvKeys *self, FvSlice bytes, const FvKey *anchor, FvResult *result)
{
  static FvNote note;
  self->roles = fv_starts (bytes, "fuzhen.keys/v1\n");
  if (!self->roles)
    load_plain (self, bytes, result);
  else if (!fv_note_parse (&note, bytes))
    fv_find (result, FV_INVALID, "密钥名册不是签名文本", "the key list isn't a signed note");
  else
    load_signed (self, &note, anchor, result);
  self->anchored = anchor != NULL && self->roles;
  if (result->verdict != FV_VALID)
    self->n = 0;
}
