#include "app/cli_keys.h"

#include "app/cli_json.h"
#include "app/out_file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- list: the signed list, read back --- */

static void
print_key (const FzCli *cli, const FzFields *row)
{
  static const char *const keys[] = { "role", "name", "licence", "from", "until", "revoked_at_size", "vkey", NULL };

  if (cli->json)
    fz_cli_print_json (row);
  else
    fz_cli_print_row (row, keys);
}

static gboolean
print_group (const FzCli *cli, const FzFields *list, guint group)
{
  g_autofree char *name = g_strdup_printf ("key.%02u", group);
  guint n = fz_fields_count (list, name);

  for (guint i = 0; i < n; i++) {
    g_autofree char *prefix = g_strdup_printf ("%s.%02u", name, i);
    g_autoptr (FzFields) row = fz_fields_dup_below (list, prefix, "fuzhen.key/v1");

    print_key (cli, row);
  }
  return n == 100;
}

static int
list_keys (const FzCli *cli, const char *note_text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzNote) note = fz_note_parse ((const guint8 *) note_text, strlen (note_text), &error);
  g_autoptr (FzFields) list = NULL;
  gsize n = 0;
  const guint8 *text;

  if (note == NULL)
    return fz_cli_fail (error);
  text = g_bytes_get_data (fz_note_get_text (note), &n);
  list = fz_fields_parse (text, n, &error);
  if (list == NULL)
    return fz_cli_fail (error);
  for (guint group = 0; group < 100 && print_group (cli, list, group); group++)
    ;
  return FZ_EXIT_DONE;
}

static int
put_out (const FzCli *cli, const char *text, const char *out)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.key_export/v1");

  if (out != NULL && !fz_out_file_save_text (text, out, &error))
    return fz_cli_fail (error);
  fz_fields_set (row, "text", text);
  if (cli->json)
    fz_cli_print_json (row);
  else if (out == NULL)
    g_print ("%s", text);
  return FZ_EXIT_DONE;
}

typedef FzKeysGiven Given;

static void
given_clear (Given *self)
{
  g_free (self->from);
  g_free (self->reason);
  g_free (self->second);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Given, given_clear)

int
fz_cli_keys (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "keys" };
  g_autofree char *out = NULL, *text = NULL;
  g_auto (Given) given = { NULL, NULL, NULL, -1, -1, -1 };
  gboolean plain = FALSE;
  const GOptionEntry more[] = { { "plain", 0, 0, G_OPTION_ARG_NONE, &plain, N_ ("export：每行一个 C2SP 公钥，不含角色"), NULL },
                                { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, N_ ("export：写入文件"), "FILE" },
                                { "from", 0, 0, G_OPTION_ARG_STRING, &given.from, N_ ("revoke：从何时起失密，默认 now"), "TIME|now" },
                                { "reason", 0, 0, G_OPTION_ARG_FILENAME, &given.reason, N_ ("revoke、rotate：理由；told：告知了谁、如何告知"), "TEXT" },
                                { "pin-fd", 0, 0, G_OPTION_ARG_INT, &given.pin_fd, N_ ("从此文件描述符读取签名密码"), "N" },
                                { "second", 0, 0, G_OPTION_ARG_STRING, &given.second, N_ ("shares：第二人的工号"), "NUMBER" },
                                { "second-password-fd", 0, 0, G_OPTION_ARG_INT, &given.second_password_fd, N_ ("shares：第二人的口令"), "N" },
                                { "second-pin-fd", 0, 0, G_OPTION_ARG_INT, &given.second_pin_fd, N_ ("shares：第二人的签名密码"), "N" },
                                G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, "list|export|revoke NUMBER|told NUMBER|renew NUMBER|rotate store|log|institution|shares",
                           _ ("list、export 机构签名的公钥名册，供 fuzhen-verify --keys 使用，审计管理员使用；revoke 吊销、told 登记告知、renew 续期证书，\n"
                              "rotate 更换库密钥、日志密钥或机构密钥，shares 由两人换发恢复份额，安全管理员使用。\n"),
                           more, &argc, &argv);
  g_autoptr (GError) error = NULL;
  gboolean list = argc == 2 && g_str_equal (argv[1], "list");

  if (code != FZ_CLI_GO_ON)
    return code;
  if (given.reason != NULL && !g_utf8_validate (given.reason, -1, NULL))
    return fz_cli_misuse ("keys", _ ("--reason 不是 UTF-8 文字。"));
  if (fz_cli_keys_is_change (argc, argv))
    return fz_cli_keys_change (&cli, argc, argv, &given);
  if (!list && !(argc == 2 && g_str_equal (argv[1], "export")))
    return fz_cli_misuse ("keys", _ ("请给出 list、export、revoke、told、renew、rotate 或 shares。"));
  code = fz_cli_sign_in (&cli, FZ_ROLE_AUDIT);
  if (code != FZ_CLI_GO_ON)
    return code;
  text = fz_desk_export_keys (cli.session, plain && !list, &error);
  if (text == NULL)
    return fz_cli_fail (error);
  return list ? list_keys (&cli, text) : put_out (&cli, text, out);
}
