package org.culebra.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.culebra.memory.DType;
import org.culebra.memory.Scope;
import org.culebra.tensor.Tensor;

/**
 * Whatever is in a file, reading it gives tensors or a {@link FormatException}, and what was read can be written and read again.
 *
 * <p>Anything but a FormatException of one line is a finding; the message has the file in base 64.
 *
 * <p>Mutation fuzzing with feedback: a mutated file that is refused for a reason not seen before, or is accepted, joins the corpus that
 * later mutations start from, so that they get past the first checks. The reason, numbers and quotes left out, stands for the path
 * through the parser.
 */
final class FileProperties {
    private static final int LARGEST_CORPUS = 200;
    private static final List<DType> TYPES = List.of(DType.values());
    private static final String[] TOKENS = {
        "{",
        "}",
        "[",
        "]",
        "\"",
        ":",
        ",",
        "0",
        "-1",
        "9223372036854775807",
        "18446744073709551616",
        "1e9",
        "null",
        "true",
        "\"dtype\"",
        "\"F16\"",
        "\"BOOL\"",
        "\"shape\"",
        "\"data_offsets\":[0,4]",
        "\"__metadata__\"",
        "\\u0000",
        "'<f8'",
        "'<f2'",
        "'descr'",
        "'fortran_order'",
        "True",
        "(1,)",
        "(",
        "PK\3\4",
        "\u0000\u0000\u0000\u0000"
    };

    private static Path folder = Path.of("");

    @BeforeContainer
    static void makeFolder() throws IOException {
        folder = Files.createTempDirectory("culebra-fuzz");
    }

    @AfterContainer
    static void deleteFolder() throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /** A format: how it is read and written, and the files that mutation has found worth keeping. */
    private static final class Format {
        final String name;
        final Reader reader;
        final Writer writer;
        final List<byte[]> corpus = new ArrayList<>();
        final Set<String> reasons = new HashSet<>();

        Format(String name, Reader reader, Writer writer) {
            this.name = name;
            this.reader = reader;
            this.writer = writer;
        }
    }

    @FunctionalInterface
    private interface Reader {
        Map<String, Tensor> read(Path file) throws IOException;
    }

    @FunctionalInterface
    private interface Writer {
        void write(Path file, Map<String, Tensor> tensors) throws IOException;
    }

    private static final Format SAFETENSORS = new Format(
            "safetensors",
            file -> Safetensors.read(file).tensors(),
            (file, tensors) -> Safetensors.write(file, tensors, Map.of("note", "value")));
    private static final Format NPY = new Format(
            "npy",
            file -> Map.of("array", Npy.read(file)),
            (file, tensors) -> Npy.write(file, tensors.values().iterator().next()));
    private static final Format NPZ = new Format("npz", Npz::read, Npz::write);

    @Property(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void safetensors(@ForAll long seed) throws IOException {
        fuzz(SAFETENSORS, seed);
    }

    @Property(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void npy(@ForAll long seed) throws IOException {
        fuzz(NPY, seed);
    }

    @Property(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void npz(@ForAll long seed) throws IOException {
        fuzz(NPZ, seed);
    }

    /** Reads one mutant. */
    private static void fuzz(Format format, long seed) throws IOException {
        var random = new SplittableRandom(seed);
        if (format.corpus.isEmpty()) {
            plant(format, random);
        }
        byte[] mutant = mutated(format.corpus.get(random.nextInt(format.corpus.size())), random, format);
        Path file = Files.write(folder.resolve("file." + format.name), mutant);
        try (Scope scope = Scope.open("fuzz")) {
            String reason = read(format, file, random.nextInt(20) == 0);
            if (format.reasons.add(reason) && format.corpus.size() < LARGEST_CORPUS) {
                format.corpus.add(mutant);
            }
            if (scope.bytesHeld() > 1 << 20) {
                throw new AssertionError("a small file took " + scope.bytesHeld() + " bytes");
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError("found with " + Base64.getEncoder().encodeToString(mutant), e);
        }
    }

    /** The whole and valid files that mutation begins with. */
    private static void plant(Format format, SplittableRandom random) throws IOException {
        Path file = folder.resolve("seed." + format.name);
        for (int i = 0; i < 10; i++) {
            try (Scope scope = Scope.open("seed")) {
                format.writer.write(file, someTensors(random));
                assertTrue(scope.isOpen());
            }
            format.corpus.add(Files.readAllBytes(file));
        }
    }

    /** Reads a file; says why it is refused, or "accepted". */
    private static String read(Format format, Path file, boolean rewrite) throws IOException {
        Map<String, Tensor> tensors;
        try {
            tensors = format.reader.read(file);
        } catch (FormatException e) {
            String message = Objects.requireNonNull(e.getMessage());
            assertEquals(1, message.lines().count(), message);
            return message.replace(file.toString(), "").replaceAll("'.*'", "").replaceAll("[0-9]+", "");
        }
        // To write takes a force to the disk, far longer than to read.
        if (rewrite && !tensors.isEmpty()) {
            checkRewritten(format, tensors);
        }
        return "accepted";
    }

    private static void checkRewritten(Format format, Map<String, Tensor> tensors) throws IOException {
        Path copy = folder.resolve("copy." + format.name);
        format.writer.write(copy, tensors);
        Map<String, Tensor> again = format.reader.read(copy);
        assertEquals(tensors.keySet(), again.keySet());
        tensors.forEach((name, tensor) -> {
            Tensor second = Objects.requireNonNull(again.get(name));
            assertEquals(tensor.shape(), second.shape());
            assertEquals(-1, tensor.segment().mismatch(second.segment()));
        });
    }

    private static Map<String, Tensor> someTensors(SplittableRandom random) {
        var tensors = new LinkedHashMap<String, Tensor>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            DType dtype = TYPES.get(random.nextInt(TYPES.size()));
            long[] dims = random.longs(random.nextInt(4), 0, 4).toArray();
            long count = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
            Tensor tensor =
                    Tensor.arange(DType.F32, 0, (double) count, 1).reshape(dims).to(dtype);
            tensors.put("t" + i, random.nextBoolean() || dims.length < 2 ? tensor : tensor.transpose());
        }
        return tensors;
    }

    private static byte[] mutated(byte[] parent, SplittableRandom random, Format format) {
        byte[] bytes = parent;
        for (int i = 0; i <= random.nextInt(3); i++) {
            bytes = mutatedOnce(bytes, random, format);
        }
        return bytes;
    }

    private static byte[] mutatedOnce(byte[] bytes, SplittableRandom random, Format format) {
        int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
        return switch (random.nextInt(7)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> splice(bytes, at, Math.min(bytes.length, at + 1), new byte[] {(byte) random.nextInt()});
            case 2 -> splice(bytes, at, at, token(random));
            case 3 -> splice(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)), token(random));
            case 4 -> splice(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(20)), new byte[0]);
            case 5 -> changeDigit(bytes, random);
            default -> {
                byte[] other = format.corpus.get(random.nextInt(format.corpus.size()));
                int from = other.length == 0 ? 0 : random.nextInt(other.length);
                yield splice(bytes, at, at, Arrays.copyOfRange(other, from, Math.min(other.length, from + 40)));
            }
        };
    }

    private static byte[] token(SplittableRandom random) {
        return TOKENS[random.nextInt(TOKENS.length)].getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] middle) {
        byte[] result = new byte[bytes.length - (to - from) + middle.length];
        System.arraycopy(bytes, 0, result, 0, from);
        System.arraycopy(middle, 0, result, from, middle.length);
        System.arraycopy(bytes, to, result, from + middle.length, bytes.length - to);
        return result;
    }

    /** Shapes and offsets are where the dangerous mistakes are. */
    private static byte[] changeDigit(byte[] bytes, SplittableRandom random) {
        byte[] result = bytes.clone();
        for (int tries = 0; tries < 50 && result.length > 0; tries++) {
            int at = random.nextInt(result.length);
            if (result[at] >= '0' && result[at] <= '9') {
                result[at] = (byte) ('0' + random.nextInt(10));
                break;
            }
        }
        return result;
    }
}
