package org.culebra.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.culebra.data.Batch;
import org.culebra.data.Loader;
import org.culebra.memory.Scope;
import org.culebra.nn.Mode;
import org.culebra.optim.State;
import org.culebra.tensor.Tensor;

/**
 * min over θ of the mean over examples of max over ‖δ‖ ≤ ε of ℓ(f(x + δ), y): a classifier learns from inputs that are made, at each
 * step, to mislead it as it is (Madry et al. 2018, equation 2.1).
 *
 * <pre>{@code
 * var task = AdversarialTraining.of(Supervised.classifier(model, optimizer), ProjectedGradient.of(.1, 7));
 * }</pre>
 */
public final class AdversarialTraining implements Task {
    private final Supervised inner;
    private final ProjectedGradient attack;
    private final boolean mixed;

    private AdversarialTraining(Supervised inner, ProjectedGradient attack, boolean mixed) {
        this.inner = inner;
        this.attack = attack;
        this.mixed = mixed;
    }

    /** How a classifier learns, and what it is to withstand. */
    public static AdversarialTraining of(Supervised inner, ProjectedGradient attack) {
        return new AdversarialTraining(inner, attack, false);
    }

    /** The same with each input as it is in the batch, too: ½·ℓ(x) + ½·ℓ(x + δ) (Goodfellow et al. 2015, section 6). */
    public AdversarialTraining mixed() {
        return new AdversarialTraining(inner, attack, true);
    }

    @Override
    public Map<String, Double> step(Batch batch, Mode mode) {
        try (Scope _ = Scope.open("adversarial training")) {
            Tensor attacked = attack.attack(inner.model(), batch.inputs(), batch.targets(), mode.random());
            return inner.step(
                    mixed
                            ? new Batch(
                                    Tensor.concat(0, batch.inputs(), attacked),
                                    Tensor.concat(0, batch.targets(), batch.targets()))
                            : new Batch(attacked, batch.targets()),
                    mode);
        }
    }

    @Override
    public void epochDone() {
        inner.epochDone();
    }

    /** Of the inputs as they are. */
    @Override
    public Map<String, Double> evaluate(Loader data) {
        return inner.evaluate(data);
    }

    @Override
    public boolean isWhole() {
        return inner.isWhole();
    }

    @Override
    public State state() {
        return inner.state();
    }

    @Override
    public void load(State state) {
        inner.load(state);
    }

    @Override
    public Map<String, String> signature() {
        var all = new LinkedHashMap<>(inner.signature());
        all.put("attack", attack + (mixed ? " and without" : ""));
        return all;
    }
}
