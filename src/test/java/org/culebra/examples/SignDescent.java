package org.culebra.examples;

import java.util.List;
import java.util.Map;
import org.culebra.optim.FusedOptimizer;
import org.culebra.optim.Group;
import org.culebra.optim.Option;
import org.culebra.optim.Rule;
import org.culebra.tensor.Tensor;

// @start region="optimizer"
/** w ← w − η·sign(g). */
public final class SignDescent extends FusedOptimizer<SignDescent> {
    private static final Rule RULE = Rule.of(
            "signDescent",
            List.of(), // no tensors go with the parameter,
            1, // and one number
            (w, g, x, s) -> List.of(w.sub(g.sign().mul(s.get(0)))),
            (group, state) -> new double[] {group.get(Option.LEARNING_RATE)});

    public SignDescent(List<Tensor> parameters) {
        super("SignDescent", parameters, Map.of(Option.LEARNING_RATE, .01));
    }

    @Override
    protected Rule rule(Group group) {
        return RULE;
    }
}
// @end
