-- To which environment of the platform a row went, or may have gone: written with its first byte, so that each row says by itself what its answer is worth.
-- NULL: not sent yet. A store from before the environment was noted says it at its next connection (app/upload.c).
ALTER TABLE outbox ADD COLUMN environment TEXT CHECK (environment = 'test' OR environment = 'production' OR environment = 'demo');
UPDATE outbox SET environment = (SELECT value FROM setting WHERE name = 'platform.environment')
WHERE attempts > 0 OR state = 'accepted' OR state = 'unknown' OR state = 'settled_sent';
