package dev.parley.edge.cluster;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ddata.Key;
import org.apache.pekko.cluster.ddata.LWWMap;
import org.apache.pekko.cluster.ddata.LWWMapKey;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;
import org.apache.pekko.cluster.ddata.typed.javadsl.DistributedData;
import org.apache.pekko.cluster.ddata.typed.javadsl.Replicator;

/**
 * What each member tells the others of itself every few seconds: how many sessions and rooms it has. It goes round by
 * gossip, so a figure is a few seconds old, and one of a member that is cut off stays as it was.
 */
public final class MemberFigures {
    private static final Key<LWWMap<String, String>> KEY = LWWMapKey.create("parley-member-figures");
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final Duration READ_WITHIN = Duration.ofSeconds(2);

    /** {@code version} is that of the program. */
    public record Figures(int sessions, int rooms, String version) {
        private String text() {
            return sessions + " " + rooms + " " + version;
        }

        private static Optional<Figures> parse(String text) {
            String[] parts = text.split(" ", 3);
            try {
                return parts.length == 3
                        ? Optional.of(new Figures(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), parts[2]))
                        : Optional.empty();
            } catch (NumberFormatException foreign) {
                return Optional.empty();
            }
        }
    }

    private sealed interface Command {}

    private record Tell() implements Command {}

    private record Told() implements Command {}

    private final ActorSystem<?> system;

    private MemberFigures(ActorSystem<?> system) {
        this.system = system;
    }

    /** Starts to tell the others. */
    public static MemberFigures start(ActorSystem<?> system, Membership membership, Supplier<Figures> figures) {
        system.systemActorOf(telling(membership, figures), "member-figures", Props.empty());
        return new MemberFigures(system);
    }

    private static Behavior<Command> telling(Membership membership, Supplier<Figures> figures) {
        return Behaviors.setup(context -> {
            ActorRef<Replicator.Command> replicator =
                    DistributedData.get(context.getSystem()).replicator();
            SelfUniqueAddress address = DistributedData.get(context.getSystem()).selfUniqueAddress();
            ActorRef<Replicator.UpdateResponse<LWWMap<String, String>>> told =
                    context.messageAdapter(updated(), response -> new Told());
            return Behaviors.withTimers(timers -> {
                timers.startTimerWithFixedDelay(new Tell(), Duration.ZERO, EVERY);
                return Behaviors.receiveMessage(command -> {
                    if (command instanceof Tell) {
                        String text = figures.get().text();
                        replicator.tell(new Replicator.Update<>(
                                KEY,
                                LWWMap.empty(),
                                Replicator.writeLocal(),
                                told,
                                all -> told(all, address, membership, text)));
                    }
                    return Behaviors.same();
                });
            });
        });
    }

    /** Those who are gone are forgotten; a newcomer that is forgotten with them tells again soon. */
    private static LWWMap<String, String> told(
            LWWMap<String, String> all, SelfUniqueAddress address, Membership membership, String text) {
        Set<String> here =
                membership.members().stream().map(Membership.Seen::address).collect(Collectors.toSet());
        LWWMap<String, String> next = all.put(address, membership.self(), text);
        for (String member : all.getEntries().keySet()) {
            if (!here.contains(member) && !member.equals(membership.self())) {
                next = next.remove(address, member);
            }
        }
        return next;
    }

    @SuppressWarnings("unchecked") // A class literal has no type parameters.
    private static Class<Replicator.UpdateResponse<LWWMap<String, String>>> updated() {
        return (Class<Replicator.UpdateResponse<LWWMap<String, String>>>) (Class<?>) Replicator.UpdateResponse.class;
    }

    /** What is known of each member that ever told anything, by its address. */
    public CompletionStage<Map<String, Figures>> known() {
        CompletionStage<Replicator.GetResponse<LWWMap<String, String>>> asked = AskPattern.ask(
                DistributedData.get(system).replicator(),
                replyTo -> new Replicator.Get<>(KEY, Replicator.readLocal(), replyTo),
                READ_WITHIN,
                system.scheduler());
        return asked.thenApply(response -> {
            Map<String, Figures> known = new TreeMap<>();
            if (response instanceof Replicator.GetSuccess<LWWMap<String, String>> found) {
                found.get(KEY)
                        .getEntries()
                        .forEach(
                                (member, text) -> Figures.parse(text).ifPresent(figures -> known.put(member, figures)));
            }
            return known;
        });
    }
}
