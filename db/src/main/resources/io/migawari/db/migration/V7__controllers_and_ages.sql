-- SPDX-License-Identifier: Apache-2.0
-- Who of the controllers is there, and how long incidents have been in their phase.

ALTER TABLE controller
  ADD COLUMN version    VARCHAR(64) NOT NULL DEFAULT '' AFTER run,
  ADD COLUMN stopped_at DATETIME(6) COMMENT 'it has said so itself' AFTER seen_at;

ALTER TABLE incident
  -- By the database's clock, as the lease is: whoever changes the phase.
  ADD COLUMN phase_since DATETIME(6) NOT NULL DEFAULT UTC_TIMESTAMP(6) AFTER phase;

UPDATE incident SET phase_since = opened_at;
