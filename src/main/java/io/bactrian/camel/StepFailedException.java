package io.bactrian.camel;

import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An {@link Error} in a step of a route, such as one of memory, as the exception of its exchange. Camel knows exceptions
 * only: an error in a synchronous step counts as its success ({@code DelegateSyncProcessor} calls back without an
 * exception), so that a verifier would let the request pass, and one in an asynchronous step ends its exchange never.
 *
 * <p>There is one of it, made beforehand: where no memory is left nothing can be made. The log names the error.
 */
public final class StepFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(StepFailedException.class);

    @SuppressWarnings("StaticAssignmentOfThrowable") // it has no stack trace
    private static final StepFailedException ONE = new StepFailedException();

    private StepFailedException() {
        super("a step of the route broke off, as for want of memory", null, false, false);
    }

    /** Has it made, while there is memory for it. */
    static void prepare() {
        LOG.trace("Prepared for errors: {}", ONE);
    }

    /** Logs an error and says what to throw, or to set, instead of it. */
    public static StepFailedException of(Throwable error) {
        try {
            LOG.error("A step of a route broke off", error);
        } catch (RuntimeException | Error e) {
            // what cannot be logged fails the step all the same
        }
        return ONE;
    }

    /** Makes an exchange fail with an exception, or with what stands for an error. */
    public static void fail(Exchange exchange, Throwable failure) {
        exchange.setException(failure instanceof Error ? of(failure) : failure);
    }
}
