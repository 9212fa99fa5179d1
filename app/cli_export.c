#include "app/cli_private.h"

#include "app/cli_json.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

typedef struct {
  char *out, *pdf, *paper; /* of a prescription; `out` of all */
  char *visit;             /* of records */
  gboolean full, sensitive;
  char *from, *to, *doctor, *patient, *complaint, *level, *recipient, *purpose, *since, *seal; /* of an inspection package */
} Export;

static void
export_clear (Export *self)
{
  char **texts[] = { &self->visit, &self->out, &self->pdf, &self->paper, &self->from, &self->to, &self->doctor, &self->patient, &self->complaint, &self->level,
                     &self->recipient, &self->purpose, &self->since, &self->seal };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (*texts[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Export, export_clear)

static gboolean
is_well_used (const Export *self, int argc, char **argv)
{
  gboolean records = self->visit != NULL || self->full;
  gboolean package = self->from != NULL || self->to != NULL || self->doctor != NULL || self->patient != NULL || self->complaint != NULL || self->level != NULL ||
                     self->recipient != NULL || self->purpose != NULL || self->since != NULL || self->seal != NULL;

  if (argc == 2 && g_str_equal (argv[1], "inspection"))
    return self->out != NULL && self->pdf == NULL && self->paper == NULL && !records;
  if (argc == 2 && g_str_equal (argv[1], "record"))
    return self->out != NULL && self->pdf == NULL && self->paper == NULL && self->doctor == NULL && self->complaint == NULL && self->level == NULL &&
           self->recipient == NULL && self->purpose == NULL && self->since == NULL && self->seal == NULL;
  if (argc == 2 && (g_str_equal (argv[1], "publication") || g_str_equal (argv[1], "deadlines")))
    return self->out != NULL && self->pdf == NULL && self->paper == NULL && !records && !self->sensitive && !package;
  return !records && !self->sensitive && argc == 3 && g_str_equal (argv[1], "prescription") && (self->out != NULL || self->pdf != NULL) && !package;
}

static void
show_progress (guint64 done, guint64 total, gpointer data)
{
  if (isatty (STDERR_FILENO))
    g_printerr ("\r%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT "%s", done, total, done >= total ? "\n" : "");
}

/* The words are shown here and nowhere else. */
static int
seal_inspection (FzCli *cli, const Export *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) sealed = fz_desk_seal_package (cli->session, self->out, self->seal, TRUE, cli->stop, show_progress, NULL, &error);

  if (sealed == NULL)
    return fz_cli_fail (error);
  if (cli->json)
    fz_cli_print_json (sealed);
  else
    g_print (_ ("已密封到“%s”，SHA-256 %s\n口令 %s（请以另一途径告知接收人；本程序不保存）\n"), self->seal, fz_fields_get (sealed, "sha256"), fz_fields_get (sealed, "words"));
  return FZ_EXIT_DONE;
}

static int
export_inspection (FzCli *cli, const Export *self)
{
  const char *const pairs[][2] = { { "from", self->from }, { "to", self->to }, { "doctor", self->doctor }, { "patient", self->patient },
                                   { "complaint", self->complaint }, { "level", self->level }, { "recipient", self->recipient },
                                   { "purpose", self->purpose }, { "since", self->since } };
  g_autoptr (FzFields) ask = fz_fields_new ("fuzhen.inspection_ask/v1"), made = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    fz_fields_set (ask, pairs[i][0], pairs[i][1]);
  fz_fields_set (ask, "sensitive", self->sensitive ? "yes" : NULL);
  made = fz_desk_export_inspection (cli->session, ask, self->out, cli->stop, show_progress, NULL, &error);
  if (made == NULL)
    return fz_cli_fail (error);
  if (cli->json)
    fz_cli_print_json (made);
  else
    g_print (_ ("%s：%s个文件已写入“%s”。先打开 index.html；清单的哈希 %s\n"), fz_fields_get (made, "number"), fz_fields_get (made, "n_files"), self->out,
             fz_fields_get (made, "manifest_sha256"));
  return self->seal != NULL ? seal_inspection (cli, self) : FZ_EXIT_DONE;
}

static int
export_records (FzCli *cli, const Export *self)
{
  const char *const pairs[][2] = { { "visit", self->visit }, { "patient", self->patient }, { "from", self->from }, { "to", self->to } };
  g_autoptr (FzFields) ask = fz_fields_new ("fuzhen.record_ask/v1"), made = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    fz_fields_set (ask, pairs[i][0], pairs[i][1]);
  fz_fields_set_bool (ask, "full", self->full);
  fz_fields_set (ask, "sensitive", self->sensitive ? "yes" : NULL);
  made = fz_desk_export_records (cli->session, ask, self->out, cli->stop, show_progress, NULL, &error);
  if (made == NULL)
    return fz_cli_fail (error);
  if (cli->json)
    fz_cli_print_json (made);
  else
    g_print (_ ("%s次就诊的病历已写入“%s”（%s）。清单的哈希 %s\n"), fz_fields_get (made, "n_visits"), self->out,
             self->full ? _ ("完整") : _ ("患者身份已脱敏"), fz_fields_get (made, "files_sha256"));
  return FZ_EXIT_DONE;
}

static int
export_publication (FzCli *cli, const Export *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) made = fz_desk_export_publication (cli->session, self->out, cli->stop, show_progress, NULL, &error);

  if (made == NULL)
    return fz_cli_fail (error);
  if (cli->json)
    fz_cli_print_json (made);
  else
    g_print (_ ("公示材料已写入“%s”：index.html 供网站使用，publication.pdf 供张贴。清单的哈希 %s\n"), self->out, fz_fields_get (made, "list_sha256"));
  return FZ_EXIT_DONE;
}

static int
export_deadlines (FzCli *cli, const Export *self)
{
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.calendar_file/v1");
  g_autoptr (GError) error = NULL;
  guint n = 0;

  if (!fz_desk_export_deadlines (cli->session, self->out, &n, &error))
    return fz_cli_fail (error);
  fz_fields_set (row, "out", self->out);
  fz_fields_set_int (row, "n", n);
  if (cli->json)
    fz_cli_print_json (row);
  return FZ_EXIT_DONE;
}

static int
export_prescription (FzCli *cli, const Export *self, const char *id)
{
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.export/v1");
  g_autofree char *proof = self->out != NULL ? g_strconcat (self->out, ".proof", NULL) : NULL; /* a store opened read-only gives none */
  g_autoptr (GError) error = NULL;

  if ((self->out != NULL && !fz_desk_export_prescription (cli->session, id, self->out, &error)) ||
      (self->pdf != NULL && !fz_desk_export_slip (cli->session, id, self->paper != NULL ? self->paper : "a5", self->pdf, &error)))
    return fz_cli_fail (error);
  fz_fields_set (row, "prescription", id);
  fz_fields_set (row, "out", self->out);
  fz_fields_set (row, "proof", proof != NULL && g_file_test (proof, G_FILE_TEST_EXISTS) ? proof : NULL);
  fz_fields_set (row, "pdf", self->pdf);
  if (cli->json)
    fz_cli_print_json (row);
  return FZ_EXIT_DONE;
}

int
fz_cli_export (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "export" };
  g_auto (Export) self = { 0 };
  const GOptionEntry more[] = {
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &self.out, N_ ("签名文书（正文与签名行），旁边的 F.fzd.proof 证明它在审计日志中；或检查材料、病历的新文件夹"), "F.fzd|DIR" },
    { "pdf", 0, 0, G_OPTION_ARG_FILENAME, &self.pdf, N_ ("处方笺，带二维码"), "F.pdf" },
    { "paper", 0, 0, G_OPTION_ARG_STRING, &self.paper, N_ ("处方笺的纸张，默认 a5"), "a5|a4" },
    { "from", 0, 0, G_OPTION_ARG_STRING, &self.from, N_ ("检查材料、病历：第一天"), "D" },
    { "to", 0, 0, G_OPTION_ARG_STRING, &self.to, N_ ("检查材料、病历：最后一天"), "D" },
    { "doctor", 0, 0, G_OPTION_ARG_STRING, &self.doctor, N_ ("只要这位医师的就诊（工号）"), "N" },
    { "patient", 0, 0, G_OPTION_ARG_STRING, &self.patient, N_ ("只要这次就诊的患者（就诊编号）"), "N" },
    { "complaint", 0, 0, G_OPTION_ARG_STRING, &self.complaint, N_ ("只要这件投诉及所涉就诊（台账编号）"), "N" },
    { "visit", 0, 0, G_OPTION_ARG_STRING, &self.visit, N_ ("病历：这一次就诊"), "ID" },
    { "full", 0, 0, G_OPTION_ARG_NONE, &self.full, N_ ("病历：不脱敏，并附签名文书；须先有另一人批准的授权"), NULL },
    { "sensitive", 0, 0, G_OPTION_ARG_NONE, &self.sensitive, N_ ("检查材料、病历：标为特别敏感的就诊也在内；授权须写明"), NULL },
    { "level", 0, 0, G_OPTION_ARG_STRING, &self.level, N_ ("内容层级，默认 full"), "full|pseudonymised|statistics" },
    { "recipient", 0, 0, G_OPTION_ARG_FILENAME, &self.recipient, N_ ("提供给谁：机关和接收人"), "TEXT" },
    { "purpose", 0, 0, G_OPTION_ARG_FILENAME, &self.purpose, N_ ("用途，例如检查通知书的文号"), "TEXT" },
    { "since", 0, 0, G_OPTION_ARG_FILENAME, &self.since, N_ ("检查人员持有的日志检查点：附上与它一致的证明"), "FILE" },
    { "seal", 0, 0, G_OPTION_ARG_FILENAME, &self.seal, N_ ("检查材料：密封为这个加密文件并移除文件夹；口令显示一次，另行告知接收人"), "F.zip" },
    G_OPTION_ENTRY_NULL
  };
  int code = fz_cli_begin (&cli, "prescription ID --out F.fzd [--pdf F.pdf [--paper a5|a4]] | inspection --from D --to D --recipient TEXT --purpose TEXT --out DIR | record --visit ID|--patient ID|--from D --to D --out DIR [--full] | publication --out DIR | deadlines --out F.ics",
                           _ ("prescription 导出一张处方，医师、药师使用；inspection 制作检查材料，医务管理使用，须先有另一人批准的授权；\nrecord 按病历数据集导出病历（JSON 与 XML），接诊医师导出本人的一次就诊，其余由医务管理凭授权导出；\npublication 制作公示材料（网页、PDF 和附件），deadlines 把期限写成日历（iCalendar），医务管理使用。每次导出都记入审计。\n"),
                           more, &argc, &argv);

  if (code != FZ_CLI_GO_ON)
    return code;
  if (self.paper != NULL && (self.pdf == NULL || (g_ascii_strcasecmp (self.paper, "a5") != 0 && g_ascii_strcasecmp (self.paper, "a4") != 0)))
    return fz_cli_misuse ("export", _ ("--paper 与 --pdf 一起用，取 a5 或 a4。"));
  if (!is_well_used (&self, argc, argv))
    return fz_cli_misuse ("export", _ ("请给出 prescription 处方号 和 --out（或 --pdf），或 inspection 和 --from、--to、--recipient、--purpose、--out，或 record 和 --visit（或 --patient，或 --from、--to）、--out，或 publication、deadlines 和 --out。"));
  if ((self.recipient != NULL && !g_utf8_validate (self.recipient, -1, NULL)) || (self.purpose != NULL && !g_utf8_validate (self.purpose, -1, NULL)))
    return fz_cli_misuse ("export", _ ("--recipient、--purpose 须为 UTF-8 文字。"));
  if (argc == 2)
    cli.stop = fz_cli_watch_signals ();
  code = fz_cli_sign_in (&cli, argc == 2 && self.visit != NULL ? FZ_ROLE_DOCTOR : argc == 2 ? FZ_ROLE_AFFAIRS : FZ_ROLE_PHARMACIST);
  if (code != FZ_CLI_GO_ON)
    return code;
  if (argc == 2 && g_str_equal (argv[1], "record"))
    return export_records (&cli, &self);
  if (argc == 2 && g_str_equal (argv[1], "publication"))
    return export_publication (&cli, &self);
  if (argc == 2 && g_str_equal (argv[1], "deadlines"))
    return export_deadlines (&cli, &self);
  return argc == 2 ? export_inspection (&cli, &self) : export_prescription (&cli, &self, argv[2]);
}
