-- The cold form of observations: what one terminal said on one vehicle in one hour, packed by
-- telematics/archive into some bytes a row (docs/decisions/059). Kept by months: what lies in a
-- trip of a manifest ten years, the rest as configured; months are dropped whole.
CREATE TABLE cold_pieces (
    first_at      timestamptz NOT NULL,            -- of its rows' device times, both included
    last_at       timestamptz NOT NULL,
    terminal_key  integer NOT NULL,
    vehicle_key   integer,
    south         integer,                         -- box of its places, 1e-7 degree; null: none
    north         integer,
    west          integer,
    east          integer,
    rows          smallint NOT NULL CHECK (rows > 0),
    of_manifest   boolean NOT NULL,
    payload       bytea NOT NULL
) PARTITION BY LIST (of_manifest);
ALTER TABLE cold_pieces ALTER COLUMN payload SET STORAGE EXTERNAL;  -- it is packed already
CREATE TABLE cold_manifest PARTITION OF cold_pieces FOR VALUES IN (true)
    PARTITION BY RANGE (first_at);
CREATE TABLE cold_rest PARTITION OF cold_pieces FOR VALUES IN (false) PARTITION BY RANGE (first_at);
-- Catches what no month takes, so that no piece is ever refused.
CREATE TABLE cold_manifest_other PARTITION OF cold_manifest DEFAULT WITH (toast_tuple_target = 128);
CREATE TABLE cold_rest_other PARTITION OF cold_rest DEFAULT WITH (toast_tuple_target = 128);
CREATE INDEX cold_pieces_terminal ON cold_pieces (terminal_key, first_at);
CREATE INDEX cold_pieces_vehicle ON cold_pieces (vehicle_key, first_at);
-- Time and box: the rows without their payloads are few bytes, and those of a day lie together.
CREATE INDEX cold_pieces_place ON cold_pieces
    USING brin (first_at, last_at, south, north, west, east) WITH (pages_per_range = 4);
GRANT SELECT, INSERT ON cold_pieces TO liuhen_core;
GRANT SELECT ON cold_pieces TO liuhen_http, liuhen_reader;

-- ---- Unpacking: telematics/archive again, for SQL ----

-- A column of n numbers at bit `pos` (from 1), and where the next one begins.
CREATE FUNCTION unpack_numbers(bits varbit, INOUT pos integer, n integer, OUT v bigint[])
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    foreseen integer := substring(bits FROM pos FOR 2)::bit(2)::integer;
    scale integer := substring(bits FROM pos + 2 FOR 2)::bit(2)::integer;
    len integer := substring(bits FROM pos + 4 FOR 7)::bit(7)::integer;
    z bigint := 0; base bigint; last bigint; slope bigint := 0; step bigint; k integer; q integer;
    fine bigint;
BEGIN
    IF len > 0 THEN
        z := (substring(bits FROM pos + 11 FOR len)::bit(64)::bigint >> (64 - len))
            & ((1::bigint << len) - 1);
    END IF;
    pos := pos + 11 + len;
    base := (z >> 1) # -(z & 1);
    last := base;
    fine := CASE scale WHEN 0 THEN base WHEN 1 THEN base * 10 WHEN 2 THEN base * 1000
        ELSE (base * 25 + 4) / 9 END;
    v := array_fill(fine, ARRAY[n]);
    IF foreseen = 0 THEN RETURN; END IF;
    FOR i IN 2..n LOOP
        IF i & 31 = 2 THEN
            k := substring(bits FROM pos FOR 5)::bit(5)::integer;
            pos := pos + 5;
        END IF;
        step := 0;
        IF k < 31 THEN
            q := position(B'0' IN substring(bits FROM pos FOR 25)) - 1;
            IF q < 24 THEN
                z := (q::bigint << k)
                    | (substring(bits FROM pos + q FOR k + 1)::bit(64)::bigint >> (63 - k));
                pos := pos + q + 1 + k;
            ELSE
                len := substring(bits FROM pos + 25 FOR 7)::bit(7)::integer;
                z := (substring(bits FROM pos + 32 FOR len)::bit(64)::bigint >> (64 - len))
                    & ((1::bigint << len) - 1);
                pos := pos + 32 + len;
            END IF;
            step := (z >> 1) # -(z & 1);
        END IF;
        IF foreseen = 2 THEN step := step + slope; END IF;
        slope := step;
        last := step + CASE foreseen WHEN 3 THEN base ELSE last END;
        v[i] := CASE scale WHEN 0 THEN last WHEN 1 THEN last * 10 WHEN 2 THEN last * 1000
            ELSE (last * 25 + 4) / 9 END;
    END LOOP;
END $$;

-- So many texts of 8-bit characters at `pos`.
CREATE FUNCTION unpack_texts(bits varbit, INOUT pos integer, count integer, OUT v text[])
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE bytes bytea; len integer;
BEGIN
    v := '{}';
    FOR i IN 1..count LOOP
        len := substring(bits FROM pos FOR 16)::bit(16)::integer;
        bytes := decode(repeat('00', len), 'hex');
        FOR j IN 0..len - 1 LOOP
            bytes := set_byte(bytes, j,
                substring(bits FROM pos + 16 + 8 * j FOR 8)::bit(8)::integer);
        END LOOP;
        v[i] := convert_from(bytes, 'UTF8');
        pos := pos + 16 + 8 * len;
    END LOOP;
END $$;

-- The additional items of n rows: the nth byte of each is a column, up to 48 of them.
CREATE FUNCTION unpack_raw(bits varbit, INOUT pos integer, n integer, OUT v bytea[])
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    lengths bigint[]; longest integer; one bigint[]; pattern bytea; changing integer[] := '{}';
    changes bigint[] := '{}'; bytes bytea; len integer;
BEGIN
    SELECT u.pos, u.v INTO pos, lengths FROM unpack_numbers(bits, pos, n) u;
    SELECT max(l) - 1 INTO longest FROM unnest(lengths) l;
    pattern := decode(repeat('00', greatest(longest, 0)), 'hex');
    FOR j IN 0..least(longest, 48) - 1 LOOP
        len := pos;
        SELECT u.pos, u.v INTO pos, one FROM unpack_numbers(bits, pos, n) u;
        pattern := set_byte(pattern, j, one[1]::integer);
        IF substring(bits FROM len FOR 2) <> B'00' THEN
            changing := changing || j;
            changes := changes || one;
        END IF;
    END LOOP;
    FOR i IN 1..n LOOP
        CONTINUE WHEN lengths[i] = 0;
        len := lengths[i] - 1;
        bytes := substring(pattern FROM 1 FOR len);
        FOR c IN 1..cardinality(changing) LOOP
            CONTINUE WHEN changing[c] >= len;
            bytes := set_byte(bytes, changing[c], changes[(c - 1) * n + i]::integer);
        END LOOP;
        FOR j IN 48..len - 1 LOOP
            bytes := set_byte(bytes, j, substring(bits FROM pos FOR 8)::bit(8)::integer);
            pos := pos + 8;
        END LOOP;
        v[i] := bytes;
    END LOOP;
END $$;

-- 64-bit arithmetic that wraps, for observation_hash.
CREATE FUNCTION wrapped(value numeric) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (CASE WHEN r >= 9223372036854775808 THEN r - 18446744073709551616 ELSE r END)::bigint
    FROM (SELECT mod(mod(value, 18446744073709551616) + 18446744073709551616,
        18446744073709551616) AS r) m
$$;

-- base/hash.hpp again: hash64 of a body.
CREATE FUNCTION observation_hash(body bytea) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    low bigint := (1::bigint << 32) - 1; h bigint; word bigint; swapped bytea;
BEGIN
    h := wrapped(14695981039346656037) # octet_length(body)::bigint;
    FOR w IN 0..(octet_length(body) + 7) / 8 - 1 LOOP
        swapped := substring(body FROM w * 8 + 1 FOR 8);
        word := 0;
        FOR j IN REVERSE octet_length(swapped) - 1..0 LOOP
            word := word << 8 | get_byte(swapped, j);
        END LOOP;
        word := wrapped(word::numeric * 11400714819323198485);
        h := wrapped((h # word # (word >> 32 & low))::numeric * 1099511628211);
    END LOOP;
    h := h # (h >> 32 & low);
    h := wrapped(h::numeric * 15485907386658061715);
    RETURN h # (h >> 32 & low);
END $$;

-- The body of the JT/T 808 position report that a row was; its hash is the row's (derived_hash).
CREATE FUNCTION report_body(alarm integer, status integer, lat integer, lon integer,
    altitude smallint, speed integer, heading smallint, at timestamptz, raw bytea) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT int4send(alarm) || int4send(status) || int4send(abs(lat) / 10)
        || int4send(abs(lon) / 10) || int2send(altitude)
        || substring(int4send((speed::bigint * 9 / 25
            + CASE WHEN speed::bigint * 9 % 25 > 12 THEN 1 ELSE 0 END)::integer) FROM 3 FOR 2)
        || int2send(heading)
        || decode(to_char(at AT TIME ZONE 'UTC' + interval '8 hours', 'YYMMDDHH24MISS'), 'hex')
        || raw
$$;

-- The rows of a piece. Null hash: that of its own report.
CREATE FUNCTION unpack_piece(payload bytea)
RETURNS TABLE (at timestamptz, kind smallint, hash bigint, received_at timestamptz,
    message integer, flags smallint, alarm integer, status integer, lat integer, lon integer,
    speed integer, heading smallint, altitude smallint, source smallint, load smallint,
    satellites smallint, odometer bigint, action smallint, means smallint, lock_number text,
    actor text, raw bytea, cuts integer, signals smallint, mass_g bigint, recorder_speed integer)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE ROWS 300 COST 20000 AS $$
DECLARE
    bits varbit := ('x' || encode(payload, 'hex'))::varbit;
    n integer := substring(bits FROM 9 FOR 16)::bit(16)::integer;
    pos integer := 25; held integer; mask bigint[]; one bigint[]; all_of bigint[] := '{}';
    texts text[][]; locks text[]; lock_of bigint[]; actors text[]; actor_of bigint[];
    raws bytea[]; told bigint[]; hashes bigint[]; nothing bigint[];
BEGIN
    IF substring(bits FROM 1 FOR 8)::bit(8)::integer <> 1 THEN
        RAISE EXCEPTION 'an unknown form of piece' USING ERRCODE = 'data_exception';
    END IF;
    nothing := array_fill(NULL::bigint, ARRAY[n]);
    FOR c IN 1..22 LOOP
        held := substring(bits FROM pos FOR 2)::bit(2)::integer;
        pos := pos + 2;
        one := nothing;
        IF held = 2 THEN SELECT u.pos, u.v INTO pos, mask FROM unpack_numbers(bits, pos, n) u; END IF;
        IF held > 0 THEN SELECT u.pos, u.v INTO pos, one FROM unpack_numbers(bits, pos, n) u; END IF;
        IF held = 2 THEN
            FOR i IN 1..n LOOP IF mask[i] = 0 THEN one[i] := NULL; END IF; END LOOP;
        END IF;
        all_of := all_of || one;
    END LOOP;
    held := substring(bits FROM pos FOR 16)::bit(16)::integer;
    SELECT u.pos, u.v INTO pos, locks FROM unpack_texts(bits, pos + 16, held) u;
    IF held > 0 THEN SELECT u.pos, u.v INTO pos, lock_of FROM unpack_numbers(bits, pos, n) u; END IF;
    held := substring(bits FROM pos FOR 16)::bit(16)::integer;
    SELECT u.pos, u.v INTO pos, actors FROM unpack_texts(bits, pos + 16, held) u;
    IF held > 0 THEN SELECT u.pos, u.v INTO pos, actor_of FROM unpack_numbers(bits, pos, n) u; END IF;
    SELECT u.pos, u.v INTO pos, raws FROM unpack_raw(bits, pos, n) u;
    SELECT u.pos, u.v INTO pos, told FROM unpack_numbers(bits, pos, n) u;
    hashes := nothing;
    FOR i IN 1..n LOOP
        CONTINUE WHEN told[i] = 0;
        hashes[i] := substring(bits FROM pos FOR 64)::bit(64)::bigint;
        pos := pos + 64;
    END LOOP;
    FOR i IN 1..n LOOP
        at := 'epoch'::timestamptz + all_of[i] * interval '1 millisecond';
        received_at := 'epoch'::timestamptz
            + (all_of[i] + all_of[n + i]) * interval '1 millisecond';
        kind := all_of[2 * n + i]; message := all_of[3 * n + i]; flags := all_of[4 * n + i];
        alarm := all_of[5 * n + i]; status := all_of[6 * n + i]; lat := all_of[7 * n + i];
        lon := all_of[8 * n + i]; speed := all_of[9 * n + i]; heading := all_of[10 * n + i];
        altitude := all_of[11 * n + i]; source := all_of[12 * n + i]; load := all_of[13 * n + i];
        satellites := all_of[14 * n + i]; odometer := all_of[15 * n + i];
        action := all_of[16 * n + i]; means := all_of[17 * n + i]; cuts := all_of[18 * n + i];
        signals := all_of[19 * n + i]; mass_g := all_of[20 * n + i];
        recorder_speed := all_of[21 * n + i];
        lock_number := locks[lock_of[i]]; actor := actors[actor_of[i]];
        raw := raws[i]; hash := hashes[i];
        RETURN NEXT;
    END LOOP;
END $$;

CREATE OR REPLACE VIEW sightings AS
SELECT terminal_key, vehicle_key, at, kind, hash, received_at, message, flags, alarm, status, lat,
    lon, speed, heading, altitude, source, load, satellites, odometer, action, means, lock_number,
    actor, raw, cuts, signals, mass_g, recorder_speed,
    at AS piece_from, at AS piece_until,
    lat AS south, lat AS north, lon AS west, lon AS east
FROM observations
UNION ALL
SELECT p.terminal_key, p.vehicle_key, r.at, r.kind,
    coalesce(r.hash, observation_hash(report_body(r.alarm, r.status, r.lat, r.lon, r.altitude,
        r.speed, r.heading, r.at, r.raw))),
    r.received_at, r.message, r.flags, r.alarm, r.status, r.lat, r.lon, r.speed, r.heading,
    r.altitude, r.source, r.load, r.satellites, r.odometer, r.action, r.means, r.lock_number,
    r.actor, r.raw, r.cuts, r.signals, r.mass_g, r.recorder_speed,
    p.first_at, p.last_at, p.south, p.north, p.west, p.east
FROM cold_pieces p CROSS JOIN LATERAL unpack_piece(p.payload) r;

-- ---- Packing: what the server takes and gives back within one transaction ----

-- Removes a day's rows of the terminals behind `behind`, whole terminals, until there are about
-- `most`, and returns them. What cannot be packed stays. Rows come by terminal, vehicle and time.
CREATE FUNCTION take_observations(wanted date, behind integer, most integer)
RETURNS SETOF observations
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    since timestamptz := wanted::timestamp AT TIME ZONE 'UTC';
    until timestamptz := (wanted + 1)::timestamp AT TIME ZONE 'UTC';
    last integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('liuhen.compaction'));
    SELECT o.terminal_key INTO last FROM observations o
    WHERE o.at >= since AND o.at < until AND o.terminal_key > behind
    ORDER BY o.terminal_key OFFSET most LIMIT 1;
    RETURN QUERY
        WITH taken AS (
            DELETE FROM observations o WHERE o.at >= since AND o.at < until
                AND o.terminal_key > behind AND o.terminal_key <= coalesce(last, 2147483647)
                AND (o.raw IS NULL OR octet_length(o.raw) <= 4096)
                AND coalesce(octet_length(o.lock_number), 0) <= 1024
                AND coalesce(octet_length(o.actor), 0) <= 1024
                AND coalesce(o.mass_g, 0) BETWEEN -(1::bigint << 57) AND 1::bigint << 57
                AND coalesce(o.odometer, 0) BETWEEN -(1::bigint << 57) AND 1::bigint << 57
            RETURNING o.*)
        SELECT * FROM taken t
        ORDER BY t.terminal_key, t.vehicle_key, t.at, t.kind, t.hash < 0, t.hash;
END $$;

-- Removes and returns the pieces that rows of this terminal, vehicle and time belong into.
CREATE FUNCTION take_pieces(of_terminal integer, of_vehicle integer, since timestamptz,
    until timestamptz) RETURNS SETOF bytea
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM cold_pieces p WHERE p.terminal_key = of_terminal
        AND p.vehicle_key IS NOT DISTINCT FROM of_vehicle
        AND p.first_at >= since AND p.first_at < until RETURNING p.payload
$$;

-- Whether a vehicle carried waste of a manifest then: from loading to the end of the trip, and an
-- hour around it.
CREATE FUNCTION lies_in_trip(of_vehicle integer, since timestamptz, until timestamptz)
RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM trips t JOIN vehicles v ON v.id = t.vehicle_id
        WHERE v.key = of_vehicle AND least(t.armed_at, t.departed_at) <= until + interval '1 hour'
        AND coalesce(t.ended_at, 'infinity') >= since - interval '1 hour')
$$;

-- The days that have rows older than `horizon`, oldest first.
CREATE FUNCTION days_to_pack(horizon timestamptz, most integer) RETURNS SETOF date
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE part text; day date; has_rows boolean; found_days integer := 0;
BEGIN
    FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'observations'::regclass AND c.relname ~ '^observations_\d{8}$'
        ORDER BY 1 LOOP
        day := to_date(right(part, 8), 'YYYYMMDD');
        EXIT WHEN (day + 1)::timestamp AT TIME ZONE 'UTC' > horizon OR found_days >= most;
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', part) INTO has_rows;
        CONTINUE WHEN NOT has_rows;
        found_days := found_days + 1;
        RETURN NEXT day;
    END LOOP;
    RETURN QUERY SELECT DISTINCT (o.at AT TIME ZONE 'UTC')::date FROM observations_rest o
        WHERE o.at < date_trunc('day', horizon, 'UTC') AND o.at >= 'epoch' ORDER BY 1 LIMIT most;
END $$;

-- Gives the room of a packed day back at once. False: it has rows, or is in use just now.
CREATE FUNCTION empty_day(wanted date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET lock_timeout = '200ms' AS $$
DECLARE part text := format('observations_%s', to_char(wanted, 'YYYYMMDD')); has_rows boolean;
BEGIN
    IF to_regclass(part) IS NULL THEN RETURN true; END IF;
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', part);
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', part) INTO has_rows;
    IF has_rows THEN RETURN false; END IF;
    EXECUTE format('TRUNCATE %I', part);
    RETURN true;
EXCEPTION WHEN lock_not_available THEN
    RETURN false;
END $$;

-- ---- Partitions ahead and retention ----

-- Makes the months of the cold form; a month that exists is passed over.
CREATE FUNCTION ensure_cold_months(first date, last date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE month date; made integer := 0; parent text; name text;
BEGIN
    IF last - first > 3700 THEN RAISE EXCEPTION 'at most ten years at once'; END IF;
    FOREACH parent IN ARRAY ARRAY['cold_manifest', 'cold_rest'] LOOP
        FOR month IN SELECT generate_series(date_trunc('month', first), last, '1 month')::date LOOP
            name := format('%s_%s', parent, to_char(month, 'YYYYMM'));
            CONTINUE WHEN to_regclass(name) IS NOT NULL;
            BEGIN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)'
                    ' WITH (toast_tuple_target = 128)',  -- payloads out of the way of searches
                    name, parent, month::timestamp AT TIME ZONE 'UTC',
                    (month + interval '1 month') AT TIME ZONE 'UTC');
                made := made + 1;
            EXCEPTION WHEN check_violation THEN
                NULL;  -- pieces of that month lie in the default partition already
            END;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;

-- Drops what is over: months of the cold form, days of frames, and days of hot rows that were
-- packed long ago and are empty. What somebody reads just now is dropped another time. Manifests
-- are kept ten years at least, whatever is asked (Solid Waste Law; docs/operations.md).
CREATE FUNCTION drop_expired(now timestamptz, manifest_days integer, rest_days integer,
    frame_days integer, shell_days integer) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET lock_timeout = '200ms' AS $$
DECLARE one record; has_rows boolean; ends timestamptz;
BEGIN
    FOR one IN
        SELECT c.relname AS name, p.relname AS parent,
            to_date(substring(c.relname FROM '\d+$'), 'YYYYMMDD') AS begins
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        JOIN pg_class p ON p.oid = i.inhparent
        WHERE p.relnamespace = 'public'::regnamespace
            AND p.relname IN ('cold_manifest', 'cold_rest', 'raw_frames', 'observations')
            AND c.relname ~ '_\d{6}(\d\d)?$' ORDER BY 1
    LOOP
        ends := (one.begins + CASE WHEN one.parent LIKE 'cold%' THEN interval '1 month'
            ELSE interval '1 day' END) AT TIME ZONE 'UTC';
        CONTINUE WHEN ends >= now - make_interval(days => CASE one.parent
            WHEN 'cold_manifest' THEN greatest(manifest_days, 3653)
            WHEN 'cold_rest' THEN greatest(rest_days, shell_days)
            WHEN 'raw_frames' THEN frame_days ELSE shell_days END);
        BEGIN
            IF one.parent = 'observations' THEN
                EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', one.name) INTO has_rows;
                CONTINUE WHEN has_rows;
                EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', one.name);
                EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', one.name) INTO has_rows;
                CONTINUE WHEN has_rows;
            END IF;
            EXECUTE format('DROP TABLE %I', one.name);
            RETURN NEXT one.name;
        EXCEPTION WHEN lock_not_available THEN
            NULL;
        END;
    END LOOP;
END $$;

-- How the storage of positions stands, for `doctor` and /metrics.
CREATE FUNCTION storage_state(now timestamptz)
RETURNS TABLE (days_ahead integer, rows_elsewhere bigint, oldest_hot date, hot_bytes bigint,
    cold_bytes bigint, frame_bytes bigint, dead_share double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH RECURSIVE parts AS (
        SELECT p.relname AS root, c.oid, c.relname AS name FROM pg_inherits i
        JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
        WHERE p.oid IN ('observations'::regclass, 'cold_pieces'::regclass, 'raw_frames'::regclass)
        UNION ALL
        SELECT parts.root, c.oid, c.relname FROM parts
        JOIN pg_inherits i ON i.inhparent = parts.oid JOIN pg_class c ON c.oid = i.inhrelid),
    ahead AS (SELECT count(*)::integer AS days FROM generate_series(0, 7) d WHERE to_regclass(
        'observations_' || to_char((now AT TIME ZONE 'UTC')::date + d, 'YYYYMMDD')) IS NOT NULL),
    dead AS (SELECT coalesce(sum(n_dead_tup)::float8
        / nullif(sum(n_live_tup + n_dead_tup), 0), 0) AS share
        FROM pg_stat_user_tables s JOIN parts ON parts.oid = s.relid)
    SELECT ahead.days, (SELECT count(*) FROM (SELECT 1 FROM observations_rest LIMIT 100000) r),
        (SELECT min(to_date(right(name, 8), 'YYYYMMDD')) FROM parts
            WHERE root = 'observations' AND name ~ '\d{8}$' AND pg_relation_size(oid) > 0),
        (SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM parts
            WHERE root = 'observations'),
        (SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM parts
            WHERE root = 'cold_pieces'),
        (SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM parts
            WHERE root = 'raw_frames'),
        dead.share FROM ahead, dead
$$;

REVOKE ALL ON FUNCTION take_observations(date, integer, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION take_pieces(integer, integer, timestamptz, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION lies_in_trip(integer, timestamptz, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION days_to_pack(timestamptz, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION empty_day(date) FROM PUBLIC;
REVOKE ALL ON FUNCTION ensure_cold_months(date, date) FROM PUBLIC;
REVOKE ALL ON FUNCTION drop_expired(timestamptz, integer, integer, integer, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION storage_state(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_observations(date, integer, integer),
    take_pieces(integer, integer, timestamptz, timestamptz),
    lies_in_trip(integer, timestamptz, timestamptz), days_to_pack(timestamptz, integer),
    empty_day(date), ensure_cold_months(date, date),
    drop_expired(timestamptz, integer, integer, integer, integer), storage_state(timestamptz)
    TO liuhen_core;

-- ---- A paper against the stored track (sql/019): packed hours tell too ----

CREATE OR REPLACE FUNCTION backfill_contradicts(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH paper AS (
        SELECT v.key, m.document FROM manifests m
        JOIN vehicles v ON v.plate = m.document #>> '{legs,0,plate}'
            AND v.carrier_id::text = m.document #>> '{legs,0,carrier,id}'
        WHERE m.id = wanted AND m.document ? 'backfill'
            AND caller_sees_manifest(m.producer_id, m.carrier_id, m.receiver_id, m.state, m.areas,
                                     m.document)),
    ends AS (
        SELECT p.key, (p.document #>> '{backfill,departed_at}')::timestamptz AS at,
            p.document ->> 'origin_site' AS site FROM paper p
        UNION ALL
        SELECT p.key, (p.document #>> '{backfill,arrived_at}')::timestamptz,
            p.document ->> 'destination_site' FROM paper p),
    heard AS (
        SELECT e.at, bool_or(ST_DWithin(
            ST_SetSRID(ST_MakePoint(o.lon / 1e7, o.lat / 1e7), 4326)::geography,
            coalesce(s.fence, s.centre)::geography, coalesce(s.radius_m, 0) + 1000)) AS there
        FROM ends e JOIN sites s ON s.id = e.site::uuid
        CROSS JOIN LATERAL (SELECT * FROM sightings g WHERE g.vehicle_key = e.key
            AND g.piece_until >= e.at - interval '30 minutes'
            AND g.piece_from <= e.at + interval '30 minutes' OFFSET 0) o
        WHERE o.kind = 1 AND o.source = 0 AND o.lat IS NOT NULL AND o.flags & 4 = 0
            AND o.at BETWEEN e.at - interval '30 minutes' AND e.at + interval '30 minutes'
        GROUP BY e.at)
    SELECT coalesce(bool_or(NOT there), false) FROM heard
$$;
