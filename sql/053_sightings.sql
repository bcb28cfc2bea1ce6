-- What every reader of the past asks: rows as of `observations`, whatever form they are stored in,
-- with the time and the box of the piece in which each is stored. Such a piece is a row while rows
-- are young, and an hour of a terminal later: who wants a time or a place names both, the piece's
-- and the row's own, so that whole pieces are passed over by their index.
CREATE VIEW sightings AS
SELECT terminal_key, vehicle_key, at, kind, hash, received_at, message, flags, alarm, status, lat,
    lon, speed, heading, altitude, source, load, satellites, odometer, action, means, lock_number,
    actor, raw, cuts, signals, mass_g, recorder_speed,
    at AS piece_from, at AS piece_until,   -- both times belong to the piece
    lat AS south, lat AS north, lon AS west, lon AS east   -- 1e-7 degree; null: it has no place
FROM observations;
GRANT SELECT ON sightings TO liuhen_core, liuhen_http, liuhen_reader;
