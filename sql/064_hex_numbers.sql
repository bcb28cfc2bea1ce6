-- Numbers of terminals with hex digits are looked up in lower case, as they are made out of the
-- bytes of a frame; one that was entered in upper case could never be reached. Where two were
-- entered that differ in nothing else, the first of them takes the number, unless it is taken.
UPDATE terminals t SET number = lower(number)
WHERE number <> lower(number)
  AND NOT EXISTS (SELECT FROM terminals o WHERE lower(o.number) = lower(t.number) AND o.key <> t.key
                  AND (o.number = lower(o.number) OR o.key < t.key));
