package dev.parley.sim.mutate;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.security.ProtectionDomain;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Loads all of this project anew, with some classes in another version, so that static state and the changed code are
 * seen by nobody else. Other libraries are those of the parent.
 */
final class PlantedLoader extends ClassLoader {
    private static final String OURS = "dev.parley.";

    /** The bytes of unchanged classes, the same for every loader. */
    private static final Map<String, byte[]> UNCHANGED = new ConcurrentHashMap<>();

    /** What classes say when asked where they were built. */
    private static final ProtectionDomain PLACE = PlantedLoader.class.getProtectionDomain();

    static {
        registerAsParallelCapable();
    }

    private final Map<String, byte[]> changed;

    PlantedLoader(Map<String, byte[]> changed, ClassLoader parent) {
        super("planted", parent);
        this.changed = Map.copyOf(changed);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                byte[] bytes = changed.containsKey(name) ? changed.get(name) : unchanged(name);
                loaded = defineClass(name, bytes, 0, bytes.length, PLACE);
            }
            if (resolve) {
                resolveClass(loaded);
            }
            return loaded;
        }
    }

    private byte[] unchanged(String name) throws ClassNotFoundException {
        byte[] known = UNCHANGED.get(name);
        if (known != null) {
            return known;
        }
        URL found = getParent().getResource(name.replace('.', '/') + ".class");
        if (found == null) {
            throw new ClassNotFoundException(name);
        }
        try (InputStream in = found.openStream()) {
            byte[] bytes = in.readAllBytes();
            UNCHANGED.put(name, bytes);
            return bytes;
        } catch (IOException unreadable) {
            throw new ClassNotFoundException(name, unreadable);
        }
    }
}
