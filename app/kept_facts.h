/* app/kept_facts.h: facts of people, departments and the institution that follow from registers (台账维护的资料): the part `keeps` of assets/registers says which. While an entry says one,
 * nothing else does: the profile holds what the entries say, and a change elsewhere is refused with the number of the entry. What no entry says stays as
 * it was stated. Where several entries say the same fact of a person, the greater word counts: of days, the later one. What is said of the institution comes
 * from one entry, for a licence is one paper: one in force before one that ended, then the one opened last. */
#pragma once

#include "app/desk_private.h"
#include "core/register.h"

/* Why these values cannot be kept, and of which field; NULL: they can, or the register is nobody's. `entry` NULL: a new one. `state`: where it stands then; `open`: the entries of this
 * register that have not ended. (transfer full) */
char *fz_kept_facts_problem (FzDesk *desk, const FzRegister *reg, const FzFields *entry, const FzFields *values, const char *state, GPtrArray *open, GPtrArray *staff, FzDate today,
                             const char **out_label);
/* The same of a move, in a job: INVALID that begins with the field. */
gboolean fz_kept_facts_check (FzDesk *desk, FzTxn *txn, const FzRegister *reg, const FzFields *entry, const FzFields *values, const char *move, GError **error);
/* The same in the job that keeps signed documents of one register, before any of them is put: what was true before the PIN is still so. `entry`: what the
 * only one is of, as it stands; NULL: they are new. */
gboolean fz_kept_facts_check_again (FzDesk *desk, FzTxn *txn, const FzFields *entry, GPtrArray *documents, GError **error);
/* In the RECORD job that keeps one more document of an entry, or of many new ones of a register, after the entries were put: the profile follows, with
 * an audit entry of its own for each holder. `before`: what the only one was; NULL: they are new. */
gboolean fz_kept_facts_note (FzDesk *desk, FzSession *session, FzTxn *txn, const FzFields *before, GPtrArray *after, GError **error);
/* Before the institution is read of an opened store: a licence that was entered before the profile followed its register counts from here on, with an
 * audit entry of the program's own. Nothing in a store that can only be read. */
gboolean fz_kept_facts_align (FzDesk *desk, GError **error);
/* Whether the profile of the institution follows this register: what the desk holds of it is read anew once an entry is durable. */
gboolean fz_kept_facts_are_shown (const FzRegister *reg);
/* Once a licence or a department is durable: what the institution is from now on, and its name before anybody signed in. */
gboolean fz_kept_facts_show (FzDesk *desk, GError **error);
/* In a job: REFUSED when an entry says this fact of this holder. */
gboolean fz_kept_facts_free (FzDesk *desk, FzTxn *txn, FzHolder holder, const char *id, const char *fact, GError **error);
/* By number or code, "" for the institution: which entry says which fact, as facts `fact` = entry. Read at once, for a list of many. (transfer full: GHashTable of FzFields) */
GHashTable *fz_kept_facts_by (FzDesk *desk, FzTxn *txn, FzHolder holder, GError **error);
/* Adds a line for each fact of the profile that is not what the entries say. */
gboolean fz_kept_facts_compare (FzDesk *desk, GPtrArray *differences, GError **error);
/* What the profile says already of those without an entry, as rows of a table to be taken over: old_number, field.<key>. (transfer full) */
GPtrArray *fz_kept_facts_rows (FzDesk *desk, FzTxn *txn, const FzRegister *reg, GError **error);
