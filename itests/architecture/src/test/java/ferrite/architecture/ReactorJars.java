package ferrite.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.module.ModuleDescriptor;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/// Finds and reads the jars that the reactor built. A jar that is missing or older than its classes is a failure.
final class ReactorJars {
    private static final String MODULE_INFO = "module-info.class";
    private static final Map<String, ReactorJar> READ = new ConcurrentHashMap<>();

    private ReactorJars() {}

    /// Folders whose jars are the product: contracts, kernel, plug-ins, and the test kit, which is published too.
    static List<String> productFolders() {
        return SourceTree.mavenFolders().stream()
                .filter(folder -> !SourceTree.isAggregator(folder))
                .filter(folder -> !folder.equals("assembly"))
                .filter(folder -> !folder.startsWith("itests/") || folder.equals("itests/testkit"))
                .toList();
    }

    /// The jar that was built in a folder.
    static ReactorJar of(String folder) {
        return READ.computeIfAbsent(folder, ReactorJars::read);
    }

    private static ReactorJar read(String folder) {
        Path target = SourceTree.ROOT.resolve(folder).resolve("target");
        Path file = onlyJar(folder, target);
        List<ClassModel> classes = new ArrayList<>();
        List<String> resources = new ArrayList<>();
        ModuleDescriptor module = null;
        try (JarFile jar = new JarFile(file.toFile())) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                String name = entry.getName();
                if (!name.endsWith(".class")) {
                    resources.add(name);
                    continue;
                }
                byte[] bytes = jar.getInputStream(entry).readAllBytes();
                requireFresh(folder, target.resolve("classes").resolve(name), bytes);
                if (name.equals(MODULE_INFO)) {
                    module = ModuleDescriptor.read(ByteBuffer.wrap(bytes));
                } else {
                    classes.add(ClassFile.of().parse(bytes));
                }
            }
            if (module == null || classes.isEmpty()) {
                throw new AssertionError("%s lacks a module-info or classes: write them in %s, then run mvn package"
                        .formatted(SourceTree.ROOT.relativize(file), folder));
            }
            return new ReactorJar(folder, file, module, jar.getManifest().getMainAttributes(), classes, resources);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Path onlyJar(String folder, Path target) {
        List<Path> jars;
        if (Files.isDirectory(target)) {
            try (Stream<Path> files = Files.list(target)) {
                jars = files.filter(file -> file.toString().endsWith(".jar"))
                        .filter(file -> !file.toString().matches(".*-(sources|javadoc|tests)\\.jar"))
                        .toList();
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        } else {
            jars = List.of();
        }
        assertThat(jars)
                .as("jars of module %s in its target (none: run mvn package; several: mvn clean package)", folder)
                .hasSize(1);
        return jars.getFirst();
    }

    private static void requireFresh(String folder, Path compiled, byte[] packed) throws IOException {
        if (Files.isRegularFile(compiled)) {
            assertThat(Arrays.equals(Files.readAllBytes(compiled), packed))
                    .as("the jar of module %s is not made of %s/target/classes: run mvn package", folder, folder)
                    .isTrue();
        }
    }
}
