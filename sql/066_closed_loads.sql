-- What an authority says became of a load that it closed is entered with its reason and its author;
-- a book's figures have one rule.

-- As in 032, with reason and author where somebody says them.
CREATE OR REPLACE FUNCTION post_movements(of_manifest uuid, made jsonb, moved jsonb,
                                          recorded timestamptz)
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
                                     grams, at, manifest_id, line_no, method, batch, reason,
                                     token_id, person, recorded_at)
    SELECT v.operation, v.container_id, v.kind, v.corrects, v.from_party, v.to_party, v.grams,
        v.at, of_manifest, v.line_no, v.method, v.batch, v.reason, v.token_id,
        coalesce(v.person, ''), recorded
    FROM jsonb_array_elements(moved) WITH ORDINALITY item (said, place),
        jsonb_populate_record(NULL::container_movements, item.said) v
    ORDER BY item.place;
END $$;

-- What an entry is in a book's figures, for mass balance and declarations alike: a correction with
-- two books takes an entry back and counts as less of it, one with one book is a weighing or a
-- count; what a firm receives of its own manifest has come back to it.
CREATE FUNCTION entered_as(v container_movements, book uuid) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN said.kind = 'RECEIVED' AND EXISTS (
            SELECT 1 FROM manifests m WHERE m.id = v.manifest_id AND m.producer_id = book)
        THEN 'REFUSED' ELSE said.kind END
    FROM (SELECT CASE WHEN v.kind = 'CORRECTED' AND v.from_party IS NOT NULL
            AND v.to_party IS NOT NULL THEN v.corrects ELSE v.kind END) said (kind)
$$;
