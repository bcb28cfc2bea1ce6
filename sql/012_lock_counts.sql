-- How often a lock says that its rope was cut (LockEvent::cuts): the watch makes a cut of its growth.
ALTER TABLE observations ADD COLUMN cuts integer;
