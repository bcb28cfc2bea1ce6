-- What the code of a printed manifest opens to an officer who has no account
-- (docs/decisions/043-roadside.md). A code is derived from the server's key and is nowhere stored;
-- here lies its SHA-256, and that of each page that it opened.

CREATE TABLE roadside_codes (
    id           uuid PRIMARY KEY,                 -- v7
    manifest_id  uuid NOT NULL REFERENCES manifests,
    version      integer NOT NULL CHECK (version >= 1),  -- that the paper shows
    issue        integer NOT NULL CHECK (issue >= 1),    -- counts the codes of a version
    digest       bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
    issued_at    timestamptz NOT NULL,             -- the server's clock
    expires_at   timestamptz NOT NULL,             -- at the latest
    token_id     uuid NOT NULL,
    person       text NOT NULL DEFAULT '',         -- for whom it was made
    revoked_at   timestamptz,
    revoked_by   text NOT NULL DEFAULT '',
    UNIQUE (manifest_id, version, issue),
    CHECK (expires_at > issued_at)
);

-- Append-only: every opening, refused ones of known codes too.
CREATE TABLE roadside_openings (
    id           uuid PRIMARY KEY,                 -- v7
    code_id      uuid NOT NULL REFERENCES roadside_codes,
    manifest_id  uuid NOT NULL REFERENCES manifests,     -- the code's
    outcome      text NOT NULL CHECK (outcome IN ('OPENED', 'PRINTED', 'EXPIRED', 'REVOKED')),
    page         bytea UNIQUE CHECK (octet_length(page) = 32),  -- SHA-256 of the page's address
    until        timestamptz,                      -- when that address ends
    at           timestamptz NOT NULL,             -- the server's clock
    network      text NOT NULL CHECK (char_length(network) <= 50),  -- address without its end
    agent        text NOT NULL CHECK (char_length(agent) <= 120),   -- as the browser says
    CHECK ((outcome = 'OPENED') = (page IS NOT NULL)),
    CHECK ((page IS NULL) = (until IS NULL))
);
CREATE INDEX ON roadside_openings (manifest_id, id);
CREATE INDEX ON roadside_openings (code_id, at);

-- When a code ends: at its own time, or seven days after the manifest did.
CREATE FUNCTION roadside_end(expires_at timestamptz, document jsonb) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT least(expires_at, (document ->> 'closed_at')::timestamptz + interval '7 days')
$$;

-- ---- Before anybody is known ----

-- Opens a page under the digest `opened` and says how that went; no row: there is no such code.
-- TOO_OFTEN leaves no trace, or the log itself could be flooded.
CREATE FUNCTION open_roadside(code bytea, opened bytea, opening uuid, moment timestamptz,
                              page_ends timestamptz, most_a_day integer, from_network text,
                              from_agent text)
RETURNS TABLE (outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known record;
    verdict text;
BEGIN
    SELECT c.id, c.manifest_id, c.revoked_at, roadside_end(c.expires_at, m.document) AS ends
        INTO known FROM roadside_codes c JOIN manifests m ON m.id = c.manifest_id
        WHERE c.digest = code;
    IF NOT FOUND THEN RETURN; END IF;
    IF (SELECT count(*) FROM roadside_openings o
        WHERE o.code_id = known.id AND o.at > moment - interval '24 hours') >= most_a_day THEN
        RETURN QUERY SELECT 'TOO_OFTEN'::text;
        RETURN;
    END IF;
    verdict := CASE WHEN known.revoked_at IS NOT NULL THEN 'REVOKED'
                    WHEN known.ends <= moment THEN 'EXPIRED' ELSE 'OPENED' END;
    INSERT INTO roadside_openings (id, code_id, manifest_id, outcome, page, until, at, network, agent)
    VALUES (opening, known.id, known.manifest_id, verdict,
            CASE verdict WHEN 'OPENED' THEN opened END,
            CASE verdict WHEN 'OPENED' THEN least(page_ends, known.ends) END,
            moment, from_network, from_agent);
    RETURN QUERY SELECT verdict;
END $$;

-- What an opened page shows; no row when there is none, or it has ended.
CREATE FUNCTION roadside_page(opened bytea, moment timestamptz)
RETURNS TABLE (code_id uuid, paper_version integer, until timestamptz, document jsonb,
               recorded_at timestamptz, sha256 bytea, routes jsonb, scans jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.id, c.version, o.until, m.document, e.recorded_at, e.sha256,
        (SELECT coalesce(jsonb_object_agg(r.id, r.name), '{}'::jsonb) FROM routes r
         WHERE r.id::text IN (SELECT leg ->> 'route'
                              FROM jsonb_array_elements(m.document -> 'legs') leg)),
        (SELECT coalesce(jsonb_agg(jsonb_build_object('tag', s.tag, 'purpose', s.purpose,
             'at', (extract(epoch FROM s.at) * 1000)::bigint)), '[]'::jsonb)
         FROM (SELECT DISTINCT ON (s.tag) s.tag, s.purpose, s.at FROM container_scans s
               WHERE s.manifest_id = m.id AND NOT s.taken_back
               ORDER BY s.tag, s.at DESC) s)
    FROM roadside_openings o JOIN roadside_codes c ON c.id = o.code_id
    JOIN manifests m ON m.id = c.manifest_id
    JOIN manifest_events e ON e.manifest_id = m.id AND e.version = m.version
    WHERE o.page = opened AND o.until > moment AND c.revoked_at IS NULL
        AND roadside_end(c.expires_at, m.document) > moment
$$;

-- That the copy of an opened page was printed; false when the code has been used too often today.
CREATE FUNCTION note_roadside_print(code uuid, opening uuid, moment timestamptz,
                                    most_a_day integer, from_network text, from_agent text)
RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH noted AS (
        INSERT INTO roadside_openings (id, code_id, manifest_id, outcome, at, network, agent)
        SELECT opening, c.id, c.manifest_id, 'PRINTED', moment, from_network, from_agent
        FROM roadside_codes c WHERE c.id = code AND (
            SELECT count(*) FROM roadside_openings o
            WHERE o.code_id = c.id AND o.at > moment - interval '24 hours') < most_a_day
        RETURNING 1)
    SELECT EXISTS (SELECT 1 FROM noted)
$$;
REVOKE ALL ON FUNCTION
    open_roadside(bytea, bytea, uuid, timestamptz, timestamptz, integer, text, text),
    roadside_page(bytea, timestamptz),
    note_roadside_print(uuid, uuid, timestamptz, integer, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    open_roadside(bytea, bytea, uuid, timestamptz, timestamptz, integer, text, text),
    roadside_page(bytea, timestamptz),
    note_roadside_print(uuid, uuid, timestamptz, integer, text, text) TO liuhen_http;

-- ---- Who sees what ----

ALTER TABLE roadside_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE roadside_openings ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON roadside_codes FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
CREATE POLICY seen ON roadside_openings FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
-- Whoever sees a manifest prints it, readers too; nobody shows a draft to the road.
CREATE POLICY made ON roadside_codes FOR INSERT TO liuhen_http
    WITH CHECK (revoked_at IS NULL AND EXISTS (
        SELECT 1 FROM manifests m WHERE m.id = manifest_id AND m.state <> 'DRAFT'));
CREATE POLICY revoked ON roadside_codes FOR UPDATE TO liuhen_http
    USING (caller_rank() <> 'reader' AND caller_role() <> 'operator'
           AND EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));

GRANT SELECT, INSERT ON roadside_codes TO liuhen_http;
GRANT UPDATE (revoked_at, revoked_by) ON roadside_codes TO liuhen_http;
GRANT SELECT ON roadside_openings TO liuhen_http;
GRANT SELECT (id, manifest_id, version, issue, issued_at, expires_at, token_id, person, revoked_at,
              revoked_by) ON roadside_codes TO liuhen_reader;
GRANT SELECT (id, code_id, manifest_id, outcome, until, at, network, agent)
    ON roadside_openings TO liuhen_reader;
