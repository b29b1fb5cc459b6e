-- What keeps a recovery from being begun, and how a host comes back.

ALTER TABLE incident
  -- A person's word that it may begin in spite of the gates; all three or none.
  ADD COLUMN approved_by VARCHAR(255) AFTER cancelled_at,
  ADD COLUMN approval_reason TEXT AFTER approved_by,
  ADD COLUMN approved_at DATETIME(6) AFTER approval_reason,
  -- When it was last held because too many hosts were out at once.
  ADD COLUMN storm_seen_at DATETIME(6) AFTER approved_at,
  -- The failure that a host returns from.
  ADD COLUMN failure INT UNSIGNED AFTER kind,
  -- The heartbeat after which more have to come, by Nova's clock; and since when the host has been back, or healthy.
  ADD COLUMN heard_at DATETIME(6) AFTER failure,
  ADD COLUMN well_since DATETIME(6) AFTER heard_at,
  MODIFY COLUMN kind ENUM('HOST', 'VM', 'PROCESS', 'RETURN') NOT NULL DEFAULT 'HOST',
  MODIFY COLUMN phase ENUM('PROVING', 'ISOLATING', 'MOVING', 'CLOSING', 'RESTARTING', 'KEEPING_OUT', 'KEPT_OUT',
    'READMITTING', 'AWAY', 'CLEARING', 'TRYING_OUT', 'PUTTING_TO_USE', 'RECOVERED', 'SKIPPED', 'PARTLY_RECOVERED',
    'FAILED', 'DISMISSED') NOT NULL;

ALTER TABLE incident
  ADD KEY incident_storm (storm_seen_at),
  ADD CONSTRAINT incident_returns_from FOREIGN KEY (failure) REFERENCES incident (number),
  ADD CONSTRAINT incident_of_return_names_failure CHECK ((kind = 'RETURN') = (failure IS NOT NULL));

-- Which of a host's fencing levels a step was about.
ALTER TABLE journal ADD COLUMN level INT UNSIGNED AFTER aggregate;
