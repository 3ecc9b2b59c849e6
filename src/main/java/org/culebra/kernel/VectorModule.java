package org.culebra.kernel;

/** The one thing that the JVM must be told: to resolve the incubating module of the Vector API. */
final class VectorModule {
    private static final String MISSING =
            "Culebra needs the module jdk.incubator.vector, which this JVM started without: "
                    + "add --add-modules jdk.incubator.vector to the java command, "
                    + "or put Culebra on the module path, where no flag is needed.";

    private VectorModule() {}

    /**
     * Does nothing where the Vector API is there.
     *
     * @throws IllegalStateException where it is not, with the remedy
     */
    static void require() {
        try {
            Class.forName("jdk.incubator.vector.Vector", false, VectorModule.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(MISSING, e);
        }
    }
}
