/* core/comment_private.h: what the two halves of the fold of a sample share: prescriptions in comment.c, records in comment_record.c. */
#pragma once

#include "core/comment.h"

gboolean fz_comment_is_role (const FzDocument *document, guint roles); /* bits of FzRole */
void fz_comment_item_set_state (FzCommentItem *item, FzCommentState state);
void fz_comment_item_take_note (FzCommentItem *item, const FzDocument *document);
void fz_comment_put_signer (FzFields *facts, const char *prefix, const FzDocument *document, const char *signer);
/* Codes, result and score of the body as comment.*. */
void fz_comment_put_result (FzFields *facts, const FzFields *body);
/* One of an open sample that stands in one of these states (bits). */
FzCommentItem *fz_comment_open_item (FzCommentFold *self, const FzDocument *document, guint states, GError **error);
gboolean fz_comment_check_result (const FzCommentFold *self, const FzFields *body, GError **error);
gboolean fz_comment_names_last (const FzCommentItem *item, const FzFields *body, GError **error);
gboolean fz_comment_check_author (const FzCommentFold *self, const FzCommentItem *item, const FzDocument *document, GError **error);

/* --- of records --- */

gboolean fz_record_check_sample (const FzFields *body, GPtrArray *ids, GError **error);
/* What the sample's own document says of each record. */
void fz_record_take_sample (FzCommentFold *self, const FzFields *body);
gboolean fz_record_check_grade (const FzCommentFold *self, const FzFields *body, GError **error);
/* Grade B or C has a day by which it is put right, grade A has none. */
gboolean fz_record_check_term (const FzFields *body, GError **error);
gboolean fz_record_check_reader (const char *doctor, const FzDocument *document, GError **error);
gboolean fz_record_add_score (FzCommentFold *self, const FzDocument *document, GError **error);
gboolean fz_record_add_rectification (FzCommentFold *self, const FzDocument *document, GError **error);
gboolean fz_record_add_evaluation (FzCommentFold *self, const FzDocument *document, GError **error);
