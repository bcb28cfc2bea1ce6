-- What scans have shown and whom it was told, storage times that end, and batches of the ledger
-- (docs/decisions/042-custody-told.md).

-- ---- Differences between a manifest's containers and what was scanned ----

-- A difference as it was first seen, and when it was found to be none any more: by a late scan, or
-- by one that took another back.
CREATE TABLE container_differences (
    manifest_id  uuid NOT NULL REFERENCES manifests,
    purpose      text NOT NULL CHECK (purpose IN ('LOAD', 'HANDOVER', 'ARRIVE', 'CHECK')),
    leg_no       smallint NOT NULL CHECK (leg_no BETWEEN 0 AND 99),
    kind         text NOT NULL CHECK (kind IN ('MISSING', 'DOUBLED', 'FOREIGN', 'SWAPPED',
                                               'MISLABELLED')),
    container    text NOT NULL CHECK (char_length(container) BETWEEN 1 AND 512),
    instead_of   text NOT NULL DEFAULT '' CHECK (char_length(instead_of) <= 64),
    final        boolean NOT NULL,                 -- it stood when its stage was over
    raised_at    timestamptz NOT NULL,
    settled_at   timestamptz
);
CREATE UNIQUE INDEX container_difference_stands ON container_differences
    (manifest_id, purpose, leg_no, kind, container) WHERE settled_at IS NULL;
CREATE INDEX ON container_differences (manifest_id, raised_at);

CREATE INDEX inbox_unread ON inbox (manifest_id, event) WHERE read_at IS NULL;

-- One message to each of these; who has not read the last one of the kind gets no second.
CREATE FUNCTION tell_of_containers(m manifests, said text, told uuid[], offices text[],
                                   recorded timestamptz)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO inbox (manifest_id, version, event, party_id, division, at)
    SELECT m.id, m.version, said, one.party, one.division, recorded
    FROM (SELECT DISTINCT party, NULL::text FROM unnest(told) party
          UNION ALL
          SELECT DISTINCT NULL::uuid, coalesce(office, '') FROM unnest(offices) office)
        AS one (party, division)
    WHERE (one.party IS NOT NULL AND one.party IS DISTINCT FROM caller_party()
           OR one.division IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.manifest_id = m.id AND i.event = said
            AND i.read_at IS NULL AND i.party_id IS NOT DISTINCT FROM one.party
            AND i.division IS NOT DISTINCT FROM one.division)
$$;

-- The manifest, for who acts on it or carries a leg of it.
CREATE FUNCTION manifest_acted_on(of_manifest uuid) RETURNS manifests
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    m manifests;
BEGIN
    SELECT * INTO m FROM manifests WHERE id = of_manifest
        AND (session_user = 'liuhen_core' OR caller_watches(areas)
             OR caller_party() IN (producer_id, carrier_id, receiver_id)
             OR carries_a_leg(caller_party(), document));
    IF m.id IS NULL THEN
        RAISE EXCEPTION 'not the caller''s manifest' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN m;
END $$;

CREATE FUNCTION organisations_of(m manifests) RETURNS uuid[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY[m.producer_id, m.receiver_id] || ARRAY(
        SELECT (leg #>> '{carrier,id}')::uuid FROM jsonb_array_elements(m.document -> 'legs') leg
        WHERE leg #>> '{carrier,id}' IS NOT NULL)
$$;

-- `standing`: all differences that the scans of the manifest show now. What is new is told to its
-- organisations, but for who brought it about; what stands when its stage is over also to the
-- authority of the place: of a loading the origin's, of an arrival the receiving place's, of a
-- handover both. How many are new.
CREATE FUNCTION raise_differences(of_manifest uuid, standing jsonb, recorded timestamptz)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    m manifests := manifest_acted_on(of_manifest);
    fresh integer;
    ended text[];
    offices text[] := '{}';
BEGIN
    WITH said AS (
        SELECT * FROM jsonb_to_recordset(standing) AS d (purpose text, leg_no smallint, kind text,
            container text, instead_of text, final boolean)),
    settled AS (
        UPDATE container_differences d SET settled_at = recorded
        WHERE d.manifest_id = m.id AND d.settled_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM said s WHERE s.purpose = d.purpose AND s.leg_no = d.leg_no
                AND s.kind = d.kind AND s.container = d.container)),
    closed AS (
        UPDATE container_differences d SET final = true FROM said s
        WHERE d.manifest_id = m.id AND d.settled_at IS NULL AND s.final AND NOT d.final
            AND s.purpose = d.purpose AND s.leg_no = d.leg_no AND s.kind = d.kind
            AND s.container = d.container
        RETURNING d.purpose),
    raised AS (
        INSERT INTO container_differences (manifest_id, purpose, leg_no, kind, container,
                                           instead_of, final, raised_at)
        SELECT m.id, purpose, leg_no, kind, container, coalesce(instead_of, ''), final, recorded
        FROM said
        ON CONFLICT (manifest_id, purpose, leg_no, kind, container) WHERE settled_at IS NULL
            DO NOTHING
        RETURNING purpose, final)
    SELECT (SELECT count(*) FROM raised),
        ARRAY(SELECT purpose FROM closed UNION SELECT purpose FROM raised r WHERE r.final)
    INTO fresh, ended;
    IF ended && ARRAY['LOAD', 'HANDOVER'] THEN
        offices := offices || (m.document #>> '{producer,division}');
    END IF;
    IF ended && ARRAY['ARRIVE', 'HANDOVER'] THEN
        offices := offices || (m.document #>> '{receiver,division}');
    END IF;
    PERFORM tell_of_containers(m, 'CONTAINERS_DIFFER',
        CASE WHEN fresh > 0 THEN organisations_of(m) ELSE '{}' END, offices, recorded);
    RETURN fresh;
END $$;

-- Containers are named and none was scanned: who receives the load is told to count.
CREATE FUNCTION tell_of_unscanned(of_manifest uuid, recorded timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    m manifests := manifest_acted_on(of_manifest);
BEGIN
    PERFORM tell_of_containers(m, 'CONTAINERS_UNSCANNED', ARRAY[m.receiver_id], '{}', recorded);
END $$;

-- ---- Storage times that end ----

-- A message may be about a firm's book instead of a manifest.
ALTER TABLE inbox ALTER manifest_id DROP NOT NULL;
ALTER TABLE inbox ADD COLUMN book_id uuid REFERENCES parties;
ALTER TABLE inbox ADD CHECK ((manifest_id IS NULL) = (book_id IS NOT NULL));

-- Append-only: of which waste in whose book it has been told that its storage time ends or is over.
CREATE TABLE storage_notices (
    container_id  uuid NOT NULL REFERENCES containers,
    party_id      uuid NOT NULL REFERENCES parties,
    notice        text NOT NULL CHECK (notice IN ('STORAGE_ENDS_SOON', 'STORAGE_OVERDUE')),
    since         timestamptz NOT NULL,            -- of container_stock
    told_at       timestamptz NOT NULL,
    PRIMARY KEY (container_id, party_id, notice, since)
);
CREATE INDEX containers_medical ON containers (id) WHERE waste_code LIKE '___-___-01';

-- Whether waste of a code has been stored since before the time that counts for it: medical waste
-- (HW01) has its own; general waste has none.
CREATE FUNCTION stored_before(waste_code text, since timestamptz, hazardous timestamptz,
                              medical timestamptz)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT waste_code ~ '^[0-9]{3}-[0-9]{3}-[0-9]{2}$'
        AND since < CASE WHEN waste_code LIKE '___-___-01' THEN medical ELSE hazardous END
$$;

-- The same in every book but carriers': what is on the road is not stored.
CREATE FUNCTION stocks_stored_before(hazardous timestamptz, medical timestamptz)
RETURNS TABLE (container_id uuid, party_id uuid, since timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT late.* FROM (
        SELECT s.container_id, s.party_id, s.since FROM container_stock s
        JOIN containers c ON c.id = s.container_id
        WHERE s.grams > 0 AND s.since < hazardous AND c.waste_code NOT LIKE '___-___-01'
            AND c.waste_code ~ '^[0-9]{3}-[0-9]{3}-[0-9]{2}$'
        UNION ALL
        SELECT s.container_id, s.party_id, s.since FROM containers c
        JOIN container_stock s ON s.container_id = c.id
        WHERE c.waste_code LIKE '___-___-01' AND s.grams > 0 AND s.since < medical) late
    JOIN parties p ON p.id = late.party_id AND p.roles && ARRAY['producer', 'receiver']
$$;

-- Tells of a notice once for each filling: one message a book to the firm, and of what is overdue one
-- to the authority of its place. How many fillings are new.
CREATE FUNCTION tell_of_storage(said text, hazardous timestamptz, medical timestamptz,
                                recorded timestamptz)
RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH fresh AS (
        INSERT INTO storage_notices (container_id, party_id, notice, since, told_at)
        SELECT l.container_id, l.party_id, said, l.since, recorded
        FROM stocks_stored_before(hazardous, medical) l
        WHERE NOT EXISTS (SELECT 1 FROM storage_notices n WHERE n.container_id = l.container_id
            AND n.party_id = l.party_id AND n.since = l.since
            AND n.notice IN (said, 'STORAGE_OVERDUE'))
        RETURNING party_id),
    told AS (
        INSERT INTO inbox (version, event, party_id, division, at, book_id)
        SELECT 0, said, to_whom.party, to_whom.division, recorded, p.id
        FROM parties p CROSS JOIN LATERAL (VALUES (p.id, NULL::text),
            (NULL, CASE WHEN said = 'STORAGE_OVERDUE' THEN coalesce(p.division::text, '') END))
            AS to_whom (party, division)
        WHERE p.id IN (SELECT party_id FROM fresh)
            AND (to_whom.party IS NULL) <> (to_whom.division IS NULL))
    SELECT count(*) FROM fresh
$$;

-- ---- Batches ----

-- HJ 1259: entries of one stage and day under one code. Manifests enter the codes of their lines.
ALTER TABLE container_movements ADD COLUMN batch text CHECK (char_length(batch) BETWEEN 15 AND 17);
CREATE INDEX ON container_movements (from_party, batch) WHERE batch IS NOT NULL;
CREATE INDEX ON container_movements (to_party, batch) WHERE batch IS NOT NULL;

-- As in 030, with the batch.
CREATE OR REPLACE FUNCTION post_movements(of_manifest uuid, made jsonb, moved jsonb,
                                          recorded timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT caller_acts_on(of_manifest) THEN
        RAISE EXCEPTION 'not the caller''s manifest' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO containers (id, party_id, code, tag, waste_code, waste_name, package, tare_g,
                            manifest_id, made_at)
    SELECT c.id, c.party_id, c.code, c.tag, c.waste_code, coalesce(c.waste_name, ''), c.package,
        c.tare_g, of_manifest, recorded
    FROM jsonb_populate_recordset(NULL::containers, made) c;
    INSERT INTO container_movements (operation, container_id, kind, corrects, from_party, to_party,
                                     grams, at, manifest_id, line_no, method, batch, recorded_at)
    SELECT v.operation, v.container_id, v.kind, v.corrects, v.from_party, v.to_party, v.grams,
        v.at, of_manifest, v.line_no, v.method, v.batch, recorded
    FROM jsonb_array_elements(moved) WITH ORDINALITY item (said, place),
        jsonb_populate_record(NULL::container_movements, item.said) v
    ORDER BY item.place;
END $$;

-- ---- Who sees and does what ----

REVOKE ALL ON FUNCTION tell_of_containers(manifests, text, uuid[], text[], timestamptz),
    manifest_acted_on(uuid), raise_differences(uuid, jsonb, timestamptz),
    tell_of_unscanned(uuid, timestamptz), stocks_stored_before(timestamptz, timestamptz),
    tell_of_storage(text, timestamptz, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION raise_differences(uuid, jsonb, timestamptz),
    tell_of_unscanned(uuid, timestamptz) TO liuhen_http, liuhen_core;
GRANT EXECUTE ON FUNCTION tell_of_storage(text, timestamptz, timestamptz, timestamptz)
    TO liuhen_core;

ALTER TABLE container_differences ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON container_differences FOR SELECT TO liuhen_core USING (true);
CREATE POLICY seen ON container_differences FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
ALTER TABLE storage_notices ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON storage_notices FOR SELECT TO liuhen_core USING (true);
CREATE POLICY seen ON storage_notices FOR SELECT TO liuhen_http, liuhen_reader
    USING (party_id = caller_party() OR caller_watches_party(party_id));
GRANT SELECT ON container_differences, storage_notices TO liuhen_core, liuhen_http, liuhen_reader;
