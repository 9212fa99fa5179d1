-- The doctor's hand (常用药、协定处方): what makes writing quick, and which prescriptions a patient had. Nothing here is signed or judges anything:
-- every line taken from here is checked anew, and signed by the doctor like one that was typed.

-- What a person or a department keeps by hand: a favourite medicine with the line it is usually written with, or a named set of lines.
CREATE TABLE hand (
  owner      TEXT NOT NULL CHECK (owner <> ''),                -- staff D1001, or department 03.04
  kind       TEXT NOT NULL CHECK (kind = 'star' OR kind = 'set'),
  name       TEXT NOT NULL CHECK (name <> ''),                 -- the medicine's code, or the set's name
  body       TEXT NOT NULL,                                    -- canonical text: rx.*
  changed_by TEXT NOT NULL,                                    -- staff number
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (owner, kind, name)
) STRICT;

-- Whose each prescription is (derived): finds what a patient had before, whoever wrote it.
CREATE TABLE patient_rx (
  prescription TEXT PRIMARY KEY,
  patient      TEXT NOT NULL,                                  -- kind and number of the identity document
  signed_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX patient_rx_newest ON patient_rx (patient, signed_at);
