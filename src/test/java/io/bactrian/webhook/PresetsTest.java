package io.bactrian.webhook;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;

import io.bactrian.cloudevents.CloudEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What each provider's requests become without any configuration. */
class PresetsTest {

    static Set<String> schemes() {
        return Verifiers.names();
    }

    private static WebhookMapping mapping(String scheme) {
        return WebhookMapping.of(
                "shop", scheme, new MappingOptions("", "", "", "", List.of(), ""), (text, body) -> null);
    }

    private static CloudEvent event(String scheme, TestRequest request) throws Exception {
        WebhookMapping mapping = mapping(scheme);
        return mapping.toEvent(request, mapping.delivery(request, (text, body) -> null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            quoteCharacter = '`',
            value = {
                "push|{'ref':'refs/heads/main','repository':{'url':'https://g/r'}}|com.github.push|https://g/r|refs/heads/main",
                "issues|{'action':'opened','issue':{'number':7},'repository':{'url':'https://g/r'}}|com.github.issue.opened|https://g/r|7",
                "create|{'ref':'v1','ref_type':'tag','repository':{'url':'https://g/r'}}|com.github.create.tag|https://g/r|v1",
                "pull_request_review|{'action':'submitted','review':{'id':3},'pull_request':{'url':'https://g/p/1'}}|com.github.pull_request_review.submitted|https://g/p/1|3",
                "membership|{'scope':'team','action':'added','team':{'url':'https://g/t'},'member':{'login':'x'}}|com.github.membership.team.added|https://g/t|x",
                "deployment_status|{'deployment_status':{'state':'success','url':'u'},'deployment':{'url':'https://g/d'}}|com.github.deployment_status.success|https://g/d|u",
                "ping|{'zen':'x'}|com.github.ping|/hooks/shop|-"
            })
    void github(String name, String body, String type, String source, String subject) throws Exception {
        // When
        CloudEvent event = event(
                "github",
                new TestRequest(body.replace('\'', '"'))
                        .header("X-GitHub-Event", name)
                        .header("X-GitHub-Delivery", "d-1"));

        // Then
        assertThat(event.id()).isEqualTo("d-1");
        assertThat(event.type()).isEqualTo(type);
        assertThat(event.source()).isEqualTo(source);
        assertThat(event.subject()).isEqualTo(subject);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            quoteCharacter = '`',
            value = {
                "{'object_kind':'push','checkout_sha':'abc','repository':{'homepage':'https://l/r'}}|com.gitlab.push|https://l/r|abc",
                "{'object_kind':'issue','object_attributes':{'state':'opened','iid':4},'repository':{'homepage':'https://l/r'}}|com.gitlab.issue.opened|https://l/r|4",
                "{'object_kind':'note','object_attributes':{'id':9,'noteable_type':'MergeRequest','url':'https://l/m/1#note_9'}}|com.gitlab.note.merge_request|https://l/m/1|9",
                "{'object_kind':'pipeline','object_attributes':{'status':'success','id':31},'project':{'web_url':'https://l/p'}}|com.gitlab.pipeline.success|https://l/p|31",
                "{'object_kind':'build','build_status':'failed','build_id':5,'repository':{'homepage':'https://l/r'}}|com.gitlab.job.failed|https://l/r|5"
            })
    void gitlab(String body, String type, String source, String subject) throws Exception {
        // When
        TestRequest request = new TestRequest(body.replace('\'', '"')).header("X-Gitlab-Event-UUID", "u-1");
        CloudEvent event = event("gitlab", request);
        CloudEvent retried = event("gitlab", request.header("Idempotency-Key", "k-1"));

        // Then
        assertThat(event.id()).isEqualTo("u-1");
        assertThat(retried.id()).isEqualTo("k-1");
        assertThat(event.type()).isEqualTo(type);
        assertThat(event.source()).isEqualTo(source);
        assertThat(event.subject()).isEqualTo(subject);
    }

    @Test
    void stripe() throws Exception {
        CloudEvent event = event(
                "stripe",
                new TestRequest(
                        "{\"id\":\"evt_1\",\"created\":1600000000,\"type\":\"invoice.paid\",\"data\":{\"object\":{\"id\":\"in_1\"}}}"));
        assertThat(event.id()).isEqualTo("evt_1");
        assertThat(event.type()).isEqualTo("com.stripe.invoice.paid");
        assertThat(event.subject()).isEqualTo("in_1");
        assertThat(event.time()).isEqualTo("2020-09-13T12:26:40Z");
    }

    @Test
    void slack() throws Exception {
        CloudEvent event = event(
                "slack",
                new TestRequest(
                        "{\"type\":\"event_callback\",\"event_id\":\"Ev1\",\"event_time\":1600000000,\"event\":{\"type\":\"message\",\"channel\":\"C1\"}}"));
        assertThat(event.id()).isEqualTo("Ev1");
        assertThat(event.type()).isEqualTo("com.slack.message");
        assertThat(event.subject()).isEqualTo("C1");
        assertThat(mapping("slack").successStatus()).isEqualTo(200);
        assertThat(mapping("slack").successBody()).isEmpty();
    }

    @Test
    void the_question_of_slack_is_no_event_and_no_other_provider_has_it() {
        // Given
        TestRequest question =
                new TestRequest("{\"type\":\"url_verification\",\"token\":\"t\",\"challenge\":\"3eZbrw1a\"}");

        // Then
        assertThat(ProviderQuestion.answer("slack", question)).contains("3eZbrw1a");
        assertThat(ProviderQuestion.answer("github", question)).isEmpty();
        assertThat(ProviderQuestion.answer("slack", new TestRequest("{\"type\":\"event_callback\"}")))
                .isEmpty();
        assertThat(ProviderQuestion.answer(
                        "slack",
                        new TestRequest("{\"type\":\"url_verification\",\"challenge\":\"" + "x".repeat(1025) + "\"}")))
                .isEmpty();
    }

    @Test
    void shopify() throws Exception {
        CloudEvent event = event(
                "shopify",
                new TestRequest("{\"id\":820982911946154508}")
                        .header("X-Shopify-Webhook-Id", "w-1")
                        .header("X-Shopify-Topic", "orders/create")
                        .header("X-Shopify-Shop-Domain", "shop.example.com")
                        .header("X-Shopify-Triggered-At", "2023-03-29T18:00:27.877041743Z"));
        assertThat(event.id()).isEqualTo("w-1");
        assertThat(event.type()).isEqualTo("com.shopify.orders.create");
        assertThat(event.source()).isEqualTo("https://shop.example.com");
        assertThat(event.subject()).isEqualTo("820982911946154508");
        assertThat(event.time()).isEqualTo("2023-03-29T18:00:27.877041743Z");
    }

    @Test
    void twilio() throws Exception {
        CloudEvent event =
                event("twilio", new TestRequest("MessageSid=SM1&Body=hi").header("I-Twilio-Idempotency-Token", "t-1"));
        assertThat(event.id()).isEqualTo("t-1");
        assertThat(event.type()).isEqualTo("com.twilio.message");
        assertThat(event.subject()).isEqualTo("SM1");
        assertThat(mapping("twilio").successBody()).isEqualTo("<Response/>");
    }

    @ParameterizedTest
    @CsvSource({"webhook", "svix"})
    void standard_webhooks(String family) throws Exception {
        CloudEvent event = event(
                "standard-webhooks",
                new TestRequest("{\"type\":\"user.created\"}")
                        .header(family + "-id", "msg_1")
                        .header(family + "-timestamp", "1600000000")
                        .header(family + "-signature", "v1,AAAA"));
        assertThat(event.id()).isEqualTo("msg_1");
        assertThat(event.type()).isEqualTo("user.created");
        assertThat(event.time()).isEqualTo("2020-09-13T12:26:40Z");
    }

    @Test
    void standard_webhooks_take_nothing_from_headers_that_are_not_signed() throws Exception {
        CloudEvent event = event(
                "standard-webhooks",
                new TestRequest("{}")
                        .header("svix-id", "msg_1")
                        .header("svix-timestamp", "1600000000")
                        .header("svix-signature", "v1,AAAA")
                        .header("webhook-id", "foreign")
                        .header("webhook-timestamp", "1700000000"));
        assertThat(event.id()).isEqualTo("msg_1");
        assertThat(event.time()).isEqualTo("2020-09-13T12:26:40Z");
    }

    @Test
    void gitlab_without_its_key_takes_the_signed_copy_of_it() throws Exception {
        CloudEvent event = event(
                "gitlab", new TestRequest("{}").header("webhook-id", "k-1").header("X-Gitlab-Event-UUID", "shared"));
        assertThat(event.id()).isEqualTo("k-1");
    }

    @Test
    void bitbucket() throws Exception {
        CloudEvent event = event(
                "bitbucket",
                new TestRequest(
                                "{\"repository\":{\"links\":{\"html\":{\"href\":\"https://b/r\"}}},\"pullrequest\":{\"id\":5}}")
                        .header("X-Request-UUID", "r-1")
                        .header("X-Event-Key", "pullrequest:created"));
        assertThat(event.id()).isEqualTo("r-1");
        assertThat(event.type()).isEqualTo("com.bitbucket.pullrequest.created");
        assertThat(event.source()).isEqualTo("https://b/r");
        assertThat(event.subject()).isEqualTo("5");
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void a_body_that_makes_no_good_attribute_is_no_reason_to_refuse_an_event(String scheme) throws Exception {
        // Given: found where presets look, and none of them a URI, a type or a subject
        String bad = "\" \\u0001 \\ud800 \"";
        String body =
                ("{'id':'i','event_id':'i','type':B,'object_kind':'note','action':B,'created':B,'event_time':'never',"
                                + "'event':{'type':B,'channel':B},'data':{'object':{'id':B}},'ref':B,'repository':{'url':B,'homepage':B,"
                                + "'links':{'html':{'href':B}}},'object_attributes':{'id':B,'url':B,'noteable_type':B,'created_at':B}}")
                        .replace('\'', '"')
                        .replace("B", bad);
        TestRequest request = new TestRequest(body)
                .header("X-GitHub-Event", "push")
                .header("X-GitHub-Delivery", "d")
                .header("X-Shopify-Shop-Domain", "not a host")
                .header("X-Shopify-Topic", "a")
                .header("X-Event-Key", "k");

        // Then
        CloudEvent event = event(scheme, request);
        assertThat(event.source()).isEqualTo("/hooks/shop");
        assertThat(event.data()).isEqualTo(body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void any_body_at_all_becomes_an_event_byte_for_byte(String scheme) throws Exception {
        Random random = new Random(11);
        List<String> starts =
                List.of("", "{", "[", "{\"type\":", "{\"a\":".repeat(3000), "[".repeat(5000), "a=%zz&", "\u0000");
        for (int i = 0; i < 200; i++) {
            byte[] noise = new byte[random.nextInt(60)];
            random.nextBytes(noise);
            byte[] start = starts.get(i % starts.size()).getBytes(StandardCharsets.UTF_8);
            byte[] body = new byte[start.length + noise.length];
            System.arraycopy(start, 0, body, 0, start.length);
            System.arraycopy(noise, 0, body, start.length, noise.length);
            TestRequest request = new TestRequest(body).header("X-GitHub-Event", "push");

            byte[] data = event(scheme, request).data();
            assertThat(data == null ? new byte[0] : data).isEqualTo(body);
            assertThat(ProviderQuestion.answer(scheme, request)).isEmpty();
        }
    }
}
