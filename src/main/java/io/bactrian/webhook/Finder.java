package io.bactrian.webhook;

import java.util.Map;
import java.util.function.UnaryOperator;

import io.bactrian.cloudevents.HeaderValues;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Finds one text in a request. */
@FunctionalInterface
interface Finder {

    /** @return the text, or null */
    String find(WebhookRequest request);

    static Finder header(String name) {
        return request -> HeaderValues.text(request.header(name));
    }

    static Finder pointer(String pointer) {
        JsonText text = JsonText.at("preset", pointer);
        return request -> text.read(request.body());
    }

    /** @return the parameter of a form, decoded */
    static Finder form(String name) {
        return request -> QueryText.first(new String(request.body(), UTF_8), name);
    }

    /** @return the first of the finders that finds something */
    static Finder first(Finder... finders) {
        return request -> {
            for (Finder finder : finders) {
                String found = finder.find(request);
                if (found != null && !found.isEmpty()) {
                    return found;
                }
            }
            return null;
        };
    }

    /** @return by what the first finder finds, the finder that looks further; null where there is none */
    static Finder by(Finder kind, Map<String, Finder> cases) {
        return request -> {
            String found = kind.find(request);
            Finder next = found == null ? null : cases.get(found);
            return next == null ? null : next.find(request);
        };
    }

    /** @return the parts that are found, with dots between; null without the first */
    static Finder dotted(Finder first, Finder second) {
        return request -> {
            String before = first.find(request);
            String behind = before == null ? null : second.find(request);
            return behind == null || behind.isEmpty() ? before : before + "." + behind;
        };
    }

    default Finder map(UnaryOperator<String> change) {
        return request -> {
            String found = find(request);
            return found == null || found.isEmpty() ? null : change.apply(found);
        };
    }

    default Finder prefixed(String prefix) {
        return map(found -> prefix + found);
    }
}
