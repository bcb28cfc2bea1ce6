-- Lists that are data with a time of validity, the registers of papers and scales, and due times.

-- One edition of the hazardous-waste list (HW), of the general-waste catalogue (GENERAL) or of the
-- list of transport exemptions (EXEMPTION). Of two that hold on a day the later one counts.
CREATE TABLE waste_lists (
    kind          text NOT NULL CHECK (kind IN ('HW', 'GENERAL', 'EXEMPTION')),
    edition       text NOT NULL CHECK (edition ~ '^[0-9A-Za-z._-]{1,20}$'),
    valid_from    date NOT NULL,
    valid_to      date,                             -- last day; null: until a later edition begins
    entries       integer NOT NULL CHECK (entries >= 1),
    source        text NOT NULL,                    -- name of the file, or who sent it
    source_sha256 bytea NOT NULL,
    imported_at   timestamptz NOT NULL,
    imported_by   text NOT NULL,
    PRIMARY KEY (kind, edition),
    CHECK (valid_to >= valid_from)
);
CREATE TABLE waste_codes (
    kind          text NOT NULL,
    edition       text NOT NULL,
    code          text NOT NULL,                    -- 900-041-49, 900-001-S17
    category      text NOT NULL,                    -- HW49, S17
    category_name text NOT NULL DEFAULT '',
    hazards       text[] NOT NULL DEFAULT '{}',     -- T, C, I, R, In in the list's order
    name          text NOT NULL DEFAULT '',
    PRIMARY KEY (kind, edition, code),
    FOREIGN KEY (kind, edition) REFERENCES waste_lists ON DELETE CASCADE
);
CREATE TABLE transport_exemptions (
    kind          text NOT NULL DEFAULT 'EXEMPTION' CHECK (kind = 'EXEMPTION'),
    edition       text NOT NULL,
    rule          text NOT NULL,                    -- how a manifest names the row
    subject       text NOT NULL,                    -- the code or category that it is for
    condition     text NOT NULL,
    place         integer NOT NULL,                 -- in the list's order
    PRIMARY KEY (edition, rule),
    FOREIGN KEY (kind, edition) REFERENCES waste_lists ON DELETE CASCADE
);
CREATE FUNCTION waste_list_on(wanted text, day date) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT edition FROM waste_lists WHERE kind = wanted AND valid_from <= day
        AND (valid_to IS NULL OR day <= valid_to)
    ORDER BY valid_from DESC, edition DESC LIMIT 1 $$;

-- Days that differ from Monday to Friday, year by year as announced.
CREATE SEQUENCE calendar_revisions;
CREATE TABLE calendars (
    year          smallint PRIMARY KEY CHECK (year BETWEEN 2000 AND 2200),
    revision      bigint NOT NULL,                  -- of the last change of its days
    source        text NOT NULL,
    imported_at   timestamptz NOT NULL,
    imported_by   text NOT NULL
);
CREATE TABLE holidays (
    day           date PRIMARY KEY,
    year          smallint NOT NULL REFERENCES calendars ON DELETE CASCADE,
    kind          text NOT NULL CHECK (kind IN ('holiday', 'workday')),
    CHECK (extract(year FROM day) = year)
);

-- Scales of receivers and producers. A new calibration is a new row.
CREATE TABLE scales (
    id             uuid PRIMARY KEY,
    party_id       uuid NOT NULL REFERENCES parties,
    number         text NOT NULL CHECK (char_length(number) BETWEEN 1 AND 40),
    floor_g        integer NOT NULL CHECK (floor_g BETWEEN 1 AND 20000),
    calibration_to date NOT NULL,                   -- last day
    created_at     timestamptz NOT NULL DEFAULT now(),
    revoked_at     timestamptz,
    CONSTRAINT scales_once UNIQUE (party_id, number, calibration_to)
);
-- A carrier's licence to carry dangerous goods of these classes. A renewal is a new row.
CREATE TABLE transport_permits (
    id          uuid PRIMARY KEY,
    carrier_id  uuid NOT NULL REFERENCES parties,
    number      text NOT NULL CHECK (char_length(number) BETWEEN 4 AND 40),
    dg_classes  text[] NOT NULL CHECK (cardinality(dg_classes) BETWEEN 1 AND 40),
    valid_from  date NOT NULL,
    valid_to    date NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    revoked_at  timestamptz,
    CHECK (valid_to >= valid_from),
    CONSTRAINT transport_permits_once UNIQUE (carrier_id, number, valid_from)
);
CREATE TABLE vehicle_permits (
    id            uuid PRIMARY KEY,
    vehicle_id    uuid NOT NULL REFERENCES vehicles,
    number        text NOT NULL CHECK (char_length(number) BETWEEN 4 AND 40),
    rated_load_g  bigint CHECK (rated_load_g BETWEEN 1 AND 200000000),
    valid_from    date NOT NULL,
    valid_to      date NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    revoked_at    timestamptz,
    CHECK (valid_to >= valid_from),
    CONSTRAINT vehicle_permits_once UNIQUE (vehicle_id, number, valid_from)
);
CREATE TABLE crew_certificates (
    id          uuid PRIMARY KEY,
    carrier_id  uuid NOT NULL REFERENCES parties,
    kind        text NOT NULL CHECK (kind IN ('driver', 'escort')),
    person      text NOT NULL CHECK (char_length(person) BETWEEN 2 AND 30),
    number      text NOT NULL CHECK (char_length(number) BETWEEN 4 AND 40),
    valid_from  date NOT NULL,
    valid_to    date NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    revoked_at  timestamptz,
    CHECK (valid_to >= valid_from),
    CONSTRAINT crew_certificates_once UNIQUE (carrier_id, kind, number, valid_from)
);
CREATE INDEX ON vehicle_permits (vehicle_id);

-- A seal's number is good for one manifest a day.
CREATE TABLE seal_uses (
    seal_no      text NOT NULL CHECK (char_length(seal_no) BETWEEN 1 AND 32),
    day          date NOT NULL,
    manifest_id  uuid NOT NULL REFERENCES manifests,
    CONSTRAINT seal_once_a_day PRIMARY KEY (seal_no, day)
);

-- A credit code whose check character is wrong but which an authority lets stand, and why.
ALTER TABLE parties ADD COLUMN uscc_exception text
    CHECK (char_length(uscc_exception) BETWEEN 5 AND 500);

-- Every time limit that runs or ran for a manifest. What passed without an end is a task.
CREATE TABLE due_times (
    manifest_id        uuid NOT NULL REFERENCES manifests,
    limit_code         text NOT NULL,               -- codes of manifest::limits()
    since              timestamptz NOT NULL,
    due_at             timestamptz NOT NULL,
    calendar_revision  bigint,                      -- null: not counted in working days
    calendar_missing   boolean NOT NULL DEFAULT false,
    passed_at          timestamptz,                 -- when the service saw it pass
    outcome            text NOT NULL DEFAULT '',    -- what it did then: an event, or a refusal's code
    retry_at           timestamptz,                 -- the service was refused and tries again
    ended_at           timestamptz,                 -- what was waited for came, or no longer can
    PRIMARY KEY (manifest_id, limit_code, since)
);
CREATE INDEX due_times_waiting ON due_times (coalesce(retry_at, due_at))
    WHERE ended_at IS NULL AND (passed_at IS NULL OR retry_at IS NOT NULL);
CREATE INDEX due_times_counted ON due_times (calendar_revision) WHERE ended_at IS NULL;
-- Append-only: due times that an edited calendar moved.
CREATE TABLE due_time_changes (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    manifest_id        uuid NOT NULL REFERENCES manifests,
    limit_code         text NOT NULL,
    since              timestamptz NOT NULL,
    due_before         timestamptz NOT NULL,
    due_after          timestamptz NOT NULL,
    calendar_revision  bigint NOT NULL,
    changed_at         timestamptz NOT NULL
);
CREATE INDEX ON due_time_changes (manifest_id);

-- Lists and calendars are everybody's to read.
GRANT SELECT ON waste_lists, waste_codes, transport_exemptions, calendars, holidays
    TO liuhen_core, liuhen_http, liuhen_reader;
GRANT INSERT, DELETE ON waste_lists, waste_codes, transport_exemptions, holidays TO liuhen_http;
GRANT INSERT, UPDATE ON calendars TO liuhen_http;
GRANT USAGE ON SEQUENCE calendar_revisions TO liuhen_http;
ALTER TABLE waste_lists ENABLE ROW LEVEL SECURITY;
ALTER TABLE calendars ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON waste_lists FOR SELECT USING (true);
CREATE POLICY entered ON waste_lists TO liuhen_http
    USING (caller_role() = 'operator') WITH CHECK (caller_role() = 'operator');
CREATE POLICY seen ON calendars FOR SELECT USING (true);
CREATE POLICY entered ON calendars TO liuhen_http
    USING (caller_role() = 'operator') WITH CHECK (caller_role() = 'operator');
-- Their entries come and go with them.
ALTER TABLE waste_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE transport_exemptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE holidays ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON waste_codes FOR SELECT USING (true);
CREATE POLICY entered ON waste_codes TO liuhen_http
    USING (caller_role() = 'operator') WITH CHECK (caller_role() = 'operator');
CREATE POLICY seen ON transport_exemptions FOR SELECT USING (true);
CREATE POLICY entered ON transport_exemptions TO liuhen_http
    USING (caller_role() = 'operator') WITH CHECK (caller_role() = 'operator');
CREATE POLICY seen ON holidays FOR SELECT USING (true);
CREATE POLICY entered ON holidays TO liuhen_http
    USING (caller_role() = 'operator') WITH CHECK (caller_role() = 'operator');

-- Papers and scales: authorities and their owner see them; the operator and regulators enter them.
-- A vehicle's permit is seen by whoever may see the vehicle: its rated load is judged at loading.
ALTER TABLE scales ENABLE ROW LEVEL SECURITY;
ALTER TABLE transport_permits ENABLE ROW LEVEL SECURITY;
ALTER TABLE vehicle_permits ENABLE ROW LEVEL SECURITY;
ALTER TABLE crew_certificates ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON scales TO liuhen_core USING (true);
CREATE POLICY core ON transport_permits TO liuhen_core USING (true);
CREATE POLICY core ON vehicle_permits TO liuhen_core USING (true);
CREATE POLICY core ON crew_certificates TO liuhen_core USING (true);
CREATE POLICY seen ON scales FOR SELECT TO liuhen_http, liuhen_reader
    USING (caller_watches_party(party_id) OR party_id = caller_party());
CREATE POLICY seen ON transport_permits FOR SELECT TO liuhen_http, liuhen_reader
    USING (caller_watches_party(carrier_id) OR carrier_id = caller_party());
CREATE POLICY seen ON vehicle_permits FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM vehicles v WHERE v.id = vehicle_id));
CREATE POLICY seen ON crew_certificates FOR SELECT TO liuhen_http, liuhen_reader
    USING (caller_watches_party(carrier_id) OR carrier_id = caller_party());
CREATE POLICY made ON scales FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() IN ('operator', 'regulator') AND caller_watches_party(party_id));
CREATE POLICY made ON transport_permits FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() IN ('operator', 'regulator') AND caller_watches_party(carrier_id));
CREATE POLICY made ON vehicle_permits FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() IN ('operator', 'regulator')
           AND EXISTS (SELECT 1 FROM vehicles v WHERE v.id = vehicle_id));
CREATE POLICY made ON crew_certificates FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() IN ('operator', 'regulator') AND caller_watches_party(carrier_id));
CREATE POLICY revoked ON scales FOR UPDATE TO liuhen_http
    USING (caller_role() IN ('operator', 'regulator') AND caller_watches_party(party_id));
CREATE POLICY revoked ON transport_permits FOR UPDATE TO liuhen_http
    USING (caller_role() IN ('operator', 'regulator') AND caller_watches_party(carrier_id));
CREATE POLICY revoked ON vehicle_permits FOR UPDATE TO liuhen_http
    USING (caller_role() IN ('operator', 'regulator')
           AND EXISTS (SELECT 1 FROM vehicles v WHERE v.id = vehicle_id));
CREATE POLICY revoked ON crew_certificates FOR UPDATE TO liuhen_http
    USING (caller_role() IN ('operator', 'regulator') AND caller_watches_party(carrier_id));
GRANT SELECT ON scales, transport_permits, vehicle_permits, crew_certificates
    TO liuhen_core, liuhen_http, liuhen_reader;
GRANT INSERT, UPDATE (revoked_at) ON scales, transport_permits, vehicle_permits,
    crew_certificates TO liuhen_http;

-- Seals are entered by the loading signature; the number alone is what clashes.
ALTER TABLE seal_uses ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON seal_uses TO liuhen_core USING (true);
CREATE POLICY seen ON seal_uses FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
CREATE POLICY made ON seal_uses FOR INSERT TO liuhen_http
    WITH CHECK (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
GRANT SELECT, INSERT ON seal_uses TO liuhen_core, liuhen_http;
GRANT SELECT ON seal_uses TO liuhen_reader;

ALTER TABLE due_times ENABLE ROW LEVEL SECURITY;
ALTER TABLE due_time_changes ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON due_times TO liuhen_core USING (true);
CREATE POLICY core ON due_time_changes TO liuhen_core USING (true);
CREATE POLICY seen ON due_times FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
CREATE POLICY made ON due_times FOR INSERT TO liuhen_http
    WITH CHECK (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
CREATE POLICY ended ON due_times FOR UPDATE TO liuhen_http
    USING (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id)) WITH CHECK (true);
CREATE POLICY seen ON due_time_changes FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
GRANT SELECT, INSERT, UPDATE ON due_times TO liuhen_core;
GRANT SELECT, INSERT ON due_times, due_time_changes TO liuhen_core;
GRANT SELECT, INSERT, UPDATE (ended_at, due_at) ON due_times TO liuhen_http;
GRANT SELECT ON due_times, due_time_changes TO liuhen_http, liuhen_reader;
