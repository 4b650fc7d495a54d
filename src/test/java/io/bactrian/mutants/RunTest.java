package io.bactrian.mutants;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs one test class or method in this process and exits with what became of it. */
final class RunTest {
    static final int PASSED = 0;
    static final int FAILED = 10;
    static final int NOTHING_RAN = 11;

    private RunTest() {}

    public static void main(String[] arguments) {
        String test = arguments[0];
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(
                                        test.contains("#")
                                                ? DiscoverySelectors.selectMethod(test)
                                                : DiscoverySelectors.selectClass(test))
                                .build(),
                        listener);
        TestExecutionSummary summary = listener.getSummary();
        summary.printFailuresTo(new PrintWriter(System.out, true, StandardCharsets.UTF_8), 3);
        System.out.flush();
        if (summary.getTestsStartedCount() == 0 || summary.getContainersFailedCount() > 0) {
            System.exit(NOTHING_RAN);
        }
        System.exit(summary.getTestsFailedCount() > 0 ? FAILED : PASSED);
    }
}
