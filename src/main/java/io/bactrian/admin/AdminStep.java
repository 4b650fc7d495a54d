package io.bactrian.admin;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

import io.bactrian.camel.StepFailedException;
import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.camel.http.Problem;
import io.bactrian.camel.http.ProblemException;
import io.bactrian.camel.http.ProblemKind;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.DefaultMessage;

/** One operation of the API as a step of a route. It holds no event loop: what reads from disk does so elsewhere. */
final class AdminStep extends AsyncProcessorSupport {

    private final Function<IntakeRequest, CompletableFuture<AdminAnswer>> operation;

    AdminStep(Function<IntakeRequest, CompletableFuture<AdminAnswer>> operation) {
        this.operation = operation;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        IntakeRequest request = exchange.getProperty(IntakeRequest.PROPERTY, IntakeRequest.class);
        try {
            operation
                    .apply(request)
                    .whenCompleteAsync(
                            (given, failure) -> {
                                complete(exchange, given, failure);
                                callback.done(false);
                            },
                            request.eventLoop());
            return false;
        } catch (RuntimeException | Error e) {
            complete(exchange, null, e);
            callback.done(true);
            return true;
        }
    }

    private static void complete(Exchange exchange, AdminAnswer given, Throwable failure) {
        try {
            if (failure == null) {
                respond(exchange, given);
            } else {
                StepFailedException.fail(exchange, problem(failure));
            }
        } catch (RuntimeException | Error e) {
            StepFailedException.fail(exchange, e);
        }
    }

    private static void respond(Exchange exchange, AdminAnswer given) {
        Message message = new DefaultMessage(exchange);
        exchange.setMessage(message);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, given.status());
        message.setHeader("Cache-Control", "no-store");
        if (given.contentType() != null) {
            message.setHeader("Content-Type", given.contentType());
        }
        given.headers().forEach(message::setHeader);
        message.setBody(given.body());
    }

    private static Throwable problem(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof InvalidRequestException invalid) {
            return new Problem(
                            ProblemKind.INVALID_REQUEST,
                            invalid.getMessage(),
                            invalid.pointer() == null
                                    ? List.of()
                                    : List.of(new Problem.Fault(invalid.pointer(), null, "api", invalid.getMessage())),
                            Map.of())
                    .toException();
        }
        if (cause instanceof RejectedExecutionException) {
            return new ProblemException(
                    ProblemKind.OVERLOADED, "Too many requests to the management API are in progress.");
        }
        return cause;
    }
}
