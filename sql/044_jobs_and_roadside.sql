-- When declarations are due, and codes of printed manifests that one reader cannot use up for all.

-- HJ 1259-2022: a month or quarter by the 15th of the month after it, a year by the 31st of March.
-- `period`: "2026-02", "2026-Q1", "2026".
CREATE FUNCTION declaration_due(period text) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN length(period) = 4 THEN make_date(period::integer + 1, 3, 31)
        ELSE (make_date(left(period, 4)::integer,
                        CASE WHEN substr(period, 6, 1) = 'Q' THEN 3 * substr(period, 7, 1)::integer
                             ELSE substr(period, 6, 2)::integer END,
                        15) + interval '1 month')::date END
$$;

-- Whoever drives with the paper could open its code until no officer can, were its openings counted
-- alike: each network has `most_a_day` of them, and all together ten times as many, so that the log
-- has an end.
CREATE FUNCTION roadside_worn(code uuid, moment timestamptz, most_a_day integer, from_network text)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT count(*) FILTER (WHERE o.network = from_network) >= most_a_day
        OR count(*) >= 10 * most_a_day
    FROM roadside_openings o WHERE o.code_id = code AND o.at > moment - interval '24 hours'
$$;
REVOKE ALL ON FUNCTION roadside_worn(uuid, timestamptz, integer, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION open_roadside(code bytea, opened bytea, opening uuid, moment timestamptz,
                                         page_ends timestamptz, most_a_day integer,
                                         from_network text, from_agent text)
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
    IF roadside_worn(known.id, moment, most_a_day, from_network) THEN
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

CREATE OR REPLACE FUNCTION note_roadside_print(code uuid, opening uuid, moment timestamptz,
                                               most_a_day integer, from_network text,
                                               from_agent text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH noted AS (
        INSERT INTO roadside_openings (id, code_id, manifest_id, outcome, at, network, agent)
        SELECT opening, c.id, c.manifest_id, 'PRINTED', moment, from_network, from_agent
        FROM roadside_codes c
        WHERE c.id = code AND NOT roadside_worn(c.id, moment, most_a_day, from_network)
        RETURNING 1)
    SELECT EXISTS (SELECT 1 FROM noted)
$$;
