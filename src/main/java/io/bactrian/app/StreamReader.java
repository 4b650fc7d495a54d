package io.bactrian.app;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.jetstream.NatsService;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.MessageInfo;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

/** Development only: shows the newest messages of the stream, one JSON object a line. */
final class StreamReader extends RouteBuilder {

    static final String PATH = "/dev/stream";

    private static final int NEWEST = 10;

    @Override
    public void configure() {
        from("platform-http:" + PATH + "?httpMethodRestrict=GET")
                .routeId("dev-stream")
                .threads(1, 1, "bactrian-dev-stream")
                .process(this::read);
    }

    private void read(Exchange exchange) throws IOException, JetStreamApiException {
        Connection connection =
                NatsService.of(exchange.getContext()).connection().connection();
        if (connection == null || connection.getStatus() != Connection.Status.CONNECTED) {
            exchange.getMessage().setBody("NATS is away; accepted events wait in the journal.\n");
            return;
        }
        JetStreamManagement management = connection.jetStreamManagement();
        String stream = BactrianConfig.of(exchange.getContext()).text("bactrian.nats.stream");
        var state = management.getStreamInfo(stream).getStreamState();
        StringBuilder lines = new StringBuilder();
        for (long seq = Math.max(state.getFirstSequence(), state.getLastSequence() - NEWEST + 1);
                seq > 0 && seq <= state.getLastSequence();
                seq++) {
            lines.append(line(management.getMessage(stream, seq))).append('\n');
        }
        exchange.getMessage().setBody(lines.isEmpty() ? "The stream is empty.\n" : lines.toString());
    }

    private static String line(MessageInfo message) throws IOException {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("sequence", message.getSeq());
            json.writeStringField("subject", message.getSubject());
            json.writeObjectFieldStart("headers");
            if (message.getHeaders() != null) {
                for (String name : message.getHeaders().keySet()) {
                    json.writeStringField(name, message.getHeaders().getLast(name));
                }
            }
            json.writeEndObject();
            byte[] data = message.getData();
            json.writeStringField("data", data == null ? "" : new String(data, StandardCharsets.UTF_8));
            json.writeEndObject();
        }
        return out.toString();
    }
}
