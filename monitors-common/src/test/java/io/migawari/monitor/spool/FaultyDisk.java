// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.spool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;

/** A disk in memory that can be full. */
final class FaultyDisk implements SpoolDisk {

    final TreeMap<String, byte[]> files = new TreeMap<>();
    final TreeMap<String, String> aside = new TreeMap<>();
    boolean full;

    private void check() throws IOException {
        if (full) {
            throw new IOException("No space left on device");
        }
    }

    @Override
    public List<String> names() {
        return List.copyOf(files.keySet());
    }

    @Override
    public byte[] read(String name) {
        return files.get(name);
    }

    @Override
    public void write(String name, byte[] content) throws IOException {
        check();
        files.put(name, content);
    }

    @Override
    public void remove(String name) throws IOException {
        check();
        files.remove(name);
    }

    @Override
    public void setAside(String name, String folder, String why) throws IOException {
        check();
        files.remove(name);
        aside.put(folder + "/" + name, why);
    }

    String text(String name) {
        return new String(files.get(name), StandardCharsets.UTF_8);
    }
}
