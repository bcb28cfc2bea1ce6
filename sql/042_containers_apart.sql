-- One firm's containers are never another's, and waste that comes back is as old as it left
-- (docs/decisions/051-containers-apart.md).

-- A label's code is once in the book of who filled its container. Of other firms' nobody learns by
-- entering it, and nobody can take it away by entering it first.
ALTER TABLE containers DROP CONSTRAINT container_tag_once;
ALTER TABLE containers ADD CONSTRAINT container_tag_once UNIQUE (party_id, tag);
CREATE INDEX containers_tag ON containers (tag) WHERE tag IS NOT NULL;

-- The difference that a correction makes may be many entries' together.
ALTER TABLE container_movements DROP CONSTRAINT container_movements_grams_check;
ALTER TABLE container_movements ADD CONSTRAINT container_movements_grams_check
    CHECK (grams BETWEEN 0 AND 1000000000000000);

-- ---- Storage time ----

-- Since when there was what left the book last, all of it.
ALTER TABLE container_stock ADD COLUMN left_since timestamptz;

-- As in 030. What comes back into a book is as old as what left it: taken off again, refused, found
-- again by a correction. What is filled or poured in is new, or as old as it says.
CREATE OR REPLACE FUNCTION follow_movement() RETURNS trigger
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
            since = least(s.since, EXCLUDED.since,
                CASE WHEN NEW.kind NOT IN ('PRODUCED', 'REGROUPED_FROM') THEN s.left_since END);
    END IF;
    IF NEW.from_party IS NOT NULL THEN
        INSERT INTO container_stock AS s (container_id, party_id, grams)
        VALUES (NEW.container_id, NEW.from_party, 0) ON CONFLICT DO NOTHING;
        UPDATE container_stock s SET grams = s.grams - NEW.grams,
            since = CASE WHEN s.grams > NEW.grams THEN s.since END,
            left_since = CASE WHEN s.grams > NEW.grams THEN s.left_since ELSE s.since END
        WHERE s.container_id = NEW.container_id AND s.party_id = NEW.from_party;
    END IF;
    RETURN NULL;
END $$;

-- ---- Which containers a manifest's marks are ----

-- As in 030, but every container that a mark may be, the likeliest first: `own` those of the
-- producer's book, first what this manifest has moved already; and last, not `own`, what others
-- have under that label, for who judges labels. Of these it is told that they are, no more.
DROP FUNCTION containers_named(uuid, jsonb);
CREATE FUNCTION containers_named(of_manifest uuid, marks jsonb)
RETURNS TABLE (place integer, id uuid, party text, waste_code text, entered boolean, held_g bigint,
               open_on text, own boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH m AS MATERIALIZED (
        SELECT m.id, m.producer_id, parent.id AS parent_id, parent.no AS parent_no
        FROM manifests m
        LEFT JOIN manifests parent ON parent.id = (m.document #>> '{parent,id}')::uuid
        WHERE m.id = of_manifest AND caller_acts_on(of_manifest)),
    mark AS (
        SELECT item.place::integer, item.said ->> 'tag' AS tag, item.said ->> 'code' AS code,
            item.said ->> 'own' AS own, item.said ->> 'waste_code' AS waste
        FROM m CROSS JOIN jsonb_array_elements(marks) WITH ORDINALITY item (said, place)),
    moved AS MATERIALIZED (
        SELECT DISTINCT v.container_id FROM m JOIN container_movements v ON v.manifest_id = m.id),
    named AS (
        SELECT mark.place, found.id, min(found.turn) AS turn FROM m CROSS JOIN mark
        CROSS JOIN LATERAL (
            SELECT 1 AS turn, t.id FROM containers t WHERE t.tag = mark.tag
            UNION ALL
            SELECT 2, t.id FROM containers t
            WHERE t.party_id = m.producer_id AND t.code = mark.code
            UNION ALL
            SELECT 3, t.id FROM containers t
            WHERE t.party_id = m.producer_id AND t.code = mark.own
            UNION ALL
            SELECT 4, t.id FROM containers t JOIN container_stock h ON h.container_id = t.id
            WHERE t.code = mark.code AND h.party_id = m.producer_id
            UNION ALL
            SELECT 5, t.id FROM containers t
            WHERE t.manifest_id = m.parent_id AND t.waste_code = mark.waste
                AND CASE WHEN mark.code IS NULL THEN t.code LIKE m.parent_no || '#%'
                         ELSE t.code = m.parent_no || '-' || mark.code END) found
        GROUP BY 1, 2)
    SELECT place, id, party, waste_code, entered, held_g, open_on, own FROM (
        SELECT named.place, c.id, c.party_id::text AS party, c.waste_code,
            c.manifest_id IS NULL AS entered, h.grams AS held_g,
            coalesce((SELECT o.no::text FROM container_movements v JOIN manifests o
                          ON o.id = v.manifest_id
                      WHERE v.container_id = c.id AND o.id <> of_manifest AND v.kind = 'LOADED'
                          AND o.state IN ('LOADED', 'IN_TRANSIT', 'HANDOVER_PENDING', 'ARRIVED')
                      LIMIT 1), '') AS open_on,
            true AS own, named.turn, moved.container_id IS NULL AS fresh
        FROM m CROSS JOIN named JOIN containers c ON c.id = named.id
        JOIN container_stock h ON h.container_id = c.id AND h.party_id = m.producer_id
        LEFT JOIN moved ON moved.container_id = c.id
        -- By another's code, or as what the manifest before left: while it is there, or by what
        -- this manifest has done with it.
        WHERE named.turn < 4 OR h.grams > 0 OR moved.container_id IS NOT NULL
        UNION ALL
        SELECT DISTINCT mark.place, NULL::uuid, '', '', false, 0, '', false, 6, true
        FROM m CROSS JOIN mark JOIN containers c ON c.tag = mark.tag
        WHERE NOT EXISTS (SELECT 1 FROM container_stock h
                          WHERE h.container_id = c.id AND h.party_id = m.producer_id)) every
    ORDER BY place, own DESC, fresh, turn, held_g = 0, id
$$;
REVOKE ALL ON FUNCTION containers_named(uuid, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION containers_named(uuid, jsonb) TO liuhen_http, liuhen_core;

-- ---- Signature codes ----

-- As in 040; nor is a code good whose signer may only read by now.
CREATE OR REPLACE FUNCTION find_signature_code(digests bytea[], owner uuid, wanted_role text,
                                               manifest uuid, wanted_event text,
                                               lat double precision, lon double precision,
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
        AND NOT EXISTS (SELECT 1 FROM members p WHERE p.id = c.member_id
                        AND (p.disabled_at IS NOT NULL OR p.rank = 'reader'))
        AND (c.sheet_id IS NOT NULL OR NOT EXISTS (
            SELECT 1 FROM tokens t WHERE t.id = c.created_by AND t.revoked_at IS NOT NULL))
    ORDER BY c.id LIMIT 1 FOR UPDATE OF c
$$;
