package dev.parley.core.history;

import dev.parley.core.id.Lamport;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;

/** Why a node is not accepted. The texts are those of spec 01 §8.1, which peers show; limits are our own. */
public sealed interface Refusal {
    /** The text for the sender. */
    String text();

    record HashMismatch(NodeId computed, NodeId claimed) implements Refusal {
        @Override
        public String text() {
            return "hash mismatch: expected " + computed + ", got " + claimed;
        }
    }

    /** A limit of spec 01 §16; {@code what} names it, the numbers are unsigned. */
    record OverLimit(NodeId node, String what, long is, long most) implements Refusal {
        @Override
        public String text() {
            return "limit exceeded on node " + node + ": " + what + "=" + Long.toUnsignedString(is) + ", max="
                    + Long.toUnsignedString(most);
        }
    }

    /** Too far ahead in logical time; both numbers unsigned. */
    record AboveCeiling(NodeId node, long lamport, long ceiling) implements Refusal {
        @Override
        public String text() {
            return "lamport ceiling exceeded on node " + node + ": lamport=" + Lamport.toString(lamport) + ", ceiling="
                    + Lamport.toString(ceiling);
        }
    }

    /** Too far ahead in wall time; both in unsigned milliseconds. */
    record WallClockSkew(NodeId node, long wallMs, long nowMs) implements Refusal {
        @Override
        public String text() {
            return "wall clock skew on node " + node + ": wall_ms=" + Long.toUnsignedString(wallMs) + " exceeds now="
                    + Long.toUnsignedString(nowMs) + " by more than 24h";
        }
    }

    record InvalidSignature(NodeId node) implements Refusal {
        @Override
        public String text() {
            return "invalid ed25519 signature on node " + node;
        }
    }

    /** The first key of the node that its author may not write. */
    record NotPermitted(PeerId author, String key) implements Refusal {
        @Override
        public String text() {
            StringBuilder text = new StringBuilder("policy violation: author [");
            byte[] bytes = author.toBytes();
            for (int i = 0; i < bytes.length; i++) {
                text.append(i == 0 ? "" : ", ").append(bytes[i] & 0xFF);
            }
            return text.append("] not permitted to write key '")
                    .append(key)
                    .append("'")
                    .toString();
        }
    }

    /** All nodes of a pack whose parents are not there, in one. */
    record MissingParent(int nodes) implements Refusal {
        @Override
        public String text() {
            return "missing_parent: " + nodes + " node(s) unresolved";
        }
    }
}
