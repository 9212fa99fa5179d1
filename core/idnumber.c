#include "core/idnumber.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define ID_LENGTH 18
#define CREDIT_LENGTH 18
#define FOREIGN_FIRST '9'

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, message);
  return FALSE;
}

static gboolean
all_digits (const char *text, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_isdigit (text[i]))
      return FALSE;
  return TRUE;
}

static int
number_at (const char *text, guint at, guint n)
{
  int value = 0;

  for (guint i = at; i < at + n; i++)
    value = value * 10 + (text[i] - '0');
  return value;
}

char *
fz_id_number_normalize (const char *text)
{
  g_autofree char *narrow = g_utf8_normalize (text, -1, G_NORMALIZE_NFKC);
  GString *out = g_string_new (NULL);

  if (narrow == NULL)
    g_string_append (out, text);
  else
    for (const char *p = narrow; *p != '\0'; p++)
      if (*p != ' ')
        g_string_append_c (out, g_ascii_toupper (*p));
  return g_string_free (out, FALSE);
}

/* The provinces, and 81 to 83 of the residence permits for Hong Kong, Macao and Taiwan residents. The other four digits are
 * not judged: districts are renamed and dissolved, numbers stay. */
static gboolean
area_known (int province)
{
  static const struct {
    int first, last;
  } ranges[] = { { 11, 15 }, { 21, 23 }, { 31, 37 }, { 41, 46 }, { 50, 54 }, { 61, 65 }, { 71, 71 }, { 81, 83 } };

  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    if (province >= ranges[i].first && province <= ranges[i].last)
      return TRUE;
  return FALSE;
}

static char
id_check_char (const char *text)
{
  static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
  int sum = 0;

  for (guint i = 0; i < G_N_ELEMENTS (weights); i++)
    sum += weights[i] * (text[i] - '0');
  return "10X98765432"[sum % 11];
}

gboolean
fz_id_number_parse (const char *text, FzDate today, FzIdNumber *out, GError **error)
{
  FzIdNumber id = { .is_foreign = text[0] == FOREIGN_FIRST };

  if (strlen (text) != ID_LENGTH)
    return fail (error, _("身份证号码应为 18 位，请核对"));
  if (!all_digits (text, ID_LENGTH - 1) || (text[ID_LENGTH - 1] != 'X' && !g_ascii_isdigit (text[ID_LENGTH - 1])))
    return fail (error, _("身份证号码前 17 位应为数字，末位应为数字或大写 X，请核对"));
  if (!id.is_foreign && !area_known (number_at (text, 0, 2)))
    return fail (error, _("身份证号码前两位不是任何省、自治区、直辖市的代码，请核对"));
  id.birth = (FzDate){ number_at (text, 6, 4), number_at (text, 10, 2), number_at (text, 12, 2) };
  if (!fz_date_valid (id.birth))
    return fail (error, _("身份证号码中的出生日期不存在，请核对第 7 至 14 位"));
  if (fz_date_compare (id.birth, today) > 0)
    return fail (error, _("身份证号码中的出生日期晚于今天，请核对第 7 至 14 位"));
  if (id_check_char (text) != text[ID_LENGTH - 1])
    return fail (error, _("身份证号码的校验码不符，至少有一位录错，请逐位核对"));
  id.sex = (text[16] - '0') % 2 == 1 ? FZ_SEX_MALE : FZ_SEX_FEMALE;
  g_strlcpy (id.area, text, sizeof id.area);
  *out = id;
  return TRUE;
}

gboolean
fz_id_number_matches (const FzIdNumber *self, const FzDate *birth, FzSex sex, GError **error)
{
  if (birth != NULL && fz_date_compare (self->birth, *birth) != 0)
    return fail (error, _("出生日期与身份证号码不一致，请核对证件"));
  if ((sex == FZ_SEX_MALE || sex == FZ_SEX_FEMALE) && sex != self->sex)
    return fail (error, _("性别与身份证号码不一致，请核对证件"));
  return TRUE;
}

/* Capitals and digits; a free-form one may hold other letters (军字第…号) but no spaces or controls. */
typedef struct {
  const char *kind;
  gsize min_chars, max_chars;
  gboolean free_form;
  const char *first; /* the characters one of which it begins with, or NULL */
} Certificate;

static const Certificate certificates[] = {
  { "02", 6, 18, FALSE, NULL },       /* household register */
  { "03", 5, 15, FALSE, NULL },       /* passport */
  { "04", 4, 20, TRUE, NULL },        /* officer's card */
  { "05", 10, 18, FALSE, NULL },      /* driver's licence */
  { "06", 9, 11, FALSE, "HM" },       /* permit of Hong Kong and Macao residents: letter, 8 or 10 digits */
  { "07", 8, 12, FALSE, NULL },       /* permit of Taiwan residents */
  { "99", 1, 40, TRUE, NULL },        /* other */
};

static gboolean
shape_fits (const Certificate *certificate, const char *number)
{
  gsize chars = 0;

  if (!g_utf8_validate (number, -1, NULL))
    return FALSE;
  for (const char *p = number; *p != '\0'; p = g_utf8_next_char (p), chars++)
    {
      gunichar c = g_utf8_get_char (p);
      gboolean plain = g_ascii_isdigit (*p) || g_ascii_isupper (*p);

      if (!plain && (!certificate->free_form || g_unichar_isspace (c) || !g_unichar_isprint (c)))
        return FALSE;
    }
  return chars >= certificate->min_chars && chars <= certificate->max_chars
         && (certificate->first == NULL
             || (strchr (certificate->first, number[0]) != NULL && all_digits (number + 1, chars - 1)));
}

gboolean
fz_certificate_check (const char *kind, const char *number, FzDate today, GError **error)
{
  FzIdNumber unused;

  if (strcmp (kind, "01") == 0)
    return fz_id_number_parse (number, today, &unused, error);
  for (guint i = 0; i < G_N_ELEMENTS (certificates); i++)
    if (strcmp (certificates[i].kind, kind) == 0)
      return shape_fits (&certificates[i], number) || fail (error, _("证件号码的长度或字符与证件类型不符，请核对证件"));
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("不认识的证件类型“%s”"), kind);
  return FALSE;
}

/* A letter's value is its place in the standard's alphabet, which leaves out I, O, S, V and Z. */
static int
credit_value (char c)
{
  static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  const char *at = c != '\0' ? strchr (alphabet, c) : NULL;

  return at != NULL ? (int) (at - alphabet) : -1;
}

/* GB 11714, over the nine characters of the organisation's own code; here letters count from A = 10 without gaps. */
static gboolean
organisation_code_fits (const char *code)
{
  static const int weights[] = { 3, 7, 9, 10, 5, 8, 4, 2 };
  int sum = 0;

  for (guint i = 0; i < G_N_ELEMENTS (weights); i++)
    sum += weights[i] * (g_ascii_isdigit (code[i]) ? code[i] - '0' : code[i] - 'A' + 10);
  return code[8] == "0X987654321"[sum % 11];
}

gboolean
fz_credit_code_check (const char *text, GError **error)
{
  static const int weights[] = { 1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28 };
  int sum = 0;

  if (strlen (text) != CREDIT_LENGTH)
    return fail (error, _("统一社会信用代码应为 18 位，请核对"));
  for (guint i = 0; i < CREDIT_LENGTH; i++)
    if (credit_value (text[i]) < 0)
      return fail (error, _("统一社会信用代码只含数字和大写字母，且不含 I、O、S、V、Z，请核对"));
  if (!all_digits (text + 2, 6))
    return fail (error, _("统一社会信用代码第 3 至 8 位应为数字，请核对"));
  for (guint i = 0; i < G_N_ELEMENTS (weights); i++)
    sum += weights[i] * credit_value (text[i]);
  if (credit_value (text[CREDIT_LENGTH - 1]) != (31 - sum % 31) % 31)
    return fail (error, _("统一社会信用代码的校验码不符，至少有一位录错，请逐位核对"));
  return organisation_code_fits (text + 8) || fail (error, _("统一社会信用代码中的组织机构代码（第 9 至 17 位）校验码不符，请核对"));
}

gboolean
fz_mobile_check (const char *text, GError **error)
{
  if (strlen (text) == 11 && all_digits (text, 11) && text[0] == '1' && text[1] >= '3')
    return TRUE;
  return fail (error, _("手机号码应为 1 开头的 11 位数字，不带区号和空格，请核对"));
}
