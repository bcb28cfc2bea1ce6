-- What a party says of itself changes: versions, their history, and whose hand may change what.

ALTER TABLE parties ADD COLUMN version integer NOT NULL DEFAULT 1 CHECK (version >= 1);
GRANT UPDATE (address, contact, phone, emergency_phone, emergency_plan_no, unit_code,
              facility_code, version) ON parties TO liuhen_http;

-- Everybody may name a party; it is entered by the operator, and changed by it or by the party.
ALTER TABLE parties ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON parties TO liuhen_core USING (true);
CREATE POLICY seen ON parties FOR SELECT TO liuhen_http, liuhen_reader USING (true);
CREATE POLICY made ON parties FOR INSERT TO liuhen_http WITH CHECK (caller_role() = 'operator');
CREATE POLICY changed ON parties FOR UPDATE TO liuhen_http
    USING (caller_role() = 'operator'
           OR (caller_role() IN ('producer', 'carrier', 'receiver') AND id = caller_party()));

-- Its history names people and their phones: for itself and for authorities of its area.
CREATE POLICY of_parties ON register_events FOR SELECT TO liuhen_http, liuhen_reader
    USING (paper_id = caller_party()
           OR EXISTS (SELECT 1 FROM parties p
                      WHERE p.id = paper_id AND caller_watches_party(p.id)));
