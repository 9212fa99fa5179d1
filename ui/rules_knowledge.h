/* ui/rules_knowledge.h: the editions of drug knowledge on the rules page (药品知识): the one in force, those imported, proposed and past. */
#pragma once

#include "app/desk.h"
#include "ui/sign_flow.h"

/* A table over a model of FzFactRow of fz_desk_knowledge_versions(). */
GtkWidget *fz_rules_knowledge_table_new (GListModel *model);
/* One edition: validity, rows a table against the one in force, what it does not cover; put into an empty box. */
void fz_rules_knowledge_detail (GtkWidget *box, const FzFields *row);
/* The buttons of what this person may do with it, over the page `over`; `done` is called with `owner` once it is signed. */
void fz_rules_knowledge_put_acts (GtkWidget *box, GtkWidget *over, FzSession *session, const FzFields *row, FzSigned done, GObject *owner);
