-- A token may be bound to the certificate that its holder shows over TLS (RFC 8705): the SHA-256 of
-- the certificate in base64url, as x5t#S256. It is written with the token and stays.
ALTER TABLE tokens ADD COLUMN certificate text NOT NULL DEFAULT ''
    CHECK (certificate ~ '^([A-Za-z0-9_-]{43})?$');

-- As in 028, with the certificate.
DROP FUNCTION token_of_digest(bytea, timestamptz);
CREATE FUNCTION token_of_digest(wanted bytea, moment timestamptz)
RETURNS TABLE (id uuid, role text, party text, person text, division text, rank text, member text,
               login text, initial boolean, certificate text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT t.id, t.role, coalesce(t.party_id::text, ''), t.person, t.division::text, t.rank,
           coalesce(t.member_id::text, ''), coalesce(m.login, ''), coalesce(m.initial, false),
           t.certificate
    FROM tokens t LEFT JOIN members m ON m.id = t.member_id
    LEFT JOIN clients c ON c.id = t.client_id
    WHERE t.digest = wanted AND t.revoked_at IS NULL
        AND (t.expires_at IS NULL OR t.expires_at > moment)
        AND m.disabled_at IS NULL AND c.disabled_at IS NULL;
END $$;
REVOKE ALL ON FUNCTION token_of_digest(bytea, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION token_of_digest(bytea, timestamptz) TO liuhen_http, liuhen_core;
