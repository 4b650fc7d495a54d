import java.util.Locale;

import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.PublishOptions;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/**
 * Written by hand: Vert.x and jnats, answered after the PubAck, nothing kept. Plain, jnats flushes for each publish, as it
 * does when nobody tells it not to.
 */
public final class VertxJnats {

    public static void main(String[] arguments) throws Exception {
        Options.Builder options = Options.builder().server(arguments[1]).maxReconnects(-1);
        if (arguments.length < 3 || !arguments[2].equals("plain")) {
            options.dontForceFlushOnRequest();
        }
        Connection nats = Nats.connect(options.build());
        JetStream stream = nats.jetStream();
        Vertx vertx = Vertx.vertx();
        vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> publish(vertx, stream, request, body)))
                .listen(Integer.parseInt(arguments[0]), "127.0.0.1");
    }

    private static void publish(Vertx vertx, JetStream stream, HttpServerRequest request, Buffer body) {
        Context loop = vertx.getOrCreateContext();
        Headers headers = new Headers();
        request.headers().forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("ce-")) {
                headers.add(lower, value);
            }
        });
        headers.add("ce-datacontenttype", request.getHeader("Content-Type"));
        NatsMessage message =
                NatsMessage.builder().subject("events.rival").headers(headers).data(body.getBytes()).build();
        String id = request.getHeader("ce-source") + "/" + request.getHeader("ce-id");
        stream.publishAsync(message, PublishOptions.builder().messageId(id).build())
                .whenComplete((ack, failure) -> loop.runOnContext(done -> request.response()
                        .setStatusCode(failure == null ? 201 : 503)
                        .end()));
    }
}
