-- The whole of version 1. Conventions: `number` is the clustered key and never leaves the database, except as the integer
-- id of Masakari's API; `id` is the UUID that the outside knows. Times are UTC with microseconds. What must be unique
-- among rows that still live is unique together with a generated column that is NULL in the others.

CREATE TABLE failover_segment (
  number          INT UNSIGNED NOT NULL AUTO_INCREMENT,
  id              CHAR(36) CHARACTER SET ascii NOT NULL,
  name            VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  recovery_method ENUM('AUTO', 'RESERVED_HOST', 'AUTO_PRIORITY', 'RH_PRIORITY') NOT NULL,
  service_type    VARCHAR(255) NOT NULL,
  enabled         BOOLEAN NOT NULL,
  description     TEXT,
  created_at      DATETIME(6) NOT NULL,
  updated_at      DATETIME(6),
  deleted_at      DATETIME(6),
  live            BOOLEAN AS (IF(deleted_at IS NULL, TRUE, NULL)) VIRTUAL,
  PRIMARY KEY (number),
  UNIQUE KEY failover_segment_id (id),
  UNIQUE KEY failover_segment_name (name, live)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE host (
  number             INT UNSIGNED NOT NULL AUTO_INCREMENT,
  id                 CHAR(36) CHARACTER SET ascii NOT NULL,
  name               VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  segment            INT UNSIGNED NOT NULL,
  type               VARCHAR(255) NOT NULL,
  control_attributes TEXT NOT NULL,
  reserved           BOOLEAN NOT NULL,
  on_maintenance     BOOLEAN NOT NULL,
  created_at         DATETIME(6) NOT NULL,
  updated_at         DATETIME(6),
  deleted_at         DATETIME(6),
  live               BOOLEAN AS (IF(deleted_at IS NULL, TRUE, NULL)) VIRTUAL,
  PRIMARY KEY (number),
  UNIQUE KEY host_id (id),
  -- Over all segments: a host that belonged to two would be recovered twice.
  UNIQUE KEY host_name (name, live),
  KEY host_segment (segment),
  CONSTRAINT host_is_in_segment FOREIGN KEY (segment) REFERENCES failover_segment (number)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE incident (
  number              INT UNSIGNED NOT NULL AUTO_INCREMENT,
  id                  CHAR(36) CHARACTER SET ascii NOT NULL,
  host                INT UNSIGNED NOT NULL,
  opened_at           DATETIME(6) NOT NULL,
  phase               ENUM('PROVING', 'ISOLATING', 'MOVING', 'CLOSING', 'RECOVERED', 'PARTLY_RECOVERED', 'DISMISSED')
                        NOT NULL,
  words               TEXT NOT NULL,
  gate                VARCHAR(40) CHARACTER SET ascii,
  gate_words          TEXT,
  gate_since          DATETIME(6),
  -- The host's service as it was before we touched it; all three are NULL until it was seen.
  service_enabled     BOOLEAN,
  service_forced_down BOOLEAN,
  service_reason      TEXT,
  nova_down_since     DATETIME(6),
  cancelled_by        VARCHAR(255),
  cancel_reason       TEXT,
  cancelled_at        DATETIME(6),
  closed_at           DATETIME(6),
  -- The lease: who works on the incident, until when by the database's clock, and how often it has changed hands.
  owner               VARCHAR(255),
  epoch               BIGINT UNSIGNED NOT NULL DEFAULT 0,
  lease_until         DATETIME(6),
  open                BOOLEAN AS (IF(closed_at IS NULL, TRUE, NULL)) VIRTUAL,
  PRIMARY KEY (number),
  UNIQUE KEY incident_id (id),
  UNIQUE KEY incident_once_per_host (host, open),
  KEY incident_open (open, lease_until),
  KEY incident_closed (closed_at),
  CONSTRAINT incident_is_about_host FOREIGN KEY (host) REFERENCES host (number),
  CONSTRAINT incident_ends_with_its_phase
    CHECK ((closed_at IS NOT NULL) = (phase IN ('RECOVERED', 'PARTLY_RECOVERED', 'DISMISSED')))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE notification (
  number         INT UNSIGNED NOT NULL AUTO_INCREMENT,
  id             CHAR(36) CHARACTER SET ascii NOT NULL,
  host           INT UNSIGNED NOT NULL,
  incident       INT UNSIGNED,
  type           ENUM('COMPUTE_HOST', 'VM', 'PROCESS') NOT NULL,
  generated_time DATETIME(6) NOT NULL,
  payload        JSON NOT NULL,
  payload_digest CHAR(64) CHARACTER SET ascii NOT NULL,
  -- Its status follows from its incident; these two are only for a notification that has none.
  status         ENUM('FINISHED', 'IGNORED'),
  message        TEXT,
  created_at     DATETIME(6) NOT NULL,
  PRIMARY KEY (number),
  UNIQUE KEY notification_id (id),
  UNIQUE KEY notification_once (host, type, generated_time, payload_digest),
  KEY notification_incident (incident),
  KEY notification_created (created_at),
  CONSTRAINT notification_is_about_host FOREIGN KEY (host) REFERENCES host (number),
  CONSTRAINT notification_joins_incident FOREIGN KEY (incident) REFERENCES incident (number),
  CONSTRAINT notification_has_one_status CHECK ((incident IS NULL) = (status IS NOT NULL))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE evidence (
  number      INT UNSIGNED NOT NULL AUTO_INCREMENT,
  incident    INT UNSIGNED NOT NULL,
  kind        VARCHAR(40) CHARACTER SET ascii NOT NULL,
  observed_by VARCHAR(255) NOT NULL,
  observed_at DATETIME(6) NOT NULL,
  words       TEXT NOT NULL,
  PRIMARY KEY (number),
  KEY evidence_incident (incident),
  CONSTRAINT evidence_belongs_to_incident FOREIGN KEY (incident) REFERENCES incident (number)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE move (
  number      INT UNSIGNED NOT NULL AUTO_INCREMENT,
  id          CHAR(36) CHARACTER SET ascii NOT NULL,
  incident    INT UNSIGNED NOT NULL,
  server      CHAR(36) CHARACTER SET ascii NOT NULL,
  server_name VARCHAR(255) NOT NULL,
  position    INT UNSIGNED NOT NULL,
  former      VARCHAR(255) NOT NULL,
  wanted      ENUM('RUNNING', 'STOPPED', 'ERROR_RUNNING', 'ERROR_STOPPED') NOT NULL,
  state       ENUM('PLANNED', 'EVACUATING', 'RESTORING', 'SUCCEEDED', 'FAILED', 'LEFT') NOT NULL,
  destination VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin,
  words       TEXT NOT NULL,
  attempt     INT UNSIGNED NOT NULL,
  failures    INT UNSIGNED NOT NULL,
  baseline    BIGINT UNSIGNED NOT NULL,
  not_before  DATETIME(6),
  started_at  DATETIME(6),
  ended_at    DATETIME(6),
  created_at  DATETIME(6) NOT NULL,
  updated_at  DATETIME(6),
  PRIMARY KEY (number),
  UNIQUE KEY move_id (id),
  UNIQUE KEY move_once_per_incident (incident, server),
  KEY move_started (started_at),
  CONSTRAINT move_belongs_to_incident FOREIGN KEY (incident) REFERENCES incident (number),
  CONSTRAINT move_ends_with_its_state
    CHECK ((ended_at IS NOT NULL) = (state IN ('SUCCEEDED', 'FAILED', 'LEFT')))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE reservation (
  number          INT UNSIGNED NOT NULL AUTO_INCREMENT,
  incident        INT UNSIGNED NOT NULL,
  host            INT UNSIGNED NOT NULL,
  state           ENUM('TAKEN', 'RETURNING', 'RETURNED', 'KEPT', 'LOST') NOT NULL,
  disabled_reason TEXT,
  aggregates      JSON NOT NULL,
  taken_at        DATETIME(6) NOT NULL,
  ended_at        DATETIME(6),
  open            BOOLEAN AS (IF(ended_at IS NULL, TRUE, NULL)) VIRTUAL,
  PRIMARY KEY (number),
  -- A reserved host stands in for one failed host at a time.
  UNIQUE KEY reservation_once_per_host (host, open),
  KEY reservation_incident (incident),
  KEY reservation_ended (ended_at),
  CONSTRAINT reservation_belongs_to_incident FOREIGN KEY (incident) REFERENCES incident (number),
  CONSTRAINT reservation_is_of_host FOREIGN KEY (host) REFERENCES host (number),
  CONSTRAINT reservation_ends_with_its_state CHECK ((ended_at IS NOT NULL) = (state IN ('RETURNED', 'KEPT', 'LOST')))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE journal (
  number      BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  incident    INT UNSIGNED NOT NULL,
  epoch       BIGINT UNSIGNED NOT NULL,
  step        VARCHAR(40) CHARACTER SET ascii NOT NULL,
  host        VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin,
  server      CHAR(36) CHARACTER SET ascii,
  aggregate   BIGINT UNSIGNED,
  reason      TEXT,
  intended_at DATETIME(6) NOT NULL,
  outcome     ENUM('ACCEPTED', 'REFUSED', 'UNKNOWN'),
  refusal     VARCHAR(40) CHARACTER SET ascii,
  words       TEXT,
  request_id  VARCHAR(255),
  retry_after INT UNSIGNED COMMENT 'seconds',
  ended_at    DATETIME(6),
  PRIMARY KEY (number),
  KEY journal_incident (incident),
  CONSTRAINT journal_belongs_to_incident FOREIGN KEY (incident) REFERENCES incident (number),
  CONSTRAINT journal_ends_with_its_outcome CHECK ((ended_at IS NOT NULL) = (outcome IS NOT NULL))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- The story of an incident, one line for each change that a person would want to know of.
CREATE TABLE incident_event (
  number   BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  incident INT UNSIGNED NOT NULL,
  at       DATETIME(6) NOT NULL,
  server   CHAR(36) CHARACTER SET ascii,
  words    TEXT NOT NULL,
  PRIMARY KEY (number),
  KEY incident_event_incident (incident, number),
  CONSTRAINT incident_event_belongs_to_incident FOREIGN KEY (incident) REFERENCES incident (number)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
