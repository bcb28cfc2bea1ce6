-- Trucks, the devices on them, and since when.
CREATE TABLE vehicles (
    id            uuid PRIMARY KEY,
    key           integer GENERATED ALWAYS AS IDENTITY UNIQUE,  -- short name in observation rows
    plate         text NOT NULL CHECK (char_length(plate) BETWEEN 2 AND 20),
    plate_colour  smallint NOT NULL DEFAULT 2,                  -- JT/T 697.7: 1 blue 2 yellow ...
    carrier_id    uuid NOT NULL REFERENCES parties,
    created_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (plate, plate_colour)
);

CREATE TABLE terminals (
    id                 uuid PRIMARY KEY,
    key                integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    number             text NOT NULL UNIQUE CHECK (number ~ '^[0-9A-Fa-f]{1,20}$'),  -- zeros stripped
    protocol           text NOT NULL CHECK (protocol IN ('jt808', 'jt701')),
    profile            text NOT NULL DEFAULT 'standard',
    time_zone_minutes  smallint NOT NULL DEFAULT 480 CHECK (time_zone_minutes BETWEEN -720 AND 840),
    datum              text NOT NULL DEFAULT 'wgs84' CHECK (datum IN ('wgs84', 'gcj02')),
    auth_code          text NOT NULL,              -- handed out by 0x8100; a secret of this device
    created_at         timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE locks (
    id           uuid PRIMARY KEY,
    number       text NOT NULL UNIQUE CHECK (char_length(number) BETWEEN 1 AND 20),
    terminal_id  uuid REFERENCES terminals,        -- the connection it speaks through; null: unknown
    created_at   timestamptz NOT NULL DEFAULT now()
);

-- A device serves one vehicle at a time: the database refuses overlaps.
CREATE TABLE bindings (
    id           uuid PRIMARY KEY,
    vehicle_id   uuid NOT NULL REFERENCES vehicles,
    terminal_id  uuid REFERENCES terminals,
    lock_id      uuid REFERENCES locks,
    during       tstzrange NOT NULL CHECK (NOT isempty(during)),
    created_at   timestamptz NOT NULL DEFAULT now(),
    CHECK ((terminal_id IS NULL) <> (lock_id IS NULL)),
    EXCLUDE USING gist (terminal_id WITH =, during WITH &&) WHERE (terminal_id IS NOT NULL),
    EXCLUDE USING gist (lock_id WITH =, during WITH &&) WHERE (lock_id IS NOT NULL)
);
CREATE INDEX ON bindings (vehicle_id);

GRANT SELECT ON vehicles, terminals, locks, bindings TO liuhen_core;
GRANT SELECT, INSERT ON vehicles, terminals, locks, bindings TO liuhen_http;
GRANT UPDATE (during) ON bindings TO liuhen_http;   -- to end a binding
GRANT SELECT ON vehicles, locks, bindings TO liuhen_reader;
GRANT SELECT (id, key, number, protocol, profile, time_zone_minutes, datum) ON terminals TO liuhen_reader;

ALTER TABLE vehicles ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON vehicles TO liuhen_core USING (true);
CREATE POLICY made ON vehicles FOR INSERT TO liuhen_http WITH CHECK (caller_role() = 'operator');
-- the SELECT policy stands with the manifests, whose parties may see the truck that carries for them
