// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A range of IP addresses, in CIDR notation.
 *
 * @param first its lowest address
 * @param prefix how many bits, from the left, all of its addresses have in common
 */
public record Network(InetAddress first, int prefix) {

    /** An address in digits, so that none is ever looked up. */
    private static final Pattern FORM = Pattern.compile("([0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)(?:/(\\d{1,3}))?");

    /** The network, or nothing if the text is none, or has bits set beyond its prefix. */
    public static Optional<Network> parse(String text) {
        var match = FORM.matcher(text);
        if (!match.matches()
                || (!match.group(1).contains(":") && !match.group(1).matches("(\\d{1,3}\\.){3}\\d{1,3}"))) {
            return Optional.empty();
        }
        try {
            InetAddress first = InetAddress.getByName(match.group(1));
            int bits = first.getAddress().length * 8;
            int prefix =
                    Optional.ofNullable(match.group(2)).map(Integer::parseInt).orElse(bits);
            boolean isOne = prefix <= bits
                    && number(first).mod(BigInteger.TWO.pow(bits - prefix)).signum() == 0;
            return isOne ? Optional.of(new Network(first, prefix)) : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** @param address in digits */
    public boolean contains(String address) {
        try {
            InetAddress other = InetAddress.getByName(address);
            int bits = first.getAddress().length * 8;
            return other.getAddress().length * 8 == bits
                    && number(other)
                            .shiftRight(bits - prefix)
                            .equals(number(first).shiftRight(bits - prefix));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static BigInteger number(InetAddress address) {
        return new BigInteger(1, address.getAddress());
    }

    @Override
    public String toString() {
        return first.getHostAddress() + "/" + prefix;
    }
}
