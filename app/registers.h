/* app/registers.h: what the other files of app/ need of the registers (台账); what people do with them stands in app/desk.h. */
#pragma once

#include "app/desk_private.h"

/* Reads every definition and the working days that ship; once, when a desk is made. */
gboolean fz_registers_load (FzDesk *desk, GError **error);
/* Rights first: who may not read registers is not told which there are. NULL with error; a role the register does not name is denied. */
const FzRegister *fz_register_open (FzSession *session, const char *act, const char *name, const char *subject, GError **error);
/* FZ_LIST_ENTRIES of app/desk.h. */
GPtrArray *fz_register_list_entries (FzSession *session, const FzFields *filter, GError **error);
/* NOT_FOUND. */
const FzRegister *fz_register_find (FzDesk *desk, const char *name, GError **error);
/* Who says what comes by the hospital's front, in a signed document and so always in Chinese: the patient, or of its own businesses the front. */
#define FZ_BY_PATIENT "患者（经医院前端，工作站收件）"
#define FZ_BY_FRONT "医院前端（工作站收件）"
/* Inside a RECORD job: a move as it came by the hospital's front, signed by the desk's key, which says only that it was received then. `id` NULL: of a new
 * entry. The entry's id. INVALID naming the field; REFUSED when the register does not take this move from the front, or not as the entry stands; NOT_FOUND.
 * (transfer full) */
char *fz_entry_receive (FzDesk *desk, FzTxn *txn, const char *name, const char *id, const char *move, const char *by, const FzFields *values,
                        GError **error);
/* A move that the program makes for what it has just done, its values not typed, for signing by this person: one whose register leaves it to the desk.
 * Rights are the caller's. */
FzSheet *fz_register_prepare (FzSession *session, const FzRegister *reg, const FzFields *entry, const char *move, const FzFields *values, GError **error);
/* What every document of an entry says of itself and of who signs it; `subject` is @TS-000001, `words` may be NULL. (transfer full) */
FzFields *fz_register_entry_body (FzSession *session, const char *subject, gint64 at_us, const char *words);
/* The register that an entry's id TS-000001 is of; the id itself when there is none, and then it is not found. */
const char *fz_register_of_entry (FzDesk *desk, const char *id);
/* Who is not of medical affairs sees what they reported themselves, and all of a register that is kept for them to read: where they report nothing.
 * In a job: the entry as this person sees it, a policy as it binds (app/policy_read.h); NULL in `out_seen` (transfer full): not at all. */
gboolean fz_register_see (const FzSession *session, FzTxn *txn, const FzFields *entry, FzFields **out_seen, GError **error);
/* An entry from its documents in order; NULL without error when there are none. */
FzFields *fz_entry_of_documents (GPtrArray *documents, GError **error);
/* What an entry holds of fields or choices that its register has no more: former.NN.{key,label,text}, in the words of the document that said it. */
void fz_register_put_former (const FzRegister *reg, const FzFields *entry, GPtrArray *documents, FzFields *facts);
gboolean fz_register_has_former (const FzRegister *reg, const FzFields *entry);
/* Folds every entry again and adds a line for each that is not what is kept. */
gboolean fz_registers_compare (FzDesk *desk, GPtrArray *differences, GError **error);
/* Deadlines of all open entries: kind, subject, title, title_en, owner (a name; absent: nobody took it on yet), lead (days it is reminded of before, where assets/codes/register-leads.csv says), late_as (the kind whose lateness it is told as, where that says), word, label, label_en, on or problem, rows. */
GPtrArray *fz_registers_due (FzSession *session, GError **error);
