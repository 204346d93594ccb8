package ferrite.runtime.boot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Version;

/// Makes another build of a plug-in out of its jar: the same classes under a new version and a new time of build.
final class SecondBuild {
    private static final String VERSION = "Bundle-Version";
    private static final String STAMP = "Build-Timestamp";

    private SecondBuild() {}

    /// @param jar the first build
    /// @param folder where the second one is put, under the same name
    static Path of(Path jar, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path copy = folder.resolve(jar.getFileName());
        try (JarFile from = new JarFile(jar.toFile())) {
            Manifest manifest = new Manifest(from.getManifest());
            Attributes attributes = manifest.getMainAttributes();
            Version version = Version.parseVersion(attributes.getValue(VERSION));
            attributes.putValue(
                    VERSION, new Version(version.getMajor(), version.getMinor(), version.getMicro() + 1).toString());
            attributes.putValue(STAMP, Instant.now().toString());
            try (JarOutputStream to = new JarOutputStream(Files.newOutputStream(copy), manifest)) {
                List<JarEntry> entries = Collections.list(from.entries());
                for (JarEntry entry : entries) {
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        to.putNextEntry(new JarEntry(entry.getName()));
                        try (InputStream in = from.getInputStream(entry)) {
                            in.transferTo(to);
                        }
                        to.closeEntry();
                    }
                }
            }
        }
        return copy;
    }
}
