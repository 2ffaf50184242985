package dev.parley.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Classes that clients and metrics can count on (spec 04 §2), beside texts that stay as they are. */
class ReasonClassTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "auth: room is locked — include a capability token in hello|unauthorized.token_missing|AuthViolation",
                "auth: missing token.peer_pubkey|unauthorized.token_invalid|AuthViolation",
                "auth: malformed token field: sig|unauthorized.token_invalid|AuthViolation",
                "auth: token peer_pubkey does not match connecting peer|unauthorized.token_peer_mismatch|AuthViolation",
                "auth: token has expired|unauthorized.token_expired|AuthViolation",
                "auth: signature verification failed|unauthorized.token_invalid|AuthViolation",
                "auth: token continuity predecessor is revoked|unauthorized.token_invalid|AuthViolation",
                "auth: capability profile expansion failed: x|unauthorized.capability_mismatch|AuthViolation",
                "expected hello|reject.protocol_invalid_message|InvalidCommand",
                "hello must be sent first|reject.protocol_invalid_message|InvalidCommand",
                "hello.pubkey is required|reject.protocol_invalid_field|InvalidCommand",
                "set-room-key: invalid pubkey hex|reject.protocol_invalid_field|InvalidCommand",
                "set-policy: invalid pubkey hex ''|reject.protocol_invalid_field|InvalidCommand",
                "invalid pack: bad postcard|reject.protocol_invalid_message|InvalidCommand",
                "message too large|reject.protocol_message_too_large|InvalidCommand",
                "reject.protocol_invalid_field: subscribe|reject.protocol_invalid_field|InvalidCommand",
                "reject.presence_lease_invalid:ttl_ms_must_be_positive_u64|reject.presence_lease_invalid|InvalidCommand",
                "reject.control_plane_forbidden: command=a requires=b|reject.control_plane_forbidden|AuthViolation",
            })
    void anErrorOfThePeersHasItsClassAndItsStatus(String text, String reasonClass, String status) {
        assertThat(new ToPeer.Failure(text))
                .isEqualTo(new ToPeer.Failure(text, Map.of("status", status, "reason_class", reasonClass)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "policy violation: author [1] not permitted to write key 'a',reject.policy_violation",
        "hash mismatch: expected 00; invalid ed25519 signature on node 01,reject.hash_mismatch",
        "missing_parent: 2 node(s) unresolved,reject.missing_parent",
        "lamport ceiling exceeded on node 00,reject.lamport_ceiling",
        "wall clock skew on node 00,reject.wall_clock_skew",
    })
    void aRefusedNodeHasTheClassOfItsFirstError(String text, String reasonClass) {
        assertThat(new ToPeer.Failure(text)).isEqualTo(new ToPeer.Failure(text, Map.of("reason_class", reasonClass)));
    }

    @Test
    void whatIsOfNoClassHasNoFields() {
        assertThat(new ToPeer.Failure("room already locked").fields()).isEmpty();
        assertThat(new ToPeer.Failure("room is full").fields()).isEmpty();
    }

    @Test
    void theFieldsStandBesideTheText() {
        assertThat(MessageWriter.encode(new ToPeer.Failure("auth: token has expired"))
                        .json())
                .isEqualTo("{\"type\":\"error\",\"msg\":\"auth: token has expired\",\"status\":\"AuthViolation\","
                        + "\"reason_class\":\"unauthorized.token_expired\"}");
    }
}
