-- What cameras saw of trucks, and places where many of them stood (docs/decisions/061-trace.md).

-- ---- Camera passages ----

-- A passage of a truck of the register. Others are not kept: they are nobody's matter here.
CREATE TABLE camera_passages (
    vehicle_id   uuid NOT NULL REFERENCES vehicles,
    at           timestamptz NOT NULL,             -- the camera's clock
    camera       text NOT NULL CHECK (char_length(camera) BETWEEN 1 AND 64),
    lat          double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
    lon          double precision NOT NULL CHECK (lon BETWEEN -180 AND 180),
    token_id     uuid NOT NULL,                    -- who told it first
    recorded_at  timestamptz NOT NULL,
    look_at      timestamptz,                      -- when it is judged again; null: never more
    PRIMARY KEY (vehicle_id, at, camera, lat, lon)
);
CREATE INDEX ON camera_passages (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX ON camera_passages (recorded_at);

-- Takes [{plate, plate_colour, at, camera, lat, lon}]; what is known already changes nothing. A
-- plate without a colour that two trucks bear is neither's. New ones have those beside them, up to
-- `reach` away in time, judged anew. How many were new is for the log: the caller is not to learn
-- from it which plates are registered.
CREATE FUNCTION take_passages(passages jsonb, token uuid, recorded timestamptz, reach interval)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    taken integer;
BEGIN
    IF caller_role() NOT IN ('police', 'operator') OR caller_rank() = 'reader' THEN
        RAISE EXCEPTION 'passages are told by police and operator' USING ERRCODE = '42501';
    END IF;
    WITH said AS (
        SELECT * FROM jsonb_to_recordset(passages) AS p (plate text, plate_colour smallint,
            at timestamptz, camera text, lat double precision, lon double precision)),
    known AS (
        SELECT (SELECT min(v.id::text)::uuid FROM vehicles v WHERE v.plate = s.plate
                    AND (s.plate_colour IS NULL OR v.plate_colour = s.plate_colour)
                HAVING count(*) = 1) AS vehicle, s.* FROM said s),
    fresh AS (
        INSERT INTO camera_passages (vehicle_id, at, camera, lat, lon, token_id, recorded_at, look_at)
        SELECT vehicle, at, camera, lat, lon, token, recorded, recorded
        FROM known WHERE vehicle IS NOT NULL
        ON CONFLICT DO NOTHING RETURNING vehicle_id, at),
    spans AS (
        SELECT vehicle_id, min(at) - reach AS low, max(at) + reach AS high FROM fresh GROUP BY 1),
    beside AS (
        UPDATE camera_passages c SET look_at = recorded FROM spans s
        WHERE c.vehicle_id = s.vehicle_id AND c.at BETWEEN s.low AND s.high
        RETURNING c.at)
    SELECT count(*) INTO taken FROM fresh;
    RETURN taken;
END $$;
REVOKE ALL ON FUNCTION take_passages(jsonb, uuid, timestamptz, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_passages(jsonb, uuid, timestamptz, interval) TO liuhen_http;

-- Beside each passage in [from_at, until_at): the truck's own last position before and first one
-- after it, and the passage before it, none further away in time than `reach`. Distances are
-- geodesic. Passages of one time are in the order of their cameras and places.
CREATE FUNCTION passage_neighbours(vehicle uuid, from_at timestamptz, until_at timestamptz,
                                   reach interval)
RETURNS TABLE (at timestamptz, camera text, lat double precision, lon double precision,
               other_at timestamptz, other_camera text, other_lat double precision,
               other_lon double precision, other_speed integer, distance_m double precision)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    truck integer := (SELECT v.key FROM vehicles v WHERE v.id = vehicle);
BEGIN
    RETURN QUERY
    SELECT p.at, p.camera, p.lat, p.lon, n.at, n.camera, n.lat, n.lon, n.speed,
        ST_Distance(ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4326)::geography,
                    ST_SetSRID(ST_MakePoint(n.lon, n.lat), 4326)::geography, true)
    FROM camera_passages p CROSS JOIN LATERAL (
        (SELECT o.at, NULL::text AS camera, o.lat / 1e7::double precision AS lat,
            o.lon / 1e7::double precision AS lon, o.speed
        FROM sightings o WHERE o.vehicle_key = truck AND o.kind = 1 AND o.source = 0
            AND o.lat IS NOT NULL AND o.flags & 4 = 0
            AND o.at <= p.at AND o.at >= p.at - reach
            AND o.piece_from <= p.at AND o.piece_until >= p.at - reach
            AND moves_vehicle(o.terminal_key, truck, o.at)
        ORDER BY o.at DESC, o.hash LIMIT 1)
        UNION ALL
        (SELECT o.at, NULL, o.lat / 1e7::double precision, o.lon / 1e7::double precision, o.speed
        FROM sightings o WHERE o.vehicle_key = truck AND o.kind = 1 AND o.source = 0
            AND o.lat IS NOT NULL AND o.flags & 4 = 0
            AND o.at > p.at AND o.at <= p.at + reach
            AND o.piece_until > p.at AND o.piece_from <= p.at + reach
            AND moves_vehicle(o.terminal_key, truck, o.at)
        ORDER BY o.at, o.hash LIMIT 1)
        UNION ALL
        (SELECT q.at, q.camera, q.lat, q.lon, NULL FROM camera_passages q
        WHERE q.vehicle_id = vehicle AND q.at >= p.at - reach
            AND (q.at, q.camera, q.lat, q.lon) < (p.at, p.camera, p.lat, p.lon)
        ORDER BY q.at DESC, q.camera DESC, q.lat DESC, q.lon DESC LIMIT 1)) n
    WHERE p.vehicle_id = vehicle AND p.at >= from_at AND p.at < until_at
    ORDER BY p.at, p.camera, p.lat, p.lon, n.at, n.camera NULLS FIRST;
END $$;

ALTER TABLE camera_passages ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON camera_passages TO liuhen_core USING (true);
GRANT SELECT, UPDATE (look_at), DELETE ON camera_passages TO liuhen_core;

-- ---- Place memory ----

-- Where trucks stood away from known sites, by day of their beginning; made anew while data of the
-- day may still come. A row of `stay_days` says which day of which truck was gone through.
CREATE TABLE stays (
    vehicle_key  integer NOT NULL,
    from_at      timestamptz NOT NULL,
    until_at     timestamptz NOT NULL,
    day          date NOT NULL,                    -- UTC
    lat          double precision NOT NULL,
    lon          double precision NOT NULL,
    PRIMARY KEY (vehicle_key, from_at)
);
CREATE INDEX ON stays (day);
CREATE TABLE stay_days (
    day          date NOT NULL,
    vehicle_key  integer NOT NULL,
    gathered_at  timestamptz NOT NULL,
    PRIMARY KEY (day, vehicle_key)
);

-- True when a site that was valid then lies within `reach_m` of the place.
CREATE FUNCTION is_known_place(lat double precision, lon double precision, moment timestamptz,
                               reach_m double precision)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM sites s,
            (SELECT ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS place) p
        WHERE coalesce(s.valid_from, '-infinity') <= moment
            AND coalesce(s.valid_until, 'infinity') > moment
            AND s.kind NOT IN ('water_source', 'restricted')
            AND CASE WHEN s.fence IS NOT NULL
                THEN s.fence && ST_Expand(p.place, 0.002 + reach_m / 50000)
                    AND ST_DWithin(s.fence::geography, p.place::geography, reach_m)
                ELSE ST_DWithin(s.centre::geography, p.place::geography, s.radius_m + reach_m) END)
$$;

-- The stays of a truck that began on a day: positions slower than 1.25 m/s, each within 50 m of the
-- one before and no more than an hour after it. How many there were away from sites.
CREATE FUNCTION gather_stays(truck integer, of_day date, at_least interval, now_is timestamptz)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    day_begins timestamptz := of_day::timestamp AT TIME ZONE 'UTC';
    found integer;
BEGIN
    DELETE FROM stays s WHERE s.vehicle_key = truck AND s.day = of_day;
    WITH fixes AS (
        SELECT DISTINCT ON (o.at) o.at, coalesce(o.speed, 0) <= 125 AS slow,
            ST_SetSRID(ST_MakePoint(o.lon / 1e7, o.lat / 1e7), 4326)::geography AS place
        FROM sightings o WHERE o.vehicle_key = truck
            AND o.at >= day_begins - interval '1 hour' AND o.at < day_begins + interval '36 hours'
            AND o.piece_until >= day_begins - interval '1 hour'
            AND o.piece_from < day_begins + interval '36 hours'
            AND o.kind = 1 AND o.source = 0 AND o.lat IS NOT NULL AND o.flags & 4 = 0
            AND moves_vehicle(o.terminal_key, truck, o.at)
        ORDER BY o.at, o.hash),
    steps AS (
        SELECT f.*, lag(f.at) OVER w AS before, lag(f.place) OVER w AS before_place,
            lag(f.slow) OVER w AS was_slow FROM fixes f WINDOW w AS (ORDER BY f.at)),
    begun AS (
        SELECT s.*, (s.before IS NULL OR NOT s.was_slow OR s.at - s.before > interval '1 hour'
                     OR ST_Distance(s.place, s.before_place) > 50)::integer AS begins
        FROM steps s),
    numbered AS (
        SELECT b.*, sum(b.begins) OVER (ORDER BY b.at) AS stay FROM begun b WHERE b.slow),
    stood AS (
        SELECT min(n.at) AS since, max(n.at) AS till,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY ST_Y(n.place::geometry)) AS lat,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY ST_X(n.place::geometry)) AS lon
        FROM numbered n GROUP BY n.stay HAVING max(n.at) - min(n.at) >= at_least)
    INSERT INTO stays SELECT truck, s.since, s.till, of_day, s.lat, s.lon FROM stood s
    WHERE s.since >= day_begins AND s.since < day_begins + interval '1 day'
        AND NOT is_known_place(s.lat, s.lon, s.since, 100)
    ON CONFLICT (vehicle_key, from_at) DO NOTHING;
    GET DIAGNOSTICS found = ROW_COUNT;
    INSERT INTO stay_days VALUES (of_day, truck, now_is)
    ON CONFLICT (day, vehicle_key) DO UPDATE SET gathered_at = excluded.gathered_at;
    RETURN found;
END $$;

-- Days of trucks to be gone through: a day old, and once more when it is a week old.
CREATE FUNCTION days_to_gather(now_is timestamptz, most integer)
RETURNS TABLE (vehicle_key integer, day date) LANGUAGE sql STABLE AS $$
    SELECT v.key, d.day::date FROM vehicles v
    CROSS JOIN generate_series((now_is AT TIME ZONE 'UTC')::date - 10,
                               (now_is AT TIME ZONE 'UTC')::date - 2, interval '1 day') d (day)
    LEFT JOIN stay_days g ON g.vehicle_key = v.key AND g.day = d.day::date
    WHERE g.gathered_at IS NULL
        OR (g.gathered_at < (d.day + interval '8 days') AT TIME ZONE 'UTC'
            AND now_is >= (d.day + interval '8 days') AT TIME ZONE 'UTC')
    ORDER BY d.day, v.key LIMIT most
$$;

CREATE TABLE suspect_places (
    id          uuid PRIMARY KEY,
    lat         double precision NOT NULL,
    lon         double precision NOT NULL,
    radius_m    double precision NOT NULL,         -- to the farthest of its stays
    trucks      integer NOT NULL,
    stays       integer NOT NULL,
    first_at    timestamptz NOT NULL,
    last_at     timestamptz NOT NULL,
    areas       text[] NOT NULL,                   -- of the trucks' carriers
    found_at    timestamptz NOT NULL,
    renewed_at  timestamptz NOT NULL
);

-- Append-only: what a person says of a place. The last word counts, from then on.
CREATE TABLE place_reviews (
    id          uuid PRIMARY KEY,                  -- v7
    place_id    uuid NOT NULL REFERENCES suspect_places,
    verdict     text NOT NULL CHECK (verdict IN ('rest', 'suspect', 'nothing')),
    why         text NOT NULL CHECK (char_length(why) BETWEEN 5 AND 500),
    site_id     uuid REFERENCES sites,             -- what the watch knows it as
    role        text NOT NULL,
    account     text NOT NULL,
    token_id    uuid NOT NULL,
    at          timestamptz NOT NULL
);
CREATE INDEX ON place_reviews (place_id, at);

-- Clusters of the stays since a day (density: two stays within `reach_m`), of at least `trucks_least`
-- different trucks, away from the sites of now. One whose middle lies within 150 m of a place that
-- is known renews it; else it is a new place.
CREATE FUNCTION find_places(since date, reach_m double precision, trucks_least integer,
                            now_is timestamptz)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    one record;
    known uuid;
    made integer := 0;
BEGIN
    FOR one IN
        WITH zoned AS (
            SELECT s.*, floor((s.lon + 180) / 6)::integer AS zone FROM stays s
            WHERE s.day >= since AND NOT is_known_place(s.lat, s.lon, now_is, 0)),
        clustered AS (
            SELECT z.*, ST_ClusterDBSCAN(ST_Transform(ST_SetSRID(ST_MakePoint(z.lon, z.lat), 4326),
                (CASE WHEN z.lat < 0 THEN 32701 ELSE 32601 END) + z.zone), reach_m, 2)
                OVER (PARTITION BY z.zone, z.lat < 0) AS cluster FROM zoned z),
        gathered AS (
            SELECT avg(c.lat) AS lat, avg(c.lon) AS lon, count(*)::integer AS stays,
                count(DISTINCT c.vehicle_key)::integer AS trucks, min(c.from_at) AS first_at,
                max(c.until_at) AS last_at, array_agg(DISTINCT c.vehicle_key) AS who,
                ST_Collect(ST_SetSRID(ST_MakePoint(c.lon, c.lat), 4326)) AS points
            FROM clustered c WHERE c.cluster IS NOT NULL GROUP BY c.zone, c.lat < 0, c.cluster)
        SELECT g.*, (SELECT max(ST_Distance(p.geom::geography,
                ST_SetSRID(ST_MakePoint(g.lon, g.lat), 4326)::geography))
                FROM ST_Dump(g.points) p) AS radius,
            (SELECT areas_of(array_agg(p.division::text)) FROM vehicles v
             JOIN parties p ON p.id = v.carrier_id WHERE v.key = ANY (g.who)) AS areas
        FROM gathered g WHERE g.trucks >= trucks_least ORDER BY g.trucks DESC, g.lat, g.lon
    LOOP
        SELECT p.id INTO known FROM suspect_places p
        WHERE ST_DWithin(ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4326)::geography,
                         ST_SetSRID(ST_MakePoint(one.lon, one.lat), 4326)::geography, 150)
        ORDER BY p.found_at, p.id LIMIT 1;
        IF known IS NULL THEN
            INSERT INTO suspect_places VALUES (gen_random_uuid(), one.lat, one.lon, one.radius,
                one.trucks, one.stays, one.first_at, one.last_at, one.areas, now_is, now_is);
            made := made + 1;
        ELSE
            UPDATE suspect_places SET lat = one.lat, lon = one.lon, radius_m = one.radius,
                trucks = one.trucks, stays = one.stays, last_at = one.last_at,
                first_at = least(first_at, one.first_at), areas = one.areas, renewed_at = now_is
            WHERE id = known;
        END IF;
    END LOOP;
    RETURN made;
END $$;

-- What a regulator says of a place. Rest places and suspects become sites of the watch, valid from
-- now on: what was seen before is never judged otherwise. An earlier word's site ends now.
CREATE FUNCTION review_place(of_place uuid, review uuid, said text, reason text, site uuid,
                             token uuid, now_is timestamptz)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    place suspect_places;
BEGIN
    SELECT * INTO place FROM suspect_places p
    WHERE p.id = of_place AND caller_role() = 'regulator' AND caller_rank() <> 'reader'
        AND caller_watches(p.areas) FOR UPDATE;
    IF NOT FOUND THEN RETURN false; END IF;
    UPDATE sites s SET valid_until = now_is FROM place_reviews r
    WHERE r.place_id = of_place AND s.id = r.site_id AND s.valid_until IS NULL;
    IF said <> 'nothing' THEN
        INSERT INTO sites (id, name, kind, centre, radius_m, valid_from)
        VALUES (site, 'place ' || round(place.lat::numeric, 4) || ' ' || round(place.lon::numeric, 4),
            said, ST_SetSRID(ST_MakePoint(place.lon, place.lat), 4326),
            least(500, greatest(50, place.radius_m + 30)), now_is);
    END IF;
    INSERT INTO place_reviews VALUES (review, of_place, said, reason,
        CASE WHEN said <> 'nothing' THEN site END, caller_role(), caller_account(), token, now_is);
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION review_place(uuid, uuid, text, text, uuid, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION review_place(uuid, uuid, text, text, uuid, uuid, timestamptz)
    TO liuhen_http;
REVOKE ALL ON FUNCTION gather_stays(integer, date, interval, timestamptz),
    find_places(date, double precision, integer, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gather_stays(integer, date, interval, timestamptz),
    find_places(date, double precision, integer, timestamptz) TO liuhen_core;

ALTER TABLE suspect_places ENABLE ROW LEVEL SECURITY;
ALTER TABLE place_reviews ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON suspect_places TO liuhen_core USING (true) WITH CHECK (true);
CREATE POLICY seen ON suspect_places FOR SELECT TO liuhen_http USING (caller_watches(areas));
CREATE POLICY core ON place_reviews FOR SELECT TO liuhen_core USING (true);
CREATE POLICY seen ON place_reviews FOR SELECT TO liuhen_http
    USING (EXISTS (SELECT 1 FROM suspect_places p WHERE p.id = place_id));
GRANT SELECT, INSERT, DELETE ON stays TO liuhen_core;
GRANT SELECT, INSERT, UPDATE, DELETE ON stay_days TO liuhen_core;
GRANT SELECT, INSERT, UPDATE ON suspect_places TO liuhen_core;
GRANT SELECT ON place_reviews TO liuhen_core, liuhen_http;
GRANT SELECT ON suspect_places TO liuhen_http;
