-- What a manifest says of its parties (Order 23 arts. 9-11), and numbers that are used once.

ALTER TABLE parties ADD COLUMN address text CHECK (char_length(address) BETWEEN 5 AND 200);
ALTER TABLE parties ADD COLUMN emergency_phone text;
-- Filing number of the emergency plan.
ALTER TABLE parties ADD COLUMN emergency_plan_no text
    CHECK (char_length(emergency_plan_no) BETWEEN 1 AND 60);
-- Discharge unit and facility (HJ 608).
ALTER TABLE parties ADD COLUMN unit_code char(22);
ALTER TABLE parties ADD COLUMN facility_code text
    CHECK (char_length(facility_code) BETWEEN 1 AND 30);

-- The numbers that a party goes by in a role on a day: a receiver's licence, a carrier's permit.
-- They are printed on the manifest, so that who names the party reads them; nothing else of it.
CREATE FUNCTION paper_numbers(party uuid, role text, day date,
                              OUT licence_no text, OUT transport_permit_no text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (SELECT l.licence_no FROM licences l
            WHERE role = 'receiver' AND l.receiver_id = party
                AND day BETWEEN l.valid_from AND l.valid_to
            ORDER BY l.valid_to DESC, l.licence_no LIMIT 1),
           (SELECT t.number FROM transport_permits t
            WHERE role = 'carrier' AND t.carrier_id = party AND t.revoked_at IS NULL
                AND day BETWEEN t.valid_from AND t.valid_to
            ORDER BY t.valid_to DESC, t.number LIMIT 1)
$$;
REVOKE ALL ON FUNCTION paper_numbers(uuid, text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION paper_numbers(uuid, text, date) TO liuhen_core, liuhen_http;

-- Waste that travels under an electronic lock, as the edition says.
ALTER TABLE waste_codes ADD COLUMN lock boolean NOT NULL DEFAULT false;

-- ---- Numbers that are used once ----

-- The province's own number of a manifest; a draft claims none.
CREATE UNIQUE INDEX provincial_no_once ON manifests ((document ->> 'provincial_no'))
    WHERE state <> 'DRAFT' AND document ->> 'provincial_no' IS NOT NULL;

-- Which trips a carrier's waybills were written for. A waybill is one truck's trip: loads of
-- several producers on that truck share it, another truck of that day has its own.
CREATE TABLE waybill_uses (
    manifest_id  uuid NOT NULL REFERENCES manifests,
    leg_no       smallint NOT NULL,
    carrier_id   uuid NOT NULL,
    vehicle_id   uuid NOT NULL,
    waybill_no   text NOT NULL,
    day          date NOT NULL,                     -- in China, of the acceptance
    PRIMARY KEY (manifest_id, leg_no),
    CONSTRAINT waybill_once_a_day EXCLUDE USING gist
        (carrier_id WITH =, day WITH =, waybill_no WITH =, vehicle_id WITH <>)
);
ALTER TABLE waybill_uses ENABLE ROW LEVEL SECURITY;
CREATE POLICY core ON waybill_uses FOR SELECT TO liuhen_core USING (true);
GRANT SELECT ON waybill_uses TO liuhen_core;

-- A spare vehicle goes on under the waybill of the one that broke down.
CREATE FUNCTION use_waybills() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM waybill_uses WHERE manifest_id = NEW.id;
    INSERT INTO waybill_uses (manifest_id, leg_no, carrier_id, vehicle_id, waybill_no, day)
    SELECT NEW.id, place, (leg #>> '{carrier,id}')::uuid, (leg ->> 'vehicle')::uuid,
        leg ->> 'waybill_no',
        ((leg ->> 'assigned_at')::timestamptz AT TIME ZONE 'Asia/Shanghai')::date
    FROM (SELECT leg, place, lag(leg ->> 'end_cause') OVER (ORDER BY place) AS ended
          FROM jsonb_array_elements(NEW.document -> 'legs') WITH ORDINALITY l (leg, place)) legs
    WHERE NEW.state <> 'VOIDED' AND leg ? 'vehicle' AND leg ? 'waybill_no' AND leg ? 'assigned_at'
        AND coalesce(ended, '') NOT LIKE 'BREAKDOWN%';
    RETURN NULL;
END $$;
CREATE TRIGGER use_waybills AFTER INSERT ON manifests FOR EACH ROW
    WHEN (jsonb_path_exists(NEW.document, '$.legs[*].waybill_no'))
    EXECUTE FUNCTION use_waybills();
CREATE TRIGGER change_waybills AFTER UPDATE ON manifests FOR EACH ROW
    WHEN (ROW(OLD.state = 'VOIDED', jsonb_path_query_array(OLD.document, '$.legs[*].waybill_no'),
              jsonb_path_query_array(OLD.document, '$.legs[*].vehicle'))
          IS DISTINCT FROM
          ROW(NEW.state = 'VOIDED', jsonb_path_query_array(NEW.document, '$.legs[*].waybill_no'),
              jsonb_path_query_array(NEW.document, '$.legs[*].vehicle')))
    EXECUTE FUNCTION use_waybills();
