-- A million containers for `./liuhen bench containers`: 6,400 groups of 156 in which 125 small drums are
-- poured by fives into 25, these by fives into 5, and these into one tank, which two carriers take
-- to a receiver that treats it; and one collector of 2,010, the widest trace that is not cut.
-- Of group g the small drums are numbers 156 g to 156 g + 124, the tank is 156 g + 155.
-- The triggers of the ledger are off meanwhile: what they would keep is written with the rest.

CREATE FUNCTION pg_temp.key(kind integer, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(kind), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
$$;
CREATE FUNCTION pg_temp.county(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT '33' || lpad((1 + n % 10)::text, 2, '0') || lpad((1 + n % 7)::text, 2, '0')
$$;
ALTER TABLE containers DISABLE TRIGGER USER;
ALTER TABLE container_movements DISABLE TRIGGER USER;

-- Of kind 1 producers, of 2 and 3 first and second carriers, of 4 receivers.
INSERT INTO parties (id, name, roles, division)
SELECT pg_temp.key(kind, n), role || ' ' || n, ARRAY[role], pg_temp.county(n)
FROM (VALUES (1, 'producer', 1000), (2, 'carrier', 50), (3, 'carrier', 50), (4, 'receiver', 40))
    AS trade (kind, role, number), generate_series(0, number - 1) n;

CREATE TEMP TABLE drums AS
SELECT n, n / 156 AS in_group, (n % 156)::int AS place, pg_temp.key(9, n) AS id,
    pg_temp.key(1, n / 156 % 1000) AS producer, pg_temp.key(2, n / 156 % 50) AS first,
    pg_temp.key(3, n / 156 % 49) AS second, pg_temp.key(4, n / 156 % 40) AS receiver,
    pg_temp.county(n / 156 % 1000) AS county,
    timestamptz '2026-01-01Z' + n / 156 % 300 * interval '1 day' AS made
FROM generate_series(0::bigint, 6400 * 156 - 1) n;
ALTER TABLE drums ADD COLUMN into_n bigint;
UPDATE drums SET into_n = in_group * 156 + CASE WHEN place < 125 THEN 125 + place / 5
    WHEN place < 150 THEN 150 + (place - 125) / 5 WHEN place < 155 THEN 155 END;
-- The collector: 1,999 drums of ten litres by hundreds and more into ten, and these into one.
INSERT INTO drums
SELECT n, 6400, (n - 998400)::int, pg_temp.key(9, n), pg_temp.key(1, 0), pg_temp.key(2, 0),
    pg_temp.key(3, 0), pg_temp.key(4, 0), pg_temp.county(0), timestamptz '2026-01-01Z',
    CASE WHEN n < 1000389 THEN 1000389 + n % 10 WHEN n < 1000399 THEN 1000399 END
FROM generate_series(998400::bigint, 1000399) n;

INSERT INTO containers (id, party_id, code, tag, waste_code, waste_name, package, tare_g, made_at,
                        books, areas)
SELECT id, producer, 'D' || n, '91331100MA2E0AAA0L3360541720260101' || lpad(n::text, 8, '0'),
    '336-054-17', 'plating bath', 'DRUM', 18000, made,
    CASE WHEN into_n IS NULL THEN ARRAY[producer, first, second, receiver] ELSE ARRAY[producer] END,
    areas_of(ARRAY[county]) FROM drums;

-- What each holds when it is full.
CREATE TEMP TABLE weights AS
SELECT d.*, CASE WHEN in_group = 6400 THEN CASE WHEN n < 1000389 THEN 10000
                     WHEN n < 1000399 THEN 10000 * (198 + (n - 1000389 < 9)::int) ELSE 19890000 END
                 WHEN place < 125 THEN 20000 WHEN place < 150 THEN 100000
                 WHEN place < 155 THEN 500000 ELSE 2500000 END::bigint AS grams,
    CASE WHEN in_group = 6400 THEN n < 1000389 ELSE place < 125 END AS small FROM drums d;
CREATE INDEX ON weights (n);

INSERT INTO container_regroupings (operation, from_id, into_id, grams, at, party_id)
SELECT pg_temp.key(8, w.into_n), w.id, pg_temp.key(9, w.into_n), w.grams,
    w.made + interval '10 days', w.producer
FROM weights w WHERE w.into_n IS NOT NULL;

INSERT INTO container_movements (operation, container_id, kind, from_party, to_party, grams, at,
                                 recorded_at)
SELECT pg_temp.key(7, w.n), w.id, v.kind, v.giver, v.taker, w.grams, w.made + v.after, w.made
FROM weights w CROSS JOIN LATERAL (VALUES
    ('PRODUCED', w.small, NULL::uuid, w.producer, interval '0'),
    ('REGROUPED_FROM', NOT w.small, NULL, w.producer, interval '10 days'),
    ('REGROUPED_INTO', w.into_n IS NOT NULL, w.producer, NULL, interval '10 days'),
    ('LOADED', w.into_n IS NULL, w.producer, w.first, interval '20 days'),
    ('HANDED_OVER', w.into_n IS NULL, w.first, w.second, interval '20 days 2 hours'),
    ('RECEIVED', w.into_n IS NULL, w.second, w.receiver, interval '20 days 4 hours'),
    ('TREATED', w.into_n IS NULL, w.receiver, NULL, interval '30 days')
) AS v (kind, so, giver, taker, after) WHERE v.so;
INSERT INTO container_stock (container_id, party_id, grams)
SELECT id, unnest(books), 0 FROM containers;

ALTER TABLE containers ENABLE TRIGGER USER;
ALTER TABLE container_movements ENABLE TRIGGER USER;
ANALYZE parties, containers, container_movements, container_regroupings, container_stock;
