package dev.parley.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Map;
import org.apache.pekko.cluster.Valid$;
import org.junit.jupiter.api.Test;

class SameClusterTest {
    private static final Config OURS = identity("aa", 256, 3);

    private static Config identity(String key, int shards, int format) {
        return ConfigFactory.parseMap(
                Map.of(SameCluster.KEY, key, SameCluster.SHARDS, shards, SameCluster.FORMAT, format));
    }

    @Test
    void neighboursInVersionMayShareACluster() {
        assertThat(SameCluster.differences(OURS, OURS)).isEmpty();
        assertThat(SameCluster.differences(identity("aa", 256, 2), OURS)).isEmpty();
        assertThat(SameCluster.differences(identity("aa", 256, 4), OURS)).isEmpty();
        assertThat(new SameCluster().check(OURS, OURS)).isEqualTo(Valid$.MODULE$);
    }

    @Test
    void everythingThatKeepsThemApartIsSaid() {
        assertThat(SameCluster.differences(identity("bb", 128, 5), OURS))
                .containsExactly(
                        "the members have different server keys (parley.access.server-key-file): bb and aa",
                        "the members have different numbers of shards (parley.cluster.shards): 128 and 256",
                        "the members are more than one format apart (5 and 3); upgrade through the version between");
        assertThat(new SameCluster()
                        .check(identity("bb", 256, 3), OURS)
                        .getClass()
                        .getSimpleName())
                .isEqualTo("Invalid");
    }

    @Test
    void somethingElseThatSpeaksPekkoIsNoMember() {
        assertThat(SameCluster.differences(ConfigFactory.empty(), OURS))
                .containsExactly("the other side is no Parley member");
    }
}
