/* A medicine that is removed for a suspected reaction between approval and dispensing, in the real window: who prepares it and who hands it
 * over is told, and neither goes on without a word of why. */
#include "tests/window/hands.h"
#include "tests/window/person.h"
#include "tests/window/screen.h"
#include "tests/window/sitting.h"
#include "tests/window/wait.h"

#include <string.h>

#define FIRST "韩秉文"
#define FIRST_PIN "141421"
#define SECOND "顾小曼"
#define DRUG "瑞舒伐他汀钙片"
#define TOLD "处方中有药品因疑似不良反应被移除"

/* A patient of eighty is looked at once more before the PIN: who comes that day is drawn. */
static void
look_again (void)
{
  g_auto (Wait) wait = wait_begin ();

  for (;;) {
    g_autoptr (Thing) pin = screen_find (ATSPI_ROLE_TEXT, "签名 PIN 码"), again = screen_find (ATSPI_ROLE_PUSH_BUTTON, "已核对，继续通过");

    if (pin == NULL && again != NULL)
      hands_click (again);
    if (pin != NULL || again != NULL || !wait_more (&wait))
      return;
  }
}

/* Approves the sheet of that medicine; whose it is. (transfer full) */
static char *
approve (void)
{
  g_autoptr (Thing) row = screen_wait (ATSPI_ROLE_LIST_ITEM, DRUG);
  char *patient = g_strndup (row->name, (gsize) (strstr (row->name, "，") - row->name));

  hands_click (row);
  screen_expect ("处方 CF");
  hands_key ("a");
  look_again ();
  person_sign (FIRST_PIN);
  screen_wait_gone (ATSPI_ROLE_LIST_ITEM, DRUG);
  return patient;
}

/* In force by one signature, on a reaction of the register. */
static void
remove_drug (void)
{
  person_click (ATSPI_ROLE_PUSH_BUTTON, "药品目录");
  person_click (ATSPI_ROLE_INVALID, "按名称或首字母查找药品");
  hands_paste (DRUG);
  screen_wait_gone (ATSPI_ROLE_LABEL, "阿托伐他汀钙片");
  person_click (ATSPI_ROLE_LABEL, DRUG);
  person_press ("疑似反应，移除…");
  screen_expect ("移除“" DRUG "”");
  person_press ("核对并签名"); /* without a word */
  screen_expect ("请写明理由。");
  person_tab_to ("依据的药品不良反应（先在台账中登记）");
  hands_key ("1");
  person_fill ("理由", "门诊报告服药后肌痛，先停用待核实");
  screen_picture ("removal");
  person_press ("核对并签名");
  person_sign (FIRST_PIN);
  screen_wait_gone (ATSPI_ROLE_INVALID, "签名 PIN 码");
  screen_expect ("因疑似不良反应移除，待另一人确认或解除");
  screen_picture ("removed");
}

static void
prepare (void)
{
  person_click (ATSPI_ROLE_PUSH_BUTTON, "发药");
  person_click (ATSPI_ROLE_LIST_ITEM, DRUG);
  screen_expect ("处方 CF");
  hands_key ("p");
  screen_expect (TOLD);
  person_press ("调配完成");
  screen_expect ("停发并作废处方；确需继续发出的");
  screen_picture ("removed-prepare");
  person_fill ("说明", "已与开方医师和患者联系，患者无不适，本次继续发出");
  person_press ("调配完成");
  person_sign (FIRST_PIN);
  screen_wait_gone (ATSPI_ROLE_INVALID, "签名 PIN 码");
}

/* The other pharmacist is told as well, and decides for himself. */
static void
hand_over (void)
{
  person_click (ATSPI_ROLE_PUSH_BUTTON, "发药");
  person_click (ATSPI_ROLE_LIST_ITEM, DRUG);
  screen_expect ("处方 CF");
  hands_key ("d");
  screen_expect (TOLD);
  screen_expect ("仍要发出的理由");
  screen_picture ("removed-hand-over");
  hands_key ("Escape");
  screen_wait_gone (ATSPI_ROLE_INVALID, TOLD);
}

static void
removed (Hospital *hospital)
{
  g_autofree char *patient = NULL;

  sitting_open (hospital);
  person_sign_in (FIRST);
  patient = approve ();
  remove_drug ();
  prepare ();
  person_change (FIRST, SECOND, patient);
  hand_over ();
  sitting_close (hospital);
}

int
main (int argc, char **argv)
{
  sitting_init (&argc, &argv);
  sitting_add ("/window/removed", removed, NULL);
  return sitting_run ();
}
