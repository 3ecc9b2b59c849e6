package org.culebra.io;

import static org.culebra.io.FormatException.quote;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the one kind of Python dictionary that an npy header may be: {@code {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }}. */
final class NpyDictionary {
    private final String text;
    private int at;

    private @Nullable String descriptor;
    private @Nullable Boolean fortranOrder;
    private long @Nullable [] shape;

    private NpyDictionary(String text) {
        this.text = text;
    }

    static NpyHeader parse(String text) throws FormatException {
        return new NpyDictionary(text).header();
    }

    private NpyHeader header() throws FormatException {
        expect("{");
        while (!next("}")) {
            member();
            if (!next(",")) {
                expect("}");
                break;
            }
        }
        skipSpace();
        if (at < text.length()) {
            throw expected("the end");
        }
        if (descriptor == null || fortranOrder == null || shape == null) {
            throw new FormatException("its header lacks descr, fortran_order or shape");
        }
        Coding coding = NpyHeader.coding(descriptor);
        long bytes = coding.byteSize();
        for (long dim : shape) {
            if (Math.multiplyHigh(bytes, dim) != 0 || bytes * dim < 0) {
                throw new FormatException("its shape is of more bytes than can be counted");
            }
            bytes *= dim;
        }
        return new NpyHeader(coding, fortranOrder, shape, bytes);
    }

    private void member() throws FormatException {
        String key = string();
        expect(":");
        switch (key) {
            case "descr" -> {
                requireFirst(key, descriptor);
                descriptor = string();
            }
            case "fortran_order" -> {
                requireFirst(key, fortranOrder);
                fortranOrder = truth();
            }
            case "shape" -> {
                requireFirst(key, shape);
                shape = tuple();
            }
            default -> throw new FormatException("its header has an unknown key " + quote(key));
        }
    }

    private static void requireFirst(String key, @Nullable Object before) throws FormatException {
        if (before != null) {
            throw new FormatException("its header has " + key + " twice");
        }
    }

    private String string() throws FormatException {
        skipSpace();
        char mark = at < text.length() ? text.charAt(at) : 0;
        int end = mark == '\'' || mark == '"' ? text.indexOf(mark, at + 1) : -1;
        if (end < 0) {
            throw expected("a string");
        }
        String content = text.substring(at + 1, end);
        at = end + 1;
        return content;
    }

    private boolean truth() throws FormatException {
        if (next("True")) {
            return true;
        }
        if (next("False")) {
            return false;
        }
        throw expected("True or False");
    }

    private long[] tuple() throws FormatException {
        List<Long> dims = new ArrayList<>();
        expect("(");
        boolean comma = true;
        while (!next(")")) {
            if (!comma) {
                throw expected("a comma");
            }
            dims.add(number());
            comma = next(",");
        }
        if (dims.size() == 1 && !comma) {
            throw new FormatException("its shape is a number and not a tuple");
        }
        return dims.stream().mapToLong(dim -> dim).toArray();
    }

    private long number() throws FormatException {
        skipSpace();
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == start || at - start > 18) {
            at = start;
            throw expected("a whole number from 0 to 10^18");
        }
        long number = Long.parseLong(text.substring(start, at));
        next("L"); // Python 2 wrote long integers so
        return number;
    }

    private void skipSpace() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n')) {
            at++;
        }
    }

    private boolean next(String token) {
        skipSpace();
        boolean there = text.startsWith(token, at);
        at += there ? token.length() : 0;
        return there;
    }

    private void expect(String token) throws FormatException {
        if (!next(token)) {
            throw expected("'" + token + "'");
        }
    }

    private FormatException expected(String what) {
        String found = at < text.length() ? quote(text.substring(at, at + 1)) : "the end";
        return new FormatException("its header is not a Python dictionary, expected " + what + " at character " + at
                + " but found " + found);
    }
}
