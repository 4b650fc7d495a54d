package io.bactrian.webhook;

/** Evaluates what follows {@code simple:} in a parameter; this room does not know the language. */
@FunctionalInterface
public interface Expressions {

    /**
     * @param text the expression
     * @param body of the request, or the element of it that becomes an event
     * @return the value, or null
     */
    String evaluate(String text, byte[] body);
}
