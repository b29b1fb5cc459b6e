// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.util.Optional;

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
            return "evacuate " + s.server() + to(s.destination());
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
        if (step instanceof Step.LiveMigrate s) {
            return "live-migrate " + s.server() + to(s.destination());
        }
        if (step instanceof Step.ColdMigrate s) {
            return "migrate " + s.server() + to(s.destination());
        }
        if (step instanceof Step.ConfirmMigration s) {
            return "confirm the migration of " + s.server();
        }
        if (step instanceof Step.RevertMigration s) {
            return "revert the migration of " + s.server();
        }
        if (step instanceof Step.AbortLiveMigration s) {
            return "abort the live migration of " + s.server();
        }
        if (step instanceof Step.ForceComplete s) {
            return "force the live migration of " + s.server() + " to complete";
        }
        if (step instanceof ZoneStep s) {
            return ofZone(s);
        }
        throw new AssertionError(step);
    }

    private static String ofZone(ZoneStep step) {
        if (step instanceof ZoneStep.CopyDisk s) {
            return "copy the disk of " + s.server();
        }
        if (step instanceof ZoneStep.DetachVolume s) {
            return "take volume " + s.volume() + " from " + s.server();
        }
        if (step instanceof ZoneStep.AttachVolume s) {
            return "give volume " + s.volume() + " to " + s.server();
        }
        if (step instanceof ZoneStep.BootInZone s) {
            return "make " + s.pattern() + " anew in " + s.zone();
        }
        if (step instanceof ZoneStep.DeleteServer s) {
            return "delete " + s.server();
        }
        if (step instanceof ZoneStep.DeleteCopy s) {
            return "delete the copy of its disk, " + (s.isVolume() ? "volume " : "image ") + s.copy();
        }
        if (step instanceof ZoneStep.Unmark s) {
            return "take our mark from " + s.server();
        }
        throw new AssertionError(step);
    }

    private static String to(Optional<HostName> destination) {
        return destination.map(host -> " to " + host).orElse("");
    }
}
