-- SPDX-License-Identifier: Apache-2.0
-- That an incident was opened, and how it ended: worth telling where it is wished, and nothing to get up for.
ALTER TABLE alert MODIFY severity ENUM('INFO', 'WARNING', 'CRITICAL') NOT NULL;
