package io.bactrian.camel.webhook;

import java.util.function.Function;

import io.bactrian.camel.config.ConfigurationException;
import org.apache.camel.CamelContext;
import org.apache.camel.Expression;
import org.apache.camel.Predicate;
import org.apache.camel.spi.Language;

/** Camel's Simple in parameters of a webhook: read once, when the route starts, so that a bad expression stops the start. */
final class SimpleText {

    /** What stands before an expression. */
    static final String PREFIX = "simple:";

    private SimpleText() {}

    /**
     * @param parameter of the webhook, for the message
     * @param text the expression without its prefix
     * @throws ConfigurationException for an expression that cannot be read
     */
    static Expression expression(CamelContext context, String webhook, String parameter, String text) {
        return parse(context, webhook, parameter, text, simple -> {
            Expression expression = simple.createExpression(text);
            expression.init(context);
            return expression;
        });
    }

    /** The same for a predicate. */
    static Predicate predicate(CamelContext context, String webhook, String parameter, String text) {
        return parse(context, webhook, parameter, text, simple -> {
            Predicate predicate = simple.createPredicate(text);
            predicate.init(context);
            return predicate;
        });
    }

    /** @return why an evaluation failed, without a word of what it was evaluated on */
    static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName();
    }

    private static <T> T parse(
            CamelContext context, String webhook, String parameter, String text, Function<Language, T> parser) {
        if (text.isBlank()) {
            throw failed(webhook, parameter, text, "expected an expression behind " + PREFIX, null);
        }
        try {
            return parser.apply(context.resolveLanguage("simple"));
        } catch (RuntimeException e) {
            throw failed(webhook, parameter, text, e.getMessage(), e);
        }
    }

    private static ConfigurationException failed(
            String webhook, String parameter, String text, String reason, Exception cause) {
        return new ConfigurationException(
                "webhook " + webhook + ": " + parameter + "=" + PREFIX + text + ": " + reason, cause);
    }
}
