package io.bactrian.webhook;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static java.nio.charset.StandardCharsets.UTF_8;

/** What an HMAC covers, as a template of texts and {@code {body}}, {@code {timestamp}}, {@code {id}}, {@code {url}}. */
final class SignedContent {

    /** The body alone. */
    static final SignedContent BODY = new SignedContent(List.of(WebhookRequest::body), "", null);

    private static final Pattern PLACE = Pattern.compile("\\{([^{}]*)}");

    private final List<Part> parts;
    private final String timestampHeader;
    private final SignedTime time;

    /** One piece of what is signed. */
    private interface Part {
        byte[] of(WebhookRequest request) throws UnauthorizedException;
    }

    private SignedContent(List<Part> parts, String timestampHeader, SignedTime time) {
        this.parts = parts;
        this.timestampHeader = timestampHeader;
        this.time = time;
    }

    /** @throws IllegalArgumentException naming the parameter that is missing or of no use */
    static SignedContent parse(
            String template, String timestampHeader, String idHeader, SignedUrl url, SignedTime time) {
        if (!template.contains("{body}")) {
            throw new IllegalArgumentException("signedContent=" + template + ": expected {body} in it");
        }
        needs(template, "timestamp", "timestampHeader", timestampHeader);
        needs(template, "id", "idHeader", idHeader);
        List<Part> parts = new ArrayList<>();
        Matcher place = PLACE.matcher(template);
        int from = 0;
        while (place.find()) {
            text(parts, template.substring(from, place.start()));
            from = place.end();
            switch (place.group(1)) {
                case "body" -> parts.add(WebhookRequest::body);
                case "url" -> parts.add(request -> url.of(request).get(0).getBytes(UTF_8));
                case "timestamp" ->
                    parts.add(request -> Credentials.bytes(Credentials.header(request, timestampHeader)));
                case "id" -> {
                    char separator = from < template.length() ? template.charAt(from) : 0;
                    if (separator == 0 || separator == '{') {
                        throw new IllegalArgumentException(
                                "signedContent=" + template + ": expected a separator behind {id}");
                    }
                    parts.add(request -> id(request, idHeader, separator));
                }
                default ->
                    throw new IllegalArgumentException("signedContent=" + template + ": " + place.group()
                            + " is unknown; expected {body}, {timestamp}, {id} or {url}");
            }
        }
        text(parts, template.substring(from));
        boolean timed = template.contains("{timestamp}");
        return new SignedContent(List.copyOf(parts), timed ? timestampHeader : "", timed ? time : null);
    }

    private static void needs(String template, String name, String parameter, String header) {
        boolean used = template.contains("{" + name + "}");
        if (used && header.isBlank()) {
            throw new IllegalArgumentException(parameter + " is missing: signedContent has {" + name + "}");
        }
        if (!used && !header.isBlank()) {
            throw new IllegalArgumentException(parameter + " is given, but signedContent has no {" + name + "}");
        }
    }

    private static void text(List<Part> parts, String text) {
        if (!text.isEmpty()) {
            byte[] bytes = text.getBytes(UTF_8);
            parts.add(request -> bytes);
        }
    }

    /** An id with the separator in it could take over what belongs to the next part. */
    private static byte[] id(WebhookRequest request, String header, char separator) throws UnauthorizedException {
        String id = Credentials.header(request, header);
        if (id.indexOf(separator) >= 0) {
            throw UnauthorizedException.malformed("The id in " + header + " holds a separator.");
        }
        return Credentials.bytes(id);
    }

    byte[][] parts(WebhookRequest request) throws UnauthorizedException {
        byte[][] all = new byte[parts.size()][];
        for (int i = 0; i < all.length; i++) {
            all[i] = parts.get(i).of(request);
        }
        return all;
    }

    /** @throws UnauthorizedException when there is a timestamp and it is too far from now */
    void checkTime(WebhookRequest request) throws UnauthorizedException {
        if (time != null) {
            time.check(Credentials.header(request, timestampHeader), timestampHeader);
        }
    }
}
