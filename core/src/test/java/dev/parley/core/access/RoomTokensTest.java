package dev.parley.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Signer;
import dev.parley.core.id.RoomId;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoomTokensTest {
    private static final Signer LOCK = Ed25519.signer(new byte[32]);
    private static final RoomId ROOM = new RoomId("my-room");

    @Test
    void whatMustNotBeSignedIsNotIssued() {
        for (List<String> caps : List.of(List.of("a\nb"), Collections.nCopies(257, "a"), List.of("é".repeat(129)))) {
            assertThatThrownBy(() -> RoomTokens.sign(ROOM, LOCK.peer(), 2_000, caps, LOCK))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("capabilit");
        }
        assertThat(RoomId.parse("a\0b")).isEmpty();
    }

    @Test
    void rightsAreExactStringsAndDenialsSayWhichIsMissing() {
        assertThat(Grant.ROOM_ADMIN.in(Set.of("room.admin"))).isTrue();
        assertThat(Grant.ROOM_ADMIN.in(Set.of("room.*", "ROOM.ADMIN"))).isFalse();
        assertThat(Grant.POLICY_ADMIN.denial("set-policy"))
                .isEqualTo("reject.control_plane_forbidden: command=set-policy requires=policy.admin");
    }
}
