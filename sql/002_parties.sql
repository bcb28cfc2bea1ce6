-- Organisations, their places and routes, and the tokens by which people and programs speak.
CREATE TABLE parties (
    id          uuid PRIMARY KEY,
    name        text NOT NULL CHECK (char_length(name) BETWEEN 2 AND 120),
    uscc        char(18) UNIQUE,                   -- unified social credit code
    roles       text[] NOT NULL CHECK (roles <@ ARRAY['producer', 'carrier', 'receiver']),
    division    char(6),                           -- GB/T 2260 county; its first four digits number manifests
    contact     text, phone text,
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sites (
    id           uuid PRIMARY KEY,
    party_id     uuid REFERENCES parties,          -- null: belongs to nobody here (rest place, zone)
    name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 120),
    kind         text NOT NULL,                    -- codes of geofence::SiteKind
    fence        geometry(MultiPolygon, 4326),     -- null when a circle
    centre       geometry(Point, 4326),
    radius_m     double precision CHECK (radius_m > 0 AND radius_m <= 50000),
    valid_from   timestamptz,
    valid_until  timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    CHECK ((fence IS NULL) <> (centre IS NULL)),
    CHECK ((centre IS NULL) = (radius_m IS NULL))
);
CREATE INDEX ON sites USING gist (fence);

CREATE TABLE routes (
    id           uuid PRIMARY KEY,
    carrier_id   uuid REFERENCES parties,          -- null: open to every carrier
    name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 120),
    line         geometry(MultiLineString, 4326) NOT NULL,
    width_m      double precision NOT NULL CHECK (width_m BETWEEN 20 AND 2000),  -- to either side
    created_at   timestamptz NOT NULL DEFAULT now()
);

-- Opaque bearer tokens; only the SHA-256 is kept.
CREATE TABLE tokens (
    id          uuid PRIMARY KEY,
    digest      bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
    role        text NOT NULL CHECK (role IN ('producer', 'carrier', 'driver', 'receiver',
                                              'regulator', 'police', 'operator')),
    party_id    uuid REFERENCES parties,           -- null for regulator, police, operator
    person      text NOT NULL DEFAULT '',          -- who signs with it
    label       text NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz,
    revoked_at  timestamptz,
    CHECK ((party_id IS NULL) = (role IN ('regulator', 'police', 'operator')))
);

ALTER TABLE routes ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON routes TO liuhen_core USING (true);
CREATE POLICY seen ON routes FOR SELECT TO liuhen_http, liuhen_reader
    USING (caller_sees_all() OR carrier_id IS NULL OR carrier_id = caller_party());
CREATE POLICY made ON routes FOR INSERT TO liuhen_http WITH CHECK (caller_role() = 'operator');

GRANT SELECT ON parties, sites, routes, tokens TO liuhen_core;
GRANT INSERT ON parties, sites, tokens TO liuhen_core;              -- bootstrap and demo
GRANT SELECT, INSERT ON parties, sites, routes, tokens TO liuhen_http;
GRANT UPDATE (revoked_at) ON tokens TO liuhen_http;
GRANT SELECT ON parties, sites, routes TO liuhen_reader;
