package dev.parley.edge.socket;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Remote addresses as limits count them: an IPv4 address by itself, IPv6 by its first 64 bits, which one subscriber has. */
public final class AddressGroup {
    private static final int SUBSCRIBER_BYTES = 8;
    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:][0-9a-fA-F:.]*");
    private static final Pattern IPV4_WITH_PORT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,3}){3}):\\d{1,5}");
    private static final Pattern IN_BRACKETS = Pattern.compile("\\[([^\\]]*)\\](?::\\d{1,5})?");

    private AddressGroup() {}

    /** The text that all addresses of one group have in common. */
    public static String of(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address.getHostAddress();
        }
        byte[] bytes = address.getAddress();
        StringBuilder text = new StringBuilder(24);
        for (int i = 0; i < SUBSCRIBER_BYTES; i += 2) {
            text.append(Integer.toHexString((bytes[i] & 0xff) << 8 | bytes[i + 1] & 0xff))
                    .append(':');
        }
        return text.append(":/64").toString();
    }

    /** Reads an address in digits, also as proxies write it: in brackets or with a port. Never asks for a name. */
    public static Optional<InetAddress> parse(String text) {
        var bracketed = IN_BRACKETS.matcher(text);
        var ported = IPV4_WITH_PORT.matcher(text);
        String digits = bracketed.matches() ? bracketed.group(1) : ported.matches() ? ported.group(1) : text;
        boolean six = digits.indexOf(':') >= 0 && IPV6.matcher(digits).matches();
        if (!six && !IPV4.matcher(digits).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(digits)); // What is all digits is never looked up.
        } catch (UnknownHostException malformed) {
            return Optional.empty();
        }
    }
}
