-- What devices send beside positions: pictures, sound and film, and papers (waybills, driver cards,
-- attributes, transparent data). Kept as long as the manifests they bear witness to, ten years at
-- least; nothing here deletes.

-- Content, once each, under the hash that the database itself makes of it.
CREATE TABLE media_bytes (
    sha256  bytea GENERATED ALWAYS AS (sha256(bytes)) STORED PRIMARY KEY,
    bytes   bytea NOT NULL CHECK (octet_length(bytes) <= 2097152)
);
ALTER TABLE media_bytes ALTER COLUMN bytes SET STORAGE EXTERNAL;  -- compressed by its format

-- One taking. No vehicle stands here: it follows from the bindings as they stand now, so that a
-- binding entered or ended late does not leave a picture with the wrong truck.
CREATE TABLE media (
    id            uuid PRIMARY KEY,                -- v7, of its first receipt
    sha256        bytea NOT NULL REFERENCES media_bytes,
    size          integer NOT NULL,                -- bytes
    terminal_key  integer NOT NULL,
    number        bigint NOT NULL,                 -- its name at the terminal
    kind          smallint NOT NULL,               -- as declared: 0 picture 1 sound 2 video
    format        smallint NOT NULL,               -- as declared: 0 JPEG 1 TIF 2 MP3 3 WAV 4 WMV
    found         text CHECK (found IN ('jpeg', 'tif', 'mp3', 'wav', 'wmv', 'mp4')),
                                                   -- by its first bytes; null: none of these
    event         smallint NOT NULL,               -- what it was made for, JT/T 808 0x0801
    channel       smallint NOT NULL,
    device_at     timestamptz,                     -- as the device says; null: it does not
    at            timestamptz NOT NULL,            -- device_at, or received_at where that cannot be
    received_at   timestamptz NOT NULL,
    lat           integer,                         -- WGS 84, 1e-7 degree
    lon           integer
);
CREATE UNIQUE INDEX media_identity ON media (terminal_key, sha256, number, device_at)
    NULLS NOT DISTINCT;
CREATE INDEX media_time ON media (terminal_key, at);
CREATE INDEX media_content ON media (sha256);

-- Messages kept readable. The body may hold what nobody should read (passwords of parameters,
-- identity numbers): `content` has these masked, and only `content` is granted.
CREATE TABLE documents (
    id            uuid PRIMARY KEY,                -- v7, of its first receipt
    terminal_key  integer NOT NULL,
    message       integer NOT NULL,                -- id of the message
    edition       smallint NOT NULL CHECK (edition IN (2013, 2019)),  -- of its header; 2013: or 2011
    serial        integer NOT NULL,                -- of its first frame
    device_at     timestamptz,                     -- as the message says; null: it does not
    at            timestamptz NOT NULL,            -- device_at, or received_at where that cannot be
    received_at   timestamptz NOT NULL,
    body          bytea NOT NULL CHECK (octet_length(body) <= 2097152),
    sha256        bytea GENERATED ALWAYS AS (sha256(body)) STORED,
    size          integer GENERATED ALWAYS AS (octet_length(body)) STORED,
    content       jsonb                            -- its fields; null: it could not be read
);
-- A message without a time of its own is known by its serial, which starts again after a reboot:
-- equal ones of another day are new.
CREATE UNIQUE INDEX documents_identity ON documents (terminal_key, message, sha256, device_at,
    (CASE WHEN device_at IS NULL THEN serial END),
    (CASE WHEN device_at IS NULL THEN (received_at AT TIME ZONE 'UTC')::date END))
    NULLS NOT DISTINCT;
CREATE INDEX documents_time ON documents (terminal_key, at);

-- The vehicle that a terminal was on: by its own binding, else by that of a lock that speaks
-- through it.
CREATE FUNCTION vehicle_of(terminal integer, moment timestamptz) RETURNS uuid
LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT b.vehicle_id FROM terminals t JOIN bindings b ON b.terminal_id = t.id
         WHERE t.key = terminal AND b.during @> moment),
        (SELECT b.vehicle_id FROM terminals t JOIN locks l ON l.terminal_id = t.id
         JOIN bindings b ON b.lock_id = l.id
         WHERE t.key = terminal AND b.during @> moment ORDER BY b.created_at, b.id LIMIT 1))
$$;
-- Every terminal that was ever on a vehicle, itself or through a lock.
CREATE FUNCTION terminals_of(vehicle uuid) RETURNS SETOF integer LANGUAGE sql STABLE AS $$
    SELECT t.key FROM bindings b JOIN terminals t ON t.id = b.terminal_id
    WHERE b.vehicle_id = vehicle
    UNION
    SELECT t.key FROM bindings b JOIN locks l ON l.id = b.lock_id
    JOIN terminals t ON t.id = l.terminal_id WHERE b.vehicle_id = vehicle
$$;

-- Both run with the caller's own sight of vehicles and trips.
CREATE FUNCTION caller_owns(vehicle uuid) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT EXISTS (SELECT 1 FROM vehicles v WHERE v.id = vehicle AND v.carrier_id = caller_party()) $$;
CREATE FUNCTION caller_has_trip(vehicle uuid, moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM trips t WHERE t.vehicle_id = vehicle AND moment >= t.armed_at
                   AND moment < coalesce(t.ended_at, 'infinity'))
$$;

ALTER TABLE media ENABLE ROW LEVEL SECURITY;
ALTER TABLE media_bytes ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON media TO liuhen_core USING (true);
CREATE POLICY core ON media_bytes TO liuhen_core USING (true);
CREATE POLICY core ON documents TO liuhen_core USING (true);

-- A taking: authorities, whose truck it was, and the parties of a manifest within its trip.
CREATE POLICY seen ON media FOR SELECT TO liuhen_http, liuhen_reader USING (
    caller_sees_all() OR caller_owns(vehicle_of(terminal_key, at))
    OR caller_has_trip(vehicle_of(terminal_key, at), at));
CREATE POLICY seen ON media_bytes FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM media m WHERE m.sha256 = media_bytes.sha256));
-- Parties see the papers of their trip: waybill 0x0701, driver card 0x0702, media event 0x0800.
-- What a device says of itself is for its carrier and for authorities.
CREATE POLICY seen ON documents FOR SELECT TO liuhen_http, liuhen_reader USING (
    caller_sees_all() OR caller_owns(vehicle_of(terminal_key, at))
    OR (message IN (1793, 1794, 2048) AND caller_has_trip(vehicle_of(terminal_key, at), at)));

-- Driver cards that concern a trip which the caller may see: the last one put in or taken out on
-- the day before the load was signed, and all until the arrival. Wider than the caller's own sight
-- of documents, since who was at the wheel at the start was said before it.
CREATE FUNCTION driver_cards_of_trip(trip text)
RETURNS TABLE (at timestamptz, received_at timestamptz, content jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH leg AS (
        SELECT t.vehicle_id, t.armed_at,
               least(coalesce(t.arrived_at, 'infinity'), coalesce(t.ended_at, 'infinity')) AS until
        FROM trips t JOIN manifests m ON m.id = t.manifest_id
        WHERE t.id = trip AND (caller_sees_all()
              OR caller_party() IN (m.producer_id, m.carrier_id, m.receiver_id))),
    cards AS (
        SELECT d.at, d.received_at, d.content, leg.armed_at FROM leg, documents d
        WHERE d.message = 1794 AND d.content IS NOT NULL
        AND d.terminal_key IN (SELECT terminals_of(leg.vehicle_id))
        AND d.at >= leg.armed_at - interval '1 day' AND d.at < leg.until
        AND vehicle_of(d.terminal_key, d.at) = leg.vehicle_id)
    SELECT c.at, c.received_at, c.content FROM cards c WHERE c.at >= c.armed_at
    UNION ALL
    (SELECT c.at, c.received_at, c.content FROM cards c WHERE c.at < c.armed_at
     ORDER BY c.at DESC, c.received_at DESC LIMIT 1)
$$;

-- Whether one of these numbers is that of a manifest which was open on the vehicle: promised to it,
-- or loaded on it within the day after. Says so of manifests that the caller may not see, since
-- "another number" must not depend on who asks; the numbers are those of a paper that is seen.
CREATE FUNCTION is_open_on(vehicle uuid, moment timestamptz, numbers bpchar[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM manifests m WHERE m.no = ANY (numbers) AND (
        (m.vehicle_id = vehicle AND m.state = 'CARRIER_ASSIGNED')
        OR EXISTS (SELECT 1 FROM trips t WHERE t.manifest_id = m.id AND t.vehicle_id = vehicle
                   AND moment >= t.armed_at - interval '1 day'
                   AND moment < coalesce(t.ended_at, 'infinity'))))
$$;
REVOKE ALL ON FUNCTION driver_cards_of_trip(text) FROM PUBLIC;
REVOKE ALL ON FUNCTION is_open_on(uuid, timestamptz, bpchar[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION driver_cards_of_trip(text) TO liuhen_http;
GRANT EXECUTE ON FUNCTION is_open_on(uuid, timestamptz, bpchar[]) TO liuhen_http;

GRANT INSERT ON media, media_bytes, documents TO liuhen_core;
GRANT SELECT ON media, media_bytes TO liuhen_http, liuhen_reader;
GRANT SELECT (id, terminal_key, message, edition, serial, device_at, at, received_at, sha256, size,
              content) ON documents TO liuhen_http, liuhen_reader;
