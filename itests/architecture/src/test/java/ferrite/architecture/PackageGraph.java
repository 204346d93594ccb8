package ferrite.architecture;

import java.lang.classfile.ClassModel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which package of a module names which other package of it.
final class PackageGraph {
    private final SortedMap<String, SortedSet<String>> arrows = new TreeMap<>();

    /// @param ignored references that do not count, by the class that makes them
    PackageGraph(ReactorJar jar, Map<String, Set<String>> ignored) {
        Set<String> own = jar.packages().keySet();
        for (ClassModel type : jar.classes()) {
            String name = ClassReferences.name(type);
            SortedSet<String> to = arrows.computeIfAbsent(ClassReferences.packageOf(name), _ -> new TreeSet<>());
            for (String target : ClassReferences.classes(type)) {
                String targetPackage = ClassReferences.packageOf(target);
                if (own.contains(targetPackage)
                        && !ignored.getOrDefault(name, Set.of()).contains(target)) {
                    to.add(targetPackage);
                }
            }
        }
        arrows.forEach((from, to) -> to.remove(from));
    }

    /// One cycle for each package that reaches itself, written `a → b → a`.
    List<String> cycles() {
        List<String> cycles = new ArrayList<>();
        for (String start : arrows.keySet()) {
            Deque<String> way = new ArrayDeque<>();
            if (leadsBack(start, start, way, new HashSet<>())) {
                way.addFirst(start);
                cycles.add(String.join(" → ", way));
            }
        }
        return cycles;
    }

    private boolean leadsBack(String from, String start, Deque<String> way, Set<String> seen) {
        for (String next : arrows.getOrDefault(from, new TreeSet<>())) {
            if (next.equals(start) || seen.add(next) && leadsBack(next, start, way, seen)) {
                way.addFirst(next);
                return true;
            }
        }
        return false;
    }
}
