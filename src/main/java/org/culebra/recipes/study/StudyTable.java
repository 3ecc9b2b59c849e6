package org.culebra.recipes.study;

import java.util.ArrayList;
import java.util.List;
import org.culebra.recipes.TextTable;

/** The table of a study: a row per variant. */
final class StudyTable {
    private StudyTable() {}

    static List<String> of(List<Measure> measures, List<Study.Trained> all) {
        var rows = new ArrayList<List<String>>();
        var head = new ArrayList<>(List.of("variant"));
        measures.forEach(measure -> head.add(measure.heading()));
        rows.add(head);
        for (Study.Trained each : all) {
            var row = new ArrayList<>(List.of(each.variant().what()));
            measures.forEach(measure -> row.add(measure.cell(each.courses())));
            long diverged = each.courses().stream().filter(Course::isDiverged).count();
            if (diverged > 0) {
                String share = each.courses().size() == 1
                        ? ""
                        : " " + diverged + " of " + each.courses().size();
                row.set(0, row.getFirst() + " (diverged" + share + ")");
            }
            rows.add(row);
        }
        return TextTable.aligned(rows);
    }
}
