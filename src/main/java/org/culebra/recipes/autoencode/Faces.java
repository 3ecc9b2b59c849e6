package org.culebra.recipes.autoencode;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.culebra.data.Column;
import org.culebra.data.DataPlaces;
import org.culebra.data.Dataset;
import org.culebra.data.Emoji;
import org.culebra.data.Splits;
import org.culebra.tensor.Tensor;

/** Emoji by both designers in three classes: faces that smile (the subcategory {@code face-smiling}), other faces, and all the rest. */
final class Faces {
    static final List<String> CLASSES = List.of("other face", "smiling face", "no face");
    static final int OTHER = 0;
    static final int SMILING = 1;
    private static final int NONE = 2;

    /** Of the names, sorted, every fifth is held out, with all the colours of skin and both designers that it comes in, as judges do. */
    private static final int HELD_OUT = 5;

    private Faces() {}

    static Splits load(DataPlaces places) throws IOException {
        Emoji emoji = Emoji.load(places);
        int count = emoji.names().size();
        long[] categories = emoji.google().labels().toLongArray();
        long[] labels = IntStream.range(0, 2 * count)
                .mapToLong(i -> label(emoji.google().classes().get((int) categories[i % count])))
                .toArray();
        Column pictures =
                Column.concat(List.of(emoji.google().inputs(), emoji.twitter().inputs()));
        var all = new Dataset("emoji", pictures, Column.of(Tensor.of(labels)), CLASSES);
        var held = new HashSet<String>();
        int place = 0;
        for (String name : new TreeSet<>(emoji.names())) {
            if (++place % HELD_OUT == 0) {
                held.add(name);
            }
        }
        return new Splits(
                all.subset(positions(emoji.names(), held, false)),
                all.subset(positions(emoji.names(), held, true)),
                "emoji-datasource");
    }

    private static long[] positions(List<String> names, Set<String> held, boolean areHeld) {
        return IntStream.range(0, 2 * names.size())
                .filter(i -> held.contains(names.get(i % names.size())) == areHeld)
                .asLongStream()
                .toArray();
    }

    private static int label(String category) {
        if (category.equals("face-smiling")) {
            return SMILING;
        }
        return category.startsWith("face-") ? OTHER : NONE;
    }
}
