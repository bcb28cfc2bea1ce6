-- A drum that is on a truck is on it until somebody has decided where its waste is.

-- The number of the open manifest that a container travels on: loaded and not taken off again, and
-- neither received, nor home, nor gone on. A load that an authority closed is open while its
-- carrier's book has it. `asking` is passed over, and its parent where that was refused whole: what
-- was unloaded at its receiver's goes on with the manifest that takes it there.
CREATE FUNCTION carried_on(of_container uuid, asking uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.no::text FROM manifests o
    WHERE o.id IN (
        SELECT v.manifest_id FROM container_movements v
        WHERE v.container_id = of_container AND v.manifest_id IS NOT NULL
            AND 'LOADED' IN (v.kind, v.corrects)
        GROUP BY 1 HAVING sum(CASE v.kind WHEN 'LOADED' THEN v.grams ELSE -v.grams END) > 0)
        AND o.id IS DISTINCT FROM asking
        AND (o.state IN ('LOADED', 'IN_TRANSIT', 'HANDOVER_PENDING', 'ARRIVED', 'DISCREPANCY',
                         'RETURNING')
             OR o.state = 'REJECTED' AND NOT EXISTS (
                 SELECT 1 FROM manifests m
                 WHERE m.id = asking AND m.document #>> '{parent,id}' = o.id::text)
             OR o.state = 'CLOSED_BY_AUTHORITY' AND EXISTS (
                 SELECT 1 FROM container_stock s WHERE s.container_id = of_container
                     AND s.party_id = o.carrier_id AND s.grams > 0))
    LIMIT 1
$$;
REVOKE ALL ON FUNCTION carried_on(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION carried_on(uuid, uuid) TO liuhen_http, liuhen_core;

-- As in 057, but: on which other manifest it travels by `carried_on`; a line that names none may be
-- any container of its waste that the manifest before loaded, whoever made it; and `changed`, what
-- the producer's clerk has entered since the producer signed the load has changed its weight.
DROP FUNCTION containers_named(uuid, jsonb);
CREATE FUNCTION containers_named(of_manifest uuid, marks jsonb)
RETURNS TABLE (place integer, id uuid, party text, waste_code text, entered boolean, held_g bigint,
               open_on text, own boolean, spent boolean, changed boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH m AS MATERIALIZED (
        SELECT m.id, m.producer_id, (m.document #>> '{parent,id}')::uuid AS parent_id
        FROM manifests m WHERE m.id = of_manifest AND caller_acts_on(of_manifest)),
    signed AS MATERIALIZED (
        SELECT max(e.recorded_at) AS at FROM m JOIN manifest_events e ON e.manifest_id = m.id
        WHERE e.event = 'load_sign' AND e.role = 'producer'),
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
            SELECT 5, t.id FROM container_movements v JOIN containers t ON t.id = v.container_id
            LEFT JOIN manifests maker ON maker.id = t.manifest_id
            WHERE v.manifest_id = m.parent_id AND v.kind = 'LOADED' AND t.waste_code = mark.waste
                AND (mark.code IS NULL OR t.code = maker.no::text || '-' || mark.code)) found
        GROUP BY 1, 2)
    SELECT place, id, party, waste_code, entered, held_g, open_on, own, spent, changed FROM (
        SELECT named.place, c.id, c.party_id::text AS party, c.waste_code,
            c.manifest_id IS NULL AS entered, h.grams AS held_g,
            coalesce(carried_on(c.id, of_manifest), '') AS open_on,
            true AS own, named.turn, moved.container_id IS NULL AS fresh,
            h.grams = 0 AND moved.container_id IS NULL AND c.manifest_id IS NULL
                AND EXISTS (SELECT 1 FROM container_movements v
                            WHERE v.container_id = c.id) AS spent,
            coalesce((SELECT sum(CASE WHEN v.to_party = m.producer_id THEN v.grams
                                      ELSE -v.grams END)
                      FROM container_movements v
                      WHERE v.container_id = c.id AND v.manifest_id IS NULL
                          AND v.recorded_at >= signed.at
                          AND m.producer_id IN (v.from_party, v.to_party)
                          AND v.from_party IS DISTINCT FROM v.to_party), 0) <> 0 AS changed
        FROM m CROSS JOIN signed CROSS JOIN named JOIN containers c ON c.id = named.id
        JOIN container_stock h ON h.container_id = c.id AND h.party_id = m.producer_id
        LEFT JOIN moved ON moved.container_id = c.id
        -- By another's code, or as what the manifest before left: while it is there, or by what
        -- this manifest has done with it.
        WHERE named.turn < 4 OR h.grams > 0 OR moved.container_id IS NOT NULL
        UNION ALL
        SELECT DISTINCT mark.place, NULL::uuid, '', '', false, 0, '', false, 6, true, false, false
        FROM m CROSS JOIN mark JOIN containers c ON c.tag = coalesce(mark.tag, mark.code)
        WHERE NOT EXISTS (SELECT 1 FROM container_stock h
                          WHERE h.container_id = c.id AND h.party_id = m.producer_id)) every
    ORDER BY place, own DESC, fresh, turn, held_g = 0, id
$$;
REVOKE ALL ON FUNCTION containers_named(uuid, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION containers_named(uuid, jsonb) TO liuhen_http, liuhen_core;
