-- SPDX-License-Identifier: Apache-2.0
-- Two more kinds of operations: all of a dead host, and an instance into another availability zone.

ALTER TABLE operation
  MODIFY kind ENUM('LIVE_MIGRATE', 'MIGRATE', 'EVACUATE', 'DRAIN', 'UNDRAIN', 'EVACUATE_HOST', 'MOVE_ZONE') NOT NULL,
  ADD COLUMN zone VARCHAR(255) COMMENT 'of a move into another zone, as the next two' AFTER bring_back,
  ADD COLUMN live_snapshot BOOLEAN AFTER zone,
  ADD COLUMN delete_source BOOLEAN AFTER live_snapshot;

ALTER TABLE transfer
  MODIFY way ENUM('LIVE', 'COLD', 'EVACUATE', 'ZONE') NOT NULL;

ALTER TABLE operation_journal
  ADD COLUMN details JSON COMMENT 'what a step of a move into another zone is about' AFTER migration;
