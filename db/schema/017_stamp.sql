-- Documents whose newest signature line no time stamping authority has vouched for yet (待取时间戳, RFC 3161). A row is made with the line while the
-- hospital uses such an authority, and goes when the stamp is kept in validation; a copy of nothing, so it may go without a trace.
CREATE TABLE stamp_due (
  document TEXT PRIMARY KEY NOT NULL CHECK (document <> ''),  -- its id
  since_at INTEGER NOT NULL                                   -- when the first line that has none was signed
) STRICT, WITHOUT ROWID;
CREATE INDEX stamp_due_oldest ON stamp_due (since_at, document);
