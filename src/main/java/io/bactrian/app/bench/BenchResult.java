package io.bactrian.app.bench;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import org.HdrHistogram.Histogram;

/**
 * What a run has shown.
 *
 * @param seconds of the measured part
 * @param answered events in requests answered 2xx within it, repeats included
 * @param accepted different events among these
 * @param acceptedInAll different events answered 2xx at any time, warm-up included
 * @param compared whether the stream was read; without, what it has is not known, and nothing counts as lost
 * @param delivered how many of them the stream had when it ended
 * @param storedInWindow events that the stream stored within it
 * @param lost events answered 2xx at any time that the stream did not get, when all had been waited for
 * @param duplicates copies in the stream beyond the first of each event
 * @param latency nanoseconds from the time a request was due to its answer
 * @param refused requests answered with each other status
 * @param broken requests whose connection broke
 * @param backlogMillis from the end of the load until the last event was stored
 * @param drained events that had waited for NATS when it came back, and {@code drainMillis} how long they took
 * @param cpuMicros processor time of the gateway for each answered event; nothing when its process is not known
 * @param clientMicros the same of the client
 * @param rssBytes memory the gateway held at the end
 * @param durability what was promised, and what the device takes for it
 */
public record BenchResult(
        Load load,
        double seconds,
        long answered,
        long accepted,
        long acceptedInAll,
        boolean compared,
        long delivered,
        long storedInWindow,
        long lost,
        long duplicates,
        Histogram latency,
        Map<Integer, Long> refused,
        long broken,
        long backlogMillis,
        long drained,
        long drainMillis,
        OptionalDouble cpuMicros,
        OptionalDouble clientMicros,
        OptionalLong rssBytes,
        String durability) {

    private static final double NANOS_IN_MILLI = 1_000_000;
    private static final int MEBIBYTE = 1024 * 1024;

    /** @return events answered 2xx a second */
    public double rate() {
        return answered / seconds;
    }

    /** @return events of the measured part that were not in the stream when it ended */
    public long backlog() {
        return accepted - delivered;
    }

    /** @return requests that were answered with another status, or not at all since their connection broke */
    public long refusedInAll() {
        return broken + refused.values().stream().mapToLong(Long::longValue).sum();
    }

    double millisAt(double percentile) {
        return latency.getValueAtPercentile(percentile) / NANOS_IN_MILLI;
    }

    /** @return one JSON object; what is not known is null */
    public String toJson() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("scenario", load.scenario().word());
            number(json, "rate", rate());
            number(json, "p50Ms", millisAt(50));
            number(json, "p99Ms", millisAt(99));
            number(json, "p999Ms", millisAt(99.9));
            json.writeNumberField("accepted", accepted);
            json.writeNumberField("acceptedInAll", acceptedInAll);
            json.writeNumberField("refused", refusedInAll());
            compared(json, "delivered", delivered);
            compared(json, "backlog", backlog());
            compared(json, "lost", lost);
            compared(json, "duplicates", duplicates);
            if (cpuMicros.isPresent()) {
                number(json, "cpuMicrosPerEvent", cpuMicros.getAsDouble());
            } else {
                json.writeNullField("cpuMicrosPerEvent");
            }
            if (rssBytes.isPresent()) {
                json.writeNumberField("rssBytes", rssBytes.getAsLong());
            } else {
                json.writeNullField("rssBytes");
            }
            json.writeStringField("durability", durability);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private void compared(JsonGenerator json, String name, long value) throws IOException {
        if (compared) {
            json.writeNumberField(name, value);
        } else {
            json.writeNullField(name);
        }
    }

    private static void number(JsonGenerator json, String name, double value) throws IOException {
        json.writeFieldName(name);
        json.writeNumber(String.format(Locale.ROOT, "%.3f", value));
    }

    /** @return the same for a person */
    public String toText() {
        StringBuilder text = new StringBuilder();
        line(text, "%s: %,.0f a second for %.0f s", load.scenario().description(), rate(), seconds);
        line(
                text,
                "  load        %s, %d connections, bodies of %d bytes%s",
                load.isOpenLoop() ? String.format(Locale.ROOT, "%,.0f requests a second", load.rate()) : "closed loop",
                load.connections(),
                load.size(),
                load.eventsInRequest() > 1 ? ", " + load.batch() + " in a batch" : "");
        line(
                text,
                "  latency     p50 %.2f ms   p99 %.2f ms   p99.9 %.2f ms   longest %.2f ms",
                millisAt(50),
                millisAt(99),
                millisAt(99.9),
                millisAt(100));
        line(text, "  accepted    %,d", accepted);
        if (compared) {
            line(
                    text,
                    "  delivered   %,d (%.3f of the accepted), %,.0f a second",
                    delivered,
                    accepted == 0 ? 0 : (double) delivered / accepted,
                    storedInWindow / seconds);
            line(text, "  backlog     %,d at the end, delivered after %,d ms", backlog(), backlogMillis);
            if (drained > 0) {
                line(
                        text,
                        "  drain       %,d waited when NATS came back, delivered %,d ms later, %,.0f a second",
                        drained,
                        drainMillis,
                        drained * 1000.0 / Math.max(1, drainMillis));
            }
            line(text, "  lost        %,d", lost);
            line(text, "  duplicates  %,d in the stream", duplicates);
        } else {
            line(text, "  lost        not known: the stream was not read");
        }
        if (!refused.isEmpty() || broken > 0) {
            line(text, "  refused     %s; %,d connections broke", refused, broken);
        }
        line(
                text,
                "  cost        %s an event; memory %s (client: %s an event)",
                micros(cpuMicros),
                rssBytes.isPresent() ? rssBytes.getAsLong() / MEBIBYTE + " MiB" : "not known",
                micros(clientMicros));
        line(text, "  durability  %s", durability);
        return text.toString();
    }

    private static String micros(OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, "%.1f µs", value.getAsDouble()) : "not known";
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
