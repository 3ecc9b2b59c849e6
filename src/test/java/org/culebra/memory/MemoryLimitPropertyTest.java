package org.culebra.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.culebra.testing.ForkedJvm;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The system property culebra.memoryLimit, which is read once per process. */
final class MemoryLimitPropertyTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "64m | cannot allocate 95.4 MiB: the memory limit is 64.0 MiB",
                "1g | allocated 100000000",
                "much | culebra.memoryLimit is \"much\"; it must be a size such as 512m or 4g"
            })
    void isObeyed(String limit, String answer) {
        ForkedJvm.Result result =
                ForkedJvm.runMain(MemoryLimitPropertyTest.class, List.of("-Dculebra.memoryLimit=" + limit));
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(answer, result.out().lines().findFirst().orElse(""));
    }

    public static void main(String[] args) {
        try {
            System.out.println("allocated " + Buffer.allocate(100_000_000).byteSize());
        } catch (MemoryLimitException | IllegalArgumentException e) {
            System.out.println(e.getMessage());
        }
    }
}
