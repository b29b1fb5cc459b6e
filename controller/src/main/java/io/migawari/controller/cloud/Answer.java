// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openstack4j.core.transport.ExecutionOptions;
import org.openstack4j.core.transport.HttpEntityHandler;
import org.openstack4j.core.transport.HttpResponse;
import org.openstack4j.core.transport.ObjectMapperSingleton;

/** An answer below 400, whole and in memory, as openstack4j wants it. Immutable. */
final class Answer implements HttpResponse {

    private final java.net.http.HttpResponse<byte[]> response;

    Answer(java.net.http.HttpResponse<byte[]> response) {
        this.response = response;
    }

    byte[] body() {
        return response.body();
    }

    @Override
    public <T> T getEntity(Class<T> type) {
        return HttpEntityHandler.handle(this, type, null, true);
    }

    @Override
    public <T> T getEntity(Class<T> type, ExecutionOptions<T> options) {
        return HttpEntityHandler.handle(this, type, options, true);
    }

    @Override
    public <T> T readEntity(Class<T> type) {
        try {
            return ObjectMapperSingleton.getContext(type).readerFor(type).readValue(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int getStatus() {
        return response.statusCode();
    }

    @Override
    public @Nullable String getContentType() {
        return header("Content-Type");
    }

    @Override
    public String getStatusMessage() {
        return "";
    }

    @Override
    public InputStream getInputStream() {
        return new ByteArrayInputStream(response.body());
    }

    @Override
    public @Nullable String header(String name) {
        return response.headers().firstValue(name).orElse(null);
    }

    @Override
    public Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        response.headers().map().forEach((name, values) -> headers.put(name, values.get(0)));
        return headers;
    }

    @Override
    public void close() {
        // nothing is held open
    }
}
