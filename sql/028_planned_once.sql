-- Three functions that every filing or every request calls. An SQL function that cannot be inlined
-- (for it runs with its owner's rights, or aggregates) is parsed and planned at each call; as plpgsql
-- it is planned once on each connection. What they answer is as before.

-- The numbers of a party's papers in a role on a day (022).
CREATE OR REPLACE FUNCTION paper_numbers(party uuid, role text, day date,
                                         OUT licence_no text, OUT transport_permit_no text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF paper_numbers.role = 'receiver' THEN
        paper_numbers.licence_no := (
            SELECT l.licence_no FROM licences l
            WHERE l.receiver_id = paper_numbers.party
                AND paper_numbers.day BETWEEN l.valid_from AND l.valid_to
            ORDER BY l.valid_to DESC, l.licence_no LIMIT 1);
    ELSIF paper_numbers.role = 'carrier' THEN
        paper_numbers.transport_permit_no := (
            SELECT t.number FROM transport_permits t
            WHERE t.carrier_id = paper_numbers.party AND t.revoked_at IS NULL
                AND paper_numbers.day BETWEEN t.valid_from AND t.valid_to
            ORDER BY t.valid_to DESC, t.number LIMIT 1);
    END IF;
END $$;

-- Divisions and all above them (013).
CREATE OR REPLACE FUNCTION areas_of(divisions text[]) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(DISTINCT left(d, digits)), '{}')
            FROM unnest(divisions) d, unnest(ARRAY[2, 4, 6]) digits WHERE d ~ '^[0-9]{6}$');
END $$;

-- Whose token it is, before anybody is known (013).
CREATE OR REPLACE FUNCTION token_of_digest(wanted bytea, moment timestamptz)
RETURNS TABLE (id uuid, role text, party text, person text, division text, rank text, member text,
               login text, initial boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT t.id, t.role, coalesce(t.party_id::text, ''), t.person, t.division::text, t.rank,
           coalesce(t.member_id::text, ''), coalesce(m.login, ''), coalesce(m.initial, false)
    FROM tokens t LEFT JOIN members m ON m.id = t.member_id
    LEFT JOIN clients c ON c.id = t.client_id
    WHERE t.digest = wanted AND t.revoked_at IS NULL
        AND (t.expires_at IS NULL OR t.expires_at > moment)
        AND m.disabled_at IS NULL AND c.disabled_at IS NULL;
END $$;
