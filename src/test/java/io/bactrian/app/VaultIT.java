package io.bactrian.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.bactrian.testing.FileVault;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Secrets in a vault: a placeholder of whatever properties function Camel finds. {@link FileVault} is one that needs no
 * network; Camel finds it as it finds those of its components.
 */
@ExtendWith(NatsServerExtension.class)
class VaultIT {

    private static final String SECRET = "v4ult-s3cret";

    @TempDir
    Path directory;

    /** A placeholder of the vault for a new secret. */
    private String kept(String name, String content) throws IOException {
        return "{{filevault:" + Files.writeString(directory.resolve(name), content) + "}}";
    }

    private TestGateway.Builder gateway() {
        return TestGateway.with(directory.resolve("journal")).set("camel.vault.hashicorp.token", "root");
    }

    private static int post(TestGateway gateway, String path, String token) {
        return gateway.send(gateway.request(path)
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/cloudevents-batch+json")
                        .POST(HttpRequest.BodyPublishers.ofString("[]")))
                .statusCode();
    }

    @Test
    void webhooks_and_keys_take_their_secrets_from_it_and_no_log_shows_them() throws IOException {
        // Given
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        shown(true);
        String vault = kept("nats", "{\"token\":\"" + SECRET + "-nats\"}").replace("}}", "#token}}");
        try (NatsServer nats = NatsServer.builder()
                        .config("authorization { token: \"" + SECRET + "-nats\" }")
                        .start();
                TestGateway gateway = gateway()
                        .nats(nats)
                        .set("bactrian.nats.token", vault)
                        .set("bactrian.events.verify", "token")
                        .set("bactrian.events.token", kept("events", SECRET + "-1 " + SECRET + "-2\n"))
                        .webhook("shop", "verify", "token", "secret", kept("shop", SECRET + "-shop"))
                        .start()) {
            // Then
            assertThat(post(gateway, "/hooks/shop", SECRET + "-shop")).isEqualTo(202);
            assertThat(post(gateway, "/hooks/shop", SECRET)).isEqualTo(401);
            assertThat(post(gateway, "/events", SECRET + "-1")).isEqualTo(204);
            assertThat(post(gateway, "/events", SECRET + "-2")).isEqualTo(204);
            assertThat(post(gateway, "/events", SECRET + "-shop")).isEqualTo(401);
            gateway.awaitConnected();
            assertThat(List.copyOf(log.list)).isNotEmpty().noneMatch(event -> event.getFormattedMessage()
                    .contains(SECRET));
        } finally {
            root.detachAppender(log);
            shown(false);
        }
    }

    /** Everything at DEBUG, as far as ShippedLogging lets an operator lower it; or as it was. */
    private static void shown(boolean everything) {
        for (String name : List.of("io.bactrian", "org.apache.camel")) {
            ((Logger) LoggerFactory.getLogger(name)).setLevel(everything ? Level.DEBUG : null);
        }
        ShippedLogging.LEVELS.forEach((name, level) -> {
            if (name.startsWith("org.apache.camel.")) {
                ((Logger) LoggerFactory.getLogger(name)).setLevel(everything ? level : null);
            }
        });
    }

    /** What says why the gateway does not start. */
    private static Throwable refusal(TestGateway.Builder gateway) {
        Throwable failure = catchThrowable(() -> gateway.start().close());
        assertThat(failure).as("it starts").isNotNull();
        return failure;
    }

    private static String allMessages(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** Each way in which a vault has no answer, or one that is none: nowhere, no JSON, nothing in it, a placeholder. */
    @ParameterizedTest
    @CsvSource({
        "'',                          '',       'NoSuchFileException of whatever resolves it'",
        "v4ult-s3cret,                #field,   'JsonParseException of whatever resolves it'",
        "'{\"other\":\"v4ult-s3cret\"}', #field,   'is the secret there?'",
        "'\n',                        '',       'is the secret there?'",
        "v4ult-s3cret{{,              '',       'holds {{ or }} that is no placeholder'",
        "v4ult-s3cret{{v4ult}},       '',       'is the secret there?'"
    })
    void a_secret_that_cannot_be_had_stops_the_start_names_where_and_is_never_quoted(
            String content, String field, String reason) throws IOException {
        // Given
        Path file = directory.resolve("secret");
        if (!content.isEmpty()) {
            Files.writeString(file, content);
        }
        String placeholder = "{{filevault:" + file + field + "}}";

        // Then
        Throwable ofWebhook = refusal(gateway().webhook("shop", "verify", "token", "secret", placeholder));
        assertThat(Causes.oneLine(ofWebhook))
                .startsWith("webhook shop: secret: ")
                .contains(reason);
        assertThat(allMessages(ofWebhook)).doesNotContain("v4ult");
        Throwable ofKey =
                refusal(gateway().set("bactrian.events.verify", "token").set("bactrian.events.token", placeholder));
        assertThat(Causes.oneLine(ofKey))
                .startsWith("bactrian.events.token (-Dbactrian.events.token): ")
                .contains(reason);
        assertThat(allMessages(ofKey)).doesNotContain("v4ult");
    }

    @Test
    void a_vault_that_is_not_on_the_class_path_is_no_secret_that_everybody_knows() {
        // Given: for Camel, what follows the colon would be the secret
        String placeholder = "{{nowhere:secret:shop#key}}";

        // Then
        for (String parameter : List.of("secret", "challengeToken")) {
            assertThat(Causes.oneLine(refusal(gateway()
                            .webhook("shop", "verify", "token", "challenge", "hub.challenge", parameter, placeholder))))
                    .startsWith("webhook shop: " + parameter + ": nothing on the class path resolves {{nowhere:");
        }
        for (String key : List.of("bactrian.events.token", "bactrian.admin.token", "bactrian.nats.password")) {
            assertThat(Causes.oneLine(refusal(gateway().set(key, placeholder))))
                    .startsWith(key + ": nothing on the class path resolves {{nowhere:");
        }
    }

    @Test
    void a_vault_that_is_not_configured_says_so_with_the_webhook() throws IOException {
        // Given
        String placeholder = kept("shop", SECRET);

        // Then
        assertThat(Causes.oneLine(refusal(gateway()
                        .set("camel.vault.hashicorp.token", "")
                        .webhook("shop", "verify", "token", "secret", placeholder))))
                .isEqualTo("webhook shop: secret: {{filevault:…}} cannot be used: Using the file vault requires"
                        + " setting a token");
    }

    @Test
    void a_mistyped_option_of_a_vault_is_named_without_its_value() {
        assertThat(Causes.oneLine(refusal(gateway().set("camel.vault.hashicorp.tokn", SECRET))))
                .startsWith("camel.vault.hashicorp.tokn: there is no such option");
        assertThat(check("check", "-Dcamel.vault.hashicorp.tokn=" + SECRET, "-Dbactrian.events.verify=none"))
                .contains("camel.vault.hashicorp.tokn: there is no such option")
                .doesNotContain(SECRET);
    }

    private static String check(String... arguments) {
        StringWriter output = new StringWriter();
        CommandLine bactrian = Bactrian.commandLine();
        bactrian.setOut(new PrintWriter(output));
        bactrian.setErr(new PrintWriter(output));
        bactrian.execute(arguments);
        return output.toString();
    }

    @Test
    void check_resolves_them_and_names_all_that_cannot_be() throws IOException {
        // Given
        List<String> arguments = new ArrayList<>(List.of(
                "check",
                "-Dcamel.vault.hashicorp.token=root",
                "-Dbactrian.journal.directory=" + directory.resolve("journal"),
                "-Dbactrian.journal.min-free=0",
                "-Dbactrian.events.token=" + kept("events", SECRET),
                "-Dbactrian.nats.token={{filevault:" + directory + "/nowhere}}",
                "-Dbactrian.admin.token={{nowhere:secret}}"));
        for (String name : List.of("good", "bad", "odd")) {
            arguments.add("-Dcamel.routeTemplate[" + name + "].templateId=webhook");
            arguments.add("-Dcamel.routeTemplate[" + name + "].verify=token");
        }
        arguments.add("-Dcamel.routeTemplate[good].secret=" + kept("good", SECRET));
        arguments.add("-Dcamel.routeTemplate[bad].secret={{filevault:" + directory + "/nowhere}}");
        arguments.add("-Dcamel.routeTemplate[odd].secret={{nowhere:secret}}");

        // When
        String output = check(arguments.toArray(String[]::new));

        // Then
        assertThat(output.lines()
                        .filter(line -> line.matches("error +(configuration|webhook) .*"))
                        .collect(Collectors.toList()))
                .as(output)
                .hasSize(4)
                .anyMatch(line -> line.contains("bactrian.nats.token (-D") && line.contains("NoSuchFileException"))
                .anyMatch(line -> line.contains("bactrian.admin.token: nothing on the class path resolves {{nowhere:"))
                .anyMatch(line -> line.contains("webhook bad: secret: ") && line.contains("NoSuchFileException"))
                .anyMatch(line -> line.contains("webhook odd: secret: nothing on the class path"));
        assertThat(output).contains("webhook good publishes to events.good").doesNotContain(SECRET);
    }

    /** A component of Camel's beside the one-file jar, as the page on webhooks tells. */
    @Test
    void a_component_beside_the_jar_is_found_by_the_process() throws Exception {
        // Given
        Path jar = directory.resolve("filevault.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (String entry : List.of(
                    "META-INF/services/org/apache/camel/properties-function/filevault",
                    FileVault.class.getName().replace('.', '/') + ".class")) {
                out.putNextEntry(new JarEntry(entry));
                try (var in = VaultIT.class.getResourceAsStream("/" + entry)) {
                    in.transferTo(out);
                }
            }
        }
        int port = NatsServer.freePort();
        int managementPort = NatsServer.freePort();

        // When
        try (GatewayProcess gateway = GatewayProcess.startWith(
                        jar,
                        directory,
                        "run",
                        "-Dcamel.vault.hashicorp.token=root",
                        "-Dbactrian.events.token=" + kept("events", SECRET),
                        "-Dbactrian.journal.min-free=0",
                        "-Dcamel.server.port=" + port,
                        "-Dcamel.management.port=" + managementPort)
                .awaitReady(managementPort)) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/events"))
                    .header("Content-Type", "application/cloudevents-batch+json")
                    .header("Authorization", "Bearer " + SECRET)
                    .POST(HttpRequest.BodyPublishers.ofString("[]"));

            // Then
            assertThat(HttpClient.newHttpClient()
                            .send(request.build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .as(gateway.log())
                    .isEqualTo(204);
            assertThat(gateway.log()).doesNotContain(SECRET);
        }
    }
}
