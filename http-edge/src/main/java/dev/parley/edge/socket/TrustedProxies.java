package dev.parley.edge.socket;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The proxies whose word we take for where a peer comes from: addresses, or ranges such as {@code 10.0.0.0/8}.
 *
 * <p>Only what such a proxy adds at the end of {@code X-Forwarded-For} counts; what stands before is the peer's own word.
 */
public final class TrustedProxies {
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    private record Range(byte[] address, int bits) {
        boolean holds(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                if (((address[bit / 8] ^ other[bit / 8]) >> 7 - bit % 8 & 1) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Range> ranges;

    private TrustedProxies(List<Range> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    /** The proxies of this list; empty when an entry is no address and no range. */
    public static Optional<TrustedProxies> parse(List<String> entries) {
        List<Range> ranges = new ArrayList<>();
        for (String entry : entries) {
            int slash = entry.indexOf('/');
            Optional<InetAddress> address = AddressGroup.parse(slash < 0 ? entry : entry.substring(0, slash));
            if (address.isEmpty()) {
                return Optional.empty();
            }
            byte[] bytes = address.get().getAddress();
            int bits = slash < 0 ? 8 * bytes.length : bits(entry.substring(slash + 1));
            if (bits < 0 || bits > 8 * bytes.length) {
                return Optional.empty();
            }
            ranges.add(new Range(bytes, bits));
        }
        return Optional.of(new TrustedProxies(ranges));
    }

    private static int bits(String text) {
        return text.matches("\\d{1,3}") ? Integer.parseInt(text) : -1;
    }

    public boolean trusts(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ranges.stream().anyMatch(range -> range.holds(bytes));
    }

    /**
     * Where a peer comes from: the connection's own address, or, if that is a proxy of ours, the last address of {@code
     * forwardedFor} that is none.
     */
    public InetAddress origin(InetAddress connection, Optional<String> forwardedFor) {
        InetAddress origin = connection;
        if (forwardedFor.isEmpty()) {
            return origin;
        }
        String[] hops = forwardedFor.get().split(",", -1);
        for (int i = hops.length - 1; i >= 0 && trusts(origin); i--) {
            Optional<InetAddress> hop = AddressGroup.parse(hops[i].trim());
            if (hop.isEmpty()) {
                return origin;
            }
            origin = hop.get();
        }
        return origin;
    }
}
