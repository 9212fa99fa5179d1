/* core/talk.h: what patient and doctor say to each other in a visit (图文沟通): the words as they are kept, and the states of one message. Pure.
 *
 * A message of the patient is `new` until the doctor saw it (`seen`). One of the doctor is `queued` for the hospital's front, then `sent`,
 * `delivered` to the patient's device, `seen`; or it `failed` with a reason and may be queued again. What never leaves this desk (a note of a
 * telephone call, a reference to a recording) is `kept`. */
#pragma once

#include <glib.h>

#define FZ_TALK_MAX_CHARS 2000

typedef enum {
  FZ_TALK_TEXT,
  FZ_TALK_IMAGE,
  FZ_TALK_AUDIO, /* by reference: file, hash, start, end, who keeps it */
  FZ_TALK_VIDEO,
  FZ_TALK_NOTE,  /* what was said elsewhere (telephone), written down by the doctor */
  FZ_N_TALK_KINDS
} FzTalkKind;

const char *fz_talk_kind_to_word (FzTalkKind kind);
gboolean fz_talk_kind_from_word (const char *word, FzTalkKind *out);

/* The words as they are kept and shown: LF at the ends of lines, no other controls, no invisible characters that turn or hide text (the joiner of
 * emoji stays), at most four marks over one character and one empty line in a row, no blanks around. *out_changed (may be NULL): something but
 * blanks at the ends was left out. NULL: bad UTF-8. May be "". (transfer full) */
char *fz_talk_clean (const char *text, gboolean *out_changed);

/* Whether a message in state `from` may become `to`. What comes late and says less than is known (sent after delivered) may not. */
gboolean fz_talk_may_become (const char *from, const char *to);
/* Chinese words for the screen (translated) of a state; NULL for an unknown one. */
const char *fz_talk_state_label (const char *state);
