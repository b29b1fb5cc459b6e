-- What was decided, said and done, for those who ask later; and what people are told at once.
--
-- Rows of decision, milestone, audit and audit_result are only ever added, as are those of notification, evidence and
-- incident_event. docs/audit.md has the GRANTs with which the database itself sees to that.

-- Each decision that changed the phase or the reason to wait, or that intended steps (those of the journal with the same
-- incident and time), with what it was made from.
CREATE TABLE decision (
  number       BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  incident     INT UNSIGNED NOT NULL,
  at           DATETIME(6) NOT NULL,
  made_by      VARCHAR(255) NOT NULL,
  epoch        BIGINT UNSIGNED NOT NULL,
  phase_before VARCHAR(40) CHARACTER SET ascii NOT NULL,
  phase        VARCHAR(40) CHARACTER SET ascii NOT NULL,
  gate         VARCHAR(40) CHARACTER SET ascii,
  words        TEXT NOT NULL,
  steps        INT UNSIGNED NOT NULL,
  inputs       JSON NOT NULL,
  PRIMARY KEY (number),
  KEY decision_incident (incident, number),
  CONSTRAINT decision_is_about_incident FOREIGN KEY (incident) REFERENCES incident (number)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- When a recovery had come so far. What is not there was never reached, or before version 6 of these tables.
CREATE TABLE milestone (
  incident INT UNSIGNED NOT NULL,
  what     ENUM('PROVED', 'FIRST_BACK', 'ALL_BACK') NOT NULL,
  at       DATETIME(6) NOT NULL,
  PRIMARY KEY (incident, what),
  CONSTRAINT milestone_is_of_incident FOREIGN KEY (incident) REFERENCES incident (number)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- What people ask of the controller. It is written down before it is done.
CREATE TABLE audit (
  number   BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  at       DATETIME(6) NOT NULL,
  who      VARCHAR(255) NOT NULL,
  who_id   VARCHAR(255),
  address  VARCHAR(255) NOT NULL,
  request  CHAR(40) CHARACTER SET ascii NOT NULL COMMENT 'the id in x-openstack-request-id',
  what     VARCHAR(255) NOT NULL,
  target   VARCHAR(255),
  incident CHAR(36) CHARACTER SET ascii COMMENT 'as it was asked for: there need not be one',
  why      TEXT,
  details  TEXT NOT NULL,
  PRIMARY KEY (number),
  KEY audit_at (at),
  KEY audit_incident (incident)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- What was answered. A question without an answer was cut off: whether it was done is seen in what it was about.
CREATE TABLE audit_result (
  audit  BIGINT UNSIGNED NOT NULL,
  at     DATETIME(6) NOT NULL,
  status SMALLINT UNSIGNED NOT NULL,
  words  TEXT,
  PRIMARY KEY (audit),
  CONSTRAINT audit_result_is_of_audit FOREIGN KEY (audit) REFERENCES audit (number)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- What people should know of at once. One that only tells of something is over as soon as it is raised.
CREATE TABLE alert (
  number     BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  id         CHAR(36) CHARACTER SET ascii NOT NULL,
  source     VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'who looks whether it still holds',
  about      VARCHAR(512) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'what must not be told twice',
  kind       VARCHAR(40) CHARACTER SET ascii NOT NULL,
  severity   ENUM('WARNING', 'CRITICAL') NOT NULL,
  incident   CHAR(36) CHARACTER SET ascii,
  host       VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin,
  segment    VARCHAR(255),
  gate       VARCHAR(40) CHARACTER SET ascii,
  words      TEXT NOT NULL,
  next_step  TEXT NOT NULL,
  raised_at  DATETIME(6) NOT NULL,
  resolved_at DATETIME(6),
  resolution TEXT,
  open       BOOLEAN AS (IF(resolved_at IS NULL, TRUE, NULL)) VIRTUAL,
  PRIMARY KEY (number),
  UNIQUE KEY alert_id (id),
  UNIQUE KEY alert_once (about, open),
  KEY alert_source (source, open),
  KEY alert_raised (raised_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- That an alert was raised, and that it is over: each is told to every webhook.
CREATE TABLE alert_message (
  number BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  id     CHAR(36) CHARACTER SET ascii NOT NULL,
  alert  BIGINT UNSIGNED NOT NULL,
  event  ENUM('RAISED', 'RESOLVED') NOT NULL,
  at     DATETIME(6) NOT NULL,
  stored_at DATETIME(6) NOT NULL COMMENT 'by the clock of the database',
  PRIMARY KEY (number),
  UNIQUE KEY alert_message_id (id),
  UNIQUE KEY alert_message_once (alert, event),
  KEY alert_message_stored (stored_at),
  CONSTRAINT alert_message_is_about_alert FOREIGN KEY (alert) REFERENCES alert (number)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE alert_delivery (
  number      BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  message     BIGINT UNSIGNED NOT NULL,
  webhook     VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state       ENUM('PENDING', 'DELIVERED', 'GIVEN_UP', 'NOT_NEEDED') NOT NULL,
  attempts    INT UNSIGNED NOT NULL DEFAULT 0,
  not_before  DATETIME(6) NOT NULL COMMENT 'by the clock of the database, as the lease',
  lease_until DATETIME(6),
  words       TEXT COMMENT 'why it was not taken, the last time',
  ended_at    DATETIME(6),
  PRIMARY KEY (number),
  UNIQUE KEY alert_delivery_once (message, webhook),
  KEY alert_delivery_pending (webhook, state, not_before),
  CONSTRAINT alert_delivery_is_of_message FOREIGN KEY (message) REFERENCES alert_message (number),
  CONSTRAINT alert_delivery_ends_with_its_state CHECK ((ended_at IS NOT NULL) = (state <> 'PENDING'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- What is counted each time that somebody asks for the metrics.
ALTER TABLE notification ADD KEY notification_type (type);
ALTER TABLE move ADD KEY move_state (state);
