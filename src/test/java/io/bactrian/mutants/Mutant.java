package io.bactrian.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A fault: pieces of source files, replaced.
 *
 * @param name what is wrong with it
 * @param edits what is replaced, each in a file of its own
 * @param caughtBy class, or class and method, of the test that must fail
 */
record Mutant(String name, List<Edit> edits, String caughtBy) {

    /**
     * A piece of one file.
     *
     * @param source the class it is in
     * @param found text that occurs once
     * @param replacement what stands there instead
     */
    record Edit(String source, String found, String replacement) {}

    Mutant(String name, String source, String found, String replacement, String caughtBy) {
        this(name, List.of(new Edit(source, found, replacement)), caughtBy);
    }

    private static final Path SOURCES = Path.of("src", "main", "java");

    /** Compiles the classes with their fault into a directory. */
    void compile(Path target, String classPath) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<Path> mutated = new ArrayList<>();
            for (Edit edit : edits) {
                mutated.add(write(edit, target.resolve("source")));
            }
            boolean compiled = compiler.getTask(
                            null,
                            files,
                            null,
                            List.of("-d", target.toString(), "-cp", classPath, "-proc:none", "-nowarn"),
                            null,
                            files.getJavaFileObjectsFromPaths(mutated))
                    .call();
            if (!compiled) {
                throw new IllegalStateException("mutant \"" + name + "\" does not compile");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path write(Edit edit, Path target) throws IOException {
        Path file = SOURCES.resolve(edit.source.replace('.', '/') + ".java");
        String text = Files.readString(file);
        int at = text.indexOf(edit.found);
        if (at < 0 || text.indexOf(edit.found, at + 1) >= 0) {
            throw new IllegalStateException(
                    "mutant \"" + name + "\" is out of date: its text must occur once in " + file);
        }
        Files.createDirectories(target);
        return Files.writeString(
                target.resolve(file.getFileName()),
                text.substring(0, at) + edit.replacement + text.substring(at + edit.found.length()));
    }

    @Override
    public String toString() {
        return name;
    }
}
