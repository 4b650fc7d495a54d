package io.bactrian.testing;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a {@link NatsServer} with JetStream to every test method that has one as a parameter, and closes it afterwards.
 * Asked for in {@code @BeforeAll} or in the constructor of a class with one instance, the server is shared by the class.
 */
public final class NatsServerExtension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(NatsServerExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == NatsServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(NatsServer.class, key -> NatsServer.start(), NatsServer.class);
    }
}
