package io.bactrian.admin;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongFunction;

import com.fasterxml.jackson.core.JsonGenerator;
import io.bactrian.journal.EventPage;
import io.bactrian.journal.Failure;
import io.bactrian.journal.Key;

/** Dead events by the class of their last error, of which there are few. */
final class DeadGroups {

    /** Pages that one request reads. */
    private static final int MAX_PAGES = 8;

    private final Map<String, Group> groups = new TreeMap<>();

    private static final class Group {
        private long count;
        private long attempts;
        private Instant first;
        private Instant last;
        private String message;
        private Key example;

        void add(EventPage.Item<EventSummary> item) {
            Failure failure = item.state().lastError();
            count++;
            attempts += item.state().allAttempts();
            first = first == null || failure.at().isBefore(first) ? failure.at() : first;
            if (last == null || failure.at().isAfter(last)) {
                last = failure.at();
                message = failure.message();
                example = item.state().key();
            }
        }
    }

    /**
     * @param maxBytes no page is read when those before it took as many
     * @return where the rest begins, or 0 when everything was counted
     */
    long fill(LongFunction<EventPage<EventSummary>> pages, long before, long maxBytes) {
        long next = before;
        long read = 0;
        for (int i = 0; i < MAX_PAGES && next != 0 && read < maxBytes; i++) {
            EventPage<EventSummary> page = pages.apply(next);
            read += page.bytesRead();
            page.items().stream()
                    .filter(item -> item.state().lastError() != null)
                    .forEach(item -> groups.computeIfAbsent(
                                    item.state().lastError().errorClass(), reason -> new Group())
                            .add(item));
            next = page.next();
        }
        return next;
    }

    void writeTo(JsonGenerator json, Function<Key, String> ids) throws IOException {
        json.writeArrayFieldStart("items");
        for (Map.Entry<String, Group> entry : groups.entrySet()) {
            Group group = entry.getValue();
            json.writeStartObject();
            json.writeStringField("reason", entry.getKey());
            json.writeNumberField("count", group.count);
            json.writeNumberField("attempts", group.attempts);
            json.writeStringField("firstAt", Json.time(group.first));
            json.writeStringField("lastAt", Json.time(group.last));
            json.writeStringField("lastMessage", group.message);
            json.writeStringField("example", "/api/events/" + ids.apply(group.example));
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
