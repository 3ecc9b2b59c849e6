package org.culebra.recipes;

import java.util.List;

/** The recipes that ship with Culebra: one line each. */
public final class Recipes {
    private static final List<Recipe> ALL = List.of(
            DigitsCnn.recipe(),
            FashionCnn.recipe(),
            FashionMlp.recipe(),
            MnistCnn.recipe(),
            MnistMlp.recipe(),
            MnistDropoutCnn.recipe(),
            LeNet.recipe(),
            StudyOptimizers.recipe(),
            StudyInitialization.recipe(),
            StudyRegularizers.recipe(),
            StudyBatchSize.recipe(),
            EndToEnd.recipe(),
            AdversarialExamples.recipe(),
            Heteroscedastic.recipe(),
            NetworkDistributions.recipe(),
            Autoencoding.plain(),
            Autoencoding.sampler(),
            Autoencoding.attributes(),
            Variational.vae(),
            Variational.convolutional(),
            Variational.importanceWeighted(),
            Gan.recipe(),
            ModeCollapse.recipe(),
            ConditionalGan.recipe(),
            Pix2Pix.recipe(),
            CycleGan.recipe(),
            StyleGan.recipe(),
            new JudgeRecipe());

    private Recipes() {}

    /** All of them, in the order of the help. */
    public static List<Recipe> all() {
        return ALL;
    }
}
