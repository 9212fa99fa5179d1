-- What left the pharmacy and has not been heard of (在途): with a courier, or with an outside pharmacy (derived).
ALTER TABLE prescription ADD COLUMN sent_at INTEGER; -- since when the oldest such part is away; NULL: none is
CREATE INDEX prescription_sent ON prescription (sent_at, id) WHERE sent_at IS NOT NULL;
