-- Registers of medical affairs (台账): what each entry is now follows from its signed documents.

-- One entry as it stands (derived from the documents of visit `@` and its id; `fuzhen rebuild --check` compares).
CREATE TABLE entry (
  id        TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),        -- TS-000001
  register  TEXT NOT NULL CHECK (register <> ''),              -- complaint
  state     TEXT NOT NULL CHECK (state <> ''),                 -- a word of that register's definition
  ended     INTEGER NOT NULL CHECK (ended IN (0, 1)),          -- 1: nothing more is due
  opened_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  facts     TEXT NOT NULL                                      -- canonical text: entry.*, field.*, attachment.*
) STRICT;
CREATE INDEX entry_by_register ON entry (register, opened_at, id);
CREATE INDEX entry_open ON entry (register, opened_at, id) WHERE ended = 0;
