package org.culebra.train;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.culebra.optim.State;
import org.culebra.tensor.Tensor;

/** Which warnings stand: each begins once, with what was so then, and ends when its rule no longer holds. */
final class HealthWarnings {
    /** How often in a row each was due that has not begun. */
    private final Map<String, Integer> due = new LinkedHashMap<>();

    private final Map<String, String> standing = new LinkedHashMap<>();

    /** Returns the lines that this makes: warnings that begin and, after "no longer: ", those that end. */
    List<String> update(List<HealthRules.Finding> findings) {
        var lines = new ArrayList<String>();
        var held = new LinkedHashSet<String>();
        for (HealthRules.Finding finding : findings) {
            String key = finding.key();
            if (standing.containsKey(key)) {
                if (finding.holds()) {
                    held.add(key);
                }
            } else if (!finding.begins()) {
                due.remove(key);
            } else if (due.merge(key, 1, Integer::sum) >= finding.patience()) {
                due.remove(key);
                held.add(key);
                standing.put(key, finding.text());
                lines.add(finding.text());
            }
        }
        due.keySet()
                .removeIf(key ->
                        findings.stream().noneMatch(finding -> finding.key().equals(key)));
        standing.forEach((key, text) -> {
            if (!held.contains(key)) {
                lines.add("no longer: " + text);
            }
        });
        standing.keySet().retainAll(held);
        return lines;
    }

    List<String> standing() {
        return List.copyOf(standing.values());
    }

    void save(State into) {
        due.forEach((key, count) -> into.numbers().put("due." + key, (double) count));
        standing.forEach(
                (key, text) -> into.tensors().put("standing." + key, Tensor.of(text.getBytes(StandardCharsets.UTF_8))));
    }

    void load(State from) {
        due.clear();
        standing.clear();
        from.under("due").numbers().forEach((key, count) -> due.put(key, count.intValue()));
        from.under("standing")
                .tensors()
                .forEach((key, text) -> standing.put(key, new String(text.toByteArray(), StandardCharsets.UTF_8)));
    }
}
