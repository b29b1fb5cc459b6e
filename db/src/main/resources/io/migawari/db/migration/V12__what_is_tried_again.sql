-- Where the journal of a try begins was told by times, which different clocks write.

ALTER TABLE operation
  ADD COLUMN retried_from BIGINT UNSIGNED COMMENT 'the least number of an entry of the journal since then' AFTER retried_at;

UPDATE operation o
  SET retried_from = (SELECT COALESCE(MAX(j.number), 0) + 1 FROM operation_journal j
    WHERE j.operation = o.number AND j.intended_at < o.retried_at)
  WHERE retried_at IS NOT NULL;
