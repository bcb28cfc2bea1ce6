-- What the national system is told of manifests: a report for each event that must be told, made in
-- the event's own transaction, sent afterwards until it is answered. docs/national.md is the contract.

-- Whether there is one to be told, as the server was started; read by each event.
CREATE TABLE national_system (
    only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    enabled   boolean NOT NULL
);
INSERT INTO national_system (enabled) VALUES (false);

CREATE TABLE national_reports (
    id           bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    manifest_id  uuid NOT NULL REFERENCES manifests,
    version      integer NOT NULL CHECK (version >= 1),  -- that the event led to
    number       char(14) NOT NULL,
    event        text NOT NULL,
    as_of        integer NOT NULL CHECK (as_of >= version),  -- whose content is sent; a correction's
    status       text NOT NULL DEFAULT 'PENDING'
                 CHECK (status IN ('PENDING', 'SENT', 'ACKED', 'FAILED', 'SET_ASIDE')),
    attempts     integer NOT NULL DEFAULT 0,
    due_at       timestamptz NOT NULL,             -- PENDING: to be sent; SENT: to be sent again
    created_at   timestamptz NOT NULL,
    sent_at      timestamptz,                      -- last
    answered_at  timestamptz,                      -- ACKED and FAILED
    is_duplicate boolean NOT NULL DEFAULT false,   -- acknowledged as known already
    reference    text NOT NULL DEFAULT '' CHECK (char_length(reference) <= 64),
    code         text NOT NULL DEFAULT '' CHECK (char_length(code) <= 64),
    message      text NOT NULL DEFAULT '' CHECK (char_length(message) <= 500),
    PRIMARY KEY (manifest_id, version),
    CHECK ((status IN ('ACKED', 'FAILED')) <= (answered_at IS NOT NULL))
);
CREATE INDEX national_reports_due ON national_reports (due_at, id) WHERE status IN ('PENDING', 'SENT');
CREATE INDEX national_reports_failed ON national_reports (id) WHERE status = 'FAILED';
CREATE INDEX national_reports_by_status ON national_reports (status, id);

-- What a person decided about a report that was refused.
CREATE TABLE national_decisions (
    report_id    bigint NOT NULL REFERENCES national_reports (id),
    at           timestamptz NOT NULL,
    what         text NOT NULL CHECK (what IN ('resend', 'set_aside')),
    token_id     uuid NOT NULL,
    person       text NOT NULL,
    reason       text NOT NULL DEFAULT '' CHECK (char_length(reason) <= 500),
    refused_with text NOT NULL DEFAULT ''          -- the code that it was refused with
);
CREATE INDEX ON national_decisions (report_id, at);

-- In the transaction of the event, whoever sends it; nothing while there is nobody to be told.
CREATE FUNCTION report_to_nation(of_manifest uuid, of_version integer, of_number text,
                                 of_event text, of_now timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO national_reports (manifest_id, version, number, event, as_of, due_at, created_at)
    SELECT of_manifest, of_version, of_number, of_event, of_version, of_now, of_now
    FROM national_system WHERE enabled
$$;
REVOKE ALL ON FUNCTION report_to_nation(uuid, integer, text, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION report_to_nation(uuid, integer, text, text, timestamptz)
    TO liuhen_core, liuhen_http;

-- One word for a manifest's reports, the one that needs attention most; null: none.
CREATE FUNCTION national_sync(of_manifest uuid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN bool_or(status = 'FAILED') THEN 'FAILED'
                WHEN bool_or(status = 'SENT') THEN 'SENT'
                WHEN bool_or(status = 'PENDING') THEN 'PENDING'
                WHEN count(*) > 0 THEN 'ACKED' END
    FROM national_reports WHERE manifest_id = of_manifest
$$;

ALTER TABLE national_reports ENABLE ROW LEVEL SECURITY;
ALTER TABLE national_decisions ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON national_reports TO liuhen_core USING (true);
CREATE POLICY core ON national_decisions TO liuhen_core USING (true);
CREATE POLICY seen ON national_reports FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
CREATE POLICY decided ON national_reports FOR UPDATE TO liuhen_http
    USING (caller_role() = 'operator') WITH CHECK (caller_role() = 'operator');
CREATE POLICY seen ON national_decisions FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM national_reports r WHERE r.id = report_id));
CREATE POLICY made ON national_decisions FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() = 'operator');

GRANT SELECT ON national_system TO liuhen_core, liuhen_http, liuhen_reader;
GRANT UPDATE (enabled) ON national_system TO liuhen_core;
GRANT SELECT ON national_reports, national_decisions TO liuhen_core, liuhen_http, liuhen_reader;
GRANT UPDATE (status, attempts, due_at, sent_at, answered_at, is_duplicate, reference, code, message)
    ON national_reports TO liuhen_core;
GRANT UPDATE (status, due_at, as_of, answered_at) ON national_reports TO liuhen_http;
GRANT INSERT ON national_decisions TO liuhen_http;
