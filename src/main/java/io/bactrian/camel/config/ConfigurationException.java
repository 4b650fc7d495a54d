package io.bactrian.camel.config;

/** A setting that cannot be used. The message names the key, what was expected and where the value came from. */
public final class ConfigurationException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** @param message one line for a person, without any secret */
    public ConfigurationException(String message) {
        super(message);
    }

    public ConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
