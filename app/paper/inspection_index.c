/* What an inspector opens first: one page that says what is here, what was left out and how to check it, and the same as plain text. Chinese
 * whatever the language of the desk: it is for the authority. No script, nothing from elsewhere, and who it was made for on every page. */
#include "app/inspection.h"

#include "core/date.h"

#include <string.h>

#define FEW 5         /* smaller numbers are not told */
#define MOST_ROWS 2000 /* of a table in the page; all of them stand in the CSV file beside it */

static const char style[] =
  "body{font:15px/1.7 'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei',sans-serif;color:#1c2430;background:#fff;max-width:60em;margin:0 auto;padding:1.5em}"
  "h1{font-size:1.5em}h2{font-size:1.15em;border-bottom:1px solid #b9c2cf;margin-top:2em}table{border-collapse:collapse;width:100%;font-size:.9em}"
  "th,td{border:1px solid #b9c2cf;padding:.25em .5em;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#eef2f7}"
  "pre{background:#f4f6f9;border:1px solid #d5dbe4;padding:.7em;white-space:pre-wrap;overflow-wrap:anywhere}"
  ".mark{border:1px solid #9a5b00;color:#7a4700;padding:.3em .7em;font-size:.85em}"
  ".across{position:fixed;left:0;right:0;text-align:center;transform:rotate(-24deg);color:rgba(120,72,0,.13);font-size:1.3em;pointer-events:none}"
  "@media print{a{color:inherit;text-decoration:none}}";

static void
append_escaped (GString *out, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append (out, escaped);
}

/* Fixed boxes come back on each printed sheet. */
static GString *
page_new (const FzInspection *self, const char *title)
{
  GString *html = g_string_new ("<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
                                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"><title>");

  append_escaped (html, title);
  g_string_append_printf (html, "</title><style>%s</style></head><body>\n", style);
  for (guint i = 0; i < 3; i++) {
    g_string_append_printf (html, "<div class=\"across\" aria-hidden=\"true\" style=\"top:%u%%\">", 20 + 28 * i);
    append_escaped (html, self->mark);
    g_string_append (html, "</div>\n");
  }
  g_string_append (html, "<p class=\"mark\">");
  append_escaped (html, self->mark);
  g_string_append (html, self->desk->demo ? "　演示数据</p>\n<h1>" : "</p>\n<h1>");
  append_escaped (html, title);
  g_string_append (html, "</h1>\n");
  return html;
}

static char *
page_end (const FzInspection *self, GString *html)
{
  g_string_append (html, "<p class=\"mark\">");
  append_escaped (html, self->mark);
  g_string_append (html, "</p>\n</body></html>\n");
  return g_string_free (html, FALSE);
}

/* --- one visit --- */

static void
append_document (const FzInspection *self, GString *html, const FzDocument *document)
{
  const char *kind = fz_fields_get_kind (document->body);
  FzTemplate *template = g_hash_table_lookup (self->desk->knowledge->templates, kind);
  g_autofree char *at = fz_beijing_time_format (document->signed_at_us), *read = NULL;
  gsize n = 0;
  const char *text = g_bytes_get_data (document->text, &n);

  g_string_append (html, "<h2>");
  append_escaped (html, fz_inspection_say (self, kind));
  g_string_append_printf (html, "　%s</h2>\n<p>文书第 %" G_GUINT64_FORMAT " 号，原件 documents/，正文 SHA-256：%s</p>\n<pre>", at, document->number,
                          document->text_sha256);
  read = template != NULL && fz_template_check (template, document->body, NULL) ? fz_template_render (template, document->body, NULL) : NULL;
  if (read == NULL)
    read = g_strndup (text, n); /* of another release: the signed text itself */
  append_escaped (html, read);
  g_string_append (html, "</pre>\n<p>签名：");
  for (guint i = 0; i < document->lines->len; i++) {
    const char *line = document->lines->pdata[i];
    g_autofree char *name = g_strndup (line + 4, strcspn (line + 4, " "));

    g_string_append (html, i > 0 ? "；" : "");
    append_escaped (html, name);
  }
  g_string_append (html, "</p>\n");
}

char *
fz_inspection_visit_page (const FzInspection *self, const FzInspectionVisit *visit, GPtrArray *documents)
{
  g_autofree char *title = g_strdup_printf ("就诊 %s", visit->id);
  GString *html = page_new (self, title);

  g_string_append (html, "<p>本页由签名文书排印，便于阅读；以 documents/ 中的原件为准。</p>\n");
  for (guint i = 0; i < documents->len; i++)
    append_document (self, html, documents->pdata[i]);
  return page_end (self, html);
}

/* --- tables as files --- */

static void
append_cell (GString *table, const char *cell)
{
  g_autofree char *plain = *cell != '\0' && strchr ("=+-@", *cell) != NULL ? g_strconcat ("'", cell, NULL) : g_strdup (cell);
  g_autofree char *line = g_strdelimit (g_strdup (plain), "\r\n", ' ');
  g_auto (GStrv) parts = g_strsplit (line, "\"", -1);
  g_autofree char *doubled = g_strjoinv ("\"\"", parts);

  g_string_append_printf (table, "\"%s\"", doubled);
}

void
fz_inspection_table_add (GString *table, const char *const *cells)
{
  for (guint i = 0; cells[i] != NULL; i++) {
    g_string_append (table, i > 0 ? "," : "");
    append_cell (table, cells[i]);
  }
  g_string_append (table, "\r\n");
}

GString *
fz_inspection_table_new (const FzInspection *self, const char *const *columns)
{
  GString *table = g_string_new ("\357\273\277");
  const char *const mark[] = { self->mark, NULL };

  fz_inspection_table_add (table, mark);
  fz_inspection_table_add (table, columns);
  return table;
}

/* --- the index --- */

typedef struct {
  const FzInspection *self;
  GString *html, *text;
} Index;

static void
heading (Index *index, const char *words)
{
  g_string_append (index->html, "<h2>");
  append_escaped (index->html, words);
  g_string_append (index->html, "</h2>\n");
  g_string_append_printf (index->text, "\n%s\n\n", words);
}

static void
say (Index *index, const char *words)
{
  g_string_append (index->html, "<p>");
  append_escaped (index->html, words);
  g_string_append (index->html, "</p>\n");
  g_string_append_printf (index->text, "%s\n", words);
}

static void
command (Index *index, const char *words)
{
  g_string_append (index->html, "<pre>");
  append_escaped (index->html, words);
  g_string_append (index->html, "</pre>\n");
  g_string_append_printf (index->text, "\n    %s\n\n", words);
}

static void
row (Index *index, gboolean head, const char *const *cells)
{
  g_string_append (index->html, "<tr>");
  for (guint i = 0; cells[i] != NULL; i++) {
    g_string_append (index->html, head ? "<th>" : "<td>");
    append_escaped (index->html, cells[i]);
    g_string_append (index->html, head ? "</th>" : "</td>");
    g_string_append_printf (index->text, "%s%s", i > 0 ? "　" : "  ", cells[i]);
  }
  g_string_append (index->html, "</tr>\n");
  g_string_append_c (index->text, '\n');
}

static void
pair (Index *index, const char *label, const char *value)
{
  const char *const cells[] = { label, value, NULL };

  if (value != NULL)
    row (index, FALSE, cells);
}

static void
table_begin (Index *index)
{
  g_string_append (index->html, "<table>\n");
}

static void
table_end (Index *index)
{
  g_string_append (index->html, "</table>\n");
}

static void
say_what (Index *index)
{
  static const char *const words[] = { "全部：文书、证据影像和上报情况原样附上", "去标识：不含患者的姓名、证件、联系方式和自由文字；文书只列哈希和存在证明",
                                       "仅统计：只有张数和次数" };
  const FzInspection *self = index->self;
  g_autofree char *at = fz_beijing_time_format (self->made_us), *days = NULL, *documents = NULL, *entries = NULL;

  days = g_strdup_printf ("%s 至 %s（北京时间，含首尾两日）", fz_fields_get (self->ask, "from"), fz_fields_get (self->ask, "to"));
  documents = g_strdup_printf ("%u 次就诊，%u 份文书，%u 条上报记录", self->visits->len, self->documents->len, self->ledger->len);
  entries = g_strdup_printf ("审计日志 %s 共 %" G_GUINT64_FORMAT " 条，本材料摘录 %u 条", self->origin, self->size, self->entries->len);
  heading (index, "一、这是什么");
  table_begin (index);
  pair (index, "编号", self->number);
  pair (index, "机构", fz_fields_get (self->desk->institution, "organ.name"));
  pair (index, "机构代码", fz_fields_get (self->desk->institution, "organ.code"));
  pair (index, "期间", days);
  pair (index, "医师", self->doctor);
  pair (index, "患者", self->visit != NULL ? "下列就诊的患者" : NULL);
  pair (index, "据以查找的就诊", self->visit);
  pair (index, "投诉", self->complaint);
  pair (index, "内容层级", words[self->level]);
  if (self->level != FZ_INSPECTION_STATISTICS)
    pair (index, "数量", documents);
  if (self->level != FZ_INSPECTION_STATISTICS)
    pair (index, "日志", entries);
  pair (index, "制作人", self->made_by);
  pair (index, "授权", self->leave);
  pair (index, "制作时间", at);
  pair (index, "提供给", fz_fields_get (self->ask, "recipient"));
  pair (index, "用途", fz_fields_get (self->ask, "purpose"));
  table_end (index);
}

static void
say_files (Index *index)
{
  static const char *const files[][3] = {
    { "manifest.fzd", "机构密钥签名的清单说明，载明 files.sha256 的哈希", "fus" },
    { "files.sha256", "其余每个文件的 SHA-256，每行一个", "fus" },
    { "keys.fzd", "机构签名的公钥名册：谁的密钥、何种角色、何时有效", "fus" },
    { "checkpoint", "制作时审计日志的签名检查点", "fus" },
    { "visits/", "每次就诊一页，文书的可读文本", "f" },
    { "documents/", "签名文书原件（规范文本加签名行）", "f" },
    { "evidence/", "患者提交的证据影像和台账附件，文件名即其哈希", "f" },
    { "evidence-cleared.csv", "保存期满已按规定清除的资料：哈希、日期、批准人；清除记录在 documents/ 中（没有清除的没有这个文件）", "f" },
    { "documents.csv", "文书清单：类别、时间、签署人、哈希、文件", "fu" },
    { "visits.csv", "就诊清单；同一患者在本材料中用同一序号", "fu" },
    { "uploads.csv", "向监管平台上报的台账", "fu" },
    { "log/", "审计日志摘录：entries.csv 供阅读，slice-*.entry 与 slice-*.proof 供核验", "fu" },
    { "rules/", "签署时所依据的规则，逐字节留存", "fu" },
    { "knowledge/", "用药检查所依据的药品知识和目录行，逐字节留存", "fu" },
    { "statistics.csv", "统计", "s" },
    { "verifier/", "核验程序 fuzhen-verify 及其源代码", "fus" },
  };
  const FzInspection *self = index->self;

  heading (index, "二、里面有什么");
  table_begin (index);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    if (strchr (files[i][2], "fus"[self->level]) != NULL)
      pair (index, files[i][0], files[i][1]);
  table_end (index);
}

static void
say_left_out (Index *index)
{
  const FzInspection *self = index->self;
  g_autofree char *gone = g_strdup_printf ("有 %u 项文书所载的规则或知识，签署当时尚未留存，不能附上；哈希仍在文书中。", g_hash_table_size (self->gone));
  g_autofree char *cleared = g_strdup_printf ("有 %u 份资料保存期满，已按规定清除，见 evidence-cleared.csv；文书中的哈希和全部证明不变。", self->cleared->len);
  g_autofree char *marked = g_strdup_printf ("有 %u 次就诊标为特别敏感，授权没有写明一并提供，其文书、证据和上报台账不在其中。需要时另行申请写明的授权。", self->n_left_out);
  g_autofree char *withheld = g_strdup_printf ("有 %u 条日志带有人员填写的说明，可能提到患者，未列出。", self->withheld);

  heading (index, "三、没有给出什么");
  if (self->cleared->len > 0)
    say (index, cleared);
  if (self->n_left_out > 0)
    say (index, marked);
  if (self->level == FZ_INSPECTION_FULL && self->n_left_out == 0)
    say (index, "范围内没有隐去任何内容。范围以外的就诊、文书和日志不在其中。");
  else if (self->level != FZ_INSPECTION_FULL)
    say (index, "签名文书改动一个字即失效，所以没有遮盖后的文书：含有患者信息的文书整份不附，只列出其正文的 SHA-256；日志摘录中载有这一哈希并附存在证明。"
                "以后调取原件，可与这里的哈希对照。");
  if (self->level == FZ_INSPECTION_STATISTICS)
    say (index, "小于 5 的数写作“少于5”，不给合计。不按药品统计。");
  if (self->withheld > 0)
    say (index, withheld);
  if (g_hash_table_size (self->gone) > 0)
    say (index, gone);
  say (index, "本材料不能证明的：检查点之后发生的事；没有在本系统中记录的事；在外部留存检查点之前日志整体被改写。");
}

static void
say_check (Index *index)
{
  heading (index, "四、怎样核验");
  say (index, "在本文件夹中，不需要网络、数据库和密码：");
  command (index, "sha256sum -c files.sha256");
  say (index, "每个文件都应为“OK”或“成功”。再用所附程序（或由其源代码自行编译）核验签名、日志和清单：");
  command (index, "verifier/fuzhen-verify --institution 机构公钥 .");
  say (index, "机构公钥应从本材料以外取得（机构公示或备案的一行）。退出码 0 为全部有效；否则指出第一处不合格的文件。"
              "如持有机构以前出具的检查点，加上 --checkpoint 文件，可发现日志被截断、回退或改写；"
              "检查点早于本材料的，请机构用 --since 按该检查点重新制作。");
  command (index, "cc -std=gnu17 -O2 -D_GNU_SOURCE -DFV_VERSION='\"\"' -o fuzhen-verify verifier/source/*.c -lsodium -pthread");
  say (index, "编译需要 C 编译器和 libsodium。源代码不足 1,500 行，只用 C 标准库与 libsodium。");
}

static void
list_visits (Index *index)
{
  static const char *const columns[] = { "就诊", "患者", "科室", "性别", "年龄", "主诊断", "状态", "可读文本", NULL };
  const FzInspection *self = index->self;

  heading (index, "五、就诊");
  if (self->visits->len > MOST_ROWS)
    say (index, "只列出前 2,000 次，全部见 visits.csv。");
  table_begin (index);
  row (index, TRUE, columns);
  for (guint i = 0; i < self->visits->len && i < MOST_ROWS; i++) {
    const FzInspectionVisit *visit = self->visits->pdata[i];
    g_autofree char *patient = g_strdup_printf ("患者%04u", visit->patient), *stage = g_strconcat ("visit.", visit->stage, NULL);
    const char *const cells[] = { visit->id, patient, visit->department != NULL ? visit->department : "—",
                                  g_strcmp0 (visit->sex, "F") == 0 ? "女" : g_strcmp0 (visit->sex, "M") == 0 ? "男" : "—",
                                  visit->age != NULL ? visit->age : "—", visit->diagnosis != NULL ? visit->diagnosis : "—",
                                  fz_inspection_say (self, stage), visit->page != NULL ? visit->page : "—", NULL };

    row (index, FALSE, cells);
  }
  table_end (index);
}

static gboolean
write_visits (const FzInspection *self, GError **error)
{
  static const char *const columns[] = { "就诊", "患者序号", "科室", "性别", "年龄段", "主诊断编码", "状态", "可读文本", NULL };
  g_autoptr (GString) table = fz_inspection_table_new (self, columns);

  for (guint i = 0; i < self->visits->len; i++) {
    const FzInspectionVisit *visit = self->visits->pdata[i];
    g_autofree char *patient = g_strdup_printf ("%u", visit->patient), *stage = g_strconcat ("visit.", visit->stage, NULL);
    const char *const cells[] = { visit->id, patient, visit->department != NULL ? visit->department : "", visit->sex != NULL ? visit->sex : "",
                                  visit->age != NULL ? visit->age : "", visit->diagnosis != NULL ? visit->diagnosis : "",
                                  fz_inspection_say (self, stage), visit->page != NULL ? visit->page : "", NULL };

    fz_inspection_table_add (table, cells);
  }
  return fz_package_add_text (self->package, "visits.csv", table->str, error);
}

static gboolean
write_documents (const FzInspection *self, GError **error)
{
  static const char *const columns[] = { "文书号", "编号", "就诊或事项", "类别", "签署时间（UTC）", "签署人的密钥", "正文SHA-256", "文件", NULL };
  g_autoptr (GString) table = fz_inspection_table_new (self, columns);

  for (guint i = 0; i < self->documents->len; i++) {
    const FzInspectionDocument *document = self->documents->pdata[i];
    g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, document->number);
    const char *const cells[] = { number, document->id, document->visit, fz_inspection_say (self, document->kind), document->signed_at, document->signer,
                                  document->sha256, document->path != NULL ? document->path : "未附原件", NULL };

    fz_inspection_table_add (table, cells);
  }
  return fz_package_add_text (self->package, "documents.csv", table->str, error);
}

static gboolean
write_statistics (const FzInspection *self, Index *index, GError **error)
{
  static const char *const columns[] = { "项目", "数量", NULL };
  g_autoptr (GString) table = fz_inspection_table_new (self, columns);
  g_autoptr (GList) words = g_list_sort (g_hash_table_get_keys (self->counts), (GCompareFunc) g_strcmp0);

  heading (index, "五、统计");
  table_begin (index);
  row (index, TRUE, columns);
  for (const GList *word = words; word != NULL; word = word->next) {
    guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, word->data));
    g_autofree char *number = n < FEW ? g_strdup ("少于5") : g_strdup_printf ("%u", n);
    const char *const cells[] = { fz_inspection_say (self, word->data), number, NULL };

    row (index, FALSE, cells);
    fz_inspection_table_add (table, cells);
  }
  table_end (index);
  return fz_package_add_text (self->package, "statistics.csv", table->str, error);
}

gboolean
fz_inspection_write_index (FzInspection *self, GError **error)
{
  g_autofree char *title = g_strdup_printf ("%s　检查材料", fz_fields_get (self->desk->institution, "organ.name")), *html = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  Index index = { self, page_new (self, title), text };
  gboolean good = TRUE;

  g_string_append_printf (text, "%s\n%s\n", self->mark, title);
  say_what (&index);
  say_files (&index);
  say_left_out (&index);
  say_check (&index);
  if (self->level == FZ_INSPECTION_STATISTICS)
    good = write_statistics (self, &index, error);
  else {
    list_visits (&index);
    good = write_visits (self, error) && write_documents (self, error);
  }
  g_string_append_printf (text, "\n%s\n", self->mark);
  html = page_end (self, index.html);
  return good && fz_package_add_text (self->package, "index.html", html, error) && fz_package_add_text (self->package, "index.txt", text->str, error);
}
