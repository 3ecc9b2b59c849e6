package org.culebra.recipes;

import java.util.ArrayList;
import java.util.List;

/** A table in plain lines, in the form of Markdown. */
public final class TextTable {
    private TextTable() {}

    /** Rows as lines, the first one as the heading. */
    public static List<String> aligned(List<List<String>> rows) {
        var lines = new ArrayList<String>();
        for (List<String> row : rows) {
            lines.add(line(row, rows));
            if (lines.size() == 1) {
                lines.add(rule(rows));
            }
        }
        return lines;
    }

    private static int width(int column, List<List<String>> rows) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private static String line(List<String> row, List<List<String>> rows) {
        var line = new StringBuilder("|");
        for (int k = 0; k < row.size(); k++) {
            String blanks = " ".repeat(width(k, rows) - row.get(k).length());
            line.append(' ')
                    .append(k == 0 ? row.get(k) + blanks : blanks + row.get(k))
                    .append(" |");
        }
        return line.toString();
    }

    private static String rule(List<List<String>> rows) {
        var line = new StringBuilder("|");
        for (int k = 0; k < rows.getFirst().size(); k++) {
            line.append("-".repeat(width(k, rows) + 1)).append(k == 0 ? "-|" : ":|");
        }
        return line.toString();
    }
}
