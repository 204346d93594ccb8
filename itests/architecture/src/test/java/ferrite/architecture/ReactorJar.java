package ferrite.architecture;

import java.lang.classfile.ClassModel;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.stream.Collectors;

/// One jar as the reactor built it.
///
/// @param folder that it was built in, `bundles/xhcid`
/// @param file in that folder's `target`
/// @param module its module descriptor
/// @param manifest the main section of its manifest
/// @param classes its class files, but for `module-info`
/// @param resources names of its other files
record ReactorJar(
        String folder,
        Path file,
        ModuleDescriptor module,
        Attributes manifest,
        List<ClassModel> classes,
        List<String> resources) {

    /// Its classes by package.
    SortedMap<String, List<ClassModel>> packages() {
        return classes.stream()
                .collect(Collectors.groupingBy(
                        type -> ClassReferences.packageOf(ClassReferences.name(type)),
                        TreeMap::new,
                        Collectors.toList()));
    }
}
