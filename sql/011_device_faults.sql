-- What devices sent wrongly, counted. Pieces themselves are in quarantine, within limits.
CREATE TABLE device_faults (
    number      text NOT NULL,                     -- of the register; empty: all that nobody knows
    kind        text NOT NULL,                     -- code of telematics::Fault
    day         date NOT NULL,                     -- UTC
    count       bigint NOT NULL CHECK (count > 0),
    first_at    timestamptz NOT NULL,
    last_at     timestamptz NOT NULL,
    last_bytes  bytea NOT NULL CHECK (octet_length(last_bytes) <= 4096),  -- the latest piece
    PRIMARY KEY (number, kind, day)
);

GRANT SELECT, INSERT, UPDATE ON device_faults TO liuhen_core;
GRANT SELECT ON device_faults TO liuhen_http;
ALTER TABLE device_faults ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON device_faults TO liuhen_core USING (true);
CREATE POLICY seen ON device_faults FOR SELECT TO liuhen_http USING (caller_role() = 'operator');

-- The operator may change in which profile a terminal is read.
GRANT UPDATE (profile, time_zone_minutes, datum) ON terminals TO liuhen_http;

-- The newest archived frames of a terminal. The archive is found by time only, so the times come
-- from its newest observations.
CREATE FUNCTION recent_frames(wanted_key integer, most integer)
RETURNS TABLE (received_at timestamptz, frame bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF caller_role() <> 'operator' THEN
        RAISE EXCEPTION 'for the operator only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
        WITH times AS (
            SELECT DISTINCT newest.received_at AS t FROM (
                SELECT o.received_at FROM observations o WHERE o.terminal_key = wanted_key
                ORDER BY o.at DESC LIMIT 100) newest
            ORDER BY 1 DESC LIMIT least(most, 50))
        SELECT f.received_at, f.frame FROM times
        JOIN raw_frames f ON f.received_at = times.t AND f.terminal_key = wanted_key
        ORDER BY f.received_at DESC LIMIT most;
END $$;
REVOKE ALL ON FUNCTION recent_frames(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recent_frames(integer, integer) TO liuhen_http;
