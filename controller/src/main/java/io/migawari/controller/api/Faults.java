// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** What the server itself refuses, in the same form as everything that we do; nothing of its inside is told. */
final class Faults extends ErrorHandler {

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            String message,
            @Nullable Throwable cause,
            Callback callback) {
        response.getHeaders().put(Reply.REQUEST_ID, Reply.newRequestId());
        Reply.fault(code, words(code)).send(response, callback);
    }

    /** Whatever the method: Jetty would leave the answers to PUT and DELETE empty. */
    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    /** What Jetty will have in its place is not there yet (12.1). */
    @Override
    @SuppressWarnings("removal")
    public ByteBuffer badMessageError(int status, @Nullable String reason, HttpFields.Mutable fields) {
        fields.put(Reply.REQUEST_ID, Reply.newRequestId());
        fields.put(HttpHeader.CONTENT_TYPE, Reply.FAULT);
        return ByteBuffer.wrap(
                Reply.fault(status, words(status)).body().orElse("").getBytes(StandardCharsets.UTF_8));
    }

    private static String words(int code) {
        return switch (code) {
            case 413 -> "Request is too large.";
            case 414 -> "The request's path and query are too long.";
            case 431 -> "The request's headers are too large.";
            default -> HttpStatus.getMessage(code);
        };
    }
}
