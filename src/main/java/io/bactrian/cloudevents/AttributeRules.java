package io.bactrian.cloudevents;

/** What the core specification demands of one attribute, by name (rules C4 to C15). */
final class AttributeRules {
    /** Longest attribute name, in characters; the specification recommends 20. */
    static final int MAX_NAME = 256;
    /** Longest attribute value, in characters: no less than the 64 KiB of an event that must be forwarded (rule C17). */
    static final int MAX_VALUE = 64 * 1024;

    private static final Fault NAME = new Fault("C4", "an attribute name has only the characters a-z and 0-9");
    private static final Fault RESERVED = new Fault("C4", "data is not an attribute name");
    private static final Fault NAME_LENGTH = new Fault("limit", "an attribute name has at most 256 characters");
    private static final Fault LENGTH = new Fault("limit", "an attribute value has at most 65536 characters");
    private static final Fault STRING =
            new Fault("C5", "must not have control characters, noncharacters or unpaired surrogates");
    private static final Fault ID = new Fault("C7", "must be a non-empty string");
    private static final Fault SOURCE = new Fault("C8", "must be a non-empty URI-reference (RFC 3986 section 4.1)");
    private static final Fault VERSION = new Fault("C9", "must be \"1.0\", the only version understood here");
    private static final Fault TYPE = new Fault("C10", "must be a non-empty string");
    private static final Fault CONTENT_TYPE = new Fault("C11", "must be a media type (RFC 2046)");
    private static final Fault SCHEMA = new Fault("C12", "must be a non-empty absolute URI (RFC 3986 section 4.3)");
    private static final Fault SUBJECT = new Fault("C13", "must be a non-empty string when present");
    private static final Fault TIME =
            new Fault("C14", "must be a timestamp with an offset (RFC 3339), such as 2026-01-02T03:04:05Z");

    private AttributeRules() {}

    /** A broken rule, not yet tied to a place. */
    record Fault(String rule, String detail) {}

    /** What is wrong with a name, or null. */
    static Fault ofName(String name) {
        if (name.length() > MAX_NAME) {
            return NAME_LENGTH;
        }
        if (name.equals("data")) {
            return RESERVED;
        }
        for (int at = 0; at < name.length(); at++) {
            char c = name.charAt(at);
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) {
                return NAME;
            }
        }
        return name.isEmpty() ? NAME : null;
    }

    /** What is wrong with the value of a well-named attribute, or null. */
    static Fault ofValue(String name, String value) {
        if (value.length() > MAX_VALUE) {
            return LENGTH;
        }
        if (!isLegalString(value)) {
            return STRING;
        }
        return switch (name) {
            case "specversion" -> value.equals("1.0") ? null : VERSION;
            case "id" -> value.isEmpty() ? ID : null;
            case "source" -> !value.isEmpty() && UriSyntax.isReference(value) ? null : SOURCE;
            case "type" -> value.isEmpty() ? TYPE : null;
            case "datacontenttype" -> MediaType.parse(value) != null ? null : CONTENT_TYPE;
            case "dataschema" -> UriSyntax.isAbsolute(value) ? null : SCHEMA;
            case "subject" -> value.isEmpty() ? SUBJECT : null;
            case "time" -> Timestamps.isValid(value) ? null : TIME;
            default -> null;
        };
    }

    /** Whether the specification defines the attribute, so that it must be a string in JSON. */
    static boolean isCore(String name) {
        return switch (name) {
            case "specversion", "id", "source", "type", "datacontenttype", "dataschema", "subject", "time" -> true;
            default -> false;
        };
    }

    /** The type String of the specification (rule C5). */
    static boolean isLegalString(String value) {
        for (int at = 0; at < value.length(); at++) {
            char c = value.charAt(at);
            if (c < 0x20 || (c >= 0x7F && c <= 0x9F)) {
                return false;
            }
            if (c >= 0xD800) {
                int point = value.codePointAt(at);
                boolean lone = point >= 0xD800 && point <= 0xDFFF;
                boolean noncharacter = (point & 0xFFFE) == 0xFFFE || (point >= 0xFDD0 && point <= 0xFDEF);
                if (lone || noncharacter) {
                    return false;
                }
                at += Character.charCount(point) - 1;
            }
        }
        return true;
    }
}
