// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

/** Another controller has taken it over: stop working on it. Nothing was written. */
public final class LeaseLostException extends Exception {

    private static final long serialVersionUID = 1;

    public LeaseLostException(Tenure<?> lease) {
        super(lease.kind() + " " + lease.work() + " is no longer ours (epoch " + lease.epoch() + ")");
    }
}
