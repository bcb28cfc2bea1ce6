-- The whole life of a manifest: several carriers, authorities that act, and who is told.

-- Every carrier named on a leg sees the manifest, before its own leg and after it.
CREATE FUNCTION carries_a_leg(party uuid, document jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT document @> jsonb_build_object('legs', jsonb_build_array(
               jsonb_build_object('carrier', jsonb_build_object('id', party))))
$$;
CREATE OR REPLACE FUNCTION caller_sees_manifest(producer uuid, carrier uuid, receiver uuid,
                                                state text, areas text[], document jsonb)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT caller_drives(document)
        AND (producer = caller_party()
             OR ((state <> 'DRAFT' OR document ? 'backfill')  -- a paper that was sent back
                 AND (caller_watches(areas) OR carrier = caller_party()
                      OR receiver = caller_party()
                      OR (caller_role() IN ('carrier', 'driver')
                          AND carries_a_leg(caller_party(), document)))))
$$;

DROP POLICY changed ON manifests;
CREATE POLICY changed ON manifests FOR UPDATE TO liuhen_http
    USING (CASE caller_role()
               WHEN 'regulator' THEN caller_watches(areas)
               WHEN 'police' THEN caller_watches(areas)
               ELSE caller_role() IN ('producer', 'carrier', 'driver', 'receiver')
                    AND (caller_party() IN (producer_id, carrier_id, receiver_id)
                         OR carries_a_leg(caller_party(), document))
           END)
    WITH CHECK (true);
DROP POLICY made ON manifest_events;
CREATE POLICY made ON manifest_events FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() IN ('producer', 'carrier', 'driver', 'receiver', 'regulator',
                                  'police'));

-- A handover is signed by the next driver; a redirected load keeps its locks.
DROP POLICY made ON lock_bindings;
CREATE POLICY made ON lock_bindings FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() IN ('carrier', 'driver', 'producer')
                AND EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
-- A truck that was unloaded is armed anew by its next load.
GRANT UPDATE (vehicle_id, armed_at, rule_set) ON trips TO liuhen_core, liuhen_http;

CREATE UNIQUE INDEX manifests_paper_no ON manifests
    (producer_id, (document ->> 'paper_no'),
     (left(document -> 'backfill' ->> 'departed_at', 4)))
    WHERE document ? 'backfill' AND state <> 'VOIDED' AND state <> 'DRAFT';

-- What a manifest's events tell its parties and the authorities of its places: one row for each
-- that is told, and when it was read.
CREATE TABLE inbox (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    manifest_id  uuid NOT NULL REFERENCES manifests,
    version      integer NOT NULL,
    event        text NOT NULL,
    party_id     uuid REFERENCES parties,          -- null: an authority
    division     text CHECK (division ~ '^([0-9]{6})?$'),  -- of the authority's area
    at           timestamptz NOT NULL,
    read_at      timestamptz,
    read_by      uuid,                             -- token
    CHECK ((party_id IS NULL) <> (division IS NULL))
);
CREATE INDEX ON inbox (party_id, id) WHERE party_id IS NOT NULL;
CREATE INDEX ON inbox (division, id) WHERE division IS NOT NULL;
CREATE FUNCTION caller_is_told(party uuid, area text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT party = caller_party()
        OR (caller_role() = 'regulator'
            AND left(area, length(caller_division())) = caller_division())
$$;
ALTER TABLE inbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON inbox TO liuhen_core USING (true);
CREATE POLICY seen ON inbox FOR SELECT TO liuhen_http USING (caller_is_told(party_id, division));
CREATE POLICY made ON inbox FOR INSERT TO liuhen_http
    WITH CHECK (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
CREATE POLICY read ON inbox FOR UPDATE TO liuhen_http
    USING (caller_is_told(party_id, division)) WITH CHECK (true);
GRANT SELECT, INSERT ON inbox TO liuhen_core, liuhen_http;
GRANT UPDATE (read_at, read_by) ON inbox TO liuhen_http;
