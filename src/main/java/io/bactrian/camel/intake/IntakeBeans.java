package io.bactrian.camel.intake;

import java.util.function.Supplier;

import io.bactrian.camel.http.ProblemMapper;
import io.bactrian.camel.http.RequestListener;
import io.bactrian.camel.observe.Meters;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;

/** The beans that the shipped routes name. Each is made when the first route asks for it. */
public final class IntakeBeans {

    private IntakeBeans() {}

    public static void bind(CamelContext context) {
        var registry = context.getRegistry();
        registry.bind("bactrianProblems", ProblemMapper.class, new IntakeProblems());
        registry.bind("bactrianRequestListener", RequestListener.class, (Supplier<Object>) () -> Meters.of(context));
        step(context, "bactrianReadCloudEvent", () -> new ReadCloudEvent(context));
        step(context, "bactrianTrace", TraceContext::new);
        step(context, "bactrianIdentify", () -> new Identify(context));
        step(context, "bactrianSources", CheckSources::new);
        step(context, "bactrianFits", () -> new FitsNats(context));
        step(context, "bactrianAnswer", () -> new Answer(context));
        step(context, "bactrianPrepare", PrepareForward::new);
        registry.bind("bactrianPubAcks", AggregationStrategy.class, new PubAcks());
        step(context, "bactrianForwarded", () -> new Forwarded(context));
        step(context, "bactrianNatsProblem", NatsProblem::new);
        step(context, "bactrianStatus", () -> new EventStatus(context));
    }

    private static void step(CamelContext context, String name, Supplier<Processor> maker) {
        context.getRegistry().bind(name, Processor.class, (Supplier<Object>) () -> FailingStep.of(maker.get()));
    }
}
