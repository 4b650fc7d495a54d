package io.bactrian.camel.journal;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Durable events. As a producer it completes once the event is fsynced ({@code operation=append}) or durably dead
 * ({@code operation=dead}); as a consumer it emits pending events in the order they were accepted and keeps each until
 * its exchange has a PubAck or made it dead.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "journal",
        title = "Journal",
        syntax = "journal:name",
        category = {Category.MESSAGING})
public final class JournalEndpoint extends DefaultEndpoint implements MultipleConsumersSupport {

    /** What a producer does. */
    public enum Operation {
        /** Appends the CloudEvent of the body, or the list of them as one batch. */
        append,
        /** Makes the event that the deliver route is working on dead, with the exception as its reason. */
        dead
    }

    @UriPath(description = "Always events")
    @Metadata(required = true)
    private String name = "events";

    @UriParam(label = "producer", defaultValue = "append", description = "append or dead")
    private Operation operation = Operation.append;

    @UriParam(label = "consumer", defaultValue = "1024", description = "Events emitted and not yet answered, at most")
    private int maxInFlight = 1024;

    @UriParam(label = "consumer", defaultValue = "64MiB", description = "Bytes of these, at most, but for one event")
    private String maxInFlightBytes = "64MiB";

    @UriParam(
            label = "consumer",
            defaultValue = "none",
            description =
                    "Events that arrive in the order of acceptance: none, those of one subject, or of one partitionkey")
    private DeliveryOrder order = DeliveryOrder.NONE;

    @UriParam(label = "consumer", defaultValue = "100ms", description = "First pause of an outage")
    private String backoffInitial = "100ms";

    @UriParam(label = "consumer", defaultValue = "30s", description = "Longest pause of an outage")
    private String backoffMax = "30s";

    @UriParam(
            label = "consumer",
            defaultValue = "0",
            description = "Emissions of one event before BactrianLastAttempt is set; 0 for no limit")
    private int maxAttempts;

    @UriParam(
            label = "consumer",
            defaultValue = "10",
            description = "Emissions of one event in a row that meet errors nobody knows, before it is dead")
    private int unknownAttempts = 10;

    JournalEndpoint(String uri, JournalComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        JournalService service = JournalService.of(getCamelContext());
        return operation == Operation.append
                ? new JournalAppendProducer(this, service)
                : new JournalDeadProducer(this, service);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        JournalConsumer consumer = new JournalConsumer(this, processor, JournalService.of(getCamelContext()));
        configureConsumer(consumer);
        return consumer;
    }

    /** Two consumers would publish everything twice. */
    @Override
    public boolean isMultipleConsumersSupported() {
        return false;
    }

    @Override
    public boolean isSingletonProducer() {
        return true;
    }

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public Operation getOperation() {
        return operation;
    }

    public void setOperation(Operation operation) {
        this.operation = operation;
    }

    public int getMaxInFlight() {
        return maxInFlight;
    }

    public void setMaxInFlight(int maxInFlight) {
        this.maxInFlight = maxInFlight;
    }

    public String getMaxInFlightBytes() {
        return maxInFlightBytes;
    }

    public void setMaxInFlightBytes(String maxInFlightBytes) {
        this.maxInFlightBytes = maxInFlightBytes;
    }

    public DeliveryOrder getOrder() {
        return order;
    }

    public void setOrder(DeliveryOrder order) {
        this.order = order;
    }

    public String getBackoffInitial() {
        return backoffInitial;
    }

    public void setBackoffInitial(String backoffInitial) {
        this.backoffInitial = backoffInitial;
    }

    public String getBackoffMax() {
        return backoffMax;
    }

    public void setBackoffMax(String backoffMax) {
        this.backoffMax = backoffMax;
    }

    public int getMaxAttempts() {
        return maxAttempts;
    }

    public void setMaxAttempts(int maxAttempts) {
        this.maxAttempts = maxAttempts;
    }

    public int getUnknownAttempts() {
        return unknownAttempts;
    }

    public void setUnknownAttempts(int unknownAttempts) {
        this.unknownAttempts = unknownAttempts;
    }
}
