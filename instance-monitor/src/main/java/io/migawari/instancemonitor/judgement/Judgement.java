// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.judgement;

/** @param standing what is to be remembered */
public record Judgement(Standing standing, Verdict verdict) {}
