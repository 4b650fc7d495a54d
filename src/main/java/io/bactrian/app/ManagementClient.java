package io.bactrian.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.config.Tokens;
import org.apache.camel.CamelContext;

/** Talks to the management port of a gateway. */
final class ManagementClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String TOKEN = "bactrian.admin.token";

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final String url;
    private final String token;

    private ManagementClient(String url, String token) {
        this.url = url;
        this.token = token;
    }

    /** An answer that is no success; the message is for a person. */
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final boolean later;

        RefusedException(String message, boolean later) {
            super(message);
            this.later = later;
        }

        /** Whether a gateway that restarts answers so. */
        boolean isForNow() {
            return later;
        }
    }

    /**
     * @param url of the management port, or null for the configured one
     * @throws ConfigurationException for a token that cannot be resolved here, or cannot be sent
     */
    static ManagementClient of(Settings settings, String url) {
        String base = url == null ? configured(settings) : url;
        return new ManagementClient(base.replaceAll("/$", ""), token(settings));
    }

    /** @return nothing when none is configured; while rotating the first one is as good as the others */
    private static String token(Settings settings) {
        String text = settings.get(TOKEN);
        if (text.isBlank()) {
            return "";
        }
        return Tokens.ofHeader(TOKEN, text.contains("{{") ? resolved(settings) : text)
                .get(0);
    }

    /** As the gateway does, which takes a moment. */
    private static String resolved(Settings settings) {
        CamelContext context = Gateway.bare(settings);
        try {
            new Placeholders(context).check(TOKEN, settings.get(TOKEN));
            return BactrianConfig.of(context).find(TOKEN).orElse("");
        } finally {
            context.stop();
        }
    }

    /** @return whether a URL names a host and perhaps a port, and nothing more */
    static boolean isAddress(String url) {
        try {
            return url.matches("https?://[^/?#@]+/?") && new URI(url).getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static String configured(Settings settings) {
        String host = settings.get("camel.management.host");
        boolean any = host.equals("0.0.0.0") || host.equals("::");
        String name = any ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
        return "http://" + name + ":" + settings.get("camel.management.port");
    }

    String get(String path) {
        return text(send(request(path).GET()));
    }

    byte[] bytes(String path) {
        return send(request(path).GET()).body();
    }

    String post(String path, byte[] body) {
        return text(send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))));
    }

    String delete(String path) {
        return text(send(request(path).DELETE()));
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(TIMEOUT);
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() / 100 != 2) {
                throw new RefusedException(refusal(answer), answer.statusCode() == 503);
            }
            return answer;
        } catch (IOException e) {
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new RefusedException("no gateway answers at " + url + " (" + why + ")", true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String refusal(HttpResponse<byte[]> answer) {
        String hint = answer.statusCode() == 401 ? " (bactrian.admin.token, BACTRIAN_ADMIN_TOKEN)" : "";
        return member(text(answer), "detail", "status " + answer.statusCode()) + hint;
    }

    /** A member of a JSON object as text, or something else when there is none. */
    static String member(String object, String name, String otherwise) {
        try (JsonParser json = new JsonFactory().createParser(object)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    boolean found = json.currentName().equals(name);
                    JsonToken value = json.nextToken();
                    if (found && value.isScalarValue() && value != JsonToken.VALUE_NULL) {
                        return json.getText();
                    }
                    json.skipChildren();
                }
            }
        } catch (IOException e) {
            return otherwise;
        }
        return otherwise;
    }

    static byte[] reason(String reason) {
        return object(json -> {
            if (reason != null) {
                json.writeStringField("reason", reason);
            }
        });
    }

    /** Members of an object. */
    interface Members {
        void writeTo(JsonGenerator json) throws IOException;
    }

    static byte[] object(Members members) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            members.writeTo(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
