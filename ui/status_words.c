#include "ui/status_words.h"

#include "ui/places.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

static gint64
number (const FzFields *status, const char *key)
{
  gint64 value = 0;

  fz_fields_get_int (status, key, &value);
  return value;
}

static void
show_platform (FzShell *shell, const FzFields *status)
{
  static const struct {
    const char *state, *word;
    FzStatus status;
  } states[] = {
    { "none", N_ ("监管平台未接入"), FZ_STATUS_NEUTRAL }, { "idle", N_ ("监管平台已接入"), FZ_STATUS_OK },
    { "sending", N_ ("正在上报"), FZ_STATUS_INFO },       { "waiting", N_ ("上报等待重试"), FZ_STATUS_WARN },
    { "alarm", N_ ("上报需要处理"), FZ_STATUS_STOP },     { "stopped", N_ ("上报已停止"), FZ_STATUS_NEUTRAL },
  };
  const char *state = fz_fields_get (status, "platform.state"), *words = fz_fields_get (status, "platform.words");
  gint64 waiting = number (status, "platform.waiting");
  FzStatus shown = FZ_STATUS_WARN;
  g_autofree char *text = NULL;
  const char *word = words != NULL ? words : state;

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (states[i].state, state) == 0) {
      word = _ (states[i].word);
      shown = states[i].status;
    }
  text = waiting > 0 ? g_strdup_printf (_ ("%s · 待上报 %d 条"), word, (int) waiting) : g_strdup (word);
  fz_shell_set_state (shell, "platform", shown, text);
}

#define DOWN_US (2 * 60 * G_USEC_PER_SEC) /* a short break is nobody's business */

/* Whom it concerns: who takes visits, who answers for them, who can mend it. */
static void
show_front_down (FzShell *shell, FzRole role, const FzFields *status)
{
  gboolean told = role == FZ_ROLE_DOCTOR || role == FZ_ROLE_AFFAIRS || role == FZ_ROLE_SYSTEM;
  gboolean alarm = g_strcmp0 (fz_fields_get (status, "front.state"), "alarm") == 0;
  gint64 since_us = 0, now_us = g_get_real_time ();
  g_autofree char *since = fz_words_time (status, "front.down_since", now_us), *text = NULL;

  if (told && fz_fields_get_time (status, "front.down_since", &since_us) && (alarm || now_us - since_us > DOWN_US))
    text = g_strdup_printf (_ ("医院前端自 %s 起没有正常答复：经前端申请的候诊 %d 位暂不能接诊；%d 次就诊的通知在本机等待，连上后自动送出。"), since,
                            (int) number (status, "front.visits_waiting"), (int) number (status, "front.out.visits"));
  fz_shell_set_strip (shell, "front", alarm ? FZ_STATUS_STOP : FZ_STATUS_WARN, text);
}

/* A hospital without a front of its own sees nothing of it. */
static void
show_front (FzShell *shell, FzRole role, const FzFields *status)
{
  static const struct {
    const char *state, *word;
    FzStatus status;
  } states[] = {
    { "idle", N_ ("医院前端已接入"), FZ_STATUS_OK },         { "sending", N_ ("医院前端已接入"), FZ_STATUS_OK },
    { "waiting", N_ ("医院前端未连上，等待重试"), FZ_STATUS_WARN }, { "alarm", N_ ("医院前端需要处理"), FZ_STATUS_STOP },
  };
  const char *state = fz_fields_get (status, "front.state"), *word = NULL;
  gint64 held = number (status, "front.held");
  FzStatus shown = FZ_STATUS_NEUTRAL;
  g_autofree char *text = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (states[i].state, state) == 0) {
      word = _ (states[i].word);
      shown = states[i].status;
    }
  if (word != NULL && held > 0 && role == FZ_ROLE_AFFAIRS)
    text = g_strdup_printf (_ ("%s · 待处理 %d 件"), word, (int) held);
  fz_shell_set_state (shell, "front", shown, text != NULL ? text : word);
}

static void
show_store (FzShell *shell, const FzFields *status)
{
  const char *state = fz_fields_get (status, "store.state"), *words = fz_fields_get (status, "store.words");

  if (g_strcmp0 (state, "ok") == 0) {
    fz_shell_set_state (shell, "store", FZ_STATUS_OK, _ ("数据已保存"));
    fz_shell_set_strip (shell, "store", FZ_STATUS_OK, NULL);
  } else {
    fz_shell_set_state (shell, "store", FZ_STATUS_STOP, _ ("数据库只读"));
    fz_shell_set_strip (shell, "store", FZ_STATUS_STOP, words != NULL ? words : _ ("本地库不能写入，请联系系统管理员。"));
  }
}

/* Rules that have ended or cannot be read concern everybody who signs; that they will end, those who can see to it. */
static void
show_rules (FzShell *shell, FzRole role, const FzFields *status)
{
  const char *state = fz_fields_get (status, "rules.state");
  gboolean unusable = g_strcmp0 (state, "unusable") == 0, told = role == FZ_ROLE_AFFAIRS || g_strcmp0 (state, "ending") != 0;

  fz_shell_set_strip (shell, "rules", unusable ? FZ_STATUS_STOP : FZ_STATUS_WARN, told ? fz_fields_get (status, "rules.words") : NULL);
}

/* Without valid knowledge nobody signs or reviews a prescription; that it will end, those who can see to it are told. */
static void
show_knowledge (FzShell *shell, FzRole role, const FzFields *status)
{
  const char *state = fz_fields_get (status, "knowledge.state");
  gboolean ending = g_strcmp0 (state, "ending") == 0;

  fz_shell_set_strip (shell, "knowledge", ending ? FZ_STATUS_WARN : FZ_STATUS_STOP,
                      !ending || role == FZ_ROLE_AFFAIRS ? fz_fields_get (status, "knowledge.words") : NULL);
}

/* Whoever sits there can see to it or tell who can. */
static void
show_duty (FzShell *shell, FzRole role, const FzFields *status)
{
  gboolean told = role == FZ_ROLE_AFFAIRS || role == FZ_ROLE_PHARMACIST || role == FZ_ROLE_DOCTOR;

  fz_shell_set_strip (shell, "duty", FZ_STATUS_WARN,
                      told && fz_fields_is_yes (status, "duty.missing") ? _ ("业务时间内没有药师值班审方，处方会积压。请药师登记值班，或由医务管理人员安排。") : NULL);
}

/* Found by who opens the window next: when it failed the window was closing. */
static void
show_spool (FzShell *shell, FzRole role, const FzFields *status)
{
  const char *trouble = fz_fields_get (status, "upload.spool_trouble");
  gboolean told = trouble != NULL && (role == FZ_ROLE_SYSTEM || role == FZ_ROLE_AFFAIRS);
  g_autofree char *text = told ? g_strdup_printf (_ ("上次关闭窗口时没能把待发的交给后台，它们留在本地库，窗口开着时照常上报。原因：%s"), trouble) : NULL;

  fz_shell_set_strip (shell, "spool", FZ_STATUS_WARN, text);
}

/* The platform takes no sign-in for a day that is over. */
static void
show_daily (FzShell *shell, FzRole role, const FzFields *status)
{
  fz_shell_set_strip (shell, "daily", FZ_STATUS_WARN,
                      role == FZ_ROLE_AFFAIRS && fz_fields_is_yes (status, "daily.late")
                        ? _ ("今天的不良事件签到还没有完成：请在24:00前到“期限”页确认，或办结并上报今天登记的事件。") : NULL);
}

/* A clock that stops signatures concerns everybody; one that nothing confirms, whoever signs by it or can see to it. */
static void
show_time (FzShell *shell, FzRole role, const FzFields *status)
{
  gboolean off = g_strcmp0 (fz_fields_get (status, "time.state"), "off") == 0;

  fz_shell_set_strip (shell, "time", off ? FZ_STATUS_STOP : FZ_STATUS_WARN,
                      off || role == FZ_ROLE_SYSTEM || role == FZ_ROLE_AFFAIRS ? fz_fields_get (status, "time.words") : NULL);
}

static void
show_badges (FzShell *shell, FzRole role, const FzFields *status)
{
  g_autoptr (GPtrArray) places = fz_places_of (role);

  for (guint i = 0; i < places->len; i++) {
    const FzPlaceOf *place = places->pdata[i];

    if (place->badge != NULL)
      fz_shell_set_badge (shell, place->id, (guint) MAX (0, number (status, place->badge)));
  }
}

void
fz_status_words_show (FzShell *shell, FzRole role, const FzFields *status)
{
  const char *failed = fz_fields_get (status, "clock.error");
  g_autofree char *waits = g_strdup_printf (_ ("候诊 %d · 待审方 %d"), (int) number (status, "queue.waiting"),
                                            (int) number (status, "review.waiting"));
  int unread = (int) number (status, "talk.unread");
  g_autofree char *text = unread > 0 ? g_strdup_printf (_ ("%s · 未读消息 %d 位"), waits, unread) : g_strdup (waits);

  show_platform (shell, status);
  show_front (shell, role, status);
  show_front_down (shell, role, status);
  show_store (shell, status);
  show_daily (shell, role, status);
  show_spool (shell, role, status);
  show_rules (shell, role, status);
  show_knowledge (shell, role, status);
  show_duty (shell, role, status);
  show_time (shell, role, status);
  show_badges (shell, role, status);
  fz_shell_set_status_text (shell, text);
  fz_shell_set_strip (shell, "clock", FZ_STATUS_WARN, failed);
}

void
fz_status_words_clear (FzShell *shell)
{
  fz_shell_set_state (shell, "platform", FZ_STATUS_NEUTRAL, NULL);
  fz_shell_set_state (shell, "front", FZ_STATUS_NEUTRAL, NULL);
  fz_shell_set_state (shell, "store", FZ_STATUS_NEUTRAL, NULL);
  fz_shell_set_strip (shell, "store", FZ_STATUS_OK, NULL);
  fz_shell_set_strip (shell, "clock", FZ_STATUS_OK, NULL);
  fz_shell_set_strip (shell, "rules", FZ_STATUS_OK, NULL);
  fz_shell_set_strip (shell, "knowledge", FZ_STATUS_OK, NULL);
  fz_shell_set_strip (shell, "duty", FZ_STATUS_OK, NULL);
  fz_shell_set_strip (shell, "daily", FZ_STATUS_OK, NULL);
  fz_shell_set_strip (shell, "spool", FZ_STATUS_OK, NULL);
  fz_shell_set_strip (shell, "time", FZ_STATUS_OK, NULL);
  fz_shell_set_strip (shell, "front", FZ_STATUS_OK, NULL);
  fz_shell_set_status_text (shell, "");
}
