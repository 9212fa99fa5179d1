-- When people's passwords were made (口令的更换): a password is good for so many days, and none of the last ones is taken again.

-- One person's. The password itself is nowhere; `past` are slow derivations of those before it, each with a salt of its own.
CREATE TABLE password_age (
  staff  TEXT PRIMARY KEY NOT NULL CHECK (staff <> ''), -- staff number
  set_at INTEGER NOT NULL,                              -- since when the present one counts
  past   TEXT NOT NULL                                  -- canonical text: past.NN.{salt,hash}, newest first
) STRICT;
