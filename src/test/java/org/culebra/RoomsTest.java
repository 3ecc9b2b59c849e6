package org.culebra;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of rooms: which package may use which, and who alone may touch vectors, class files and raw memory. */
class RoomsTest {
    private static final String ROOT = "org.culebra.";

    private static final Set<String> MEMORY = Set.of("memory");
    private static final Set<String> KERNEL = with(MEMORY, "kernel");
    private static final Set<String> TENSOR = with(KERNEL, "tensor");
    private static final Set<String> NN = with(TENSOR, "check", "io", "nn", "optim", "distributions");
    private static final Set<String> TRAIN = with(NN, "data", "train");

    /** A room and the rooms it may use; itself always. */
    private static final Map<String, Set<String>> ROOMS = Map.ofEntries(
            Map.entry("cli", with(TRAIN, "models", "recipes", "report")),
            Map.entry("recipes", with(TRAIN, "models", "report")),
            Map.entry("report", TRAIN),
            Map.entry("models", NN),
            Map.entry("train", with(NN, "data")),
            Map.entry("data", TENSOR),
            Map.entry("nn", TENSOR),
            Map.entry("optim", TENSOR),
            Map.entry("distributions", TENSOR),
            Map.entry("io", TENSOR),
            Map.entry("check", TENSOR),
            Map.entry("tensor", KERNEL),
            Map.entry("kernel", MEMORY),
            Map.entry("memory", Set.of()));

    /** Outside memory, kernel and io, these top-level classes alone may hold a memory segment. */
    private static final Set<String> SEGMENT_HOLDERS = Set.of(ROOT + "tensor.Tensor");

    /** Alone among the reports, it draws with a library. */
    private static final String PLOT = ROOT + "report.PlotPicture";

    /** What the whole house may use beside itself and the JDK. */
    private static final String[] EVERYWHERE = {"java..", "org.culebra..", "org.jspecify.annotations.."};

    private static final String COMMONS = "org.apache.commons..";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .importUrl(DType.class.getProtectionDomain().getCodeSource().getLocation());

    private static Set<String> with(Set<String> rooms, String... more) {
        var all = new TreeSet<>(rooms);
        all.addAll(List.of(more));
        return all;
    }

    static Set<String> rooms() {
        return new TreeSet<>(ROOMS.keySet());
    }

    @Test
    void everyPackageIsARoomOfTheTable() {
        Set<String> found = CLASSES.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(ROOT))
                .map(name -> name.substring(ROOT.length()).replaceFirst("\\..*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(ROOMS.keySet().containsAll(found), () -> "unknown rooms among " + found);
        assertTrue(found.containsAll(Set.of("memory", "kernel", "tensor", "cli")), () -> "only found " + found);
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void dependenciesPointDownwards(String room) {
        var allowed = new ArrayList<String>();
        allowed.add(ROOT + room + "..");
        for (String below : ROOMS.get(room)) {
            allowed.add(ROOT + below + "..");
        }
        check(classes()
                .that()
                .resideInAPackage(ROOT + room + "..")
                .should()
                .onlyDependOnClassesThat(
                        not(resideInAPackage("org.culebra..")).or(resideInAnyPackage(allowed.toArray(String[]::new)))));
    }

    @Test
    void roomsHaveNoCycles() {
        check(slices().matching(ROOT + "(*)..").should().beFreeOfCycles());
    }

    /** Two floors: what all recipes share and the judge below, the kinds of recipe above, and their list on top. */
    @Test
    void kindsOfRecipesDoNotKnowEachOther() {
        String recipes = ROOT + "recipes.";
        check(slices().matching(recipes + "(*)..")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(resideInAPackage(recipes + "shipped"), resideInAPackage(recipes + "*.."))
                .ignoreDependency(resideInAPackage(recipes + "*.."), resideInAPackage(recipes + "judge")));
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + "recipes")
                .should()
                .dependOnClassesThat(resideInAPackage(recipes + "*..")));
        check(noClasses()
                .that()
                .resideInAPackage(recipes + "judge")
                .should()
                .dependOnClassesThat(resideInAPackage(recipes + "*..").and(not(resideInAPackage(recipes + "judge")))));
    }

    @Test
    void theTableItselfHasNoCycles() {
        for (var room : ROOMS.entrySet()) {
            for (String below : room.getValue()) {
                assertTrue(!ROOMS.get(below).contains(room.getKey()), room.getKey() + " and " + below);
            }
        }
    }

    @Test
    void onlyKernelsIsADoorIntoTheKernel() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "kernel..")
                .should()
                .dependOnClassesThat(insideTheKernel()));
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + "kernel.*..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(ROOT + "kernel.Kernels"));
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + "kernel.expression..")
                .should()
                .dependOnClassesThat(insideTheKernel()));
    }

    @Test
    void onlyTheKernelSeesVectorsAndClassFiles() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "kernel..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jdk.incubator.vector..", "java.lang.classfile.."));
    }

    @Test
    void onlyMemoryKernelAndIoTouchSegments() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "memory..", ROOT + "kernel..", ROOT + "io..")
                .and(not(holdsSegments()))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign.."));
    }

    @Test
    void onlyTheCommandAndTheReportsUseThirdParties() {
        check(classes()
                .that()
                .resideOutsideOfPackages(
                        ROOT + "cli..",
                        ROOT + "train..",
                        ROOT + "report..",
                        ROOT + "data..",
                        ROOT + "kernel..",
                        ROOT + "memory..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(EVERYWHERE).or(primitives())));
        check(classes()
                .that()
                .resideInAPackage(ROOT + "data..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(EVERYWHERE)
                        .or(resideInAPackage("javax.imageio.."))
                        .or(resideInAPackage(COMMONS))
                        .or(primitives())));
        check(classes()
                .that()
                .resideInAnyPackage(ROOT + "kernel..", ROOT + "memory..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(EVERYWHERE)
                        .or(resideInAnyPackage("jdk.incubator.vector..", "javax.management.."))
                        .or(primitives())));
    }

    @Test
    void oneClassAloneUsesCommonsCsv() {
        check(noClasses()
                .that()
                .doNotHaveFullyQualifiedName(ROOT + "data.CsvRecords")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(COMMONS));
    }

    @Test
    void onlyTheReportsServePages() {
        check(classes()
                .that()
                .resideInAPackage(ROOT + "report..")
                .and(not(have(PLOT)))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(EVERYWHERE)
                        .or(resideInAPackage("com.sun.net.httpserver.."))
                        .or(primitives())));
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "report..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.sun.net.httpserver.."));
    }

    @Test
    void onlyPlotsAreDrawnByXChart() {
        check(classes()
                .that(have(PLOT))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(EVERYWHERE)
                        .or(resideInAnyPackage("org.knowm.xchart..", "javax.imageio.."))
                        .or(primitives())));
        check(noClasses().that(not(have(PLOT))).should().dependOnClassesThat().resideInAPackage("org.knowm.."));
    }

    @Test
    void nothingIsUnsafe() {
        check(noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("sun..", "jdk.internal..", "com.sun..")
                        .and(not(resideInAPackage("com.sun.net.httpserver..")))));
    }

    private static DescribedPredicate<JavaClass> holdsSegments() {
        return DescribedPredicate.describe("hold segments by permission", type -> {
            String name = type.getName();
            int nested = name.indexOf('$');
            return SEGMENT_HOLDERS.contains(nested < 0 ? name : name.substring(0, nested));
        });
    }

    /** A top-level class and what is nested in it. */
    private static DescribedPredicate<JavaClass> have(String name) {
        return DescribedPredicate.describe(
                "are " + name,
                type -> type.getName().equals(name) || type.getName().startsWith(name + "$"));
    }

    private static DescribedPredicate<JavaClass> insideTheKernel() {
        return resideInAPackage(ROOT + "kernel.*..").and(not(resideInAPackage(ROOT + "kernel.expression..")));
    }

    private static DescribedPredicate<JavaClass> primitives() {
        return DescribedPredicate.describe(
                "primitives", type -> type.getBaseComponentType().isPrimitive());
    }

    /** A room still empty breaks no rule. */
    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
