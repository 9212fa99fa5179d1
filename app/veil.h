/* app/veil.h: what a person reads of a patient's identity by default (脱敏显示), and showing one field of it as an act of its own. Names are shown to who
 * is at work on the case; identity number, telephone, cards and address to nobody until they ask for that field with a purpose. What is signed, checked,
 * printed and uploaded is made from what is kept, not from this. 个人信息保护法 art. 6, 28, 51; 等保 DP-2. */
#pragma once

#include "app/desk_private.h"

/* Masks numbers and addresses below `prefix` ("", "facts."). */
void fz_veil_numbers (FzFields *facts, const char *prefix);
/* The names too: for who is not at work on the case. */
void fz_veil_all (FzFields *facts, const char *prefix);
/* A copy of `text` with every identifying value of `facts` (still plain) masked in it, for messages that were made from them. NULL stays NULL. */
char *fz_veil_text (const char *text, const FzFields *facts, const char *prefix);
/* FALSE when words that go into the audit log, which administrators read, say who the patient is; INVALID then. */
gboolean fz_veil_check_words (const char *words, const FzFields *facts, GError **error);
