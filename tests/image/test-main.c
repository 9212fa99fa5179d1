#include "tests/image/tests.h"

#include <string.h>
#include <sys/wait.h>

const char *
image_program (void)
{
  return g_getenv ("FUZHEN_IMAGE");
}

void
expect_refusal (GBytes *bytes, FzErrorCode code, const char *part)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzImage) image = fz_image_decode (bytes, 256, NULL, &error);

  g_assert_null (image);
  g_assert_error (error, FZ_ERROR, (int) code);
  if (strstr (error->message, part) == NULL)
    g_error ("'%s' was expected in: %s", part, error->message);
}

/* No run may leave a child behind. */
static void
test_nothing_left (void)
{
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fz_image_set_program (image_program (), 0);
  g_test_message ("bubblewrap: %s", fz_image_has_bubblewrap () ? "yes" : "no");
  add_decode_tests ();
  add_refusal_tests ();
  add_cage_tests ();
  g_test_add_func ("/image/last/nothing-left", test_nothing_left);
  return g_test_run ();
}
