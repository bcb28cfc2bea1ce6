-- Whatever opens rests on a window: a lock that is asked for its first password is asked under a
-- granted request, so that the end of its window is owed to it like any other. (010 let a refused
-- request do it.)
CREATE OR REPLACE FUNCTION was_granted(wanted uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM unlock_requests u
                   WHERE u.order_id = wanted AND u.granted AND u.role = caller_role()
                       AND u.party_id IS NOT DISTINCT FROM caller_party())
$$;

-- Whether a password of the lock is kept, and nothing of it.
CREATE FUNCTION lock_has_secret(of_lock uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM lock_secrets s WHERE s.lock_id = of_lock)
$$;
REVOKE ALL ON FUNCTION lock_has_secret(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lock_has_secret(uuid) TO liuhen_http;

-- What the system says to shut a lock or a door is called back by nobody.
CREATE POLICY shut ON orders AS RESTRICTIVE FOR UPDATE TO liuhen_http
    USING (role <> 'system' OR kind NOT IN ('lock', 'doors'));

-- An authority may inspect a truck that it sees, and any truck that is in its area now: whose
-- newest satellite fix within half an hour lies there. What it has entered it sees from then on.
ALTER TABLE inspections ADD COLUMN division text NOT NULL DEFAULT caller_division();
CREATE FUNCTION division_of_truck(wanted uuid, moment timestamptz) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT division_at(o.lat / 1e7::float8, o.lon / 1e7::float8)::text
    FROM vehicles v JOIN observations o ON o.vehicle_key = v.key
    WHERE v.id = wanted AND o.kind = 1 AND o.source = 0
        AND o.lat IS NOT NULL AND o.lon IS NOT NULL AND o.flags & 5 = 0
        AND o.at > moment - interval '30 minutes' AND o.at <= moment + interval '5 minutes'
        AND o.received_at > moment - interval '30 minutes'
    ORDER BY least(o.at, o.received_at) DESC, o.at DESC, o.hash LIMIT 1
$$;
REVOKE ALL ON FUNCTION division_of_truck(uuid, timestamptz) FROM PUBLIC;
CREATE FUNCTION caller_may_inspect(wanted uuid, moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT caller_is_authority()
        AND EXISTS (SELECT 1 FROM vehicles v WHERE v.id = wanted
                    AND (caller_sees_all() OR caller_reaches_vehicle(v.id, v.carrier_id)
                         OR left(division_of_truck(v.id, moment), length(caller_division()))
                            = caller_division()))
$$;
REVOKE ALL ON FUNCTION caller_may_inspect(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION caller_may_inspect(uuid, timestamptz) TO liuhen_http;
-- The trucks of this id or plate that the caller may inspect.
CREATE FUNCTION trucks_to_inspect(name text, moment timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT v.id FROM vehicles v
    WHERE (v.plate = name OR v.id = CASE WHEN char_length(name) = 36 THEN name::uuid END)
        AND caller_may_inspect(v.id, moment)
$$;
REVOKE ALL ON FUNCTION trucks_to_inspect(text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION trucks_to_inspect(text, timestamptz) TO liuhen_http;
CREATE FUNCTION caller_has_inspected(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT caller_is_authority() AND EXISTS (
        SELECT 1 FROM inspections i WHERE i.vehicle_id = wanted AND i.division <> ''
            AND left(i.division, length(caller_division())) = caller_division())
$$;
REVOKE ALL ON FUNCTION caller_has_inspected(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION caller_has_inspected(uuid) TO liuhen_http, liuhen_reader;
DROP POLICY made ON inspections;
CREATE POLICY made ON inspections FOR INSERT TO liuhen_http
    WITH CHECK (role = caller_role() AND division = caller_division()
                AND caller_may_inspect(vehicle_id, recorded_at));

-- As in 013, and one that the caller's area has inspected.
CREATE OR REPLACE FUNCTION caller_reaches_vehicle(wanted uuid, carrier uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN caller_watches_party(carrier)
        OR EXISTS (SELECT 1 FROM manifests m WHERE m.vehicle_id = wanted
                   AND caller_sees_manifest(m.producer_id, m.carrier_id, m.receiver_id, m.state,
                                            m.areas, m.document))
        OR caller_has_inspected(wanted);
END $$;

-- As in 058: who inspects the truck knows what is on it, and is a link of its chain.
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
        OR caller_has_inspected(wanted)
    ORDER BY a.id
$$;
