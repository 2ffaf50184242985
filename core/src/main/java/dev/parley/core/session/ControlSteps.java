package dev.parley.core.session;

import dev.parley.core.access.Grant;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Signatures;
import dev.parley.core.id.PeerId;
import dev.parley.core.wire.FromPeer.PolicyContent;
import java.util.Optional;

/** Control commands: the capability is looked at before any argument (spec 04 §2). */
final class ControlSteps {
    private ControlSteps() {}

    /** A command that this server does not have; who may not use it learns only that. */
    static void unbuilt(LiveTurn turn, String command, String capability) {
        turn.reply(turn.access().has(capability) ? Texts.unsupported(command) : Texts.denied(command, capability));
    }

    static void setRoomKey(LiveTurn turn, Optional<String> pubkey) {
        if (denied(turn, "set-room-key", Grant.ROOM_ADMIN)) {
            return;
        }
        Optional<PeerId> key = pubkey.flatMap(PeerId::parse).filter(LockKeys.CURVE::isKey);
        if (key.isEmpty()) {
            turn.refuse(Texts.INVALID_KEY);
        } else {
            turn.stand(new Pending.LockWanted(key.get(), pubkey.get()));
        }
    }

    static void setPolicy(LiveTurn turn, PolicyContent content) {
        if (denied(turn, "set-policy", Grant.POLICY_ADMIN)) {
            return;
        }
        switch (content) {
            case PolicyContent.Broken(var text) -> turn.refuse(text);
            case PolicyContent.Whole(var policy) -> turn.stand(new Pending.PolicyWanted(policy));
        }
    }

    private static boolean denied(LiveTurn turn, String command, Grant grant) {
        boolean denied = !grant.in(turn.access().capabilities());
        if (denied) {
            turn.reply(Texts.denied(command, grant.capability()));
        }
        return denied;
    }

    /** Made when the first room is locked over a socket. */
    private static final class LockKeys {
        static final Signatures CURVE = Ed25519.best();
    }
}
