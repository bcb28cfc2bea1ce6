-- What went into a pipe and came out of it, day by day, as the meters of both ends have counted
-- (Order 23 art. 19). An entry is never changed: a correction is a further one, with its reason.
CREATE TABLE meter_entries (
    manifest_id  uuid NOT NULL REFERENCES manifests,
    line_no      smallint NOT NULL CHECK (line_no BETWEEN 1 AND 20),
    side         text NOT NULL CHECK (side IN ('out', 'in')),   -- the producer's end, the receiver's
    day          date NOT NULL,                                 -- in China
    revision     integer NOT NULL CHECK (revision >= 1),
    grams        bigint NOT NULL CHECK (grams BETWEEN 0 AND 50000000000),
    meter        text NOT NULL CHECK (char_length(meter) BETWEEN 1 AND 40),
    reason       text CHECK (char_length(reason) BETWEEN 5 AND 500),
    delegate_id  uuid DEFAULT caller_delegate(),
    token_id     uuid NOT NULL,
    person       text NOT NULL DEFAULT '',
    recorded_at  timestamptz NOT NULL,
    PRIMARY KEY (manifest_id, line_no, side, day, revision),
    CHECK ((revision = 1) = (reason IS NULL))
);
ALTER TABLE meter_entries ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON meter_entries FOR SELECT TO liuhen_core USING (true);
CREATE POLICY seen ON meter_entries FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
-- Each enters its own end.
CREATE POLICY made ON meter_entries FOR INSERT TO liuhen_http
    WITH CHECK (EXISTS (
        SELECT 1 FROM manifests m WHERE m.id = manifest_id AND m.kind = 'PIPE'
            AND CASE side WHEN 'out' THEN caller_role() = 'producer'
                                          AND m.producer_id = caller_party()
                          ELSE caller_role() = 'receiver' AND m.receiver_id = caller_party() END));
CREATE POLICY no_reader ON meter_entries AS RESTRICTIVE FOR INSERT TO liuhen_http
    WITH CHECK (caller_rank() <> 'reader');
GRANT SELECT ON meter_entries TO liuhen_core, liuhen_http, liuhen_reader;
GRANT INSERT ON meter_entries TO liuhen_http;
