package org.culebra.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTest {
    private static Table read(Csv csv, String text) throws IOException {
        return csv.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "f");
    }

    private static Table read(String text) throws IOException {
        return read(Csv.of(), text);
    }

    private static void malformed(String message, String text) {
        assertEquals(
                message,
                assertThrows(MalformedDataException.class, () -> read(text)).getMessage());
    }

    // ---------------------------------------------------------------- the format

    @Test
    void quotesHoldDelimitersLineBreaksAndQuotes() throws IOException {
        Table table = read("a,b\r\n\"x, y\",\"say \"\"so\"\"\"\r\n\"two\nlines\",\r\n\"\",é");
        assertEquals(List.of("a", "b"), table.columns());
        assertEquals(List.of(List.of("x, y", "say \"so\""), List.of("two\nlines", ""), List.of("", "é")), table.rows());
        assertEquals(List.of(2, 3, 5), table.lines());
        assertEquals("f: 3 rows of 2 columns", table.toString());
    }

    @Test
    void emptyLinesAndAByteOrderMarkAreSkipped() throws IOException {
        assertEquals(List.of(List.of("1", "2")), read("\uFEFFa,b\n\n1,2\n\n").rows());
        assertEquals(List.of("a", "b"), read("\uFEFF\"a\",b\n1,2").columns());
    }

    @Test
    void aQuoteWithinAFieldStandsForItself() throws IOException {
        assertEquals(List.of(List.of("1\"2", "3\"")), read("a,b\n1\"2,3\"\n").rows());
        assertEquals(List.of(List.of("1"), List.of("2")), read("a\r1\r2").rows());
    }

    @Test
    void delimiterAndHeaderCanBeChosen() throws IOException {
        Table table = read(Csv.of().delimiter(';').withoutHeader(), "1,5;2\n3;4\n");
        assertEquals(List.of("0", "1"), table.columns());
        assertEquals(List.of(List.of("1,5", "2"), List.of("3", "4")), table.rows());
    }

    @Test
    void whatIsNotOfTheFormIsNamed() {
        malformed("f has no data", "");
        malformed("f has no data", "a,b\n");
        malformed("f has 3 fields in line 3 instead of 2", "a,b\n1,2\n1,2,3\n");
        malformed("f has 1 fields in line 5 instead of 2", "a,b\n\"1\n\",2\n\nx\n");
        malformed("f has a quote in line 2 that is never closed", "a\n\"1\n2\n");
        malformed("f has something after a closing quote in line 2", "a\n\"1\"2\n");
        malformed("f has two columns 'a'", "a,a\n1,2\n");
        malformed("f has two columns 'a??b'", "\"a\r\nb\",\"a\r\nb\"\n1,2\n");
        assertEquals(
                "f is not text in UTF-8",
                assertThrows(
                                MalformedDataException.class,
                                () -> Csv.of().read(new ByteArrayInputStream(new byte[] {'a', (byte) 0xff}), "f"))
                        .getMessage());
        assertEquals(
                "csv: a quote or a line break cannot be the delimiter",
                assertThrows(IllegalArgumentException.class, () -> Csv.of().delimiter('"'))
                        .getMessage());
    }

    @Test
    void filesMayBeGzipped(@TempDir Path folder) throws IOException {
        byte[] zipped = IdxFiles.gzip("a\n1\n".getBytes(StandardCharsets.UTF_8));
        Path file = folder.resolve("f.csv.gz");
        Files.write(file, zipped);
        assertEquals(List.of(List.of("1")), Csv.of().read(file).rows());
        Files.write(file, Arrays.copyOf(zipped, zipped.length - 9));
        assertEquals(
                file + " is cut short: its gzip data end too early",
                assertThrows(MalformedDataException.class, () -> Csv.of().read(file))
                        .getMessage());
        zipped[11] ^= 0x55;
        Files.write(file, zipped);
        assertEquals(
                file + " is damaged: its gzip data cannot be unpacked",
                assertThrows(MalformedDataException.class, () -> Csv.of().read(file))
                        .getMessage());
        assertThrows(NoSuchFileException.class, () -> Csv.of().read(folder.resolve("none.csv")));
        assertEquals(
                folder + " is a folder, not a CSV file",
                assertThrows(MalformedDataException.class, () -> Csv.of().read(folder))
                        .getMessage());
    }

    // ---------------------------------------------------------------- the library behind it

    /** Culebra's classes once more, without those of a library. */
    private static URLClassLoader without(String library) throws IOException {
        var urls = new ArrayList<URL>();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (!part.contains(library)) {
                urls.add(Path.of(part).toUri().toURL());
            }
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    /** What reading a file says without a library. */
    private static String saysWithout(String library, Path file) throws IOException, ReflectiveOperationException {
        try (URLClassLoader loader = without(library)) {
            Class<?> alone = loader.loadClass(Csv.class.getName());
            Object csv = alone.getMethod("of").invoke(null);
            var thrown = assertThrows(
                    InvocationTargetException.class,
                    () -> alone.getMethod("read", Path.class).invoke(csv, file));
            var cause = assertInstanceOf(IllegalStateException.class, thrown.getCause());
            return String.valueOf(cause.getMessage());
        }
    }

    @Test
    void whereALibraryIsMissingASentenceNamesIt(@TempDir Path folder) throws IOException, ReflectiveOperationException {
        Path file = Files.writeString(folder.resolve("f.csv"), "a\n1\n");
        String rest = ", which is not there (no CLASS); add it to the dependencies, Culebra does not bring it";
        String csv = "csv: to read " + file + " takes org.apache.commons:commons-csv" + rest;
        assertEquals(csv, saysWithout("commons-", file).replaceFirst("org/apache/commons/csv/\\w+", "CLASS"));
        assertEquals(csv, saysWithout("commons-csv", file).replaceFirst("org/apache/commons/csv/\\w+", "CLASS"));
        assertEquals(
                "csv: to read " + file + " takes commons-io:commons-io" + rest,
                saysWithout("commons-io", file).replaceFirst("org/apache/commons/io/[\\w/]+", "CLASS"));
        // Whether reading comes across a class of it depends on the version of commons-csv.
        assertEquals("commons-codec:commons-codec", Csv.library("org/apache/commons/codec/binary/Base64OutputStream"));
    }

    // ---------------------------------------------------------------- data sets

    @Test
    void aColumnOfClassesMakesALabelledDataSet() throws IOException {
        Dataset flowers =
                read("width,kind,height\n1,rose,2\n3,aster,4e1\n 5 ,rose,-6\n").labelled("kind");
        assertEquals(List.of("aster", "rose"), flowers.classes());
        assertArrayEquals(new long[] {1, 0, 1}, flowers.labels().toLongArray());
        assertEquals("f32[3, 2]", flowers.images().describe());
        assertArrayEquals(new float[] {1, 2, 3, 40, 5, -6}, flowers.images().toFloatArray());
        assertEquals(
                List.of("-1", "2", "10"),
                read("k,x\n10,0\n2,0\n-1,0\n").labelled("k").classes());
    }

    @Test
    void columnsOfNumbersMakeOneForRegression() throws IOException {
        Dataset houses = read("area,price,rooms\n50,1.5,2\n80,2.5,3\n").predicting("price");
        assertEquals(List.of(), houses.classes());
        assertArrayEquals(new float[] {50, 2, 80, 3}, houses.images().toFloatArray());
        assertEquals("f32[2, 1]", houses.labels().describe());
        assertArrayEquals(new float[] {1.5f, 2.5f}, houses.labels().toFloatArray());
        assertArrayEquals(
                new float[] {2, 50, 3, 80},
                read("area,rooms\n50,2\n80,3\n").numbers("rooms", "area").toFloatArray());
    }

    @Test
    void fieldsThatAreNoNumbersAreNamed() throws IOException {
        for (String text : List.of("many", "", "NaN", "1d", "0x10", "1e39", "1,5", "-")) {
            Table bad = read("a,b\n1,2\n\n\"" + text + "\",3\n");
            assertEquals(
                    "f has '" + text + "' in line 4, column 'a', where a finite number belongs",
                    assertThrows(MalformedDataException.class, () -> bad.numbers("a"))
                            .getMessage());
        }
        Table table = read("a,b\n+1.,.2e-3\n");
        assertArrayEquals(new float[] {1, 2e-4f}, table.numbers("a", "b").toFloatArray());
        assertEquals(
                "table 'f': there is no column 'c' among [a, b]",
                assertThrows(IllegalArgumentException.class, () -> table.labelled("c"))
                        .getMessage());
        assertEquals(
                "table 'f': needs at least one column to predict",
                assertThrows(IllegalArgumentException.class, table::predicting).getMessage());
        assertEquals(
                "table 't': a row of 1 fields in 2 columns",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new Table("t", List.of("a", "b"), List.of(List.of("1")), List.of(1)))
                        .getMessage());
    }
}
