-- People's words that a fencing device belongs to a host, which they looked at themselves. Rows are only ever added; the newest
-- about a device as it is configured now holds.

CREATE TABLE fencing_attestation (
  number      INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  -- Names of the configuration: a host need not be in a segment (yet).
  host        VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  device      VARCHAR(1200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  -- SHA-256 of how the device was configured, secrets left out.
  digest      CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- What the device said of itself, if it could.
  identity    VARCHAR(255),
  attested_by VARCHAR(255) NOT NULL,
  reason      TEXT NOT NULL,
  attested_at DATETIME(6) NOT NULL,
  KEY fencing_attestation_of (digest, host)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
