package io.bactrian.camel.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.bactrian.camel.config.BactrianConfig;
import io.vertx.core.Vertx;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.health.HealthCheckRegistry;

/**
 * The engine behind {@code platform-http:} that runs routes on the event loop. The stock engine holds one of 20 worker
 * threads for the whole route and queues the rest without a bound; here a request in progress costs no thread, and
 * there may be {@link HttpLimits#maxInFlight()} of them. A route must not block.
 *
 * <p>Bind it in the registry as {@code platform-http-engine}.
 */
public final class AsyncHttpEngine extends VertxPlatformHttpEngine {

    /** For the answer of a request whose deadline is the last moment. */
    private static final Duration DRAIN_MARGIN = Duration.ofSeconds(1);

    private final int port;
    private final boolean intake;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Drain drain = new Drain();
    private HttpLimits limits;
    private BodyBudget bodies;
    private Deadlines deadlines;

    /** @param port configured port of the {@link IntakeServer} that this engine's routes are mounted on */
    public AsyncHttpEngine(int port) {
        this(port, true);
    }

    private AsyncHttpEngine(int port, boolean intake) {
        this.port = port;
        this.intake = intake;
    }

    /** @return an engine for routes on the management port, which is no {@code platform-http:} and goes on while intake drains */
    public static AsyncHttpEngine ofManagement(int port) {
        return new AsyncHttpEngine(port, false);
    }

    @Override
    protected void doInit() throws Exception {
        limits = HttpLimits.of(BactrianConfig.of(getCamelContext()));
        bodies = new BodyBudget(limits.maxInFlightBytes());
        if (!intake) {
            return; // the engine that is known by its name is the one of intake
        }
        super.doInit();
        HealthCheckRegistry health = HealthCheckRegistry.get(getCamelContext());
        if (health != null) {
            health.register(new IntakeHealthCheck(this));
        }
    }

    @Override
    public int getServerPort() {
        return port;
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        return new AsyncHttpConsumer(endpoint, processor, this);
    }

    HttpLimits limits() {
        return limits;
    }

    /** @return requests in progress */
    public int inFlight() {
        return inFlight.get();
    }

    BodyBudget bodies() {
        return bodies;
    }

    /** @return bytes of the bodies of these, as they came and unpacked */
    public long inFlightBytes() {
        return bodies == null ? 0 : bodies.held();
    }

    boolean enter() {
        if (inFlight.incrementAndGet() <= limits.maxInFlight()) {
            return true;
        }
        inFlight.decrementAndGet();
        return false;
    }

    void leave() {
        if (inFlight.decrementAndGet() == 0) {
            drain.idle();
        }
    }

    boolean isDraining() {
        return drain.hasBegun();
    }

    void refusedForDrain() {
        drain.refused();
    }

    /**
     * Ends intake for good: refuses what comes from now on with 503 and blocks until what has begun is answered, which
     * its own deadline bounds, and until clients have noticed. The routes must still run. Not for an event loop.
     *
     * @return requests that were not answered in time
     */
    public int drain() throws InterruptedException {
        drain.begin();
        int left = drain.awaitAnswers(inFlight::get, limits.requestTimeout().plus(DRAIN_MARGIN));
        drain.awaitQuiet(limits.drain());
        return left;
    }

    VertxPlatformHttpRouter router() {
        String name = VertxPlatformHttpRouter.getRouterNameFromPort(port);
        VertxPlatformHttpRouter router = VertxPlatformHttpRouter.lookup(getCamelContext(), name);
        if (router == null) {
            throw new IllegalStateException(
                    "no HTTP server for port " + port + ": start an IntakeServer before routes");
        }
        return router;
    }

    synchronized Deadlines deadlines(Vertx vertx) {
        if (deadlines == null) {
            deadlines = new Deadlines(vertx, limits.requestTimeout());
        }
        return deadlines;
    }

    @Override
    protected synchronized void doStop() throws Exception {
        if (deadlines != null) {
            deadlines.close();
            deadlines = null;
        }
        super.doStop();
    }
}
