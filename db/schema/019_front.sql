-- The hospital's own front, where patients ask and read (医院前端): what it has to hear and what came from it. Documents stay the record; these rows are
-- what is on its way.

-- What the front has to hear, in the transaction of the document or message that makes it due. The front knows each key once and for all, so a row may
-- be sent again after a cut. Rows of one visit arrive in the order of `turn`.
CREATE TABLE front_out (
  id         INTEGER PRIMARY KEY NOT NULL,
  key        TEXT NOT NULL UNIQUE CHECK (key <> ''),      -- names it for ever, here and at the front
  visit      TEXT NOT NULL CHECK (visit <> ''),
  turn       INTEGER NOT NULL CHECK (turn >= 1),          -- 1, 2, 3 … of the visit
  kind       TEXT NOT NULL CHECK (kind <> ''),            -- visit.accepted, chat … (assets/schema/front-out.json)
  payload    BLOB NOT NULL,                               -- frozen JSON
  state      TEXT NOT NULL CHECK (state = 'queued' OR state = 'delivered' OR state = 'refused' OR state = 'settled'),
  attempts   INTEGER NOT NULL DEFAULT 0,                  -- answers "later" to this very row
  next_at    INTEGER NOT NULL,
  code       TEXT,                                        -- the front's code and words, when it refused
  words      TEXT,                                        -- settled: why a person let it be
  made_at    INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX front_out_turn ON front_out (visit, turn);
CREATE INDEX front_out_queued ON front_out (id) WHERE state = 'queued';
CREATE INDEX front_out_refused ON front_out (id) WHERE state = 'refused';

-- What came, in the order it came. A page is kept in one transaction with the place it was read to (setting front.cursor); what an event brings about is
-- written together with its state here, so that each counts once however often it is sent.
CREATE TABLE front_in (
  number      INTEGER PRIMARY KEY NOT NULL CHECK (number >= 1),
  event       TEXT NOT NULL UNIQUE CHECK (event <> ''),   -- the front's id
  kind        TEXT NOT NULL CHECK (kind <> ''),           -- visit_request, chat … (assets/schema/front-in.json)
  visit       TEXT NOT NULL,                              -- '' when it concerns none
  sha256      TEXT NOT NULL CHECK (length(sha256) = 64),  -- of body: the same event with other words is none
  body        TEXT,                                       -- JSON until it took effect or was set aside for good
  state       TEXT NOT NULL CHECK (state = 'new' OR state = 'applied' OR state = 'held' OR state = 'settled'),
  words       TEXT,                                       -- held: what is wrong with it; settled: why a person let it be
  attempts    INTEGER NOT NULL DEFAULT 0,
  next_at     INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  changed_at  INTEGER NOT NULL,
  acked_at    INTEGER                                     -- when the front was told that it is kept here
) STRICT;
CREATE INDEX front_in_new ON front_in (number) WHERE state = 'new';
CREATE INDEX front_in_held ON front_in (number) WHERE state = 'held';
CREATE INDEX front_in_visit ON front_in (visit, kind, state);
CREATE INDEX front_in_acked ON front_in (number) WHERE acked_at IS NULL;
