package io.bactrian.camel.cloudevents;

import io.bactrian.cloudevents.CloudEvent;
import org.apache.camel.Message;
import org.apache.camel.spi.DataType;
import org.apache.camel.spi.DataTypeTransformer;
import org.apache.camel.spi.Transformer;

/** Data type {@code bactrian:camel-cloudevent}: the body becomes the event's data, the attributes become the headers of camel-cloudevents, for routes that read those. */
@DataTypeTransformer(name = "bactrian:camel-cloudevent")
public final class CamelCloudEventType extends Transformer {

    @Override
    public void transform(Message message, DataType from, DataType to) throws Exception {
        CloudEvent event = DataTypes.read(message);
        DataTypes.removeEventHeaders(message);
        CamelHeaders.write(event, message);
        // else it would be read as the event itself; the header of camel-cloudevents says it too
        if (event.dataContentType() != null && !DataTypes.isEventFormat(event.dataContentType())) {
            message.setHeader(DataTypes.CONTENT_TYPE, event.dataContentType());
        }
        message.setBody(event.data());
    }
}
