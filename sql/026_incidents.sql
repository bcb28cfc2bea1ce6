-- Incidents on the way are reported to the authorities of the place where they happened (Order 23
-- art. 9), wherever producer, carrier and receiver are registered.
ALTER TABLE manifest_notices DROP CONSTRAINT manifest_notices_kind_check;
ALTER TABLE manifest_notices ADD CONSTRAINT manifest_notices_kind_check
    CHECK (kind IN ('breakdown', 'diversion', 'rest', 'incident'));
ALTER TABLE manifest_notices ADD COLUMN lat double precision CHECK (lat BETWEEN -90 AND 90);
ALTER TABLE manifest_notices ADD COLUMN lon double precision CHECK (lon BETWEEN -180 AND 180);
ALTER TABLE manifest_notices ADD COLUMN division char(6);   -- of an incident's place; null: unknown
ALTER TABLE manifest_notices ADD CHECK ((kind = 'incident') = (lat IS NOT NULL AND lon IS NOT NULL));

-- The county of the nearest registered place within 50 km: the service knows no boundaries of
-- counties, and places with their counties lie wherever waste is moved.
CREATE FUNCTION division_at(at_lat double precision, at_lon double precision) RETURNS char(6)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(s.division, p.division)
    FROM sites s LEFT JOIN parties p ON p.id = s.party_id,
         LATERAL (SELECT ST_Distance(coalesce(s.fence, s.centre)::geography,
                                     ST_SetSRID(ST_MakePoint(at_lon, at_lat), 4326)::geography)
                         AS metres) away
    WHERE coalesce(s.division, p.division) IS NOT NULL AND away.metres <= 50000
    ORDER BY away.metres, s.id LIMIT 1
$$;

CREATE FUNCTION place_incident() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.division := division_at(NEW.lat, NEW.lon);
    RETURN NEW;
END $$;
CREATE TRIGGER place_incident BEFORE INSERT ON manifest_notices FOR EACH ROW
    WHEN (NEW.kind = 'incident') EXECUTE FUNCTION place_incident();

-- What a manifest touches (013), and where something happened to its load.
CREATE OR REPLACE FUNCTION place_manifest() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    named uuid[] := ARRAY[NEW.producer_id, NEW.carrier_id, NEW.receiver_id]
        || ARRAY(SELECT (leg #>> '{carrier,id}')::uuid
                 FROM jsonb_array_elements(NEW.document -> 'legs') leg);
    places uuid[] := ARRAY[(NEW.document ->> 'origin_site')::uuid,
                           (NEW.document ->> 'destination_site')::uuid];
BEGIN
    SELECT areas_of(array_agg(d)) INTO NEW.areas FROM (
        SELECT p.division::text AS d FROM parties p WHERE p.id = ANY (named)
        UNION ALL
        SELECT coalesce(s.division, p.division)::text FROM sites s
        LEFT JOIN parties p ON p.id = s.party_id WHERE s.id = ANY (places)
        UNION ALL
        SELECT n.division::text FROM manifest_notices n WHERE n.manifest_id = NEW.id) divisions;
    RETURN NEW;
END $$;

-- Its authorities see the manifest from then on; they, producer and receiver are told at once. An
-- incident at an unknown place is told to the authorities of the whole country.
CREATE FUNCTION tell_of_incident() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE manifests m SET areas = ARRAY(
        SELECT DISTINCT a FROM unnest(m.areas || areas_of(ARRAY[NEW.division::text])) a)
        WHERE m.id = NEW.manifest_id;
    INSERT INTO inbox (manifest_id, version, event, party_id, division, at)
    SELECT m.id, m.version, 'INCIDENT', told.party, told.division, NEW.recorded_at
    FROM manifests m CROSS JOIN LATERAL (VALUES (m.producer_id, NULL::text),
        (m.receiver_id, NULL), (NULL, coalesce(NEW.division::text, ''))) AS told (party, division)
    WHERE m.id = NEW.manifest_id AND (told.party IS NULL) <> (told.division IS NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER tell_of_incident AFTER INSERT ON manifest_notices FOR EACH ROW
    WHEN (NEW.kind = 'incident') EXECUTE FUNCTION tell_of_incident();
