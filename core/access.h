/* core/access.h: opening a case that is not one's own, in need (紧急查阅), folded from its documents, pure and total.
 *
 * A doctor or pharmacist signs `fuzhen.access/v1` with a coded reason and words: from then until `until_at` they read that visit and its prescriptions, and
 * nothing else. Afterwards another natural person of medical affairs or the audit administrator signs `fuzhen.access_review/v1` over exactly these
 * bytes: accepted, or objected with words. What it says names nobody but the reader: the visit by its number. Each has a subject of its own,
 * `@ACC-000001`. 个人信息保护法 art. 51, 54; 等保 AC-7.
 *
 * Facts: access.{id,visit,reason,reason_label,words,opened_at,until_at,review_on,by,by_number,by_person,by_role,document,note_sha256,state (waits |
 * accepted | objected)}; once reviewed access.{reviewed_at,reviewed_by,reviewed_by_number,review_words}. */
#pragma once

#include "core/document.h"

#define FZ_ACCESS_KIND "fuzhen.access/v1"
#define FZ_ACCESS_REVIEW_KIND "fuzhen.access_review/v1"

/* What stands after one more document; `before` NULL: it opens. REFUSED: not by this person or role, or reviewed already. INVALID: a key is missing or odd.
 * UNSUPPORTED: another kind. (transfer full), frozen. */
FzFields *fz_access_fold (const FzFields *before, const FzDocument *document, GError **error);
/* Chinese words for the screen (translated); `state` of the facts. */
const char *fz_access_state_label (const char *state);
