-- What of the manifests changed, in one order: each version of each manifest has a number, given to
-- committed versions only and without holes, so that a reader by cursor misses none.

-- Versions without a number yet. `seq` is drawn under the manifest's row lock: of one manifest it
-- rises with the version.
CREATE TABLE manifest_changes_pending (
    seq          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    manifest_id  uuid NOT NULL,
    version      integer NOT NULL,
    number       char(14),
    state        text NOT NULL,
    is_open      boolean NOT NULL,
    areas        text[] NOT NULL,
    parties      uuid[] NOT NULL,
    recorded_at  timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

CREATE TABLE manifest_changes (
    no           bigint PRIMARY KEY CHECK (no >= 1),
    manifest_id  uuid NOT NULL,
    version      integer NOT NULL,
    number       char(14),                         -- of the manifest; null: a draft
    state        text NOT NULL,                    -- as of `version`
    event        text,                             -- that led to it; null: older than the history
    at           timestamptz NOT NULL,             -- when it happened, as stated or as seen
    recorded_at  timestamptz NOT NULL,             -- when the server took it
    is_open      boolean NOT NULL,                 -- false: seen by its own organisation only
    areas        text[] NOT NULL                   -- of this version and of the one before
);
-- Who could see this version or the one before: an organisation that was taken off is told too.
CREATE TABLE manifest_change_parties (
    party_id     uuid NOT NULL,
    no           bigint NOT NULL,
    PRIMARY KEY (party_id, no)
);

-- As caller_sees_manifest has it: a draft is its own organisation's.
CREATE FUNCTION manifest_is_open(m manifests) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT m.state <> 'DRAFT' OR m.document ? 'backfill'
$$;
CREATE FUNCTION manifest_parties(m manifests) RETURNS uuid[] LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN manifest_is_open(m) THEN
        ARRAY[m.producer_id, m.carrier_id, m.receiver_id]
        || ARRAY(SELECT (leg #>> '{carrier,id}')::uuid
                 FROM jsonb_array_elements(m.document -> 'legs') leg)
    ELSE ARRAY[m.producer_id] END
$$;

CREATE FUNCTION note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    told uuid[] := manifest_parties(NEW);
    places text[] := NEW.areas;
    seen boolean := manifest_is_open(NEW);
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF manifest_is_open(OLD) THEN
            seen := true;
            told := told || manifest_parties(OLD);
            places := places || OLD.areas;
        END IF;
    END IF;
    INSERT INTO manifest_changes_pending
        (manifest_id, version, number, state, is_open, areas, parties, recorded_at)
    VALUES (NEW.id, NEW.version, NEW.no, NEW.state, seen,
            ARRAY(SELECT DISTINCT unnest(places)),
            ARRAY(SELECT DISTINCT p FROM unnest(told) p WHERE p IS NOT NULL), NEW.updated_at);
    RETURN NULL;
END $$;
CREATE TRIGGER note_first_version AFTER INSERT ON manifests
    FOR EACH ROW EXECUTE FUNCTION note_change();
CREATE TRIGGER note_next_version AFTER UPDATE OF version ON manifests
    FOR EACH ROW WHEN (OLD.version IS DISTINCT FROM NEW.version) EXECUTE FUNCTION note_change();

-- Manifests that are older than the feed are told once, as they stand.
INSERT INTO manifest_changes_pending
    (manifest_id, version, number, state, is_open, areas, parties, recorded_at)
SELECT m.id, m.version, m.no, m.state, manifest_is_open(m), m.areas,
       ARRAY(SELECT DISTINCT p FROM unnest(manifest_parties(m)) p WHERE p IS NOT NULL),
       m.updated_at
FROM manifests m ORDER BY m.updated_at, m.id;

ALTER TABLE manifest_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE manifest_change_parties ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON manifest_changes TO liuhen_core USING (true);
CREATE POLICY core ON manifest_change_parties TO liuhen_core USING (true);
CREATE POLICY seen ON manifest_changes FOR SELECT TO liuhen_http, liuhen_reader USING (
    (is_open AND caller_watches(areas))
    OR EXISTS (SELECT 1 FROM manifest_change_parties p
               WHERE p.party_id = caller_party() AND p.no = manifest_changes.no));
CREATE POLICY seen ON manifest_change_parties FOR SELECT TO liuhen_http, liuhen_reader
    USING (party_id = caller_party());

GRANT SELECT, DELETE ON manifest_changes_pending TO liuhen_core;
GRANT SELECT, INSERT ON manifest_changes, manifest_change_parties TO liuhen_core;
GRANT SELECT ON manifest_changes, manifest_change_parties TO liuhen_http, liuhen_reader;
