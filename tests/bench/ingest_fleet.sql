-- A fleet for `./liuhen bench ingest`: :terminals trucks with a terminal each, numbered from
-- :first_number, all with the code 'load'; every :every-th truck is on a trip along one road.
INSERT INTO parties (id, name, roles)
VALUES ('00000000-0000-4000-8000-0000000000aa', 'Three in one', '{producer,carrier,receiver}');
INSERT INTO vehicles (id, plate, carrier_id)
SELECT ('00000000-0000-4000-8001-' || lpad(to_hex(n), 12, '0'))::uuid, '浙K' || lpad(upper(to_hex(n)), 5, '0'),
       '00000000-0000-4000-8000-0000000000aa'
FROM generate_series(1, :terminals) n;
INSERT INTO terminals (id, number, protocol, auth_code)
SELECT ('00000000-0000-4000-8002-' || lpad(to_hex(n), 12, '0'))::uuid,
       (:first_number + n - 1)::text, 'jt808', 'load'
FROM generate_series(1, :terminals) n;
INSERT INTO bindings (id, vehicle_id, terminal_id, during)
SELECT gen_random_uuid(), ('00000000-0000-4000-8001-' || lpad(to_hex(n), 12, '0'))::uuid,
       ('00000000-0000-4000-8002-' || lpad(to_hex(n), 12, '0'))::uuid, '[2026-01-01Z,)'
FROM generate_series(1, :terminals) n;
INSERT INTO sites (id, party_id, name, kind, centre, radius_m) VALUES
    ('00000000-0000-4000-8000-000000000005', '00000000-0000-4000-8000-0000000000aa', 'Origin',
     'producer', ST_SetSRID(ST_MakePoint(119.6, 28.1), 4326), 200),
    ('00000000-0000-4000-8000-000000000006', '00000000-0000-4000-8000-0000000000aa', 'Destination',
     'receiver', ST_SetSRID(ST_MakePoint(120.2, 28.1), 4326), 200);
-- Water sources each 2.8 km beside the road, two kilometres off it: none of who keeps to the road.
INSERT INTO sites (id, name, kind, protection, centre, radius_m)
SELECT gen_random_uuid(), 'Water source ' || n, 'water_source', 'level_1',
       ST_SetSRID(ST_MakePoint(119.61 + 0.029 * n, 28.12), 4326), 400
FROM generate_series(0, 20) n;
-- A road with 200 pieces, so that the truck's place on it has to be looked for.
INSERT INTO routes (id, name) VALUES ('00000000-0000-4000-8000-000000000007', 'Road');
INSERT INTO route_versions (route_id, version, kind, line, half_widths_m, proposed_at, role)
SELECT '00000000-0000-4000-8000-000000000007', 1, 'drawn',
       ST_Multi(ST_SetSRID(ST_MakeLine(ST_MakePoint(119.6 + 0.6 * n / 200, 28.1) ORDER BY n), 4326)),
       array_agg(50), now(), 'operator'
FROM generate_series(0, 200) n;
INSERT INTO route_decisions (route_id, version, what, why, at, role)
VALUES ('00000000-0000-4000-8000-000000000007', 1, 'approve', '', now(), 'operator');
INSERT INTO manifests
SELECT ('00000000-0000-7000-8003-' || lpad(to_hex(n), 12, '0'))::uuid,
       '202633' || lpad(n::text, 8, '0'), 'HW', 'LOADED', 5, '00000000-0000-4000-8000-0000000000aa',
       '00000000-0000-4000-8000-0000000000aa', '00000000-0000-4000-8000-0000000000aa',
       ('00000000-0000-4000-8001-' || lpad(to_hex(n), 12, '0'))::uuid, '{"legs":[{"locks":[]}]}', now()
FROM generate_series(1, :terminals, :every) n;
INSERT INTO trips (id, manifest_id, vehicle_id, route_id, origin_id, destination_id, armed_at,
                   departed_at, rule_set)
SELECT m.id::text, m.id, m.vehicle_id, '00000000-0000-4000-8000-000000000007',
       '00000000-0000-4000-8000-000000000005', '00000000-0000-4000-8000-000000000006',
       now() - interval '1 hour', now() - interval '1 hour', '2026-1'
FROM manifests m;
SET client_min_messages = error;  -- what only a superuser may analyse
ANALYZE;
