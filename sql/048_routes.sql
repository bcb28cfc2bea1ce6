-- Approved routes: between which sites, in versions that never change, who approved them and why,
-- and diversions with their times (docs/decisions/057-approved-routes.md).

-- ---- Tables ----

-- Null: not between two sites of the register; such a route is watched only where it is named.
ALTER TABLE routes ADD COLUMN origin_id uuid REFERENCES sites;
ALTER TABLE routes ADD COLUMN destination_id uuid REFERENCES sites;
ALTER TABLE routes ADD COLUMN areas text[] NOT NULL DEFAULT '{}';   -- of its sites and its carrier
ALTER TABLE routes ADD CONSTRAINT route_between_sites
    CHECK ((origin_id IS NULL) = (destination_id IS NULL));
CREATE INDEX ON routes (origin_id, destination_id) WHERE origin_id IS NOT NULL;

-- Append-only. Several lines are pieces of one road, or alternatives of a part of it.
CREATE TABLE route_versions (
    route_id       uuid NOT NULL REFERENCES routes,
    version        integer NOT NULL CHECK (version BETWEEN 1 AND 1000),
    key            integer GENERATED ALWAYS AS IDENTITY UNIQUE,   -- short name in memory
    kind           text NOT NULL CHECK (kind IN ('drawn', 'roads', 'learnt')),
    source         text NOT NULL DEFAULT '' CHECK (char_length(source) <= 300),
    line           geometry(MultiLineString, 4326) NOT NULL,
    half_widths_m  real[] NOT NULL,                -- one a vertex, through all lines
    tunnels        integer[] NOT NULL DEFAULT '{}',   -- first and last vertex of each, likewise
    valid          tstzrange NOT NULL DEFAULT '(,)' CHECK (NOT isempty(valid)),
    learnt_from    text[] NOT NULL DEFAULT '{}',   -- trips
    proposed_at    timestamptz NOT NULL,           -- the server's clock
    role           text NOT NULL,
    party_id       uuid REFERENCES parties,        -- null: an authority or the operator
    token_id       uuid,                           -- null: older than versions
    person         text NOT NULL DEFAULT '',
    PRIMARY KEY (route_id, version),
    CHECK (cardinality(half_widths_m) = ST_NPoints(line)),
    CHECK (20 <= ALL (half_widths_m) AND 2000 >= ALL (half_widths_m)),
    CHECK (cardinality(tunnels) % 2 = 0)
);
CREATE INDEX ON route_versions USING gist (line);

-- Append-only: a version is approved once and withdrawn once, and then for good.
CREATE TABLE route_decisions (
    route_id   uuid NOT NULL,
    version    integer NOT NULL,
    what       text NOT NULL CHECK (what IN ('approve', 'withdraw')),
    why        text NOT NULL CHECK (char_length(why) <= 500),
    at         timestamptz NOT NULL,               -- the server's clock
    role       text NOT NULL,
    token_id   uuid,
    person     text NOT NULL DEFAULT '',
    CONSTRAINT route_decided_once PRIMARY KEY (route_id, version, what),
    FOREIGN KEY (route_id, version) REFERENCES route_versions
);

-- Append-only: a way round a part of the route while it is closed.
CREATE TABLE route_diversions (
    id             uuid PRIMARY KEY,               -- v7
    route_id       uuid NOT NULL REFERENCES routes,
    line           geometry(MultiLineString, 4326) NOT NULL,
    half_widths_m  real[] NOT NULL,
    valid          tstzrange NOT NULL
                   CHECK (NOT isempty(valid) AND NOT lower_inf(valid) AND NOT upper_inf(valid)),
    why            text NOT NULL CHECK (char_length(why) BETWEEN 5 AND 500),
    published_at   timestamptz NOT NULL,
    role           text NOT NULL,
    token_id       uuid NOT NULL,
    person         text NOT NULL DEFAULT '',
    CHECK (cardinality(half_widths_m) = ST_NPoints(line)),
    CHECK (20 <= ALL (half_widths_m) AND 2000 >= ALL (half_widths_m))
);
CREATE INDEX ON route_diversions (route_id);
CREATE INDEX ON route_diversions USING gist (line);

-- Append-only: one that ends before its time.
CREATE TABLE route_diversion_ends (
    diversion_id  uuid CONSTRAINT diversion_ended_once PRIMARY KEY REFERENCES route_diversions,
    why           text NOT NULL CHECK (char_length(why) BETWEEN 5 AND 500),
    at            timestamptz NOT NULL,
    role          text NOT NULL,
    token_id      uuid NOT NULL,
    person        text NOT NULL DEFAULT ''
);

-- Which version a leg is held against.
ALTER TABLE trips ADD COLUMN route_version integer;
ALTER TABLE trips ADD CONSTRAINT trip_route_version
    FOREIGN KEY (route_id, route_version) REFERENCES route_versions;
CREATE INDEX ON trips (route_id) WHERE ended_at IS NULL;

-- ---- What there was: each route is its first version, approved by the operator ----

INSERT INTO route_versions (route_id, version, kind, line, half_widths_m, proposed_at, role)
SELECT id, 1, 'drawn', line, array_fill(width_m::real, ARRAY[ST_NPoints(line)]), created_at,
       'operator'
FROM routes;
INSERT INTO route_decisions (route_id, version, what, why, at, role)
SELECT id, 1, 'approve', '', created_at, 'operator' FROM routes;
UPDATE trips SET route_version = 1 WHERE route_id IS NOT NULL;
ALTER TABLE routes DROP COLUMN line, DROP COLUMN width_m;

-- ---- Which version holds ----

-- The newest approved one that is not withdrawn and valid then; null: none.
CREATE FUNCTION route_in_force(route uuid, moment timestamptz) RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT v.version FROM route_versions v
    JOIN route_decisions a
      ON a.route_id = v.route_id AND a.version = v.version AND a.what = 'approve'
    WHERE v.route_id = route AND v.valid @> moment
      AND NOT EXISTS (SELECT 1 FROM route_decisions w WHERE w.route_id = v.route_id
                      AND w.version = v.version AND w.what = 'withdraw')
    ORDER BY a.at DESC, v.version DESC LIMIT 1
$$;
-- The same; of a route of which none is in force the one approved last: who was sent over it is
-- held to it.
CREATE FUNCTION route_watched(route uuid, moment timestamptz) RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT coalesce(route_in_force(route, moment), (
        SELECT a.version FROM route_decisions a WHERE a.route_id = route AND a.what = 'approve'
        ORDER BY a.at DESC, a.version DESC LIMIT 1))
$$;
-- Of the routes in force between two sites that the carrier may drive, its own before common ones,
-- then the one approved last.
CREATE FUNCTION route_between(origin uuid, destination uuid, carrier uuid, moment timestamptz)
RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT r.id FROM routes r
    WHERE r.origin_id = origin AND r.destination_id = destination
      AND (r.carrier_id IS NULL OR r.carrier_id = carrier)
      AND route_in_force(r.id, moment) IS NOT NULL
    ORDER BY r.carrier_id IS NULL, (
        SELECT max(a.at) FROM route_decisions a WHERE a.route_id = r.id AND a.what = 'approve'
    ) DESC, r.id DESC LIMIT 1
$$;

-- proposed, approved or withdrawn.
CREATE FUNCTION route_state(route uuid, number integer) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT CASE max(what) WHEN 'withdraw' THEN 'withdrawn' ELSE 'approved' END
        FROM route_decisions d WHERE d.route_id = route AND d.version = number
        HAVING count(*) > 0), 'proposed')
$$;
-- A route by the version that is in force; by its newest one where none is.
CREATE VIEW routes_shown WITH (security_invoker = true) AS
    SELECT r.id, r.carrier_id, r.name, r.origin_id, r.destination_id, r.areas, r.created_at,
           v.version, route_state(r.id, v.version) AS state, v.line, v.half_widths_m
    FROM routes r
    CROSS JOIN LATERAL (SELECT coalesce(route_in_force(r.id, now()), max(n.version)) AS version
                        FROM route_versions n WHERE n.route_id = r.id) chosen
    JOIN route_versions v ON v.route_id = r.id AND v.version = chosen.version;

-- A leg without a named route takes the one between its sites; its version is that of its loading.
CREATE FUNCTION choose_route() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.route_id IS NULL AND NEW.ended_at IS NULL THEN
        NEW.route_id := route_between(NEW.origin_id, NEW.destination_id,
            (SELECT carrier_id FROM vehicles WHERE id = NEW.vehicle_id), NEW.armed_at);
    END IF;
    NEW.route_version := route_watched(NEW.route_id, NEW.armed_at);
    RETURN NEW;
END $$;
CREATE TRIGGER choose_route BEFORE INSERT ON trips
    FOR EACH ROW EXECUTE FUNCTION choose_route();
CREATE TRIGGER choose_route_again BEFORE UPDATE ON trips FOR EACH ROW
    WHEN ((OLD.route_id, OLD.armed_at) IS DISTINCT FROM (NEW.route_id, NEW.armed_at))
    EXECUTE FUNCTION choose_route();

-- Open legs go over to the version that is in force for their loading; where there is none they
-- keep theirs. Ended legs keep what they were judged by.
CREATE FUNCTION retask_trips() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE trips SET route_version = route_in_force(route_id, armed_at)
    WHERE route_id = NEW.route_id AND ended_at IS NULL
      AND route_in_force(route_id, armed_at) IS NOT NULL
      AND route_in_force(route_id, armed_at) IS DISTINCT FROM route_version;
    RETURN NULL;
END $$;
CREATE TRIGGER retask_trips AFTER INSERT ON route_decisions
    FOR EACH ROW EXECUTE FUNCTION retask_trips();

-- ---- Who may what ----

CREATE FUNCTION place_route() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT areas_of(array_agg(d)) INTO NEW.areas FROM (
        SELECT p.division::text AS d FROM parties p WHERE p.id = NEW.carrier_id
        UNION ALL
        SELECT coalesce(s.division, p.division)::text FROM sites s
        LEFT JOIN parties p ON p.id = s.party_id
        WHERE s.id IN (NEW.origin_id, NEW.destination_id)) divisions;
    RETURN NEW;
END $$;
CREATE TRIGGER place_route BEFORE INSERT ON routes
    FOR EACH ROW EXECUTE FUNCTION place_route();
UPDATE routes r SET areas = areas_of(ARRAY[p.division::text])
FROM parties p WHERE p.id = r.carrier_id;

-- The operator, and a regulator in whose area it begins, ends or has its carrier.
CREATE FUNCTION caller_approves_route(areas text[]) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT caller_role() IN ('operator', 'regulator') AND caller_rank() <> 'reader'
        AND caller_watches(areas)
$$;
CREATE FUNCTION caller_draws_route(areas text[], carrier uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT caller_approves_route(areas)
        OR (caller_role() = 'carrier' AND caller_rank() <> 'reader' AND carrier = caller_party())
$$;
DROP POLICY made ON routes;
CREATE POLICY made ON routes FOR INSERT TO liuhen_http
    WITH CHECK (caller_draws_route(areas, carrier_id));

ALTER TABLE route_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE route_decisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE route_diversions ENABLE ROW LEVEL SECURITY;
ALTER TABLE route_diversion_ends ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON route_versions FOR SELECT TO liuhen_core USING (true);
CREATE POLICY core ON route_decisions FOR SELECT TO liuhen_core USING (true);
CREATE POLICY core ON route_diversions FOR SELECT TO liuhen_core USING (true);
CREATE POLICY core ON route_diversion_ends FOR SELECT TO liuhen_core USING (true);
CREATE POLICY seen ON route_versions FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM routes r WHERE r.id = route_id));
CREATE POLICY seen ON route_decisions FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM routes r WHERE r.id = route_id));
CREATE POLICY seen ON route_diversions FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM routes r WHERE r.id = route_id));
CREATE POLICY seen ON route_diversion_ends FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM route_diversions d WHERE d.id = diversion_id));
CREATE POLICY made ON route_versions FOR INSERT TO liuhen_http
    WITH CHECK (EXISTS (SELECT 1 FROM routes r WHERE r.id = route_id
                        AND caller_draws_route(r.areas, r.carrier_id)));
CREATE POLICY made ON route_decisions FOR INSERT TO liuhen_http
    WITH CHECK (EXISTS (SELECT 1 FROM routes r WHERE r.id = route_id
                        AND caller_approves_route(r.areas)));
CREATE POLICY made ON route_diversions FOR INSERT TO liuhen_http
    WITH CHECK (EXISTS (SELECT 1 FROM routes r WHERE r.id = route_id
                        AND caller_approves_route(r.areas)));
CREATE POLICY made ON route_diversion_ends FOR INSERT TO liuhen_http
    WITH CHECK (EXISTS (SELECT 1 FROM route_diversions d JOIN routes r ON r.id = d.route_id
                        WHERE d.id = diversion_id AND caller_approves_route(r.areas)));
GRANT SELECT ON route_versions, route_decisions, route_diversions, route_diversion_ends
    TO liuhen_core, liuhen_http, liuhen_reader;
GRANT INSERT ON route_versions, route_decisions, route_diversions, route_diversion_ends
    TO liuhen_http;
GRANT SELECT ON routes_shown TO liuhen_core, liuhen_http, liuhen_reader;
