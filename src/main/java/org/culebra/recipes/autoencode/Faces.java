package org.culebra.recipes.autoencode;

import java.io.IOException;
import java.util.List;
import org.culebra.data.DataPlaces;
import org.culebra.data.Splits;
import org.culebra.recipes.judge.JudgeData;

/** Emoji by both designers in three classes: faces that smile (the subcategory {@code face-smiling}), other faces, and all the rest. */
final class Faces {
    static final List<String> CLASSES = List.of("other face", "smiling face", "no face");
    static final int OTHER = 0;
    static final int SMILING = 1;
    private static final int NONE = 2;

    private Faces() {}

    static Splits load(DataPlaces places) throws IOException {
        return JudgeData.emoji(places, CLASSES, (_, category) -> label(category));
    }

    private static int label(String category) {
        if (category.equals("face-smiling")) {
            return SMILING;
        }
        return category.startsWith("face-") ? OTHER : NONE;
    }
}
