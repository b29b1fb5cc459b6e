// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

/**
 * Something that would make a recovery fail, or worse than it could be.
 *
 * @param check which of the checks has found it
 * @param subject the host, segment, instance or service that it is about
 * @param what is wrong, with the details
 * @param why it matters
 */
public record Finding(String check, Severity severity, String subject, String what, String why, String nextStep) {}
