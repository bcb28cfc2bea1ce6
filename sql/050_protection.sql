-- Protection level of a drinking-water source, codes of geofence::Protection; null: not stated.
ALTER TABLE sites ADD COLUMN protection text;
ALTER TABLE sites ADD CHECK (protection IN ('level_1', 'level_2', 'quasi'));
ALTER TABLE sites ADD CHECK (protection IS NULL OR kind = 'water_source');
