-- How many bytes of a device were archived on its latest day, so that a restart gives it no new
-- ones: one row a device, whatever it sends.
CREATE TABLE device_days (
    number  text PRIMARY KEY,             -- of the register
    day     date NOT NULL,                -- in China
    bytes   bigint NOT NULL CHECK (bytes >= 0)
);
GRANT SELECT, INSERT, UPDATE ON device_days TO liuhen_core;
ALTER TABLE device_days ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON device_days TO liuhen_core USING (true);

-- When a terminal first sent its code (0x0102): whoever knows its number alone cannot speak for it
-- from then on, also after a restart of the server. Null: it never did, or was reset since.
ALTER TABLE registrations ADD COLUMN proved_at timestamptz;
GRANT UPDATE (proved_at) ON registrations TO liuhen_core, liuhen_http;

-- A window of governed unlocking ends also when the truck has left the place it was granted at.
ALTER TABLE unlock_windows DROP CONSTRAINT unlock_windows_closed_why_check;
ALTER TABLE unlock_windows ADD CONSTRAINT unlock_windows_closed_why_check
    CHECK (closed_why IN ('time', 'sealed', 'moved', 'held', 'state', 'left'));
