-- Leave to do what nobody may do alone (授权): asked by one natural person, given by another, counted at each use.

-- One grant as it stands by its documents (derived from those of visit `@` and its id; `fuzhen rebuild --check` compares).
CREATE TABLE access_grant (
  id        TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),        -- GNT-000001
  kind      TEXT NOT NULL CHECK (kind <> ''),                  -- a word of core/grant.h
  state     TEXT NOT NULL CHECK (state = 'asked' OR state = 'granted' OR state = 'declined' OR state = 'withdrawn' OR state = 'revoked'),
  person    TEXT NOT NULL CHECK (person <> ''),                -- who asked, as a natural person: only they use it
  times     INTEGER NOT NULL CHECK (times >= 1),               -- how often it may be used
  asked_at  INTEGER NOT NULL,
  until_at  INTEGER NOT NULL,                                  -- its last day is over
  facts     TEXT NOT NULL                                      -- canonical text: grant.*, scope.*
) STRICT;
CREATE INDEX access_grant_newest ON access_grant (asked_at, id);
CREATE INDEX access_grant_of_person ON access_grant (person, kind, until_at) WHERE state = 'granted';
CREATE INDEX access_grant_waits ON access_grant (asked_at, id) WHERE state = 'asked';

-- Each use, in the transaction of the act it allowed. The store itself refuses a use beyond what was granted.
CREATE TABLE access_grant_use (
  number       INTEGER PRIMARY KEY NOT NULL CHECK (number >= 0), -- counts from 0 without a gap
  access_grant TEXT NOT NULL REFERENCES access_grant (id),
  position     INTEGER NOT NULL CHECK (position >= 1),           -- 1, 2 … of this grant
  staff        TEXT NOT NULL CHECK (staff <> ''),                -- staff number
  used_at      INTEGER NOT NULL,
  scope        TEXT NOT NULL,                                    -- canonical text: over what
  UNIQUE (access_grant, position)
) STRICT;
CREATE TRIGGER access_grant_use_no_update BEFORE UPDATE ON access_grant_use
BEGIN SELECT RAISE(ABORT, 'access_grant_use is append-only'); END;
CREATE TRIGGER access_grant_use_no_delete BEFORE DELETE ON access_grant_use
BEGIN SELECT RAISE(ABORT, 'access_grant_use is append-only'); END;
CREATE TRIGGER access_grant_use_in_order BEFORE INSERT ON access_grant_use
WHEN NEW.number IS NOT (SELECT coalesce(max(number), -1) + 1 FROM access_grant_use)
BEGIN SELECT RAISE(ABORT, 'access_grant_use demands the next number'); END;
CREATE TRIGGER access_grant_use_allowed BEFORE INSERT ON access_grant_use
WHEN NOT EXISTS (
  SELECT 1 FROM access_grant g
  WHERE g.id = NEW.access_grant AND g.state = 'granted' AND NEW.used_at < g.until_at AND NEW.position <= g.times
    AND NEW.position = (SELECT count(*) FROM access_grant_use u WHERE u.access_grant = g.id) + 1)
BEGIN SELECT RAISE(ABORT, 'access_grant_use goes beyond what was granted'); END;
