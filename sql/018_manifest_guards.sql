-- What row-level security cannot say: which columns of a manifest an UPDATE may change.
-- Police hold a manifest and release it, which changes its document only; a number that was issued
-- stays with its manifest for good.
CREATE FUNCTION keep_manifest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.no IS NOT NULL AND NEW.no IS DISTINCT FROM OLD.no THEN
        RAISE EXCEPTION 'the number of a manifest stays' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF caller_role() = 'police'
       AND (NEW.kind, NEW.state, NEW.no, NEW.carrier_id, NEW.receiver_id, NEW.vehicle_id)
           IS DISTINCT FROM
           (OLD.kind, OLD.state, OLD.no, OLD.carrier_id, OLD.receiver_id, OLD.vehicle_id) THEN
        RAISE EXCEPTION 'police hold and release only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE UPDATE ON manifests FOR EACH ROW EXECUTE FUNCTION keep_manifest();
