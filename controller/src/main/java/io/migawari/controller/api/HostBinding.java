// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.migawari.config.ApiSettings.ClientCertificates;
import io.migawari.controller.api.Authenticator.Who;
import io.migawari.controller.api.Router.Access;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.SegmentId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Holds reports and signs of life against the certificate of who sends them. A host may speak of itself. That a host has failed it
 * cannot say itself: that, others of its segment may say of it. Immutable.
 */
final class HostBinding {

    private static final int DNS_NAME = 2;

    private final ClientCertificates settings;
    private final Function<HostName, Optional<SegmentId>> segments;

    /** @param segments where hosts are */
    HostBinding(ClientCertificates settings, Function<HostName, Optional<SegmentId>> segments) {
        this.settings = settings;
        this.segments = segments;
    }

    /** @return why it may not be reported, if it may not */
    Optional<String> refusal(Access access, Who who, Optional<X509Certificate> certificate, Call call) {
        if (access != Access.REPORT && access != Access.MONITOR) {
            return Optional.empty();
        }
        if (certificate.isEmpty()) {
            return settings.required() && !who.isAdmin()
                    ? Optional.of(
                            "Policy doesn't allow this to be performed: it needs a client certificate that names the host.")
                    : Optional.empty();
        }
        Set<String> names = names(certificate.get());
        JsonNode report = access == Access.REPORT ? report(call) : null;
        String host = report == null
                ? call.pathValue("host")
                : report.path("hostname").asText();
        if (host.isEmpty() || names.stream().anyMatch(settings.anyHost()::contains) || isOneOf(names, host)) {
            return Optional.empty();
        }
        boolean isAboutAnother = report != null && report.path("type").asText().equals("COMPUTE_HOST");
        if (isAboutAnother && isNeighbour(names, host)) {
            return Optional.empty();
        }
        return Optional.of(
                "Policy doesn't allow this to be performed: the client certificate is for " + names + ", and "
                        + (isAboutAnother ? "neither that host nor one of its segment is " : "that host is not ")
                        + shortened(host)
                        + ".");
    }

    /** Empty where a report has no such form, for which it is refused in a moment. */
    private static JsonNode report(Call call) {
        try {
            return call.json().path("notification");
        } catch (ApiException e) {
            return MissingNode.getInstance();
        }
    }

    private boolean isOneOf(Collection<String> names, String host) {
        return names.stream().anyMatch(name -> hostName(name).equalsIgnoreCase(host));
    }

    private boolean isNeighbour(Collection<String> names, String host) {
        Optional<SegmentId> segment = segment(host);
        return segment.isPresent()
                && names.stream().map(this::hostName).map(this::segment).anyMatch(segment::equals);
    }

    private Optional<SegmentId> segment(String host) {
        return HostName.isValid(host) ? segments.apply(new HostName(host)) : Optional.empty();
    }

    private String hostName(String name) {
        return switch (settings.naming()) {
            case FULL -> name;
            case FIRST_LABEL -> name.replaceFirst("\\..*", "");
        };
    }

    /** Its DNS names; only if it has none, what it is called. */
    static Set<String> names(X509Certificate certificate) {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            for (List<?> alternative : alternatives == null ? new ArrayList<List<?>>() : alternatives) {
                if (alternative.get(0).equals(DNS_NAME)) {
                    names.add((String) alternative.get(1));
                }
            }
            if (names.isEmpty()) {
                for (Rdn part :
                        new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                    if (part.getType().equalsIgnoreCase("CN")) {
                        names.add(part.getValue().toString());
                    }
                }
            }
        } catch (CertificateParsingException | InvalidNameException e) {
            return names; // it names nobody
        }
        return names;
    }

    private static String shortened(String text) {
        return text.length() <= 255 ? text : text.substring(0, 255) + "…";
    }
}
