-- By what medicines were judged (用药检查的依据), kept byte for byte, so that the checks of a past prescription can be done again exactly as
-- on its day, whatever the knowledge or the catalogue became since. Kept once for each hash: a hospital has few editions.

-- A file of the drug knowledge, the list of the files that belonged together, or one row of the hospital's catalogue as it stood.
CREATE TABLE knowledge_file (
  number  INTEGER PRIMARY KEY NOT NULL CHECK (number >= 0),    -- counts from 0 without a gap
  sha256  TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),    -- of body, lower-case hex
  name    TEXT NOT NULL CHECK (name <> ''),                    -- drugs/limits.csv, manifest, drug FZ0001
  body    BLOB NOT NULL,
  kept_at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER knowledge_file_no_update BEFORE UPDATE ON knowledge_file BEGIN SELECT RAISE(ABORT, 'knowledge_file is append-only'); END;
CREATE TRIGGER knowledge_file_no_delete BEFORE DELETE ON knowledge_file BEGIN SELECT RAISE(ABORT, 'knowledge_file is append-only'); END;
CREATE TRIGGER knowledge_file_in_order BEFORE INSERT ON knowledge_file
WHEN NEW.number IS NOT (SELECT coalesce(max(number), -1) + 1 FROM knowledge_file)
BEGIN SELECT RAISE(ABORT, 'knowledge_file demands the next number'); END;
