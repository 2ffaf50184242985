package dev.parley.persistence.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.core.fuzz.Corpus;
import dev.parley.core.fuzz.InputRandom;
import dev.parley.core.history.Decoded;
import dev.parley.core.history.Decoded.Broken;
import dev.parley.core.history.Decoded.Whole;
import dev.parley.core.history.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** What is stored and what crosses members: whatever the bytes, a value with one form, or broken; within its bounds. */
class RoomFormsFuzzTest {
    private static final int TO_ROOM = 0;
    private static final int TO_RELAY = 1;
    private static final int EVENT = 2;
    private static final int SNAPSHOT = 3;
    private static final int PIECES = 4;
    private static final int FORMS = 5;

    private static final List<String> MANIFESTS = GoldenEventsTest.MANIFESTS;

    static Stream<byte[]> seeds() {
        DeskDriver desk = DeskDriver.empty()
                .tell(Fixtures.attach(Fixtures.R1))
                .tell(new ToRoom.Submits(
                        Fixtures.R1,
                        1,
                        List.of(Fixtures.submit(
                                Fixtures.S1, 1, Fixtures.chain(1, 3, 1).toArray(new Node[0])))));
        RoomState room = desk.state;
        return Stream.of(
                        Corpus.of(RoomFormsFuzzTest.class, "forms"),
                        Messages.toRoom().stream().map(message -> input(TO_ROOM, RoomCodec.encode(message))),
                        Messages.toRelay().stream().map(message -> input(TO_RELAY, RoomCodec.encode(message))),
                        MANIFESTS.stream()
                                .flatMap(manifest -> GoldenEventsTest.bytes(manifest)
                                        .map(event -> input(EVENT + FORMS * MANIFESTS.indexOf(manifest), event))),
                        Stream.of(input(SNAPSHOT, SnapshotForm.manifest(room, new int[0]))),
                        Corpus.random(2, 200).map(bytes -> input(PIECES, bytes)))
                .flatMap(each -> each);
    }

    /** The first byte names the form, and for an event its manifest. */
    private static byte[] input(int selector, byte[] bytes) {
        byte[] input = new byte[bytes.length + 1];
        input[0] = (byte) selector;
        System.arraycopy(bytes, 0, input, 1, bytes.length);
        return input;
    }

    @MethodSource("seeds")
    @FuzzTest
    void forms(byte[] input) {
        if (input.length == 0) {
            return;
        }
        int selector = input[0] & 0xFF;
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        switch (selector % FORMS) {
            case TO_ROOM -> {
                oneForm(bytes, RoomCodec::decodeToRoom, RoomCodec::encode);
                if (RoomCodec.decodeToRoom(bytes) instanceof Whole<ToRoom>(var message)) {
                    assertThat(MessageSize.of(message)).isGreaterThanOrEqualTo(RoomCodec.encode(message).length);
                }
            }
            case TO_RELAY -> {
                oneForm(bytes, RoomCodec::decodeToRelay, RoomCodec::encode);
                if (RoomCodec.decodeToRelay(bytes) instanceof Whole<ToRelay>(var message)) {
                    assertThat(MessageSize.of(message)).isGreaterThanOrEqualTo(RoomCodec.encode(message).length);
                }
            }
            case EVENT -> {
                String manifest = MANIFESTS.get(selector / FORMS % MANIFESTS.size());
                event(manifest, bytes);
            }
            case SNAPSHOT -> snapshot(bytes);
            default -> pieces(new InputRandom(bytes));
        }
    }

    /** What was read is written in one form, which is read to the same again. */
    private static <T> void oneForm(byte[] bytes, Function<byte[], Decoded<T>> decode, Function<T, byte[]> encode) {
        switch (decode.apply(bytes)) {
            case Whole<T>(T value) -> {
                byte[] form = encode.apply(value);
                assertThat(decode.apply(form)).isInstanceOfSatisfying(Whole.class, again -> {
                    @SuppressWarnings("unchecked")
                    Whole<T> whole = (Whole<T>) again;
                    assertThat(encode.apply(whole.value())).isEqualTo(form);
                });
            }
            case Broken<T> broken -> {
                assertThat(broken.what()).isNotBlank();
                assertThat(broken.offsetBytes()).isBetween(0L, (long) bytes.length);
            }
        }
    }

    private static void event(String manifest, byte[] bytes) {
        if (RoomEventForm.decode(manifest, bytes) instanceof Whole<RoomEvent>(var event)) {
            byte[] form = RoomEventForm.encode(event);
            assertThat(RoomEventForm.decode(RoomEventForm.manifest(event), form))
                    .isInstanceOfSatisfying(
                            Whole.class,
                            again -> assertThat(RoomEventForm.encode((RoomEvent) again.value()))
                                    .isEqualTo(form));
        }
    }

    private static void snapshot(byte[] bytes) {
        for (List<byte[]> segments : List.of(List.<byte[]>of(), List.of(bytes))) {
            try {
                RoomState room = SnapshotForm.restore(Fixtures.ROOM, bytes, segments);
                byte[] form = SnapshotForm.manifest(room, SnapshotForm.segmentEnds(room.view()));
                RoomState again = SnapshotForm.restore(Fixtures.ROOM, form, List.of());
                assertThat(again.view().root()).isEqualTo(room.view().root());
                assertThat(again.index().mst().root())
                        .isEqualTo(room.index().mst().root());
                assertThat(again.seq()).isEqualTo(room.seq());
            } catch (CorruptRoom corrupt) {
                assertThat(corrupt).hasMessageContaining("snapshot");
            }
        }
    }

    /** Transfers in pieces that come in any order, twice, cut wrong or not at all. */
    private static void pieces(InputRandom input) {
        int bytesMax = 1 + input.nextInt(4000);
        Reassembly reassembly = new Reassembly(bytesMax);
        byte[][] sent = new byte[4][];
        List<List<byte[]>> cut = new ArrayList<>();
        for (int transfer = 0; transfer < sent.length; transfer++) {
            sent[transfer] = input.bytes(input.nextInt(60));
            cut.add(cut(sent[transfer], 1 + input.nextInt(7)));
        }
        for (int steps = 0; steps < 300 && !input.exhausted(); steps++) {
            int transfer = input.nextInt(sent.length);
            List<byte[]> pieces = cut.get(transfer);
            if (input.nextInt(16) == 0) {
                reassembly.add(
                        100 + transfer, input.nextInt(9) - 1, input.nextInt(1 << 16) - 1, new byte[input.nextInt(80)]);
            } else if (!pieces.isEmpty()) {
                int index = input.nextInt(pieces.size());
                Optional<byte[]> whole = reassembly.add(transfer, index, pieces.size(), pieces.get(index));
                whole.ifPresent(it -> assertThat(it).isEqualTo(sent[transfer]));
            }
            assertThat(reassembly.bytesHeld()).isBetween(0L, (long) bytesMax);
        }
    }

    private static List<byte[]> cut(byte[] whole, int pieceBytes) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < whole.length; at += pieceBytes) {
            pieces.add(Arrays.copyOfRange(whole, at, Math.min(whole.length, at + pieceBytes)));
        }
        return pieces;
    }
}
