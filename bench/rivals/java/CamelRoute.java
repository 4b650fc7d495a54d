import io.vertx.core.VertxOptions;
import org.apache.camel.ExchangePattern;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/**
 * What a Camel user writes today: platform-http to nats with JetStream, answered after the PubAck, nothing kept. With the
 * three things that it needs to be right: InOnly (InOut would be request/reply), a message id, and a worker for each of 64
 * connections.
 */
public final class CamelRoute extends RouteBuilder {

    private final String nats;

    private CamelRoute(String nats) {
        this.nats = nats;
    }

    public static void main(String[] arguments) throws Exception {
        Main main = new Main();
        main.setPropertyPlaceholderLocations("false");
        main.addOverrideProperty("camel.server.enabled", "true");
        main.addOverrideProperty("camel.server.port", arguments[0]);
        main.addOverrideProperty("camel.main.jmxEnabled", "false");
        // the jar it shares with Bactrian would bring a second server, meters and spans
        main.addOverrideProperty("camel.management.enabled", "false");
        main.addOverrideProperty("camel.metrics.enabled", "false");
        main.addOverrideProperty("camel.opentelemetry2.enabled", "false");
        main.bind("vertxOptions", new VertxOptions().setWorkerPoolSize(64));
        main.configure().addRoutesBuilder(new CamelRoute(arguments[1]));
        main.run();
    }

    @Override
    public void configure() {
        from("platform-http:/events?httpMethodRestrict=POST")
                .setHeader("Nats-Msg-Id", simple("${header.ce-source}/${header.ce-id}"))
                .to(ExchangePattern.InOnly, "nats:events.rival?jetstreamEnabled=true&servers=" + nats)
                .removeHeaders("*")
                .setHeader("CamelHttpResponseCode", constant(201))
                .setBody(constant("stored"));
    }
}
