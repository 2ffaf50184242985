package dev.parley.edge.main;

import dev.parley.edge.admin.AdminRoutes;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Works out by which names the private port is known, and whether it needs its token. */
final class AdminGuard {
    private AdminGuard() {}

    /** On loopback its names are enough; elsewhere this machine's names and addresses count, and the token too. */
    static AdminRoutes.Guard of(String host, String token) {
        Set<String> names = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));
        names.add(host.toLowerCase(Locale.ROOT));
        boolean loopback = false;
        try {
            loopback = InetAddress.getByName(host).isLoopbackAddress();
            if (!loopback) {
                names.add(InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT));
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .forEach(address -> names.add(inUrl(address)));
            }
        } catch (UnknownHostException | SocketException unknown) {
            names.add(host); // Then the configured name is all there is.
        }
        return new AdminRoutes.Guard(names, Optional.of(token).filter(given -> !given.isEmpty()), !loopback);
    }

    private static String inUrl(InetAddress address) {
        String text = address.getHostAddress();
        return text.indexOf(':') < 0 ? text : "[" + text.replaceAll("%.*", "") + "]";
    }
}
