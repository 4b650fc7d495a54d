package io.bactrian.admin;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.camel.http.RejectedRequests;
import io.bactrian.camel.webhook.LatestFiltered;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.spi.ContextServicePlugin;

/** Makes the steps of {@code routes/admin.yaml} known in every Camel context. Nothing is made until a route uses it. */
public final class AdminPlugin implements ContextServicePlugin {

    @Override
    public void load(CamelContext context) {
        step(context, "bactrianListEvents", () -> events(context)::list);
        step(context, "bactrianShowEvent", () -> events(context)::show);
        step(context, "bactrianEventData", () -> events(context)::data);
        step(context, "bactrianReplayEvent", () -> events(context)::replay);
        step(context, "bactrianDiscardEvent", () -> events(context)::discard);
        step(context, "bactrianDeadEvents", () -> events(context)::dead);
        step(context, "bactrianRejectedRequests", () -> LatestApi.of(RejectedRequests.of(context))::list);
        step(context, "bactrianFilteredEvents", () -> LatestApi.of(LatestFiltered.of(context))::list);
        step(context, "bactrianStartReplay", () -> replays(context)::start);
        step(context, "bactrianListReplays", () -> replays(context)::list);
        step(context, "bactrianShowReplay", () -> replays(context)::show);
        step(context, "bactrianCancelReplay", () -> replays(context)::cancel);
    }

    private static EventsApi events(CamelContext context) {
        return new EventsApi(AdminService.of(context));
    }

    private static Replays replays(CamelContext context) {
        return AdminService.of(context).replays();
    }

    private static void step(
            CamelContext context,
            String name,
            Supplier<Function<IntakeRequest, CompletableFuture<AdminAnswer>>> operation) {
        context.getRegistry().bind(name, Processor.class, (Supplier<Object>) () -> new AdminStep(operation.get()));
    }
}
