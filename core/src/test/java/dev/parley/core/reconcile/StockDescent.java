package dev.parley.core.reconcile;

import dev.parley.core.id.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The descent as the stock peers do it, with its defects (spec 02 §2.4): what a server must live with. */
final class StockDescent {
    private final Mst own;
    private final List<List<String>> requests = new ArrayList<>();
    private Set<NodeId> mine = new TreeSet<>();
    private Set<NodeId> theirs = new TreeSet<>();

    StockDescent(Mst own) {
        this.own = own;
    }

    void run(Mst server) {
        if (own.root().equals(server.root())) {
            return;
        }
        List<String> paths = List.of("");
        while (!paths.isEmpty()) {
            requests.add(paths);
            paths = round(
                    paths.stream().flatMap(path -> server.node(path).stream()).toList());
        }
    }

    private List<String> round(List<MstNode> response) {
        Map<String, MstNode> shown = new HashMap<>();
        response.forEach(node -> shown.put(node.path(), node));
        List<String> next = new ArrayList<>();
        mine = new TreeSet<>();
        theirs = new TreeSet<>();
        for (MstNode node : response) {
            Optional<MstNode> ours = own.node(node.path());
            if (ours.isPresent() && ours.get().hash().equals(node.hash())) {
                continue;
            }
            for (int nibble = 0; nibble < 16; nibble++) {
                if (child(ours, nibble).equals(child(Optional.of(node), nibble))) {
                    continue;
                }
                String path = node.path() + Integer.toHexString(nibble);
                Optional<MstNode> theirChild = Optional.ofNullable(shown.get(path));
                Optional<MstNode> ourChild = own.node(path);
                if (childless(theirChild) && childless(ourChild)) {
                    compare(ourChild, theirChild);
                } else {
                    next.add(path);
                }
            }
            if (node.children().isEmpty()) {
                compare(ours, Optional.of(node));
            }
        }
        return next;
    }

    private void compare(Optional<MstNode> ours, Optional<MstNode> other) {
        Set<NodeId> ourKeys = keys(ours);
        Set<NodeId> otherKeys = keys(other);
        ourKeys.stream().filter(id -> !otherKeys.contains(id)).forEach(mine::add);
        otherKeys.stream().filter(id -> !ourKeys.contains(id)).forEach(theirs::add);
    }

    private static Set<NodeId> keys(Optional<MstNode> node) {
        return node.map(it -> Set.copyOf(it.keys())).orElse(Set.of());
    }

    private static boolean childless(Optional<MstNode> node) {
        return node.map(it -> it.children().isEmpty()).orElse(true);
    }

    private static Optional<NodeId> child(Optional<MstNode> node, int nibble) {
        return node.flatMap(it -> it.children().stream()
                .filter(child -> child.nibble() == nibble)
                .map(MstNode.Child::hash)
                .findFirst());
    }

    List<List<String>> requests() {
        return requests;
    }

    List<NodeId> mine() {
        return List.copyOf(mine);
    }

    List<NodeId> theirs() {
        return List.copyOf(theirs);
    }
}
