package org.culebra.recipes.judge;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.culebra.data.Catalogue;
import org.culebra.data.Column;
import org.culebra.data.DataPlaces;
import org.culebra.data.Dataset;
import org.culebra.data.Digits;
import org.culebra.data.Emoji;
import org.culebra.data.FashionMnist;
import org.culebra.data.Mnist;
import org.culebra.data.Splits;
import org.culebra.memory.DType;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * What a judge learns, and which images it takes.
 *
 * <p>Images of other sizes than it learned are made to fit where there is one way to do it: MNIST and Fashion-MNIST at 32×32 are 28×28 with two
 * pixels around them, which are cut off; emoji at 64×64 are made 32×32, each pixel the mean of four.
 *
 * @param name what judges go by
 * @param source reads it
 * @param brightest number of a pixel as it is read
 * @param channels of an image
 * @param side of an image as the judge takes it
 * @param epochs that it is trained for
 * @param hash of the parameters that this training comes to
 */
public record JudgeData(
        String name, Catalogue.Source source, double brightest, int channels, int side, int epochs, String hash) {
    private static final double TOLERANCE = 1e-3;
    private static final int PADDING = 2;

    private static final int HELD_OUT = 5;

    private static final List<String> DESIGNERS = List.of("google", "twitter");
    private static final List<String> GROUPS = List.of("faces", "hands", "people", "flags", "symbols", "things");

    private static final List<JudgeData> ALL = List.of(
            new JudgeData(
                    "fashion",
                    FashionMnist::load,
                    255,
                    1,
                    28,
                    4,
                    "dcf80fb695534a78b3c03fd72830b37ee8acd9ee8fa315bee6d60238fa8dc82e"),
            new JudgeData(
                    "mnist",
                    Mnist::load,
                    255,
                    1,
                    28,
                    2,
                    "c1ad41ff805484e31c3645a70a693d4cbff36aa26b9da44c25040c4e1aadcfd0"),
            new JudgeData(
                    "emoji",
                    JudgeData::emoji,
                    255,
                    3,
                    32,
                    8,
                    "c21a134be8a4a2ef750d4f776de17fe65bb98df9b9a9e63ad5e5d1a84791542b"),
            new JudgeData(
                    "digits",
                    _ -> Digits.load(),
                    Digits.BRIGHTEST,
                    1,
                    8,
                    6,
                    "ef76cf3dcb3e7441ded66e631744e89005d856ee59736d63a0dc1587facbb5e4"));

    /** What judges go by. */
    public static final List<String> NAMES = ALL.stream().map(JudgeData::name).toList();

    /**
     * The data of this name.
     *
     * @throws IllegalArgumentException with a sentence, if there are none
     */
    public static JudgeData named(String name) {
        return ALL.stream()
                .filter(each -> each.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no judge of '" + name + "'; there are those of " + String.join(", ", NAMES)));
    }

    /** Bytes as they are read, made to images as the judge takes them: [B, C, H, W] → f32[B, C, S, S] from 0 to 1. */
    public Tensor unit(Tensor raw) {
        return sized(raw.to(DType.F32).div(brightest));
    }

    /**
     * Images as the judge takes them: [N, C, H, W] from 0 to 1 → f32[N, C, S, S].
     *
     * @throws IllegalArgumentException with a sentence, if they are no such images
     */
    Tensor fit(Tensor images) {
        boolean areImages = images.rank() == 4 && images.dtype().isFloating() && images.dim(0) > 0;
        if (!areImages || images.dim(1) != channels || !isSide(images.dim(2)) || images.dim(2) != images.dim(3)) {
            throw new IllegalArgumentException("judge of " + name + ": takes images [N, " + channels + ", " + side
                    + ", " + side + "]" + alternative() + ", not " + images.describe());
        }
        double least = Tape.scoped(images::min).item();
        double most = Tape.scoped(images::max).item();
        if (!(least >= -TOLERANCE && most <= 1 + TOLERANCE)) {
            String hint = least >= -1 - TOLERANCE && most <= 1 + TOLERANCE ? "; hint: add(1).div(2)" : "";
            throw new IllegalArgumentException("judge of " + name + ": takes images with numbers from 0 to 1, not from "
                    + (float) least + " to " + (float) most + hint);
        }
        return sized(images.to(DType.F32));
    }

    private boolean isSide(long given) {
        return given == side || (isPadded() ? given == side + 2 * PADDING : isHalved() && given == 2L * side);
    }

    private boolean isPadded() {
        return side == 28;
    }

    private boolean isHalved() {
        return channels == 3;
    }

    private String alternative() {
        if (isPadded()) {
            return " (or 32×32: padded by two pixels)";
        }
        return isHalved() ? " (or 64×64: their means of four are taken)" : "";
    }

    private Tensor sized(Tensor images) {
        if (images.dim(2) == side) {
            return images;
        }
        return isPadded() ? images.narrow(2, PADDING, side).narrow(3, PADDING, side) : images.avgPool2d(2);
    }

    // ---------------------------------------------------------------- emoji

    /** Designer and kind of picture: twelve classes. */
    private static Splits emoji(DataPlaces places) throws IOException {
        List<String> classes = DESIGNERS.stream()
                .flatMap(designer -> GROUPS.stream().map(group -> designer + " " + group))
                .toList();
        return emoji(
                places, classes, (designer, category) -> designer * GROUPS.size() + GROUPS.indexOf(group(category)));
    }

    /** The class of a picture by its designer, 0 or 1, and its subcategory in emoji.json. */
    @FunctionalInterface
    public interface EmojiClass {
        /** The class. */
        int of(int designer, String category);
    }

    /**
     * Emoji by both designers. Of the names, sorted, every fifth is held out, with all the colours of skin and both designers that it comes
     * in.
     */
    public static Splits emoji(DataPlaces places, List<String> classes, EmojiClass labels) throws IOException {
        Emoji emoji = Emoji.load(places);
        int count = emoji.names().size();
        long[] categories = emoji.google().labels().toLongArray();
        long[] classOf = IntStream.range(0, 2 * count)
                .mapToLong(i -> labels.of(i / count, emoji.google().classes().get((int) categories[i % count])))
                .toArray();
        Column pictures =
                Column.concat(List.of(emoji.google().inputs(), emoji.twitter().inputs()));
        var all = new Dataset("emoji", pictures, Column.of(Tensor.of(classOf)), classes);
        Set<String> held = heldOut(emoji.names(), HELD_OUT);
        return new Splits(
                all.subset(positions(emoji.names(), held, false)),
                all.subset(positions(emoji.names(), held, true)),
                "emoji-datasource");
    }

    /**
     * The emoji that are held out by those who hold out a tenth: judges have not learned from them either, so that a judge may be asked about
     * what others make of them.
     */
    public static Set<String> tenthHeldOut(List<String> names) {
        return heldOut(names, 2 * HELD_OUT);
    }

    /** Of all names, sorted, every n-th; those of 2n are among those of n. */
    private static Set<String> heldOut(List<String> names, int every) {
        var sorted = List.copyOf(new TreeSet<>(names));
        return IntStream.range(0, sorted.size())
                .filter(i -> i % every == every - 1)
                .mapToObj(sorted::get)
                .collect(Collectors.toSet());
    }

    private static long[] positions(List<String> names, Set<String> held, boolean areHeld) {
        return IntStream.range(0, 2 * names.size())
                .filter(i -> held.contains(names.get(i % names.size())) == areHeld)
                .asLongStream()
                .toArray();
    }

    /** The kind of a subcategory of emoji.json. */
    static String group(String category) {
        if (category.startsWith("face-") || category.endsWith("-face")) {
            return "faces";
        }
        if (category.startsWith("hand") || category.equals("body-parts")) {
            return "hands";
        }
        if (category.startsWith("person") || category.equals("family")) {
            return "people";
        }
        if (category.endsWith("flag")) {
            return "flags";
        }
        return switch (category) {
            case "alphanum",
                    "arrow",
                    "av-symbol",
                    "currency",
                    "emotion",
                    "gender",
                    "geometric",
                    "heart",
                    "keycap",
                    "math",
                    "other-symbol",
                    "punctuation",
                    "religion",
                    "transport-sign",
                    "warning",
                    "zodiac" -> "symbols";
            default -> "things";
        };
    }
}
