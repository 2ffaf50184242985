package dev.parley.sim.world;

import dev.parley.core.id.RoomId;
import dev.parley.core.reconcile.IndexRule;
import dev.parley.edge.peer.stock.DocClient;
import dev.parley.edge.peer.stock.DocSettings;
import dev.parley.edge.peer.stock.NpmClient;
import dev.parley.edge.peer.stock.StockToken;
import java.util.Optional;

/** The kinds of simulated peers. */
public enum PeerKind {
    /** Written against the protocol alone. */
    STRICT,
    /** The project's own. */
    REPLICA,
    /** The document client, as in browsers. */
    DOC_32,
    /** The document client with the other index rule. */
    DOC_64,
    /** The second client. */
    NPM,
    /** Sends more nodes than it may. */
    FLOODER,
    /** Sends more bytes than it may. */
    BULLY,
    /** Sends many small messages; it only gets slower. */
    CHATTERER,
    /** Sends what is no message, or a broken one. */
    BABBLER,
    /** Breaks the WebSocket protocol. */
    VANDAL,
    /** Sends messages that are too long. */
    GIANT,
    /** Asks for much and never reads. */
    DEAF,
    /** Connects and says nothing, or half a hello. */
    MUTE,
    /** Says hello and then nothing more, not even a pong. */
    GHOST,
    /** Sends nodes with forged ids, authors and signatures. */
    FORGER,
    /** Comes with tokens that are expired, forged or another room's. */
    INTRUDER;

    /** True for those who keep the protocol, or mean to. */
    public boolean honest() {
        return ordinal() < FLOODER.ordinal();
    }

    /** True for the two stock clients. */
    public boolean stock() {
        return this == DOC_32 || this == DOC_64 || this == NPM;
    }

    /** A peer of this kind. */
    public PeerMind mind(World world, Plan.Peer peer, Chance chance) {
        RoomId room = world.roomId(peer.room());
        Tokens tokens = new Tokens(world, peer, chance.split());
        return switch (this) {
            case STRICT -> new StrictPeer(world, chance, world.keys().signer(peer.key()), tokens);
            case REPLICA -> new ReplicaPeer(world, chance, room, world.keys().signer(peer.key()), tokens);
            case DOC_32 -> doc(IndexRule.NARROW_32, world, peer, chance, tokens);
            case DOC_64 -> doc(IndexRule.WIDE_64, world, peer, chance, tokens);
            case NPM -> {
                Optional<StockToken> token = tokens.lasting().map(json -> new StockToken(json, Tokens.LASTING_SECONDS));
                yield new StockMind(
                        world,
                        chance,
                        () -> new NpmClient(
                                room,
                                world.keys().signer(peer.key()),
                                world.keys().signatures(),
                                token),
                        tokens);
            }
            default -> new HostileMind(this, world, peer, chance, tokens);
        };
    }

    private static PeerMind doc(IndexRule rule, World world, Plan.Peer peer, Chance chance, Tokens tokens) {
        DocSettings plain = DocSettings.BROWSER.withRule(rule);
        DocSettings settings = tokens.needed() ? plain.withTokens() : plain;
        return new StockMind(
                world,
                chance,
                () -> new DocClient(
                        world.roomId(peer.room()),
                        world.keys().signer(peer.key()),
                        world.keys().signatures(),
                        settings),
                tokens);
    }
}
