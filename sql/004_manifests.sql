-- Transfer manifests: the current document, its whole history, its numbers.
CREATE TABLE manifests (
    id           uuid PRIMARY KEY,                 -- v7
    no           char(14) UNIQUE,                  -- Order 23 art. 15: year 4, prefecture 4, serial 6
    kind         text NOT NULL,
    state        text NOT NULL,
    version      integer NOT NULL CHECK (version >= 1),
    producer_id  uuid NOT NULL REFERENCES parties,
    carrier_id   uuid REFERENCES parties,
    receiver_id  uuid REFERENCES parties,
    vehicle_id   uuid REFERENCES vehicles,         -- of the running leg
    document     jsonb NOT NULL,                   -- the manifest as of `version`
    updated_at   timestamptz NOT NULL
);
CREATE INDEX ON manifests (producer_id, id);
CREATE INDEX ON manifests (carrier_id, id);
CREATE INDEX ON manifests (receiver_id, id);
CREATE INDEX ON manifests (vehicle_id) WHERE state IN
    ('CARRIER_ASSIGNED', 'LOADED', 'IN_TRANSIT', 'HANDOVER_PENDING', 'ARRIVED', 'REJECTED', 'RETURNING');

-- Append-only: what happened, by whom, from where, and the document it led to.
CREATE TABLE manifest_events (
    manifest_id  uuid NOT NULL REFERENCES manifests,
    version      integer NOT NULL,
    transition   text NOT NULL,                    -- T01 .. T41
    event        text NOT NULL,
    role         text NOT NULL,
    party_id     uuid,
    token_id     uuid,                             -- null: the system itself
    person       text NOT NULL DEFAULT '',
    at           timestamptz NOT NULL,             -- when it happened, as stated or as seen
    recorded_at  timestamptz NOT NULL,             -- when the server took it (its clock)
    request      jsonb NOT NULL,
    document     jsonb NOT NULL,
    PRIMARY KEY (manifest_id, version)
);

-- One row lock per year and prefecture draws numbers without gaps.
CREATE TABLE manifest_numbers (
    year        smallint NOT NULL,
    prefecture  char(4) NOT NULL,
    last        integer NOT NULL CHECK (last BETWEEN 0 AND 999999),
    PRIMARY KEY (year, prefecture)
);

-- One watched leg. Times said by persons; what the fences saw is folded again from observations.
CREATE TABLE trips (
    id           text PRIMARY KEY,                 -- manifest id, from the second leg on "<id>-2"
    manifest_id  uuid NOT NULL REFERENCES manifests,
    vehicle_id   uuid NOT NULL REFERENCES vehicles,
    route_id     uuid REFERENCES routes,
    origin_id    uuid REFERENCES sites,
    destination_id uuid REFERENCES sites,
    armed_at     timestamptz NOT NULL,             -- load signed
    departed_at  timestamptz,                      -- said by a person
    arrived_at   timestamptz,                      -- said by a person
    ended_at     timestamptz,                      -- manifest closed, voided or given to another leg
    rule_set     text NOT NULL
);
CREATE INDEX ON trips (vehicle_id, armed_at);
CREATE INDEX ON trips (manifest_id);
CREATE INDEX ON trips (id) WHERE ended_at IS NULL;

-- What a driver or carrier radioed in: evidence shown beside alerts, no pardon.
CREATE TABLE manifest_notices (
    id           uuid PRIMARY KEY,
    manifest_id  uuid NOT NULL REFERENCES manifests,
    kind         text NOT NULL CHECK (kind IN ('breakdown', 'diversion', 'rest')),
    text         text NOT NULL CHECK (char_length(text) BETWEEN 1 AND 500),
    at           timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL,
    token_id     uuid NOT NULL,
    person       text NOT NULL DEFAULT ''
);
CREATE INDEX ON manifest_notices (manifest_id);

-- The answer of the first call, given again to every repetition with the same key.
CREATE TABLE idempotency (
    token_id    uuid NOT NULL,
    key         text NOT NULL CHECK (char_length(key) BETWEEN 1 AND 255),
    digest      bytea NOT NULL,                    -- SHA-256 of method, path and body
    status      smallint NOT NULL,
    headers     jsonb NOT NULL,
    body        text NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (token_id, key)
);
CREATE INDEX ON idempotency (created_at);

-- The wall behind the code.
ALTER TABLE manifests ENABLE ROW LEVEL SECURITY;
ALTER TABLE manifest_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE manifest_notices ENABLE ROW LEVEL SECURITY;
ALTER TABLE trips ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON manifests TO liuhen_core USING (true);
CREATE POLICY core ON manifest_events TO liuhen_core USING (true);
CREATE POLICY core ON manifest_notices TO liuhen_core USING (true);
CREATE POLICY core ON trips TO liuhen_core USING (true);

-- A draft is seen by its own organisation only; police and regulators see it from SUBMITTED on.
CREATE POLICY seen ON manifests FOR SELECT TO liuhen_http, liuhen_reader USING (
    producer_id = caller_party()
    OR (state <> 'DRAFT' AND (caller_sees_all() OR carrier_id = caller_party()
                              OR receiver_id = caller_party())));
CREATE POLICY made ON manifests FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() = 'producer' AND producer_id = caller_party());
CREATE POLICY changed ON manifests FOR UPDATE TO liuhen_http
    USING (caller_role() IN ('producer', 'carrier', 'driver', 'receiver')
           AND caller_party() IN (producer_id, carrier_id, receiver_id))
    WITH CHECK (true);
CREATE POLICY seen ON manifest_events FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
CREATE POLICY made ON manifest_events FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() IN ('producer', 'carrier', 'driver', 'receiver'));
CREATE POLICY seen ON manifest_notices FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
CREATE POLICY made ON manifest_notices FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() IN ('carrier', 'driver')
                AND EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
CREATE POLICY seen ON trips FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
CREATE POLICY made ON trips FOR INSERT TO liuhen_http
    WITH CHECK (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
CREATE POLICY changed ON trips FOR UPDATE TO liuhen_http
    USING (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id)) WITH CHECK (true);

CREATE POLICY seen ON vehicles FOR SELECT TO liuhen_http, liuhen_reader
    USING (caller_sees_all() OR carrier_id = caller_party()
           OR EXISTS (SELECT 1 FROM manifests m WHERE m.vehicle_id = vehicles.id));

GRANT SELECT, INSERT ON manifests, manifest_events, manifest_notices, trips TO liuhen_core, liuhen_http;
GRANT SELECT, INSERT ON manifest_numbers, idempotency TO liuhen_http;
GRANT UPDATE (no, kind, state, version, carrier_id, receiver_id, vehicle_id, document, updated_at)
    ON manifests TO liuhen_core, liuhen_http;
GRANT UPDATE (route_id, departed_at, arrived_at, ended_at) ON trips TO liuhen_core, liuhen_http;
GRANT UPDATE (last) ON manifest_numbers TO liuhen_http;
GRANT DELETE ON idempotency TO liuhen_core, liuhen_http;   -- answers older than a day
GRANT SELECT (created_at) ON idempotency TO liuhen_core;
GRANT SELECT ON manifests, manifest_events, manifest_notices, trips TO liuhen_reader;
