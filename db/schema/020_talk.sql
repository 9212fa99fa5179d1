-- What patient and doctor said to each other in a visit (图文沟通), and how far each message got. What was said stands in the payload of the log's
-- entry that came with it, and nowhere else: the log proves it unaltered, and a lawful purge takes it with its tombstone. Tianjin 2025 art. 21.

-- One message, numbered in the order in which it came to this desk. Only its state changes.
CREATE TABLE talk (
  number   INTEGER PRIMARY KEY NOT NULL,                 -- 1, 2, 3 … without a gap
  id       TEXT NOT NULL UNIQUE CHECK (id <> ''),        -- the front's, or one of this desk
  visit    TEXT NOT NULL CHECK (visit <> ''),
  side     TEXT NOT NULL CHECK (side = 'patient' OR side = 'doctor'),
  kind     TEXT NOT NULL CHECK (kind = 'text' OR kind = 'image' OR kind = 'audio' OR kind = 'video' OR kind = 'note'),
  entry    INTEGER NOT NULL UNIQUE,                      -- of the audit log: its payload is what was said
  picture  TEXT,                                         -- image: SHA-256 of its bytes, an attachment
  state    TEXT NOT NULL CHECK (
    state = 'new' OR state = 'queued' OR state = 'sent' OR state = 'delivered' OR state = 'seen' OR state = 'failed' OR state = 'kept'),
  state_at INTEGER NOT NULL,
  reason   TEXT,                                         -- of failed: why
  front    TEXT,                                         -- of the doctor: the key under which it was last queued for the hospital's front
  CHECK ((kind = 'image') = (picture IS NOT NULL))
) STRICT;
CREATE INDEX talk_by_visit ON talk (visit, number);
CREATE INDEX talk_new ON talk (visit) WHERE state = 'new';
CREATE INDEX talk_by_picture ON talk (picture) WHERE picture IS NOT NULL;
CREATE TRIGGER talk_numbered BEFORE INSERT ON talk
WHEN NEW.number IS NOT (SELECT COALESCE(MAX(number), 0) + 1 FROM talk)
BEGIN SELECT RAISE(ABORT, 'messages are numbered without a gap'); END;
CREATE TRIGGER talk_stays BEFORE DELETE ON talk BEGIN SELECT RAISE(ABORT, 'messages do not go away'); END;
CREATE TRIGGER talk_same BEFORE UPDATE OF number, id, visit, side, kind, entry, picture ON talk
BEGIN SELECT RAISE(ABORT, 'only the state of a message changes'); END;

-- A doctor's own short answers (常用语), in the order in which they are offered.
CREATE TABLE phrase (
  staff    TEXT NOT NULL CHECK (staff <> ''),
  position INTEGER NOT NULL CHECK (position >= 0),
  words    TEXT NOT NULL CHECK (words <> ''),
  PRIMARY KEY (staff, position)
) STRICT, WITHOUT ROWID;
