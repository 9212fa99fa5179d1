-- The order in which prescriptions are reviewed (审方次序): oldest first by a time that children and what soon expires have earlier.

ALTER TABLE prescription ADD COLUMN turn_at INTEGER NOT NULL DEFAULT 0; -- when its turn counts from; app/review_policy.h
UPDATE prescription SET turn_at = signed_at;
DROP INDEX prescription_to_review;
CREATE INDEX prescription_to_review ON prescription (turn_at, id) WHERE stage = 'signed';
