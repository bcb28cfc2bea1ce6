-- Files that organisations send as proof: photos, scans of papers, reports. The content lies with
-- that of the devices, once under its hash; here stands who sent it, and which version of which
-- manifest names it. A file's id is its SHA-256, so that the record of an event names the content
-- itself. Kept as long as manifests; nothing here deletes.

-- People send larger files than devices, whose limit now stands with their takings.
ALTER TABLE media_bytes DROP CONSTRAINT media_bytes_bytes_check;
ALTER TABLE media_bytes ADD CONSTRAINT media_bytes_size
    CHECK (octet_length(bytes) <= 20971520) NOT VALID;
ALTER TABLE media ADD CONSTRAINT media_size CHECK (size <= 2097152) NOT VALID;

-- One sending; the same content sent again by the same organisation is the same row.
CREATE TABLE files (
    party_id      uuid NOT NULL REFERENCES parties,  -- whose it is
    sha256        bytea NOT NULL REFERENCES media_bytes,
    size          integer NOT NULL CHECK (size BETWEEN 1 AND 20971520),  -- bytes
    content_type  text NOT NULL                      -- by its first bytes
                  CHECK (content_type IN ('image/jpeg', 'image/png', 'application/pdf')),
    kind          text CHECK (kind IN ('PHOTO', 'SCAN', 'REPORT')),  -- as said; null: not said
    proves        text NOT NULL DEFAULT '' CHECK (char_length(proves) <= 200),
    taken_at      timestamptz,                       -- as said; null: not said
    lat           integer CHECK (lat BETWEEN -900000000 AND 900000000),    -- WGS 84, 1e-7 degree
    lon           integer CHECK (lon BETWEEN -1800000000 AND 1800000000),
    person        text NOT NULL,                     -- who sent it
    token_id      uuid NOT NULL,
    delegate_id   uuid DEFAULT caller_delegate(),    -- who acted under a delegation; null: nobody
    received_at   timestamptz NOT NULL,
    PRIMARY KEY (party_id, sha256),
    CHECK ((lat IS NULL) = (lon IS NULL))
);
CREATE INDEX files_content ON files (sha256);
CREATE INDEX files_of_day ON files (party_id, received_at);

-- Which version of a manifest names which file.
CREATE TABLE manifest_files (
    manifest_id  uuid NOT NULL REFERENCES manifests,
    version      integer NOT NULL CHECK (version >= 1),
    party_id     uuid NOT NULL,
    sha256       bytea NOT NULL,
    PRIMARY KEY (manifest_id, version, sha256),
    FOREIGN KEY (party_id, sha256) REFERENCES files
);
CREATE INDEX manifest_files_file ON manifest_files (party_id, sha256);

ALTER TABLE files ENABLE ROW LEVEL SECURITY;
ALTER TABLE manifest_files ENABLE ROW LEVEL SECURITY;

-- Whoever sees a manifest sees which files it names, and these files.
CREATE POLICY seen ON manifest_files FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
CREATE POLICY seen ON files FOR SELECT TO liuhen_http, liuhen_reader USING (
    party_id IN (caller_party(), caller_delegate())
    OR EXISTS (SELECT 1 FROM manifest_files n
               WHERE n.party_id = files.party_id AND n.sha256 = files.sha256));
CREATE POLICY filed ON media_bytes FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM files f WHERE f.sha256 = media_bytes.sha256));
-- Who verifies reads what the records name.
CREATE POLICY audited ON media_bytes FOR SELECT TO liuhen_reader
    USING (caller_role() = 'auditor');

CREATE POLICY made ON media_bytes FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() IN ('producer', 'carrier', 'driver', 'receiver')
                AND caller_rank() <> 'reader');
CREATE POLICY made ON files FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() IN ('producer', 'carrier', 'driver', 'receiver')
                AND caller_rank() <> 'reader' AND party_id = caller_party());
-- With the caller's own sight; a function, since files are seen by way of manifest_files.
CREATE FUNCTION caller_sees_file(party uuid, content bytea) RETURNS boolean
LANGUAGE sql STABLE AS
$$ SELECT EXISTS (SELECT 1 FROM files f WHERE f.party_id = party AND f.sha256 = content) $$;
CREATE POLICY made ON manifest_files FOR INSERT TO liuhen_http WITH CHECK (
    EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id)
    AND caller_sees_file(party_id, sha256));

GRANT INSERT (bytes) ON media_bytes TO liuhen_http;
GRANT SELECT, INSERT ON files, manifest_files TO liuhen_http;
GRANT SELECT ON files, manifest_files TO liuhen_reader;
