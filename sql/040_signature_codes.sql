-- Signature codes: a person signs for his organisation on another's device by a code that is good
-- once. docs/signatures.md has the rules.

-- A code, given to one person. Its digits are nowhere: `digest` is an HMAC under the server's key.
CREATE TABLE signature_codes (
    id            uuid PRIMARY KEY,
    sheet_id      uuid,                            -- of codes given out on paper together, or null
    sheet_no      integer CHECK (sheet_no BETWEEN 1 AND 20),
    party_id      uuid NOT NULL REFERENCES parties,    -- whose signature it gives
    role          text NOT NULL CHECK (role IN ('producer', 'receiver', 'driver')),
    member_id     uuid REFERENCES members,         -- null: a person without an account
    account       text NOT NULL,                   -- the name that signs
    person        text NOT NULL CHECK (char_length(person) <= 200),
    events        text[] NOT NULL CHECK (cardinality(events) BETWEEN 1 AND 6),
    manifest_id   uuid REFERENCES manifests,       -- the only one it signs; null: those of the site
    site_id       uuid REFERENCES sites,           -- where it is good; null: anywhere
    content       bytea CHECK (octet_length(content) = 32),  -- HMAC of the only form it signs
    digest        bytea NOT NULL CHECK (octet_length(digest) = 32),
    created_at    timestamptz NOT NULL,
    created_by    uuid NOT NULL,                   -- token
    expires_at    timestamptz NOT NULL,
    revoked_at    timestamptz,
    used_at       timestamptz,
    used_manifest uuid REFERENCES manifests,
    used_version  integer,
    used_event    text,
    used_by       uuid REFERENCES parties,         -- whose device it was
    used_token    uuid,                            -- of that device
    CHECK ((sheet_id IS NULL) = (sheet_no IS NULL)),
    CHECK ((sheet_id IS NULL) = (manifest_id IS NOT NULL)),
    CHECK (sheet_id IS NULL OR site_id IS NOT NULL),
    CHECK (expires_at > created_at AND expires_at <= created_at + interval '1 day'),
    CHECK ((used_at IS NULL) = (used_manifest IS NULL))
);
CREATE INDEX ON signature_codes (party_id, digest) WHERE used_at IS NULL AND revoked_at IS NULL;
CREATE INDEX ON signature_codes (party_id, id);
CREATE INDEX ON signature_codes (sheet_id) WHERE sheet_id IS NOT NULL;

-- Wrong codes, counted four ways: from an address, by an organisation, at an organisation, and by
-- the one at the other.
CREATE TABLE signature_guesses (
    counted       text NOT NULL CHECK (counted IN ('address', 'asker', 'owner', 'pair')),
    key           text NOT NULL,
    owner_id      uuid REFERENCES parties,         -- whose codes were tried: of owner and pair
    asker_id      uuid REFERENCES parties,         -- on whose devices: of asker and pair
    wrong         integer NOT NULL DEFAULT 0,      -- since the last lock-out or right code
    lockouts      integer NOT NULL DEFAULT 0,      -- each is longer than the one before
    locked_until  timestamptz,
    at            timestamptz NOT NULL,            -- of the last wrong one
    PRIMARY KEY (counted, key)
);
CREATE INDEX ON signature_guesses (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX ON signature_guesses (at);

-- ---- Guessing ----

-- How many wrong codes lock; the first lock-out lasts a quarter of an hour, each further one four
-- times as long, a day at most, and a quiet week forgets them.
CREATE FUNCTION signature_guesses_allowed(counted text) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE counted WHEN 'pair' THEN 5 WHEN 'owner' THEN 20 WHEN 'asker' THEN 20 ELSE 40 END
$$;

-- Takes the four counters of a try, always in the same order, and keeps them until the transaction
-- ends: of tries at once each sees what became of the one before. Returns when the last lock-out
-- among them ends, or null.
CREATE FUNCTION begin_signature_guess(owner uuid, asker uuid, address text, moment timestamptz)
RETURNS timestamptz LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    one record; latest timestamptz;
BEGIN
    FOR one IN SELECT * FROM (VALUES
        (1, 'address', address, NULL::uuid, NULL::uuid),
        (2, 'asker', asker::text, NULL, asker),
        (3, 'owner', owner::text, owner, NULL),
        (4, 'pair', owner::text || ' ' || asker::text, owner, asker))
        k (place, counted, key, owner_id, asker_id) ORDER BY place
    LOOP
        INSERT INTO signature_guesses AS g (counted, key, owner_id, asker_id, at)
        VALUES (one.counted, one.key, one.owner_id, one.asker_id, moment)
        ON CONFLICT (counted, key) DO UPDATE SET
            wrong = CASE WHEN g.at < moment - interval '1 day' THEN 0 ELSE g.wrong END,
            lockouts = CASE WHEN g.at < moment - interval '7 days' THEN 0 ELSE g.lockouts END
        RETURNING greatest(latest, CASE WHEN g.locked_until > moment THEN g.locked_until END)
            INTO latest;
    END LOOP;
    RETURN latest;
END $$;

-- Counters that have nothing to say any more; those at work are passed over.
CREATE FUNCTION forget_signature_guesses(moment timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM signature_guesses g USING (
        SELECT s.counted, s.key FROM signature_guesses s
        WHERE s.at < moment - interval '7 days'
            AND coalesce(s.locked_until, '-infinity') < moment
        LIMIT 100 FOR UPDATE SKIP LOCKED) old
    WHERE g.counted = old.counted AND g.key = old.key
$$;

-- The code was wrong: counts it four times, locks where it was one too many, and tells the owner of
-- it in his inbox. Returns how many more this asker may try at this owner.
CREATE FUNCTION count_wrong_signature(owner uuid, asker uuid, address text, tried uuid,
                                      moment timestamptz)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    locked boolean; remaining integer;
BEGIN
    WITH counted AS (
        UPDATE signature_guesses g SET at = moment,
            wrong = CASE WHEN full_now THEN 0 ELSE g.wrong + 1 END,
            lockouts = g.lockouts + full_now::integer,
            locked_until = CASE WHEN full_now
                THEN moment + least(interval '15 minutes' * 4 ^ least(g.lockouts, 4),
                                    interval '1 day')
                ELSE g.locked_until END
        FROM (SELECT s.counted, s.key, s.wrong + 1 >= signature_guesses_allowed(s.counted)
              FROM signature_guesses s
              WHERE (s.counted, s.key) IN (('address', address), ('asker', asker::text),
                  ('owner', owner::text), ('pair', owner::text || ' ' || asker::text)))
            c (counted, key, full_now)
        WHERE g.counted = c.counted AND g.key = c.key
        RETURNING g.counted, g.wrong, full_now)
    SELECT bool_or(c.full_now AND c.counted IN ('owner', 'pair')),
           min(CASE WHEN c.counted <> 'pair' THEN NULL WHEN c.full_now THEN 0
                    ELSE signature_guesses_allowed('pair') - c.wrong END)
        INTO locked, remaining FROM counted c;
    IF locked THEN
        INSERT INTO inbox (manifest_id, version, event, party_id, at)
        SELECT m.id, m.version, 'SIGNATURE_CODES_LOCKED', owner, moment FROM manifests m
        WHERE m.id = tried;
    END IF;
    RETURN remaining;
END $$;

-- A place with a hundred metres around it, as the loading signature has.
CREATE FUNCTION lies_at_site(site uuid, lat double precision, lon double precision) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM sites s WHERE s.id = site AND ST_DWithin(
        coalesce(s.fence, s.centre)::geography,
        ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography, coalesce(s.radius_m, 0) + 100))
$$;

-- The code that fits: of this owner, for this manifest and event, here, unused, in time, of a
-- person who still may. Looked up by its digest: what is wrong takes as long as what is right.
CREATE FUNCTION find_signature_code(digests bytea[], owner uuid, wanted_role text, manifest uuid,
                                    wanted_event text, lat double precision, lon double precision,
                                    moment timestamptz)
RETURNS TABLE (id uuid, account text, person text, member text, content text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.id, c.account, c.person, coalesce(c.member_id::text, ''),
           coalesce(encode(c.content, 'hex'), '')
    FROM signature_codes c JOIN manifests m ON m.id = manifest
    WHERE c.party_id = owner AND c.role = wanted_role AND c.digest = ANY (digests)
        AND c.used_at IS NULL AND c.revoked_at IS NULL AND c.expires_at > moment
        AND wanted_event = ANY (c.events)
        AND (c.manifest_id = m.id OR (c.sheet_id IS NOT NULL AND c.site_id::text
             = m.document ->> CASE c.role WHEN 'producer' THEN 'origin_site'
                                          ELSE 'destination_site' END))
        AND (c.site_id IS NULL OR lies_at_site(c.site_id, lat, lon))
        AND NOT EXISTS (SELECT 1 FROM members p
                        WHERE p.id = c.member_id AND p.disabled_at IS NOT NULL)
        AND (c.sheet_id IS NOT NULL OR NOT EXISTS (
            SELECT 1 FROM tokens t WHERE t.id = c.created_by AND t.revoked_at IS NOT NULL))
    ORDER BY c.id LIMIT 1 FOR UPDATE OF c
$$;

-- The code has signed: it is spent, its asker's wrong tries at this owner are forgiven, and the
-- owner reads of it in his inbox.
CREATE FUNCTION spend_signature_code(code uuid, manifest uuid, event text, asker uuid, token uuid,
                                     moment timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    owner uuid;
BEGIN
    UPDATE signature_codes c SET used_at = moment, used_manifest = manifest, used_event = event,
        used_version = m.version, used_by = asker, used_token = token
    FROM manifests m WHERE c.id = code AND c.used_at IS NULL AND m.id = manifest
    RETURNING c.party_id INTO owner;
    IF owner IS NULL THEN RAISE EXCEPTION 'signature code % was spent already', code; END IF;
    UPDATE signature_guesses SET wrong = 0
    WHERE counted = 'pair' AND key = owner::text || ' ' || asker::text;
    INSERT INTO inbox (manifest_id, version, event, party_id, at)
    SELECT m.id, m.version, 'SIGNED_BY_CODE', owner, moment FROM manifests m WHERE m.id = manifest;
END $$;
REVOKE ALL ON FUNCTION begin_signature_guess(uuid, uuid, text, timestamptz),
    count_wrong_signature(uuid, uuid, text, uuid, timestamptz),
    find_signature_code(bytea[], uuid, text, uuid, text, double precision, double precision,
                        timestamptz),
    spend_signature_code(uuid, uuid, text, uuid, uuid, timestamptz),
    forget_signature_guesses(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION begin_signature_guess(uuid, uuid, text, timestamptz),
    count_wrong_signature(uuid, uuid, text, uuid, timestamptz),
    find_signature_code(bytea[], uuid, text, uuid, text, double precision, double precision,
                        timestamptz),
    spend_signature_code(uuid, uuid, text, uuid, uuid, timestamptz),
    forget_signature_guesses(timestamptz) TO liuhen_http;

-- ---- Who sees what ----

-- Its organisation's; a driver his own. Nobody reads a digest.
ALTER TABLE signature_codes ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON signature_codes FOR SELECT TO liuhen_http
    USING (party_id = caller_party()
           AND (caller_role() <> 'driver' OR (role = 'driver' AND account = caller_account())));
CREATE POLICY made ON signature_codes FOR INSERT TO liuhen_http
    WITH CHECK (party_id = caller_party() AND role = caller_role() AND caller_rank() <> 'reader'
                AND (manifest_id IS NULL
                     OR EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id))
                AND CASE WHEN sheet_id IS NULL
                    THEN account = caller_account()
                        AND member_id IS NOT DISTINCT FROM caller_member()
                    ELSE caller_rank() = 'admin' AND role <> 'driver' END);
-- Withdrawn by who had it made, by its signer, or by an administrator.
CREATE POLICY withdrawn ON signature_codes FOR UPDATE TO liuhen_http
    USING (party_id = caller_party() AND caller_rank() <> 'reader'
           AND (caller_rank() = 'admin' OR account = caller_account()))
    WITH CHECK (revoked_at IS NOT NULL);
GRANT INSERT ON signature_codes TO liuhen_http;
GRANT SELECT (id, sheet_id, sheet_no, party_id, role, member_id, account, person, events,
              manifest_id, site_id, created_at, created_by, expires_at, revoked_at, used_at,
              used_manifest, used_version, used_event, used_by, used_token)
    ON signature_codes TO liuhen_http;
GRANT UPDATE (revoked_at) ON signature_codes TO liuhen_http;

-- What stands against others at one's own codes: seen and lifted by the administrator.
ALTER TABLE signature_guesses ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON signature_guesses FOR SELECT TO liuhen_http
    USING (owner_id = caller_party() AND caller_rank() = 'admin');
CREATE POLICY lifted ON signature_guesses FOR DELETE TO liuhen_http
    USING (owner_id = caller_party() AND caller_rank() = 'admin');
GRANT SELECT, DELETE ON signature_guesses TO liuhen_http;
