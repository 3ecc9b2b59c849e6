package org.culebra.recipes.classify;

import java.util.List;
import org.culebra.data.Transform;
import org.culebra.recipes.Recipe;

/** The networks that name what an image of ten classes shows, each in a file of its own. */
public final class Classifiers {
    /** Of bytes: mean 0 and deviation 1 of MNIST's pixels. */
    static final Transform NORMALIZED = Transform.normalize(255, .1307, .3081);

    private Classifiers() {}

    /** All of them, in the order of the help. */
    public static List<Recipe> recipes() {
        return List.of(
                DigitsCnnRecipe.recipe(),
                FashionCnnRecipe.recipe(),
                FashionMlpRecipe.recipe(),
                MnistCnnRecipe.recipe(),
                MnistMlpRecipe.recipe(),
                MnistDropoutCnnRecipe.recipe(),
                LeNet5Recipe.recipe());
    }
}
