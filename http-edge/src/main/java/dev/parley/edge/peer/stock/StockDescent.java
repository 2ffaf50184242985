package dev.parley.edge.peer.stock;

import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.Mst;
import dev.parley.core.reconcile.MstNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The way down a server's tree as the document client goes it (spec 02 §2.4). Its defects: a child that was not shown in
 * the same response counts as an empty leaf, so a server's subtree where the client has at most one id is never entered;
 * and only the findings of the last round are kept.
 */
final class StockDescent {
    private List<String> asks = List.of("");
    private Set<NodeId> mine = new TreeSet<>();
    private Set<NodeId> theirs = new TreeSet<>();
    private int rounds;

    /** The paths to ask for; empty at the end. */
    List<String> asks() {
        return asks;
    }

    /** What only the client was found to have, as far as the last round tells. */
    Set<NodeId> mine() {
        return mine;
    }

    /** What only the server was found to have, as far as the last round tells. */
    Set<NodeId> theirs() {
        return theirs;
    }

    int rounds() {
        return rounds;
    }

    /** Goes on with a response. {@code own} is the client's tree at this moment. */
    void answered(List<MstNode> response, Mst own) {
        rounds++;
        mine = new TreeSet<>();
        theirs = new TreeSet<>();
        Map<String, MstNode> shown = new HashMap<>();
        response.forEach(node -> shown.put(node.path(), node));
        List<String> next = new ArrayList<>();
        for (MstNode theirNode : response) {
            Optional<MstNode> ourNode = own.node(theirNode.path());
            if (ourNode.filter(node -> node.hash().equals(theirNode.hash())).isPresent()) {
                continue;
            }
            for (int nibble = 0; nibble < 16; nibble++) {
                if (child(ourNode, nibble).equals(child(Optional.of(theirNode), nibble))) {
                    continue;
                }
                String path = theirNode.path() + Integer.toHexString(nibble);
                Optional<MstNode> theirChild = Optional.ofNullable(shown.get(path));
                Optional<MstNode> ourChild = own.node(path);
                if (childless(theirChild) && childless(ourChild)) {
                    compare(ourChild, theirChild);
                } else {
                    next.add(path);
                }
            }
            if (theirNode.children().isEmpty()) {
                compare(ourNode, Optional.of(theirNode));
            }
        }
        asks = List.copyOf(next);
    }

    private void compare(Optional<MstNode> ours, Optional<MstNode> other) {
        List<NodeId> ourKeys = ours.map(MstNode::keys).orElse(List.of());
        List<NodeId> otherKeys = other.map(MstNode::keys).orElse(List.of());
        ourKeys.stream().filter(id -> !otherKeys.contains(id)).forEach(mine::add);
        otherKeys.stream().filter(id -> !ourKeys.contains(id)).forEach(theirs::add);
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
}
