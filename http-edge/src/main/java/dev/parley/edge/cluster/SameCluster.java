package dev.parley.edge.cluster;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.cluster.ConfigValidation;
import org.apache.pekko.cluster.Invalid;
import org.apache.pekko.cluster.JoinConfigCompatChecker;
import org.apache.pekko.cluster.Valid$;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Lets a member join only if it has the cluster's server key and number of shards, and a format of messages that is the
 * same or next to it: else rooms would be in two places, tokens good on one member and not on the next.
 *
 * <p>Both sides ask, the one that joins and the one that lets it in. Pekko makes it by reflection.
 */
public final class SameCluster extends JoinConfigCompatChecker {
    static final String KEY = "parley.cluster-identity.server-key";
    static final String SHARDS = "parley.cluster-identity.shards";
    static final String FORMAT = "parley.cluster-identity.format";

    @Override
    public scala.collection.immutable.Seq<String> requiredKeys() {
        return CollectionConverters.asScala(List.of(KEY, SHARDS, FORMAT)).toSeq();
    }

    @Override
    public ConfigValidation check(Config toCheck, Config ours) {
        List<String> differences = differences(toCheck, ours);
        return differences.isEmpty()
                ? Valid$.MODULE$
                : new Invalid(CollectionConverters.asScala(differences).toSeq());
    }

    /** What keeps the two apart, a sentence each; empty if nothing does. */
    static List<String> differences(Config theirs, Config ours) {
        for (String key : List.of(KEY, SHARDS, FORMAT)) {
            if (!theirs.hasPath(key)) {
                return List.of("the other side is no Parley member");
            }
        }
        List<String> differences = new ArrayList<>();
        if (!theirs.getString(KEY).equals(ours.getString(KEY))) {
            differences.add("the members have different server keys (parley.access.server-key-file): "
                    + theirs.getString(KEY) + " and " + ours.getString(KEY));
        }
        if (theirs.getInt(SHARDS) != ours.getInt(SHARDS)) {
            differences.add("the members have different numbers of shards (parley.cluster.shards): "
                    + theirs.getInt(SHARDS) + " and " + ours.getInt(SHARDS));
        }
        if (Math.abs(theirs.getInt(FORMAT) - ours.getInt(FORMAT)) > 1) {
            differences.add("the members are more than one format apart (" + theirs.getInt(FORMAT) + " and "
                    + ours.getInt(FORMAT) + "); upgrade through the version between");
        }
        return differences;
    }
}
