-- Work that takes longer than an answer may: imports, registers and declarations, one after the
-- other (docs/decisions/044-imports.md, docs/decisions/045-registers-in-the-background.md).

-- ---- Tables ----

CREATE TABLE jobs (
    id           uuid PRIMARY KEY,                 -- v7: in the order in which they are done
    kind         text NOT NULL CHECK (kind IN ('IMPORT', 'REGISTER')),
    subject      text NOT NULL CHECK (char_length(subject) BETWEEN 1 AND 40),
    asked        jsonb NOT NULL,                   -- how: filters, format, language
    role         text NOT NULL,                    -- who asked, and as what
    party_id     uuid REFERENCES parties,          -- null: an authority
    division     division_prefix,
    account      text NOT NULL,
    person       text NOT NULL DEFAULT '',
    token_id     uuid NOT NULL,
    asked_at     timestamptz NOT NULL,
    state        text NOT NULL DEFAULT 'QUEUED'
                 CHECK (state IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
    cancelled    boolean NOT NULL DEFAULT false,   -- wished for
    attempts     smallint NOT NULL DEFAULT 0,
    started_at   timestamptz,
    ended_at     timestamptz,
    rows_total   integer CHECK (rows_total >= 0),  -- null: not known yet
    rows_done    integer NOT NULL DEFAULT 0 CHECK (rows_done >= 0),
    faults       jsonb NOT NULL DEFAULT '[]',      -- of the whole
    file_name    text,                             -- what was made: null before it is done
    content_type text,
    size         bigint,
    sha256       bytea CHECK (octet_length(sha256) = 32),
    kept_until   timestamptz,                      -- what was made is gone then
    CHECK ((state IN ('DONE', 'FAILED', 'CANCELLED')) = (ended_at IS NOT NULL))
);
CREATE INDEX ON jobs (id) WHERE state IN ('QUEUED', 'RUNNING');
CREATE INDEX ON jobs (party_id, role, id);
CREATE INDEX ON jobs (ended_at) WHERE ended_at IS NOT NULL;

-- What is imported, until it is.
CREATE TABLE job_inputs (
    job_id  uuid PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
    sha256  bytea NOT NULL CHECK (octet_length(sha256) = 32),
    bytes   bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 20971520)
);

-- What is made, in pieces, so that neither side holds it whole.
CREATE TABLE job_pieces (
    job_id  uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    place   integer NOT NULL CHECK (place >= 0),
    bytes   bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 8388608),
    PRIMARY KEY (job_id, place)
);

-- Under which it is fetched without an account.
CREATE TABLE job_links (
    digest      bytea PRIMARY KEY CHECK (octet_length(digest) = 32),  -- SHA-256 of the link's token
    job_id      uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    made_at     timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    opened      integer NOT NULL DEFAULT 0
);
CREATE INDEX ON job_links (job_id);

-- What became of each row of an import.
CREATE TABLE import_rows (
    job_id   uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    row_no   integer NOT NULL CHECK (row_no >= 2),  -- as a person counts, the heading being 1
    outcome  text NOT NULL CHECK (outcome IN ('MADE', 'REPEATED', 'FINE', 'REFUSED')),
    made     uuid,                                 -- manifest or container
    faults   jsonb NOT NULL DEFAULT '[]',
    PRIMARY KEY (job_id, row_no)
);

-- Which row of which file has made what, for ever: the same file again makes nothing twice.
CREATE TABLE imported_rows (
    party_id  uuid NOT NULL REFERENCES parties,
    subject   text NOT NULL,
    sha256    bytea NOT NULL CHECK (octet_length(sha256) = 32),  -- of the file
    row_no    integer NOT NULL,
    made      uuid NOT NULL,
    job_id    uuid NOT NULL,
    PRIMARY KEY (party_id, subject, sha256, row_no)
);

-- A time as programs read it.
CREATE FUNCTION in_utc(at timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;
-- The same as people in China do.
CREATE FUNCTION in_china(at timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT to_char(at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS') $$;
-- Kilograms to the gram.
CREATE FUNCTION in_kg(grams bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT round(grams / 1000.0, 3)::text $$;

-- ---- For whom a job is done ----

-- Who asked, as he stands now: what a member or program has lost since, its jobs have lost too. No
-- row: he is gone. Whoever came by another issuer's word stands as it said, for a day.
CREATE FUNCTION asker_of(job uuid, moment timestamptz)
RETURNS TABLE (role text, party text, division text, rank text, account text, member text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.role, coalesce(t.party_id::text, ''),
        coalesce(m.division::text, c.division::text, t.division::text),
        coalesce(CASE m.rank WHEN 'driver' THEN 'member' ELSE m.rank END, c.rank, t.rank),
        coalesce(m.login, t.person), coalesce(m.id::text, '')
    FROM jobs j JOIN tokens t ON t.id = j.token_id
    LEFT JOIN members m ON m.id = t.member_id
    LEFT JOIN clients c ON c.id = t.client_id
    LEFT JOIN parties p ON p.id = t.party_id
    WHERE j.id = job AND m.disabled_at IS NULL AND c.disabled_at IS NULL
        AND (m.id IS NOT NULL OR c.id IS NOT NULL
             OR (t.revoked_at IS NULL AND coalesce(t.expires_at > moment, true)))
        AND (m.id IS NULL OR (m.rank = 'driver') = (t.role = 'driver'))
        AND (p.id IS NULL OR t.role = 'driver' OR t.role = ANY (p.roles))
    UNION ALL
    SELECT j.role, '', j.division::text, 'member', j.account, '' FROM jobs j
    WHERE j.id = job AND j.party_id IS NULL AND j.role IN ('regulator', 'police')
        AND j.asked_at > moment - interval '1 day'
        AND NOT EXISTS (SELECT 1 FROM tokens t WHERE t.id = j.token_id)
$$;

-- What a link leads to, while it holds and whoever asked for it still may see as much.
CREATE FUNCTION open_link(link bytea, moment timestamptz)
RETURNS TABLE (job uuid, file_name text, content_type text, size bigint, sha256 text)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE job_links l SET opened = l.opened + 1 FROM jobs j
    WHERE l.digest = link AND l.expires_at > moment AND j.id = l.job_id AND j.state = 'DONE'
        AND j.kept_until > moment
        AND EXISTS (SELECT 1 FROM asker_of(j.id, moment) a
                    WHERE a.role = j.role AND a.division = j.division
                        AND a.party = coalesce(j.party_id::text, ''))
    RETURNING j.id, j.file_name, j.content_type, j.size, encode(j.sha256, 'hex')
$$;
CREATE FUNCTION piece_of_link(link bytea, wanted integer, moment timestamptz) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.bytes FROM job_links l JOIN job_pieces p USING (job_id)
    WHERE l.digest = link AND p.place = wanted AND l.expires_at > moment - interval '10 minutes'
$$;

-- Jobs of the caller's organisation, or authority of that area, whoever asked for them: those that
-- are not over, and those asked for since.
CREATE FUNCTION jobs_of_caller(since timestamptz) RETURNS TABLE (unfinished integer, lately integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (count(*) FILTER (WHERE ended_at IS NULL))::integer,
        (count(*) FILTER (WHERE asked_at > since))::integer
    FROM jobs WHERE role = caller_role() AND party_id IS NOT DISTINCT FROM caller_party()
        AND division = caller_division()
$$;

-- ---- Who sees what ----

-- One's own jobs; an administrator sees those of his organisation or authority that were asked for
-- in his role and area.
CREATE FUNCTION caller_sees_job(of_role text, party uuid, area text, of_account text)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT of_role = caller_role() AND party IS NOT DISTINCT FROM caller_party()
        AND area = caller_division()
        AND (of_account = caller_account() OR caller_rank() = 'admin')
$$;
ALTER TABLE jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE job_inputs ENABLE ROW LEVEL SECURITY;
ALTER TABLE job_pieces ENABLE ROW LEVEL SECURITY;
ALTER TABLE job_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_rows ENABLE ROW LEVEL SECURITY;
ALTER TABLE imported_rows ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON jobs TO liuhen_core USING (true) WITH CHECK (true);
CREATE POLICY core ON job_inputs TO liuhen_core USING (true);
CREATE POLICY core ON job_pieces TO liuhen_core USING (true) WITH CHECK (true);
CREATE POLICY core ON job_links TO liuhen_core USING (true);
CREATE POLICY core ON import_rows TO liuhen_core USING (true);

CREATE POLICY seen ON jobs FOR SELECT TO liuhen_http
    USING (caller_sees_job(role, party_id, division, account));
CREATE POLICY made ON jobs FOR INSERT TO liuhen_http
    WITH CHECK (state = 'QUEUED' AND NOT cancelled AND account = caller_account()
                AND caller_rank() <> 'reader'
                AND caller_sees_job(role, party_id, division, account));
CREATE POLICY cancelled ON jobs FOR UPDATE TO liuhen_http
    USING (caller_sees_job(role, party_id, division, account));
CREATE POLICY made ON job_inputs FOR INSERT TO liuhen_http
    WITH CHECK (EXISTS (SELECT 1 FROM jobs j WHERE j.id = job_id AND j.state = 'QUEUED'));
CREATE POLICY made ON job_links FOR INSERT TO liuhen_http
    WITH CHECK (EXISTS (SELECT 1 FROM jobs j WHERE j.id = job_id AND j.state = 'DONE'));
CREATE POLICY seen ON import_rows FOR SELECT TO liuhen_http
    USING (EXISTS (SELECT 1 FROM jobs j WHERE j.id = job_id));
CREATE POLICY made ON import_rows FOR INSERT TO liuhen_http
    WITH CHECK (EXISTS (SELECT 1 FROM jobs j WHERE j.id = job_id AND j.state = 'RUNNING'));
CREATE POLICY seen ON imported_rows FOR SELECT TO liuhen_http USING (party_id = caller_party());
CREATE POLICY made ON imported_rows FOR INSERT TO liuhen_http
    WITH CHECK (party_id = caller_party() AND caller_rank() <> 'reader');

REVOKE ALL ON FUNCTION asker_of(uuid, timestamptz), open_link(bytea, timestamptz),
    piece_of_link(bytea, integer, timestamptz), jobs_of_caller(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION asker_of(uuid, timestamptz) TO liuhen_core;
GRANT EXECUTE ON FUNCTION open_link(bytea, timestamptz),
    piece_of_link(bytea, integer, timestamptz), jobs_of_caller(timestamptz) TO liuhen_http;
GRANT SELECT, UPDATE, DELETE ON jobs TO liuhen_core;
GRANT SELECT, DELETE ON job_inputs, job_links TO liuhen_core;
GRANT SELECT, INSERT, DELETE ON job_pieces TO liuhen_core;
GRANT SELECT ON import_rows TO liuhen_core;
GRANT SELECT, INSERT ON jobs, import_rows, imported_rows TO liuhen_http;
GRANT UPDATE (cancelled) ON jobs TO liuhen_http;
GRANT INSERT ON job_inputs, job_links TO liuhen_http;
