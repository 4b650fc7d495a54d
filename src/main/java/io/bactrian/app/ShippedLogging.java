package io.bactrian.app;

import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Logback as the gateway ships it, without the XML that logback would read: that is a tenth of a start. SLF4J makes it
 * for {@link #use}; where the user has a configuration, logback reads it as everywhere.
 */
public final class ShippedLogging implements SLF4JServiceProvider {

    /** Name of the appender to standard error. */
    static final String CONSOLE = "console";

    /** What is not {@code INFO}. */
    static final Map<String, Level> LEVELS = Map.of(
            // Camel says the same at every start; what matters is said by Bactrian
            "org.apache.camel", Level.WARN,
            // at DEBUG they show the values of keys and parameters, secrets too: not even when the level of
            // org.apache.camel is lowered
            "org.apache.camel.component.properties", Level.WARN,
            "org.apache.camel.impl.engine.DefaultCamelContextExtension", Level.WARN,
            // a failed start ends with one line of ours
            "org.apache.camel.impl.engine.AbstractCamelContext", Level.OFF,
            "io.vertx", Level.WARN,
            "io.netty", Level.WARN,
            "io.nats", Level.WARN);

    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{0} - %msg%replace( %kvp{NONE}){'^ $', ''}%n";
    private static final String USER_CONFIGURATION = "logback.configurationFile";
    private static final String PROVIDER = "slf4j.provider";
    private static final String VERBOSITY = "slf4j.internal.verbosity";

    private final LoggerContext context = new LoggerContext();
    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final LogbackMDCAdapter mdc = new LogbackMDCAdapter();

    /** To be called before the first logger is made; what the user configures is left alone. */
    static void use() {
        if (System.getProperty(USER_CONFIGURATION) == null && System.getProperty(PROVIDER) == null) {
            System.setProperty(PROVIDER, ShippedLogging.class.getName());
            // else SLF4J says on standard error that it does so
            if (System.getProperty(VERBOSITY) == null) {
                System.setProperty(VERBOSITY, "WARN");
            }
        }
    }

    /** @return whether {@link #use} took effect */
    static boolean isUsed() {
        return ShippedLogging.class.getName().equals(System.getProperty(PROVIDER));
    }

    @Override
    public void initialize() {
        context.setName("default");
        context.setMDCAdapter(mdc);
        PatternLayoutEncoder lines = new PatternLayoutEncoder();
        lines.setContext(context);
        lines.setPattern(PATTERN);
        lines.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName(CONSOLE);
        console.setTarget("System.err");
        console.setEncoder(lines);
        console.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(console);
        LEVELS.forEach((name, level) -> context.getLogger(name).setLevel(level));
        context.start();
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return context;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return mdc;
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0.99";
    }
}
