package ferrite.runtime.boot;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.jar.Manifest;
import picocli.CommandLine.IVersionProvider;

/// What `ferrite --version` prints.
final class ProgramVersion implements IVersionProvider {

    ProgramVersion() {
        // Made by picocli.
    }

    @Override
    public String[] getVersion() throws IOException {
        try (InputStream in = Main.class.getModule().getResourceAsStream("META-INF/MANIFEST.MF")) {
            String version =
                    in == null ? null : new Manifest(in).getMainAttributes().getValue("Bundle-Version");
            return new String[] {
                "ferrite " + Optional.ofNullable(version).orElse("(from classes)") + ", Java " + Runtime.version()
            };
        }
    }
}
