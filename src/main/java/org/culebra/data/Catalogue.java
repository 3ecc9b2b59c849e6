package org.culebra.data;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A ready data set by its name.
 *
 * @param name lower case, words joined by hyphens
 * @param description what is in it, and where it comes from
 * @param source reads it
 */
public record Catalogue(String name, String description, Source source) {
    /** Reads a data set from wherever it is. */
    @FunctionalInterface
    public interface Source {
        /**
         * Looks in these places, and downloads what is not there.
         *
         * @throws IOException if it is nowhere to be found, or damaged
         */
        Splits load(DataPlaces places) throws IOException;
    }

    private static final List<Catalogue> ALL = List.of(
            new Catalogue(
                    "digits", "1,797 handwritten digits, 8×8, inside the jar (UCI, CC BY 4.0)", _ -> Digits.load()),
            new Catalogue("mnist", "70,000 handwritten digits, 28×28", Mnist::load),
            new Catalogue("fashion-mnist", "70,000 pictures of clothing, 28×28", FashionMnist::load),
            new Catalogue("cifar-10", "60,000 pictures of ten kinds of things, 32×32 in colour", Cifar10::load),
            new Catalogue(
                    "emoji-google",
                    "3,786 emoji, 64×64 in colour, by Google (Apache-2.0)",
                    places -> split(Emoji.load(places).google())),
            new Catalogue(
                    "emoji-twitter",
                    "the same emoji by Twitter (CC BY 4.0)",
                    places -> split(Emoji.load(places).twitter())));

    /** All of them. */
    public static List<Catalogue> all() {
        return ALL;
    }

    /**
     * The one of this name.
     *
     * @throws IllegalArgumentException with a sentence, if there is none
     */
    public static Catalogue named(String name) {
        return ALL.stream()
                .filter(each -> each.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no data set '" + name + "'; known are "
                        + ALL.stream().map(Catalogue::name).collect(Collectors.joining(", "))));
    }

    /** Emoji have no test part of their own. */
    private static Splits split(Dataset all) {
        return new Splits(all, all.first(0), "emoji-datasource");
    }
}
