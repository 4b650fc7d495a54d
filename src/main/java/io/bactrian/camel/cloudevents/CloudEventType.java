package io.bactrian.camel.cloudevents;

import io.bactrian.cloudevents.CloudEvent;
import org.apache.camel.Message;
import org.apache.camel.spi.DataType;
import org.apache.camel.spi.DataTypeTransformer;
import org.apache.camel.spi.Transformer;

/** Data type {@code bactrian:cloudevent}: the body becomes a {@link CloudEvent}, which is what {@code direct:bactrian-accept}, {@code journal:} and {@code jetstream:} take. */
@DataTypeTransformer(name = "bactrian:cloudevent")
public final class CloudEventType extends Transformer {

    @Override
    public void transform(Message message, DataType from, DataType to) throws Exception {
        CloudEvent event = DataTypes.read(message);
        DataTypes.removeEventHeaders(message);
        message.setBody(event);
    }
}
