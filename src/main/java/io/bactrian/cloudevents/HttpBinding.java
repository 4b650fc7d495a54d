package io.bactrian.cloudevents;

import java.util.Locale;

/** Events in HTTP messages in binary mode (CloudEvents HTTP binding 3.1, rules H5 to H10); for the other modes see {@link JsonFormat}. Stateless. */
public final class HttpBinding {
    private static final String PREFIX = "ce-";

    private HttpBinding() {}

    /**
     * Reads an event whose attributes are headers and whose data is the body. An empty body, like null, is no data: HTTP cannot tell the two apart.
     *
     * @param headers all headers of the message; those that are not the event's are ignored
     * @param body owned by the event from here on; may be null
     * @throws InvalidCloudEventException with the header's name for each violation, one for each required attribute that is missing
     */
    public static CloudEvent readBinary(HttpHeaders headers, byte[] body) throws InvalidCloudEventException {
        Draft draft = new Draft(Place.HEADERS);
        headers.each((name, value) -> {
            if (name.equalsIgnoreCase("content-type")) {
                // not percent-decoded: it is HTTP's own header, copied as it is (HTTP binding 3.1.1)
                draft.attribute("datacontenttype", HeaderValues.text(value.strip()), AttributeType.STRING);
            } else if (name.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
                attribute(draft, name.substring(PREFIX.length()).toLowerCase(Locale.ROOT), value);
            }
        });
        if (body != null && body.length > 0) {
            draft.data(body, DataKind.BYTES);
        }
        CloudEvent event = draft.finish();
        draft.violations().throwIfAny();
        return event;
    }

    private static void attribute(Draft draft, String name, String value) {
        if (name.equals("datacontenttype")) {
            draft.violations()
                    .add(new Violation(
                            null, "ce-datacontenttype", "H6", "must not be sent; Content-Type carries this attribute"));
            return;
        }
        if (!draft.begin(name)) {
            return;
        }
        try {
            draft.value(HeaderValues.decode(value), AttributeType.STRING);
        } catch (MalformedHeaderValueException e) {
            draft.refuse("H10", e.getMessage());
        }
    }
}
