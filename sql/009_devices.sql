-- What each terminal said of itself when it first registered (JT/T 808, 0x0100). Who comes under
-- its number with other data is refused and counted until the operator resets it.
CREATE TABLE registrations (
    terminal_id      uuid PRIMARY KEY REFERENCES terminals,
    unit             text,         -- the maker's id of the unit; null: reset since
    plate            text,         -- plate or VIN
    plate_colour     smallint,     -- 0: `plate` is the VIN
    maker            text,
    model            text,
    first_at         timestamptz,
    refused_count    bigint NOT NULL DEFAULT 0,   -- since the last reset
    last_refused_at  timestamptz,
    reset_at         timestamptz,
    reset_by         uuid,         -- token
    CHECK (num_nulls(unit, plate, plate_colour, maker, model, first_at) IN (0, 6)),
    CHECK ((refused_count = 0) = (last_refused_at IS NULL)),
    CHECK ((reset_at IS NULL) = (reset_by IS NULL))
);

GRANT SELECT, INSERT ON registrations TO liuhen_core;
GRANT UPDATE (unit, plate, plate_colour, maker, model, first_at, refused_count, last_refused_at)
    ON registrations TO liuhen_core;
GRANT SELECT ON registrations TO liuhen_http, liuhen_reader;
GRANT UPDATE (unit, plate, plate_colour, maker, model, first_at, refused_count, last_refused_at,
              reset_at, reset_by)
    ON registrations TO liuhen_http;   -- to reset one
