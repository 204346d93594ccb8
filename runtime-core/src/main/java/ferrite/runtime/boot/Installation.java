package ferrite.runtime.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Where the parts of the distribution lie.
///
/// @param home the folder that holds `bin`, `conf`, `machines`, `system`, `deploy` and `data`
record Installation(Path home) {
    /// System property that the start script sets.
    static final String HOME_PROPERTY = "ferrite.home";

    /// The distribution that this program was started from.
    ///
    /// @throws BootException if nobody said where it is
    static Installation ofThisProgram() {
        String home = System.getProperty(HOME_PROPERTY);
        if (home == null) {
            throw new BootException("-D" + HOME_PROPERTY + " is missing; start through bin/ferrite");
        }
        return new Installation(Path.of(home).toAbsolutePath().normalize());
    }

    Path configuration() {
        return home.resolve("conf");
    }

    Path deploy() {
        return home.resolve("deploy");
    }

    Path data() {
        return home.resolve("data");
    }

    Path script() {
        return home.resolve("bin").resolve("ferrite");
    }

    /// Home of the shell: Gogo looks for its profile in `etc/` of it.
    Path shell() {
        return home.resolve("system");
    }

    /// The machine that a name or a path means: `usb-stick` is `machines/usb-stick.toml`.
    Path machine(String nameOrPath) {
        Path named = home.resolve("machines").resolve(nameOrPath + ".toml");
        boolean isName = nameOrPath.indexOf('/') < 0 && !nameOrPath.endsWith(".toml");
        return isName && Files.exists(named) ? named : Path.of(nameOrPath);
    }

    /// The plug-ins that come with the distribution.
    List<Path> plugins() {
        return jars(home.resolve("system").resolve("plugins"));
    }

    /// The third-party bundle whose file name begins with this name and a version.
    ///
    /// @throws BootException if it is not there
    Path bundle(String name) {
        return jars(home.resolve("system").resolve("bundles")).stream()
                .filter(jar -> jar.getFileName().toString().matches(name.replace(".", "\\.") + "-[0-9].*"))
                .findFirst()
                .orElseThrow(
                        () -> new BootException("system/bundles has no " + name + "; unpack the distribution again"));
    }

    private static List<Path> jars(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new BootException(folder + " cannot be listed; unpack the distribution again", e);
        }
    }
}
