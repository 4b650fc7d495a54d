package io.bactrian.cloudevents;

/** Where the attributes of an event stand in a message, so that a violation can name the spot. */
@FunctionalInterface
interface Place {
    /** Attributes as HTTP headers. */
    Place HEADERS = (name, rule, detail) -> new Violation(null, headerName(name), rule, detail);

    /** The violation of a rule by the named attribute. */
    Violation violation(String name, String rule, String detail);

    /** Attributes as members of the JSON object at a pointer ({@code ""}: the document). */
    static Place members(String pointer) {
        return (name, rule, detail) -> new Violation(
                // an overlong name would make the answer as large as the request
                name.length() > AttributeRules.MAX_NAME ? pointer : pointer + "/" + escaped(name), null, rule, detail);
    }

    private static String headerName(String name) {
        if (name.equals("datacontenttype")) {
            return "Content-Type";
        }
        return "ce-" + name.substring(0, Math.min(name.length(), AttributeRules.MAX_NAME));
    }

    private static String escaped(String name) {
        return name.indexOf('~') < 0 && name.indexOf('/') < 0
                ? name
                : name.replace("~", "~0").replace("/", "~1");
    }
}
