/* What takes two persons in the demo's evening: statistics of medicines asked for and granted, a package for an inspector granted, a case opened in
 * need and reviewed. One more grant and one more opening wait for whoever opens the window. */
#include "app/demo_play.h"

#include "core/date.h"

#define AFFAIRS "A3001"
#define SECURITY "S4001"
#define AUDIT "S4003"
#define PHARMACIST "P2001"
#define READER "D1001" /* of another department than the second */
#define OTHER "D1002"
#define RUNS 7 /* days a grant is good for */

/* --- grants --- */

typedef struct {
  const char *asker, *decider; /* decider NULL: it waits */
  const char *kind, *purpose, *times, *report, *format, *words, *decision_words;
  gboolean whole_month; /* from its first day; else the day alone */
} Leave;

static const Leave leaves[] = {
  { AFFAIRS, SECURITY, "profiling", "P01", "4", "drug-use", NULL, "药事管理与药物治疗学委员会本月例会，审议慢性病用药情况。", "与例会通知核对无误。", TRUE },
  { AFFAIRS, SECURITY, "inspection", "I01", "5", "inspection", "full", "区卫生监督所例行检查，按通知书提供当日的处方和诊疗记录。", "与检查通知书核对无误。", FALSE },
  { PHARMACIST, NULL, "profiling", "P02", "2", "antibacterial", NULL, "抗菌药物临床应用监测，本月填报抗菌药物处方比例。", NULL, TRUE },
};

static FzFields *
facts_of (FzDemoPlay *play, const Leave *leave)
{
  FzDate day = play->demo->date, first = day;
  FzFields *facts = fz_fields_new ("fuzhen.grant_ask/v1");
  g_autofree char *to = fz_date_format (day), *from = NULL, *until = fz_date_format (fz_date_add_days (day, RUNS));

  if (leave->whole_month)
    first.day = 1;
  from = fz_date_format (first);
  fz_fields_set (facts, "kind", leave->kind);
  fz_fields_set (facts, "purpose", leave->purpose);
  fz_fields_set (facts, "words", leave->words);
  fz_fields_set (facts, "times", leave->times);
  fz_fields_set (facts, "until_on", until);
  fz_fields_set (facts, "scope.report", leave->report);
  fz_fields_set (facts, "scope.format", leave->format);
  fz_fields_set (facts, "scope.from", from);
  fz_fields_set (facts, "scope.to", to);
  return facts;
}

static gboolean
ask_leave (FzDemoPlay *play, const Leave *leave, GError **error)
{
  g_autoptr (FzFields) facts = facts_of (play, leave);
  g_autofree char *document = NULL, *id = NULL;

  fz_demo_play_pass (play, 240);
  if (!fz_demo_play_seat (play, leave->asker, error) ||
      !fz_demo_play_sign (play, fz_desk_prepare_grant (play->session, facts, error), &document, error))
    return FALSE;
  id = fz_demo_play_proposal_of (document);
  fz_demo_play_tell (play, "grant.asked", NULL, id);
  if (leave->decider == NULL)
    return TRUE;
  fz_demo_play_pass (play, 300);
  if (!fz_demo_play_seat (play, leave->decider, error) ||
      !fz_demo_play_sign (play, fz_desk_prepare_grant_decision (play->session, id, "approved", leave->decision_words, error), NULL, error))
    return FALSE;
  fz_demo_play_tell (play, "grant.approved", NULL, id);
  return TRUE;
}

/* What was granted first is used once. */
static gboolean
use_leave (FzDemoPlay *play, GError **error)
{
  FzDate first = play->demo->date;
  FzReportWanted wanted = { .name = leaves[0].report, .to_us = fz_date_beijing_start_us (fz_date_add_days (play->demo->date, 1)) };
  g_autoptr (FzFields) report = NULL;

  first.day = 1;
  wanted.from_us = fz_date_beijing_start_us (first);
  fz_demo_play_pass (play, 120);
  if (!fz_demo_play_seat (play, AFFAIRS, error))
    return FALSE;
  report = fz_desk_report (play->session, &wanted, error);
  return report != NULL;
}

/* --- cases opened in need --- */

/* A visit of that doctor on that day; NULL: the day was too short for one. */
static char *
visit_of (FzDemoPlay *play, const char *doctor)
{
  g_autofree char *day = fz_date_format (play->demo->date);

  for (guint i = 0; i < play->demo->visits; i++)
    if (g_str_equal (fz_demo_world_doctor (play->world, i), doctor))
      return g_strdup_printf ("D%.4s%.2s%.2s-%03u", day, day + 5, day + 8, i + 1);
  return NULL;
}

static gboolean
open_case (FzDemoPlay *play, const char *reader, const char *of, const char *reason, const char *words, char **out_id, GError **error)
{
  g_autofree char *visit = visit_of (play, of), *document = NULL;
  g_autoptr (FzFields) seen = NULL;

  if (visit == NULL)
    return TRUE;
  fz_demo_play_pass (play, 420);
  if (!fz_demo_play_seat (play, reader, error) ||
      !fz_demo_play_sign (play, fz_desk_prepare_access (play->session, visit, reason, words, error), &document, error))
    return FALSE;
  fz_demo_play_pass (play, 30);
  seen = fz_desk_read_visit (play->session, visit, error);
  if (seen == NULL)
    return FALSE;
  *out_id = fz_demo_play_proposal_of (document);
  fz_demo_play_tell (play, "case.opened", visit, *out_id);
  return TRUE;
}

static gboolean
open_cases (FzDemoPlay *play, GError **error)
{
  g_autofree char *id = NULL, *waits = NULL;

  if (!open_case (play, READER, OTHER, "K1", "患者来电诉头晕、出汗，原接诊医师已下班，需核对正在使用的降糖药。", &id, error))
    return FALSE;
  if (id != NULL) {
    fz_demo_play_pass (play, 900);
    if (!fz_demo_play_seat (play, AUDIT, error) ||
        !fz_demo_play_sign (play, fz_desk_prepare_access_review (play->session, id, "accepted", "来电有登记，查看内容与理由相符。", error), NULL, error))
      return FALSE;
    fz_demo_play_tell (play, "case.reviewed", NULL, id);
  }
  return open_case (play, OTHER, READER, "K3", "药房来电核实联合用药，原接诊医师不在岗，需核对本次处方。", &waits, error);
}

gboolean
fz_demo_play_trust (FzDemoPlay *play, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (leaves); i++)
    if (!ask_leave (play, &leaves[i], error) || (i == 0 && !use_leave (play, error)))
      return FALSE;
  return open_cases (play, error);
}
