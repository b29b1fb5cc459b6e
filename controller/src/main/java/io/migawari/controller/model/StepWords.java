// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

/** A step in words. */
public final class StepWords {

    private StepWords() {}

    public static String of(Step step) {
        if (step instanceof Step.ForceDown s) {
            return "force " + s.host() + " down";
        }
        if (step instanceof Step.PowerOff s) {
            return "switch " + s.host() + " off by the fencing devices of level " + s.level();
        }
        if (step instanceof Step.LiftForceDown s) {
            return "no longer force " + s.host() + " down";
        }
        if (step instanceof Step.DisableService s) {
            return "disable " + s.host();
        }
        if (step instanceof Step.EnableService s) {
            return "enable " + s.host();
        }
        if (step instanceof Step.AddToAggregate s) {
            return "add " + s.host() + " to aggregate " + s.aggregate();
        }
        if (step instanceof Step.RemoveFromAggregate s) {
            return "remove " + s.host() + " from aggregate " + s.aggregate();
        }
        if (step instanceof Step.Evacuate s) {
            return "evacuate " + s.server()
                    + s.destination().map(host -> " to " + host).orElse("");
        }
        if (step instanceof Step.Stop s) {
            return "stop " + s.server();
        }
        if (step instanceof Step.Start s) {
            return "start " + s.server();
        }
        if (step instanceof Step.ResetToError s) {
            return "reset " + s.server() + " to error";
        }
        throw new AssertionError(step);
    }
}
