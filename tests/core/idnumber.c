/* Identity numbers, credit codes, certificates, phones and what a mask leaves visible. People here do not exist: area codes
 * are unassigned, or the number is one of the standard's two samples. */
#include "core/idnumber.h"
#include "core/mask.h"

#include <string.h>

static const FzDate today = { 2026, 11, 22 };

static void
assert_id (const char *text, FzDate birth, FzSex sex, gboolean is_foreign)
{
  FzIdNumber id;
  g_autoptr (GError) error = NULL;

  g_test_message ("%s", text);
  g_assert_true (fz_id_number_parse (text, today, &id, &error));
  g_assert_no_error (error);
  g_assert_cmpint (fz_date_compare (id.birth, birth), ==, 0);
  g_assert_cmpint (id.sex, ==, sex);
  g_assert_cmpint (id.is_foreign, ==, is_foreign);
  g_assert_true (strlen (id.area) == 6 && g_str_has_prefix (text, id.area));
}

static void
test_good (void)
{
  assert_id ("11010519491231002X", (FzDate){ 1949, 12, 31 }, FZ_SEX_FEMALE, FALSE);
  assert_id ("440524188001010014", (FzDate){ 1880, 1, 1 }, FZ_SEX_MALE, FALSE);
  assert_id ("830000199001010127", (FzDate){ 1990, 1, 1 }, FZ_SEX_FEMALE, FALSE);
  assert_id ("99000020000229001X", (FzDate){ 2000, 2, 29 }, FZ_SEX_MALE, TRUE);
  assert_id ("11990020261122001X", today, FZ_SEX_MALE, FALSE);
}

/* Each wrong in one way, with a check digit that fits except where that is what is wrong. */
static const char *const bad_ids[][2] = {
  { "empty", "" },
  { "fifteen digits", "110105491231002" },
  { "seventeen", "11010519491231002" },
  { "nineteen", "11010519491231002X0" },
  { "lower-case x", "11010519491231002x" },
  { "letter inside", "1101051949123100O2" },
  { "X inside", "1101051949X231002X" },
  { "wide digit", "11010519491231002\357\274\270" },
  { "space", "11010519491231 02X" },
  { "check digit", "110105194912310021" },
  { "area 10", "109900200001010014" },
  { "area 16", "16990019900101001X" },
  { "area 66", "669900199001010018" },
  { "29 February of a common year", "119900202302290014" },
  { "29 February 1900", "119900190002290017" },
  { "month 0", "119900199000100001" },
  { "month 13", "119900199013010018" },
  { "tomorrow", "119900202611230015" },
  { "before 1800", "119900179912310016" },
};

static void
test_bad (gconstpointer data)
{
  const char *text = data;
  FzIdNumber id = { .sex = FZ_SEX_UNSTATED };
  g_autoptr (GError) error = NULL;

  g_assert_false (fz_id_number_parse (text, today, &id, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_assert_cmpint (id.sex, ==, FZ_SEX_UNSTATED);
  /* A message may end in a log: it does not carry the number. */
  g_assert_true (*text == '\0' || strstr (error->message, text) == NULL);
}

/* The two slips the check digit is made for: one wrong character, two neighbours swapped. */
static void
assert_slips_caught (const char *good, const char *alphabet, gboolean (*check) (const char *text))
{
  gsize n = strlen (good);

  g_assert_true (check (good));
  for (gsize i = 0; i < n; i++)
    for (const char *c = alphabet; *c != '\0'; c++)
      {
        g_autofree char *copy = g_strdup (good);

        copy[i] = *c;
        g_assert_true (check (copy) == (*c == good[i]));
      }
  for (gsize i = 0; i + 1 < n; i++)
    {
      g_autofree char *copy = g_strdup (good);

      copy[i] = good[i + 1];
      copy[i + 1] = good[i];
      g_assert_true (check (copy) == (good[i] == good[i + 1]));
    }
}

static gboolean
check_id (const char *text)
{
  FzIdNumber id;

  return fz_id_number_parse (text, today, &id, NULL);
}

static gboolean
check_credit (const char *text)
{
  return fz_credit_code_check (text, NULL);
}

static void
test_slips (void)
{
  assert_slips_caught ("11010519491231002X", "0123456789X", check_id);
  assert_slips_caught ("440524188001010014", "0123456789X", check_id);
  assert_slips_caught ("12990000K12345677A", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", check_credit);
}

static void
test_matches (void)
{
  const FzDate birth = { 1949, 12, 31 }, other = { 1949, 12, 30 };
  FzIdNumber id;
  g_autoptr (GError) birth_error = NULL, sex_error = NULL;

  g_assert_true (fz_id_number_parse ("11010519491231002X", today, &id, NULL));
  g_assert_true (fz_id_number_matches (&id, &birth, FZ_SEX_FEMALE, NULL));
  g_assert_true (fz_id_number_matches (&id, NULL, FZ_SEX_UNKNOWN, NULL));
  g_assert_true (fz_id_number_matches (&id, &birth, FZ_SEX_UNSTATED, NULL));
  g_assert_false (fz_id_number_matches (&id, &other, FZ_SEX_FEMALE, &birth_error));
  g_assert_error (birth_error, FZ_ERROR, FZ_ERROR_INVALID);
  g_assert_false (fz_id_number_matches (&id, &birth, FZ_SEX_MALE, &sex_error));
  g_assert_error (sex_error, FZ_ERROR, FZ_ERROR_INVALID);
}

static void
test_normalize (void)
{
  static const char *const pairs[][2] = { { " 110105 19491231 002x ", "11010519491231002X" },
                                          { "１１０１０５１９４９１２３１００２ｘ", "11010519491231002X" },
                                          { "军字第12a号", "军字第12A号" },
                                          { "", "" },
                                          { "a\377", "a\377" } };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *text = fz_id_number_normalize (pairs[i][0]);

      g_assert_cmpstr (text, ==, pairs[i][1]);
    }
}

static void
test_certificates (void)
{
  static const struct {
    const char *kind, *number;
    gboolean good;
  } cases[] = {
    { "01", "11010519491231002X", TRUE },  { "01", "110105194912310021", FALSE }, { "02", "120000001", TRUE },
    { "02", "12", FALSE },                 { "03", "EA1234567", TRUE },           { "03", "ea1234567", FALSE },
    { "03", "EA 123456", FALSE },          { "03", "E123", FALSE },               { "04", "军字第1234567号", TRUE },
    { "04", "军字", FALSE },               { "04", "军字第 123号", FALSE },       { "05", "120000001234", TRUE },
    { "05", "1200", FALSE },               { "06", "H12345678", TRUE },           { "06", "M1234567890", TRUE },
    { "06", "A12345678", FALSE },          { "06", "H1234567X", FALSE },          { "06", "H1234567", FALSE },
    { "07", "12345678", TRUE },            { "07", "1234567", FALSE },            { "99", "出生证明A1", TRUE },
    { "99", "", FALSE },                   { "99", "a\tb", FALSE },               { "99", "\377", FALSE },
    { "08", "12345678", FALSE },           { "", "12345678", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("case %u", i);
      g_assert_cmpint (fz_certificate_check (cases[i].kind, cases[i].number, today, &error), ==, cases[i].good);
      if (!cases[i].good)
        g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    }
}

static void
test_credit_codes (void)
{
  static const char *const good[] = { "91350100M000100Y43", "12990000K12345677A", "52990000MJ00000A17", "12990000MB000006XF",
                                      "12990000MB0000190E", "12990000MB0000211Y", "12990000MB000030XA", "12990000MB00002702" };
  static const char *const bad[] = { "", "91350100M000100Y4", "91350100M000100Y430", "91350100m000100Y43", "9135O100M000100Y43",
                                     "91350100M000100Y34", "91A50100M000100Y43" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (fz_credit_code_check (good[i], &error));
      g_assert_no_error (error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (fz_credit_code_check (bad[i], &error));
      g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    }
}

/* The outer check character fits, the organisation's own does not: 000K0001 would need another ninth character. */
static void
test_credit_inner_check (void)
{
  static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  guint fitting = 0, accepted = 0;

  for (const char *inner = alphabet; *inner != '\0'; inner++)
    for (const char *outer = alphabet; *outer != '\0'; outer++)
      {
        g_autofree char *text = g_strdup_printf ("12990000K1234567%c%c", *inner, *outer);
        g_autoptr (GError) error = NULL;
        gboolean good = fz_credit_code_check (text, &error);

        accepted += good ? 1 : 0;
        fitting += good || strstr (error->message, "9") != NULL ? 1 : 0;
      }
  g_assert_cmpuint (accepted, ==, 1);
  g_assert_cmpuint (fitting, ==, strlen (alphabet));
}

static void
test_mobile (void)
{
  static const char *const good[] = { "13000000000", "19999999999" };
  static const char *const bad[] = { "", "1300000000", "130000000000", "12000000000", "23000000000", "1300000000a", "+8613000000000", "130 0000000" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (fz_mobile_check (good[i], NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (fz_mobile_check (bad[i], &error));
      g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    }
}

static void
test_masks (void)
{
  static const struct {
    char *(*mask) (const char *text);
    const char *text, *shown;
  } cases[] = {
    { fz_mask_name, "张三", "张*" },
    { fz_mask_name, "欧阳娜娜", "欧*" },
    { fz_mask_name, "张", "*" },
    { fz_mask_name, "", "" },
    { fz_mask_name, NULL, "" },
    { fz_mask_name, "张\377", "*" },
    { fz_mask_id, "11010519491231002X", "110105********002X" },
    { fz_mask_id, "EA1234567", "EA*****67" },
    { fz_mask_id, "E123456", "*******" },
    { fz_mask_id, NULL, "" },
    { fz_mask_id, "1101051949\377", "***" },
    { fz_mask_phone, "13812345678", "138****5678" },
    { fz_mask_phone, "27371234", "******34" },
    { fz_mask_phone, "12345", "*****" },
    { fz_mask_phone, NULL, "" },
    { fz_mask_phone, "138\3771234567", "***" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = cases[i].mask (cases[i].text);

      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/idnumber/good", test_good);
  for (guint i = 0; i < G_N_ELEMENTS (bad_ids); i++)
    {
      g_autofree char *path = g_strdelimit (g_strdup_printf ("/idnumber/bad/%s", bad_ids[i][0]), " ", '-');

      g_test_add_data_func (path, bad_ids[i][1], test_bad);
    }
  g_test_add_func ("/idnumber/slips", test_slips);
  g_test_add_func ("/idnumber/matches", test_matches);
  g_test_add_func ("/idnumber/normalize", test_normalize);
  g_test_add_func ("/idnumber/certificates", test_certificates);
  g_test_add_func ("/idnumber/credit-codes", test_credit_codes);
  g_test_add_func ("/idnumber/credit-inner-check", test_credit_inner_check);
  g_test_add_func ("/idnumber/mobile", test_mobile);
  g_test_add_func ("/idnumber/masks", test_masks);
  return g_test_run ();
}
