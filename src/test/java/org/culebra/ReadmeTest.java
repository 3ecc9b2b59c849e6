package org.culebra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README says what is so. */
class ReadmeTest {
    private static final Pattern PROPERTY_IN_CODE = Pattern.compile("\"(culebra\\.[a-z][A-Za-z]*)\"");
    private static final Pattern PROPERTY_IN_TABLE = Pattern.compile("(?m)^\\| `(culebra\\.[a-z][A-Za-z]*)` \\|");

    @Test
    void theTableOfSettingsIsComplete() throws IOException {
        Set<String> used = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                used.addAll(find(PROPERTY_IN_CODE, file));
            }
        }
        assertTrue(used.contains("culebra.threads"), () -> "only found " + used);
        assertEquals(used, find(PROPERTY_IN_TABLE, Path.of("README.md")));
    }

    private static Set<String> find(Pattern pattern, Path file) throws IOException {
        return pattern.matcher(Files.readString(file))
                .results()
                .map(hit -> hit.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
