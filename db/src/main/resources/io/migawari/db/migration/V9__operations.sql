-- SPDX-License-Identifier: Apache-2.0
-- What people ask for before anything fails. Leases, epochs and the journal are as those of incidents.

CREATE TABLE operation (
  number              INT UNSIGNED NOT NULL AUTO_INCREMENT,
  id                  CHAR(36) CHARACTER SET ascii NOT NULL,
  kind                ENUM('LIVE_MIGRATE', 'MIGRATE', 'EVACUATE', 'DRAIN', 'UNDRAIN') NOT NULL,
  -- One of the two: what it is about. Hosts are named as Nova names them; an instance's host may be in no segment.
  host                VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin,
  server              CHAR(36) CHARACTER SET ascii,
  destinations        JSON NOT NULL,
  remainder           ENUM('LEAVE', 'STOP', 'MIGRATE') COMMENT 'of a drain',
  bring_back          BOOLEAN COMMENT 'of an undrain',
  requested_by        VARCHAR(255) NOT NULL,
  reason              TEXT NOT NULL,
  opened_at           DATETIME(6) NOT NULL,
  state               ENUM('PREPARING', 'MOVING', 'DONE', 'PARTLY_DONE', 'FAILED', 'ABORTED') NOT NULL,
  words               TEXT NOT NULL,
  -- The host's service as it was before we touched it; all three are NULL until it was seen.
  service_enabled     BOOLEAN,
  service_forced_down BOOLEAN,
  service_reason      TEXT,
  aborted_by          VARCHAR(255),
  abort_reason        TEXT,
  abort_running       BOOLEAN,
  aborted_at          DATETIME(6),
  forced_at           DATETIME(6),
  retried_at          DATETIME(6),
  closed_at           DATETIME(6),
  owner               VARCHAR(255),
  epoch               BIGINT UNSIGNED NOT NULL DEFAULT 0,
  lease_until         DATETIME(6),
  open                BOOLEAN AS (IF(closed_at IS NULL, TRUE, NULL)) VIRTUAL,
  PRIMARY KEY (number),
  UNIQUE KEY operation_id (id),
  UNIQUE KEY operation_once_per_host (host, open),
  KEY operation_open (open, lease_until),
  KEY operation_closed (closed_at),
  CONSTRAINT operation_is_about_one CHECK ((host IS NULL) <> (server IS NULL)),
  CONSTRAINT operation_ends_with_its_state
    CHECK ((closed_at IS NOT NULL) = (state IN ('DONE', 'PARTLY_DONE', 'FAILED', 'ABORTED')))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE transfer (
  number      INT UNSIGNED NOT NULL AUTO_INCREMENT,
  operation   INT UNSIGNED NOT NULL,
  server      CHAR(36) CHARACTER SET ascii NOT NULL,
  server_name VARCHAR(255) NOT NULL,
  position    INT UNSIGNED NOT NULL,
  way         ENUM('LIVE', 'COLD', 'EVACUATE') NOT NULL,
  source      VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  wishes      JSON NOT NULL,
  former      VARCHAR(255) NOT NULL,
  runs        BOOLEAN NOT NULL,
  state       ENUM('PLANNED', 'MOVING', 'CONFIRMING', 'REVERTING', 'RESTORING', 'STOPPING', 'SUCCEEDED', 'FAILED', 'LEFT',
                'GONE', 'ABORTED') NOT NULL,
  destination VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin,
  words       TEXT NOT NULL,
  attempts    INT UNSIGNED NOT NULL,
  baseline    BIGINT UNSIGNED NOT NULL,
  percent     TINYINT UNSIGNED,
  not_before  DATETIME(6),
  started_at  DATETIME(6),
  ended_at    DATETIME(6),
  open        BOOLEAN AS (IF(ended_at IS NULL, TRUE, NULL)) VIRTUAL,
  PRIMARY KEY (number),
  UNIQUE KEY transfer_once_per_operation (operation, server),
  -- Two operations never move the same instance.
  UNIQUE KEY transfer_once_per_server (server, open),
  CONSTRAINT transfer_belongs_to_operation FOREIGN KEY (operation) REFERENCES operation (number),
  CONSTRAINT transfer_ends_with_its_state
    CHECK ((ended_at IS NOT NULL) = (state IN ('SUCCEEDED', 'FAILED', 'LEFT', 'GONE', 'ABORTED')))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE operation_journal (
  number      BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  operation   INT UNSIGNED NOT NULL,
  epoch       BIGINT UNSIGNED NOT NULL,
  step        VARCHAR(40) CHARACTER SET ascii NOT NULL,
  host        VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin,
  server      CHAR(36) CHARACTER SET ascii,
  reason      TEXT,
  migration   BIGINT UNSIGNED,
  intended_at DATETIME(6) NOT NULL,
  outcome     ENUM('ACCEPTED', 'REFUSED', 'UNKNOWN'),
  refusal     VARCHAR(40) CHARACTER SET ascii,
  words       TEXT,
  request_id  VARCHAR(255),
  retry_after INT UNSIGNED COMMENT 'seconds',
  ended_at    DATETIME(6),
  PRIMARY KEY (number),
  KEY operation_journal_operation (operation),
  CONSTRAINT operation_journal_belongs_to_operation FOREIGN KEY (operation) REFERENCES operation (number),
  CONSTRAINT operation_journal_ends_with_its_outcome CHECK ((ended_at IS NOT NULL) = (outcome IS NOT NULL))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- The story of an operation, one line for each change that a person would want to know of.
CREATE TABLE operation_event (
  number    BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  operation INT UNSIGNED NOT NULL,
  at        DATETIME(6) NOT NULL,
  server    CHAR(36) CHARACTER SET ascii,
  words     TEXT NOT NULL,
  PRIMARY KEY (number),
  KEY operation_event_operation (operation, number),
  CONSTRAINT operation_event_belongs_to_operation FOREIGN KEY (operation) REFERENCES operation (number)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
