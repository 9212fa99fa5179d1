-- A doctor looks for a patient of last month: the visits of one person by their end, without reading those of the others.
CREATE INDEX visit_of ON visit (holder, ended_at, id) WHERE ended_at IS NOT NULL;
