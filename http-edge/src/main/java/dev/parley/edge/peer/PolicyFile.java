package dev.parley.edge.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.id.PeerId;

/** A write policy in a file, as {@code set-policy} carries it (spec 04 §5), and what the answers to commands mean. */
final class PolicyFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PolicyFile() {}

    /** The message that sets it. Errors: {@link PeerRun.Failed} with a sentence. */
    static String message(Order.Policy policy) throws PeerRun.Failed {
        try {
            return read(policy);
        } catch (IllegalArgumentException e) {
            throw new PeerRun.Failed(e.getMessage());
        }
    }

    /** The same. Errors: {@link IllegalArgumentException} with a sentence. */
    static String read(Order.Policy policy) {
        return message(ValueText.utf8(ValueText.file(policy.file().toString())).orElse(""));
    }

    /** Errors: {@link IllegalArgumentException} with a sentence; what the server would refuse is told here first. */
    static String message(String text) {
        JsonNode policy;
        try {
            policy = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The policy is not JSON: " + ValueText.wrong(e) + ".", e);
        }
        if (!policy.isObject()) {
            throw new IllegalArgumentException(
                    "A policy looks like {\"default\":\"allow\",\"rules\":[{\"path_glob\":\"world/**\",\"can_write\":[\"PUBKEY\"]}]}.");
        }
        String otherwise = policy.path("default").asText("allow");
        if (!otherwise.equals("allow") && !otherwise.equals("deny")) {
            throw new IllegalArgumentException("The policy's default is 'allow' or 'deny', not '" + otherwise + "'.");
        }
        for (JsonNode rule : policy.path("rules")) {
            if (!rule.path("path_glob").isTextual()) {
                throw new IllegalArgumentException("Each rule of a policy has a path_glob.");
            }
            for (JsonNode writer : rule.path("can_write")) {
                if (PeerId.parse(writer.asText()).isEmpty()) {
                    throw new IllegalArgumentException("can_write of '"
                            + rule.path("path_glob").asText() + "' names '" + ValueText.line(writer.asText(), 80)
                            + "', which is no public key of 64 hex digits.");
                }
            }
        }
        ObjectNode message = JSON.createObjectNode().put("type", "set-policy");
        ((ObjectNode) policy).remove("type");
        message.setAll((ObjectNode) policy);
        return message.toString();
    }

    /** What an answer says, for people. */
    static String done(Order.Control control, String answer) {
        return switch (control) {
            case Order.Lock(var pubkey) ->
                "The room is locked; from now on every hello needs a token signed by " + pubkey + ".";
            case Order.Policy policy -> "The policy is set.";
            case Order.ServerInfo asked -> {
                try {
                    yield "The server's public key is "
                            + JSON.readTree(answer).path("pubkey").asText() + ".";
                } catch (JsonProcessingException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }
}
