package io.bactrian.camel.http;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.StepFailedException;
import io.bactrian.camel.config.Values;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the requests of one {@code platform-http:} endpoint and runs its route on their event loop. */
final class AsyncHttpConsumer extends DefaultConsumer implements PlatformHttpConsumer, Suspendable {

    private static final Logger LOG = LoggerFactory.getLogger(AsyncHttpConsumer.class);

    /** Key in the routing context: the methods of all routes that were passed by because of their method. */
    static final String ALLOWED_METHODS = "bactrian.allowed";

    /** Key in the routing context: label of the intake path that does not allow this method. */
    static final String LABEL = "bactrian.label";

    /** What is answered when something breaks that is no exception; made beforehand, as {@link StepFailedException} is. */
    static final Problem BROKEN = new Problem(
            ProblemKind.OVERLOADED,
            "The gateway broke off in the middle of this request, as for want of memory; send it again, with the same id.");

    static final Pattern PATH_PARAMETER = Pattern.compile("\\{([^/}]+)\\}");

    private final AsyncHttpEngine engine;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Set<String> methods = new LinkedHashSet<>();
    private final IntakePath path;
    private final boolean intake;
    private List<ProblemMapper> problemMappers = List.of();
    private List<RequestListener> listeners = List.of();
    private RejectedRequests rejected;
    private Deadlines deadlines;
    private Route route;

    AsyncHttpConsumer(PlatformHttpEndpoint endpoint, Processor processor, AsyncHttpEngine engine) {
        super(endpoint, processor);
        this.engine = engine;
        if (endpoint.getHttpMethodRestrict() != null) {
            for (String method : Values.list(endpoint.getHttpMethodRestrict())) {
                methods.add(method.toUpperCase(Locale.ROOT));
            }
        }
        var known = IntakePaths.of(endpoint.getCamelContext()).find(endpoint.getPath());
        this.intake = known.isPresent();
        this.path = known.orElseGet(() -> new IntakePath(
                slashed(endpoint.getPath()), "other", engine.limits().maxBody()));
    }

    private static String slashed(String path) {
        return path.startsWith("/") ? path : "/" + path;
    }

    @Override
    public PlatformHttpEndpoint getEndpoint() {
        return (PlatformHttpEndpoint) super.getEndpoint();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        var registry = getEndpoint().getCamelContext().getRegistry();
        rejected = RejectedRequests.of(getEndpoint().getCamelContext());
        problemMappers = List.copyOf(registry.findByType(ProblemMapper.class));
        listeners = intake ? List.copyOf(registry.findByType(RequestListener.class)) : List.of();
        var router = engine.router();
        deadlines = engine.deadlines(router.vertx());
        String pattern = PATH_PARAMETER.matcher(path.path()).replaceAll(":$1");
        if (getEndpoint().isMatchOnUriPrefix() && !pattern.endsWith("*")) {
            pattern += "*";
        }
        route = router.route(pattern).handler(this::handle);
    }

    @Override
    protected void doStop() throws Exception {
        if (route != null) {
            route.remove();
            route = null;
        }
        super.doStop();
    }

    private void handle(RoutingContext ctx) {
        if (!allows(ctx.request().method())) {
            Set<String> allowed = ctx.get(ALLOWED_METHODS);
            Set<String> all = allowed == null ? new TreeSet<>() : allowed;
            all.addAll(methods);
            ctx.put(ALLOWED_METHODS, all);
            if (intake) {
                ctx.put(LABEL, path.label());
            }
            ctx.next();
            return;
        }
        IntakeCall call = new IntakeCall(this, ctx);
        if (engine.isDraining() || isSuspendingOrSuspended() || !isRunAllowed()) {
            engine.refusedForDrain();
            call.refuseBehindBody(
                    new Problem(ProblemKind.STOPPING, "The gateway is stopping; send the event again."),
                    deadlines.watch(call));
        } else if (inFlight.get() >= engine.limits().maxInFlightPerWebhook()) {
            call.refuse(new Problem(
                    ProblemKind.OVERLOADED,
                    "More than " + engine.limits().maxInFlightPerWebhook()
                            + " requests of this path are in progress (bactrian.http.max-in-flight-per-webhook)."));
        } else if (!engine.enter()) {
            call.refuse(new Problem(
                    ProblemKind.OVERLOADED,
                    "More than " + engine.limits().maxInFlight()
                            + " requests are in progress (bactrian.http.max-in-flight)."));
        } else {
            inFlight.incrementAndGet();
            call.begin(deadlines);
        }
    }

    private boolean allows(HttpMethod method) {
        return methods.isEmpty() || methods.contains(method.name());
    }

    boolean isIntake() {
        return intake;
    }

    HttpLimits limits() {
        return engine.limits();
    }

    BodyBudget bodies() {
        return engine.bodies();
    }

    IntakePath path() {
        return path;
    }

    Exchange newExchange() {
        return createExchange(false);
    }

    void leave() {
        inFlight.decrementAndGet();
        engine.leave();
    }

    boolean isDraining() {
        return engine.isDraining();
    }

    Deadlines.Deadline watchAgain(IntakeCall call) {
        return deadlines.watchAgain(call);
    }

    /** A route has not ended by itself. */
    void silent() {
        LOG.error(
                "A route that is silent for twice bactrian.http.request-timeout is given up: path={} webhook={}",
                path.path(),
                path.label());
    }

    /**
     * Makes an exchange fail whose route broke off where none of its steps sees it: what the steps behind it have queued must
     * not go on, and what is to follow the block of an idempotent consumer may never come.
     */
    void breakOff(Exchange exchange, Throwable failure) {
        StepFailedException.fail(exchange, failure);
        if (exchange.getProperty(EventProperties.RESERVATION) != null) {
            getEndpoint()
                    .getCamelContext()
                    .getRegistry()
                    .lookupByNameAndType("journal", IdempotentRepository.class)
                    .remove(exchange, exchange.getProperty(EventProperties.EVENT_KEY, String.class));
        }
    }

    /** A request has got no answer, and its client is told so by the end of the connection or the stream. */
    void unanswered(Throwable failure) {
        try {
            LOG.error("A request is not answered: webhook={}", path.label(), failure);
        } catch (RuntimeException | Error e) {
            // what cannot be logged is not answered all the same
        }
    }

    /** Never fails. */
    Problem problemOf(Throwable failure) {
        try {
            return findProblem(failure);
        } catch (RuntimeException | Error e) {
            unanswered(e);
            return BROKEN;
        }
    }

    private Problem findProblem(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof ProblemException known) {
                return known.problem();
            }
            if (t instanceof StepFailedException) {
                return BROKEN; // logged
            }
            if (t instanceof VirtualMachineError) {
                LOG.error("A request broke off: webhook={}", path.label(), t);
                return BROKEN;
            }
        }
        for (ProblemMapper mapper : problemMappers) {
            var problem = mapper.problem(failure);
            if (problem.isPresent()) {
                return problem.get();
            }
        }
        getExceptionHandler().handleException("Request failed: route=" + getRouteId(), failure);
        return new Problem(ProblemKind.INTERNAL_ERROR, "An unexpected error; the log of the gateway says more.");
    }

    /** Counts an answer to a post; a handshake is none. */
    void answered(HttpMethod method, int status, long nanos) {
        if (method.equals(HttpMethod.POST)) {
            for (RequestListener listener : listeners) {
                listener.answered(path.label(), status, nanos);
            }
        }
    }

    void rejected(Problem problem, HttpServerRequest request) {
        LOG.debug(
                "Request is refused: webhook={} reason={}",
                path.label(),
                problem.kind().slug());
        if (!intake) {
            return;
        }
        for (RequestListener listener : listeners) {
            listener.rejected(path.label(), problem.kind());
        }
        rejected.add(path.label(), problem, request);
    }
}
