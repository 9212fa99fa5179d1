/* app/added_messages.h: messages of the supervision platform that the hospital adds itself (报文补充定义). The interface lists methods whose columns this program
 * does not have; a hospital that is connected has the interface's text. What it says of them is a file (assets/schema/platform-messages.json), attached to an entry
 * of the register `platform-messages`: proposed by one person, adopted by another, in force from its day on.
 *
 *   file -> checked against the shipped messages and the registers -> entry, signed: hash, version, methods, first day
 *        -> adopted by another person, checked once more -> from its day on: the shipped table and these messages are one table (app/reporting.c)
 *        -> an entry of a register that is completed since makes its own rows in the outbox, each naming this definition
 *
 * One definition holds at a time: of those adopted whose day has come the one with the latest day. Stopping it gives way to the one before it. A file that cannot be
 * read any more adds nothing: then nothing is sent by it, and the portal's duty stands again. */
#pragma once

#include "app/desk_private.h"

#define FZ_ADDED_REGISTER "platform-messages"

/* In a job: the entry that holds on that day; NULL without error: none. (transfer full) */
gboolean fz_added_find (FzTxn *txn, FzDate on, char **out_entry, GError **error);
/* In a job: the messages of that entry's file into a table that nobody shares yet. CORRUPT: the file is missing or was altered; INVALID: it does not fit this
 * program, this place or this environment. The table is of no use then. */
gboolean fz_added_put (FzDesk *desk, FzTxn *txn, const char *entry, FzMessageTable *table, GError **error);
/* Reads such a file and changes nothing: the values that a proposal of it says, field.{subject,interface,environment,methods,sha256}. INVALID as above. Not inside a
 * job. (transfer full) */
FzFields *fz_added_read (FzDesk *desk, const char *path, GError **error);
/* Before anybody signs a move of that register: a proposal with what the program reads from its one file; any other move may not change that. INVALID or REFUSED.
 * Other registers: the same values. (transfer full) */
FzFields *fz_added_fill (FzSession *session, const FzRegister *reg, const FzFields *entry, const char *move, const FzFields *values, const char *const *attachments,
                         GError **error);
