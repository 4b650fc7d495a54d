package io.bactrian.journal;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Files that a manifest may name whose writing failed half-way: a crash could make that one count, so they stay until a newer one. */
final class Limbo {
    private final Storage storage;
    private final Map<String, StoredFile> files = new LinkedHashMap<>();

    Limbo(Storage storage) {
        this.storage = storage;
    }

    void add(String name, StoredFile file) {
        files.put(name, file);
    }

    boolean isEmpty() {
        return files.isEmpty();
    }

    /** No manifest names them any more. */
    void delete() throws IOException {
        for (Map.Entry<String, StoredFile> file : files.entrySet()) {
            file.getValue().close();
            storage.delete(file.getKey());
        }
        files.clear();
    }

    void close(Closing closing) {
        files.values().forEach(closing::close);
    }
}
