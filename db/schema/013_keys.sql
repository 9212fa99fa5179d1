-- What proves a key (密钥的凭据): certificates, revocations, successions, and whatever else shows in fifteen years that a signature was
-- good on its day (电子签名法 art. 13, 15, 24). All of it append-only; the audit entry of the act stands in the same transaction.

-- A thing kept to judge signatures by, whole as it came: certificate, key_list, succession; of other providers ca_chain, ocsp, crl,
-- time_stamp. The same bytes are kept once.
CREATE TABLE validation (
  number INTEGER PRIMARY KEY NOT NULL CHECK (number >= 0),   -- counts from 0 without a gap
  sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),   -- of body, lower-case hex
  kind TEXT NOT NULL CHECK (kind <> ''),                     -- what it is, a word
  body BLOB NOT NULL,                                        -- its bytes
  kept_at INTEGER NOT NULL                                   -- when, by this desk's clock
) STRICT;
CREATE TRIGGER validation_no_update BEFORE UPDATE ON validation BEGIN SELECT RAISE(ABORT, 'validation is append-only'); END;
CREATE TRIGGER validation_no_delete BEFORE DELETE ON validation BEGIN SELECT RAISE(ABORT, 'validation is append-only'); END;
CREATE TRIGGER validation_in_order BEFORE INSERT ON validation
WHEN NEW.number IS NOT (SELECT coalesce(max(number), -1) + 1 FROM validation)
BEGIN SELECT RAISE(ABORT, 'validation demands the next number'); END;

-- Which of it was in force when a document was signed.
CREATE TABLE validation_of (
  number INTEGER PRIMARY KEY NOT NULL CHECK (number >= 0),           -- counts from 0 without a gap
  document TEXT NOT NULL CHECK (document <> ''),                     -- its id
  validation INTEGER NOT NULL REFERENCES validation (number),
  UNIQUE (document, validation)
) STRICT;
CREATE TRIGGER validation_of_no_update BEFORE UPDATE ON validation_of BEGIN SELECT RAISE(ABORT, 'validation_of is append-only'); END;
CREATE TRIGGER validation_of_no_delete BEFORE DELETE ON validation_of BEGIN SELECT RAISE(ABORT, 'validation_of is append-only'); END;
CREATE TRIGGER validation_of_in_order BEFORE INSERT ON validation_of
WHEN NEW.number IS NOT (SELECT coalesce(max(number), -1) + 1 FROM validation_of)
BEGIN SELECT RAISE(ABORT, 'validation_of demands the next number'); END;

-- A certificate of a person's key, issued by the institution's key; a renewal is one more for the same key.
CREATE TABLE certificate (
  serial INTEGER PRIMARY KEY NOT NULL CHECK (serial > 0),      -- counts from 1 without a gap
  staff TEXT NOT NULL CHECK (staff <> ''),                     -- staff number
  vkey TEXT NOT NULL CHECK (vkey <> ''),                       -- the key it speaks of
  from_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL CHECK (until_at > from_at),
  validation INTEGER NOT NULL REFERENCES validation (number)   -- the signed note
) STRICT;
CREATE INDEX certificate_by_key ON certificate (vkey, serial);
CREATE TRIGGER certificate_no_update BEFORE UPDATE ON certificate BEGIN SELECT RAISE(ABORT, 'certificate is append-only'); END;
CREATE TRIGGER certificate_no_delete BEFORE DELETE ON certificate BEGIN SELECT RAISE(ABORT, 'certificate is append-only'); END;
CREATE TRIGGER certificate_in_order BEFORE INSERT ON certificate
WHEN NEW.serial IS NOT (SELECT coalesce(max(serial), 0) + 1 FROM certificate)
BEGIN SELECT RAISE(ABORT, 'certificate demands the next serial'); END;

-- A key that is revoked, from a place in the log on: what an entry before it names was signed in time.
CREATE TABLE revocation (
  number INTEGER PRIMARY KEY NOT NULL CHECK (number >= 0),      -- counts from 0 without a gap
  vkey TEXT NOT NULL UNIQUE CHECK (vkey <> ''),                 -- the key
  staff TEXT NOT NULL CHECK (staff <> ''),                      -- whose
  at_size INTEGER NOT NULL CHECK (at_size >= 0),                -- number of the first log entry that is too late
  from_at INTEGER NOT NULL,                                     -- the time that was said
  reason TEXT NOT NULL CHECK (reason <> ''),
  revoked_by TEXT NOT NULL CHECK (revoked_by <> ''),            -- staff number
  revoked_at INTEGER NOT NULL                                   -- when, by this desk's clock
) STRICT;
CREATE TRIGGER revocation_no_update BEFORE UPDATE ON revocation BEGIN SELECT RAISE(ABORT, 'revocation is append-only'); END;
CREATE TRIGGER revocation_no_delete BEFORE DELETE ON revocation BEGIN SELECT RAISE(ABORT, 'revocation is append-only'); END;
CREATE TRIGGER revocation_in_order BEFORE INSERT ON revocation
WHEN NEW.number IS NOT (SELECT coalesce(max(number), -1) + 1 FROM revocation)
BEGIN SELECT RAISE(ABORT, 'revocation demands the next number'); END;

-- Those who rely on a revoked key were told (电子签名法 art. 15): until this row is there it is a task.
CREATE TABLE revocation_notice (
  number INTEGER PRIMARY KEY NOT NULL CHECK (number >= 0) REFERENCES revocation (number),
  words TEXT NOT NULL CHECK (words <> ''),                      -- whom, how and when
  told_by TEXT NOT NULL CHECK (told_by <> ''),                  -- staff number
  told_at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER revocation_notice_no_update BEFORE UPDATE ON revocation_notice BEGIN SELECT RAISE(ABORT, 'revocation_notice is append-only'); END;
CREATE TRIGGER revocation_notice_no_delete BEFORE DELETE ON revocation_notice BEGIN SELECT RAISE(ABORT, 'revocation_notice is append-only'); END;
CREATE TRIGGER revocation_notice_in_order BEFORE INSERT ON revocation_notice
WHEN EXISTS (SELECT 1 FROM revocation_notice WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'revocation_notice is said once'); END;

-- A desk key that took over from another one, which signed that it did.
CREATE TABLE key_succession (
  serial INTEGER PRIMARY KEY NOT NULL REFERENCES desk_key (serial), -- the successor
  former INTEGER NOT NULL REFERENCES desk_key (serial),
  at_size INTEGER NOT NULL CHECK (at_size >= 0),                    -- of the log: the former's last checkpoint has this size
  signed_at INTEGER NOT NULL,
  validation INTEGER NOT NULL REFERENCES validation (number)        -- the note that the former signed
) STRICT;
CREATE TRIGGER key_succession_no_update BEFORE UPDATE ON key_succession BEGIN SELECT RAISE(ABORT, 'key_succession is append-only'); END;
CREATE TRIGGER key_succession_no_delete BEFORE DELETE ON key_succession BEGIN SELECT RAISE(ABORT, 'key_succession is append-only'); END;
CREATE TRIGGER key_succession_in_order BEFORE INSERT ON key_succession
WHEN EXISTS (SELECT 1 FROM key_succession WHERE serial = NEW.serial OR former = NEW.former)
BEGIN SELECT RAISE(ABORT, 'a key has one successor'); END;

-- What must stay the same when the store key is replaced. No job reads secret.
CREATE TABLE kept_secret (
  name TEXT PRIMARY KEY NOT NULL CHECK (name <> ''),            -- person_word
  secret BLOB NOT NULL CHECK (length(secret) = 32)              -- sealed with the page it stands on
) STRICT;
CREATE TRIGGER kept_secret_no_update BEFORE UPDATE ON kept_secret BEGIN SELECT RAISE(ABORT, 'kept_secret is append-only'); END;
CREATE TRIGGER kept_secret_no_delete BEFORE DELETE ON kept_secret BEGIN SELECT RAISE(ABORT, 'kept_secret is append-only'); END;
CREATE TRIGGER kept_secret_in_order BEFORE INSERT ON kept_secret
WHEN EXISTS (SELECT 1 FROM kept_secret WHERE name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'kept_secret is written once'); END;
