-- Whose each prescription is, for those written before the table was (schema 2 to 6): what a patient had stands in no list otherwise, and "the last one" and what is
-- compared with it would begin with the upgrade. The patient's word is kind and number of the identity document, "-" where no kind is known (db/visits.c).
WITH line AS (
  SELECT id, signed_at, char(10) || facts || char(10) AS text FROM prescription
), found AS (
  SELECT id, signed_at,
    CASE WHEN instr(text, char(10) || 'patient.id_kind ') > 0 THEN substr(text, instr(text, char(10) || 'patient.id_kind ') + 17) END AS kind,
    CASE WHEN instr(text, char(10) || 'patient.id_number ') > 0 THEN substr(text, instr(text, char(10) || 'patient.id_number ') + 19) END AS number
  FROM line
)
INSERT OR IGNORE INTO patient_rx (prescription, patient, signed_at)
SELECT id, COALESCE(substr(kind, 1, instr(kind, char(10)) - 1), '-') || ' ' || substr(number, 1, instr(number, char(10)) - 1), signed_at
FROM found WHERE number IS NOT NULL;
