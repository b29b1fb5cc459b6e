// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.judgement;

/** @param standing what is to be remembered for the next look, if the verdict is carried out */
public record Judgement(Standing standing, Verdict verdict) {}
