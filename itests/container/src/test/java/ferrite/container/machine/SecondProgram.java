package ferrite.container.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Another process that runs `ferrite settle`: starts a machine and ends.
///
/// @param exitCode 0 if the machine settled, 3 if it could not be started
/// @param output what it said
public record SecondProgram(int exitCode, String output) {

    /// Runs it to its end.
    ///
    /// @param home folder for a distribution made of what the build made
    public static SecondProgram settle(Path home, String... options) throws IOException, InterruptedException {
        copy(Reactor.source("assembly/machines"), home.resolve("machines"));
        copy(Reactor.source("assembly/conf"), home.resolve("conf"));
        Files.createDirectories(home.resolve("deploy"));
        Path plugins = Files.createDirectories(home.resolve("system").resolve("plugins"));
        for (Path jar : Reactor.plugins()) {
            Files.copy(jar, plugins.resolve(jar.getFileName()));
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--illegal-native-access=deny",
                "--sun-misc-unsafe-memory-access=deny",
                "--enable-native-access=ferrite.buffer",
                "-Dferrite.home=" + home,
                "--module-path",
                Reactor.modules().toString(),
                "--add-modules",
                "ferrite.hw",
                "--module",
                "ferrite.runtime/ferrite.runtime.boot.Main",
                "settle"));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new SecondProgram(process.waitFor(), output);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
