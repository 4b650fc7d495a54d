package io.bactrian.webhook;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** GitLab's events as the CloudEvents adapter document (cloudevents/spec, adapters/gitlab.md) maps them. */
final class GitLabEvents {

    private static final Finder KIND = Finder.pointer("/object_kind");
    private static final Finder PROJECT = Finder.first(
            Finder.pointer("/repository/homepage"),
            Finder.pointer("/project/web_url"),
            Finder.pointer("/project/homepage"));

    /** A note is about its object: the URL without what follows {@code #}. */
    private static final Finder NOTED =
            Finder.pointer("/object_attributes/url").map(url -> url.replaceFirst("#.*", ""));

    private static final Finder ID = Finder.pointer("/object_attributes/id");
    private static final Finder NUMBER = Finder.pointer("/object_attributes/iid");
    private static final Finder ACTION = Finder.pointer("/object_attributes/action");

    static final Preset PRESET = new Preset(
            // webhook-id is the same key, signed
            Finder.first(
                    Finder.header("Idempotency-Key"),
                    Finder.header("webhook-id"),
                    Finder.header("X-Gitlab-Event-UUID")),
            Finder.first(Finder.by(KIND, Map.of("note", NOTED)), PROJECT),
            Finder.dotted(
                            KIND.map(kind -> kind.equals("build") ? "job" : kind),
                            Finder.by(
                                    KIND,
                                    Map.of(
                                            "issue",
                                            Finder.pointer("/object_attributes/state"),
                                            "merge_request",
                                            ACTION,
                                            "wiki_page",
                                            ACTION,
                                            "pipeline",
                                            Finder.pointer("/object_attributes/status"),
                                            "build",
                                            Finder.pointer("/build_status"),
                                            "note",
                                            Finder.pointer("/object_attributes/noteable_type")
                                                    .map(GitLabEvents::snakeCase))))
                    .prefixed("com.gitlab."),
            Finder.by(
                    KIND,
                    Map.of(
                            "push",
                            Finder.pointer("/checkout_sha"),
                            "tag_push",
                            Finder.pointer("/ref"),
                            "issue",
                            NUMBER,
                            "merge_request",
                            NUMBER,
                            "note",
                            ID,
                            "pipeline",
                            ID,
                            "wiki_page",
                            Finder.pointer("/object_attributes/slug"),
                            "build",
                            Finder.pointer("/build_id"))),
            Finder.by(
                    KIND,
                    Map.of(
                            "note",
                            Finder.pointer("/object_attributes/created_at"),
                            "merge_request",
                            Finder.pointer("/object_attributes/created_at"))),
            List.of("X-Gitlab-Event", "X-Gitlab-Instance", "X-Gitlab-Event-UUID", "X-Gitlab-Webhook-UUID"),
            0,
            null);

    private GitLabEvents() {}

    /** {@code MergeRequest} is {@code merge_request}. */
    private static String snakeCase(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }
}
