-- Police and operator read in the inbox what became of their own webhooks, and nothing else; what is
-- told to authorities of a division otherwise is told to regulators.

ALTER TABLE inbox ADD COLUMN role text CHECK (role IN ('police', 'operator'));
COMMENT ON COLUMN inbox.role IS 'whose division; null: that of regulators';
ALTER TABLE inbox ADD CONSTRAINT role_of_a_division CHECK (role IS NULL OR division IS NOT NULL);

CREATE FUNCTION caller_is_told(party uuid, area text, of_role text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT party = caller_party()
        OR (party IS NULL AND caller_role() = coalesce(of_role, 'regulator')
            AND left(area, length(caller_division())) = caller_division())
$$;
DROP POLICY seen ON inbox;
CREATE POLICY seen ON inbox FOR SELECT TO liuhen_http
    USING (caller_is_told(party_id, division, role));
DROP POLICY read ON inbox;
CREATE POLICY read ON inbox FOR UPDATE TO liuhen_http
    USING (caller_is_told(party_id, division, role)) WITH CHECK (true);
DROP FUNCTION caller_is_told(uuid, text);
