// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.operation.OperationId;

/** The right to work on an operation; see {@link Tenure}. */
public record OperationLease(OperationId operation, String owner, long epoch) implements Tenure<OperationId> {

    @Override
    public OperationId work() {
        return operation;
    }

    @Override
    public String kind() {
        return "operation";
    }
}
