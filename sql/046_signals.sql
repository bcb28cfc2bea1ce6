-- What a terminal says of itself and of its truck beside the place, as the watch folds it. Null:
-- not said, and of rows from before.
ALTER TABLE observations
    ADD COLUMN signals smallint,         -- bits of liuhen::Signal
    ADD COLUMN mass_g bigint,            -- of the load, by the truck's own sensor
    ADD COLUMN recorder_speed integer;   -- by the wheels, 0.01 m/s
