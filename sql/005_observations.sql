-- What devices reported. Rows are only ever added; identity is (terminal, device time, kind, hash).
CREATE TABLE observations (
    terminal_key  integer NOT NULL,
    vehicle_key   integer,                         -- bound at `at`; null: bound to none
    at            timestamptz NOT NULL,            -- device time
    kind          smallint NOT NULL,               -- 1 fix, 2 lock event
    hash          bigint NOT NULL,                 -- 64 bits of the unescaped body
    received_at   timestamptz NOT NULL,
    message       integer NOT NULL,                -- source message id
    flags         smallint NOT NULL DEFAULT 0,     -- 1 undated, 2 backlog, 4 outside plausible time
    alarm         integer NOT NULL DEFAULT 0,      -- words as sent, bit for bit
    status        integer NOT NULL DEFAULT 0,
    lat           integer,                         -- WGS 84, 1e-7 degree
    lon           integer,
    speed         integer,                         -- 0.01 m/s
    heading       smallint,                        -- degrees
    altitude      smallint,                        -- metres
    source        smallint,                        -- FixSource
    load          smallint,                        -- Load
    satellites    smallint,
    odometer      bigint,                          -- metres
    action        smallint,                        -- LockAction
    means         smallint,                        -- LockMeans
    lock_number   text,
    actor         text,
    raw           bytea                            -- additional items or event text as sent
) PARTITION BY RANGE (at);
-- Catches what no daily partition takes (a device clock in 2000), so that no row is ever refused.
CREATE TABLE observations_rest PARTITION OF observations DEFAULT;
CREATE UNIQUE INDEX observations_identity ON observations (terminal_key, at, kind, hash);
CREATE INDEX observations_vehicle ON observations (vehicle_key, at);

CREATE TABLE raw_frames (
    terminal_key  integer NOT NULL,
    received_at   timestamptz NOT NULL,
    frame         bytea NOT NULL                   -- unescaped, header and checksum included
) PARTITION BY RANGE (received_at);
CREATE TABLE raw_frames_rest PARTITION OF raw_frames DEFAULT;
CREATE INDEX raw_frames_time ON raw_frames USING brin (received_at);

-- Bytes and rows that were turned away, for `doctor --device` and for evidence.
CREATE TABLE quarantine (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number       text NOT NULL DEFAULT '',         -- the device as it named itself
    peer         text NOT NULL DEFAULT '',
    received_at  timestamptz NOT NULL,
    fault        text NOT NULL,
    bytes        bytea NOT NULL CHECK (octet_length(bytes) <= 4096)
);
CREATE INDEX ON quarantine (number, id);

-- Makes the daily partitions of a range of days; a day that exists is passed over.
CREATE FUNCTION ensure_partitions(first date, last date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    day date; made integer := 0; parent text;
BEGIN
    IF last - first > 400 THEN RAISE EXCEPTION 'at most 400 days at once'; END IF;
    FOREACH parent IN ARRAY ARRAY['observations', 'raw_frames'] LOOP
        FOR day IN SELECT generate_series(first, last, interval '1 day')::date LOOP
            CONTINUE WHEN to_regclass(format('%s_%s', parent, to_char(day, 'YYYYMMDD'))) IS NOT NULL;
            BEGIN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                    format('%s_%s', parent, to_char(day, 'YYYYMMDD')), parent,
                    day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
                made := made + 1;
            EXCEPTION WHEN check_violation THEN
                NULL;  -- rows of that day already lie in the default partition; they stay there
            END;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION ensure_partitions(date, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_partitions(date, date) TO liuhen_core;

GRANT SELECT, INSERT ON observations, raw_frames, quarantine TO liuhen_core;
GRANT SELECT ON observations TO liuhen_http, liuhen_reader;
GRANT SELECT ON quarantine TO liuhen_http;
