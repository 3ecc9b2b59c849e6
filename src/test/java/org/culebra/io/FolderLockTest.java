package org.culebra.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.culebra.testing.ForkedJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
    @TempDir
    private Path folder;

    /** Takes the folder, says so, and holds it until it is killed. */
    public static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            try (var _ = FolderLock.of(Path.of(args[0]))) {
                System.out.println("taken");
                Thread.sleep(120_000);
            }
        }
    }

    @Test
    void itIsFreeAgainOnceClosed() throws IOException {
        for (int i = 0; i < 3; i++) {
            try (var _ = FolderLock.of(folder)) {
                assertTrue(Files.exists(folder.resolve(".lock")));
                assertRefused();
            }
            assertFalse(Files.exists(folder.resolve(".lock")));
        }
    }

    private void assertRefused() {
        assertEquals(
                "another training is going on in " + folder + "; wait for its end, or take another folder",
                assertThrows(IOException.class, () -> FolderLock.of(folder)).getMessage());
    }

    @Test
    void anotherProcessIsKeptOutUntilItsHolderIsKilled() throws Exception {
        Process holder = ForkedJvm.builder(List.of(
                        "-cp", System.getProperty("java.class.path"), Holder.class.getName(), folder.toString()))
                .start();
        try (var out = holder.inputReader()) {
            assertEquals("taken", out.readLine());
            assertRefused();
        } finally {
            holder.destroyForcibly().waitFor();
        }
        try (var lock = FolderLock.of(folder)) { // what a killed process leaves is no obstacle
            assertTrue(Files.exists(folder.resolve(".lock")), lock::toString);
        }
    }
}
