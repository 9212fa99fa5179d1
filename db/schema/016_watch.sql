-- What shows that somebody reads more than their work asks (防统方的监测): how much each person looked at on a day, numbers nobody honestly asks for,
-- and the alarms that came of it. The audit log has every look; here is what has to be known at once.

-- What one person looked at on one day, each thing once; days that are over are let go.
CREATE TABLE reading (
  day     TEXT NOT NULL CHECK (length(day) = 10),
  staff   TEXT NOT NULL CHECK (staff <> ''),     -- staff number
  what    TEXT NOT NULL CHECK (what <> ''),      -- case, outbox, missing, report, aim
  subject TEXT NOT NULL,                         -- its number
  PRIMARY KEY (day, staff, what, subject)
) STRICT, WITHOUT ROWID;

-- Numbers that look like prescriptions of a day that is over and that were never given to one: only who counts through asks for them.
CREATE TABLE canary (
  id         TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
  planted_at INTEGER NOT NULL
) STRICT;

-- An alarm stands until a person has said what it was.
CREATE TABLE watch_alarm (
  number     INTEGER PRIMARY KEY NOT NULL CHECK (number >= 1), -- 1, 2, 3 …
  raised_at  INTEGER NOT NULL,
  staff      TEXT NOT NULL CHECK (staff <> ''),
  what       TEXT NOT NULL CHECK (what <> ''),                 -- as of reading, or canary
  subject    TEXT NOT NULL,                                    -- what was looked at when it was raised
  amount     INTEGER NOT NULL CHECK (amount >= 1),             -- how many by then
  settled_at INTEGER,
  settled_by TEXT,
  words      TEXT,
  CHECK ((settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (words IS NULL))
) STRICT;
CREATE INDEX watch_alarm_open ON watch_alarm (number) WHERE settled_at IS NULL;
