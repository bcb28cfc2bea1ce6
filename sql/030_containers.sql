-- Containers and the ledger of their movements (docs/decisions/036-containers-and-ledger.md).
-- A movement is never changed; stock, holders and balances are sums over movements.

-- ---- Tables ----

-- Forms of digital identification codes, tried in order of `place`. The usual one is the project's:
-- the lengths of HJ 1276 are not settled in public.
CREATE TABLE tag_patterns (
    place    smallint PRIMARY KEY CHECK (place BETWEEN 1 AND 20),
    pattern  text NOT NULL UNIQUE CHECK (char_length(pattern) BETWEEN 5 AND 120)
);
INSERT INTO tag_patterns VALUES (1, 'uscc18+code8+date8+serial8');

-- One filling of a drum, bag or tank, known by its code in its maker's book.
CREATE TABLE containers (
    id          uuid PRIMARY KEY,                  -- v7
    party_id    uuid NOT NULL REFERENCES parties,  -- who filled it
    code        text NOT NULL CHECK (char_length(code) BETWEEN 1 AND 80),
    tag         text CHECK (char_length(tag) BETWEEN 1 AND 512),   -- as its label is read
    waste_code  text NOT NULL CHECK (char_length(waste_code) BETWEEN 1 AND 20),
    waste_name  text NOT NULL DEFAULT '' CHECK (char_length(waste_name) <= 100),
    package     text CHECK (package IN ('DRUM', 'BAG', 'IBC', 'BOX', 'TANK', 'BULK', 'OTHER')),
    tare_g      bigint CHECK (tare_g BETWEEN 0 AND 50000000),
    manifest_id uuid REFERENCES manifests,         -- made by its loading; null: entered by a clerk
    made_at     timestamptz NOT NULL,              -- the server's clock
    token_id    uuid,                              -- null: the service
    person      text NOT NULL DEFAULT '',
    books       uuid[] NOT NULL DEFAULT '{}',      -- parties that it moved through: who sees it
    areas       text[] NOT NULL DEFAULT '{}',      -- of these
    CONSTRAINT container_code_once UNIQUE (party_id, code),
    CONSTRAINT container_tag_once UNIQUE (tag)
);
CREATE INDEX ON containers (code);
CREATE INDEX ON containers (manifest_id) WHERE manifest_id IS NOT NULL;

-- Append-only. `from_party` null: from outside; `to_party` null: out of every book for good.
CREATE TABLE container_movements (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    operation     uuid NOT NULL,                   -- what was entered together
    container_id  uuid NOT NULL REFERENCES containers,
    kind          text NOT NULL CHECK (kind IN
        ('PRODUCED', 'LABELLED', 'STORED', 'REGROUPED_INTO', 'REGROUPED_FROM', 'LOADED',
         'HANDED_OVER', 'RECEIVED', 'REFUSED', 'TREATED', 'CORRECTED')),
    corrects      text,                            -- of a correction: the kind it puts right
    from_party    uuid REFERENCES parties,
    to_party      uuid REFERENCES parties,
    grams         bigint NOT NULL CHECK (grams BETWEEN 0 AND 50000000000),
    at            timestamptz NOT NULL,            -- as stated
    since         timestamptz,                     -- what comes in has been stored since
    manifest_id   uuid REFERENCES manifests,
    line_no       smallint CHECK (line_no BETWEEN 1 AND 20),
    site_id       uuid REFERENCES sites,           -- of STORED
    place         text CHECK (char_length(place) BETWEEN 1 AND 100),   -- within it
    method        text CHECK (char_length(method) BETWEEN 1 AND 20),   -- of TREATED
    tag           text CHECK (char_length(tag) BETWEEN 1 AND 512),     -- of LABELLED: what it says
    reason        text CHECK (char_length(reason) BETWEEN 5 AND 500),
    recorded_at   timestamptz NOT NULL,            -- the server's clock
    delegate_id   uuid DEFAULT caller_delegate(),
    token_id      uuid,                            -- null: the service
    person        text NOT NULL DEFAULT '',
    CHECK (from_party IS NOT NULL OR to_party IS NOT NULL),
    CHECK (kind <> 'CORRECTED' OR reason IS NOT NULL OR manifest_id IS NOT NULL)
);
CREATE INDEX ON container_movements (container_id, at);
CREATE INDEX ON container_movements (from_party, at);
CREATE INDEX ON container_movements (to_party, at);
CREATE INDEX ON container_movements (manifest_id) WHERE manifest_id IS NOT NULL;

-- What was poured from which container into which: the edges of a trace.
CREATE TABLE container_regroupings (
    operation    uuid NOT NULL,
    from_id      uuid NOT NULL REFERENCES containers,
    into_id      uuid NOT NULL REFERENCES containers,
    grams        bigint NOT NULL CHECK (grams > 0),
    at           timestamptz NOT NULL,
    party_id     uuid NOT NULL REFERENCES parties,
    PRIMARY KEY (operation, from_id, into_id),
    CHECK (from_id <> into_id)
);
CREATE INDEX ON container_regroupings (from_id);
CREATE INDEX ON container_regroupings (into_id);

-- The sums, kept so that a book can be read at once and none can be overdrawn by two at a time.
-- Made from the movements by a trigger alone; a row stays when nothing is left: the book's contents.
CREATE TABLE container_stock (
    container_id  uuid NOT NULL REFERENCES containers,
    party_id      uuid NOT NULL REFERENCES parties,
    grams         bigint NOT NULL CONSTRAINT stock_not_negative CHECK (grams >= 0),
    since         timestamptz,                     -- its oldest waste is there since
    PRIMARY KEY (container_id, party_id)
);
CREATE INDEX ON container_stock (party_id, container_id);
CREATE INDEX ON container_stock (since) WHERE grams > 0;

-- Append-only: a label that was read. The same reading handed in twice is the same row.
CREATE TABLE container_scans (
    id            uuid PRIMARY KEY,                -- v7
    manifest_id   uuid NOT NULL REFERENCES manifests,
    purpose       text NOT NULL CHECK (purpose IN ('LOAD', 'HANDOVER', 'ARRIVE', 'CHECK')),
    leg_no        smallint NOT NULL CHECK (leg_no BETWEEN 1 AND 99),
    tag           text NOT NULL CHECK (char_length(tag) BETWEEN 1 AND 512),  -- as read
    symbology     text CHECK (symbology IN ('QR', 'DM', 'CODE128', 'RFID_EPC', 'OTHER')),
    taken_back    boolean NOT NULL DEFAULT false,  -- put aside again
    at            timestamptz NOT NULL,            -- as the scanner says
    device        text NOT NULL DEFAULT '' CHECK (char_length(device) <= 40),
    lat           double precision CHECK (lat BETWEEN -90 AND 90),
    lon           double precision CHECK (lon BETWEEN -180 AND 180),
    role          text NOT NULL,
    party_id      uuid,                            -- null: an authority
    recorded_at   timestamptz NOT NULL,
    delegate_id   uuid DEFAULT caller_delegate(),
    token_id      uuid NOT NULL,
    person        text NOT NULL DEFAULT '',
    CHECK ((lat IS NULL) = (lon IS NULL)),
    CONSTRAINT scan_once UNIQUE (manifest_id, purpose, leg_no, tag, at, device, taken_back)
);

-- ---- What follows from a container and a movement ----

CREATE FUNCTION open_container() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO container_stock (container_id, party_id, grams) VALUES (NEW.id, NEW.party_id, 0);
    RETURN NULL;
END $$;
CREATE TRIGGER open_container AFTER INSERT ON containers
    FOR EACH ROW EXECUTE FUNCTION open_container();

CREATE FUNCTION follow_movement() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    concerned uuid[] := array_remove(ARRAY[NEW.from_party, NEW.to_party], NULL);
BEGIN
    UPDATE containers c SET
        books = c.books || ARRAY(SELECT p FROM unnest(concerned) p WHERE p <> ALL (c.books)),
        areas = ARRAY(SELECT DISTINCT a FROM unnest(c.areas || areas_of(ARRAY(
            SELECT p.division::text FROM parties p WHERE p.id = ANY (concerned)))) a)
        WHERE c.id = NEW.container_id AND NOT concerned <@ c.books;
    IF NEW.grams = 0 OR NEW.from_party IS NOT DISTINCT FROM NEW.to_party THEN
        RETURN NULL;
    END IF;
    IF NEW.to_party IS NOT NULL THEN
        INSERT INTO container_stock AS s (container_id, party_id, grams, since)
        VALUES (NEW.container_id, NEW.to_party, NEW.grams, coalesce(NEW.since, NEW.at))
        ON CONFLICT (container_id, party_id) DO UPDATE SET grams = s.grams + EXCLUDED.grams,
            since = least(s.since, EXCLUDED.since);
    END IF;
    IF NEW.from_party IS NOT NULL THEN
        INSERT INTO container_stock AS s (container_id, party_id, grams)
        VALUES (NEW.container_id, NEW.from_party, 0) ON CONFLICT DO NOTHING;
        UPDATE container_stock s SET grams = s.grams - NEW.grams,
            since = CASE WHEN s.grams > NEW.grams THEN s.since END
        WHERE s.container_id = NEW.container_id AND s.party_id = NEW.from_party;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER follow_movement AFTER INSERT ON container_movements
    FOR EACH ROW EXECUTE FUNCTION follow_movement();

-- ---- What a manifest moves ----

CREATE FUNCTION caller_acts_on(manifest uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT session_user = 'liuhen_core' OR EXISTS (
        SELECT 1 FROM manifests m WHERE m.id = manifest
            AND (caller_watches(m.areas)
                 OR caller_party() IN (m.producer_id, m.carrier_id, m.receiver_id)))
$$;

-- Which containers of the register a manifest's marks are, by the place in the list: by label, by
-- code in the producer's book, by code among what others filled and it holds, or what the manifest
-- before this one left there. `open_on`: another open manifest that it travels on.
CREATE FUNCTION containers_named(of_manifest uuid, marks jsonb)
RETURNS TABLE (place integer, id uuid, party text, waste_code text, entered boolean, held_g bigint,
               open_on text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT mark.place::integer, c.id, c.party_id::text, c.waste_code, c.manifest_id IS NULL,
        coalesce(s.grams, 0),
        coalesce((SELECT o.no::text FROM container_movements v JOIN manifests o
                      ON o.id = v.manifest_id
                  WHERE v.container_id = c.id AND o.id <> of_manifest AND v.kind = 'LOADED'
                      AND o.state IN ('LOADED', 'IN_TRANSIT', 'HANDOVER_PENDING', 'ARRIVED')
                  LIMIT 1), '')
    FROM manifests m
    LEFT JOIN manifests parent ON parent.id = (m.document #>> '{parent,id}')::uuid
    CROSS JOIN jsonb_array_elements(marks) WITH ORDINALITY mark (said, place)
    CROSS JOIN LATERAL (
        SELECT 1 AS turn, t.id FROM containers t WHERE t.tag = mark.said ->> 'tag'
        UNION ALL
        SELECT 2, t.id FROM containers t
        WHERE t.party_id = m.producer_id AND t.code = mark.said ->> 'code'
        UNION ALL
        SELECT 3, t.id FROM containers t
        WHERE t.party_id = m.producer_id AND t.code = mark.said ->> 'own'
        UNION ALL
        SELECT 4, t.id FROM containers t JOIN container_stock h ON h.container_id = t.id
        WHERE t.code = mark.said ->> 'code' AND h.party_id = m.producer_id AND h.grams > 0
        UNION ALL
        SELECT 5, t.id FROM containers t JOIN container_stock h ON h.container_id = t.id
        WHERE t.manifest_id = parent.id AND h.party_id = m.producer_id AND h.grams > 0
            AND t.waste_code = mark.said ->> 'waste_code'
            AND CASE WHEN mark.said ? 'code' THEN t.code = parent.no || '-' || (mark.said ->> 'code')
                     ELSE t.code LIKE parent.no || '#%' END
        ORDER BY turn, id LIMIT 1) found
    JOIN containers c ON c.id = found.id
    LEFT JOIN container_stock s ON s.container_id = c.id AND s.party_id = m.producer_id
    WHERE m.id = of_manifest AND caller_acts_on(of_manifest)
    ORDER BY 1
$$;

-- Every container of the manifest's ledger entries, and the entries.
CREATE FUNCTION movements_of_manifest(of_manifest uuid)
RETURNS SETOF container_movements
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT v.* FROM container_movements v
    WHERE v.manifest_id = of_manifest AND caller_acts_on(of_manifest) ORDER BY v.id
$$;

-- Enters what a manifest has moved: new containers first, then the movements in their order. Both
-- are rows of the table in JSON.
CREATE FUNCTION post_movements(of_manifest uuid, made jsonb, moved jsonb, recorded timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT caller_acts_on(of_manifest) THEN
        RAISE EXCEPTION 'not the caller''s manifest' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO containers (id, party_id, code, tag, waste_code, waste_name, package, tare_g,
                            manifest_id, made_at)
    SELECT c.id, c.party_id, c.code, c.tag, c.waste_code, coalesce(c.waste_name, ''), c.package,
        c.tare_g, of_manifest, recorded
    FROM jsonb_populate_recordset(NULL::containers, made) c;
    INSERT INTO container_movements (operation, container_id, kind, corrects, from_party, to_party,
                                     grams, at, manifest_id, line_no, method, recorded_at)
    SELECT v.operation, v.container_id, v.kind, v.corrects, v.from_party, v.to_party, v.grams,
        v.at, of_manifest, v.line_no, v.method, recorded
    FROM jsonb_array_elements(moved) WITH ORDINALITY item (said, place),
        jsonb_populate_record(NULL::container_movements, item.said) v
    ORDER BY item.place;
END $$;
REVOKE ALL ON FUNCTION caller_acts_on(uuid), containers_named(uuid, jsonb), movements_of_manifest(uuid),
    post_movements(uuid, jsonb, jsonb, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION caller_acts_on(uuid), containers_named(uuid, jsonb),
    movements_of_manifest(uuid), post_movements(uuid, jsonb, jsonb, timestamptz)
    TO liuhen_http, liuhen_core;

-- ---- Who sees what ----

ALTER TABLE containers ENABLE ROW LEVEL SECURITY;
ALTER TABLE container_movements ENABLE ROW LEVEL SECURITY;
ALTER TABLE container_regroupings ENABLE ROW LEVEL SECURITY;
ALTER TABLE container_stock ENABLE ROW LEVEL SECURITY;
ALTER TABLE container_scans ENABLE ROW LEVEL SECURITY;
ALTER TABLE tag_patterns ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON containers FOR SELECT TO liuhen_core USING (true);
CREATE POLICY core ON container_movements FOR SELECT TO liuhen_core USING (true);
CREATE POLICY core ON container_regroupings FOR SELECT TO liuhen_core USING (true);
CREATE POLICY core ON container_stock FOR SELECT TO liuhen_core USING (true);
CREATE POLICY core ON container_scans FOR SELECT TO liuhen_core USING (true);
CREATE POLICY core ON tag_patterns FOR SELECT TO liuhen_core USING (true);
CREATE POLICY seen ON tag_patterns FOR SELECT TO liuhen_http, liuhen_reader USING (true);
CREATE POLICY governed ON tag_patterns TO liuhen_http
    USING (caller_role() = 'operator') WITH CHECK (caller_role() = 'operator');

-- Whose book a container has passed through, and the authorities of these places.
CREATE POLICY seen ON containers FOR SELECT TO liuhen_http, liuhen_reader
    USING (party_id = caller_party() OR caller_party() = ANY (books) OR caller_watches(areas));
CREATE POLICY seen ON container_movements FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM containers c WHERE c.id = container_id));
CREATE POLICY seen ON container_regroupings FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM containers c WHERE c.id = from_id)
           AND EXISTS (SELECT 1 FROM containers c WHERE c.id = into_id));
CREATE POLICY seen ON container_stock FOR SELECT TO liuhen_http, liuhen_reader
    USING (party_id = caller_party() OR caller_watches_party(party_id));
CREATE POLICY seen ON container_scans FOR SELECT TO liuhen_http, liuhen_reader
    USING (EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));

-- A clerk writes his own firm's book only, and nothing that only a manifest can bring about.
CREATE POLICY made ON containers FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() IN ('producer', 'receiver') AND party_id = caller_party()
                AND manifest_id IS NULL AND books = '{}' AND areas = '{}');
-- A drum is labelled by who filled it; LABELLED entries keep every label it had.
CREATE POLICY labelled ON containers FOR UPDATE TO liuhen_http
    USING (caller_role() IN ('producer', 'receiver') AND party_id = caller_party()
           AND caller_rank() <> 'reader');
CREATE POLICY made ON container_movements FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() IN ('producer', 'receiver') AND manifest_id IS NULL
                AND corrects IS NULL AND coalesce(from_party, caller_party()) = caller_party()
                AND coalesce(to_party, caller_party()) = caller_party()
                AND kind IN ('PRODUCED', 'LABELLED', 'STORED', 'REGROUPED_INTO',
                             'REGROUPED_FROM', 'TREATED', 'CORRECTED')
                AND EXISTS (SELECT 1 FROM containers c WHERE c.id = container_id));
CREATE POLICY made ON container_regroupings FOR INSERT TO liuhen_http
    WITH CHECK (caller_role() IN ('producer', 'receiver') AND party_id = caller_party());
CREATE POLICY made ON container_scans FOR INSERT TO liuhen_http
    WITH CHECK (role = caller_role() AND party_id IS NOT DISTINCT FROM caller_party()
                AND EXISTS (SELECT 1 FROM manifests m WHERE m.id = manifest_id));
CREATE POLICY no_reader ON containers AS RESTRICTIVE FOR INSERT TO liuhen_http
    WITH CHECK (caller_rank() <> 'reader');
CREATE POLICY no_reader ON container_movements AS RESTRICTIVE FOR INSERT TO liuhen_http
    WITH CHECK (caller_rank() <> 'reader');
CREATE POLICY no_reader ON container_scans AS RESTRICTIVE FOR INSERT TO liuhen_http
    WITH CHECK (caller_rank() <> 'reader');

GRANT SELECT ON containers, container_movements, container_regroupings, container_stock,
    container_scans, tag_patterns TO liuhen_core, liuhen_http, liuhen_reader;
GRANT INSERT ON containers, container_movements, container_regroupings, container_scans
    TO liuhen_http;
GRANT UPDATE (tag) ON containers TO liuhen_http;
GRANT INSERT, DELETE ON tag_patterns TO liuhen_http;
