package org.culebra.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every example of the Javadoc, compiled and run with the names of {@link JavadocContext} around it. */
class JavadocTest {
    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final Pattern EXAMPLE = Pattern.compile("(?s)<pre>\\{@code\n(.*?)\n *\\* \\}</pre>");

    @TempDir
    private static Path folder;

    private static @Nullable URLClassLoader loader;

    @AfterAll
    static void close() throws IOException {
        if (loader != null) {
            loader.close();
        }
    }

    /** An example and where it stands. */
    private record Example(String name, String code) {
        /** What is left out is left out; constants become variables of a method. */
        String method(int number) {
            return "    public void example" + number + "() throws Exception {\n"
                    + code.replace("…", "").replace("static final ", "final ") + "\n    }\n";
        }
    }

    private static List<Example> examples() throws IOException {
        var examples = new ArrayList<Example>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java"))
                    .sorted()
                    .toList()) {
                String source = Files.readString(file);
                EXAMPLE.matcher(source).results().forEach(hit -> {
                    String code = hit.group(1).replaceAll("(?m)^ *\\* ?", "");
                    long line = source.substring(0, hit.start()).lines().count();
                    examples.add(new Example(SOURCES.relativize(file) + ":" + line, code));
                });
            }
        }
        return examples;
    }

    private static String unit(List<Example> examples) {
        var unit = new StringBuilder("package org.culebra.examples;\nimport java.util.List;\nimport java.util.Map;\n");
        for (String room :
                List.of("check", "data", "distributions", "io", "memory", "nn", "optim", "report", "tensor", "train")) {
            unit.append("import org.culebra.").append(room).append(".*;\n");
        }
        unit.append("public class Examples extends JavadocContext {\n");
        for (int i = 0; i < examples.size(); i++) {
            unit.append("// ")
                    .append(examples.get(i).name())
                    .append('\n')
                    .append(examples.get(i).method(i));
        }
        return unit.append("}\n").toString();
    }

    private static Class<?> compile(List<Example> examples) throws IOException, ClassNotFoundException {
        String unit = unit(examples);
        Path file = Files.writeString(
                Files.createDirectories(folder.resolve("org/culebra/examples")).resolve("Examples.java"), unit);
        var compiler = ToolProvider.getSystemJavaCompiler();
        var said = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options =
                    List.of("-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
            boolean fine = compiler.getTask(said, files, null, options, null, files.getJavaFileObjects(file))
                    .call();
            assertTrue(fine, () -> said + unit);
        }
        loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, JavadocContext.class.getClassLoader());
        return loader.loadClass("org.culebra.examples.Examples");
    }

    @TestFactory
    List<DynamicTest> everyExampleRuns() throws Exception {
        List<Example> examples = examples();
        Class<?> compiled = compile(examples);
        var tests = new ArrayList<DynamicTest>();
        for (int i = 0; i < examples.size(); i++) {
            String method = "example" + i;
            boolean usesATape = examples.get(i).code().contains("tape.gradients(");
            tests.add(DynamicTest.dynamicTest(examples.get(i).name(), () -> {
                Path place = Files.createDirectories(folder.resolve(method));
                try (var context =
                        (JavadocContext) compiled.getDeclaredConstructor().newInstance()) {
                    context.prepare(place, usesATape);
                    compiled.getMethod(method).invoke(context);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            }));
        }
        return tests;
    }

    @Test
    void noneIsOverlooked() throws IOException {
        long begun = 0;
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                begun += Files.readString(file)
                        .lines()
                        .filter(line -> line.contains("<pre>{@code"))
                        .count();
            }
        }
        long found = examples().size();
        long all = begun;
        assertTrue(found == all && found > 20, () -> found + " of " + all);
    }
}
