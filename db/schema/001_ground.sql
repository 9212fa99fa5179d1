-- The ground: settings, the audit log with its checkpoints, the desk's own keys, and the files kept beside the store.
--
-- Conventions of every script: enumerations are words in a CHECK; times are UTC microseconds in columns ending in _at;
-- amounts are integers with their unit as suffix. A table that is append-only has three triggers called <table>_no_update,
-- <table>_no_delete and <table>_in_order (with only the first two INSERT OR REPLACE would forge a row); the
-- authorizer finds these tables by the name <table>_no_delete and refuses UPDATE and DELETE before SQLite begins.

-- One value of this desk by name: origin, created_at, what the window remembers. Never a fact about a person.
CREATE TABLE setting (
  name TEXT PRIMARY KEY NOT NULL CHECK (name <> ''),  -- dotted words: `log.origin`
  value TEXT NOT NULL                                 -- as the name defines it
) STRICT;

-- What happened, one row an entry, in the transaction of the act itself. The leaf is the record; the other columns
-- repeat some of its lines for searching, and the full check compares them with it. No index: every act would pay for it,
-- and the log is read by number, or whole; and SQLite builds a table in memory for an IN of more than two.
CREATE TABLE audit (
  number INTEGER PRIMARY KEY NOT NULL CHECK (number >= 0), -- counts from 0 without a gap: the index in the Merkle tree
  entry_at INTEGER NOT NULL,                               -- when, by this desk's clock
  actor TEXT NOT NULL CHECK (actor <> ''),                 -- staff number, or `system`
  action TEXT NOT NULL CHECK (action <> ''),               -- `case.read`, `prescription.sign` …
  subject_kind TEXT NOT NULL CHECK (subject_kind <> ''),   -- visit, prescription, document, staff, store, outbox …
  subject TEXT CHECK (subject <> ''),                      -- its id; NULL when the kind says it all
  outcome TEXT NOT NULL CHECK (outcome = 'done' OR outcome = 'denied' OR outcome = 'failed'), -- how it ended
  leaf BLOB NOT NULL,                                      -- canonical text `fuzhen.audit/v1`
  nodes BLOB NOT NULL CHECK (length(nodes) % 32 = 0)       -- interior tree nodes this leaf completes, lowest level first
) STRICT;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_in_order BEFORE INSERT ON audit
WHEN NEW.number IS NOT (SELECT coalesce(max(number), -1) + 1 FROM audit)
BEGIN SELECT RAISE(ABORT, 'audit demands the next number'); END;

-- The details of an entry. They stand apart so that a lawful purge can remove them and leave the leaf, which holds only
-- the hash of salt and payload.
CREATE TABLE audit_payload (
  number INTEGER PRIMARY KEY NOT NULL REFERENCES audit (number), -- the entry
  salt BLOB NOT NULL CHECK (length(salt) = 32),                  -- random, so that a short payload cannot be guessed
  payload BLOB NOT NULL                                          -- canonical text
) STRICT;
CREATE TRIGGER audit_payload_no_update BEFORE UPDATE ON audit_payload
BEGIN SELECT RAISE(ABORT, 'audit_payload is append-only'); END;
CREATE TRIGGER audit_payload_no_delete BEFORE DELETE ON audit_payload
BEGIN SELECT RAISE(ABORT, 'audit_payload is append-only'); END;
CREATE TRIGGER audit_payload_in_order BEFORE INSERT ON audit_payload
WHEN NEW.number IS NOT (SELECT max(number) FROM audit)
BEGIN SELECT RAISE(ABORT, 'audit_payload belongs to the newest entry'); END;

-- Signed checkpoints over the log, as C2SP signed notes. The newest one also stands in the two head files.
CREATE TABLE checkpoint (
  size INTEGER PRIMARY KEY NOT NULL CHECK (size > 0), -- entries covered
  signed_at INTEGER NOT NULL,                         -- when, by this desk's clock
  note BLOB NOT NULL                                  -- the signed note
) STRICT;
CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoint is append-only'); END;
CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoint is append-only'); END;
CREATE TRIGGER checkpoint_in_order BEFORE INSERT ON checkpoint
WHEN NEW.size <= (SELECT coalesce(max(size), 0) FROM checkpoint) OR NEW.size > (SELECT coalesce(max(number), -1) + 1 FROM audit)
BEGIN SELECT RAISE(ABORT, 'checkpoint demands a larger size within the log'); END;

-- The desk's own Ed25519 keys: `log` signs checkpoints, `desk` signs "these bytes were received then". No job reads seed.
CREATE TABLE desk_key (
  serial INTEGER PRIMARY KEY NOT NULL,                      -- counts from 1; a successor gets the next
  purpose TEXT NOT NULL CHECK (purpose IN ('log', 'desk')), -- what it signs
  name TEXT NOT NULL CHECK (name <> ''),                    -- key name in signed notes; the log key's is the origin
  public_key BLOB NOT NULL CHECK (length(public_key) = 32), -- Ed25519
  seed BLOB NOT NULL CHECK (length(seed) = 32),             -- secret; sealed with the page it stands on
  from_at INTEGER NOT NULL                                  -- in use since
) STRICT;
CREATE TRIGGER desk_key_no_update BEFORE UPDATE ON desk_key BEGIN SELECT RAISE(ABORT, 'desk_key is append-only'); END;
CREATE TRIGGER desk_key_no_delete BEFORE DELETE ON desk_key BEGIN SELECT RAISE(ABORT, 'desk_key is append-only'); END;
CREATE TRIGGER desk_key_in_order BEFORE INSERT ON desk_key
WHEN NEW.serial IS NOT (SELECT coalesce(max(serial), 0) + 1 FROM desk_key)
BEGIN SELECT RAISE(ABORT, 'desk_key demands the next serial'); END;

-- Evidence files and other attachments: sealed chunk files in evidence/ beside the store, found by the hash of their bytes.
CREATE TABLE attachment (
  number INTEGER PRIMARY KEY NOT NULL CHECK (number >= 0),        -- counts from 0 without a gap
  sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),        -- of the plain bytes, lower-case hex
  file_name TEXT NOT NULL UNIQUE CHECK (length(file_name) = 64),  -- keyed hash, so that the name tells nothing
  file_key BLOB NOT NULL CHECK (length(file_key) = 32),           -- the secretstream key of this file alone
  size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),            -- plain length
  media_type TEXT NOT NULL CHECK (media_type <> ''),              -- as sniffed: image/jpeg, image/png, application/pdf …
  added_at INTEGER NOT NULL                                       -- when, by this desk's clock
) STRICT;
CREATE TRIGGER attachment_no_update BEFORE UPDATE ON attachment
BEGIN SELECT RAISE(ABORT, 'attachment is append-only'); END;
CREATE TRIGGER attachment_no_delete BEFORE DELETE ON attachment
BEGIN SELECT RAISE(ABORT, 'attachment is append-only'); END;
CREATE TRIGGER attachment_in_order BEFORE INSERT ON attachment
WHEN NEW.number IS NOT (SELECT coalesce(max(number), -1) + 1 FROM attachment)
BEGIN SELECT RAISE(ABORT, 'attachment demands the next number'); END;
