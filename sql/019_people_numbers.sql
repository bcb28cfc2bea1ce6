-- Identity numbers of crews, sealed; what a paper says against the stored track; who an approval
-- and a plan concern; which driver is at the wheel.

-- ---- Identity numbers (GB 11643) of drivers and escorts ----

-- Sealed by the server (AES-256-GCM) for this manifest, leg and seat; the key is not in the
-- database. Manifests, their history and every answer hold the mask alone. The fingerprint is an
-- HMAC-SHA-256 under a key of the same file: equal numbers are found, none can be tried out.
CREATE TABLE person_numbers (
    manifest_id  uuid NOT NULL REFERENCES manifests,
    leg_no       integer NOT NULL CHECK (leg_no >= 1),
    seat         text NOT NULL CHECK (seat IN ('driver', 'escort')),
    key_id       text NOT NULL CHECK (key_id ~ '^[0-9a-f]{16}$'),
    sealed       bytea NOT NULL CHECK (octet_length(sealed) = 46),  -- nonce 12, number 18, tag 16
    fingerprint  bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    told_at      timestamptz NOT NULL,
    PRIMARY KEY (manifest_id, leg_no, seat)
);
CREATE INDEX ON person_numbers (fingerprint, told_at);

-- Append-only: every look-up of a person, by whom and why.
CREATE TABLE person_lookups (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_id     uuid NOT NULL,
    role         text NOT NULL,
    person       text NOT NULL DEFAULT '',
    reason       text NOT NULL CHECK (char_length(reason) BETWEEN 5 AND 500),
    fingerprint  bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    found        integer NOT NULL CHECK (found >= 0),
    recorded_at  timestamptz NOT NULL
);

-- The parties of a manifest write numbers and read none back.
CREATE FUNCTION caller_names_crew_of(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT caller_role() IN ('producer', 'carrier', 'driver') AND caller_rank() <> 'reader'
        AND EXISTS (SELECT 1 FROM manifests m
                    WHERE m.id = wanted AND caller_party() IN (m.producer_id, m.carrier_id))
$$;
CREATE FUNCTION forget_person_number(of_manifest uuid, of_leg integer, of_seat text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT caller_names_crew_of(of_manifest) THEN
        RAISE EXCEPTION 'not the caller''s crew' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM person_numbers
        WHERE manifest_id = of_manifest AND leg_no = of_leg AND seat = of_seat;
END $$;
CREATE FUNCTION keep_person_number(of_manifest uuid, of_leg integer, of_seat text, with_key text,
                                   bytes bytea, print bytea, at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM forget_person_number(of_manifest, of_leg, of_seat);
    INSERT INTO person_numbers
        VALUES (of_manifest, of_leg, of_seat, with_key, bytes, print, at);
END $$;
REVOKE ALL ON FUNCTION forget_person_number(uuid, integer, text),
    keep_person_number(uuid, integer, text, text, bytea, bytea, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_person_number(uuid, integer, text),
    keep_person_number(uuid, integer, text, text, bytea, bytea, timestamptz) TO liuhen_http;

ALTER TABLE person_numbers ENABLE ROW LEVEL SECURITY;
ALTER TABLE person_lookups ENABLE ROW LEVEL SECURITY;
CREATE POLICY sought ON person_numbers FOR SELECT TO liuhen_http
    USING (caller_role() IN ('regulator', 'police')
           AND EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
CREATE POLICY made ON person_lookups FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() IN ('regulator', 'police') AND role = caller_role());
CREATE POLICY no_reader ON person_lookups AS RESTRICTIVE FOR INSERT TO liuhen_http
    WITH CHECK (caller_rank() <> 'reader');
GRANT SELECT ON person_numbers TO liuhen_http;
GRANT INSERT ON person_lookups TO liuhen_http;

-- ---- A paper against the stored track ----

-- True when the truck of the paper was heard within half an hour of the written departure, or
-- arrival, and never within a kilometre of the place named. A truck that was silent says nothing.
CREATE FUNCTION backfill_contradicts(wanted uuid) RETURNS boolean
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
        JOIN observations o ON o.vehicle_key = e.key AND o.kind = 1 AND o.source = 0
            AND o.lat IS NOT NULL AND o.flags & 4 = 0
            AND o.at BETWEEN e.at - interval '30 minutes' AND e.at + interval '30 minutes'
        GROUP BY e.at)
    SELECT coalesce(bool_or(NOT there), false) FROM heard
$$;
REVOKE ALL ON FUNCTION backfill_contradicts(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION backfill_contradicts(uuid) TO liuhen_http, liuhen_core;

-- ---- Approvals and plans, by area ----

-- An authority sees the applications of its own producers and receivers, and those of its province.
DROP POLICY seen ON approvals;
CREATE POLICY seen ON approvals FOR SELECT TO liuhen_http, liuhen_reader
    USING (caller_sees_all() OR caller_party() IN (producer_id, receiver_id)
           OR (caller_is_authority()
               AND (caller_division() IN (origin::text, receiving::text)
                    OR caller_watches_party(producer_id) OR caller_watches_party(receiver_id))));
-- Steps are taken by the department of one of the two provinces, or of the whole country.
DROP POLICY changed ON approvals;
CREATE POLICY changed ON approvals FOR UPDATE TO liuhen_http
    USING (caller_role() = 'regulator'
           OR (caller_role() = 'producer' AND producer_id = caller_party()))
    WITH CHECK (caller_role() = 'producer'
                OR caller_division() IN ('', origin::text, receiving::text));
DROP POLICY seen ON plans;
CREATE POLICY seen ON plans FOR SELECT TO liuhen_http, liuhen_reader
    USING (producer_id = caller_party()
           OR (status = 'FILED' AND (caller_sees_all() OR caller_watches_party(producer_id))));
DROP POLICY seen ON quota_entries;
CREATE POLICY seen ON quota_entries FOR SELECT TO liuhen_http, liuhen_reader
    USING (caller_sees_all()
           OR EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id
                      AND (caller_is_authority() OR m.producer_id = caller_party()))
           OR EXISTS (SELECT 1 FROM quotas q JOIN licences l ON l.id = q.licence_id
                      WHERE q.id = quota_id AND l.receiver_id = caller_party()));

-- ---- Who is at the wheel ----

-- As before, but the driver is that of a leg which has a vehicle: the latest that has not arrived,
-- else the latest. Legs that are only filed have nobody.
CREATE OR REPLACE FUNCTION manifests_aboard(wanted uuid)
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
