-- Creates the database of Migawari and its two users. Run it once, as an administrator of MariaDB or of one node of a
-- Galera cluster, after changing the two passwords and, if need be, the hosts that the users may come from:
--
--   mariadb -u root -p < create-database.sql
--
-- Then create the tables:
--
--   migawari db migrate --config /etc/migawari/controller.yaml --user migawari_schema

CREATE DATABASE IF NOT EXISTS migawari CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;

-- What the daemons use: rows, and nothing else.
CREATE USER IF NOT EXISTS 'migawari'@'%' IDENTIFIED BY 'change-me';
GRANT SELECT, INSERT, UPDATE, DELETE ON migawari.* TO 'migawari'@'%';

-- What `migawari db migrate` uses: the shape of the tables.
CREATE USER IF NOT EXISTS 'migawari_schema'@'%' IDENTIFIED BY 'change-me-too';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES ON migawari.* TO 'migawari_schema'@'%';
