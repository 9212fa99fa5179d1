/* fuzhen keys revoke|told|renew|rotate|shares: what the security administrator does to keys. */
#include "app/cli_private.h"

#include "app/cli_json.h"
#include "app/cli_keys.h"
#include "app/demo_people.h"
#include "db/shares.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

/* The published one where the demo person signed in by itself. */
static FzSecret *
read_pin (FzCli *cli, const FzKeysGiven *given, GError **error)
{
  if (given->pin_fd < 0 && cli->staff == NULL && fz_desk_is_demo (cli->desk))
    return fz_demo_pin (cli->session->number);
  return fz_cli_read_secret (given->pin_fd, _ ("签名密码（PIN）"), error);
}

static int
done (const FzCli *cli, FzFields *take_row, const char *sentence)
{
  g_autoptr (FzFields) row = take_row;

  if (cli->json)
    fz_cli_print_json (row);
  else
    g_print ("%s\n", sentence);
  return FZ_EXIT_DONE;
}

static FzFields *
row_of (const char *number, const char *reason)
{
  FzFields *row = fz_fields_new ("fuzhen.keys_done/v1");

  fz_fields_set (row, "number", number);
  fz_fields_set (row, "reason", reason);
  return row;
}

static int
revoke_key (FzCli *cli, const char *number, const FzKeysGiven *given)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSecret) pin = NULL;
  gint64 from_us = 0;

  if (given->from != NULL && !g_str_equal (given->from, "now") && !fz_cli_parse_time (given->from, FALSE, &from_us, &error))
    return fz_cli_fail (error);
  pin = read_pin (cli, given, &error);
  if (pin == NULL || !fz_desk_revoke_key (cli->session, number, from_us, given->reason, pin, &error))
    return fz_cli_fail (error);
  return done (cli, row_of (number, given->reason), _ ("已吊销。请尽快告知有关各方（电子签名法第十五条），再用 fuzhen keys told 登记；名册请重新导出。"));
}

static int
tell (FzCli *cli, const char *number, const FzKeysGiven *given)
{
  g_autoptr (GError) error = NULL;

  if (!fz_desk_tell_revocation (cli->session, number, given->reason, &error))
    return fz_cli_fail (error);
  return done (cli, row_of (number, given->reason), _ ("已登记告知情况。"));
}

static int
renew (FzCli *cli, const char *number, const FzKeysGiven *given)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSecret) pin = read_pin (cli, given, &error);

  if (pin == NULL || !fz_desk_renew_certificate (cli->session, number, pin, &error))
    return fz_cli_fail (error);
  return done (cli, row_of (number, NULL), _ ("已签发新的证书。名册请重新导出。"));
}

static int
rotate_store (FzCli *cli, const FzKeysGiven *given, const FzSecret *pin)
{
  g_autoptr (GCancellable) stop = fz_cli_watch_signals ();
  g_autoptr (GPtrArray) left = NULL;
  g_autoptr (GError) error = NULL;
  FzFields *row = row_of (NULL, given->reason);

  if (!fz_desk_rotate_store_key (cli->session, given->reason, pin, stop, fz_cli_show_part, NULL, &left, &error)) {
    fz_fields_unref (row);
    return fz_cli_fail (error);
  }
  fz_fields_set (row, "rotated", "store");
  for (guint i = 0; i < left->len; i++) {
    fz_fields_set_at (row, "left", i, NULL, left->pdata[i]);
    g_printerr (_ ("工号 %s 升级后尚未登录，需要新的登记码（fuzhen staff reset）。\n"), (const char *) left->pdata[i]);
  }
  return done (cli, row, _ ("库密钥已更换，每人仍用原口令登录，恢复份额不变。旧密钥打不开此后写入的任何内容。"));
}

static int
rotate (FzCli *cli, const char *what, const FzKeysGiven *given)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSecret) pin = read_pin (cli, given, &error);
  g_autofree char *note = NULL;
  FzFields *row;

  if (pin == NULL)
    return fz_cli_fail (error);
  if (g_str_equal (what, "store"))
    return rotate_store (cli, given, pin);
  if (!fz_desk_rotate_desk_key (cli->session, what, given->reason, pin, &note, &error))
    return fz_cli_fail (error);
  row = row_of (NULL, given->reason);
  fz_fields_set (row, "rotated", what);
  fz_fields_set (row, "note", note);
  return done (cli, row, note);
}

static int
make_shares (FzCli *cli, const FzKeysGiven *given)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSecret) pin = read_pin (cli, given, &error);
  gboolean published = given->second_password_fd < 0 && cli->staff == NULL && fz_desk_is_demo (cli->desk);
  g_autoptr (FzSecret) password = NULL, second_pin = NULL;
  char **shares;

  if (pin != NULL)
    password = published ? fz_demo_password (given->second) : fz_cli_read_secret (given->second_password_fd, _ ("第二人的口令"), &error);
  if (password != NULL)
    second_pin = published ? fz_demo_pin (given->second) : fz_cli_read_secret (given->second_pin_fd, _ ("第二人的签名密码（PIN）"), &error);
  if (second_pin == NULL)
    return error != NULL ? fz_cli_fail (error) : fz_cli_misuse ("keys", _ ("没有这个工号。"));
  shares = fz_desk_new_shares (cli->session, pin, given->second, password, second_pin, &error);
  if (shares == NULL)
    return fz_cli_fail (error);
  fz_cli_print_shares (cli->json, shares);
  fz_shares_free (shares);
  return FZ_EXIT_DONE;
}

static gboolean
is_well_used (int argc, char **argv, const FzKeysGiven *given)
{
  if (g_str_equal (argv[1], "revoke") || g_str_equal (argv[1], "told"))
    return argc == 3 && given->reason != NULL;
  if (g_str_equal (argv[1], "renew"))
    return argc == 3;
  if (g_str_equal (argv[1], "rotate"))
    return argc == 3 && given->reason != NULL &&
           (g_str_equal (argv[2], "store") || g_str_equal (argv[2], "log") || g_str_equal (argv[2], "institution"));
  return argc == 2 && g_str_equal (argv[1], "shares") && given->second != NULL;
}

gboolean
fz_cli_keys_is_change (int argc, char **argv)
{
  static const char *const words[] = { "revoke", "told", "renew", "rotate", "shares", NULL };

  return argc > 1 && g_strv_contains (words, argv[1]);
}

int
fz_cli_keys_change (FzCli *cli, int argc, char **argv, const FzKeysGiven *given)
{
  int code;

  if (!is_well_used (argc, argv, given))
    return fz_cli_misuse ("keys", _ ("请按 revoke 工号 --reason、told 工号 --reason、renew 工号、rotate store|log|institution --reason 或 shares --second 工号 使用。"));
  code = fz_cli_sign_in (cli, FZ_ROLE_SECURITY);
  if (code != FZ_CLI_GO_ON)
    return code;
  if (g_str_equal (argv[1], "revoke"))
    return revoke_key (cli, argv[2], given);
  if (g_str_equal (argv[1], "told"))
    return tell (cli, argv[2], given);
  if (g_str_equal (argv[1], "renew"))
    return renew (cli, argv[2], given);
  return g_str_equal (argv[1], "rotate") ? rotate (cli, argv[2], given) : make_shares (cli, given);
}
