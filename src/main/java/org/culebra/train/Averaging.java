package org.culebra.train;

/** How the figures of K classes become one; the names are scikit-learn's. */
public enum Averaging {
    /** The mean over all classes that occur among the truths or the predictions. */
    MACRO,
    /** Of the counts of all classes added up; with one class per example that is the accuracy. */
    MICRO,
    /** The mean over all classes, each weighted with how often it is the truth. */
    WEIGHTED
}
