-- Who was near a place at a time (docs/decisions/061-trace.md), and who asked.

-- Device times come nearly in the order of their arrival; a few stragglers widen no range of a
-- multi-range summary. It costs a page a day, where a tree would cost each row an entry.
CREATE INDEX observations_time ON observations
    USING brin (at timestamptz_minmax_multi_ops(values_per_range = 16)) WITH (pages_per_range = 32, autosummarize = on);

-- The box around a circle on the ellipsoid, in stored units, a little too large; across the
-- antimeridian it is two. Degrees of latitude are 110,574 m or longer, of longitude shorter than
-- 111,320 m times the cosine.
CREATE FUNCTION boxes_around(lat double precision, lon double precision, radius_m double precision)
RETURNS TABLE (low_lat integer, high_lat integer, low_lon integer, high_lon integer)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    WITH reach AS (
        SELECT r.dlat, CASE WHEN abs(lat) + r.dlat >= 89.9 THEN 180
            ELSE least(180, radius_m / (111000 * cos(radians(abs(lat) + r.dlat)))) END AS dlon
        FROM (SELECT radius_m / 110000 AS dlat) r)
    SELECT floor(greatest(lat - dlat, -90) * 1e7)::integer, ceil(least(lat + dlat, 90) * 1e7)::integer,
        floor(greatest(lon + turn - dlon, -180) * 1e7)::integer,
        ceil(least(lon + turn + dlon, 180) * 1e7)::integer
    FROM reach, (VALUES (-360), (0), (360)) AS turns (turn)
    WHERE lon + turn + dlon >= -180 AND lon + turn - dlon <= 180
$$;

-- True when this fix is one that tells where the truck was: of its JT/T 808 terminal while it has
-- one, else of its lock.
CREATE FUNCTION moves_vehicle(terminal integer, vehicle integer, moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM terminals t WHERE t.key = terminal AND t.protocol = 'jt808')
        OR NOT EXISTS (
            SELECT 1 FROM bindings b JOIN terminals x ON x.id = b.terminal_id
            JOIN vehicles v ON v.id = b.vehicle_id
            WHERE v.key = vehicle AND x.protocol = 'jt808' AND b.during @> moment)
$$;

-- True when the truck reported another place between two moments.
CREATE FUNCTION was_elsewhere(vehicle integer, after timestamptz, before timestamptz)
RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM sightings o
        WHERE o.vehicle_key = vehicle AND o.at > after AND o.at < before
            AND o.piece_until > after AND o.piece_from < before
            AND o.kind = 1 AND o.source = 0 AND o.lat IS NOT NULL AND o.flags & 4 = 0
            AND moves_vehicle(o.terminal_key, vehicle, o.at));
END $$;

-- Fixes at most `radius_m` (geodesic on WGS 84) from a point, in [from_at, until_at) by device
-- time, of every vehicle: positions are beyond row-level security, and who calls joins `vehicles`.
CREATE FUNCTION fixes_within(lat double precision, lon double precision, radius_m double precision,
                             from_at timestamptz, until_at timestamptz)
RETURNS TABLE (vehicle_key integer, at timestamptz, fix_lat integer, fix_lon integer,
               speed integer, distance_m double precision)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    centre geography := ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography;
    box record;
BEGIN
    FOR box IN SELECT * FROM boxes_around(lat, lon, radius_m) LOOP
        RETURN QUERY
            SELECT f.vehicle_key, f.at, f.lat, f.lon, f.speed, f.apart FROM (
                SELECT o.vehicle_key, o.terminal_key, o.at, o.lat, o.lon, o.speed,
                    ST_Distance(centre, ST_SetSRID(ST_MakePoint(o.lon / 1e7, o.lat / 1e7),
                                                   4326)::geography, true) AS apart
                FROM sightings o
                WHERE o.at >= from_at AND o.at < until_at
                    AND o.piece_until >= from_at AND o.piece_from < until_at
                    AND o.lat BETWEEN box.low_lat AND box.high_lat
                    AND o.lon BETWEEN box.low_lon AND box.high_lon
                    AND o.north >= box.low_lat AND o.south <= box.high_lat
                    AND o.east >= box.low_lon AND o.west <= box.high_lon
                    AND o.kind = 1 AND o.source = 0 AND o.flags & 4 = 0
                    AND o.vehicle_key IS NOT NULL OFFSET 0) f
            WHERE f.apart <= radius_m AND moves_vehicle(f.terminal_key, f.vehicle_key, f.at);
    END LOOP;
END $$;

-- The trace of a place: a row a vehicle that was there. A stay goes on from one of its fixes to the
-- next while both are there, none elsewhere lies between, and no more than `most_gap` passes.
CREATE FUNCTION trace_near(lat double precision, lon double precision, radius_m double precision,
                           from_at timestamptz, until_at timestamptz, most_gap interval)
RETURNS TABLE (vehicle_key integer, first_at timestamptz, last_at timestamptz, fixes bigint,
               stays bigint, longest_s double precision, longest_from timestamptz,
               stayed_s double precision, nearest_m double precision, nearest_at timestamptz)
LANGUAGE sql STABLE AS $$
    WITH near AS MATERIALIZED (
        SELECT f.vehicle_key, f.at, min(f.distance_m) AS apart
        FROM fixes_within(lat, lon, radius_m, from_at, until_at) f GROUP BY 1, 2),
    steps AS (
        SELECT n.vehicle_key, n.at, n.apart,
            lag(n.at) OVER (PARTITION BY n.vehicle_key ORDER BY n.at) AS before FROM near n),
    begun AS (
        SELECT s.*, (s.before IS NULL OR s.at - s.before > most_gap
                     OR was_elsewhere(s.vehicle_key, s.before, s.at))::integer AS begins
        FROM steps s),
    numbered AS (
        SELECT b.*, sum(b.begins) OVER (PARTITION BY b.vehicle_key ORDER BY b.at) AS stay
        FROM begun b),
    stays AS (
        SELECT n.vehicle_key, min(n.at) AS from_at, max(n.at) AS until_at, count(*) AS fixes,
            min(ARRAY[n.apart, extract(epoch FROM n.at)]) AS nearest
        FROM numbered n GROUP BY n.vehicle_key, n.stay),
    measured AS (
        SELECT s.*, extract(epoch FROM s.until_at - s.from_at)::double precision AS lasts
        FROM stays s)
    SELECT m.vehicle_key, min(m.from_at), max(m.until_at), sum(m.fixes)::bigint, count(*),
        max(m.lasts), (array_agg(m.from_at ORDER BY m.lasts DESC, m.from_at))[1], sum(m.lasts),
        (min(m.nearest))[1], to_timestamp((min(m.nearest))[2])
    FROM measured m GROUP BY m.vehicle_key
$$;

-- ---- Along a river ----

-- The line with a vertex at least every 250 m or so, and the squares of a hundredth of a degree that
-- lie within `width_m` of it: what may be near is found by them, without an index.
CREATE FUNCTION squares_along(line geometry, width_m double precision)
RETURNS TABLE (north integer, east integer) LANGUAGE sql IMMUTABLE AS $$
    SELECT DISTINCT n, e
    FROM ST_DumpPoints(ST_Segmentize(line, 0.0025)) p,
        boxes_around(ST_Y(p.geom), ST_X(p.geom), width_m + 150) b,
        generate_series(floor(b.low_lat / 1e5)::integer, floor(b.high_lat / 1e5)::integer) n,
        generate_series(floor(b.low_lon / 1e5)::integer, floor(b.high_lon / 1e5)::integer) e
$$;

-- Stops within `width_m` (geodesic) of a line in [from_at, until_at): fixes of one truck one after
-- the other, each slower than `still` and within 50 m of the one before, no more than `most_gap`
-- apart. `upstream_m`: along the line from its end to the nearest point of it.
CREATE FUNCTION stops_along(line geometry, width_m double precision, from_at timestamptz,
                            until_at timestamptz, at_least interval, most_gap interval,
                            still double precision)
RETURNS TABLE (vehicle_key integer, from_at_place timestamptz, until_at_place timestamptz,
               fixes bigint, lat double precision, lon double precision, off_m double precision,
               upstream_m double precision)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    fine geometry := ST_Segmentize(line, 0.0025);
    river geography := fine::geography;
    plane integer := _ST_BestSRID(river);
    flat geometry := ST_Transform(fine, plane);
    box box2d := ST_Expand(box2d(line), 0.01 + width_m / 100000
                           / greatest(0.01, cos(radians(greatest(abs(ST_YMin(line)),
                                                                 abs(ST_YMax(line)))))));
    low_lat integer := (ST_YMin(box) * 1e7)::integer;
    high_lat integer := (ST_YMax(box) * 1e7)::integer;
    low_lon integer := (greatest(ST_XMin(box), -180) * 1e7)::integer;
    high_lon integer := (least(ST_XMax(box), 180) * 1e7)::integer;
BEGIN
    RETURN QUERY
        WITH slow AS MATERIALIZED (
            SELECT o.vehicle_key AS truck, o.terminal_key, o.at, o.lat, o.lon,
                ST_SetSRID(ST_MakePoint(o.lon / 1e7, o.lat / 1e7), 4326)::geography AS place
            FROM sightings o
            WHERE o.at >= from_at AND o.at < until_at
                AND o.piece_until >= from_at AND o.piece_from < until_at
                AND o.lat BETWEEN low_lat AND high_lat AND o.lon BETWEEN low_lon AND high_lon
                AND o.north >= low_lat AND o.south <= high_lat
                AND o.east >= low_lon AND o.west <= high_lon
                AND coalesce(o.speed, 0) <= still * 100
                AND o.kind = 1 AND o.source = 0 AND o.flags & 4 = 0 AND o.vehicle_key IS NOT NULL
                AND (floor(o.lat / 1e5)::integer, floor(o.lon / 1e5)::integer)
                    IN (SELECT s.north, s.east FROM squares_along(line, width_m) s)),
        near AS (
            SELECT DISTINCT ON (s.truck, s.at) s.truck, s.at, s.place,
                ST_Distance(s.place, river, true) AS off
            FROM slow s
            WHERE ST_Distance(s.place, river, true) <= width_m
                AND moves_vehicle(s.terminal_key, s.truck, s.at)
            ORDER BY s.truck, s.at, s.lat, s.lon),
        steps AS (
            SELECT n.*, lag(n.at) OVER w AS before, lag(n.place) OVER w AS before_place FROM near n
            WINDOW w AS (PARTITION BY n.truck ORDER BY n.at)),
        begun AS (
            SELECT s.*, (s.before IS NULL OR s.at - s.before > most_gap
                         OR ST_Distance(s.place, s.before_place) > 50
                         OR was_elsewhere(s.truck, s.before, s.at))::integer AS begins
            FROM steps s),
        numbered AS (
            SELECT b.*, sum(b.begins) OVER (PARTITION BY b.truck ORDER BY b.at) AS stop FROM begun b),
        stops AS (
            SELECT n.truck, min(n.at) AS since, max(n.at) AS till, count(*) AS seen,
                (array_agg(n.place ORDER BY n.off, n.at))[1] AS nearest, min(n.off) AS off
            FROM numbered n GROUP BY n.truck, n.stop HAVING max(n.at) - min(n.at) >= at_least)
        SELECT s.truck, s.since, s.till, s.seen, ST_Y(s.nearest::geometry), ST_X(s.nearest::geometry),
            s.off, ST_Length(ST_Transform(ST_LineSubstring(flat, ST_LineLocatePoint(flat,
                ST_Transform(s.nearest::geometry, plane)), 1), 4326)::geography, true)
        FROM stops s;
END $$;

-- ---- Who asked ----

-- Append-only: every trace, by whom, of what, and how many trucks it named.
CREATE TABLE trace_log (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_id     uuid NOT NULL,
    role         text NOT NULL,
    person       text NOT NULL DEFAULT '',
    what         text NOT NULL CHECK (what IN ('near', 'upstream')),
    asked        jsonb NOT NULL,
    found        integer NOT NULL CHECK (found >= 0),
    recorded_at  timestamptz NOT NULL
);
CREATE INDEX ON trace_log (recorded_at);
ALTER TABLE trace_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY made ON trace_log FOR INSERT TO liuhen_http
    WITH CHECK (caller_is_authority() AND role = caller_role());
GRANT INSERT ON trace_log TO liuhen_http;
