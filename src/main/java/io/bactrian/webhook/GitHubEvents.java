package io.bactrian.webhook;

import java.util.List;
import java.util.Map;

import static java.util.Map.entry;

/** GitHub's events as the CloudEvents adapter document (cloudevents/spec, adapters/github.md) maps them. */
final class GitHubEvents {

    private static final Finder EVENT = Finder.header("X-GitHub-Event");

    /** Where the source is not the repository. */
    private static final Map<String, Finder> SOURCES = Map.ofEntries(
            entry("deployment_status", Finder.pointer("/deployment/url")),
            entry("github_app_authorization", Finder.pointer("/sender/url")),
            entry("installation", Finder.pointer("/installation/account/url")),
            entry("installation_repositories", Finder.pointer("/installation/account/url")),
            entry("issue_comment", Finder.pointer("/issue/url")),
            entry("membership", Finder.pointer("/team/url")),
            entry("org_block", Finder.pointer("/organization/url")),
            entry("organization", Finder.pointer("/organization/url")),
            entry("public", Finder.pointer("/repository/owner/url")),
            entry("pull_request_review", Finder.pointer("/pull_request/url")),
            entry("pull_request_review_comment", Finder.pointer("/pull_request/url")));

    /** Where the type does not end with the action. */
    private static final Map<String, Finder> DETAILS = Map.of(
            "create", Finder.pointer("/ref_type"),
            "delete", Finder.pointer("/ref_type"),
            "deployment_status", Finder.pointer("/deployment_status/state"),
            "membership", Finder.dotted(Finder.pointer("/scope"), Finder.pointer("/action")));

    private static final Map<String, Finder> SUBJECTS = Map.ofEntries(
            entry("check_run", Finder.pointer("/check_run/id")),
            entry("check_suite", Finder.pointer("/check_suite/id")),
            entry("commit_comment", Finder.pointer("/comment/id")),
            entry("create", Finder.pointer("/ref")),
            entry("delete", Finder.pointer("/ref")),
            entry("deploy_key", Finder.pointer("/key/id")),
            entry("deployment", Finder.pointer("/deployment/id")),
            entry("deployment_status", Finder.pointer("/deployment_status/url")),
            entry("fork", Finder.pointer("/forkee/url")),
            entry("installation", Finder.pointer("/installation/id")),
            entry("installation_repositories", Finder.pointer("/installation/id")),
            entry("issue_comment", Finder.pointer("/comment/id")),
            entry("issues", Finder.pointer("/issue/number")),
            entry("label", Finder.pointer("/label/name")),
            entry("marketplace_purchase", Finder.pointer("/marketplace_purchase/account/login")),
            entry("member", Finder.pointer("/member/login")),
            entry("membership", Finder.pointer("/member/login")),
            entry("meta", Finder.pointer("/hook_id")),
            entry("milestone", Finder.pointer("/milestone/number")),
            entry("org_block", Finder.pointer("/blocked_user/login")),
            entry("organization", Finder.pointer("/membership/user/login")),
            entry("page_build", Finder.pointer("/build/url")),
            entry("project", Finder.pointer("/project/id")),
            entry("project_card", Finder.pointer("/project_card/id")),
            entry("project_column", Finder.pointer("/project_column/id")),
            entry("public", Finder.pointer("/repository/name")),
            entry("pull_request", Finder.pointer("/number")),
            entry("pull_request_review", Finder.pointer("/review/id")),
            entry("pull_request_review_comment", Finder.pointer("/comment/id")),
            entry("push", Finder.pointer("/ref")),
            entry("registry_package", Finder.pointer("/registry_package/html_url")),
            entry("release", Finder.pointer("/release/id")));

    /** Where the document names a time in the body; the others take the time of arrival. */
    private static final Map<String, Finder> TIMES = Map.ofEntries(
            entry(
                    "check_run",
                    Finder.first(Finder.pointer("/check_run/completed_at"), Finder.pointer("/check_run/started_at"))),
            entry("check_suite", Finder.pointer("/check_suite/updated_at")),
            entry("commit_comment", Finder.pointer("/comment/updated_at")),
            entry("deployment", Finder.pointer("/deployment/updated_at")),
            entry("deployment_status", Finder.pointer("/deployment_status/updated_at")),
            entry("fork", Finder.pointer("/forkee/created_at")),
            entry("issue_comment", Finder.pointer("/comment/updated_at")),
            entry("issues", Finder.pointer("/issue/updated_at")),
            entry("milestone", Finder.pointer("/milestone/updated_at")),
            entry("project", Finder.pointer("/project/updated_at")),
            entry("pull_request", Finder.pointer("/pull_request/updated_at")),
            entry("pull_request_review", Finder.pointer("/review/submitted_at")),
            entry("pull_request_review_comment", Finder.pointer("/pull_request/updated_at")));

    static final Preset PRESET = new Preset(
            Finder.header("X-GitHub-Delivery"),
            Finder.first(
                    Finder.by(EVENT, SOURCES), Finder.pointer("/repository/url"), Finder.pointer("/organization/url")),
            // the document writes issue where the header says issues
            Finder.dotted(
                            EVENT.map(event -> event.equals("issues") ? "issue" : event),
                            Finder.first(Finder.by(EVENT, DETAILS), Finder.pointer("/action")))
                    .prefixed("com.github."),
            Finder.by(EVENT, SUBJECTS),
            Finder.by(EVENT, TIMES),
            List.of("X-GitHub-*"),
            0,
            null);

    private GitHubEvents() {}
}
