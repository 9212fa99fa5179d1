-- Slips on paper (处方笺打印): how often each prescription was printed, so that a reprint says that it is one. Who, when and how many
-- copies is in the audit log, in whose transaction the number grows.
CREATE TABLE slip_print (
  prescription TEXT PRIMARY KEY,                  -- its number
  times        INTEGER NOT NULL CHECK (times > 0), -- jobs, not copies
  printed_at   INTEGER NOT NULL                   -- the last one
) STRICT;
