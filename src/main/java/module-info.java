/**
 * Culebra: tensors, automatic differentiation and deep learning in pure Java.
 *
 * <p>Exported is all that is meant for use; the insides of the kernels and of the recipes are not. Nothing but the JDK is needed by the engine;
 * the {@code culebra} command wants picocli, progressbar and XChart beside it, {@link org.culebra.data.Csv} commons-csv.
 */
module org.culebra {
    requires java.desktop;
    requires java.management;
    requires java.net.http;
    requires jdk.httpserver;
    requires jdk.incubator.vector;
    requires static info.picocli;
    requires static org.apache.commons.csv;
    requires static org.jspecify;
    requires static me.tongfei.progressbar;
    requires static org.knowm.xchart;

    exports org.culebra.check;
    exports org.culebra.cli;
    exports org.culebra.data;
    exports org.culebra.distributions;
    exports org.culebra.io;
    exports org.culebra.kernel.expression;
    exports org.culebra.memory;
    exports org.culebra.models;
    exports org.culebra.nn;
    exports org.culebra.optim;
    exports org.culebra.recipes;
    exports org.culebra.recipes.judge;
    exports org.culebra.recipes.latent;
    exports org.culebra.recipes.shipped;
    exports org.culebra.report;
    exports org.culebra.tensor;
    exports org.culebra.train;

    opens org.culebra.cli to
            info.picocli;
}
