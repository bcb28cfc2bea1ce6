-- Windows of governed unlocking (010) end also when what granted them is gone, and their end is told
-- to the device whatever else waits for it.
ALTER TABLE unlock_windows DROP CONSTRAINT unlock_windows_closed_why_check;
ALTER TABLE unlock_windows ADD CONSTRAINT unlock_windows_closed_why_check
    CHECK (closed_why IN ('time', 'sealed', 'moved', 'held', 'state'));
CREATE INDEX ON unlock_windows (lock_id) WHERE lock_id IS NOT NULL;

-- What a granted request rested on and is so no longer: 'moved' (the lock, or the terminal that
-- works the doors, has left the vehicle), 'held' (an authority stopped what is aboard), 'state' (the
-- manifest is not where its role may open it, or not aboard). Null: it stands. `open_cells`:
-- 'ground/role/state' of the table of unlocking. An inspection rests on no manifest.
CREATE FUNCTION grant_gone(wanted uuid, open_cells text[], moment timestamptz) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    r unlock_requests;
BEGIN
    SELECT * INTO r FROM unlock_requests u WHERE u.id = wanted;
    IF NOT EXISTS (
        SELECT 1 FROM bindings b WHERE b.vehicle_id = r.vehicle_id AND b.during @> moment
            AND CASE WHEN r.lock_id IS NOT NULL THEN b.lock_id = r.lock_id
                ELSE b.terminal_id = (SELECT o.terminal_id FROM orders o WHERE o.id = r.order_id)
                END) THEN
        RETURN 'moved';
    END IF;
    IF r.manifest_id IS NULL THEN RETURN NULL; END IF;
    IF EXISTS (
        SELECT 1 FROM manifests m
        WHERE (m.vehicle_id = r.vehicle_id OR m.id = r.manifest_id) AND m.state IN
                ('CARRIER_ASSIGNED', 'LOADED', 'IN_TRANSIT', 'HANDOVER_PENDING', 'ARRIVED',
                 'REJECTED', 'RETURNING')
            AND coalesce(m.document -> 'overlays' ? 'held', false)) THEN
        RETURN 'held';
    END IF;
    -- Under a swap the load may still be on the other vehicle of the grant.
    IF NOT EXISTS (
        SELECT 1 FROM manifests m
        WHERE m.id = r.manifest_id AND (m.vehicle_id = r.vehicle_id OR r.grant_id IS NOT NULL)
            AND r.reason || '/' || r.role || '/' || m.state = ANY (open_cells)) THEN
        RETURN 'state';
    END IF;
    RETURN NULL;
END $$;

-- As in 007, but what the system itself says to shut a lock or a door has no limit: a device that a
-- hundred orders wait for must not keep a window open.
CREATE OR REPLACE FUNCTION place_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('orders ' || NEW.terminal_id, 0));
    SELECT t.number INTO NEW.number FROM terminals t WHERE t.id = NEW.terminal_id;
    IF NOT (NEW.token_id IS NULL AND NEW.kind IN ('lock', 'doors')
            AND NOT may_open(NEW.kind, NEW.command))
        AND (SELECT count(*) FROM orders o
             WHERE o.number = NEW.number AND o.ended_at IS NULL) >= 100 THEN
        RAISE EXCEPTION 'too many open orders: "orders_open_limit"' USING ERRCODE = 'check_violation';
    END IF;
    SELECT b.vehicle_id, v.carrier_id INTO NEW.vehicle_id, NEW.carrier_id
        FROM bindings b JOIN vehicles v ON v.id = b.vehicle_id
        WHERE b.terminal_id = NEW.terminal_id AND b.during @> NEW.created_at;
    RETURN NEW;
END $$;
