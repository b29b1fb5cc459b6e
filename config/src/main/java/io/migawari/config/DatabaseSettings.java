// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.time.Duration;

/**
 * How to reach MariaDB or a Galera cluster.
 *
 * @param url a JDBC URL, {@code jdbc:mariadb://host[:port][,host…]/database}; time zone options are added by us
 * @param poolSize the largest number of connections of this process
 * @param connectTimeout how long the making of a connection may take
 * @param queryTimeout how long one statement may take before its connection is given up
 */
public record DatabaseSettings(
        String url, String user, Secret password, int poolSize, Duration connectTimeout, Duration queryTimeout) {

    /** The same with another number of connections. */
    public DatabaseSettings withPoolSize(int connections) {
        return new DatabaseSettings(url, user, password, connections, connectTimeout, queryTimeout);
    }

    static DatabaseSettings read(Section section) {
        String url = section.string("url", "jdbc:mariadb://127.0.0.1:3306/migawari");
        if (!url.startsWith("jdbc:mariadb:")) {
            section.expected("url", "jdbc:mariadb://HOST:PORT/DATABASE", url);
        }
        return new DatabaseSettings(
                url,
                section.string("user", "migawari"),
                section.secret("password"),
                section.integer("pool-size", 10, 2, 100),
                section.duration(
                        "connect-timeout", Duration.ofSeconds(3), Duration.ofMillis(250), Duration.ofMinutes(1)),
                section.duration("query-timeout", Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMinutes(5)));
    }
}
