-- A department of an area sends a back-filled paper to its producer: the weights that it held are
-- given back in the department's name, who watches the manifest but is no party of it.
CREATE FUNCTION moves_quantities_of(m manifests) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT caller_sees_all() OR caller_party() IN (m.producer_id, m.carrier_id, m.receiver_id)
        OR (caller_role() = 'regulator' AND caller_watches(m.areas))
$$;

CREATE OR REPLACE FUNCTION hold_quantities(
    of_manifest uuid, at_version integer, by_event text, at timestamptz, rows bigint[],
    lines smallint[], weights bigint[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF session_user = 'liuhen_http' AND NOT EXISTS (
        SELECT 1 FROM manifests m WHERE m.id = of_manifest AND m.version = at_version
            AND moves_quantities_of(m)) THEN
        RAISE EXCEPTION 'not the caller''s manifest' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM 1 FROM quotas q
        WHERE q.id = ANY (rows)
            OR q.id IN (SELECT e.quota_id FROM quota_entries e WHERE e.manifest_id = of_manifest)
        ORDER BY q.register, q.id FOR UPDATE;
    WITH wanted AS (
        SELECT w.quota_id, w.line_no, w.grams FROM unnest(rows, lines, weights)
            AS w (quota_id, line_no, grams)),
    held AS (
        SELECT e.quota_id, e.line_no, sum(e.grams)::bigint AS grams FROM quota_entries e
        WHERE e.manifest_id = of_manifest GROUP BY e.quota_id, e.line_no),
    entered AS (
        INSERT INTO quota_entries (manifest_id, version, line_no, quota_id, grams, event, since)
        SELECT of_manifest, at_version, line_no, quota_id,
            coalesce(wanted.grams, 0) - coalesce(held.grams, 0), by_event, at
        FROM wanted FULL JOIN held USING (quota_id, line_no)
        WHERE coalesce(wanted.grams, 0) <> coalesce(held.grams, 0)
        RETURNING quota_id, grams)
    UPDATE quotas q SET held_g = q.held_g + change.grams
        FROM (SELECT quota_id, sum(grams) AS grams FROM entered GROUP BY quota_id) change
        WHERE q.id = change.quota_id;
END $$;
