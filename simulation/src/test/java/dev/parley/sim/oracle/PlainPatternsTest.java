package dev.parley.sim.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.access.Subscription;
import dev.parley.core.access.WritePolicy;
import dev.parley.core.history.Node;
import dev.parley.core.history.Op;
import dev.parley.core.history.Transaction;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The two naive matchers against the tables of the spec, and the project's matchers against them. */
class PlainPatternsTest {
    private static final String[] PIECES = {"*", "**", "/", "a", "b", "ab"};

    @ParameterizedTest
    @CsvSource({
        "world/**,world/x,true",
        "world/**,world,false",
        "intent/*,intent/a/b,false",
        "a/**/c,a/bc,true",
        "a/**/c,ac,false",
        "**/msg,amsg,true",
        "a**b,ax/yb,true",
        "a*b,ax/yb,false",
        "/**,/a/x,true",
        "/**,world,false"
    })
    void policiesMatchAsTheSpecSays(String pattern, String key, boolean matches) {
        assertThat(PlainPolicy.matches(Plain.utf8(pattern), 0, Plain.utf8(key), 0))
                .isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "world/**,world,true", "world/**,worldx,false", "world/*,world/a/b,false", "**/msg,a/b/msg,true",
        "**/msg,a/msgx,false", "a/**/c,a/b/x/c,true", "a/**/c,a/cx,false", "chat.*/msg,chat.v1/msg,true",
        "chat.*/msg,chatXv1/msg,false", "a/**/c,ax/c,false"
    })
    void subscriptionsMatchAsTheSpecSays(String pattern, String key, boolean matches) {
        assertThat(PlainFilter.matches(Plain.utf8(pattern), 0, Plain.utf8(key), 0))
                .isEqualTo(matches);
    }

    @Property(tries = 2_000)
    void theProjectMatchesAsTheNaiveRulesDo(@ForAll long seed) {
        Random random = new Random(seed);
        String pattern = text(random, PIECES.length);
        String key = text(random, 4).replace("*", "a");
        WritePolicy policy = new WritePolicy(
                List.of(new WritePolicy.Rule(pattern, List.of(Drawn.peer(1)))), WritePolicy.Fallback.DENY_ALL);
        PlainPolicy plain = new PlainPolicy(List.of(new PlainPolicy.Rule(pattern, List.of(Drawn.peer(1)))), false);
        Node node = Drawn.signed(new Transaction(Drawn.peer(1), 1, 0, List.of(new Op.MapDelete(key)), List.of()));

        assertThat(policy.mayWrite(Drawn.peer(1), key)).isEqualTo(plain.mayWrite(Drawn.peer(1), key));
        assertThat(new Subscription(List.of(pattern)).wants(node))
                .isEqualTo(new PlainFilter(List.of(pattern)).passes(Drawn.plain(node)));
    }

    private static String text(Random random, int pieces) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(6); left > 0; left--) {
            text.append(PIECES[PIECES.length - 1 - random.nextInt(pieces)]);
        }
        return text.toString();
    }
}
