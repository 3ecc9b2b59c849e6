package org.culebra.kernel.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.culebra.kernel.Strided;
import org.culebra.kernel.expression.Expression;
import org.culebra.kernel.expression.Lowering;
import org.culebra.kernel.expression.Program;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

class FarLanesTest {

    @Test
    void aFewHugeLanesAmongOrdinaryOnes() {
        var random = new Random(7);
        Expression x = Expression.input(0);
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            Strided input = Layouts.dense(dtype, 133);
            for (int i = 0; i < 133; i++) {
                double scale = random.nextInt(10) == 0 ? Math.scalb(1.0, random.nextInt(16, 127)) : 8;
                Layouts.set(input, i, random.nextGaussian() * scale);
            }
            for (Expression function : List.of(x.sin(), x.cos(), x.tan())) {
                Program program = Lowering.lower(List.of(function), dtype, 1, 0);
                for (Loops loops : MapTest.allLoops()) {
                    Strided output = Layouts.dense(dtype, 133);
                    loops.map(program, new double[0], 0, new Strided[] {input}, new Strided[] {output});
                    var oracle = new ProgramOracle(program);
                    for (int i = 0; i < 133; i++) {
                        double[] at = {Layouts.get(input, i)};
                        assertEquals(oracle.floating(at, new double[0])[0], Layouts.get(output, i));
                    }
                }
            }
        }
    }
}
