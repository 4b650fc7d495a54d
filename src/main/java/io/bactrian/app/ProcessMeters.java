package io.bactrian.app;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.logging.LogbackMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.support.CamelContextHelper;

/**
 * What Micrometer knows of the process. Camel would find these by name in an index of all there are; here a thread makes
 * them, which wakes the JVM's management beans, while the context is built.
 */
final class ProcessMeters extends MainListenerSupport {

    private final FutureTask<List<MeterBinder>> made = new FutureTask<>(ProcessMeters::make);

    /** Begins to make them. */
    ProcessMeters() {
        Thread thread = new Thread(made, "bactrian-process-meters");
        thread.setDaemon(true);
        thread.start();
    }

    private static List<MeterBinder> make() {
        return List.of(
                new ClassLoaderMetrics(),
                new JvmMemoryMetrics(),
                new JvmGcMetrics(),
                new JvmHeapPressureMetrics(),
                new JvmThreadMetrics(),
                new JvmInfoMetrics(),
                new ProcessorMetrics(),
                new FileDescriptorMetrics(),
                new UptimeMetrics(),
                new LogbackMetrics());
    }

    private List<MeterBinder> binders() {
        try {
            return made.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the start was interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the meters of the process could not be made", e.getCause());
        }
    }

    @Override
    public void afterConfigure(BaseMainSupport main) {
        MeterRegistry registry = CamelContextHelper.findSingleByType(main.getCamelContext(), MeterRegistry.class);
        if (registry != null) {
            binders().forEach(binder -> binder.bindTo(registry));
        }
    }

    @Override
    public void afterStop(BaseMainSupport main) {
        for (MeterBinder binder : binders()) {
            if (binder instanceof AutoCloseable open) {
                try {
                    open.close();
                } catch (Exception e) {
                    throw new IllegalStateException("a meter of the process could not be closed", e);
                }
            }
        }
    }
}
