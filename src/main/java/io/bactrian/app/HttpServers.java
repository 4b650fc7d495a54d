package io.bactrian.app;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.http.IntakeServer;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.main.DefaultMainHttpServerFactory;
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
        return super.newHttpManagementServer(context, configuration);
    }

    /** @return the public port really bound, 0 before the start */
    int intakePort() {
        return intake == null ? 0 : intake.getPort();
    }
}
