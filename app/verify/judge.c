/* What a signed text is worth: who signed it, when, with a key that was good then. */
#include "verify.h"

/* What one line's key must have been good for. */
typedef struct {
  const FvNote *note;
  const char *time;   /* the text's own claim; NULL: none */
  const FvHead *head; /* of a checkpoint; NULL: a document */
  size_t maker;       /* the line of the one who made it; others sign later */
  bool good[FV_MAX_LINES];
  const FvKey *key[FV_MAX_LINES];
} Signing;

/* A plain list gives no roles. */
#define HAS_ROLE(key, word) ((key)->role == NULL || strcmp ((key)->role, word) == 0)
/* A finding about one line, which begins with its name. */
#define FIND(verdict, zh, en) fv_find (result, verdict, "%.*s" zh, "%.*s" en, (int) line->name.n, line->name.p)

/* The first log entry that can stand for line i: it names the text and, unless i made it, who signed there: who signs second
 * signs what an earlier entry already named. false: none, or two logs, whose numbers can't be compared. */
static bool find_position (const FvRun *run, const Signing *signing, size_t i, uint64_t *out)
{
  FvHex text = fv_sha256_hex (signing->note->text);
  bool found = false;
  for (const FvPosition *at = run->position; at < run->position + run->n_position; at++) {
    if (strcmp (at->origin.text, run->position->origin.text) != 0)
      return false;
    if (strcmp (at->document.text, text.text) != 0 || (i != signing->maker && !fv_same (signing->note->line[i].name, fv_slice (at->signer))))
      continue;
    *out = found && *out < at->number ? *out : at->number;
    found = true;
  }
  return found;
}

static void judge_revocation (const FvRun *run, const Signing *signing, size_t i, FvResult *result)
{
  const FvLine *line = &signing->note->line[i];
  uint64_t at = signing->head != NULL && signing->head->size > 0 ? signing->head->size - 1 : 0; /* what it speaks for */
  if (signing->head == NULL && !find_position (run, signing, i, &at))
    FIND (FV_INDETERMINATE, " 的密钥已吊销，而文书在日志中的位置没有证明", "'s key is revoked, and no proof places this in the log");
  else if (at >= signing->key[i]->revoked_at)
    FIND (FV_REVOKED_BEFORE, " 的密钥在此之前已吊销", "'s key had been revoked before");
  else
    FIND (FV_REVOKED_LATER, " 的密钥签名时有效，后来吊销", "'s key was good then and was revoked later");
}

static void judge_known (const FvRun *run, Signing *signing, size_t i, FvResult *result)
{
  const FvLine *line = &signing->note->line[i];
  const FvKey *key = signing->key[i];
  const char *time = signing->time;
  if (!key->judged) {
    FIND (FV_VALID, " 另有其他算法的签名，不在此判断", "'s line in another algorithm: present, not judged here");
    return;
  }
  signing->good[i] = fv_line_fits (signing->note, line, key);
  if (!signing->good[i])
    FIND (FV_INVALID, " 的签名与内容不符", "'s signature doesn't fit");
  else if (signing->head == NULL && key->role != NULL && strcmp (key->role, "log") == 0)
    FIND (FV_INVALID, " 是日志密钥，不能签署文书", " is a log's key and can't sign documents");
  else if ((key->from != NULL || key->until != NULL) && time == NULL)
    FIND (FV_INDETERMINATE, " 的密钥有效期无从核对：文中没有时间", "'s key has a validity, and the text no time");
  else if (key->from != NULL && i == signing->maker && strcmp (time, key->from) < 0)
    FIND (FV_INVALID, " 签名时密钥尚未生效", " signed before the key was valid");
  else if (key->until != NULL && strcmp (time, key->until) > 0)
    FIND (FV_INVALID, " 签名时密钥已经到期", " signed after the key had ended");
  else if (key->until != NULL && strcmp (run->now, key->until) > 0)
    FIND (FV_EXPIRED_SINCE, " 的密钥签名时有效，其后到期", "'s key was valid then and has ended since");
  if (signing->good[i] && key->revoked)
    judge_revocation (run, signing, i, result);
}

/* A line by an unknown key passes only beside a good line of the same name (a person's second algorithm), or under a
 * checkpoint when its length shows another algorithm (a witness). Anything else may have been tampered with. */
static void judge_unknown (const Signing *signing, size_t i, FvResult *result)
{
  const FvLine *line = &signing->note->line[i];
  bool second = signing->head != NULL && line->n != crypto_sign_BYTES;
  for (size_t k = 0; k < signing->note->n; k++)
    second = second || (signing->good[k] && fv_same (line->name, signing->note->line[k].name));
  if (second)
    FIND (FV_VALID, " 另有一行签名，不在此判断", "'s other line: present, not judged here");
  else
    FIND (FV_INDETERMINATE, " 的这把密钥不在名册中", "'s key is not in the key list");
}

static void judge_lines (const FvRun *run, Signing *signing, FvResult *result)
{
  bool any = false;
  for (size_t i = 0; i < signing->note->n; i++) {
    signing->key[i] = fv_keys_find (&run->keys, signing->note->line[i].name, signing->note->line[i].id);
    if (signing->key[i] != NULL)
      judge_known (run, signing, i, result);
    any = any || signing->good[i];
  }
  for (size_t i = 0; i < signing->note->n; i++)
    if (signing->key[i] == NULL)
      judge_unknown (signing, i, result);
  if (!any)
    fv_find (result, FV_INDETERMINATE, "没有可以判断的签名", "no signature that can be judged");
}

/* By origin, LF, size, LF, root, LF and extension lines; ours is the time. */
bool fv_checkpoint_parse (FvSlice text, FvHead *out)
{
  FvSlice rest = text, origin = fv_line (&rest), size = fv_line (&rest), root = fv_line (&rest), line;
  size_t n = 0;
  time_t at;
  memset (out, 0, sizeof *out);
  if (root.p == NULL || text.n > FV_MAX_TEXT || origin.n == 0 || origin.n >= sizeof out->origin || !fv_number (size, &out->size)
      || !fv_base64 (root, out->root.b, sizeof out->root.b, &n) || n != sizeof out->root.b)
    return false;
  while ((line = fv_line (&rest)).p != NULL) {
    bool time = fv_starts (line, "time ");
    if (line.n == 0 || (time && (out->time[0] != '\0' || !fv_time (fv_after (line, 5), &at))))
      return false;
    memcpy (out->time, line.p + line.n - (time ? 20 : 0), time ? 20 : 0);
  }
  memcpy (out->origin, origin.p, origin.n);
  return rest.n == 0;
}

void fv_judge_checkpoint (const FvRun *run, const FvNote *note, const FvHead *head, FvResult *result)
{
  static Signing signing;
  bool own = false;
  signing = (Signing){ .note = note, .time = head->time[0] != '\0' ? head->time : NULL, .head = head };
  judge_lines (run, &signing, result);
  for (size_t i = 0; i < note->n; i++) /* a log's keys bear its name, last year's and this year's */
    own = own || (signing.good[i] && HAS_ROLE (signing.key[i], "log") && fv_same (note->line[i].name, fv_slice (head->origin)));
  if (!own && result->verdict < FV_INDETERMINATE)
    fv_find (result, FV_INVALID, "检查点没有日志 %s 自己的签名", "the checkpoint isn't signed by the log %s itself", head->origin);
  for (const FvHead *other = run->head; other < run->head + run->n_head; other++)
    if (strcmp (other->origin, head->origin) == 0 && other->size == head->size && memcmp (&other->root, &head->root, sizeof head->root) != 0)
      fv_find (result, FV_INVALID, "日志分叉：与 %s 条数相同而根哈希不同", "a fork: %s has the same size and another root", other->path);
}

/* The prescriber must have signed; effective needs another person's line in the pharmacist's role (Tianjin 2025 art. 20). */
static void judge_prescription (const FvRun *run, const Signing *signing, const char *name, FvResult *result)
{
  const FvNote *note = signing->note;
  const FvKey *doctor = signing->good[signing->maker] ? signing->key[signing->maker] : NULL;
  bool reviewed = false, self = false;
  if (doctor == NULL || name == NULL || !fv_same (note->line[signing->maker].name, fv_slice (name)) || !HAS_ROLE (doctor, "doctor")) {
    fv_find (result, result->verdict == FV_INDETERMINATE ? FV_INDETERMINATE : FV_INVALID, "没有处方所载医师的有效签名",
             "no valid signature of the doctor whom it names");
    return;
  }
  for (size_t i = 0; i < note->n; i++) {
    const FvKey *key = signing->key[i];
    if (!signing->good[i] || !HAS_ROLE (key, "pharmacist") || key->person == NULL || doctor->person == NULL)
      continue;
    self = self || strcmp (key->person, doctor->person) == 0;
    reviewed = reviewed || strcmp (key->person, doctor->person) != 0;
  }
  if (!run->keys.roles)
    fv_find (result, FV_VALID, "名册不含角色，是否生效不作判断", "this key list has no roles: effectiveness isn't judged");
  else if (reviewed && result->verdict < FV_INDETERMINATE)
    result->second = FV_EFFECTIVE;
  else if (!reviewed)
    fv_find (result, FV_VALID, self ? "审方人与开方人是同一人" : "没有药师审方签名",
             self ? "prescriber and pharmacist are the same person" : "no pharmacist's signature");
}

void fv_judge_document (const FvRun *run, const FvNote *note, FvFields *body, FvResult *result)
{
  static const char *const words[] = { "signed_at", "made_at", "created_at", "at" };
  static Signing signing;
  const char *doctor;
  bool rx, keys, house;
  time_t at;
  signing = (Signing){ .note = note };
  if (!fv_fields_parse (body, note->text)) {
    fv_find (result, FV_INVALID, "第 %zu 行：%s", "line %zu: %s", body->fault_line, body->fault);
    return;
  }
  rx = strcmp (body->kind, "fuzhen.prescription/v1") == 0;
  keys = strcmp (body->kind, "fuzhen.keys/v1") == 0;
  house = keys || strcmp (body->kind, "fuzhen.package/v1") == 0;
  doctor = rx ? fv_fields_get (body, "doctor.key") : NULL;
  result->second = rx ? FV_NOT_EFFECTIVE : FV_NO_WORD;
  if ((!rx && strncmp (body->kind, "fuzhen.prescription/", 20) == 0) || (!keys && strncmp (body->kind, "fuzhen.keys/", 12) == 0))
    fv_find (result, FV_INDETERMINATE, "不认识文书类别 %s", "%s is not a kind that this program knows", body->kind);
  for (size_t i = 0; i < sizeof words / sizeof *words && signing.time == NULL; i++)
    signing.time = fv_fields_get (body, words[i]);
  if (signing.time != NULL && !fv_time (fv_slice (signing.time), &at))
    fv_find (result, FV_INVALID, "签名时间的写法有误", "its time is malformed");
  for (size_t i = note->n; i-- > 0;) { /* the prescriber's first line that can be judged; else the first of all */
    const FvKey *key = fv_keys_find (&run->keys, note->line[i].name, note->line[i].id);
    if (doctor != NULL && fv_same (note->line[i].name, fv_slice (doctor)) && key != NULL && key->judged)
      signing.maker = i;
  }
  judge_lines (run, &signing, result);
  if (rx)
    judge_prescription (run, &signing, doctor, result);
  if (house && run->keys.roles && signing.good[0] && !HAS_ROLE (signing.key[0], "institution"))
    fv_find (result, FV_INVALID, "不是机构密钥签署的", "it isn't signed by an institution's key");
}
