package io.bactrian.camel.intake;

import java.util.Locale;

import io.bactrian.cloudevents.Violation;

/** A violation that stands alone, where nothing beside it says which member is meant. */
final class ViolationSentence {

    private ViolationSentence() {}

    static String of(Violation violation) {
        String detail = violation.detail();
        boolean predicate = detail.startsWith("is ") || detail.startsWith("must ");
        String place = place(violation);
        if (predicate) {
            return sentence((place == null ? "the document" : place) + " " + detail);
        }
        return sentence(place == null ? detail : place + ": " + detail);
    }

    /** Null for the whole document. */
    private static String place(Violation violation) {
        String pointer = violation.pointer();
        if (pointer == null) {
            return "the header " + violation.header();
        }
        if (pointer.isEmpty()) {
            return null;
        }
        boolean attribute = pointer.lastIndexOf('/') == 0 && !pointer.startsWith("/data_") && !pointer.equals("/data");
        return attribute ? "the attribute " + pointer.substring(1) : "the member " + pointer;
    }

    private static String sentence(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + (text.endsWith(".") ? "" : ".");
    }
}
