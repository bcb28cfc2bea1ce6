-- The history of manifests: one record a version, each chained to the one before by SHA-256 and
-- SM3, kept by years, its newest heads listed and signed every minute. docs/history.md has the
-- bytes.

-- The smallest version 7 uuid of a Chinese calendar year: where that year's partition begins.
CREATE FUNCTION history_floor(year integer) RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT rpad(lpad(to_hex((extract(epoch FROM
        make_timestamptz(year, 1, 1, 0, 0, 0, 'Asia/Shanghai')) * 1000)::bigint), 12, '0'),
        32, '0')::uuid
$$;

-- Rows made before there was a chain. `liuhen-server migrate` chains them, oldest manifest first,
-- and drops this table when it is empty; until then nobody but the owner sees it. Policies move to
-- the new table as they stand.
CREATE TEMP TABLE policies_kept ON COMMIT DROP AS
    SELECT policyname, permissive, roles, cmd, qual, with_check
    FROM pg_policies WHERE schemaname = 'public' AND tablename = 'manifest_events';

ALTER TABLE manifest_events RENAME TO manifest_events_unchained;
ALTER TABLE manifest_events_unchained RENAME CONSTRAINT manifest_events_pkey TO unchained_pkey;
REVOKE ALL ON manifest_events_unchained FROM liuhen_core, liuhen_http, liuhen_reader;

CREATE TABLE manifest_events (
    manifest_id  uuid NOT NULL REFERENCES manifests,
    version      integer NOT NULL CHECK (version >= 1),
    transition   text NOT NULL,                    -- T01 .. T41
    event        text NOT NULL,
    role         text NOT NULL,
    party_id     uuid,
    token_id     uuid,                             -- null: the system itself
    person       text NOT NULL DEFAULT '',
    origin       text NOT NULL DEFAULT '',         -- address that the request came from
    at           timestamptz NOT NULL,             -- when it happened, as stated or as seen
    recorded_at  timestamptz NOT NULL,             -- when the server took it (its clock)
    record       text NOT NULL,                    -- all of it with request and document, as hashed
    sha256       bytea NOT NULL CHECK (octet_length(sha256) = 32),
    sm3          bytea NOT NULL CHECK (octet_length(sm3) = 32),
    PRIMARY KEY (manifest_id, version)
) PARTITION BY RANGE (manifest_id);
ALTER TABLE manifest_events ALTER COLUMN record SET COMPRESSION lz4;
-- Catches ids of no year that has a partition, so that no record is ever refused.
CREATE TABLE manifest_events_rest PARTITION OF manifest_events DEFAULT;

-- Makes the partitions of a range of years; a year that exists is passed over.
CREATE FUNCTION ensure_history_partitions(first integer, last integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    year integer; made integer := 0;
BEGIN
    IF last - first > 50 THEN RAISE EXCEPTION 'at most 50 years at once'; END IF;
    FOR year IN SELECT generate_series(first, last) LOOP
        CONTINUE WHEN to_regclass(format('manifest_events_%s', year)) IS NOT NULL;
        BEGIN
            EXECUTE format('CREATE TABLE %I PARTITION OF manifest_events FOR VALUES FROM (%L) TO (%L)',
                format('manifest_events_%s', year), history_floor(year), history_floor(year + 1));
            made := made + 1;
        EXCEPTION WHEN check_violation THEN
            NULL;  -- records of that year already lie in the default partition; they stay there
        END;
    END LOOP;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION ensure_history_partitions(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_history_partitions(integer, integer) TO liuhen_core;
-- From the year of the oldest manifest to the next year.
SELECT ensure_history_partitions(
    least(extract(year FROM now())::integer,
          (SELECT extract(year FROM min(recorded_at))::integer FROM manifest_events_unchained)),
    extract(year FROM now())::integer + 1);

ALTER TABLE manifest_events ENABLE ROW LEVEL SECURITY;
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT * FROM policies_kept LOOP
        EXECUTE format('CREATE POLICY %I ON manifest_events AS %s FOR %s TO %s%s%s',
            one.policyname, one.permissive, one.cmd, array_to_string(one.roles, ', '),
            coalesce(' USING (' || one.qual || ')', ''),
            coalesce(' WITH CHECK (' || one.with_check || ')', ''));
    END LOOP;
END $$;
-- Nobody but the owner changes or removes a record.
GRANT SELECT, INSERT ON manifest_events TO liuhen_core, liuhen_http;
GRANT SELECT ON manifest_events TO liuhen_reader;

-- Records that no signed list speaks of yet.
CREATE TABLE history_pending (
    manifest_id  uuid NOT NULL,
    version      integer NOT NULL,
    sha256       bytea NOT NULL,
    sm3          bytea NOT NULL,
    PRIMARY KEY (manifest_id, version)
);

-- The keys that sign the lists; the private halves never come here.
CREATE TABLE history_keys (
    id        text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{16}$'),
    ed25519   text NOT NULL,                       -- public key, PEM
    sm2       text NOT NULL,
    since     timestamptz NOT NULL
);

-- Signed lists of chain heads, each naming the hash of the one before.
CREATE TABLE history_anchors (
    number    bigint PRIMARY KEY CHECK (number >= 1),
    at        timestamptz NOT NULL,
    list      text NOT NULL,                       -- as signed
    key_id    text NOT NULL REFERENCES history_keys,
    ed25519   bytea NOT NULL,                      -- signatures over `list`
    sm2       bytea NOT NULL
);

-- The heads of each list, in its order: leaves of its Merkle tree.
CREATE TABLE history_heads (
    number       bigint NOT NULL REFERENCES history_anchors,
    position     integer NOT NULL CHECK (position >= 0),
    manifest_id  uuid NOT NULL,
    version      integer NOT NULL,
    sha256       bytea NOT NULL,
    sm3          bytea NOT NULL,
    PRIMARY KEY (number, position)
);
CREATE INDEX history_heads_manifest ON history_heads (manifest_id, version);

GRANT SELECT, INSERT ON history_pending TO liuhen_core, liuhen_http;
GRANT DELETE ON history_pending TO liuhen_core;
GRANT SELECT, INSERT ON history_keys, history_anchors, history_heads TO liuhen_core;
GRANT SELECT ON history_keys, history_anchors, history_heads TO liuhen_http, liuhen_reader;
GRANT SELECT ON history_pending TO liuhen_reader;

-- Who verifies reads every manifest, drafts too, and changes nothing.
CREATE POLICY audited ON manifests FOR SELECT TO liuhen_reader
    USING (caller_role() = 'auditor');
