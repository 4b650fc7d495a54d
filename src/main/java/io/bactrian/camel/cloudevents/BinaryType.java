package io.bactrian.camel.cloudevents;

import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.HeaderValues;
import org.apache.camel.Message;
import org.apache.camel.spi.DataType;
import org.apache.camel.spi.DataTypeTransformer;
import org.apache.camel.spi.Transformer;

/** Data type {@code bactrian:binary}: the body becomes the event's data, the attributes become {@code ce-} headers, percent-encoded as the HTTP binding says. */
@DataTypeTransformer(name = "bactrian:binary")
public final class BinaryType extends Transformer {

    @Override
    public void transform(Message message, DataType from, DataType to) throws Exception {
        CloudEvent event = DataTypes.read(message);
        if (DataTypes.isEventFormat(event.dataContentType())) {
            throw new IllegalArgumentException("data of the type " + event.dataContentType()
                    + " cannot be in binary mode, where it would be read as the event itself: use bactrian:structured");
        }
        DataTypes.removeEventHeaders(message);
        for (String attribute : event.attributeNames()) {
            if (attribute.equals("datacontenttype")) {
                message.setHeader(DataTypes.CONTENT_TYPE, event.dataContentType());
            } else {
                message.setHeader(
                        DataTypes.ATTRIBUTE_PREFIX + attribute, HeaderValues.encode(event.attribute(attribute)));
            }
        }
        message.setHeader(DataTypes.ATTRIBUTE_PREFIX + "specversion", "1.0");
        message.setBody(event.data());
    }
}
