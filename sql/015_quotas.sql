-- What may be moved, and how much of it is spoken for: producers' management plans, receivers'
-- licences, approvals to cross a province, and a ledger that explains every gram reserved on them.

-- Order 23 art. 14, HJ 1259: one plan a producer and year. Its rows are in `quotas`.
CREATE TABLE plans (
    id           uuid PRIMARY KEY,                 -- v7
    producer_id  uuid NOT NULL REFERENCES parties,
    year         smallint NOT NULL CHECK (year BETWEEN 2022 AND 2100),
    status       text NOT NULL CHECK (status IN ('DRAFT', 'FILED')),
    version      integer NOT NULL CHECK (version >= 1),
    filed_at     timestamptz,
    updated_at   timestamptz NOT NULL,
    CONSTRAINT plan_once_a_year UNIQUE (producer_id, year),
    CHECK ((status = 'FILED') = (filed_at IS NOT NULL))
);

-- Licence measures: comprehensive for five years, collection (storing only) for three.
CREATE TABLE licences (
    id           uuid PRIMARY KEY,
    receiver_id  uuid NOT NULL REFERENCES parties,
    licence_no   text NOT NULL CONSTRAINT licence_no_once UNIQUE
                 CHECK (char_length(licence_no) BETWEEN 5 AND 40),
    kind         text NOT NULL CHECK (kind IN ('comprehensive', 'collection')),
    valid_from   date NOT NULL,
    valid_to     date NOT NULL,                    -- the last day; earlier when it was ended
    version      integer NOT NULL CHECK (version >= 1),
    updated_at   timestamptz NOT NULL,
    CHECK (valid_to >= valid_from AND valid_to < valid_from + interval '6 years')
);
CREATE INDEX ON licences (receiver_id, valid_to);

-- Order 23 arts. 21-28. `state` and steps: manifest/approval.cpp.
CREATE TABLE approvals (
    id           uuid PRIMARY KEY,
    kind         text NOT NULL CHECK (kind IN ('approval', 'filing')),
    producer_id  uuid NOT NULL REFERENCES parties,
    receiver_id  uuid NOT NULL REFERENCES parties,
    origin       char(2) NOT NULL,                 -- province codes
    receiving    char(2) NOT NULL CHECK (receiving <> origin),
    state        text NOT NULL,
    version      integer NOT NULL CHECK (version >= 1),
    approval_no  text CONSTRAINT approval_no_once UNIQUE,
    wanted_from  date NOT NULL,
    wanted_to    date NOT NULL CHECK (wanted_to >= wanted_from),
    received_at  timestamptz NOT NULL,             -- of the material as it stands now
    accepted_at  timestamptz,
    valid_from   date,
    valid_to     date CHECK (valid_to >= valid_from),
    due_at       timestamptz,                      -- of the step that is waited for
    due_office   text CHECK (due_office IN ('origin', 'receiving')),
    calendar_missing boolean NOT NULL DEFAULT false,  -- due_at counts weekends only
    remarks      text NOT NULL DEFAULT '',         -- gaps, reasons: what the last step said
    updated_at   timestamptz NOT NULL,
    CHECK ((due_at IS NULL) = (due_office IS NULL)),
    CHECK (state NOT IN ('APPROVED', 'FILED') OR (valid_from IS NOT NULL AND valid_to IS NOT NULL))
);
CREATE INDEX ON approvals (producer_id, receiver_id);
CREATE INDEX ON approvals (due_at) WHERE due_at IS NOT NULL;

-- Rows of all three registers. `register` is the order in which they are locked.
CREATE TABLE quotas (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan_id      uuid REFERENCES plans,
    licence_id   uuid REFERENCES licences,
    approval_id  uuid REFERENCES approvals,
    register     smallint NOT NULL GENERATED ALWAYS AS (
                 CASE WHEN plan_id IS NOT NULL THEN 0 WHEN licence_id IS NOT NULL THEN 1
                 ELSE 2 END) STORED,
    receiver_id  uuid REFERENCES parties,          -- of a plan's row
    year         smallint,                         -- of a licence's row: it is a yearly amount
    code         text NOT NULL CHECK (char_length(code) BETWEEN 4 AND 11),
    method       text NOT NULL CHECK (char_length(method) <= 20),   -- empty: any
    limit_g      bigint NOT NULL CHECK (limit_g >= 0),
    held_g       bigint NOT NULL DEFAULT 0 CHECK (held_g >= 0),
    CONSTRAINT quota_not_exceeded CHECK (held_g <= limit_g),
    CHECK (num_nonnulls(plan_id, licence_id, approval_id) = 1),
    CHECK ((plan_id IS NULL) = (receiver_id IS NULL)),
    CHECK ((licence_id IS NULL) = (year IS NULL)),
    CONSTRAINT quota_row_once UNIQUE NULLS NOT DISTINCT
        (plan_id, licence_id, approval_id, receiver_id, year, code, method)
);
CREATE INDEX ON quotas (licence_id, year) WHERE licence_id IS NOT NULL;
CREATE INDEX ON quotas (approval_id) WHERE approval_id IS NOT NULL;

-- Append-only: by which event a manifest's line took (+) or gave back (-) how much of which row.
-- held_g of a row is the sum of its entries.
CREATE TABLE quota_entries (
    manifest_id  uuid NOT NULL REFERENCES manifests,
    version      integer NOT NULL,                 -- of the manifest
    line_no      smallint NOT NULL,
    quota_id     bigint NOT NULL REFERENCES quotas,
    grams        bigint NOT NULL CHECK (grams <> 0),
    event        text NOT NULL,
    since        timestamptz NOT NULL,
    PRIMARY KEY (manifest_id, version, line_no, quota_id)
);
CREATE INDEX ON quota_entries (quota_id, since);

-- Append-only: every version of a plan, licence or approval, by whom, and what it became.
CREATE TABLE register_events (
    paper_id     uuid NOT NULL,
    version      integer NOT NULL,
    event        text NOT NULL,
    role         text NOT NULL,
    party_id     uuid,
    token_id     uuid,                             -- null: the system itself
    person       text NOT NULL DEFAULT '',
    at           timestamptz NOT NULL,             -- the server's clock
    request      jsonb NOT NULL,
    document     jsonb NOT NULL,
    PRIMARY KEY (paper_id, version)
);

-- A step of an approval that was not taken in time. Nothing follows by itself: somebody looks.
CREATE TABLE supervision_tasks (
    id           uuid PRIMARY KEY,
    approval_id  uuid NOT NULL REFERENCES approvals,
    version      integer NOT NULL,                 -- of the approval, while it waited
    state        text NOT NULL,                    -- in which it waited
    office       text NOT NULL CHECK (office IN ('origin', 'receiving')),
    province     char(2) NOT NULL,
    due_at       timestamptz NOT NULL,
    raised_at    timestamptz NOT NULL,
    done_at      timestamptz,                      -- when the step was taken after all
    UNIQUE (approval_id, version)
);

-- Rows that a manifest may draw on, locked in the one order: plan, licence, approval. `held_g` is
-- what other manifests hold. For the server alone, which says no more of them than the refusal.
CREATE FUNCTION lock_quotas(for_manifest uuid, of_producer uuid, of_receiver uuid, on_day date,
                            codes text[])
RETURNS TABLE (id bigint, register smallint, paper uuid, kind text, code text, method text,
               limit_g bigint, held_g bigint, valid_from date, valid_to date)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT q.id, q.register, coalesce(q.plan_id, q.licence_id, q.approval_id),
        coalesce(l.kind, a.kind, 'plan'), q.code, q.method, q.limit_g,
        q.held_g - coalesce((SELECT sum(e.grams) FROM quota_entries e
                             WHERE e.manifest_id = for_manifest AND e.quota_id = q.id), 0)::bigint,
        coalesce(l.valid_from, a.valid_from, make_date(p.year, 1, 1)),
        coalesce(l.valid_to, a.valid_to, make_date(p.year, 12, 31))
    FROM quotas q LEFT JOIN plans p ON p.id = q.plan_id LEFT JOIN licences l ON l.id = q.licence_id
        LEFT JOIN approvals a ON a.id = q.approval_id
    WHERE q.id IN (
        SELECT r.id FROM plans f JOIN quotas r ON r.plan_id = f.id
        WHERE f.producer_id = of_producer AND f.year = extract(year FROM on_day)
            AND f.status = 'FILED' AND r.receiver_id = of_receiver AND r.code = ANY (codes)
        UNION ALL
        SELECT r.id FROM licences f JOIN quotas r ON r.licence_id = f.id
        WHERE f.receiver_id = of_receiver AND r.year = extract(year FROM on_day)
            AND r.code = ANY (codes)
        UNION ALL
        SELECT r.id FROM approvals f JOIN quotas r ON r.approval_id = f.id
        WHERE f.producer_id = of_producer AND f.receiver_id = of_receiver
            AND f.state IN ('APPROVED', 'FILED') AND r.code = ANY (codes))
    ORDER BY q.register, q.id FOR UPDATE OF q;
END $$;

-- Makes what a manifest holds equal to what is given: line lines[i] holds weights[i] of rows[i],
-- and nothing else. The differences are entered, the rows follow.
CREATE FUNCTION hold_quantities(of_manifest uuid, at_version integer, by_event text,
                                at timestamptz, rows bigint[], lines smallint[], weights bigint[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF session_user = 'liuhen_http' AND NOT EXISTS (
        SELECT 1 FROM manifests m WHERE m.id = of_manifest AND m.version = at_version
            AND (caller_sees_all()
                 OR caller_party() IN (m.producer_id, m.carrier_id, m.receiver_id))) THEN
        RAISE EXCEPTION 'not the caller''s manifest' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM 1 FROM quotas q
        WHERE q.id = ANY (rows)
            OR q.id IN (SELECT e.quota_id FROM quota_entries e WHERE e.manifest_id = of_manifest)
        ORDER BY q.register, q.id FOR UPDATE;
    WITH wanted AS (
        SELECT w.quota_id, w.line_no, w.grams FROM unnest(rows, lines, weights)
            AS w (quota_id, line_no, grams)),
    held AS (
        SELECT e.quota_id, e.line_no, sum(e.grams)::bigint AS grams FROM quota_entries e
        WHERE e.manifest_id = of_manifest GROUP BY e.quota_id, e.line_no),
    entered AS (
        INSERT INTO quota_entries (manifest_id, version, line_no, quota_id, grams, event, since)
        SELECT of_manifest, at_version, line_no, quota_id,
            coalesce(wanted.grams, 0) - coalesce(held.grams, 0), by_event, at
        FROM wanted FULL JOIN held USING (quota_id, line_no)
        WHERE coalesce(wanted.grams, 0) <> coalesce(held.grams, 0)
        RETURNING quota_id, grams)
    UPDATE quotas q SET held_g = q.held_g + change.grams
        FROM (SELECT quota_id, sum(grams) AS grams FROM entered GROUP BY quota_id) change
        WHERE q.id = change.quota_id;
END $$;
REVOKE ALL ON FUNCTION lock_quotas(uuid, uuid, uuid, date, text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION
    hold_quantities(uuid, integer, text, timestamptz, bigint[], smallint[], bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lock_quotas(uuid, uuid, uuid, date, text[]) TO liuhen_http, liuhen_core;
GRANT EXECUTE ON FUNCTION
    hold_quantities(uuid, integer, text, timestamptz, bigint[], smallint[], bigint[])
    TO liuhen_http, liuhen_core;

ALTER TABLE plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE licences ENABLE ROW LEVEL SECURITY;
ALTER TABLE approvals ENABLE ROW LEVEL SECURITY;
ALTER TABLE quotas ENABLE ROW LEVEL SECURITY;
ALTER TABLE quota_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE register_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE supervision_tasks ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON plans TO liuhen_core USING (true);
CREATE POLICY core ON licences TO liuhen_core USING (true);
CREATE POLICY core ON approvals TO liuhen_core USING (true);
CREATE POLICY core ON quotas TO liuhen_core USING (true);
CREATE POLICY core ON quota_entries TO liuhen_core USING (true);
CREATE POLICY core ON register_events TO liuhen_core USING (true);
CREATE POLICY core ON supervision_tasks TO liuhen_core USING (true);

-- A draft of a plan is its producer's own; filed, it is the authorities' too.
CREATE POLICY seen ON plans FOR SELECT TO liuhen_http, liuhen_reader
    USING (producer_id = caller_party() OR (status = 'FILED' AND caller_sees_all()));
CREATE POLICY made ON plans FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() = 'producer' AND producer_id = caller_party());
CREATE POLICY changed ON plans FOR UPDATE TO liuhen_http
    USING (caller_role() = 'producer' AND producer_id = caller_party());
-- Whoever may name a receiver must know what it may take.
CREATE POLICY seen ON licences FOR SELECT TO liuhen_http, liuhen_reader
    USING (caller_role() <> '' OR current_user = 'liuhen_reader');
CREATE POLICY made ON licences FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() IN ('operator', 'regulator'));
CREATE POLICY changed ON licences FOR UPDATE TO liuhen_http
    USING (caller_role() IN ('operator', 'regulator'));
CREATE POLICY seen ON approvals FOR SELECT TO liuhen_http, liuhen_reader
    USING (caller_sees_all() OR caller_party() IN (producer_id, receiver_id));
CREATE POLICY made ON approvals FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() = 'producer' AND producer_id = caller_party());
CREATE POLICY changed ON approvals FOR UPDATE TO liuhen_http
    USING (caller_role() = 'regulator'
           OR (caller_role() = 'producer' AND producer_id = caller_party()));

-- A row is seen with its paper, and changed by those who may change the paper.
CREATE POLICY seen ON quotas FOR SELECT TO liuhen_http, liuhen_reader
    USING (licence_id IS NOT NULL
           OR EXISTS (SELECT 1 FROM plans p WHERE p.id = plan_id)
           OR EXISTS (SELECT 1 FROM approvals a WHERE a.id = approval_id));
CREATE POLICY made ON quotas FOR INSERT TO liuhen_http
    WITH CHECK (held_g = 0 AND CASE
        WHEN licence_id IS NOT NULL THEN caller_role() IN ('operator', 'regulator')
        WHEN plan_id IS NOT NULL THEN caller_role() = 'producer' AND EXISTS (
            SELECT 1 FROM plans p WHERE p.id = plan_id AND p.producer_id = caller_party())
        ELSE caller_role() = 'producer' AND EXISTS (
            SELECT 1 FROM approvals a WHERE a.id = approval_id AND a.producer_id = caller_party()
                AND a.version = 1) END);
CREATE POLICY changed ON quotas FOR UPDATE TO liuhen_http
    USING (CASE
        WHEN licence_id IS NOT NULL THEN caller_role() IN ('operator', 'regulator')
        WHEN plan_id IS NOT NULL THEN caller_role() = 'producer' AND EXISTS (
            SELECT 1 FROM plans p WHERE p.id = plan_id AND p.producer_id = caller_party())
        ELSE false END);
-- Who sees the manifest sees what it holds; whose paper it is sees who holds it.
CREATE POLICY seen ON quota_entries FOR SELECT TO liuhen_http, liuhen_reader
    USING (caller_sees_all()
           OR EXISTS (SELECT 1 FROM manifests m
                      WHERE m.id = manifest_id AND m.producer_id = caller_party())
           OR EXISTS (SELECT 1 FROM quotas q JOIN licences l ON l.id = q.licence_id
                      WHERE q.id = quota_id AND l.receiver_id = caller_party()));
CREATE POLICY seen ON register_events FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM plans p WHERE p.id = paper_id)
           OR EXISTS (SELECT 1 FROM licences l WHERE l.id = paper_id)
           OR EXISTS (SELECT 1 FROM approvals a WHERE a.id = paper_id));
CREATE POLICY made ON register_events FOR INSERT TO liuhen_http
    WITH CHECK (role = caller_role() AND party_id IS NOT DISTINCT FROM caller_party());
CREATE POLICY seen ON supervision_tasks FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM approvals a WHERE a.id = approval_id));
CREATE POLICY made ON supervision_tasks FOR INSERT TO liuhen_http
    WITH CHECK (EXISTS (SELECT 1 FROM approvals a WHERE a.id = approval_id));
CREATE POLICY changed ON supervision_tasks FOR UPDATE TO liuhen_http
    USING (EXISTS (SELECT 1 FROM approvals a WHERE a.id = approval_id));

GRANT SELECT ON plans, licences, approvals, quotas, quota_entries, register_events,
    supervision_tasks TO liuhen_core, liuhen_http, liuhen_reader;
GRANT INSERT ON plans, licences, approvals, register_events, supervision_tasks TO liuhen_http;
GRANT INSERT ON register_events, supervision_tasks TO liuhen_core;
GRANT INSERT (plan_id, licence_id, approval_id, receiver_id, year, code, method, limit_g)
    ON quotas TO liuhen_http;
GRANT UPDATE (limit_g) ON quotas TO liuhen_http;
GRANT UPDATE (status, version, filed_at, updated_at) ON plans TO liuhen_http;
GRANT UPDATE (kind, valid_from, valid_to, version, updated_at) ON licences TO liuhen_http;
GRANT UPDATE (state, version, approval_no, received_at, accepted_at, valid_from, valid_to, due_at,
              due_office, calendar_missing, remarks, updated_at)
    ON approvals TO liuhen_http, liuhen_core;
GRANT UPDATE (done_at) ON supervision_tasks TO liuhen_http, liuhen_core;
