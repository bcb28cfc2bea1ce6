-- Alerts by revision, the one order in which they are told, and what people did about them.
CREATE TABLE alert_revisions (
    alert         text NOT NULL,                   -- trip.KIND.number
    revision      integer NOT NULL CHECK (revision >= 1),
    what          text NOT NULL CHECK (what IN ('raised', 'amended', 'withdrawn')),
    trip_id       text NOT NULL,                   -- trips.id, or vehicle-<uuid>
    vehicle_id    uuid NOT NULL,
    carrier_id    uuid,                            -- whose truck: the carrier's own feed
    plate         text NOT NULL,
    manifest_nos  text[] NOT NULL,
    kind          text NOT NULL,
    tier          char(1) NOT NULL CHECK (tier IN ('A', 'B', 'C')),
    grade         smallint NOT NULL CHECK (grade BETWEEN 1 AND 4),
    since         timestamptz NOT NULL,
    until         timestamptz,
    detected_at   timestamptz NOT NULL,
    late          boolean NOT NULL,
    rule_set      text NOT NULL,
    evidence      jsonb NOT NULL,
    recorded_at   timestamptz NOT NULL,
    PRIMARY KEY (alert, revision)
);
CREATE INDEX ON alert_revisions (trip_id);
CREATE INDEX ON alert_revisions (vehicle_id, since);

-- Numbers are given by one task, to committed rows only: a reader by cursor never skips one.
CREATE TABLE feed (
    no        bigint PRIMARY KEY,
    alert     text NOT NULL,
    revision  integer NOT NULL,
    UNIQUE (alert, revision),
    FOREIGN KEY (alert, revision) REFERENCES alert_revisions
);

-- Revisions that have no number yet; kept by the trigger, so that numbering need not search.
CREATE TABLE feed_pending (
    alert        text NOT NULL,
    revision     integer NOT NULL,
    recorded_at  timestamptz NOT NULL,
    PRIMARY KEY (alert, revision),
    FOREIGN KEY (alert, revision) REFERENCES alert_revisions
);
CREATE FUNCTION note_pending() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO feed_pending SELECT alert, revision, recorded_at FROM fresh;
    RETURN NULL;
END $$;
CREATE TRIGGER note_pending AFTER INSERT ON alert_revisions
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION note_pending();

CREATE TABLE alert_reviews (
    id           uuid PRIMARY KEY,
    alert        text NOT NULL,
    action       text NOT NULL CHECK (action IN ('ack', 'close')),
    outcome      text CHECK (outcome IN ('FALSE_ALARM', 'RECTIFIED', 'CASE_OPENED')),
    reason       text NOT NULL DEFAULT '' CHECK (char_length(reason) <= 1000),
    token_id     uuid NOT NULL,
    person       text NOT NULL DEFAULT '',
    recorded_at  timestamptz NOT NULL,
    CHECK ((action = 'close') = (outcome IS NOT NULL))
);
CREATE INDEX ON alert_reviews (alert);
CREATE UNIQUE INDEX alert_closed_once ON alert_reviews (alert) WHERE action = 'close';

-- Every look-up at the roadside.
CREATE TABLE checkpoint_log (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_id     uuid NOT NULL,
    role         text NOT NULL,
    plate        text NOT NULL,
    found        boolean NOT NULL,
    recorded_at  timestamptz NOT NULL
);

ALTER TABLE alert_revisions ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON alert_revisions TO liuhen_core USING (true);
CREATE POLICY seen ON alert_revisions FOR SELECT TO liuhen_http, liuhen_reader
    USING (caller_sees_all() OR (caller_role() = 'carrier' AND carrier_id = caller_party()));

GRANT SELECT, INSERT ON alert_revisions, feed TO liuhen_core;
GRANT SELECT, DELETE ON feed_pending TO liuhen_core;
GRANT SELECT ON alert_revisions, feed, alert_reviews TO liuhen_http, liuhen_reader;
GRANT INSERT ON alert_reviews, checkpoint_log TO liuhen_http;
GRANT SELECT ON alert_reviews TO liuhen_core;
