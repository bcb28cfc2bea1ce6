-- The rows are chosen before they are locked: who had to wait for a row saw its choice judged again
-- on the changed row, and under load it fell out of a choice that joins the same table.
CREATE OR REPLACE FUNCTION lock_quotas(for_manifest uuid, of_producer uuid, of_receiver uuid,
                                       on_day date, codes text[])
RETURNS TABLE (id bigint, register smallint, paper uuid, kind text, code text, method text,
               limit_g bigint, held_g bigint, valid_from date, valid_to date)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    chosen bigint[] := ARRAY(
        SELECT r.id FROM plans f JOIN quotas r ON r.plan_id = f.id
        WHERE f.producer_id = of_producer AND f.year = extract(year FROM on_day)
            AND f.status = 'FILED' AND r.receiver_id = of_receiver AND r.code = ANY (codes)
        UNION ALL
        SELECT r.id FROM licences f JOIN quotas r ON r.licence_id = f.id
        WHERE f.receiver_id = of_receiver AND r.year = extract(year FROM on_day)
            AND r.code = ANY (codes)
        UNION ALL
        SELECT r.id FROM approvals f JOIN quotas r ON r.approval_id = f.id
        WHERE f.producer_id = of_producer AND f.receiver_id = of_receiver
            AND f.state IN ('APPROVED', 'FILED') AND r.code = ANY (codes));
BEGIN
    PERFORM 1 FROM quotas q WHERE q.id = ANY (chosen) ORDER BY q.register, q.id FOR UPDATE;
    RETURN QUERY SELECT q.id, q.register, coalesce(q.plan_id, q.licence_id, q.approval_id),
        coalesce(l.kind, a.kind, 'plan'), q.code, q.method, q.limit_g,
        q.held_g - coalesce((SELECT sum(e.grams) FROM quota_entries e
                             WHERE e.manifest_id = for_manifest AND e.quota_id = q.id), 0)::bigint,
        coalesce(l.valid_from, a.valid_from, make_date(p.year, 1, 1)),
        coalesce(l.valid_to, a.valid_to, make_date(p.year, 12, 31))
    FROM quotas q LEFT JOIN plans p ON p.id = q.plan_id LEFT JOIN licences l ON l.id = q.licence_id
        LEFT JOIN approvals a ON a.id = q.approval_id
    WHERE q.id = ANY (chosen) ORDER BY q.register, q.id;
END $$;
