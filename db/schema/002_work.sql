-- The work of the day: people, visits, documents, prescriptions, and what the platform still has to hear.
-- Times are UTC microseconds (`_at`), days are YYYY-MM-DD (`_on`), money is integer fen. `facts` and `body` hold canonical
-- text (core/fields.h). Words of a closed list stand as ORs: for an IN of more than two SQLite builds a table in memory at each write.
-- Tables marked "derived" can be rebuilt from `document` and are compared by `fuzhen rebuild --check`.

-- What this hospital and this desk are: one canonical text a name (institution, platform, departments, desk, consent).
CREATE TABLE profile (
  name       TEXT PRIMARY KEY,             -- institution, platform, department.NN …
  body       TEXT NOT NULL,                -- canonical text
  changed_at INTEGER NOT NULL
) STRICT;

-- A person who works here, under their real name (Tianjin 2025 art. 13 to 15). One account has one role; the same natural
-- person in two accounts has the same `person` word, and it is this word that the four-eyes rule compares.
CREATE TABLE staff (
  number              TEXT PRIMARY KEY,    -- 工号
  person              TEXT NOT NULL,       -- keyed hash of the identity number
  name                TEXT NOT NULL,
  id_number           TEXT NOT NULL,
  role                TEXT NOT NULL CHECK (role IN ('doctor', 'pharmacist', 'affairs', 'security', 'system', 'audit')),
  facts               TEXT NOT NULL,       -- licence, title, scope, department, registration and consent, dates
  vkey                TEXT,                -- verifier key of the person's signature; NULL until enrolled
  factor              TEXT,                -- second factor: `key <base64 public key>` or `totp <base32>`; NULL until enrolled
  totp_step           INTEGER NOT NULL DEFAULT 0, -- last one-time code used: a code is good once
  joined_at           INTEGER NOT NULL,
  left_at             INTEGER              -- set when the person leaves; such an account never signs in again
) STRICT;

-- Every document that was ever signed; nothing here changes.
CREATE TABLE document (
  number      INTEGER PRIMARY KEY,         -- 1, 2, 3 … without a gap
  id          TEXT NOT NULL UNIQUE,
  kind        TEXT NOT NULL,               -- fuzhen.prescription/v1 …
  visit       TEXT NOT NULL,
  body        BLOB NOT NULL,               -- the exact bytes that were signed
  body_sha256 TEXT NOT NULL,
  note_sha256 TEXT NOT NULL,               -- of body and first signature line: what a review names
  role        TEXT NOT NULL,               -- in which the first signer acted
  person      TEXT NOT NULL,               -- the first signer as a natural person; `desk` for the desk's key
  signed_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX document_by_visit ON document (visit, number);

-- The signature lines under a document: its maker's, then the pharmacist's.
CREATE TABLE signature (
  document INTEGER NOT NULL REFERENCES document (number),
  position INTEGER NOT NULL CHECK (position >= 0),
  line     TEXT NOT NULL,                  -- `— name base64` with its LF
  PRIMARY KEY (document, position)
) STRICT;

CREATE TRIGGER document_numbered BEFORE INSERT ON document
WHEN NEW.number IS NOT (SELECT COALESCE(MAX(number), 0) + 1 FROM document)
BEGIN SELECT RAISE(ABORT, 'documents are numbered without a gap'); END;
CREATE TRIGGER document_no_update BEFORE UPDATE ON document BEGIN SELECT RAISE(ABORT, 'documents do not change'); END;
CREATE TRIGGER document_no_delete BEFORE DELETE ON document BEGIN SELECT RAISE(ABORT, 'documents do not go away'); END;
CREATE TRIGGER signature_numbered BEFORE INSERT ON signature
WHEN NEW.position IS NOT (SELECT COUNT(*) FROM signature WHERE document = NEW.document)
BEGIN SELECT RAISE(ABORT, 'signatures stand in order'); END;
CREATE TRIGGER signature_no_update BEFORE UPDATE ON signature BEGIN SELECT RAISE(ABORT, 'signatures do not change'); END;
CREATE TRIGGER signature_no_delete BEFORE DELETE ON signature BEGIN SELECT RAISE(ABORT, 'signatures do not go away'); END;

-- One visit as it stands (derived): the item of every queue.
CREATE TABLE visit (
  id         TEXT PRIMARY KEY,
  stage      TEXT NOT NULL CHECK (
    stage = 'waiting' OR stage = 'taken' OR stage = 'recorded' OR stage = 'finished' OR
    stage = 'refused' OR stage = 'withdrawn' OR stage = 'terminated'),
  holder     TEXT,                         -- the natural person who took it
  applied_at INTEGER NOT NULL,
  ended_at   INTEGER,                      -- finished, refused, withdrawn or terminated
  facts      TEXT NOT NULL
) STRICT;
CREATE INDEX visit_waiting ON visit (applied_at, id) WHERE stage = 'waiting';
CREATE INDEX visit_taken ON visit (applied_at, id) WHERE stage = 'taken' OR stage = 'recorded';
CREATE INDEX visit_ended ON visit (ended_at, id) WHERE ended_at IS NOT NULL;
CREATE INDEX visit_applied ON visit (applied_at, id);

-- One prescription as it stands (derived): the item of the pharmacist's queue.
CREATE TABLE prescription (
  id          TEXT PRIMARY KEY,
  visit       TEXT NOT NULL REFERENCES visit (id),
  document    INTEGER NOT NULL REFERENCES document (number),
  stage       TEXT NOT NULL CHECK (
    stage = 'signed' OR stage = 'effective' OR stage = 'returned' OR stage = 'refused' OR
    stage = 'dispensed' OR stage = 'expired' OR stage = 'voided'),
  signed_at   INTEGER NOT NULL,
  reviewed_at INTEGER,
  valid_until_at INTEGER NOT NULL,
  facts       TEXT NOT NULL
) STRICT;
CREATE INDEX prescription_to_review ON prescription (signed_at, id) WHERE stage = 'signed';
CREATE INDEX prescription_open ON prescription (valid_until_at, id) WHERE stage = 'signed' OR stage = 'effective';
CREATE INDEX prescription_by_visit ON prescription (visit, signed_at);
CREATE INDEX prescription_by_time ON prescription (signed_at, id);
CREATE INDEX prescription_reviewed ON prescription (reviewed_at, id) WHERE reviewed_at IS NOT NULL;

-- What somebody was typing: saved as typed, gone when signed.
CREATE TABLE draft (
  visit      TEXT NOT NULL,
  staff      TEXT NOT NULL,
  body       TEXT NOT NULL,
  saved_at   INTEGER NOT NULL,
  PRIMARY KEY (visit, staff)
) STRICT;

-- The hospital's drug catalogue and diagnoses, one canonical row a code; `used` 0 marks a withdrawn one.
CREATE TABLE drug (
  code       TEXT PRIMARY KEY,
  body       TEXT NOT NULL,
  used       INTEGER NOT NULL CHECK (used IN (0, 1)),
  changed_at INTEGER NOT NULL
) STRICT;
CREATE TABLE diagnosis (
  code TEXT PRIMARY KEY,
  body TEXT NOT NULL
) STRICT;

-- A versioned text the patient agrees to; never changed, a new version is a new row.
CREATE TABLE consent_text (
  version  TEXT PRIMARY KEY,
  sha256   TEXT NOT NULL,
  text     TEXT NOT NULL,
  since_at INTEGER NOT NULL
) STRICT;

-- What the supervision platform has to hear, in the same transaction as the document that makes it due (上报台账).
-- queued: ready; blocked: a required value is missing, `problems` is the task; sending: the first byte may have left;
-- unknown: no answer; settled_sent, settled_not_sent: a person decided, with a reason.
CREATE TABLE outbox (
  id         INTEGER PRIMARY KEY,
  key        TEXT NOT NULL,                -- visit:V1, record:V1, prescription:RX, drug:FZ0001@3 …
  stream     TEXT NOT NULL,                -- one visit, one catalogue: at most one row of it in flight
  method     TEXT NOT NULL,
  subject    TEXT NOT NULL,                -- what a person sees: visit or prescription number, drug code
  facts      TEXT NOT NULL,                -- every value with the key it came from
  payload    BLOB,                         -- frozen bytes; NULL while blocked
  problems   TEXT,                         -- one a line: field, what is missing
  state      TEXT NOT NULL CHECK (
    state = 'queued' OR state = 'blocked' OR state = 'sending' OR state = 'accepted' OR
    state = 'refused' OR state = 'unknown' OR state = 'alarm' OR state = 'settled_sent' OR
    state = 'settled_not_sent'),
  attempts   INTEGER NOT NULL DEFAULT 0,
  next_at    INTEGER NOT NULL,
  code       TEXT,                         -- the platform's code
  words      TEXT,                         -- the platform's own words, or why it could not be reached
  made_at    INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox (next_at, id) WHERE state = 'queued';
CREATE INDEX outbox_sending ON outbox (stream) WHERE state = 'sending';
CREATE INDEX outbox_by_key ON outbox (key, state);
CREATE INDEX outbox_by_state ON outbox (state, id);

-- A row waits until each key named here was accepted (or settled as sent).
CREATE TABLE outbox_need (
  outbox INTEGER NOT NULL REFERENCES outbox (id),
  key    TEXT NOT NULL,
  PRIMARY KEY (outbox, key)
) STRICT, WITHOUT ROWID;

-- Folders in `out/` still to be written for the hospital's front (derived): one a visit that ended or changed.
CREATE TABLE handout (
  visit   TEXT PRIMARY KEY,
  due_at  INTEGER NOT NULL
) STRICT;

-- Counters that give readable numbers: prescriptions of a day.
CREATE TABLE counter (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;
