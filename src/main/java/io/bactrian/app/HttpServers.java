package io.bactrian.app;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.http.IntakeServer;
import io.bactrian.camel.http.ManagementGuard;
import io.vertx.ext.auth.authentication.AuthenticationProvider;
import io.vertx.ext.web.handler.AuthenticationHandler;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.main.DefaultMainHttpServerFactory;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig.AuthenticationConfigEntry;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig.AuthenticationHandlerFactory;
import org.apache.camel.main.HttpManagementServerConfigurationProperties;
import org.apache.camel.main.HttpServerConfigurationProperties;

/** Gives camel-main our server for the public port, and a management server that refuses a port in use. */
final class HttpServers extends DefaultMainHttpServerFactory {

    private IntakeServer intake;

    @Override
    public Service newHttpServer(CamelContext context, HttpServerConfigurationProperties configuration) {
        intake = new IntakeServer(configuration.getHost(), configuration.getPort());
        return intake;
    }

    @Override
    public Service newHttpManagementServer(
            CamelContext context, HttpManagementServerConfigurationProperties configuration) {
        // the stock server only warns when its port is taken
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(configuration.getHost(), configuration.getPort()));
        } catch (IOException e) {
            throw new ConfigurationException(
                    "camel.management.port " + configuration.getPort() + " on " + configuration.getHost() + ": "
                            + e.getMessage(),
                    e);
        }
        ManagementHttpServer server = (ManagementHttpServer) super.newHttpManagementServer(context, configuration);
        // as authentication of all paths it is there before the port is bound
        AuthenticationConfigEntry everything = new AuthenticationConfigEntry();
        everything.setPath("/*");
        everything.setAuthenticationProviderFactory(vertx -> null);
        everything.setAuthenticationHandlerFactory(
                new Guarded(ManagementGuard.of(BactrianConfig.of(context), configuration.getHost())));
        AuthenticationConfig authentication = server.getConfiguration().getAuthenticationConfig();
        authentication.getEntries().add(everything);
        authentication.setEnabled(true);
        answerNothingHere(context, configuration.getPort());
        return server;
    }

    /** The guard in the form in which Camel's server takes it. */
    private record Guarded(ManagementGuard guard) implements AuthenticationHandlerFactory {
        @Override
        public <T extends AuthenticationProvider> AuthenticationHandler createAuthenticationHandler(T provider) {
            return guard::handle;
        }
    }

    private static void answerNothingHere(CamelContext context, int port) {
        try {
            context.addStartupListener((started, already) -> VertxPlatformHttpRouter.lookup(
                            started, VertxPlatformHttpRouter.getRouterNameFromPort(port))
                    .route()
                    .order(Integer.MAX_VALUE)
                    .handler(ctx -> ManagementGuard.nothingHere(ctx, started)));
        } catch (Exception e) {
            throw new IllegalStateException("the management port could not be prepared", e);
        }
    }

    /** @return the public port really bound, 0 before the start */
    int intakePort() {
        return intake == null ? 0 : intake.getPort();
    }

    /** @return {@code http} or {@code https} */
    String intakeScheme() {
        return intake == null ? "http" : intake.scheme();
    }
}
