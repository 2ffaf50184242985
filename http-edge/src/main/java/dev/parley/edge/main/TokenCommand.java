package dev.parley.edge.main;

import dev.parley.core.access.Grant;
import dev.parley.core.access.RoomToken;
import dev.parley.core.access.RoomTokens;
import dev.parley.core.history.Signer;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.edge.admin.JsonAnswer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code parley token}: signs room tokens (spec 03 §2.3), and makes the keys that rooms are locked with.
 *
 * <p>What goes to standard output is the token or the public key and nothing else, so that it can be redirected; what a
 * person wants to know besides goes to standard error.
 */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = "Signs a token that lets one peer into one room, or makes a room key.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done", "2:a bad command line, or a key that cannot be used"},
        footerHeading = "%nHow a room is locked, and how peers then join:%n",
        footer = {
            "  1. Make a room key and keep it; its public key is printed:",
            "       ./parley token --new-key room.key",
            "  2. Lock the room with that public key, on the operators' port:",
            "       curl -H 'Content-Type: application/json' -d '{\"pubkey\":\"…\"}' \\",
            "         http://127.0.0.1:9090/rooms/ROOM/lock",
            "     or as a peer, with a token of the server's own key, which open rooms",
            "     honour too:",
            "       ./parley token --new-key me.key",
            "       ./parley token --room ROOM --peer MY-PUBLIC-KEY --caps room.admin \\",
            "         > admin.json",
            "       ./parley peer URL ROOM --key me.key --token admin.json --lock …",
            "     A room once locked stays locked, with that key.",
            "  3. From then on a peer needs a token that the room key signed:",
            "       ./parley token --room ROOM --peer PUBLIC-KEY --key room.key \\",
            "         --expires-in 12h > token.json",
            "       ./parley peer URL ROOM --key their.key --token token.json",
            "     Other clients put what is printed into hello.token.",
            "  It lets a peer read and write. Rights over the room are capabilities:",
            "  room.admin, policy.admin, tick.admin, query.read, query.admin,",
            "  archive.read, archive.admin, topology.admin."
        })
public final class TokenCommand implements Subcommand {
    /** Longer than any token should live. */
    private static final Duration LIFE_MAX = Duration.ofDays(3_660);

    private static final Pattern DURATION = Pattern.compile("(-?[0-9]{1,12})\\s*([smhd])");

    @Option(names = "--room", paramLabel = "ROOM", description = "The room that the token is for.")
    private String room;

    @Option(names = "--peer", paramLabel = "PUBKEY", description = "The public key of the peer, 64 hex digits.")
    private String peer;

    @Option(
            names = "--caps",
            paramLabel = "CAP[,CAP]",
            description = "Capabilities, with commas between; without any, the peer may read and write.")
    private String caps = "";

    @Option(
            names = "--expires-in",
            paramLabel = "TIME",
            description = "How long the token is good, such as 90s, 30m, 12h or 7d (default: 1h).")
    private String expiresIn = "1h";

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "The signing key, 32 raw bytes or 64 hex digits (default: the server's own key).")
    private Path key;

    @Option(
            names = "--profile-version",
            paramLabel = "VERSION",
            description = "The version of the capability profile, for servers that have one.")
    private String profileVersion;

    @Option(names = "--new-key", paramLabel = "FILE", description = "Make a key, and print its public key.")
    private Path newKey;

    @Option(names = "--public-key", description = "Print the public key of --key, and sign nothing.")
    private boolean publicKey;

    @Option(names = "--json", description = "Public keys as JSON too, and nothing to standard error.")
    private boolean json;

    @Mixin
    private SettingsOptions settings = new SettingsOptions();

    @Spec
    private CommandSpec spec;

    private final InstantSource clock;

    public TokenCommand() {
        this(InstantSource.system());
    }

    /** {@code clock} says when a token is made. */
    TokenCommand(InstantSource clock) {
        this.clock = clock;
    }

    /** What stands on the command line cannot be done; the message says why. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String sentence) {
            super(sentence);
        }
    }

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        try {
            if (newKey != null) {
                makeKey();
            } else if (publicKey) {
                print(signer().peer());
            } else {
                printToken();
            }
            return ExitCode.OK;
        } catch (Refused | KeyFile.Unusable refused) {
            err.println("parley: " + refused.getMessage());
            err.flush();
            return ExitCode.USAGE;
        }
    }

    private void makeKey() throws Refused, KeyFile.Unusable {
        if (room != null || peer != null || key != null || publicKey) {
            throw new Refused("--new-key makes a key and nothing else: sign with it in a second command, by --key");
        }
        Signer made = KeyFile.make(newKey, new SecureRandom());
        print(made.peer());
        note("Keep " + newKey + " secret and backed up: it lets peers into every room that is locked with it.");
        note("Lock a room with the public key above; --help shows how.");
    }

    private void print(PeerId pubkey) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? JsonAnswer.object(it -> it.writeStringField("pubkey", pubkey.toHex())) : pubkey.toHex());
        out.flush();
    }

    private void printToken() throws Refused, KeyFile.Unusable {
        RoomId to = RoomId.parse(required(room, "--room"))
                .orElseThrow(() -> new Refused("--room must be 1 to 256 bytes of UTF-8 without control characters"));
        PeerId admitted = PeerId.parse(required(peer, "--peer"))
                .orElseThrow(() -> new Refused("--peer must be a public key, 64 hex digits"));
        List<String> capabilities = capabilities();
        if (profileVersion != null && profileVersion.isBlank()) {
            throw new Refused("--profile-version must not be empty");
        }
        Instant now = clock.instant();
        Instant expiry = now.plus(life());
        RoomToken token;
        try {
            token = RoomTokens.sign(to, admitted, expiry.getEpochSecond(), capabilities, signer());
        } catch (IllegalArgumentException unfit) {
            throw new Refused("--caps: " + unfit.getMessage());
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(asJson(token));
        out.flush();
        note("A token for room " + to + ", good until " + Instant.ofEpochSecond(expiry.getEpochSecond())
                + (capabilities.isEmpty()
                        ? ", to read and write."
                        : ", with " + String.join(", ", token.capabilities())));
        if (profileVersion == null) {
            capabilities.stream()
                    .filter(it -> Arrays.stream(Grant.values())
                            .noneMatch(grant -> grant.capability().equals(it)))
                    .forEach(it -> note("No command of this server asks for the capability " + it + "."));
        }
    }

    /** Just what {@code hello.token} takes. */
    private String asJson(RoomToken token) {
        return JsonAnswer.object(it -> {
            it.writeStringField("peer_pubkey", token.peerPubkey().orElseThrow());
            it.writeNumberField("expiry", token.expirySeconds().orElseThrow());
            it.writeArrayFieldStart("caps");
            for (String capability : token.capabilities()) {
                it.writeString(capability);
            }
            it.writeEndArray();
            it.writeStringField("sig", token.signature().orElseThrow());
            if (profileVersion != null) {
                it.writeStringField("capability_profile_version", profileVersion);
            }
        });
    }

    private static String required(String value, String option) throws Refused {
        return Optional.ofNullable(value).orElseThrow(() -> new Refused("a token needs " + option));
    }

    private List<String> capabilities() {
        return Arrays.stream(caps.split(",", -1))
                .map(it -> it.replaceAll("^[ \\t]+|[ \\t]+$", ""))
                .filter(it -> !it.isEmpty())
                .toList();
    }

    private Duration life() throws Refused {
        Matcher given = DURATION.matcher(expiresIn.strip());
        if (!given.matches()) {
            throw new Refused("--expires-in must be a time such as 90s, 30m, 12h or 7d, is " + expiresIn);
        }
        long count = Long.parseLong(given.group(1));
        if (count <= 0) {
            throw new Refused("--expires-in " + expiresIn + " is in the past: nobody could use such a token");
        }
        long unitSeconds = switch (given.group(2)) {
            case "s" -> 1;
            case "m" -> 60;
            case "h" -> 3_600;
            default -> 86_400;
        };
        if (count > LIFE_MAX.toSeconds() / unitSeconds) {
            throw new Refused("--expires-in must be at most " + LIFE_MAX.toDays() + "d, is " + expiresIn);
        }
        return Duration.ofSeconds(count * unitSeconds);
    }

    private Signer signer() throws Refused, KeyFile.Unusable {
        Path file = key;
        if (file == null) {
            file = settings.sources().read().serverKeyFile();
            if (!Files.exists(file)) {
                throw new Refused("there is no server key " + file
                        + ": name its data directory with --data, or another key with --key");
            }
        }
        Signer signer = KeyFile.read(file);
        try {
            if (ServerKey.isOpenToOthers(file)) {
                note("Other users of this machine can read " + file + "; it should have mode 0600.");
            }
        } catch (IOException unknown) {
            note("The mode of " + file + " cannot be told.");
        }
        return signer;
    }

    private void note(String sentence) {
        if (!json) {
            spec.commandLine().getErr().println(sentence);
            spec.commandLine().getErr().flush();
        }
    }
}
