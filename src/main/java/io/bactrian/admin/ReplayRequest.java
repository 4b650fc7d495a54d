package io.bactrian.admin;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;

/**
 * The body of a change.
 *
 * @param filter of a replay by filter, or null
 * @param dryRun whether to count only
 * @param reason why, or null
 */
record ReplayRequest(EventFilter filter, boolean dryRun, String reason) {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final int MAX_REASON = 1000;

    /** @return the body of a change of one event, of which only {@code reason} is understood; it may be empty */
    static ReplayRequest ofOne(byte[] body) {
        return body.length == 0 ? new ReplayRequest(null, false, null) : parse(body, false);
    }

    static ReplayRequest ofMany(byte[] body) {
        ReplayRequest request = parse(body, true);
        if (request.filter == null) {
            throw new InvalidRequestException("/filter", "filter: expected an object, such as {\"state\":\"dead\"}");
        }
        return request;
    }

    private static ReplayRequest parse(byte[] body, boolean many) {
        try (JsonParser json = JSON.createParser(body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidRequestException("", "The body: expected a JSON object.");
            }
            ReplayRequest request = members(json, many);
            if (json.nextToken() != null) {
                throw new InvalidRequestException("", "The body: expected one JSON object and nothing behind it.");
            }
            return request;
        } catch (IOException e) {
            throw new InvalidRequestException("", "The body is no JSON object.");
        }
    }

    private static ReplayRequest members(JsonParser json, boolean many) throws IOException {
        EventFilter filter = null;
        boolean dryRun = false;
        String reason = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("reason")) {
                reason = reason(value, json);
            } else if (many && name.equals("dryRun")) {
                if (!value.isBoolean()) {
                    throw new InvalidRequestException("/dryRun", "dryRun: expected true or false");
                }
                dryRun = json.getBooleanValue();
            } else if (many && name.equals("filter")) {
                if (value != JsonToken.START_OBJECT) {
                    throw new InvalidRequestException("/filter", "filter: expected an object");
                }
                filter = EventFilter.of(filterMembers(json), "/filter");
            } else {
                throw new InvalidRequestException(
                        "",
                        "The body has a member that is not known; expected "
                                + (many ? "filter, dryRun, reason." : "reason."));
            }
        }
        return new ReplayRequest(filter, dryRun, reason);
    }

    private static String reason(JsonToken value, JsonParser json) throws IOException {
        if (value != JsonToken.VALUE_STRING || json.getTextLength() > MAX_REASON) {
            throw new InvalidRequestException(
                    "/reason", "reason: expected a text of at most " + MAX_REASON + " characters");
        }
        return json.getText();
    }

    private static Map<String, String> filterMembers(JsonParser json) throws IOException {
        Map<String, String> members = new TreeMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (!EventFilter.MEMBERS.contains(name)) {
                throw new InvalidRequestException(
                        "/filter",
                        "filter has a member that is not known; expected " + String.join(", ", EventFilter.MEMBERS));
            }
            if (json.nextToken() != JsonToken.VALUE_STRING) {
                throw new InvalidRequestException("/filter/" + name, name + ": expected a text");
            }
            members.put(name, json.getText());
        }
        return members;
    }
}
