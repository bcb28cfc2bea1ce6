-- People: who they are and for whom they act, and what an authority's area lets it see.

-- ---- Tables ----

-- A firm that has ceased: open manifests are finished, new filings may not name it.
ALTER TABLE parties ADD COLUMN closed_at timestamptz;
ALTER TABLE parties ADD COLUMN closed_reason text
    CHECK (char_length(closed_reason) BETWEEN 5 AND 500);
GRANT UPDATE (closed_at, closed_reason) ON parties TO liuhen_http;

-- Where it lies; null: where its organisation is.
ALTER TABLE sites ADD COLUMN division char(6) CHECK (division ~ '^[0-9]{6}$');

-- 2, 4 or 6 digits of GB/T 2260; empty: the whole country.
CREATE DOMAIN division_prefix AS text DEFAULT ''
    CHECK (VALUE ~ '^([0-9]{2}|[0-9]{4}|[0-9]{6})?$') NOT NULL;

-- A person's account, of an organisation or of an authority.
CREATE TABLE members (
    id           uuid PRIMARY KEY,
    login        text NOT NULL UNIQUE CHECK (login ~ '^[a-z0-9][a-z0-9._@-]{2,63}$'),
    name         text NOT NULL CHECK (char_length(name) BETWEEN 2 AND 60),
    party_id     uuid REFERENCES parties,          -- null: of an authority
    authority    text CHECK (authority IN ('regulator', 'police', 'operator')),
    division     division_prefix,
    rank         text NOT NULL CHECK (rank IN ('admin', 'member', 'driver', 'reader')),
    password     text NOT NULL,                    -- Argon2id, in its own form ($argon2id$...)
    initial      boolean NOT NULL DEFAULT true,    -- given by somebody else: to be changed first
    password_at  timestamptz NOT NULL,
    created_at   timestamptz NOT NULL,
    created_by   uuid,                             -- token
    disabled_at  timestamptz,
    CHECK ((party_id IS NULL) <> (authority IS NULL)),
    CHECK (division = '' OR authority IN ('regulator', 'police')),
    CHECK (rank <> 'driver' OR party_id IS NOT NULL)
);
CREATE INDEX ON members (party_id, id);

-- A program of an organisation or authority (RFC 6749 section 4.4). The secret has 256 random bits,
-- so that its SHA-256 cannot be guessed backwards; a slow hash is for what people think of.
CREATE TABLE clients (
    id           uuid PRIMARY KEY,                 -- the client_id
    name         text NOT NULL CHECK (char_length(name) BETWEEN 2 AND 120),
    digest       bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
    role         text NOT NULL CHECK (role IN ('producer', 'carrier', 'receiver',
                                               'regulator', 'police', 'operator')),
    party_id     uuid REFERENCES parties,
    division     division_prefix,
    rank         text NOT NULL DEFAULT 'member' CHECK (rank IN ('member', 'reader')),
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL,                    -- token
    disabled_at  timestamptz,
    CHECK ((party_id IS NULL) = (role IN ('regulator', 'police', 'operator'))),
    CHECK (division = '' OR role IN ('regulator', 'police'))
);
CREATE INDEX ON clients (party_id, id);

-- Whose JWTs are accepted, from which keys, and the most that they may claim.
CREATE TABLE identity_providers (
    id              uuid PRIMARY KEY,
    name            text NOT NULL CHECK (char_length(name) BETWEEN 2 AND 120),
    issuer          text NOT NULL UNIQUE CHECK (char_length(issuer) BETWEEN 8 AND 300),
    audience        text NOT NULL CHECK (char_length(audience) BETWEEN 1 AND 300),
    keys            jsonb NOT NULL,                -- JWK set; each key has a kid and one alg
    role_claim      text NOT NULL,                 -- which claim names the role
    roles           jsonb NOT NULL,                -- value of that claim -> regulator or police
    division        division_prefix,               -- the most that a token may see
    division_claim  text,                          -- null: all of its tokens see `division`
    created_at      timestamptz NOT NULL,
    changed_at      timestamptz NOT NULL,
    disabled_at     timestamptz
);

-- An organisation lets another do named acts in its name until a date.
CREATE TABLE delegations (
    id            uuid PRIMARY KEY,
    delegator_id  uuid NOT NULL REFERENCES parties,
    delegate_id   uuid NOT NULL REFERENCES parties,
    role          text NOT NULL CHECK (role IN ('producer', 'carrier', 'receiver')),
    acts          text[] NOT NULL CHECK (cardinality(acts) BETWEEN 1 AND 43),
    during        tstzrange NOT NULL CHECK (NOT isempty(during) AND NOT upper_inf(during)),
    document_no   text NOT NULL CHECK (char_length(document_no) BETWEEN 1 AND 60),  -- the writing
    created_at    timestamptz NOT NULL,
    created_by    uuid NOT NULL,                   -- token
    revoked_at    timestamptz,
    CHECK (delegator_id <> delegate_id)
);
CREATE INDEX ON delegations (delegate_id, delegator_id);
CREATE INDEX ON delegations (delegator_id);

-- Wrong passwords by login, known or not: what is refused must not tell which logins exist.
CREATE TABLE login_guesses (
    digest        bytea PRIMARY KEY CHECK (octet_length(digest) = 32),  -- SHA-256 of the login
    guesses       integer NOT NULL,                -- since the last right one or the last lock-out
    locked_until  timestamptz,
    at            timestamptz NOT NULL
);
CREATE INDEX ON login_guesses (at);

ALTER TABLE tokens ADD COLUMN division division_prefix;
ALTER TABLE tokens ADD COLUMN rank text NOT NULL DEFAULT 'member'
    CHECK (rank IN ('admin', 'member', 'reader'));
ALTER TABLE tokens ADD COLUMN member_id uuid REFERENCES members;   -- a session
ALTER TABLE tokens ADD COLUMN client_id uuid REFERENCES clients;   -- an access token of OAuth 2
ALTER TABLE tokens ADD COLUMN peer text NOT NULL DEFAULT '';       -- the address it was given to
ALTER TABLE tokens ADD CHECK (division = '' OR role IN ('regulator', 'police'));
ALTER TABLE tokens ADD CHECK (member_id IS NULL OR client_id IS NULL);
CREATE INDEX ON tokens (member_id) WHERE member_id IS NOT NULL;
CREATE INDEX ON tokens (client_id) WHERE client_id IS NOT NULL;
UPDATE tokens SET rank = 'admin' WHERE role = 'operator';

-- ---- The caller, beside role and party: SET LOCAL liuhen.division and so on ----

CREATE FUNCTION caller_division() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('liuhen.division', true), '') $$;
CREATE FUNCTION caller_rank() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('liuhen.rank', true), '') $$;
-- The name that signs: a member's login, else the person of the token.
CREATE FUNCTION caller_account() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('liuhen.account', true), '') $$;
CREATE FUNCTION caller_member() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('liuhen.member', true), '')::uuid $$;
CREATE FUNCTION caller_is_authority() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT caller_role() IN ('regulator', 'police') $$;
CREATE FUNCTION caller_delegate() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('liuhen.delegate', true), '')::uuid $$;
-- Who acted where a delegate did; of events the history keeps it (014).
ALTER TABLE manifest_notices ADD COLUMN delegate_id uuid DEFAULT caller_delegate();

-- The operator and nation-wide authorities see every row; others their area, parties their own.
CREATE OR REPLACE FUNCTION caller_sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT caller_role() = 'operator' OR (caller_is_authority() AND caller_division() = '') $$;

-- ---- Areas ----

-- Divisions and all above them: '331102' lies in 33, 3311 and 331102.
CREATE FUNCTION areas_of(divisions text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT left(d, digits)), '{}')
    FROM unnest(divisions) d, unnest(ARRAY[2, 4, 6]) digits WHERE d ~ '^[0-9]{6}$'
$$;
-- True for an authority when one of these areas is its own or within it.
CREATE FUNCTION caller_watches(areas text[]) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT caller_sees_all() OR (caller_is_authority() AND caller_division() = ANY (areas))
$$;
CREATE FUNCTION caller_watches_party(party uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT caller_sees_all() OR (caller_is_authority() AND EXISTS (
        SELECT 1 FROM parties p
        WHERE p.id = party AND left(p.division, length(caller_division())) = caller_division()))
$$;

-- What a manifest touches: its parties, the carriers of all its legs, and its two places.
ALTER TABLE manifests ADD COLUMN areas text[] NOT NULL DEFAULT '{}';
CREATE FUNCTION place_manifest() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    named uuid[] := ARRAY[NEW.producer_id, NEW.carrier_id, NEW.receiver_id]
        || ARRAY(SELECT (leg #>> '{carrier,id}')::uuid
                 FROM jsonb_array_elements(NEW.document -> 'legs') leg);
    places uuid[] := ARRAY[(NEW.document ->> 'origin_site')::uuid,
                           (NEW.document ->> 'destination_site')::uuid];
BEGIN
    SELECT areas_of(array_agg(d)) INTO NEW.areas FROM (
        SELECT p.division::text AS d FROM parties p WHERE p.id = ANY (named)
        UNION ALL
        SELECT coalesce(s.division, p.division)::text FROM sites s
        LEFT JOIN parties p ON p.id = s.party_id WHERE s.id = ANY (places)) divisions;
    RETURN NEW;
END $$;
CREATE TRIGGER place_manifest BEFORE INSERT ON manifests
    FOR EACH ROW EXECUTE FUNCTION place_manifest();
CREATE TRIGGER move_manifest BEFORE UPDATE ON manifests FOR EACH ROW
    WHEN (ROW(OLD.carrier_id, OLD.receiver_id, OLD.document ->> 'origin_site',
              OLD.document ->> 'destination_site',
              jsonb_path_query_array(OLD.document, '$.legs[*].carrier.id'))
          IS DISTINCT FROM
          ROW(NEW.carrier_id, NEW.receiver_id, NEW.document ->> 'origin_site',
              NEW.document ->> 'destination_site',
              jsonb_path_query_array(NEW.document, '$.legs[*].carrier.id')))
    EXECUTE FUNCTION place_manifest();
CREATE INDEX ON manifests USING gin (areas);
CREATE INDEX manifests_every_vehicle ON manifests (vehicle_id) WHERE vehicle_id IS NOT NULL;

-- What an alert touches: whose truck, and the manifests that were on it.
ALTER TABLE alert_revisions ADD COLUMN areas text[] NOT NULL DEFAULT '{}';
CREATE FUNCTION alert_areas(carrier uuid, trip text, numbers text[]) RETURNS text[]
LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(DISTINCT a), '{}') FROM (
        SELECT unnest(areas_of(ARRAY[p.division::text])) AS a FROM parties p WHERE p.id = carrier
        UNION ALL
        SELECT unnest(m.areas) FROM trips t JOIN manifests m ON m.id = t.manifest_id
        WHERE t.id = trip
        UNION ALL
        SELECT unnest(m.areas) FROM manifests m WHERE m.no = ANY (numbers::bpchar[])) touched
$$;
CREATE FUNCTION place_alert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    NEW.areas := alert_areas(NEW.carrier_id, NEW.trip_id, NEW.manifest_nos);
    RETURN NEW;
END $$;
CREATE TRIGGER place_alert BEFORE INSERT ON alert_revisions
    FOR EACH ROW EXECUTE FUNCTION place_alert();

-- ---- Who sees what ----

-- A driver sees the manifests whose legs name his account. A token that is nobody's account (of a
-- truck, say) sees those of its carrier that name none.
CREATE FUNCTION caller_drives(document jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT caller_role() <> 'driver'
        OR document @> jsonb_build_object('legs', jsonb_build_array(
               jsonb_build_object('driver', jsonb_build_object('user', caller_account()))))
        OR (caller_member() IS NULL AND NOT jsonb_path_exists(document, '$.legs[*].driver.user'))
$$;

-- One row of manifests, by its columns: a draft is its own organisation's.
CREATE FUNCTION caller_sees_manifest(producer uuid, carrier uuid, receiver uuid, state text,
                                     areas text[], document jsonb)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT caller_drives(document)
        AND (producer = caller_party()
             OR (state <> 'DRAFT' AND (caller_watches(areas) OR carrier = caller_party()
                                       OR receiver = caller_party())))
$$;
DROP POLICY seen ON manifests;
CREATE POLICY seen ON manifests FOR SELECT TO liuhen_http, liuhen_reader
    USING (caller_sees_manifest(producer_id, carrier_id, receiver_id, state, areas, document));

-- A vehicle of a carrier in the area, or one that is named by a manifest the caller sees. By index
-- and beyond row-level security, so that a list of vehicles does not read all manifests.
CREATE FUNCTION caller_reaches_vehicle(wanted uuid, carrier uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN caller_watches_party(carrier)
        OR EXISTS (SELECT 1 FROM manifests m WHERE m.vehicle_id = wanted
                   AND caller_sees_manifest(m.producer_id, m.carrier_id, m.receiver_id, m.state,
                                            m.areas, m.document));
END $$;
DROP POLICY seen ON vehicles;
CREATE POLICY seen ON vehicles FOR SELECT TO liuhen_http, liuhen_reader USING (
    caller_sees_all()
    OR (carrier_id = caller_party() AND (caller_role() <> 'driver' OR caller_member() IS NULL))
    OR caller_reaches_vehicle(id, carrier_id));
DROP POLICY seen ON routes;
CREATE POLICY seen ON routes FOR SELECT TO liuhen_http, liuhen_reader
    USING (caller_sees_all() OR caller_is_authority() OR carrier_id IS NULL
           OR carrier_id = caller_party());

-- Positions and lock events have no policy of their own: PostgreSQL takes no COPY into a table with
-- row-level security, and COPY is how devices' reports are stored. They are read by a vehicle's
-- key, which comes from `vehicles` under its policy.

DROP POLICY seen ON alert_revisions;
CREATE POLICY seen ON alert_revisions FOR SELECT TO liuhen_http, liuhen_reader USING (
    caller_watches(areas) OR (caller_role() = 'carrier' AND carrier_id = caller_party()));
ALTER TABLE alert_reviews ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON alert_reviews TO liuhen_core USING (true);
CREATE POLICY seen ON alert_reviews FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM alert_revisions a WHERE a.alert = alert_reviews.alert));
CREATE POLICY made ON alert_reviews FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() = 'regulator'
                AND EXISTS (SELECT 1 FROM alert_revisions a WHERE a.alert = alert_reviews.alert));
REVOKE SELECT ON feed FROM liuhen_http, liuhen_reader;

-- A vehicle is an authority's own matter when its carrier sits in the area; another's only while
-- it carries what touches the area.
CREATE FUNCTION caller_watches_vehicle(vehicle uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM vehicles v
                   WHERE v.id = vehicle AND caller_watches_party(v.carrier_id))
$$;
CREATE OR REPLACE FUNCTION caller_owns(vehicle uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM vehicles v
                   WHERE v.id = vehicle AND v.carrier_id = caller_party()
                       AND (caller_role() <> 'driver' OR caller_member() IS NULL))
$$;
DROP POLICY seen ON media;
CREATE POLICY seen ON media FOR SELECT TO liuhen_http, liuhen_reader USING (
    caller_sees_all() OR caller_owns(vehicle_of(terminal_key, at))
    OR caller_watches_vehicle(vehicle_of(terminal_key, at))
    OR caller_has_trip(vehicle_of(terminal_key, at), at));
DROP POLICY seen ON documents;
CREATE POLICY seen ON documents FOR SELECT TO liuhen_http, liuhen_reader USING (
    caller_sees_all() OR caller_owns(vehicle_of(terminal_key, at))
    OR caller_watches_vehicle(vehicle_of(terminal_key, at))
    OR ((caller_is_authority() OR message IN (1793, 1794, 2048))
        AND caller_has_trip(vehicle_of(terminal_key, at), at)));

CREATE FUNCTION caller_may_order(vehicle uuid, carrier uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT caller_sees_all() OR (caller_role() = 'carrier' AND carrier = caller_party())
        OR (caller_is_authority() AND EXISTS (SELECT 1 FROM vehicles v WHERE v.id = vehicle))
$$;
DROP POLICY seen ON orders;
CREATE POLICY seen ON orders FOR SELECT TO liuhen_http, liuhen_reader
    USING (caller_may_order(vehicle_id, carrier_id));
DROP POLICY made ON orders;
CREATE POLICY made ON orders FOR INSERT TO liuhen_http
    WITH CHECK (state = 'queued' AND caller_may_order(vehicle_id, carrier_id));
DROP POLICY cancelled ON orders;
CREATE POLICY cancelled ON orders FOR UPDATE TO liuhen_http
    USING (caller_may_order(vehicle_id, carrier_id)) WITH CHECK (state = 'cancelled');

DROP POLICY made ON inspections;
CREATE POLICY made ON inspections FOR INSERT TO liuhen_http
    WITH CHECK (caller_is_authority() AND role = caller_role()
                AND EXISTS (SELECT 1 FROM vehicles v WHERE v.id = vehicle_id));
DROP POLICY made ON swap_grants;
CREATE POLICY made ON swap_grants FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() = 'regulator'
                AND EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
DROP POLICY seen ON unlock_requests;
CREATE POLICY seen ON unlock_requests FOR SELECT TO liuhen_http, liuhen_reader USING (
    caller_sees_all()
    OR (party_id = caller_party() AND (caller_role() <> 'driver' OR caller_member() IS NULL))
    OR (caller_is_authority() AND EXISTS (SELECT 1 FROM vehicles v WHERE v.id = vehicle_id))
    OR EXISTS (SELECT 1 FROM manifests m WHERE m.id = ANY (manifests)));

-- Who only reads writes nothing, whatever his role may.
CREATE POLICY no_reader ON manifests AS RESTRICTIVE FOR INSERT TO liuhen_http
    WITH CHECK (caller_rank() <> 'reader');
CREATE POLICY no_reader_changes ON manifests AS RESTRICTIVE FOR UPDATE TO liuhen_http
    USING (caller_rank() <> 'reader');
CREATE POLICY no_reader ON manifest_notices AS RESTRICTIVE FOR INSERT TO liuhen_http
    WITH CHECK (caller_rank() <> 'reader');
CREATE POLICY no_reader ON orders AS RESTRICTIVE FOR INSERT TO liuhen_http
    WITH CHECK (caller_rank() <> 'reader');
CREATE POLICY no_reader ON unlock_requests AS RESTRICTIVE FOR INSERT TO liuhen_http
    WITH CHECK (caller_rank() <> 'reader');
CREATE POLICY no_reader ON alert_reviews AS RESTRICTIVE FOR INSERT TO liuhen_http
    WITH CHECK (caller_rank() <> 'reader');

-- The same two answers as before (008, 010), for areas too.
CREATE OR REPLACE FUNCTION driver_cards_of_trip(trip text)
RETURNS TABLE (at timestamptz, received_at timestamptz, content jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH leg AS (
        SELECT t.vehicle_id, t.armed_at,
               least(coalesce(t.arrived_at, 'infinity'), coalesce(t.ended_at, 'infinity')) AS until
        FROM trips t JOIN manifests m ON m.id = t.manifest_id
        WHERE t.id = trip AND caller_drives(m.document) AND (caller_watches(m.areas)
              OR caller_party() IN (m.producer_id, m.carrier_id, m.receiver_id))),
    cards AS (
        SELECT d.at, d.received_at, d.content, leg.armed_at FROM leg, documents d
        WHERE d.message = 1794 AND d.content IS NOT NULL
        AND d.terminal_key IN (SELECT terminals_of(leg.vehicle_id))
        AND d.at >= leg.armed_at - interval '1 day' AND d.at < leg.until
        AND vehicle_of(d.terminal_key, d.at) = leg.vehicle_id)
    SELECT c.at, c.received_at, c.content FROM cards c WHERE c.at >= c.armed_at
    UNION ALL
    (SELECT c.at, c.received_at, c.content FROM cards c WHERE c.at < c.armed_at
     ORDER BY c.at DESC, c.received_at DESC LIMIT 1)
$$;
CREATE OR REPLACE FUNCTION manifests_aboard(wanted uuid)
RETURNS TABLE (id uuid, state text, producer text, carrier text, receiver text, origin text,
               destination text, driver text, held boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH aboard AS (
        SELECT m.* FROM manifests m WHERE m.vehicle_id = wanted AND m.state IN
            ('CARRIER_ASSIGNED', 'LOADED', 'IN_TRANSIT', 'HANDOVER_PENDING', 'ARRIVED', 'REJECTED',
             'RETURNING'))
    SELECT a.id, a.state, a.producer_id::text, a.carrier_id::text, a.receiver_id::text,
        coalesce(a.document ->> 'origin_site', ''), coalesce(a.document ->> 'destination_site', ''),
        coalesce((SELECT leg #>> '{driver,user}'
                  FROM jsonb_array_elements(a.document -> 'legs') WITH ORDINALITY l (leg, place)
                  ORDER BY leg ? 'arrive_at', CASE WHEN leg ? 'arrive_at' THEN -place ELSE place END
                  LIMIT 1), ''),
        coalesce(a.document -> 'overlays' ? 'held', false)
    FROM aboard a
    WHERE EXISTS (SELECT 1 FROM vehicles v WHERE v.id = wanted
                  AND (v.carrier_id = caller_party() OR caller_watches_party(v.carrier_id)))
        OR EXISTS (SELECT 1 FROM aboard b
                   WHERE caller_watches(b.areas)
                       OR caller_party() IN (b.producer_id, b.carrier_id, b.receiver_id))
    ORDER BY a.id
$$;

-- ---- Accounts ----

-- Whom the caller may manage: the operator everybody, an administrator those of his organisation,
-- or of his authority within his area.
CREATE FUNCTION caller_manages(party uuid, authority_role text, area text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT caller_rank() = 'admin'
        AND (caller_role() = 'operator' OR party = caller_party()
             OR (caller_is_authority() AND authority_role = caller_role()
                 AND left(area, length(caller_division())) = caller_division()))
$$;
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
ALTER TABLE clients ENABLE ROW LEVEL SECURITY;
ALTER TABLE delegations ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity_providers ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON members FOR SELECT TO liuhen_http
    USING (id = caller_member() OR caller_manages(party_id, authority, division));
CREATE POLICY made ON members FOR INSERT TO liuhen_http
    WITH CHECK (caller_manages(party_id, authority, division));
CREATE POLICY changed ON members FOR UPDATE TO liuhen_http
    USING (caller_manages(party_id, authority, division))
    WITH CHECK (caller_manages(party_id, authority, division));
CREATE POLICY seen ON clients FOR SELECT TO liuhen_http
    USING (caller_manages(party_id, role, division));
CREATE POLICY made ON clients FOR INSERT TO liuhen_http
    WITH CHECK (caller_manages(party_id, role, division));
CREATE POLICY changed ON clients FOR UPDATE TO liuhen_http
    USING (caller_manages(party_id, role, division))
    WITH CHECK (caller_manages(party_id, role, division));
CREATE POLICY seen ON delegations FOR SELECT TO liuhen_http
    USING (caller_sees_all() OR caller_party() IN (delegator_id, delegate_id));
CREATE POLICY made ON delegations FOR INSERT TO liuhen_http
    WITH CHECK (caller_rank() = 'admin' AND delegator_id = caller_party());
CREATE POLICY changed ON delegations FOR UPDATE TO liuhen_http
    USING (caller_rank() = 'admin'
           AND (delegator_id = caller_party() OR caller_role() = 'operator'))
    WITH CHECK (revoked_at IS NOT NULL);
CREATE POLICY governed ON identity_providers TO liuhen_http
    USING (caller_role() = 'operator') WITH CHECK (caller_role() = 'operator');

-- Before anybody is known: what a login, a client or an issuer says of itself is looked up here.
CREATE FUNCTION token_of_digest(wanted bytea, moment timestamptz)
RETURNS TABLE (id uuid, role text, party text, person text, division text, rank text, member text,
               login text, initial boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.id, t.role, coalesce(t.party_id::text, ''), t.person, t.division::text, t.rank,
           coalesce(t.member_id::text, ''), coalesce(m.login, ''), coalesce(m.initial, false)
    FROM tokens t LEFT JOIN members m ON m.id = t.member_id
    LEFT JOIN clients c ON c.id = t.client_id
    WHERE t.digest = wanted AND t.revoked_at IS NULL
        AND (t.expires_at IS NULL OR t.expires_at > moment)
        AND m.disabled_at IS NULL AND c.disabled_at IS NULL
$$;
CREATE FUNCTION member_at_login(wanted text)
RETURNS TABLE (id uuid, name text, party_id uuid, authority text, division text, rank text,
               password text, initial boolean, roles text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.id, m.name, m.party_id, m.authority, m.division::text, m.rank, m.password, m.initial,
           p.roles
    FROM members m LEFT JOIN parties p ON p.id = m.party_id
    WHERE m.login = wanted AND m.disabled_at IS NULL
$$;
-- A member changes nothing of himself but his password.
CREATE FUNCTION set_own_password(hash text, at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE members SET password = hash, password_at = at, initial = false
    WHERE id = caller_member() AND disabled_at IS NULL
$$;
CREATE FUNCTION client_at_token(wanted uuid, secret bytea)
RETURNS TABLE (id uuid, name text, role text, party_id uuid, division text, rank text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.id, c.name, c.role, c.party_id, c.division::text, c.rank FROM clients c
    WHERE c.id = wanted AND c.digest = secret AND c.disabled_at IS NULL
$$;
CREATE FUNCTION provider_of(wanted text)
RETURNS TABLE (id uuid, audience text, keys jsonb, role_claim text, roles jsonb, division text,
               division_claim text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT i.id, i.audience, i.keys, i.role_claim, i.roles, i.division::text, i.division_claim
    FROM identity_providers i WHERE i.issuer = wanted AND i.disabled_at IS NULL
$$;
REVOKE ALL ON FUNCTION token_of_digest(bytea, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION token_of_digest(bytea, timestamptz) TO liuhen_http, liuhen_core;
REVOKE ALL ON FUNCTION member_at_login(text), client_at_token(uuid, bytea), provider_of(text),
    set_own_password(text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION member_at_login(text), client_at_token(uuid, bytea), provider_of(text),
    set_own_password(text, timestamptz) TO liuhen_http;

GRANT INSERT ON members, clients TO liuhen_http;
GRANT SELECT (id, login, name, party_id, authority, division, rank, initial, password_at,
              created_at, created_by, disabled_at) ON members TO liuhen_http;
GRANT UPDATE (name, division, rank, password, initial, password_at, disabled_at)
    ON members TO liuhen_http;
GRANT SELECT (id, name, role, party_id, division, rank, created_at, created_by, disabled_at)
    ON clients TO liuhen_http;
GRANT UPDATE (digest, disabled_at) ON clients TO liuhen_http;
GRANT SELECT, INSERT, UPDATE ON identity_providers TO liuhen_http;
GRANT SELECT, INSERT ON delegations TO liuhen_http;
GRANT UPDATE (revoked_at) ON delegations TO liuhen_http;
GRANT SELECT, INSERT, UPDATE, DELETE ON login_guesses TO liuhen_http;

-- What is there already.
CREATE TRIGGER place_all BEFORE UPDATE ON manifests
    FOR EACH ROW EXECUTE FUNCTION place_manifest();
UPDATE manifests SET areas = '{}';
DROP TRIGGER place_all ON manifests;
UPDATE alert_revisions SET areas = alert_areas(carrier_id, trip_id, manifest_nos);
