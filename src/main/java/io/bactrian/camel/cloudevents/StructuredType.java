package io.bactrian.camel.cloudevents;

import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.JsonFormat;
import org.apache.camel.Message;
import org.apache.camel.spi.DataType;
import org.apache.camel.spi.DataTypeTransformer;
import org.apache.camel.spi.Transformer;

/** Data type {@code bactrian:structured}: the body becomes JSON with all attributes, and {@code Content-Type} says so. */
@DataTypeTransformer(name = "bactrian:structured")
public final class StructuredType extends Transformer {

    @Override
    public void transform(Message message, DataType from, DataType to) throws Exception {
        CloudEvent event = DataTypes.read(message);
        DataTypes.removeEventHeaders(message);
        message.setHeader(DataTypes.CONTENT_TYPE, "application/cloudevents+json; charset=utf-8");
        message.setBody(JsonFormat.write(event));
    }
}
