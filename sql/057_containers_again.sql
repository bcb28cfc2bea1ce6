-- A mark may be the label itself, written where the code belongs; what a container's label is and
-- whether its book has been emptied is said with it. As in 042 beside that.
DROP FUNCTION containers_named(uuid, jsonb);
CREATE FUNCTION containers_named(of_manifest uuid, marks jsonb)
RETURNS TABLE (place integer, id uuid, party text, waste_code text, entered boolean, held_g bigint,
               open_on text, own boolean, spent boolean)
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
            SELECT 3, t.id FROM containers t WHERE mark.tag IS NULL AND t.tag = mark.code
            UNION ALL
            SELECT 4, t.id FROM containers t JOIN container_stock h ON h.container_id = t.id
            WHERE t.code = mark.code AND h.party_id = m.producer_id
            UNION ALL
            SELECT 5, t.id FROM containers t
            WHERE t.manifest_id = m.parent_id AND t.waste_code = mark.waste
                AND CASE WHEN mark.code IS NULL THEN t.code LIKE m.parent_no || '#%'
                         ELSE t.code = m.parent_no || '-' || mark.code END) found
        GROUP BY 1, 2)
    SELECT place, id, party, waste_code, entered, held_g, open_on, own, spent FROM (
        SELECT named.place, c.id, c.party_id::text AS party, c.waste_code,
            c.manifest_id IS NULL AS entered, h.grams AS held_g,
            coalesce((SELECT o.no::text FROM container_movements v JOIN manifests o
                          ON o.id = v.manifest_id
                      WHERE v.container_id = c.id AND o.id <> of_manifest AND v.kind = 'LOADED'
                          AND o.state IN ('LOADED', 'IN_TRANSIT', 'HANDOVER_PENDING', 'ARRIVED')
                      LIMIT 1), '') AS open_on,
            true AS own, named.turn, moved.container_id IS NULL AS fresh,
            h.grams = 0 AND moved.container_id IS NULL AND c.manifest_id IS NULL
                AND EXISTS (SELECT 1 FROM container_movements v
                            WHERE v.container_id = c.id) AS spent
        FROM m CROSS JOIN named JOIN containers c ON c.id = named.id
        JOIN container_stock h ON h.container_id = c.id AND h.party_id = m.producer_id
        LEFT JOIN moved ON moved.container_id = c.id
        -- By another's code, or as what the manifest before left: while it is there, or by what
        -- this manifest has done with it.
        WHERE named.turn < 4 OR h.grams > 0 OR moved.container_id IS NOT NULL
        UNION ALL
        SELECT DISTINCT mark.place, NULL::uuid, '', '', false, 0, '', false, 6, true, false
        FROM m CROSS JOIN mark JOIN containers c ON c.tag = coalesce(mark.tag, mark.code)
        WHERE NOT EXISTS (SELECT 1 FROM container_stock h
                          WHERE h.container_id = c.id AND h.party_id = m.producer_id)) every
    ORDER BY place, own DESC, fresh, turn, held_g = 0, id
$$;
REVOKE ALL ON FUNCTION containers_named(uuid, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION containers_named(uuid, jsonb) TO liuhen_http, liuhen_core;

-- What stands on the labels of the containers that a manifest names by their codes alone, as the
-- producer's book has it.
CREATE FUNCTION labels_of_manifest(of_manifest uuid) RETURNS TABLE (code text, tag text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.code, t.tag
    FROM manifests m
    CROSS JOIN jsonb_array_elements(m.document -> 'containers') item
    JOIN containers t ON t.party_id = m.producer_id AND t.code = item ->> 'code'
    WHERE m.id = of_manifest AND t.tag IS NOT NULL AND item ->> 'tag_id' IS NULL
        AND (caller_acts_on(of_manifest)
             OR caller_sees_manifest(m.producer_id, m.carrier_id, m.receiver_id, m.state, m.areas,
                                     m.document))
$$;
REVOKE ALL ON FUNCTION labels_of_manifest(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION labels_of_manifest(uuid) TO liuhen_http, liuhen_core;
