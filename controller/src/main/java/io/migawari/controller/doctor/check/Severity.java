// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

/** How bad a finding is. */
public enum Severity {
    /** A recovery would fail, or instances would be lost. */
    ERROR,
    /** A recovery could fail, or would do less than it could. */
    WARNING,
    /** Not known, or as somebody wants it; shown only to those who ask for it. */
    NOTE
}
