/* ui/place_search.h: the search in the window's header, over all places of the person who is signed in. */
#pragma once

#include "app/desk.h"
#include "ui/shell.h"

/* Asks every page of the shell that answers a search (ui/page.h), and opens what is picked. The field is shown only when one does; NULL:
 * nobody is signed in. `session` must live until it is set anew. */
void fz_place_search_set_session (FzShell *shell, FzSession *session);
