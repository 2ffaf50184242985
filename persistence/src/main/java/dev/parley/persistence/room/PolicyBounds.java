package dev.parley.persistence.room;

/**
 * The bounds of the write policies that a room keeps, in bytes of their binary form (spec 01 §13.3). A room keeps every
 * policy it ever had, because replays and archives judge by the timeline, so their sum is bounded too.
 *
 * @param policyBytesMax of one policy; a larger one is refused with
 *     {@code reject.protocol_message_too_large: set-policy}
 * @param policiesBytesMax of the whole timeline; what comes after is refused, and the policy in force stays
 * @param wildcardBytesMax of all patterns of a policy from their first star on; the same refusal as for a large one. Each
 *     such byte is looked at for each key that is written, so that without this bound a policy of stars could keep a room
 *     busy for a minute with one node
 */
public record PolicyBounds(int policyBytesMax, int policiesBytesMax, int wildcardBytesMax) {
    public static final PolicyBounds DEFAULT = new PolicyBounds(256 << 10, 8 << 20, 16 << 10);
}
