/* ui/front_words.h: the exchange with the hospital's front as a person reads it (患者端的往来). */
#pragma once

#include "app/desk.h"
#include "ui/kit/status.h"

/* Of fz_desk_read_front(): connected, waiting, …, not set up. */
FzStatus fz_front_words_state (const FzFields *front, const char **out_word);
/* Of a row of fz_desk_list_front(). */
gboolean fz_front_words_is_in (const FzFields *row);
const char *fz_front_words_kind (const FzFields *row);
/* What came, by its kind; the kind itself when it is not known. */
const char *fz_front_words_in (const char *kind);
