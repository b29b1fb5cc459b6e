// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.compute.ComputeApi;
import io.migawari.simulator.compute.PlacementApi;
import io.migawari.simulator.http.CallCount;
import io.migawari.simulator.http.CallCounter;
import io.migawari.simulator.http.HttpFront;
import io.migawari.simulator.http.RequestFaults;
import io.migawari.simulator.http.Routes;
import io.migawari.simulator.identity.Catalogue;
import io.migawari.simulator.identity.Identity;
import io.migawari.simulator.identity.IdentityApi;
import io.migawari.simulator.identity.TokenCheck;
import io.migawari.simulator.storage.ImageApi;
import io.migawari.simulator.storage.VolumeApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A simulated cloud over HTTP, on the loopback interface only: Keystone under {@code /identity}, Nova under {@code
 * /compute}, Placement under {@code /placement}, Glance under {@code /image}, Cinder under {@code /volume}, and the simulator's own control, which asks for no
 * token, under {@code /simulator}. Safe for any thread.
 */
public final class SimulatorServer implements AutoCloseable {

    /** Enough for a controller's connections and a few calls that are held for a minute. */
    private static final int MOST_THREADS = 64;

    /** Jetty counts a request that is held as idle: longer than any hold, so that the hold ends and not the connection. */
    private static final Duration IDLE = Duration.ofMinutes(30);

    private final Identity identity;
    private final Catalogue catalogue = new Catalogue();
    private final RequestFaults requestFaults = new RequestFaults();
    private final CallCounter counter = new CallCounter();
    private final Server server;
    private final ServerConnector connector;

    private SimulatorServer(SimulatedCloud cloud, int port) {
        identity = new Identity(cloud.time());
        TokenCheck tokens = new TokenCheck(identity);
        Routes routes = new Routes();
        new IdentityApi(identity, catalogue).addTo(routes);
        new ComputeApi(cloud, tokens).addTo(routes);
        new PlacementApi(cloud, tokens).addTo(routes);
        new ImageApi(tokens).addTo(routes);
        new VolumeApi(cloud, tokens).addTo(routes);
        new ControlApi(cloud, counter, new FaultsDocument(cloud, identity, requestFaults)).addTo(routes);
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS);
        threads.setName("simulator");
        server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        connector.setPort(port);
        connector.setIdleTimeout(IDLE.toMillis());
        server.addConnector(connector);
        server.setHandler(new HttpFront(routes, requestFaults, counter, cloud.time()));
    }

    /** Serves a cloud on a free port. */
    public static SimulatorServer start(SimulatedCloud cloud) throws IOException {
        return start(cloud, 0);
    }

    /**
     * Serves a cloud.
     *
     * @param port 0: any that is free
     * @throws IOException if the port cannot be had
     */
    public static SimulatorServer start(SimulatedCloud cloud, int port) throws IOException {
        SimulatorServer simulator = new SimulatorServer(cloud, port);
        try {
            simulator.server.start();
        } catch (IOException noPort) {
            simulator.close();
            throw noPort;
        } catch (Exception bug) {
            simulator.close();
            throw new IllegalStateException("The simulator does not start.", bug);
        }
        return simulator;
    }

    /** {@code http://127.0.0.1:12345}. */
    public URI address() {
        return URI.create("http://" + connector.getHost() + ":" + connector.getLocalPort());
    }

    /** Keystone's address, the one that a client needs. */
    public URI identityAddress() {
        return address().resolve("/identity/v3");
    }

    /** Users and tokens. */
    public Identity identity() {
        return identity;
    }

    /** Where the catalogue says that the service "instance-ha" is; without this it has none. */
    public void publishInstanceHa(URI url) {
        catalogue.publishInstanceHa(url.toString());
    }

    /** Faults that hit requests; those of hosts and servers are the cloud's. */
    public RequestFaults requestFaults() {
        return requestFaults;
    }

    /** The calls so far, or since {@link #resetCalls()}, without those of the simulator's own control. */
    public List<CallCount> calls() {
        return counter.counts();
    }

    public void resetCalls() {
        counter.reset();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (Exception bug) {
            throw new IllegalStateException("The simulator does not stop.", bug);
        }
    }
}
