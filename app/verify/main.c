/* fuzhen-verify: the verdicts on files, one line each. Exit 0: all valid; 1: not; 2: wrong usage or unreadable. */
#include "verify.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

/* Names come from strangers' files: no control or direction mark reaches the terminal, and one record stays one line. */
static void put (FILE *to, const char *text)
{
  FvSlice all = fv_slice (text);
  uint32_t c = 0;
  for (size_t i = 0, n; i < all.n; i += n) {
    n = fv_utf8 (all, i, &c);
    if (n > 0 && !FV_IS_CONTROL (c) && (c < 0x202a || c > 0x202e) && (c < 0x2066 || c > 0x2069))
      fwrite (text + i, 1, n, to);
    else
      fprintf (to, "\\x%02x", (unsigned char) text[i]);
    n += n == 0;
  }
}

static void remark (const char *what, const char *zh, const char *en)
{
  put (stderr, what);
  fprintf (stderr, "%s%s\n", FV_SAY ("：", ": "), FV_SAY (zh, en));
}

static void report (const char *path, const FvResult *result)
{
  static const char *const words[] = { "VALID", "VALID-KEY-EXPIRED-SINCE", "VALID-REVOKED-LATER", "INDETERMINATE",
                                       "INVALID-REVOKED-BEFORE", "INVALID" };
  static const char *const seconds[] = { "", " effective", " not-effective" };
  put (stdout, path);
  printf (": %s%s%s", words[result->verdict], seconds[result->second], result->reason[0] != '\0' ? ": " : "");
  put (stdout, result->reason);
  putchar ('\n');
}

static int usage (FILE *to, int code)
{
  fputs (FV_SAY ("用法：fuzhen-verify [--keys 文件] [--institution 公钥] [--checkpoint 文件] [--qr 文字] [--lang zh|en] 路径…\n"
                 "核验处方、其他文书、检查点、日志证明、整份审计日志和检查材料，每项一行结论。\n"
                 "密钥名册不给时取材料文件夹中的。机构公钥（一行）和较新的检查点应从外部取得：信任由前者而来，后者用来发现截断和回退。\n"
                 "退出码：0 全部有效；1 有无效或不能判断的；2 用法有误或无法读取。\n",
                 "Usage: fuzhen-verify [--keys FILE] [--institution VKEY] [--checkpoint FILE] [--qr TEXT] [--lang zh|en] PATH…\n"
                 "Judges prescriptions, other documents, checkpoints, log proofs, whole audit logs and packages, one line each.\n"
                 "Without --keys the list in the package is used. Get the institution's key (one line) and a checkpoint from outside:\n"
                 "all trust comes from the first, and the second finds logs that were cut, rolled back or rewritten.\n"
                 "Exit: 0 all valid; 1 something is invalid or cannot be judged; 2 wrong usage or unreadable.\n"),
         to);
  return code;
}

/* The list given, else the first one in the packages; it lives as long as the program. A bad one gets its verdict line and
 * leaves everything undecided. false: cannot be read. */
static bool load_keys (FvRun *run, const FvItems *items, const char *path, const FvKey *anchor, bool *failed)
{
  static char *file;
  FvSlice bytes;
  FvResult result = { 0 };
  for (size_t i = 0; i < items->n && path == NULL; i++, free (file))
    if ((file = fv_read (items->item[i].path, FV_MAX_NOTE, &bytes)) != NULL && fv_starts (bytes, "fuzhen.keys/v1\n"))
      path = items->item[i].path;
  file = path != NULL ? fv_read (path, FV_MAX_NOTE, &bytes) : NULL;
  if (path == NULL || file == NULL)
    return path == NULL;
  fv_keys_load (&run->keys, bytes, anchor, &result);
  *failed = result.verdict != FV_VALID;
  if (*failed)
    report (path, &result);
  else if (!run->keys.anchored)
    remark (path, "没有用外部取得的机构公钥核对（--institution），结论只相对于这份名册成立。",
            "not held against an institution key from outside (--institution): verdicts hold only relative to this list.");
  return true;
}

/* The code on a slip, `FZ1 institution number hash log-size`, must speak of the one document given. */
static void judge_code (const FvRun *run, const char *code, FvItem *item)
{
  static FvFields body;
  FvSlice bytes = { 0 };
  FvNote note;
  char *file = fv_read (item->path, FV_MAX_NOTE, &bytes), said[1024] = "";
  const char *last = strrchr (code, ' '), *institution = NULL, *id = NULL, *end = NULL;
  uint64_t size = 0;
  if (file != NULL && fv_note_parse (&note, bytes) && fv_fields_parse (&body, note.text) && last != NULL) {
    institution = fv_fields_get (&body, "institution.code");
    id = fv_fields_get (&body, "id");
    end = memchr (bytes.p + note.text.n + 1, '\n', bytes.n - note.text.n - 1); /* of the doctor's line */
  }
  if (institution != NULL && id != NULL && end != NULL)
    snprintf (said, sizeof said, "FZ1 %s %s %s", institution, id, fv_sha256_hex ((FvSlice) { bytes.p, (size_t) (end + 1 - bytes.p) }).text);
  if (*said == '\0' || strlen (said) != (size_t) (last - code) || memcmp (said, code, strlen (said)) != 0 || !fv_number (fv_slice (last + 1), &size))
    fv_find (&item->result, FV_INVALID, "二维码说的不是这份文书", "the code speaks of another document");
  else if (run->n_head > 0 && run->head[run->n_head - 1].size < size)
    fv_find (&item->result, FV_INVALID, "检查点覆盖的日志比二维码记下的短", "the checkpoint covers less of the log than the code says");
  free (file);
}

static int conclude (const FvItems *items, const char *outside, bool failed, bool unreadable)
{
  for (const FvItem *item = items->item; item < items->item + items->n; item++) {
    bool bad = item->result.verdict >= FV_INDETERMINATE;
    if (bad || outside == NULL || item != items->item || strcmp (item->path, outside) != 0) /* that one has no line unless it fails */
      report (item->path, &item->result);
    if (bad && !failed)
      remark (item->path, "第一处不合格。请勿采信，向出具机构索取原件再核验。", "the first that fails. Don't rely on it; ask the institution for the original.");
    else if (item->kind == FV_LOG && outside == NULL)
      remark (item->path, "没有外部检查点（--checkpoint），不能发现末尾被截断或整体回退。",
              "no checkpoint from outside (--checkpoint): a cut tail or a rollback can't be seen.");
    failed = failed || bad;
  }
  if (items->n == 0)
    remark ("fuzhen-verify", "没有可核验的文件，请检查路径。", "nothing to verify: check the path.");
  return failed ? 1 : unreadable || items->n == 0 ? 2 : 0;
}

int main (int argc, char **argv)
{
  static const struct option options[] = { { "keys", 1, NULL, 'k' }, { "institution", 1, NULL, 'i' }, { "checkpoint", 1, NULL, 'c' },
                                           { "lang", 1, NULL, 'l' }, { "qr", 1, NULL, 'q' }, { "help", 0, NULL, 'h' },
                                           { "version", 0, NULL, 'v' }, { NULL, 0, NULL, 0 } };
  static FvRun run;
  static FvItems items;
  static FvKey anchor;
  const char *keys = NULL, *outside = NULL, *qr = NULL, *lang = NULL;
  bool failed = false, unreadable = false;
  for (const char **word = (const char *[]){ "LANGUAGE", "LC_ALL", "LANG", NULL }; *word != NULL && (lang == NULL || *lang == '\0'); word++)
    lang = getenv (*word);
  fv_chinese = lang == NULL || strncmp (lang, "en", 2) != 0;
  for (int c; (c = getopt_long (argc, argv, "", options, NULL)) != -1;)
    if (c == 'k')
      keys = optarg;
    else if (c == 'c')
      outside = optarg;
    else if (c == 'q')
      qr = optarg;
    else if (c == 'l' && (strcmp (optarg, "zh") == 0 || strcmp (optarg, "en") == 0))
      fv_chinese = *optarg == 'z';
    else if (c == 'h')
      return usage (stdout, 0);
    else if (c == 'v')
      return puts ("fuzhen-verify " FV_VERSION) >= 0 ? 0 : 70;
    else if (c != 'i' || !fv_key_parse (&anchor, fv_slice (optarg)) || !anchor.judged)
      return usage (stderr, 2);
  anchor.role = "institution";
  if (optind == argc || (qr != NULL && argc - optind != 1) || sodium_init () < 0)
    return usage (stderr, 2);
  for (int i = outside != NULL ? optind - 1 : optind; i < argc; i++) {
    const char *path = i < optind ? outside : argv[i];
    if (fv_items_add (&items, path, true, 0))
      continue;
    remark (path, "无法读取，请检查路径和权限。", "cannot be read: check path and rights.");
    unreadable = true;
  }
  if (!load_keys (&run, &items, keys, anchor.judged ? &anchor : NULL, &failed)) {
    remark (keys, "无法读取密钥名册。", "the key list cannot be read.");
    return 2;
  }
  run.outside = outside;
  fv_items_judge (&items, &run);
  if (qr != NULL && items.n > 0)
    judge_code (&run, qr, &items.item[items.n - 1]);
  return conclude (&items, outside, failed, unreadable);
}
