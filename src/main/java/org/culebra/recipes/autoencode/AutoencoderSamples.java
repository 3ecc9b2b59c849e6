package org.culebra.recipes.autoencode;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.culebra.models.LatentNormal;
import org.culebra.recipes.Job;
import org.culebra.recipes.Pieces;
import org.culebra.recipes.Training;
import org.culebra.recipes.judge.Judge;
import org.culebra.recipes.judge.Yardstick;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.FrechetDistance;

/**
 * What comes out when latents are drawn from N(m, Σ), fitted to those of the training images, beside what would come out if they were taken for
 * independent, and beside the reconstructions, better than which no sampling can be.
 */
final class AutoencoderSamples {
    private static final int COLUMNS = 10;
    private static final long CHUNK = 1000;

    private AutoencoderSamples() {}

    static Map<String, Object> look(Autoencoding.Trained trained) throws IOException {
        Images images = trained.images();
        Job job = trained.job();
        LatentNormal model = trained.model();
        Yardstick yardstick = images.yardstick(job, 0);
        Judge judge = yardstick.judge();
        Tensor real = yardstick.real();
        long count = yardstick.count();
        Tensor noise = Tensor.normal(Random.seeded(job.get(Training.SEED)).split(), 0, 1, count, model.latents());
        Tensor latents = model.latents(noise);
        Tensor samples = Pieces.map(latents, CHUNK, trained::decode);
        // Of the same variances, without the covariances.
        Tensor mean = Tape.scoped(() -> latents.mean(true, 0));
        Tensor deviation = Tape.scoped(() -> latents.standardDeviation(0, true, 0));
        Tensor independent = Pieces.map(noise.mul(deviation).add(mean), CHUNK, trained::decode);
        Tensor reconstructions = Pieces.map(trained.latents(images.test()), CHUNK, trained::decode);

        var figures = new LinkedHashMap<String, Object>(yardstick.measure(samples));
        double ofIndependent = distance(judge, real, independent);
        double ofReconstructions = distance(judge, real, reconstructions);
        figures.put("frechet_distance_independent", ofIndependent);
        figures.put("frechet_distance_reconstructions", ofReconstructions);
        Yardstick.say(job.out(), figures);
        job.say(
                "Fréchet distance: %.2f of samples, %.2f of latents taken for independent, %.2f of reconstructions",
                Training.number(figures, "frechet_distance"), ofIndependent, ofReconstructions);
        LatentPictures.write(
                job.run(), "samples", "Samples", samples.narrow(0, 0, Math.min(count, COLUMNS * COLUMNS)), COLUMNS);
        LatentPictures.write(
                job.run(),
                "independent",
                "Samples of latents taken for independent",
                independent.narrow(0, 0, Math.min(count, COLUMNS * COLUMNS)),
                COLUMNS);
        return figures;
    }

    private static double distance(Judge judge, Tensor real, Tensor fake) {
        return FrechetDistance.of(judge.features(real), judge.features(fake));
    }
}
