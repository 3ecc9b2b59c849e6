package org.culebra;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;
import org.culebra.testing.ForkedJvm;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What {@code module-info.java} and the {@code package-info.java} files promise. */
class ModuleTest {
    private static final Path SOURCES = Path.of("src", "main", "java");

    /** What can be done with recipes and what they trained. */
    private static final Set<String> RECIPES_IN_USE =
            Set.of("org.culebra.recipes.judge", "org.culebra.recipes.latent", "org.culebra.recipes.shipped");

    private static Path classes() throws URISyntaxException {
        return Path.of(
                DType.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static ModuleDescriptor module() throws URISyntaxException {
        return ModuleFinder.of(classes()).find("org.culebra").orElseThrow().descriptor();
    }

    /** Each package with a source file, and its files. */
    private static List<Path> packages() throws IOException {
        try (var files = Files.walk(SOURCES.resolve("org"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(Path::getParent)
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    private static String nameOf(Path folder) {
        return SOURCES.relativize(folder).toString().replace(File.separatorChar, '.');
    }

    /** The insides of the kernels and of the recipes: exported to nobody. */
    private static boolean isInside(String name) {
        boolean ofKernels =
                (name + ".").startsWith("org.culebra.kernel.") && !name.equals("org.culebra.kernel.expression");
        boolean ofRecipes = name.startsWith("org.culebra.recipes.") && !RECIPES_IN_USE.contains(name);
        return ofKernels || ofRecipes;
    }

    private static boolean hasClasses(Path folder) {
        String[] files = folder.toFile().list((_, name) -> name.endsWith(".java") && !name.equals("package-info.java"));
        return files != null && files.length > 0;
    }

    @Test
    void everythingIsExportedButTheInsidesOfKernelsAndRecipes() throws Exception {
        Set<String> expected = packages().stream()
                .filter(ModuleTest::hasClasses)
                .map(ModuleTest::nameOf)
                .filter(name -> !isInside(name))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> exported = module().exports().stream()
                .filter(export -> !export.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(expected, exported, "the exports in module-info.java");
    }

    @TestFactory
    List<DynamicTest> everyPackageSaysWhatItIsForAndIsNullMarked() throws Exception {
        var tests = new ArrayList<DynamicTest>();
        for (Path folder : packages()) {
            tests.add(DynamicTest.dynamicTest(nameOf(folder), () -> {
                Path file = folder.resolve("package-info.java");
                assertTrue(Files.exists(file), () -> file + " is missing");
                assertTrue(Files.readString(file).stripLeading().startsWith("/**"), () -> file + " says nothing");
                Class<?> info = Class.forName(nameOf(folder) + ".package-info");
                assertTrue(info.isAnnotationPresent(NullMarked.class), () -> file + " is not @NullMarked");
            }));
        }
        assertTrue(tests.size() > 10, "packages were found");
        return tests;
    }

    @Test
    void theEngineRequiresOnlyTheJdk() throws Exception {
        Function<ModuleDescriptor.Requires, Boolean> optional =
                requires -> requires.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC);
        for (var requires : module().requires()) {
            assertTrue(
                    requires.name().startsWith("java.")
                            || requires.name().startsWith("jdk.")
                            || optional.apply(requires),
                    () -> requires + " is neither of the JDK nor static");
        }
    }

    @Test
    void runsOnTheModulePathWithoutAnyFlag(@TempDir Path folder) throws Exception {
        Path module = Files.createDirectories(folder.resolve("src/app"));
        Path info = Files.writeString(folder.resolve("src/module-info.java"), "module app { requires org.culebra; }");
        Path main = Files.writeString(module.resolve("Main.java"), """
                package app;

                import org.culebra.tensor.Tensor;

                public class Main {
                    public static void main(String[] args) {
                        var x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
                        System.out.print(x.matmul(x.transpose()).add(1).sum().item());
                    }
                }
                """);
        Path out = folder.resolve("out");
        compile(List.of("-p", classes().toString(), "-d", out.toString(), info.toString(), main.toString()));

        var result = ForkedJvm.run(List.of("-p", classes() + File.pathSeparator + out, "-m", "app/app.Main"));

        assertAll(() -> assertEquals(0, result.exitCode(), result.err()), () -> assertEquals("159.0", result.out()));
    }

    /** What a user would write first. */
    static final class FirstCall {
        public static void main(String[] args) {
            System.out.print(Tensor.ones(2, 3).add(1).sum().item());
        }
    }

    @Test
    void theFirstCallOnTheClassPathSaysWhatTheJvmWasNotTold() {
        var flagged = ForkedJvm.runMain(FirstCall.class, List.of());
        assertEquals("12.0", flagged.out(), flagged.err());

        String classPath = System.getProperty("java.class.path");
        var plain = ForkedJvm.run(List.of("-cp", classPath, FirstCall.class.getName()));
        assertEquals(1, plain.exitCode());
        assertTrue(
                plain.err().contains("Culebra needs the module jdk.incubator.vector, which this JVM started without"),
                plain.err());
    }

    private static void compile(List<String> arguments) {
        var messages = new StringWriter();
        var task = ToolProvider.getSystemJavaCompiler();
        var files = task.getStandardFileManager(null, null, null);
        int options = arguments.size() - 2;
        boolean compiled = task.getTask(
                        messages,
                        files,
                        null,
                        arguments.subList(0, options),
                        null,
                        files.getJavaFileObjectsFromStrings(arguments.subList(options, arguments.size())))
                .call();
        assertTrue(compiled, messages::toString);
    }
}
