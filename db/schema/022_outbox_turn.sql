-- The next one due is the first of those that wait, by their time; with ten thousand waiting the older index was passed over for a sort of them all.
DROP INDEX outbox_due;
CREATE INDEX outbox_turn ON outbox (state, next_at, id);
