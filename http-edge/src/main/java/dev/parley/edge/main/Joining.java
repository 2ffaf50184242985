package dev.parley.edge.main;

import dev.parley.edge.cluster.ClusterSettings;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits until the cluster lets this member in, and says in a sentence why it did not. */
final class Joining {
    private Joining() {}

    /** {@code ended} completes when the actor system gives up by itself. Errors: {@link StartRefused}. */
    static void await(CompletableFuture<?> up, CompletableFuture<?> ended, ClusterSettings cluster) {
        try {
            CompletableFuture.anyOf(up, ended).get(cluster.joinWithin().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException nobody) {
            throw new StartRefused(
                    "no member of " + cluster.seeds() + " let this one in within "
                            + cluster.joinWithin().toSeconds()
                            + " s; are they running, and is this member reached at " + cluster.host() + ":"
                            + cluster.port() + " from there?",
                    nobody);
        } catch (ExecutionException failed) {
            throw new StartRefused("the cluster could not be joined: " + failed.getCause(), failed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartRefused("the start was interrupted", e);
        }
        if (!up.isDone()) {
            throw new StartRefused("the members of " + cluster.seeds() + " refuse this one: it has another server key"
                    + " (parley.access.server-key-file), another number of shards (parley.cluster.shards), or a"
                    + " version that is too far from theirs; their log names the difference");
        }
    }
}
