-- An incident is no longer always about a whole host: it may be about one instance on it, or about its processes. There is one
-- open incident for each of these at a time; an instance has one wherever it is reported from.

ALTER TABLE incident
  ADD COLUMN kind ENUM('HOST', 'VM', 'PROCESS') NOT NULL DEFAULT 'HOST' AFTER host,
  ADD COLUMN server CHAR(36) CHARACTER SET ascii AFTER kind,
  -- The instance as it was before we touched it; both are NULL until it was seen.
  ADD COLUMN server_name VARCHAR(255) AFTER server,
  ADD COLUMN server_former VARCHAR(255) AFTER server_name,
  ADD COLUMN host_wide VARCHAR(10) CHARACTER SET ascii AS (IF(kind = 'VM', NULL, kind)) VIRTUAL,
  MODIFY COLUMN phase ENUM('PROVING', 'ISOLATING', 'MOVING', 'CLOSING', 'RESTARTING', 'KEEPING_OUT', 'KEPT_OUT',
    'READMITTING', 'RECOVERED', 'SKIPPED', 'PARTLY_RECOVERED', 'FAILED', 'DISMISSED') NOT NULL,
  DROP CONSTRAINT incident_ends_with_its_phase;

ALTER TABLE incident
  ADD UNIQUE KEY incident_once_per_host_and_kind (host, host_wide, open),
  ADD UNIQUE KEY incident_once_per_server (server, open),
  DROP KEY incident_once_per_host,
  ADD CONSTRAINT incident_ends_with_its_phase CHECK ((closed_at IS NOT NULL)
    = (phase IN ('RECOVERED', 'SKIPPED', 'PARTLY_RECOVERED', 'FAILED', 'DISMISSED'))),
  ADD CONSTRAINT incident_about_instance_names_it CHECK ((kind = 'VM') = (server IS NOT NULL));

-- Which process a word is about.
ALTER TABLE evidence ADD COLUMN process VARCHAR(255);
