-- Webhooks: who wants to be told what at which address, how far each was told, and what became of
-- each try. What is told is read from the feeds; there is no second queue of it.

CREATE TABLE webhooks (
    id             uuid PRIMARY KEY,
    role           text NOT NULL CHECK (role IN ('producer', 'carrier', 'receiver',
                                                 'regulator', 'police', 'operator')),
    party_id       uuid REFERENCES parties,        -- null: an authority or the operator
    division       division_prefix,                -- of an authority: what it is told of
    name           text NOT NULL CHECK (char_length(name) <= 120),
    url            text NOT NULL CHECK (octet_length(url) BETWEEN 8 AND 2048),
    kinds          text[] NOT NULL CHECK (cardinality(kinds) BETWEEN 1 AND 4),
    tiers          text NOT NULL CHECK (tiers ~ '^A?B?C?$'),  -- of alerts
    state          text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled', 'ended')),
    why            text CHECK (why IN ('gone', 'failing', 'paused')),
    key_id         text CHECK (key_id ~ '^[0-9a-f]{16}$'),
    sealed         bytea CHECK (octet_length(sealed) BETWEEN 29 AND 128),  -- null: ended
    former_key_id  text,
    former_sealed  bytea,                          -- signs beside the newer one
    former_until   timestamptz,
    created_at     timestamptz NOT NULL,
    created_by     uuid NOT NULL,                  -- token
    changed_at     timestamptz NOT NULL,
    attempts       integer NOT NULL DEFAULT 0,     -- failed ones of the message that comes next
    first_at       timestamptz,                    -- when the first of them was
    failing_since  timestamptz,                    -- nothing was taken since
    next_at        timestamptz,                    -- not tried before; null: at once
    last_status    integer,
    last_fault     text,
    delivered_at   timestamptz,                    -- the last one that was taken
    CHECK ((party_id IS NOT NULL) = (role IN ('producer', 'carrier', 'receiver'))),
    CHECK ((state = 'disabled') = (why IS NOT NULL)),
    CHECK ((state = 'ended') = (sealed IS NULL)),
    CHECK ((sealed IS NULL) = (key_id IS NULL)),
    CHECK ((former_sealed IS NULL) = (former_until IS NULL))
);
CREATE INDEX ON webhooks (party_id) WHERE state <> 'ended';
CREATE INDEX webhooks_at_work ON webhooks (id) WHERE state = 'active';

-- How far a feed was told. Begins with what was recorded since `since`.
CREATE TABLE webhook_cursors (
    webhook_id  uuid NOT NULL REFERENCES webhooks,
    feed        text NOT NULL CHECK (feed IN ('alerts', 'manifests')),
    since       timestamptz NOT NULL,
    no          bigint CHECK (no >= 0),            -- the last one told or passed over
    PRIMARY KEY (webhook_id, feed)
);

-- Messages that are sent apart from the feeds: trials that somebody asked for, and what the target
-- refused for good, kept to be sent again by hand.
CREATE TABLE webhook_letters (
    id          uuid PRIMARY KEY,
    webhook_id  uuid NOT NULL REFERENCES webhooks,
    message     text NOT NULL CHECK (char_length(message) BETWEEN 1 AND 200),  -- webhook-id
    kind        text NOT NULL,
    body        text NOT NULL CHECK (octet_length(body) <= 1048576),
    state       text NOT NULL CHECK (state IN ('queued', 'dead', 'delivered')),
    made_at     timestamptz NOT NULL,
    tried_at    timestamptz
);
CREATE INDEX ON webhook_letters (webhook_id, id);
CREATE INDEX webhook_letters_queued ON webhook_letters (webhook_id) WHERE state = 'queued';

-- Every try, kept for some days.
CREATE TABLE webhook_tries (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    webhook_id   uuid NOT NULL REFERENCES webhooks,
    message      text NOT NULL,
    kind         text NOT NULL,
    attempt      integer NOT NULL CHECK (attempt >= 1),
    at           timestamptz NOT NULL,
    status       integer,                          -- null: no answer
    fault        text,
    duration_ms  integer NOT NULL,
    outcome      text NOT NULL CHECK (outcome IN ('delivered', 'retry', 'dead', 'gone'))
);
CREATE INDEX ON webhook_tries (webhook_id, id);
CREATE INDEX ON webhook_tries (at);

-- ---- Whose they are ----

CREATE FUNCTION caller_has_webhook(party uuid, of_role text, area text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN party IS NOT NULL THEN party = caller_party()
                ELSE caller_party() IS NULL AND of_role = caller_role()
                     AND area = caller_division() END
$$;

-- As many as each organisation or authority may have; two at once are no way around it.
CREATE FUNCTION count_webhooks() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(
        'webhooks ' || coalesce(NEW.party_id::text, NEW.role || NEW.division), 0));
    IF (SELECT count(*) FROM webhooks w WHERE w.state <> 'ended'
        AND w.party_id IS NOT DISTINCT FROM NEW.party_id
        AND (w.party_id IS NOT NULL OR (w.role = NEW.role AND w.division = NEW.division))) >= 10
    THEN
        RAISE EXCEPTION 'too many webhooks: "webhooks_limit"' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER count_webhooks BEFORE INSERT ON webhooks
    FOR EACH ROW EXECUTE FUNCTION count_webhooks();

-- Letters that wait to be sent are few.
CREATE FUNCTION count_letters() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('letters ' || NEW.webhook_id, 0));
    IF (SELECT count(*) FROM webhook_letters l
        WHERE l.webhook_id = NEW.webhook_id AND l.state = 'queued') >= 20 THEN
        RAISE EXCEPTION 'too many letters: "webhook_letters_limit"'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER count_letters BEFORE INSERT OR UPDATE OF state ON webhook_letters
    FOR EACH ROW WHEN (NEW.state = 'queued') EXECUTE FUNCTION count_letters();

ALTER TABLE webhooks ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_cursors ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_letters ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_tries ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON webhooks TO liuhen_core USING (true);
CREATE POLICY core ON webhook_cursors TO liuhen_core USING (true);
CREATE POLICY core ON webhook_letters TO liuhen_core USING (true);
CREATE POLICY core ON webhook_tries TO liuhen_core USING (true);
CREATE POLICY seen ON webhooks FOR SELECT TO liuhen_http
    USING (state <> 'ended' AND caller_has_webhook(party_id, role, division));
CREATE POLICY made ON webhooks FOR INSERT TO liuhen_http
    WITH CHECK (state = 'active' AND caller_rank() = 'admin' AND role = caller_role()
                AND division = caller_division()
                AND caller_has_webhook(party_id, role, division));
CREATE POLICY changed ON webhooks FOR UPDATE TO liuhen_http
    USING (caller_rank() = 'admin' AND state <> 'ended'
           AND caller_has_webhook(party_id, role, division))
    WITH CHECK (true);
CREATE POLICY own ON webhook_cursors TO liuhen_http
    USING (EXISTS (SELECT 1 FROM webhooks w WHERE w.id = webhook_id))
    WITH CHECK (EXISTS (SELECT 1 FROM webhooks w WHERE w.id = webhook_id));
CREATE POLICY own ON webhook_letters TO liuhen_http
    USING (EXISTS (SELECT 1 FROM webhooks w WHERE w.id = webhook_id))
    WITH CHECK (state = 'queued' AND EXISTS (SELECT 1 FROM webhooks w WHERE w.id = webhook_id));
CREATE POLICY seen ON webhook_tries FOR SELECT TO liuhen_http
    USING (EXISTS (SELECT 1 FROM webhooks w WHERE w.id = webhook_id));

-- The secrets go in over HTTP and never out of it.
GRANT SELECT (id, role, party_id, division, name, url, kinds, tiers, state, why, former_until,
              created_at, changed_at, attempts, failing_since, next_at, last_status, last_fault,
              delivered_at) ON webhooks TO liuhen_http;
GRANT INSERT (id, role, party_id, division, name, url, kinds, tiers, key_id, sealed, created_at,
              created_by, changed_at) ON webhooks TO liuhen_http;
GRANT UPDATE (name, url, kinds, tiers, state, why, changed_at, attempts, first_at, failing_since,
              next_at) ON webhooks TO liuhen_http;
GRANT SELECT, INSERT, DELETE ON webhook_cursors TO liuhen_http;
GRANT SELECT (id, webhook_id, message, kind, state, made_at, tried_at) ON webhook_letters
    TO liuhen_http;
GRANT INSERT, UPDATE (state) ON webhook_letters TO liuhen_http;
GRANT SELECT ON webhook_tries TO liuhen_http;
GRANT SELECT, UPDATE ON webhooks, webhook_cursors TO liuhen_core;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_letters TO liuhen_core;
GRANT SELECT, INSERT, DELETE ON webhook_tries TO liuhen_core;

-- A newer secret; the one before it signs too until `until`. False: there is no such webhook.
CREATE FUNCTION renew_webhook_secret(of_webhook uuid, with_key text, bytes bytea, at timestamptz,
                                     until timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE webhooks SET former_key_id = key_id, former_sealed = sealed, former_until = until,
        key_id = with_key, sealed = bytes, changed_at = at
    WHERE id = of_webhook AND state <> 'ended' AND caller_rank() = 'admin'
        AND caller_has_webhook(party_id, role, division);
    RETURN FOUND;
END $$;
-- Told nothing more; its secrets and what waited are gone. False: there is no such webhook.
CREATE FUNCTION end_webhook(of_webhook uuid, at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE webhooks SET state = 'ended', why = NULL, key_id = NULL, sealed = NULL,
        former_key_id = NULL, former_sealed = NULL, former_until = NULL, changed_at = at
    WHERE id = of_webhook AND state <> 'ended' AND caller_rank() = 'admin'
        AND caller_has_webhook(party_id, role, division);
    IF NOT FOUND THEN RETURN false; END IF;
    DELETE FROM webhook_letters WHERE webhook_id = of_webhook;
    DELETE FROM webhook_cursors WHERE webhook_id = of_webhook;
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION renew_webhook_secret(uuid, text, bytea, timestamptz, timestamptz),
    end_webhook(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION renew_webhook_secret(uuid, text, bytea, timestamptz, timestamptz),
    end_webhook(uuid, timestamptz) TO liuhen_http;

-- ---- The inbox tells of a webhook that disabled itself, too ----

ALTER TABLE inbox ADD COLUMN webhook_id uuid REFERENCES webhooks;
ALTER TABLE inbox DROP CONSTRAINT inbox_check1;  -- of 032: manifest or book
ALTER TABLE inbox ADD CONSTRAINT about_one_thing
    CHECK (num_nonnulls(manifest_id, book_id, webhook_id) = 1);
