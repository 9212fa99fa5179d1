#include "tests/platform/crypto.h"
#include "tests/platform/tests.h"

int
main (int argc, char **argv)
{
  g_setenv ("SOUP_FORCE_HTTP1", "1", TRUE);
  g_test_init (&argc, &argv, NULL);
  sim_crypto_start ();
  add_vector_tests ();
  add_gateway_tests ();
  add_field_tests ();
  add_fault_tests ();
  return g_test_run ();
}
