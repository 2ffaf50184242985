package dev.parley.edge.main;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The environment names of the other servers of this protocol (spec 04 §7), where they mean something that Parley has. Its own
 * names are stronger. A name whose setting this version does not have is passed over, as any other variable is; one that is
 * empty is not set, as container files have it.
 */
record ForeignNames(Map<String, String> environment) {
    /** The first one that is set counts. */
    private static final String[] ADDRESS = {"NODALMERGE_BIND_ADDR", "AS_BIND_ADDR"};

    private static final Map<String, String> SETTINGS = names();

    private static Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("ACTIVESYNC_CAPABILITY_PROFILE_PATH", "access.capability-profile-file");
        names.put("NODALMERGE_CAPABILITY_PROFILE_PATH", "access.capability-profile-file");
        return names;
    }

    /** {@code known} are the settings there are, without {@code parley.} in front. */
    Config read(Set<String> known, Consumer<String> problems) {
        Config all = ConfigFactory.empty();
        for (Map.Entry<String, String> name : SETTINGS.entrySet()) {
            String value = environment.getOrDefault(name.getKey(), "");
            if (!value.isEmpty() && known.contains(name.getValue())) {
                all = with(all, name.getValue(), value, name.getKey());
            }
        }
        for (String name : ADDRESS) {
            String address = environment.getOrDefault(name, "");
            if (!address.isEmpty()) {
                return address(all, name, address, problems);
            }
        }
        return all;
    }

    private static Config address(Config all, String name, String address, Consumer<String> problems) {
        int colon = address.lastIndexOf(':');
        if (colon <= 0 || colon == address.length() - 1 || address.indexOf(']') > colon) {
            problems.accept("the environment variable " + name + " must be host:port, is " + address);
            return all;
        }
        String host = address.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        Config withHost = with(all, "edge.host", bracketed ? host.substring(1, host.length() - 1) : host, name);
        return with(withHost, "edge.port", address.substring(colon + 1), name);
    }

    private static Config with(Config all, String key, String value, String name) {
        return all.withValue("parley." + key, ConfigValueFactory.fromAnyRef(value, name));
    }
}
