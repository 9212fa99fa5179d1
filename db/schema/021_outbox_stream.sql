-- Rows of a stream go one after the other (db/outbox.c): who waits in a stream is found by it.
CREATE INDEX outbox_stream ON outbox (stream, id) WHERE state = 'queued';
