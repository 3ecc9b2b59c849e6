package org.culebra.kernel;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.culebra.testing.ForkedJvm;
import org.junit.jupiter.api.Test;

class VectorModuleTest {
    static final class Main {
        public static void main(String[] args) {
            try {
                VectorModule.require();
                System.out.print("there");
            } catch (IllegalStateException e) {
                System.out.print(e.getMessage());
            }
        }
    }

    @Test
    void saysNothingWhereTheModuleIsThere() {
        assertDoesNotThrow(VectorModule::require);
        assertEquals("there", ForkedJvm.runMain(Main.class, List.of()).out());
    }

    @Test
    void saysWhatIsMissingAndTheRemedy() {
        var classPath = System.getProperty("java.class.path");
        var result = ForkedJvm.run(List.of("-cp", classPath, Main.class.getName()));
        assertEquals(
                "Culebra needs the module jdk.incubator.vector, which this JVM started without: "
                        + "add --add-modules jdk.incubator.vector to the java command, "
                        + "or put Culebra on the module path, where no flag is needed.",
                result.out());
    }
}
