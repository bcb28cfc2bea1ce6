-- Traces over packed hours: the server takes the pieces that may tell and unpacks them itself
-- (docs/decisions/066-traces-unpack.md).

-- The hour in which a piece begins, counted from 1970.
CREATE FUNCTION piece_hour(first_at timestamptz) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT floor(extract(epoch FROM first_at) / 3600)::integer
$$;

-- By hours, and within an hour by place: a question meets, of each of its hours, a few pages.
CREATE INDEX cold_pieces_hour ON cold_pieces USING gist
    (piece_hour(first_at), box(point(west, south), point(east, north))) WHERE south IS NOT NULL;
DROP INDEX cold_pieces_place;

-- They read the past piece by piece, in SQL.
DROP FUNCTION trace_near(double precision, double precision, double precision, timestamptz,
    timestamptz, interval);
DROP FUNCTION fixes_within(double precision, double precision, double precision, timestamptz,
    timestamptz);
DROP FUNCTION stops_along(geometry, double precision, timestamptz, timestamptz, interval, interval,
    double precision);
DROP FUNCTION squares_along(geometry, double precision);
DROP FUNCTION was_elsewhere(integer, timestamptz, timestamptz);

-- How far places lie up a line from its end, each by the nearest point of the line.
CREATE FUNCTION lengths_upstream(line geometry, lats integer[], lons integer[])
RETURNS double precision[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    fine geometry := ST_Segmentize(line, 0.0025);
    plane integer := _ST_BestSRID(fine::geography);
    flat geometry := ST_Transform(fine, plane);
BEGIN
    RETURN (SELECT coalesce(array_agg(ST_Length(ST_Transform(ST_LineSubstring(flat,
            ST_LineLocatePoint(flat, ST_Transform(
                ST_SetSRID(ST_MakePoint(f.lon / 1e7, f.lat / 1e7), 4326), plane)), 1),
            4326)::geography, true) ORDER BY f.n), '{}')
        FROM unnest(lats, lons) WITH ORDINALITY f (lat, lon, n));
END $$;
