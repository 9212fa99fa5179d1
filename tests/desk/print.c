/* Slips on paper through the desk: each print is in the audit log before it comes out, a reprint says so, and what cannot be recorded or read is
 * not printed. */
#include "tests/desk/world.h"

#include <gio/gio.h>
#include <string.h>

static FzPrintout *
printout_of (World *w, const char *const *ids)
{
  g_autoptr (GError) error = NULL;
  FzPrintout *printout = fz_desk_printout_new (w->session, "a5", &error);

  g_assert_no_error (error);
  for (guint i = 0; ids[i] != NULL; i++)
    if (!fz_desk_printout_add (w->session, printout, ids[i], &error))
      g_error ("%s: %s", ids[i], error->message);
  return printout;
}

#define PRINTOUT(w, ...) printout_of (w, (const char *const[]){ __VA_ARGS__, NULL })

static char *
path_in (World *w, const char *name)
{
  return g_build_filename (w->root, name, NULL);
}

/* What stands on the pages, without blanks: large words come out a character a line. */
static char *
text_of (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "pdftotext", "-raw", path, "-", NULL);
  g_autofree char *out = NULL;
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  for (const char *p = out; *p != '\0'; p++)
    if (*p != ' ' && *p != '\n')
      g_string_append_c (text, *p);
  return g_string_free (text, FALSE);
}

static char *
print_pdf (World *w, FzPrintout *printout, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = path_in (w, name);

  fz_desk_print_pdf (w->session, printout, path, &error);
  g_assert_no_error (error);
  return text_of (path);
}

static void
test_again (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "PRINT-1");
  guint64 from;

  world_review (w, "P2001", rx, "approved");
  from = world_audit_size (w);
  for (guint i = 1; i <= 3; i++) {
    g_autoptr (FzPrintout) printout = PRINTOUT (w, rx);
    g_autofree char *again = g_strdup_printf ("第%u次打印", i), *text = NULL;

    g_assert_cmpuint (fz_printout_get_number (printout, 0), ==, i);
    g_assert_cmpuint (world_audit_count (w, from, "prescription.print", NULL), ==, i - 1); /* looking is no print */
    text = print_pdf (w, printout, "slip.pdf");
    g_assert_cmpuint (world_audit_count (w, from, "prescription.print", "done"), ==, i);
    g_assert_true ((strstr (text, "补打") != NULL) == (i > 1));
    g_assert_true ((strstr (text, again) != NULL) == (i > 1));
    g_assert_null (strstr (text, "尚未生效"));
  }
  g_assert_cmpuint (world_audit_count (w, from, "prescription.preview", "done"), ==, 3);
}

/* The doctor sees and prints the sheet before it is reviewed; it cannot be taken for one that holds. */
static void
test_not_effective (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "PRINT-2"), *text = NULL;
  g_autoptr (FzPrintout) printout = PRINTOUT (w, rx);

  g_assert_false (fz_printout_is_effective (printout, 0));
  text = print_pdf (w, printout, "early.pdf");
  g_assert_nonnull (strstr (text, "尚未生效"));
}

/* What changed while somebody looked at the preview is what is printed. */
static void
test_read_anew (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "PRINT-3"), *text = NULL;
  g_autoptr (FzPrintout) printout = PRINTOUT (w, rx);

  world_review (w, "P2001", rx, "approved");
  text = print_pdf (w, printout, "late.pdf");
  g_assert_null (strstr (text, "尚未生效"));
}

/* One file, a page each, an entry each with who, how many copies, on what. */
static void
test_several (World *w)
{
  g_autofree char *one = world_prescribe (w, 0, "PRINT-4"), *two = world_prescribe (w, 1, "PRINT-5"), *text = NULL;
  g_autoptr (FzPrintout) printout = NULL;
  g_autoptr (GError) error = NULL;
  guint64 from;
  double width, height;

  world_review (w, "P2001", one, "approved");
  world_review (w, "P2001", two, "approved");
  from = world_audit_size (w);
  printout = PRINTOUT (w, one, two);
  g_assert_cmpuint (fz_printout_get_n (printout), ==, 2);
  g_assert_true (fz_printout_set_size (printout, "a4", &error));
  fz_printout_get_paper (printout, &width, &height);
  g_assert_cmpfloat (width, >, 590);
  g_assert_true (fz_desk_print (w->session, printout, 3, "printer", &error));
  g_assert_cmpuint (world_audit_count (w, from, "prescription.print", "done"), ==, 2);
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM audit_payload WHERE CAST (payload AS TEXT) LIKE '%copies 3%number 1%paper a4%way printer%'"), ==, 2);
  text = print_pdf (w, printout, "both.pdf");
  g_assert_nonnull (strstr (text, one));
  g_assert_nonnull (strstr (text, two));
  g_assert_cmpint (world_ask (w, "SELECT sum(times) FROM slip_print"), ==, 4);
}

static void
test_fails_closed (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "PRINT-6"), *path = path_in (w, "no/such/folder.pdf"), *locked = path_in (w, "locked.pdf");
  g_autoptr (FzPrintout) printout = PRINTOUT (w, rx);
  g_autoptr (GError) error = NULL;
  guint64 from = world_audit_size (w);

  expect_error (!fz_desk_print (w->session, printout, 0, "printer", &error), &error, FZ_ERROR_INVALID, NULL);
  expect_error (!fz_desk_print (w->session, printout, 100, "printer", &error), &error, FZ_ERROR_INVALID, NULL);
  expect_error (!fz_printout_set_size (printout, "b5", &error), &error, FZ_ERROR_INVALID, "b5");
  g_assert_cmpstr (fz_printout_get_size (printout), ==, "a5");
  g_assert_cmpuint (world_audit_size (w), ==, from);
  /* Counted first, so the log says of a file that could not be written that it failed, and why. */
  expect_error (!fz_desk_print_pdf (w->session, printout, path, &error), &error, FZ_ERROR_RETRY, NULL);
  g_assert_cmpuint (world_audit_count (w, from, "prescription.print", "done"), ==, 1);
  g_assert_cmpuint (world_audit_count (w, from, "prescription.print", "failed"), ==, 1);
  fz_session_lock (w->session);
  expect_error (!fz_desk_print_pdf (w->session, printout, locked, &error), &error, FZ_ERROR_LOCKED, NULL);
  g_assert_false (g_file_test (locked, G_FILE_TEST_EXISTS));
}

/* Another doctor's patient: nothing to look at, nothing counted. */
static void
test_anothers (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "PRINT-7");
  g_autoptr (FzPrintout) printout = NULL;
  g_autoptr (GError) error = NULL;
  const char *other = strcmp (w->number, "D1001") == 0 ? "D1004" : "D1001";
  guint64 from;

  world_sign_in (w, other);
  from = world_audit_size (w);
  printout = fz_desk_printout_new (w->session, "a5", &error);
  g_assert_no_error (error);
  expect_error (!fz_desk_printout_add (w->session, printout, rx, &error), &error, FZ_ERROR_REFUSED, NULL);
  g_assert_cmpuint (fz_printout_get_n (printout), ==, 0);
  g_assert_cmpuint (world_audit_count (w, from, NULL, "denied"), ==, 1);
  expect_error (!fz_desk_print (w->session, printout, 1, "printer", &error), &error, FZ_ERROR_INVALID, NULL);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/print/again", test_again);
  world_add_test ("/print/not-effective", test_not_effective);
  world_add_test ("/print/read-anew", test_read_anew);
  world_add_test ("/print/several", test_several);
  world_add_test ("/print/fails-closed", test_fails_closed);
  world_add_test ("/print/anothers", test_anothers);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
