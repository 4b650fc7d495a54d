package io.bactrian.webhook;

import java.util.List;

/**
 * What a provider's requests mean without any configuration.
 *
 * @param id where the delivery id is
 * @param time when it happened: seconds since 1970, or RFC 3339
 * @param successStatus that the provider wants, or 0
 * @param successBody that the provider wants, or null
 */
record Preset(
        Finder id,
        Finder source,
        Finder type,
        Finder subject,
        Finder time,
        List<String> keepHeaders,
        int successStatus,
        String successBody) {

    private static final Finder NOTHING = request -> null;

    private static final Preset PLAIN = new Preset(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, List.of(), 0, null);

    private static final Preset STRIPE = new Preset(
            Finder.pointer("/id"),
            NOTHING,
            Finder.pointer("/type").prefixed("com.stripe."),
            Finder.pointer("/data/object/id"),
            Finder.pointer("/created"),
            List.of(),
            0,
            null);

    /** Slack shows the body of an answer to a command in the channel, so it is empty. */
    private static final Preset SLACK = new Preset(
            Finder.pointer("/event_id"),
            NOTHING,
            Finder.first(Finder.pointer("/event/type"), Finder.pointer("/type")).prefixed("com.slack."),
            Finder.first(Finder.pointer("/event/channel"), Finder.pointer("/team_id")),
            Finder.pointer("/event_time"),
            List.of("X-Slack-Retry-*"),
            200,
            "");

    private static final Preset SHOPIFY = new Preset(
            Finder.header("X-Shopify-Webhook-Id"),
            Finder.header("X-Shopify-Shop-Domain").prefixed("https://"),
            Finder.header("X-Shopify-Topic")
                    .map(topic -> topic.replace('/', '.'))
                    .prefixed("com.shopify."),
            Finder.first(Finder.pointer("/admin_graphql_api_id"), Finder.pointer("/id")),
            Finder.header("X-Shopify-Triggered-At"),
            List.of("X-Shopify-*"),
            200,
            null);

    /** Twilio takes the answer as instructions: these say to do nothing more. */
    private static final Preset TWILIO = new Preset(
            Finder.header("I-Twilio-Idempotency-Token"),
            NOTHING,
            Finder.first(
                    Finder.form("MessageSid").map(sid -> "com.twilio.message"),
                    Finder.form("CallSid").map(sid -> "com.twilio.call")),
            Finder.first(Finder.form("MessageSid"), Finder.form("CallSid")),
            NOTHING,
            List.of("I-Twilio-*"),
            200,
            "<Response/>");

    private static final Preset STANDARD = new Preset(
            signed("id"), NOTHING, Finder.pointer("/type"), NOTHING, signed("timestamp"), List.of(), 0, null);

    private static final Preset BITBUCKET = new Preset(
            Finder.first(Finder.header("X-Request-UUID"), Finder.header("X-Request-Id")),
            Finder.first(
                    Finder.pointer("/repository/links/html/href"), Finder.pointer("/repository/links/self/0/href")),
            Finder.header("X-Event-Key").map(key -> key.replace(':', '.')).prefixed("com.bitbucket."),
            Finder.first(Finder.pointer("/pullrequest/id"), Finder.pointer("/pullRequest/id")),
            NOTHING,
            List.of("X-Event-Key", "X-Hook-UUID", "X-Attempt-Number"),
            0,
            null);

    /** A header of Standard Webhooks, of the names that the signature covers: nobody signed the others. */
    private static Finder signed(String what) {
        Finder webhook = Finder.header("webhook-" + what);
        Finder svix = Finder.header("svix-" + what);
        return request -> (StandardWebhooksVerifier.family(request).equals("svix") ? svix : webhook).find(request);
    }

    static Preset of(String scheme) {
        return switch (scheme) {
            case "github" -> GitHubEvents.PRESET;
            case "gitlab" -> GitLabEvents.PRESET;
            case "stripe" -> STRIPE;
            case "slack" -> SLACK;
            case "shopify" -> SHOPIFY;
            case "twilio" -> TWILIO;
            case "standard-webhooks" -> STANDARD;
            case "bitbucket" -> BITBUCKET;
            default -> PLAIN;
        };
    }
}
