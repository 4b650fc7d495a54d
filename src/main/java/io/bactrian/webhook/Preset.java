package io.bactrian.webhook;

import java.util.List;

/**
 * What a provider's requests mean without any configuration: for each attribute the expressions to try in turn.
 *
 * @param typePrefix before a type found by {@link #type()}
 * @param successStatus that the provider insists on, or 0
 */
record Preset(
        List<String> id,
        List<String> source,
        List<String> type,
        String typePrefix,
        List<String> subject,
        List<String> keepHeaders,
        int successStatus) {

    private static final Preset PLAIN = new Preset(List.of(), List.of(), List.of(), "", List.of(), List.of(), 0);

    /** As the CloudEvents adapter for GitHub: {@code com.github.<event>}, from the repository. */
    private static final Preset GITHUB = new Preset(
            List.of("header:X-GitHub-Delivery"),
            List.of("pointer:/repository/url", "pointer:/organization/url"),
            List.of("header:X-GitHub-Event"),
            "com.github.",
            List.of("pointer:/action"),
            List.of("X-GitHub-*"),
            0);

    static Preset of(String scheme) {
        return scheme.equals("github") ? GITHUB : PLAIN;
    }
}
