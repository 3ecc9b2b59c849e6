package org.culebra.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import org.culebra.memory.MemoryLimitException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What went wrong, in one sentence. */
final class Failures {
    private Failures() {}

    /** Says why a run failed; {@code -Dculebra.debug=1} adds where. */
    static int report(Throwable failure, PrintWriter err) {
        Throwable cause = cause(failure);
        err.println("culebra: " + sentence(cause));
        if (Integer.getInteger("culebra.debug", 0) > 0) {
            cause.printStackTrace(err);
        }
        err.flush();
        return ExitCode.SOFTWARE;
    }

    /** Says what is wrong with a command line, and where to read more. */
    static int reportUsage(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("culebra: " + failure.getMessage());
        UnmatchedArgumentException.printSuggestions(failure, err);
        err.println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
        err.flush();
        return ExitCode.USAGE;
    }

    /** The failure itself, out of what it was wrapped in on its way. */
    private static Throwable cause(Throwable failure) {
        boolean isWrapping = failure instanceof UncheckedIOException || failure instanceof ExceptionInInitializerError;
        Throwable cause = failure.getCause();
        return isWrapping && cause != null ? cause(cause) : failure;
    }

    private static String sentence(Throwable failure) {
        return switch (failure) {
            case NoSuchFileException e -> "there is no file " + e.getFile();
            case AccessDeniedException e -> "no permission to use " + e.getFile();
            case FileAlreadyExistsException e -> "there is already a file " + e.getFile();
            case InvalidPathException e -> noPath(e);
            case IOException e -> named(e, "reading or writing failed");
            case OutOfMemoryError e -> "out of memory: " + named(e, "the Java heap is full");
            default -> named(failure, failure.getClass().getSimpleName());
        };
    }

    /** What is wrong with a text that names no file. */
    static String noPath(InvalidPathException failure) {
        String text = "'" + failure.getInput() + "' can be no path on this system";
        return failure.getReason().contains("unmappable")
                ? text + ": its encoding, " + System.getProperty("sun.jnu.encoding")
                        + ", lacks a character of it; set LC_ALL to C.UTF-8, for instance"
                : text + ", for a character of it";
    }

    private static String named(Throwable failure, String otherwise) {
        @Nullable String message = failure.getMessage();
        if (message == null) {
            return otherwise;
        }
        boolean isExpected = failure instanceof IOException
                || failure instanceof IllegalArgumentException
                || failure instanceof IllegalStateException
                || failure instanceof MemoryLimitException
                || failure instanceof OutOfMemoryError;
        return isExpected ? message : failure.getClass().getSimpleName() + ": " + message;
    }
}
