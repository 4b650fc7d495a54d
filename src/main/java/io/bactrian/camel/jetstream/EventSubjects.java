package io.bactrian.camel.jetstream;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.bactrian.cloudevents.SubjectTemplate;
import org.apache.camel.CamelContext;

/** Which subjects the webhooks of one Camel context publish to; each says so before its route starts. */
public final class EventSubjects {

    private final Map<String, SubjectTemplate> byName = new TreeMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** @return the subjects of this context, made on first use */
    public static EventSubjects of(CamelContext context) {
        synchronized (context) {
            EventSubjects found = context.getCamelContextExtension().getContextPlugin(EventSubjects.class);
            if (found == null) {
                found = new EventSubjects();
                context.getCamelContextExtension().addContextPlugin(EventSubjects.class, found);
            }
            return found;
        }
    }

    /** @param name of the webhook, {@code {name}} in the template */
    public void add(String name, SubjectTemplate template) {
        SubjectTemplate before;
        synchronized (byName) {
            before = byName.put(name, template);
        }
        if (before == null || !before.toString().equals(template.toString())) {
            listeners.forEach(Runnable::run);
        }
    }

    /** @return patterns that stand for every subject that is published to, without repeats */
    public List<String> patterns() {
        return List.copyOf(new LinkedHashSet<>(patternByName().values()));
    }

    /** @return by webhook, a pattern that stands for every subject it publishes to */
    public SortedMap<String, String> patternByName() {
        synchronized (byName) {
            SortedMap<String, String> patterns = new TreeMap<>();
            byName.forEach((name, template) -> patterns.put(name, template.covering(name)));
            return patterns;
        }
    }

    /** Called after a subject was added; must be short. */
    void onChange(Runnable listener) {
        listeners.add(listener);
    }
}
