-- Comment on prescriptions (处方点评): what each sample and each prescription in it is now follows from signed documents.

-- One sample as it stands (derived from the documents of visit `@` and its id).
CREATE TABLE comment_plan (
  id        TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),        -- DP-202611-01
  kind      TEXT NOT NULL CHECK (kind = 'random' OR kind = 'targeted'),
  state     TEXT NOT NULL CHECK (state = 'asked' OR state = 'open' OR state = 'declined' OR state = 'announced'),
  from_on   TEXT NOT NULL CHECK (length(from_on) = 10),        -- first and last day of the prescriptions it was drawn from
  to_on     TEXT NOT NULL CHECK (length(to_on) = 10),
  signed_at INTEGER NOT NULL,
  facts     TEXT NOT NULL                                      -- canonical text: plan.*
) STRICT;
CREATE INDEX comment_plan_newest ON comment_plan (signed_at, id);

-- One prescription of a sample as it stands (derived).
CREATE TABLE comment_item (
  plan         TEXT NOT NULL REFERENCES comment_plan (id),
  position     INTEGER NOT NULL CHECK (position >= 1),         -- in the order of the draw
  prescription TEXT NOT NULL,
  state        TEXT NOT NULL,                                  -- due, commented, confirmed, accepted, appealed, answered
  doctor       TEXT,                                           -- natural person; NULL until it was commented on
  facts        TEXT NOT NULL,                                  -- canonical text: comment.*, confirm.*, reply.*, answer.*
  PRIMARY KEY (plan, position)
) STRICT;
CREATE UNIQUE INDEX comment_item_prescription ON comment_item (plan, prescription);
CREATE INDEX comment_item_doctor ON comment_item (doctor, plan, position) WHERE doctor IS NOT NULL;
