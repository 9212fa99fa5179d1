-- The rules a document was signed under (规则集), kept byte for byte, so that a past visit can be judged again exactly as on its day,
-- whatever the law, the program or the hospital changed since.

-- One layer of rules as the exact JSON it was loaded from: a shipped regulation, or the hospital's own.
CREATE TABLE rule_layer (
  number  INTEGER PRIMARY KEY NOT NULL CHECK (number >= 0),    -- counts from 0 without a gap
  sha256  TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),    -- of body, lower-case hex
  name    TEXT NOT NULL CHECK (name <> ''),                    -- tianjin-2025
  body    BLOB NOT NULL,
  kept_at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER rule_layer_no_update BEFORE UPDATE ON rule_layer BEGIN SELECT RAISE(ABORT, 'rule_layer is append-only'); END;
CREATE TRIGGER rule_layer_no_delete BEFORE DELETE ON rule_layer BEGIN SELECT RAISE(ABORT, 'rule_layer is append-only'); END;
CREATE TRIGGER rule_layer_in_order BEFORE INSERT ON rule_layer
WHEN NEW.number IS NOT (SELECT coalesce(max(number), -1) + 1 FROM rule_layer)
BEGIN SELECT RAISE(ABORT, 'rule_layer demands the next number'); END;

-- A rulebook: its layers, lowest first. Its name in documents is the hash of this text.
CREATE TABLE rulebook (
  number   INTEGER PRIMARY KEY NOT NULL CHECK (number >= 0),   -- counts from 0 without a gap
  sha256   TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),   -- of manifest, lower-case hex
  manifest TEXT NOT NULL CHECK (manifest <> ''),               -- `fuzhen.rulebook/v2`, then `name sha256` a layer
  kept_at  INTEGER NOT NULL
) STRICT;
CREATE TRIGGER rulebook_no_update BEFORE UPDATE ON rulebook BEGIN SELECT RAISE(ABORT, 'rulebook is append-only'); END;
CREATE TRIGGER rulebook_no_delete BEFORE DELETE ON rulebook BEGIN SELECT RAISE(ABORT, 'rulebook is append-only'); END;
CREATE TRIGGER rulebook_in_order BEFORE INSERT ON rulebook
WHEN NEW.number IS NOT (SELECT coalesce(max(number), -1) + 1 FROM rulebook)
BEGIN SELECT RAISE(ABORT, 'rulebook demands the next number'); END;

-- One version of this hospital's rules as it stands (derived from the documents of visit `@rules`). In force on a day: of the
-- approved ones whose day has come, the one with the highest number.
CREATE TABLE rules_version (
  number   INTEGER PRIMARY KEY NOT NULL CHECK (number >= 1),
  id       TEXT NOT NULL UNIQUE,                               -- RULES-0002
  state    TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'declined', 'withdrawn')),
  since_on TEXT NOT NULL CHECK (length(since_on) = 10),        -- from 00:00 at Beijing of this day
  facts    TEXT NOT NULL
) STRICT;
CREATE INDEX rules_version_approved ON rules_version (number) WHERE state = 'approved';
