package org.culebra.recipes.shipped;

import java.util.List;
import java.util.stream.Stream;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.autoencode.Autoencoding;
import org.culebra.recipes.autoencode.Variational;
import org.culebra.recipes.classify.AdversarialExamples;
import org.culebra.recipes.classify.Classifiers;
import org.culebra.recipes.density.Heteroscedastic;
import org.culebra.recipes.density.NetworkDistributions;
import org.culebra.recipes.gan.ConditionalGan;
import org.culebra.recipes.gan.Gan;
import org.culebra.recipes.gan.ModeCollapse;
import org.culebra.recipes.judge.JudgeRecipe;
import org.culebra.recipes.study.EndToEnd;
import org.culebra.recipes.study.StudyBatchSize;
import org.culebra.recipes.study.StudyInitialization;
import org.culebra.recipes.study.StudyOptimizers;
import org.culebra.recipes.study.StudyRegularizers;
import org.culebra.recipes.stylegan.StyleGan;
import org.culebra.recipes.translate.CycleGan;
import org.culebra.recipes.translate.Pix2Pix;

/** The recipes that ship with Culebra: one line each, but for those that {@link Classifiers} lists. */
public final class Recipes {
    private static final List<Recipe> ALL = Stream.concat(
                    Classifiers.recipes().stream(),
                    Stream.of(
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
                            JudgeRecipe.recipe()))
            .toList();

    private Recipes() {}

    /** All of them, in the order of the help. */
    public static List<Recipe> all() {
        return ALL;
    }
}
