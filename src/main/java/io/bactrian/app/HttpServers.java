package io.bactrian.app;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.http.GuardedVertx;
import io.bactrian.camel.http.HttpLimits;
import io.bactrian.camel.http.IntakeServer;
import io.bactrian.camel.http.ManagementGuard;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.VertxThread;
import io.vertx.core.spi.VertxThreadFactory;
import io.vertx.ext.auth.authentication.AuthenticationProvider;
import io.vertx.ext.web.handler.AuthenticationHandler;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.main.DefaultMainHttpServerFactory;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig.AuthenticationConfigEntry;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig.AuthenticationHandlerFactory;
import org.apache.camel.main.HttpManagementServerConfigurationProperties;
import org.apache.camel.main.HttpServerConfigurationProperties;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Gives camel-main our server for the public port, and a management server that refuses a port in use. They share no
 * thread: whatever holds up intake, a probe is answered.
 */
final class HttpServers extends DefaultMainHttpServerFactory {

    private static final int EVENT_LOOPS = 2;

    /** Health and metrics, two at a time. */
    private static final int MANAGEMENT_WORKERS = 2;

    private final Vertx vertx = Vertx.vertx(options(EVENT_LOOPS));
    private Vertx managementVertx;
    private IntakeServer intake;

    private static VertxOptions options(int eventLoops) {
        return new VertxOptions()
                .setEventLoopPoolSize(eventLoops)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
    }

    /** @return that of intake and of what a user's routes bring along */
    Vertx vertx() {
        return vertx;
    }

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
        isolate(context, server);
        answerNothingHere(context, configuration.getPort());
        return server;
    }

    private void isolate(CamelContext context, ManagementHttpServer server) {
        managementVertx = new VertxBuilder(options(1).setWorkerPoolSize(MANAGEMENT_WORKERS))
                .threadFactory(new ManagementThreads())
                .init()
                .vertx();
        HttpLimits limits = HttpLimits.of(BactrianConfig.of(context));
        // makes the server inside, which takes the Vert.x it finds in the registry: that of intake
        ServiceHelper.initService(server);
        for (VertxPlatformHttpServer inside : context.hasServices(VertxPlatformHttpServer.class)) {
            if (inside != intake) {
                inside.setVertx(new GuardedVertx(managementVertx, limits));
            }
        }
    }

    /** Tells them from those of intake, which have the same names. */
    private static final class ManagementThreads implements VertxThreadFactory {
        @Override
        public VertxThread newVertxThread(
                Runnable target, String name, boolean worker, long maxExecTime, TimeUnit maxExecTimeUnit) {
            return new VertxThread(target, "management-" + name, worker, maxExecTime, maxExecTimeUnit);
        }
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

    /** Ends the threads of both, when the servers are stopped. */
    void close() {
        for (Vertx one : new Vertx[] {vertx, managementVertx}) {
            if (one != null) {
                one.close().toCompletionStage().toCompletableFuture().join();
            }
        }
    }
}
