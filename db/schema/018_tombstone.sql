-- What was lawfully removed before the record it belongs to (到期清除), and what says so. Removed are pictures beside the store and the details of audit
-- entries; every document, every leaf of the log and every proof over them stays.

-- One thing that is gone: the signed document that says so names it, its hash, and until when it had to be kept (derived from the documents of visits
-- `@PRG-…`; `fuzhen rebuild --check` compares). The triggers of the two tables below let nothing go that does not stand here.
CREATE TABLE tombstone (
  what     TEXT NOT NULL CHECK (what = 'image' OR what = 'detail'),
  key      TEXT NOT NULL CHECK (key <> ''),               -- image: SHA-256 of its bytes; detail: number of the audit entry
  visit    TEXT NOT NULL CHECK (visit <> ''),             -- whose it was; the same picture may have belonged to several
  document INTEGER NOT NULL REFERENCES document (number), -- kind fuzhen.purge/v1
  PRIMARY KEY (what, key, visit)
) STRICT;
CREATE TRIGGER tombstone_no_update BEFORE UPDATE ON tombstone BEGIN SELECT RAISE(ABORT, 'tombstone is append-only'); END;
CREATE TRIGGER tombstone_no_delete BEFORE DELETE ON tombstone BEGIN SELECT RAISE(ABORT, 'tombstone is append-only'); END;
CREATE TRIGGER tombstone_in_order BEFORE INSERT ON tombstone
WHEN EXISTS (SELECT 1 FROM tombstone t WHERE t.what = NEW.what AND t.key = NEW.key AND t.visit = NEW.visit)
  OR NOT EXISTS (SELECT 1 FROM document d WHERE d.number = NEW.document AND d.kind = 'fuzhen.purge/v1')
BEGIN SELECT RAISE(ABORT, 'tombstone belongs to a signed purge, once'); END;

DROP TRIGGER audit_payload_no_delete;
CREATE TRIGGER audit_payload_no_delete BEFORE DELETE ON audit_payload
WHEN NOT EXISTS (SELECT 1 FROM tombstone t WHERE t.what = 'detail' AND t.key = CAST(OLD.number AS TEXT))
BEGIN SELECT RAISE(ABORT, 'audit_payload is append-only'); END;
DROP TRIGGER attachment_no_delete;
CREATE TRIGGER attachment_no_delete BEFORE DELETE ON attachment
WHEN NOT EXISTS (SELECT 1 FROM tombstone t WHERE t.what = 'image' AND t.key = OLD.sha256)
BEGIN SELECT RAISE(ABORT, 'attachment is append-only'); END;

-- Sealed files whose key went with their row and that are still to be unlinked: a cut between the two leaves noise, and not for long.
CREATE TABLE sealed_waste (
  file_name TEXT PRIMARY KEY NOT NULL CHECK (length(file_name) = 64)
) STRICT, WITHOUT ROWID;
