package io.bactrian.cloudevents;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One row of a scenario outline: the raw request and what must be read from it. */
public record GherkinExample(String request, Map<String, String> attributes, String data) {
    private static final Pattern DOC_STRING = Pattern.compile("\"\"\"\n(.*?)\n *\"\"\"", Pattern.DOTALL);
    private static final Pattern ATTRIBUTE = Pattern.compile("\\| +(\\w+) +\\| ([^|]*?) +\\|");
    private static final Pattern EXAMPLE = Pattern.compile("^ *\\| (application/[^|]*?) *\\|", Pattern.MULTILINE);

    public static List<GherkinExample> all(String feature) {
        List<GherkinExample> examples = new ArrayList<>();
        String[] outlines = feature.split("Scenario Outline:", -1);
        for (int at = 1; at < outlines.length; at++) {
            String[] parts = outlines[at].split("Examples:", -1);
            Matcher rows = EXAMPLE.matcher(parts[1]);
            while (rows.find()) {
                examples.add(of(parts[0].replace("<contentType>", rows.group(1))));
            }
        }
        return examples;
    }

    CloudEvent read() throws Exception {
        String[] headAndBody = request.split("\n\n", 2);
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        String contentType = null;
        for (String line : headAndBody[0].lines().skip(1).toList()) {
            String[] header = line.split(": ", 2);
            headers.add(Map.entry(header[0], header[1]));
            contentType = header[0].equals("Content-Type") ? header[1] : contentType;
        }
        byte[] body = Vectors.bytes(headAndBody[1]);
        return ContentMode.of(contentType) == ContentMode.STRUCTURED
                ? JsonFormat.read(body)
                : HttpBinding.readBinary(HttpHeaders.of(headers), body);
    }

    private static GherkinExample of(String scenario) {
        Matcher docStrings = DOC_STRING.matcher(scenario);
        docStrings.find();
        String request = docStrings.group(1).stripIndent();
        String table = scenario.substring(docStrings.end());
        docStrings.find();
        Map<String, String> attributes = new LinkedHashMap<>();
        Matcher rows = ATTRIBUTE.matcher(table);
        while (rows.find()) {
            if (!rows.group(1).equals("key")) {
                attributes.put(rows.group(1), rows.group(2));
            }
        }
        return new GherkinExample(request, attributes, docStrings.group(1));
    }
}
