-- What the gates look at besides the incidents themselves.

-- A person's wish that nothing be begun for a while. A row is never removed, and only its last three columns are ever
-- written again: a pause is over at its end, or before that when somebody ends it.
CREATE TABLE pause (
  number     INT UNSIGNED NOT NULL AUTO_INCREMENT,
  id         CHAR(36) CHARACTER SET ascii NOT NULL,
  -- What it covers: one of the two, or everything. They are rows and not names, so that a host or segment that is removed
  -- and made anew does not come with a pause that nobody remembers.
  segment    INT UNSIGNED,
  host       INT UNSIGNED,
  mode       ENUM('FREEZE', 'IGNORE') NOT NULL,
  paused_by  VARCHAR(255) NOT NULL,
  reason     TEXT NOT NULL,
  begins_at  DATETIME(6) NOT NULL,
  ends_at    DATETIME(6) NOT NULL,
  ended_by   VARCHAR(255),
  end_reason TEXT,
  ended_at   DATETIME(6),
  PRIMARY KEY (number),
  UNIQUE KEY pause_id (id),
  KEY pause_ends (ends_at),
  CONSTRAINT pause_of_segment FOREIGN KEY (segment) REFERENCES failover_segment (number),
  CONSTRAINT pause_of_host FOREIGN KEY (host) REFERENCES host (number),
  CONSTRAINT pause_covers_one_thing CHECK (segment IS NULL OR host IS NULL),
  CONSTRAINT pause_has_an_end CHECK (ends_at > begins_at),
  CONSTRAINT pause_is_ended_by_somebody CHECK ((ended_at IS NULL) = (ended_by IS NULL))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- The controllers and their last signs, by the database's clock.
CREATE TABLE controller (
  name           VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  run            VARCHAR(255) NOT NULL COMMENT 'the owner of its leases',
  started_at     DATETIME(6) NOT NULL,
  seen_at        DATETIME(6) NOT NULL,
  -- Since when, as far as this one knows, there was always one that watched.
  watching_since DATETIME(6) NOT NULL,
  PRIMARY KEY (name),
  KEY controller_seen (seen_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- The newest word of each host's own monitors that it is well, by the database's clock.
CREATE TABLE sign_of_life (
  host     INT UNSIGNED NOT NULL,
  at       DATETIME(6) NOT NULL,
  given_by VARCHAR(255) NOT NULL,
  PRIMARY KEY (host),
  CONSTRAINT sign_of_life_is_of_host FOREIGN KEY (host) REFERENCES host (number)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

ALTER TABLE incident
  -- A person's word that what has failed is to be tried once more; the newest one.
  ADD COLUMN retried_at DATETIME(6) AFTER approved_at,
  -- For the former failures of a host.
  ADD KEY incident_of_host (host, kind, number),
  -- For storms of instances that die together.
  ADD KEY incident_of_late (kind, opened_at);

-- The pause because of which it led to nothing.
ALTER TABLE notification
  ADD COLUMN pause INT UNSIGNED AFTER incident,
  ADD KEY notification_ignored (pause),
  ADD CONSTRAINT notification_ignored_in_pause FOREIGN KEY (pause) REFERENCES pause (number),
  ADD CONSTRAINT notification_in_pause_is_ignored CHECK (pause IS NULL OR status = 'IGNORED');
