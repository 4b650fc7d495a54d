package io.bactrian.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import java.util.regex.Pattern;

import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** Lets the id of an event begin with a hyphen, as one in 64 does: what has the shape of an id and is no option goes behind {@code --}. */
final class HyphenIds implements IParameterPreprocessor {

    /** 16 bytes in base64url without padding. */
    private static final Pattern ID = Pattern.compile("-[A-Za-z0-9_-]{21}");

    private static final String END_OF_OPTIONS = "--";

    @SuppressWarnings("JdkObsolete") // picocli's signature
    @Override
    public boolean preprocess(
            Stack<String> arguments, CommandSpec command, ArgSpec argument, Map<String, Object> information) {
        if (arguments.contains(END_OF_OPTIONS)) {
            return false;
        }
        List<String> ids = new ArrayList<>(arguments);
        ids.removeIf(text -> !ID.matcher(text).matches() || command.findOption(text) != null);
        if (!ids.isEmpty()) {
            // the next argument is the last of the stack
            arguments.removeAll(ids);
            arguments.addAll(0, ids);
            arguments.add(ids.size(), END_OF_OPTIONS);
        }
        return false;
    }
}
