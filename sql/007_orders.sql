-- What devices were told to do, by whom and why, and what became of it.
CREATE TABLE orders (
    id           uuid PRIMARY KEY,                 -- v7
    terminal_id  uuid NOT NULL REFERENCES terminals,
    number       text NOT NULL,                    -- of the terminal; filled by the trigger
    vehicle_id   uuid REFERENCES vehicles,         -- bound when it was given; filled by the trigger
    carrier_id   uuid REFERENCES parties,          -- whose vehicle that was; filled by the trigger
    manifest_id  uuid REFERENCES manifests,        -- for whose sake; null: none
    kind         text NOT NULL CHECK (kind ~ '^[a-z_]{1,32}$'),
    command      jsonb NOT NULL,                   -- as it was given, without secrets
    sealed       jsonb,                            -- with them, while the order is open
    state        text NOT NULL DEFAULT 'queued' CHECK (state IN
        ('queued', 'said', 'acknowledged',
         'done', 'refused', 'unsupported', 'timed_out', 'cancelled', 'expired')),
    said         smallint NOT NULL DEFAULT 0,      -- how often; repetitions of one line not counted
    most_said    smallint NOT NULL DEFAULT 3 CHECK (most_said BETWEEN 1 AND 100),
    token_id     uuid,                             -- who asked; null: the system itself
    person       text NOT NULL DEFAULT '',
    role         text NOT NULL,
    party_id     uuid,
    reason       text NOT NULL DEFAULT '' CHECK (char_length(reason) <= 500),
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    said_at      timestamptz,                      -- the last time
    ended_at     timestamptz,
    message      integer,                          -- id of the message that answered; 0: none
    detail       text NOT NULL DEFAULT '',         -- what it said, or why the order ended
    CHECK (expires_at > created_at),
    CHECK (sealed IS NULL OR ended_at IS NULL),
    CHECK ((ended_at IS NULL) = (state IN ('queued', 'said', 'acknowledged')))
);
CREATE INDEX ON orders (terminal_id, id);
CREATE INDEX orders_open ON orders (number, id) WHERE ended_at IS NULL;
CREATE INDEX orders_expiry ON orders (expires_at) WHERE ended_at IS NULL;
CREATE INDEX ON orders (manifest_id) WHERE manifest_id IS NOT NULL;
CREATE INDEX orders_manifest_routes ON orders (created_at) WHERE kind = 'manifest_route';

-- Append-only: each change of an order, in the order in which they happened.
CREATE TABLE order_events (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id  uuid NOT NULL REFERENCES orders,
    what      text NOT NULL CHECK (what IN
        ('queued', 'said', 'acknowledged', 'reopened', 'done', 'refused', 'unsupported',
         'timed_out', 'cancelled', 'expired', 'late_answer')),
    at        timestamptz NOT NULL,
    said      smallint NOT NULL,                   -- of the order, afterwards
    message   integer,
    detail    text NOT NULL DEFAULT '',
    token_id  uuid,                                -- null: the device or the server
    role      text NOT NULL DEFAULT '',
    person    text NOT NULL DEFAULT ''
);
CREATE INDEX ON order_events (order_id, id);

-- Fills what the order's terminal says, and keeps one terminal from being flooded. It runs as the
-- owner: who asks need not see the vehicle's row.
CREATE FUNCTION place_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('orders ' || NEW.terminal_id, 0));
    SELECT t.number INTO NEW.number FROM terminals t WHERE t.id = NEW.terminal_id;
    IF (SELECT count(*) FROM orders o
        WHERE o.number = NEW.number AND o.ended_at IS NULL) >= 100 THEN
        RAISE EXCEPTION 'too many open orders: "orders_open_limit"' USING ERRCODE = 'check_violation';
    END IF;
    SELECT b.vehicle_id, v.carrier_id INTO NEW.vehicle_id, NEW.carrier_id
        FROM bindings b JOIN vehicles v ON v.id = b.vehicle_id
        WHERE b.terminal_id = NEW.terminal_id AND b.during @> NEW.created_at;
    RETURN NEW;
END $$;
CREATE TRIGGER place_order BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION place_order();

-- A secret is kept no longer than it is needed.
CREATE FUNCTION forget_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.sealed := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER forget_sealed BEFORE UPDATE ON orders FOR EACH ROW
    WHEN (NEW.ended_at IS NOT NULL) EXECUTE FUNCTION forget_sealed();

ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE order_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON orders TO liuhen_core USING (true);
CREATE POLICY core ON order_events TO liuhen_core USING (true);
CREATE POLICY seen ON orders FOR SELECT TO liuhen_http, liuhen_reader
    USING (caller_sees_all() OR (caller_role() = 'carrier' AND carrier_id = caller_party()));
CREATE POLICY made ON orders FOR INSERT TO liuhen_http
    WITH CHECK (state = 'queued'
                AND (caller_sees_all()
                     OR (caller_role() = 'carrier' AND carrier_id = caller_party())));
CREATE POLICY cancelled ON orders FOR UPDATE TO liuhen_http
    USING (caller_sees_all() OR (caller_role() = 'carrier' AND carrier_id = caller_party()))
    WITH CHECK (state = 'cancelled');
CREATE POLICY seen ON order_events FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM orders o WHERE o.id = order_id));
-- A line of the trail is written beside its change; only the device side writes what devices say.
CREATE POLICY made ON order_events FOR INSERT TO liuhen_http
    WITH CHECK (what IN ('queued', 'cancelled') AND caller_role() <> '');

GRANT SELECT, INSERT ON orders, order_events TO liuhen_core;
GRANT INSERT ON orders, order_events TO liuhen_http;
GRANT SELECT ON order_events TO liuhen_http, liuhen_reader;
GRANT SELECT (id, terminal_id, number, vehicle_id, carrier_id, manifest_id, kind, command, state,
              said, most_said, token_id, person, role, party_id, reason, created_at, expires_at,
              said_at, ended_at, message, detail) ON orders TO liuhen_http, liuhen_reader;
GRANT UPDATE (state, said, said_at, ended_at, message, detail) ON orders TO liuhen_core;
GRANT UPDATE (state, ended_at, detail) ON orders TO liuhen_http;
