package ferrite.runtime.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecondBuildTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void secondBuildHasTheSameFilesAndAHigherVersion() throws IOException {
        Path first = folder.resolve("first.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-Version", "1.2.3.SNAPSHOT");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(first), manifest)) {
            out.putNextEntry(new JarEntry("a/b.class"));
            out.write(new byte[] {1, 2, 3});
        }

        Path second = SecondBuild.of(first, folder.resolve("second"));

        try (JarFile jar = new JarFile(second.toFile())) {
            assertThat(jar.getManifest().getMainAttributes().getValue("Bundle-Version"))
                    .isEqualTo("1.2.4");
            assertThat(jar.getInputStream(jar.getJarEntry("a/b.class")).readAllBytes())
                    .containsExactly(1, 2, 3);
        }
    }
}
