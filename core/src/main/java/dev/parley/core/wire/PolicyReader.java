package dev.parley.core.wire;

import dev.parley.core.access.WritePolicy;
import dev.parley.core.access.WritePolicy.Fallback;
import dev.parley.core.access.WritePolicy.Rule;
import dev.parley.core.id.PeerId;
import dev.parley.core.wire.FromPeer.PolicyContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the fields of {@code set-policy} (spec 04 §5): what is wrong first is named, the default before the rules and the
 * rules in their order.
 */
final class PolicyReader {
    private static final Set<String> RULE_FIELDS = Set.of("path_glob", "can_write");

    /** More of a text than this is not said back. */
    private static final int ECHO_CHARS_MAX = 256;

    private static final PolicyContent BEYOND_BOUNDS =
            new PolicyContent.Broken("reject.protocol_invalid_field: set-policy");

    private PolicyReader() {}

    static PolicyContent read(JsonFields fields) {
        String name = fields.string("default").orElse("allow");
        Optional<Fallback> fallback = fallback(name);
        if (fallback.isEmpty()) {
            return new PolicyContent.Broken("set-policy: unknown default '" + echo(name) + "', use 'allow' or 'deny'");
        }
        List<Rule> rules = new ArrayList<>();
        // One more than may be, so that a list too long is seen to be.
        for (Optional<JsonFields> rule : fields.objects("rules", RULE_FIELDS, WritePolicy.RULES_MAX + 1)) {
            Optional<String> pattern = rule.flatMap(it -> it.string("path_glob"));
            if (pattern.isEmpty()) {
                return new PolicyContent.Broken("set-policy: each rule must have a 'path_glob' string");
            }
            List<PeerId> writers = new ArrayList<>();
            for (Optional<String> hex : rule.get().texts("can_write", WritePolicy.KEYS_MAX + 1)) {
                Optional<PeerId> writer = hex.flatMap(PeerId::parse);
                if (writer.isEmpty()) {
                    return new PolicyContent.Broken("set-policy: invalid pubkey hex '" + echo(hex.orElse("")) + "'");
                }
                writers.add(writer.get());
            }
            rules.add(new Rule(pattern.get(), writers));
        }
        WritePolicy policy = new WritePolicy(rules, fallback.get());
        return policy.withinBounds() ? new PolicyContent.Whole(policy) : BEYOND_BOUNDS;
    }

    private static Optional<Fallback> fallback(String name) {
        return switch (name) {
            case "allow" -> Optional.of(Fallback.ALLOW_ALL);
            case "deny" -> Optional.of(Fallback.DENY_ALL);
            default -> Optional.empty();
        };
    }

    private static String echo(String text) {
        return text.length() <= ECHO_CHARS_MAX ? text : text.substring(0, ECHO_CHARS_MAX) + "…";
    }
}
