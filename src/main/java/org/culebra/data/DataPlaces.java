package org.culebra.data;

import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where data sets are looked for, in this order: the folder chosen, the cache, the system's folder; what is in none of them is
 * downloaded into the cache.
 *
 * @param chosen the folder that the user named, if any
 * @param cache where downloads are kept
 * @param system where the packages of the operating system put data sets, each into a folder of its own
 * @param download whether to download what is not there
 * @param log hears of downloads, in sentences
 */
public record DataPlaces(Optional<Path> chosen, Path cache, Path system, boolean download, Consumer<String> log) {

    /**
     * No folder chosen; the cache is the property {@code culebra.cache}, or else where the operating system wants such things:
     * {@code $XDG_CACHE_HOME/culebra}, {@code ~/.cache/culebra}, {@code ~/Library/Caches/culebra} or {@code
     * %LOCALAPPDATA%\culebra}.
     */
    public static DataPlaces standard() {
        return new DataPlaces(Optional.empty(), standardCache(), Path.of("/usr/share/datasets"), true, sentence -> {});
    }

    /** The same with a folder to look into first. */
    public DataPlaces chosen(Optional<Path> folder) {
        return new DataPlaces(folder, cache, system, download, log);
    }

    /** The same with somebody to hear of downloads. */
    public DataPlaces log(Consumer<String> listener) {
        return new DataPlaces(chosen, cache, system, download, listener);
    }

    /** The same without downloads. */
    public DataPlaces offline() {
        return new DataPlaces(chosen, cache, system, false, log);
    }

    /**
     * Checks that the folder chosen is one, if any was chosen.
     *
     * @throws NotDirectoryException if it is not there, or is a file
     */
    public void requireChosen() throws NotDirectoryException {
        if (chosen.isPresent() && !Files.isDirectory(chosen.get())) {
            boolean isFile = Files.exists(chosen.get());
            throw new NotDirectoryException(
                    "the data folder " + chosen.get() + (isFile ? " is a file" : " is not there"));
        }
    }

    /** The folders to look into for a data set whose own folder goes by this name. */
    List<Path> folders(String name) {
        var folders = new ArrayList<Path>();
        chosen.ifPresent(folders::add);
        folders.add(cache.resolve(name));
        folders.add(system.resolve(name));
        return folders;
    }

    /** The folders that were looked into, for messages. */
    String looked(String name) {
        return folders(name).stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    /**
     * The first folder that holds a data set, or null.
     *
     * @param name of the data set's own folder
     * @param layouts folders to look into within each
     * @throws NotDirectoryException if the chosen folder is not there
     */
    @Nullable
    Path find(String name, List<String> layouts, Predicate<Path> holds) throws NotDirectoryException {
        if (chosen.isPresent() && !Files.isDirectory(chosen.get())) {
            throw new NotDirectoryException("the data folder " + chosen.get() + " is not there");
        }
        for (Path folder : folders(name)) {
            for (String layout : layouts) {
                if (holds.test(folder.resolve(layout))) {
                    return folder.resolve(layout);
                }
            }
        }
        return null;
    }

    private static Path standardCache() {
        String property = System.getProperty("culebra.cache", "");
        if (!property.isEmpty()) {
            return Path.of(property);
        }
        String home = System.getProperty("user.home", "");
        String os = System.getProperty("os.name", "");
        if (os.startsWith("Windows")) {
            return environment("LOCALAPPDATA", Path.of(home, "AppData", "Local"))
                    .resolve("culebra");
        }
        if (os.startsWith("Mac")) {
            return Path.of(home, "Library", "Caches", "culebra");
        }
        return environment("XDG_CACHE_HOME", Path.of(home, ".cache")).resolve("culebra");
    }

    private static Path environment(String variable, Path otherwise) {
        String value = System.getenv(variable);
        return value == null || value.isEmpty() ? otherwise : Path.of(value);
    }
}
