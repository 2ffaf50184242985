package dev.parley.persistence.journal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** A database whose commit does what a test wants; until told otherwise it commits. */
final class Faults {

    /** What happens in place of a commit. */
    interface Commit {
        void on(Real commit, Connection connection) throws SQLException;
    }

    /** The commit itself. */
    interface Real {
        void run() throws SQLException;
    }

    private final AtomicReference<Commit> commit = new AtomicReference<>((real, connection) -> real.run());

    void onCommit(Commit instead) {
        commit.set(instead);
    }

    /** The next commit does {@code instead}, those after it commit. */
    void onNextCommit(Commit instead) {
        commit.set((real, connection) -> {
            commit.set((again, anyConnection) -> again.run());
            instead.on(real, connection);
        });
    }

    /** Holds the next commit until it is let go. */
    Held holdNextCommit() {
        Held held = new Held(new CountDownLatch(1), new CountDownLatch(1));
        onNextCommit((real, connection) -> {
            held.reached.countDown();
            try {
                held.letGo.await();
            } catch (InterruptedException e) {
                throw new SQLException("interrupted", e);
            }
            real.run();
        });
        return held;
    }

    record Held(CountDownLatch reached, CountDownLatch letGo) {
        void awaitReached() throws InterruptedException {
            reached.await();
        }

        void release() {
            letGo.countDown();
        }
    }

    /** The dialect of these settings, with these faults. */
    Dialect over(JournalSettings settings) {
        Dialect real = Dialect.of(settings);
        return (Dialect) Proxy.newProxyInstance(
                Faults.class.getClassLoader(), new Class<?>[] {Dialect.class}, (proxy, method, args) -> {
                    if (method.getName().equals("commit")) {
                        commit.get().on(() -> real.commit((Connection) args[0]), (Connection) args[0]);
                        return null;
                    }
                    try {
                        return method.invoke(real, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
