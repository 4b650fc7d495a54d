package io.bactrian.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import io.bactrian.testing.TestCertificate;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code bactrian check}: what is wrong is named before a restart finds it, and what is right is said. */
@ExtendWith(NatsServerExtension.class)
class CheckCommandIT {

    @TempDir
    Path directory;

    private record Ran(int code, String output) {

        Stream<String> lines(String severity, String check) {
            return output.lines().filter(line -> line.matches(severity + " +" + check + " .*"));
        }
    }

    private Ran check(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "check",
                "-Dbactrian.events.verify=none",
                "-Dbactrian.journal.directory=" + directory.resolve("journal"),
                "-Dbactrian.journal.segment-size=1MiB",
                "-Dbactrian.journal.max-size=16MiB",
                "-Dbactrian.journal.min-free=0"));
        arguments.addAll(List.of(more));
        StringWriter output = new StringWriter();
        CommandLine bactrian = Bactrian.commandLine();
        bactrian.setOut(new PrintWriter(output));
        bactrian.setErr(new PrintWriter(output));
        return new Ran(bactrian.execute(arguments.toArray(String[]::new)), output.toString());
    }

    private static String at(NatsServer nats) {
        return "-Dbactrian.nats.servers=" + nats.url();
    }

    private static StreamConfiguration.Builder sound(String... subjects) {
        return StreamConfiguration.builder()
                .name("EVENTS")
                .subjects(subjects)
                .storageType(StorageType.File)
                .duplicateWindow(Duration.ofHours(2));
    }

    private static String[] webhook(String name, String... parametersAndValues) {
        List<String> lines = new ArrayList<>(List.of("-Dcamel.routeTemplate[" + name + "].templateId=webhook"));
        for (int i = 0; i < parametersAndValues.length; i += 2) {
            lines.add(
                    "-Dcamel.routeTemplate[" + name + "]." + parametersAndValues[i] + "=" + parametersAndValues[i + 1]);
        }
        return lines.toArray(String[]::new);
    }

    private static String[] join(String[]... parts) {
        return Stream.of(parts).flatMap(Stream::of).toArray(String[]::new);
    }

    @Test
    void all_is_well_beside_a_running_gateway_which_notices_nothing(NatsServer nats) throws IOException {
        // Given
        nats.createStream(sound("events.>", "own.b").build());
        try (TestGateway gateway = TestGateway.with(directory.resolve("journal"))
                .nats(nats)
                .webhook("a", "verify", "none")
                .start()) {
            assertThat(gateway.send(gateway.event("before", "{}")).statusCode()).isEqualTo(202);
            List<String> files = files(directory.resolve("journal"));

            // When: with the ports and the journal of the running one
            Ran ran = check(join(
                    webhook("a", "verify", "none"),
                    webhook("b", "verify", "token", "secret", "s3cret", "subject", "own.{name}"),
                    new String[] {
                        at(nats), "-Dcamel.server.port=" + gateway.gateway().port(), "--strict"
                    }));

            // Then
            assertThat(ran.code).as(ran.output).isZero();
            assertThat(ran.output)
                    .contains("webhook b publishes to own.b")
                    .contains("stream EVENTS takes own.b")
                    .contains("stream EVENTS knows message ids for 7200 s")
                    .contains("events may be published, and answers arrive")
                    .contains("can be written; an fsync takes")
                    .contains("0 errors, 0 warnings")
                    .doesNotContain("s3cret");
            assertThat(files(directory.resolve("journal"))).isEqualTo(files);
            assertThat(gateway.send(gateway.event("after", "{}")).statusCode()).isEqualTo(202);
            assertThat(nats.messages("EVENTS"))
                    .as("nothing of the check is stored")
                    .allMatch(message -> message.header("ce-id") != null);
        }
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void every_mistake_in_configuration_and_routes_is_named_in_one_run() throws IOException {
        // Given
        Path routes = TestGateway.folder(directory, "routes");
        Files.writeString(routes.resolve("broken.yaml"), """
                - route:
                    from:
                      uri: direct:x
                      steps:
                        - setBdy: {constant: x}
                """);
        Files.writeString(routes.resolve("taken.yml"), """
                - route:
                    id: ingest
                    from:
                      uri: direct:y
                      steps:
                        - log: "hi"
                """);
        Files.writeString(routes.resolve("nowhere.yaml"), """
                - route:
                    id: nowhere
                    from:
                      uri: "{{my.start}}"
                      steps:
                        - log: "hi"
                """);
        Path file = Files.writeString(directory.resolve("gateway.properties"), """
                bactrian.jurnal.hold=1m
                bactrian.ack-timeout=5S
                bactrian.nats.token=s3cret
                bactrian.nats.user=joe
                camel.routeTemplate[unset].templateId = webhook
                camel.routeTemplate[unset].verify = github
                camel.routeTemplate[unset].secret = {{env:BACTRIAN_TEST_UNSET}}
                camel.routeTemplate[odd].templateId = webhook
                camel.routeTemplate[odd].verify = gitbub
                camel.routeTemplate[odd].secret = s3cret
                camel.routeTemplate[typo].templateId = webhook
                camel.routeTemplate[typo].verify = none
                camel.routeTemplate[typo].subjec = x
                camel.routeTemplate[deliver].templateId = webhook
                camel.routeTemplate[deliver].verify = none
                camel.routeTemplate[unknown].templateId = webhook
                camel.routeTemplate[unknown].verify = none
                camel.routeTemplate[fine].templateId = webhook
                camel.routeTemplate[fine].verify = none
                """);

        // When
        Ran ran = check("--config", file.toString(), "--routes", routes.toString());

        // Then
        assertThat(ran.code).isEqualTo(1);
        assertThat(ran.lines("error", "configuration"))
                .as(ran.output)
                .hasSize(3)
                .anyMatch(line -> line.contains("bactrian.jurnal.hold") && line.contains("bactrian.journal.hold?"))
                .anyMatch(line -> line.contains("bactrian.ack-timeout=5S (" + file + "): expected a duration"))
                .anyMatch(line -> line.contains("user and password belong together")
                        || line.contains("only one of credentialsFile"));
        assertThat(ran.lines("error", "webhook"))
                .as(ran.output)
                .hasSize(5)
                .anyMatch(line -> line.contains("webhook deliver: this is the name of a shipped route"))
                .anyMatch(line -> line.contains("webhook unknown: this name is reserved"))
                .anyMatch(line -> line.contains("webhook unset: secret") && line.contains("BACTRIAN_TEST_UNSET"))
                .anyMatch(line -> line.contains("webhook odd") && line.contains("gitbub"))
                .anyMatch(line -> line.contains("webhook typo: unknown parameter subjec"));
        assertThat(ran.lines("error", "routes"))
                .as(ran.output)
                .hasSize(3)
                .anyMatch(line -> line.contains("broken.yaml") && line.contains("setBdy"))
                .anyMatch(line -> line.contains("taken.yml") && line.contains("ingest"))
                .anyMatch(line -> line.contains("nowhere.yaml") && line.contains("my.start"));
        assertThat(ran.lines("ok", "webhook"))
                .as("what is right is said all the same")
                .hasSize(2);
        assertThat(ran.output).doesNotContain("s3cret").doesNotContain("\tat ");
    }

    @Test
    void webhooks_on_a_path_that_is_taken_are_named() {
        // When
        Ran ran = check(join(
                webhook("a", "verify", "none"),
                webhook("b", "verify", "none", "path", "/hooks/a"),
                webhook("c", "verify", "none", "path", "/events")));

        // Then
        assertThat(ran.lines("error", "webhook"))
                .as(ran.output)
                .hasSize(2)
                .anyMatch(line ->
                        line.contains("has the same path") && line.contains("webhook a") && line.contains("webhook b"))
                .anyMatch(line -> line.contains("webhook c: path=/events: this is bactrian.events.path"));
    }

    @Test
    void webhooks_that_take_events_from_each_other_are_named() {
        // When
        Ran ran = check(join(
                webhook("a", "verify", "none", "path", "/hooks/shop/{tenant}"),
                webhook("b", "verify", "none", "path", "/hooks/shop/{shop}/"),
                webhook("d", "verify", "github", "secret", "s3cret"),
                webhook("e", "verify", "github", "secret", "s3cret"),
                webhook("f", "verify", "github", "secret", "s3cret", "source", "/hooks/f")));

        // Then
        assertThat(ran.lines("error", "webhook"))
                .as(ran.output)
                .singleElement()
                .asString()
                .contains("has the same path", "webhook a", "webhook b");
        assertThat(ran.lines("warning", "webhook"))
                .as(ran.output)
                .singleElement()
                .asString()
                .contains("verify=github gives its events the same source and id", "webhook d", "webhook e");
    }

    @Test
    void a_literal_id_is_a_warning_as_is_one_that_looks_like_a_mistake_and_an_error_when_it_is_one() {
        // When
        Ran ran = check(join(
                webhook("a", "verify", "none", "id", "heder:X-Id"),
                webhook("b", "verify", "none", "type", "ponter:/kind", "source", "urn:shop", "eventSubject", "all"),
                webhook("c", "verify", "none", "id", "X-Id")));

        // Then
        assertThat(ran.lines("error", "webhook"))
                .as(ran.output)
                .singleElement()
                .asString()
                .contains("webhook a: id=heder:X-Id: expected header:Name, pointer:");
        assertThat(ran.lines("warning", "webhook"))
                .as(ran.output)
                .hasSize(2)
                .anySatisfy(line -> assertThat(line)
                        .contains("webhook b: type=ponter:/kind is taken as it is written", "did you mean pointer:?"))
                .anySatisfy(line ->
                        assertThat(line).contains("webhook c: id=X-Id is taken as it is written", "is a duplicate"));
    }

    @Test
    void what_camel_says_without_a_name_is_said_with_that_of_webhook_or_key() {
        // When
        Ran webhooks = check(join(
                webhook("a", "verify", "none", "tolerance", "x"),
                webhook("c", "verify", "none", "templateId", "webhok"),
                new String[] {"-Dcamel.routeTemplate[b].verify=none"}));
        Ran segment = check("-Dbactrian.journal.segment-size=2GiB");

        // Then
        assertThat(webhooks.lines("error", "webhook"))
                .as(webhooks.output)
                .hasSize(3)
                .anyMatch(line -> line.contains("  webhook a: tolerance=x: expected a duration"))
                .anyMatch(line -> line.contains("webhook b: templateId is missing"))
                .anyMatch(line -> line.contains("webhook c: templateId=webhok: expected webhook"));
        assertThat(segment.lines("error", "configuration"))
                .as(segment.output)
                .singleElement()
                .asString()
                .contains(
                        "bactrian.journal.segment-size=2GiB (-Dbactrian.journal.segment-size): expected 1MiB to 1GiB");
    }

    @Test
    void a_journal_that_a_start_refuses_is_an_error_and_none_yet_is_fine() throws IOException {
        // Given
        Path journal = directory.resolve("journal");
        Ran none = check();
        try (TestGateway gateway = TestGateway.with(journal).start()) {
            assertThat(gateway.send(gateway.event("kept", "{}")).statusCode()).isEqualTo(202);
        }
        Ran whole = check();
        String segment = files(journal).stream()
                .filter(name -> name.startsWith("seg-"))
                .findFirst()
                .orElseThrow();
        Files.delete(journal.resolve(segment));
        List<String> before = files(journal);

        // When
        Ran hole = check();
        Ran accepted = check("-Dbactrian.journal.accept-loss=true");
        for (String manifest : List.of("manifest-a", "manifest-b", "manifest-c")) {
            Files.deleteIfExists(journal.resolve(manifest));
        }
        Ran lost = check();

        // Then
        assertThat(none.lines("[a-z]+", "journal")).as(none.output).isEmpty();
        assertThat(whole.lines("ok", "journal"))
                .as(whole.output)
                .singleElement()
                .asString()
                .contains("is whole, with 1 pending and 0 dead");
        assertThat(hole.code).isEqualTo(1);
        assertThat(hole.lines("error", "journal"))
                .as(hole.output)
                .singleElement()
                .asString()
                .contains(segment + " is missing", "a start is refused; to fix it: restore", "--accept-loss");
        assertThat(accepted.lines("warning", "journal")).as(accepted.output).hasSize(1);
        assertThat(lost.lines("error", "journal"))
                .as(lost.output)
                .singleElement()
                .asString()
                .contains("manifest", "--accept-loss");
        assertThat(files(journal)).as("nothing is changed").isSubsetOf(before);
    }

    @Test
    void what_only_a_start_reads_is_named_too_and_no_mistake_is_beside_an_ok() {
        // When
        Ran ran = check(
                "-Dbactrian.log.format=xml",
                "-Dcamel.management.host=0.0.0.0",
                "-Dbactrian.nats.servers=nats://127.0.0.1:" + NatsServer.freePort());
        Ran unknown =
                check("-Dbactrian.unknown=1", "-Dbactrian.nats.servers=nats://127.0.0.1:" + NatsServer.freePort());

        // Then
        assertThat(ran.lines("error", "configuration"))
                .anyMatch(line -> line.contains("bactrian.log.format=xml: expected text or json"))
                .anyMatch(line -> line.contains("camel.management.host=0.0.0.0: without bactrian.admin.token"))
                .hasSize(2);
        assertThat(unknown.lines("error", "configuration")).hasSize(1);
        assertThat(unknown.lines("ok", "configuration")).isEmpty();
    }

    @Test
    void values_that_do_not_fit_others_or_nats_are_named() {
        // When
        Ran ran = check(
                "-Dbactrian.delivery.dead-letter-subject=a b",
                "-Dbactrian.events.path=/hooks",
                "-Dbactrian.delivery.backoff-initial=1m",
                "-Dbactrian.nats.servers=nats://127.0.0.1:" + NatsServer.freePort());

        // Then
        assertThat(ran.lines("error", "configuration"))
                .anyMatch(line -> line.contains("bactrian.delivery.dead-letter-subject=a b")
                        && line.contains("expected a NATS subject"))
                .anyMatch(line -> line.contains("bactrian.events.path=/hooks") && line.contains("expected a path"))
                .anyMatch(line -> line.contains("bactrian.delivery.backoff-initial=1m")
                        && line.contains("expected at most bactrian.delivery.backoff-max=30s"))
                .hasSize(3);
    }

    @Test
    void durations_that_break_something_are_named() {
        // Given
        List<String> durations = List.of(
                "bactrian.http.request-timeout=0s",
                "bactrian.http.idle-timeout=36500d",
                "bactrian.http.header-timeout=0s",
                "bactrian.nats.check-interval=0s",
                "bactrian.nats.publish-timeout=0s",
                "bactrian.delivery.backoff-max=0s");

        // When
        Ran ran = check(join(
                durations.stream().map(duration -> "-D" + duration).toArray(String[]::new),
                new String[] {"-Dbactrian.nats.servers=nats://127.0.0.1:" + NatsServer.freePort()}));

        // Then
        assertThat(durations).allSatisfy(duration -> assertThat(ran.lines("error", "configuration"))
                .as(ran.output)
                .anyMatch(line -> line.contains(duration)));
    }

    @Test
    void hosts_that_do_not_exist_are_named() {
        // When
        Ran ran = check(
                "-Dcamel.server.host=nohost.invalid",
                "-Dcamel.management.host={{env:BACTRIAN_TEST_UNSET:neither.invalid}}",
                "-Dbactrian.admin.token=s3cret",
                "-Dbactrian.nats.servers=nats://127.0.0.1:" + NatsServer.freePort());

        // Then
        assertThat(ran.lines("error", "configuration"))
                .as(ran.output)
                .anyMatch(line -> line.contains("camel.server.host=nohost.invalid: there is no such host"))
                .anyMatch(line -> line.contains("camel.management.host=neither.invalid: there is no such host"))
                .hasSize(2);
    }

    @Test
    void a_certificate_that_cannot_be_used_is_named_without_a_start() {
        // Given
        TestCertificate server = TestCertificate.selfSigned(directory, "server");
        TestCertificate other = TestCertificate.selfSigned(directory, "other");

        // When
        Ran ran = check(join(
                webhook("shop", "verify", "none", "allowedClients", "CN=shop"),
                webhook("typo", "verify", "none", "allowedClients", "shop"),
                new String[] {
                    "-Dbactrian.http.tls.cert=" + server.certificate(),
                    "-Dbactrian.http.tls.key=" + other.key(),
                    "-Dbactrian.http.tls.client-auth=required",
                    "-Dbactrian.http.tls.client-ca=" + other.certificate()
                }));

        // Then
        assertThat(ran.code).isEqualTo(1);
        assertThat(ran.lines("error", "configuration"))
                .as(ran.output)
                .singleElement()
                .asString()
                .contains("bactrian.http.tls.key=" + other.key(), "is not the key of the (first) certificate");
        assertThat(ran.lines("error", "webhook"))
                .as(ran.output)
                .singleElement()
                .asString()
                .contains("webhook typo: allowedClients=shop");
        assertThat(check("-Dbactrian.http.tls.cert=" + server.certificate(), "-Dbactrian.http.tls.key=" + server.key())
                        .lines("error", "configuration"))
                .isEmpty();
    }

    @Test
    void a_file_that_camel_reads_and_its_schema_refuses_is_a_warning(NatsServer nats) throws IOException {
        // Given
        nats.createStream(sound("events.>").build());
        Path routes = TestGateway.folder(directory, "routes");
        Files.writeString(routes.resolve("fine.yaml"), """
                - route:
                    id: fine
                    errorHandler:
                      defaultErrorHandler:
                        redeliveryPolicy:
                          maximumRedeliveries: "{{bactrian.delivery.redeliveries}}"
                    from:
                      uri: timer:never
                      parameters:
                        delay: -1
                        repeatCount: 1
                      steps:
                        - setHeader: {name: "{{bactrian.delivery.redeliveries}}", constant: x}
                        - to: direct:bactrian-accept
                """);
        Ran fine = check(at(nats), "--routes", routes.toString(), "--strict");
        Files.writeString(routes.resolve("loose.yaml"), """
                - route:
                    id: loose
                    from:
                      uri: direct:loose
                      steps:
                        - setHeader: {constant: x, name: 5}
                """);

        // When
        Ran loose = check(at(nats), "--routes", routes.toString());

        // Then
        assertThat(fine.code).as(fine.output).isZero();
        assertThat(loose.lines("warning", "routes"))
                .as(loose.output)
                .singleElement()
                .asString()
                .contains("loose.yaml: not valid by Camel's schema: $[0].route.from.steps[0].setHeader.name");
        assertThat(loose.code).isZero();
    }

    @Test
    void a_subject_without_a_stream_is_an_error_with_its_command_and_a_short_window_a_warning(NatsServer nats)
            throws IOException {
        // Given
        nats.createStream("EVENTS", "events.cloudevents");
        String[] orders = webhook("orders", "verify", "none");

        // When
        Ran missing = check(join(orders, new String[] {at(nats), "--json"}));
        nats.updateStream(StreamConfiguration.builder()
                .name("EVENTS")
                .subjects("events.cloudevents", "events.orders")
                .build());
        Ran warned = check(join(orders, new String[] {at(nats)}));
        Ran strict = check(join(orders, new String[] {at(nats), "--strict"}));

        // Then
        JsonNode json = TestGateway.JSON.readTree(missing.output);
        assertThat(missing.code).isEqualTo(1);
        assertThat(json.get("errors").intValue()).isEqualTo(1);
        assertThat(json.get("warnings").intValue()).isEqualTo(1);
        assertThat(json.get("findings"))
                .filteredOn(finding -> finding.get("severity").textValue().equals("error"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.get("check").textValue()).isEqualTo("stream");
                    assertThat(finding.get("message").textValue()).contains("no stream takes events.orders");
                    assertThat(finding.get("fix").textValue()).startsWith("nats stream ");
                });
        assertThat(warned.code).as(warned.output).isZero();
        assertThat(warned.lines("warning", "duplicate-window"))
                .singleElement()
                .asString()
                .endsWith("; to fix it: nats stream edit EVENTS --dupe-window 120m");
        assertThat(strict.code).isEqualTo(1);
    }

    @Test
    void a_stream_that_the_gateway_will_create_is_no_error_and_check_does_not_create_it(NatsServer nats) {
        // When
        Ran ran = check(at(nats), "-Dbactrian.nats.create-stream=true", "--strict");

        // Then
        assertThat(ran.code).as(ran.output).isZero();
        assertThat(ran.output).contains("it will be created");
        assertThat(nats.management())
                .satisfies(streams -> assertThat(streams.getStreamNames()).isEmpty());
    }

    @Test
    void a_named_stream_that_is_not_there_is_an_error_with_its_command(NatsServer nats) {
        // Given: another one takes the subject
        nats.createStream(sound("events.>").build());

        // When
        Ran ran = check(at(nats), "-Dbactrian.nats.stream=NOPE");

        // Then
        assertThat(ran.code).isEqualTo(1);
        assertThat(ran.lines("error", "stream"))
                .as(ran.output)
                .singleElement()
                .asString()
                .contains("bactrian.nats.stream=NOPE: there is no such stream", "; to fix it: nats stream add NOPE");
    }

    @Test
    void missing_permissions_are_found_without_storing_anything() {
        try (NatsServer nats =
                NatsServer.builder().config("""
                        authorization { users: [
                          { user: admin, password: admin }
                          { user: mute, password: p, permissions: {
                              publish: ["events.cloudevents", "$JS.API.>"], subscribe: "_INBOX.>" } }
                          { user: deaf, password: p, permissions: { subscribe: "elsewhere" } }
                          { user: blind, password: p, permissions: { publish: "events.>", subscribe: "_INBOX.>" } }
                        ] }
                        """).admin("admin", "admin").start()) {
            nats.createStream(sound("events.>").build());
            String[] orders = webhook("orders", "verify", "none");
            String password = "-Dbactrian.nats.password=p";

            // When
            Ran mute = check(join(orders, new String[] {at(nats), "-Dbactrian.nats.user=mute", password}));
            Ran deaf = check(join(orders, new String[] {at(nats), "-Dbactrian.nats.user=deaf", password}));
            Ran blind = check(join(orders, new String[] {at(nats), "-Dbactrian.nats.user=blind", password}));
            Ran wrong = check(at(nats), "-Dbactrian.nats.user=mute", "-Dbactrian.nats.password=s3cret");

            // Then
            assertThat(mute.lines("error", "permission"))
                    .as(mute.output)
                    .singleElement()
                    .asString()
                    .contains("no permission to publish to events.orders; to fix it: allow this user");
            assertThat(deaf.lines("error", "permission"))
                    .as(deaf.output)
                    .isNotEmpty()
                    .allMatch(line -> line.contains("_INBOX.>"));
            assertThat(blind.lines("warning", "permission"))
                    .as(blind.output)
                    .singleElement()
                    .asString()
                    .contains("cannot be looked at");
            assertThat(blind.code).isZero();
            assertThat(wrong.lines("error", "connection"))
                    .as(wrong.output)
                    .singleElement()
                    .asString()
                    .contains("Authorization Violation");
            assertThat(wrong.output).doesNotContain("s3cret");
            assertThat(nats.messageCount("EVENTS")).isZero();
        }
    }

    @Test
    void a_disk_that_cannot_be_written_or_is_too_small_is_named(NatsServer nats) throws IOException {
        // Given
        nats.createStream(sound("events.>").build());
        Path file = Files.writeString(directory.resolve("file"), "");

        // When
        Ran unwritable = check(at(nats), "-Dbactrian.journal.directory=" + file.resolve("journal"));
        Ran full = check(at(nats), "-Dbactrian.journal.min-free=1000TiB");
        Ran small = check(at(nats), "-Dbactrian.journal.max-size=1000TiB");

        // Then
        assertThat(unwritable.lines("error", "disk"))
                .as(unwritable.output)
                .singleElement()
                .asString()
                .contains(file.toString(), "cannot be written");
        assertThat(full.lines("error", "disk"))
                .as(full.output)
                .singleElement()
                .asString()
                .contains("journal-full");
        assertThat(small.lines("warning", "disk"))
                .as(small.output)
                .anyMatch(line -> line.contains("set bactrian.journal.max-size to"));
        assertThat(small.code).isZero();
    }

    @Test
    void nats_away_is_an_error_and_a_server_that_never_answers_does_not_hang() throws IOException {
        // When
        Ran away = check("-Dbactrian.nats.servers=nats://joe:s3cret@127.0.0.1:" + NatsServer.freePort());
        Ran silent;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            silent = check("-Dbactrian.nats.servers=nats://127.0.0.1:" + socket.getLocalPort());
        }

        // Then
        for (Ran ran : List.of(away, silent)) {
            assertThat(ran.code).isEqualTo(1);
            assertThat(ran.lines("error", "connection")).as(ran.output).hasSize(1);
            assertThat(ran.output).doesNotContain("s3cret");
        }
    }

    @Test
    void wrong_usage_ends_with_2_and_help_has_an_example() {
        // When
        Ran usage = check("--nonsense");
        Ran help = check("--help");
        Ran nowhere = check("--routes", "nowhere");

        // Then
        assertThat(usage.code).isEqualTo(2);
        assertThat(help.code).isZero();
        assertThat(help.output).contains("--strict", "--json", "Examples:", "bactrian check --json | jq");
        assertThat(nowhere.lines("error", "routes"))
                .singleElement()
                .asString()
                .contains("--routes nowhere: there is no such folder");
    }
}
