#include "tests/window/sitting.h"

#include "tests/window/hands.h"
#include "tests/window/person.h"
#include "tests/window/screen.h"

#include <locale.h>

static Hospital *day; /* played once; every test has its own copy */
static const char *day_visits = "2";
static char *platform_faults;

void
sitting_open (Hospital *hospital)
{
  hospital_start_window (hospital);
  reach_open (hospital->pid);
  hands_take (hospital->pid);
  screen_expect ("第二因素");
  if (g_strcmp0 (g_getenv ("FUZHEN_WINDOW_THEME"), "dark") == 0)
    person_press ("换成深色");
}

void
sitting_close (Hospital *hospital)
{
  person_press ("关闭窗口");
  hospital_wait_window (hospital, 0);
  reach_close ();
}

void
sitting_kill (Hospital *hospital)
{
  g_subprocess_force_exit (hospital->window);
  g_assert_true (g_subprocess_wait (hospital->window, NULL, NULL));
  g_assert_true (g_subprocess_get_if_signaled (hospital->window));
  reach_close ();
}

void
sitting_init (int *argc, char ***argv)
{
  setlocale (LC_ALL, "");
  g_test_init (argc, argv, NULL);
  /* libatspi warns of what a program that is just starting does not answer yet. */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  g_assert_cmpint (g_mkdir_with_parents (g_getenv ("FUZHEN_WINDOW_PICTURES"), 0700), ==, 0);
}

typedef struct {
  void (*story) (Hospital *hospital);
  const char *folder; /* of the copy; NULL: where temporary files go */
} Sitting;

static void
sit (gconstpointer data)
{
  const Sitting *sitting = data;
  g_autoptr (Hospital) hospital = NULL;

  if (day == NULL)
    day = hospital_open_with (day_visits, platform_faults);
  hospital = sitting->folder != NULL ? hospital_copy_into (day, sitting->folder) : hospital_copy (day);
  sitting->story (hospital);
}

void
sitting_add (const char *path, void (*story) (Hospital *hospital), const char *folder)
{
  Sitting *sitting = g_new (Sitting, 1);

  *sitting = (Sitting){ story, folder };
  g_test_add_data_func_full (path, sitting, sit, g_free);
}

void
sitting_meet (const char *visits, const char *faults)
{
  day_visits = visits;
  g_free (platform_faults);
  platform_faults = g_strdup (faults);
}

int
sitting_run (void)
{
  int code = g_test_run ();

  g_clear_pointer (&day, hospital_close);
  g_clear_pointer (&platform_faults, g_free);
  return code;
}
