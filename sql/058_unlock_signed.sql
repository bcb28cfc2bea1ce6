-- Row U1 of governed unlocking is for a load that nobody has signed yet. The producer signs first,
-- and the manifest stays CARRIER_ASSIGNED until the driver has signed too: from the first signature
-- on it is opened as one that is LOADED, by the producer alone (U2).
CREATE FUNCTION state_to_open(state text, document jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN state = 'CARRIER_ASSIGNED'
        AND coalesce(jsonb_typeof(document -> 'weigh_out') = 'object', false) THEN 'LOADED'
        ELSE state END
$$;

-- As in 019, with the state in which a manifest is opened.
CREATE OR REPLACE FUNCTION manifests_aboard(wanted uuid)
RETURNS TABLE (id uuid, state text, producer text, carrier text, receiver text, origin text,
               destination text, driver text, held boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH aboard AS (
        SELECT m.* FROM manifests m WHERE m.vehicle_id = wanted AND m.state IN
            ('CARRIER_ASSIGNED', 'LOADED', 'IN_TRANSIT', 'HANDOVER_PENDING', 'ARRIVED', 'REJECTED',
             'RETURNING'))
    SELECT a.id, state_to_open(a.state, a.document), a.producer_id::text, a.carrier_id::text,
        a.receiver_id::text,
        coalesce(a.document ->> 'origin_site', ''), coalesce(a.document ->> 'destination_site', ''),
        coalesce((SELECT leg #>> '{driver,user}'
                  FROM jsonb_array_elements(a.document -> 'legs') WITH ORDINALITY l (leg, place)
                  WHERE leg ? 'vehicle' ORDER BY leg ? 'arrive_at', place DESC LIMIT 1), ''),
        coalesce(a.document -> 'overlays' ? 'held', false)
    FROM aboard a
    WHERE EXISTS (SELECT 1 FROM vehicles v WHERE v.id = wanted
                  AND (v.carrier_id = caller_party() OR caller_watches_party(v.carrier_id)))
        OR EXISTS (SELECT 1 FROM aboard b
                   WHERE caller_watches(b.areas)
                       OR caller_party() IN (b.producer_id, b.carrier_id, b.receiver_id))
    ORDER BY a.id
$$;

-- As in 029, by the same state.
CREATE OR REPLACE FUNCTION grant_gone(wanted uuid, open_cells text[], moment timestamptz)
RETURNS text LANGUAGE plpgsql STABLE AS $$
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
            AND r.reason || '/' || r.role || '/' || state_to_open(m.state, m.document)
                = ANY (open_cells)) THEN
        RETURN 'state';
    END IF;
    RETURN NULL;
END $$;
