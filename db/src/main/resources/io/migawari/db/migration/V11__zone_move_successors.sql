-- A move into another zone knows its new instance by its id, not only by the mark on it: the mark lies in metadata
-- that the instance's owner may change.

ALTER TABLE transfer
  ADD COLUMN successor CHAR(36) CHARACTER SET ascii COMMENT 'of a move into another zone: the new instance, once it was seen'
    AFTER destination;
