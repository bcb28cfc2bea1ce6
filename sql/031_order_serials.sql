-- The number under which a terminal took an order that it has yet to answer: its answer may come on
-- its next line, or to the next process, and names the order by it.
ALTER TABLE orders ADD COLUMN serial integer CHECK (serial BETWEEN 0 AND 65535);
GRANT UPDATE (serial) ON orders TO liuhen_core;
