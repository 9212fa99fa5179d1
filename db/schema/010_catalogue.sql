-- The hospital's drug catalogue is changed by two persons (药品目录变更). The rows of `drug` are what holds; here is who brought them and why.

-- The rows a change brings, byte for byte as its document names them by their hash: CSV with the columns of core/drug.h and before, act, text.
CREATE TABLE catalogue_rows (
  number  INTEGER PRIMARY KEY NOT NULL CHECK (number >= 0),    -- counts from 0 without a gap
  sha256  TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),    -- of body, lower-case hex
  body    BLOB NOT NULL,
  kept_at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER catalogue_rows_no_update BEFORE UPDATE ON catalogue_rows BEGIN SELECT RAISE(ABORT, 'catalogue_rows is append-only'); END;
CREATE TRIGGER catalogue_rows_no_delete BEFORE DELETE ON catalogue_rows BEGIN SELECT RAISE(ABORT, 'catalogue_rows is append-only'); END;
CREATE TRIGGER catalogue_rows_in_order BEFORE INSERT ON catalogue_rows
WHEN NEW.number IS NOT (SELECT coalesce(max(number), -1) + 1 FROM catalogue_rows)
BEGIN SELECT RAISE(ABORT, 'catalogue_rows demands the next number'); END;

-- A file that was read and checked but that nobody has signed for yet; gone when it is signed or dropped.
CREATE TABLE catalogue_staged (
  id        TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),        -- IMP-000001
  facts     TEXT NOT NULL,                                     -- canonical text: staged.*
  body      BLOB NOT NULL,                                     -- the good rows, CSV
  staged_at INTEGER NOT NULL
) STRICT;

-- One change or removal as it stands (derived from the documents of visit `@` and its id; `fuzhen rebuild --check` compares).
CREATE TABLE catalogue_change (
  id        TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),        -- CAT-000001, RMV-000001
  kind      TEXT NOT NULL CHECK (kind = 'change' OR kind = 'removal'),
  state     TEXT NOT NULL CHECK (state <> ''),                 -- a word of core/catalogue_change.h
  waits     INTEGER NOT NULL CHECK (waits IN (0, 1)),          -- 1: another person has to decide
  opened_at INTEGER NOT NULL,
  facts     TEXT NOT NULL
) STRICT;
CREATE INDEX catalogue_change_by_time ON catalogue_change (opened_at, id);
CREATE INDEX catalogue_change_waits ON catalogue_change (opened_at, id) WHERE waits = 1;
CREATE INDEX catalogue_change_removed ON catalogue_change (id) WHERE kind = 'removal' AND state <> 'lifted';

-- Which medicines a change speaks of, and what it says of each (derived from the rows): the history of one medicine.
CREATE TABLE catalogue_line (
  code   TEXT NOT NULL,
  change TEXT NOT NULL,
  act    TEXT NOT NULL,                                        -- add | alter | withdraw | restore | remove
  text   TEXT NOT NULL,
  PRIMARY KEY (code, change)
) STRICT;
CREATE INDEX catalogue_line_of_change ON catalogue_line (change, code);
