package io.bactrian.camel.config;

import java.util.Map;
import java.util.Properties;

import org.apache.camel.CamelContext;
import org.apache.camel.Ordered;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.spi.PropertiesSource;

/** The shipped defaults as the very last source of a Camel context, so that {@code {{bactrian.x}}} resolves anywhere. */
public final class DefaultsSource implements PropertiesSource, Ordered {

    private final PropertiesComponent component;
    private final Map<String, String> defaults = BactrianConfig.defaults();

    private DefaultsSource(PropertiesComponent component) {
        this.component = component;
    }

    /** Adds the defaults to a context. */
    public static void addTo(CamelContext context) {
        if (context.getPropertiesComponent() instanceof PropertiesComponent component) {
            component.addPropertiesSource(new DefaultsSource(component));
        }
    }

    @Override
    public String getName() {
        return "bactrian-defaults";
    }

    @Override
    public String getProperty(String name) {
        if (!name.startsWith("bactrian.")) {
            return null;
        }
        // Camel asks an application's initial properties after all sources: they are not ours to shadow
        Properties initial = component.getInitialProperties();
        return initial != null && initial.containsKey(name) ? null : defaults.get(name);
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST;
    }
}
