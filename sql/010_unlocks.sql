-- Governed unlocking: secrets of locks, what each lock served, who asked to open what and why he
-- might or might not, windows, and the grants of authorities under which a truck is opened.

-- Passwords of locks, sealed by the server (AES-256-GCM) for this lock and kind; the key is not in
-- the database. A newer one takes the place of the older.
CREATE TABLE lock_secrets (
    lock_id   uuid NOT NULL REFERENCES locks,
    kind      text NOT NULL CHECK (kind IN ('static', 'one_time')),
    key_id    text NOT NULL CHECK (key_id ~ '^[0-9a-f]{16}$'),
    sealed    bytea NOT NULL CHECK (octet_length(sealed) BETWEEN 29 AND 128),
    told_at   timestamptz NOT NULL,                -- by the operator, or by the lock itself
    token_id  uuid,                                -- null: the lock
    PRIMARY KEY (lock_id, kind)
);

-- Which manifest a lock served on which vehicle, from carrier_accept until the truck is free again.
-- One truck may carry for several producers (Order 23 art. 16), so a lock may serve several
-- manifests at a time; it is never on two vehicles, nor twice on one manifest.
CREATE TABLE lock_bindings (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    lock_id      uuid NOT NULL REFERENCES locks,
    vehicle_id   uuid NOT NULL REFERENCES vehicles,
    manifest_id  uuid NOT NULL REFERENCES manifests,
    during       tstzrange NOT NULL CHECK (NOT isempty(during)),
    CONSTRAINT lock_on_one_vehicle
        EXCLUDE USING gist (lock_id WITH =, vehicle_id WITH <>, during WITH &&),
    CONSTRAINT lock_once_on_a_manifest
        EXCLUDE USING gist (lock_id WITH =, manifest_id WITH =, during WITH &&)
);
CREATE INDEX ON lock_bindings (manifest_id);

-- An authority's leave to look inside a vehicle. Two officers at least stand for it by name.
CREATE TABLE inspections (
    id           uuid PRIMARY KEY,
    vehicle_id   uuid NOT NULL REFERENCES vehicles,
    during       tstzrange NOT NULL CHECK (NOT isempty(during) AND NOT upper_inf(during)),
    officers     text[] NOT NULL CHECK (cardinality(officers) BETWEEN 2 AND 10),
    reason       text NOT NULL CHECK (char_length(reason) BETWEEN 5 AND 500),
    role         text NOT NULL CHECK (role IN ('regulator', 'police')),
    token_id     uuid NOT NULL,
    person       text NOT NULL DEFAULT '',
    recorded_at  timestamptz NOT NULL
);
CREATE INDEX ON inspections (vehicle_id);

-- An authority's leave to move a load from a broken truck to another, at one place.
CREATE TABLE swap_grants (
    id           uuid PRIMARY KEY,
    manifest_id  uuid NOT NULL REFERENCES manifests,
    vehicle_id   uuid NOT NULL REFERENCES vehicles,  -- the broken one
    spare_id     uuid REFERENCES vehicles,           -- null: not known yet
    centre       geometry(Point, 4326) NOT NULL,
    radius_m     double precision NOT NULL CHECK (radius_m BETWEEN 20 AND 2000),
    during       tstzrange NOT NULL CHECK (NOT isempty(during) AND NOT upper_inf(during)),
    reason       text NOT NULL CHECK (char_length(reason) BETWEEN 5 AND 500),
    token_id     uuid NOT NULL,
    person       text NOT NULL DEFAULT '',
    recorded_at  timestamptz NOT NULL,
    CHECK (spare_id <> vehicle_id)
);
CREATE INDEX ON swap_grants (manifest_id);

-- Append-only: every request to open, granted or refused, with what it was decided on.
CREATE TABLE unlock_requests (
    id           uuid PRIMARY KEY,                 -- v7
    at           timestamptz NOT NULL,             -- the server's clock
    what         text NOT NULL CHECK (what IN ('unlock', 'one_time_password', 'doors')),
    lock_id      uuid REFERENCES locks,            -- null: the doors of the vehicle
    vehicle_id   uuid REFERENCES vehicles,         -- null: the lock is on none
    role         text NOT NULL,
    party_id     uuid,
    token_id     uuid NOT NULL,
    person       text NOT NULL DEFAULT '',
    asked_for    uuid,                             -- the manifest named by the caller
    granted      boolean NOT NULL,
    reason       text NOT NULL,                    -- ground of the grant, or code of the refusal
    rule         text,                             -- row of the table: U1 .. U6
    manifest_id  uuid REFERENCES manifests,        -- the one that allowed it, or came closest
    manifests    uuid[] NOT NULL,                  -- all on the truck
    grant_id     uuid,                             -- inspection or swap it was granted under
    lat          integer,                          -- newest satellite fix: WGS 84, 1e-7 degree
    lon          integer,
    fixed_at     timestamptz,
    inside       uuid[] NOT NULL DEFAULT '{}',     -- sites that held it
    until        timestamptz,                      -- end of the window
    order_id     uuid,                             -- what the device was told
    CHECK (granted = (until IS NOT NULL)),
    CHECK (granted = (rule IS NOT NULL))
);
CREATE INDEX ON unlock_requests USING gin (manifests);
CREATE INDEX ON unlock_requests (lock_id, at);
CREATE INDEX ON unlock_requests (token_id, at);
CREATE INDEX ON unlock_requests (order_id) WHERE order_id IS NOT NULL;

-- A granted request opens a window; it ends by itself or when the lock is sealed again.
CREATE TABLE unlock_windows (
    request_id  uuid PRIMARY KEY REFERENCES unlock_requests,
    lock_id     uuid REFERENCES locks,
    vehicle_id  uuid NOT NULL REFERENCES vehicles,
    opened_at   timestamptz NOT NULL,
    until       timestamptz NOT NULL CHECK (until > opened_at),
    closed_at   timestamptz,
    closed_why  text CHECK (closed_why IN ('time', 'sealed')),
    orders      uuid[] NOT NULL DEFAULT '{}',      -- said to the lock at the end
    CHECK ((closed_at IS NULL) = (closed_why IS NULL))
);
CREATE INDEX ON unlock_windows USING gin (orders);
CREATE INDEX ON unlock_windows (vehicle_id);
CREATE INDEX unlock_windows_open ON unlock_windows (until) WHERE closed_at IS NULL;

-- What is on a vehicle, for the decision. A caller that has nothing to do with the vehicle is told
-- nothing; one that has learns no more of others' manifests than the decision needs.
CREATE FUNCTION manifests_aboard(wanted uuid)
RETURNS TABLE (id uuid, state text, producer text, carrier text, receiver text, origin text,
               destination text, driver text, held boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH aboard AS (
        SELECT m.* FROM manifests m WHERE m.vehicle_id = wanted AND m.state IN
            ('CARRIER_ASSIGNED', 'LOADED', 'IN_TRANSIT', 'HANDOVER_PENDING', 'ARRIVED', 'REJECTED',
             'RETURNING'))
    SELECT a.id, a.state, a.producer_id::text, a.carrier_id::text, a.receiver_id::text,
        coalesce(a.document ->> 'origin_site', ''), coalesce(a.document ->> 'destination_site', ''),
        coalesce((SELECT leg #>> '{driver,user}'
                  FROM jsonb_array_elements(a.document -> 'legs') WITH ORDINALITY l (leg, place)
                  ORDER BY leg ? 'arrive_at', CASE WHEN leg ? 'arrive_at' THEN -place ELSE place END
                  LIMIT 1), ''),
        coalesce(a.document -> 'overlays' ? 'held', false)
    FROM aboard a
    WHERE caller_sees_all()
        OR EXISTS (SELECT 1 FROM vehicles v WHERE v.id = wanted AND v.carrier_id = caller_party())
        OR EXISTS (SELECT 1 FROM aboard b
                   WHERE caller_party() IN (b.producer_id, b.carrier_id, b.receiver_id))
    ORDER BY a.id
$$;
REVOKE ALL ON FUNCTION manifests_aboard(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION manifests_aboard(uuid) TO liuhen_http;

-- Keeps a static password. The HTTP side may write one for the operator, and read none.
CREATE FUNCTION keep_static_secret(of_lock uuid, with_key text, bytes bytea, at timestamptz,
                                   by_token uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF caller_role() <> 'operator' THEN
        RAISE EXCEPTION 'only the operator sets a password' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO lock_secrets VALUES (of_lock, 'static', with_key, bytes, at, by_token)
    ON CONFLICT (lock_id, kind) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed,
        told_at = excluded.told_at, token_id = excluded.token_id;
END $$;
REVOKE ALL ON FUNCTION keep_static_secret(uuid, text, bytea, timestamptz, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keep_static_secret(uuid, text, bytea, timestamptz, uuid) TO liuhen_http;

ALTER TABLE lock_secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE lock_bindings ENABLE ROW LEVEL SECURITY;
ALTER TABLE inspections ENABLE ROW LEVEL SECURITY;
ALTER TABLE swap_grants ENABLE ROW LEVEL SECURITY;
ALTER TABLE unlock_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE unlock_windows ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON lock_secrets TO liuhen_core USING (true);
CREATE POLICY core ON lock_bindings TO liuhen_core USING (true);
CREATE POLICY core ON inspections TO liuhen_core USING (true);
CREATE POLICY core ON swap_grants TO liuhen_core USING (true);
CREATE POLICY core ON unlock_requests TO liuhen_core USING (true);
CREATE POLICY core ON unlock_windows TO liuhen_core USING (true);

CREATE POLICY seen ON lock_bindings FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
CREATE POLICY made ON lock_bindings FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() = 'carrier'
                AND EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
CREATE POLICY changed ON lock_bindings FOR UPDATE TO liuhen_http
    USING (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id)) WITH CHECK (true);
CREATE POLICY seen ON inspections FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM vehicles v WHERE v.id = vehicle_id));
CREATE POLICY made ON inspections FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() IN ('regulator', 'police') AND role = caller_role());
CREATE POLICY seen ON swap_grants FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
CREATE POLICY made ON swap_grants FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() = 'regulator');
-- Whose waste is on the truck sees who opened it, or tried to.
CREATE POLICY seen ON unlock_requests FOR SELECT TO liuhen_http, liuhen_reader
    USING (caller_sees_all() OR party_id = caller_party()
           OR EXISTS (SELECT 1 FROM manifests m WHERE m.id = ANY (manifests)));
CREATE POLICY made ON unlock_requests FOR INSERT TO liuhen_http
    WITH CHECK (role = caller_role() AND party_id IS NOT DISTINCT FROM caller_party());
CREATE POLICY seen ON unlock_windows FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM unlock_requests r WHERE r.id = request_id));
CREATE POLICY made ON unlock_windows FOR INSERT TO liuhen_http
    WITH CHECK (closed_at IS NULL
                AND EXISTS (SELECT 1 FROM unlock_requests r
                            WHERE r.id = request_id AND r.granted AND r.role = caller_role()
                                AND r.party_id IS NOT DISTINCT FROM caller_party()));
-- A one-time password can be read only for a window that the caller's own side was granted.
CREATE POLICY granted ON lock_secrets FOR SELECT TO liuhen_http
    USING (kind = 'one_time'
           AND EXISTS (SELECT 1 FROM unlock_windows w JOIN unlock_requests r ON r.id = w.request_id
                       WHERE w.lock_id = lock_secrets.lock_id AND w.closed_at IS NULL
                           AND r.what = 'one_time_password' AND r.role = caller_role()
                           AND r.party_id IS NOT DISTINCT FROM caller_party()));

-- The wall around orders: what opens a lock or a door can be given over HTTP only for a request of
-- the caller's own that was granted (or, to have a lock tell its first password, would have been).
-- Whoever sees the request sees what became of its order, and of those at the end of the window.
CREATE FUNCTION may_open(kind text, command jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE kind
        WHEN 'lock' THEN coalesce(command ->> 'verb' NOT IN ('seal', 'refuse_passwords'), true)
        WHEN 'doors' THEN coalesce(command ->> 'doors' <> 'lock', true)
        ELSE false END
$$;
CREATE FUNCTION was_granted(wanted uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM unlock_requests u
                   WHERE u.order_id = wanted AND (u.granted OR u.reason = 'UNLOCK_NO_PASSWORD')
                       AND u.role = caller_role()
                       AND u.party_id IS NOT DISTINCT FROM caller_party())
$$;
CREATE POLICY granted ON orders FOR INSERT TO liuhen_http
    WITH CHECK (state = 'queued' AND was_granted(id));
CREATE POLICY governed ON orders AS RESTRICTIVE FOR INSERT TO liuhen_http
    WITH CHECK (NOT may_open(kind, command) OR was_granted(id));
CREATE POLICY asked_for ON orders FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM unlock_requests u WHERE u.order_id = orders.id)
           OR EXISTS (SELECT 1 FROM unlock_windows w WHERE ARRAY[orders.id] <@ w.orders));

GRANT SELECT, INSERT, UPDATE ON lock_secrets TO liuhen_core;
GRANT SELECT ON lock_secrets TO liuhen_http;
GRANT SELECT, INSERT ON lock_bindings TO liuhen_core, liuhen_http;
GRANT UPDATE (during) ON lock_bindings TO liuhen_core, liuhen_http;
GRANT SELECT, INSERT ON inspections, swap_grants, unlock_requests TO liuhen_http;
GRANT SELECT ON inspections, swap_grants, unlock_requests TO liuhen_core;
GRANT SELECT, INSERT ON unlock_windows TO liuhen_http;
GRANT SELECT ON unlock_windows TO liuhen_core;
GRANT UPDATE (closed_at, closed_why, orders) ON unlock_windows TO liuhen_core;
GRANT SELECT ON lock_bindings, inspections, swap_grants, unlock_requests, unlock_windows
    TO liuhen_reader;
