-- What a doctor promised to watch (将监测): reasons given for signing in spite of a finding, with a day until when.

-- One promise that is still to be kept (derived from prescriptions and monitoring documents; gone when kept, and when the prescription fell).
CREATE TABLE monitor (
  prescription TEXT NOT NULL,
  position     INTEGER NOT NULL CHECK (position >= 0),         -- of the reason in the prescription: override.NN
  doctor       TEXT NOT NULL CHECK (doctor <> ''),             -- staff number of who signed it
  due_on       TEXT NOT NULL CHECK (due_on <> ''),             -- day at Beijing, 2026-03-16
  facts        TEXT NOT NULL,                                  -- canonical text: monitor.*, patient.name
  PRIMARY KEY (prescription, position)
) STRICT;
CREATE INDEX monitor_by_doctor ON monitor (doctor, due_on, prescription, position);
CREATE INDEX monitor_by_day ON monitor (due_on, prescription, position);
