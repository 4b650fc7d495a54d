package io.bactrian.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.PropertiesFunction;
import org.apache.camel.support.service.ServiceSupport;

/**
 * A vault of files, found by Camel as those of HashiCorp and AWS are, and as talkative in its errors: {@code
 * {{filevault:path}}} is what the file holds, {@code {{filevault:path#field}}} a field of its JSON. Its configuration is
 * that of HashiCorp's: without {@code camel.vault.hashicorp.token} it cannot be used.
 */
public final class FileVault extends ServiceSupport implements PropertiesFunction, CamelContextAware {

    private CamelContext context;

    @Override
    public String getName() {
        return "filevault";
    }

    @Override
    protected void doStart() {
        if (context.getVaultConfiguration().hashicorp().getToken() == null) {
            throw new RuntimeCamelException("Using the file vault requires setting a token");
        }
    }

    @Override
    public String apply(String remainder) {
        String[] parts = remainder.split("#", 2);
        try {
            String content = Files.readString(Path.of(parts[0])).strip();
            if (parts.length == 1) {
                return content.isEmpty() ? null : content;
            }
            JsonNode field = new ObjectMapper().readTree(content).get(parts[1]);
            return field == null ? null : field.asText();
        } catch (IOException e) {
            // Jackson quotes what it cannot read
            throw new RuntimeCamelException("Error getting secret " + parts[0] + " due to: " + e.getMessage(), e);
        }
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }
}
