package dev.parley.edge.cluster;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;

/** What this member knows of the cluster at a moment. Thread-safe; each question costs O(members). */
public final class Membership {
    private static final Set<MemberStatus> COUNTED = Set.of(MemberStatus.up(), MemberStatus.leaving());

    private final Cluster cluster;

    public Membership(ActorSystem<?> system) {
        this.cluster = Cluster.get(system);
    }

    /** One member as this one sees it. */
    public record Seen(String address, String status, boolean reachable, boolean self, boolean leader) {}

    /** All members that are here, oldest first. */
    public List<Seen> members() {
        CurrentClusterState state = cluster.state();
        Optional<Address> leader = Optional.ofNullable(state.getLeader());
        return StreamSupport.stream(state.getMembers().spliterator(), false)
                .sorted(Comparator.comparingInt(Member::upNumber)
                        .thenComparing(member -> member.address().toString()))
                .map(member -> new Seen(
                        place(member.address()),
                        member.status().toString().toLowerCase(java.util.Locale.ROOT),
                        !state.getUnreachable().contains(member),
                        member.address().equals(cluster.selfMember().address()),
                        leader.filter(member.address()::equals).isPresent()))
                .toList();
    }

    /**
     * Why this member had better take on nobody new: it is not a full member, or does not reach most of the others.
     * Empty if all is well.
     */
    public Optional<String> trouble() {
        MemberStatus self = cluster.selfMember().status();
        if (!self.equals(MemberStatus.up())) {
            return Optional.of("this member is " + self.toString().toLowerCase(java.util.Locale.ROOT));
        }
        CurrentClusterState state = cluster.state();
        List<Member> counted = StreamSupport.stream(state.getMembers().spliterator(), false)
                .filter(member -> COUNTED.contains(member.status()))
                .toList();
        long reached = counted.stream()
                .filter(member -> !state.getUnreachable().contains(member))
                .count();
        if (isMajority(counted, reached, state)) {
            return Optional.empty();
        }
        return Optional.of("this member reaches " + reached + " of " + counted.size()
                + " members; without a majority it will stop");
    }

    /** Of two halves the one with the lowest address goes on, as the split-brain resolver decides it. */
    private static boolean isMajority(List<Member> counted, long reached, CurrentClusterState state) {
        if (2 * reached != counted.size()) {
            return 2 * reached > counted.size();
        }
        return counted.stream()
                .min(Comparator.comparing(Member::address, Member.addressOrdering()))
                .filter(lowest -> !state.getUnreachable().contains(lowest))
                .isPresent();
    }

    /** This member as the others name it. */
    public String self() {
        return place(cluster.selfMember().address());
    }

    static String place(Address address) {
        return address.getHost().orElse("?") + ":"
                + address.getPort().map(Object::toString).orElse("?");
    }
}
