-- Whose notice it is: each organisation has its own measure of incidents a day, so that one firm
-- does not fill the inboxes of others, nor use up what the next carrier of the load may need.
-- Notices from before have none and count for nobody.
ALTER TABLE manifest_notices ADD COLUMN party_id uuid DEFAULT caller_party();
