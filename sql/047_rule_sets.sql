-- Rule sets: every threshold and weight of the watch, who made them and why, and since when which
-- was in force. docs/detection.md says what they mean. Nothing here is ever changed or deleted.

CREATE TABLE rule_sets (
    id          uuid PRIMARY KEY,
    version     text NOT NULL CONSTRAINT rule_set_version_once UNIQUE
                CHECK (version ~ '^[A-Za-z0-9._-]{1,40}$'),  -- stands in each alert made under it
    body        json NOT NULL,                     -- complete, as server/json/rule_set_json.hpp says
    why         text NOT NULL CHECK (char_length(why) BETWEEN 5 AND 500),
    account     text NOT NULL,                     -- who entered it
    created_by  uuid NOT NULL,                     -- token
    created_at  timestamptz NOT NULL
);

-- Each row puts a set in force, until the next one does.
CREATE TABLE rule_set_periods (
    id              uuid PRIMARY KEY,
    rule_set_id     uuid NOT NULL REFERENCES rule_sets,
    in_force_from   timestamptz NOT NULL CONSTRAINT rule_set_one_at_a_time UNIQUE,
    why             text NOT NULL CHECK (char_length(why) BETWEEN 5 AND 500),
    account         text NOT NULL,
    created_by      uuid NOT NULL                  -- token
);

-- The name of the one in force; null: the standard set of the program. For whoever arms a trip.
CREATE FUNCTION rule_set_in_force() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.version FROM rule_set_periods p JOIN rule_sets s ON s.id = p.rule_set_id
    ORDER BY p.in_force_from DESC LIMIT 1
$$;
REVOKE EXECUTE ON FUNCTION rule_set_in_force() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rule_set_in_force() TO liuhen_core, liuhen_http;

-- ---- Who may ----

GRANT SELECT ON rule_sets, rule_set_periods TO liuhen_core, liuhen_http, liuhen_reader;
GRANT INSERT ON rule_sets, rule_set_periods TO liuhen_http;
ALTER TABLE rule_sets ENABLE ROW LEVEL SECURITY;
ALTER TABLE rule_set_periods ENABLE ROW LEVEL SECURITY;
CREATE POLICY judged_by ON rule_sets FOR SELECT TO liuhen_core, liuhen_reader USING (true);
CREATE POLICY judged_by ON rule_set_periods FOR SELECT TO liuhen_core, liuhen_reader USING (true);
CREATE POLICY seen ON rule_sets FOR SELECT TO liuhen_http USING (caller_role() = 'operator');
CREATE POLICY seen ON rule_set_periods FOR SELECT TO liuhen_http
    USING (caller_role() = 'operator');
CREATE POLICY made ON rule_sets FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() = 'operator' AND caller_rank() = 'admin');
CREATE POLICY made ON rule_set_periods FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() = 'operator' AND caller_rank() = 'admin');
