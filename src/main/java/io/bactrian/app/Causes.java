package io.bactrian.app;

import java.net.BindException;

import io.bactrian.camel.config.ConfigurationException;
import org.apache.camel.PropertyBindingException;
import org.apache.camel.RuntimeCamelException;

/** Finds in a failed start the one line that helps. */
final class Causes {

    private static final int MAX_DEPTH = 50;

    private Causes() {}

    /** @return the message of our own exception when there is one, else of the innermost that says something */
    static String oneLine(Throwable failure) {
        Throwable best = failure;
        Throwable t = failure;
        for (int depth = 0; t != null && depth < MAX_DEPTH; t = t.getCause(), depth++) {
            if (t instanceof ConfigurationException) {
                return TerminalText.line(t.getMessage());
            }
            if (t instanceof PropertyBindingException binding && binding.getOptionKey() != null) {
                // Camel's message quotes the value, and a vault's token is one
                return binding.getOptionPrefix().replaceFirst("\\.$", "") + "." + binding.getOptionKey()
                        + ": there is no such option, or it does not take this value";
            }
            if (t.getMessage() != null && !(t instanceof BindException) && !(t instanceof RuntimeCamelException)) {
                best = t;
            }
        }
        String message = best.getMessage() == null ? best.toString() : best.getMessage();
        return TerminalText.line(message);
    }
}
