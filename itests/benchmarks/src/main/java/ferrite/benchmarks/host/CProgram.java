package ferrite.benchmarks.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A C source of this module, compiled at the first use by the machine's gcc.
public final class CProgram {
    private static final String COMPILER = "gcc";

    private final String source;
    private final List<String> flags;
    private final Path folder;

    /// @param source resource beside the package `ferrite.benchmarks`, `ring.c`
    /// @param folder for the program
    /// @param flags beside `-O3 -march=native`, libraries last
    public CProgram(String source, Path folder, String... flags) {
        this.source = source;
        this.folder = folder;
        this.flags = List.of(flags);
    }

    /// @return its lines on standard output
    /// @throws IOException if it cannot be compiled or fails; the message is what it or the compiler said
    public List<String> run(List<String> arguments) throws IOException {
        Path program = folder.resolve(source.replace(".c", ""));
        if (!Files.exists(program)) {
            compile(program);
        }
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        return execute(command);
    }

    private void compile(Path program) throws IOException {
        Path text = folder.resolve(source);
        try (InputStream resource = CProgram.class.getResourceAsStream("/ferrite/benchmarks/" + source)) {
            if (resource == null) {
                throw new IllegalStateException("no resource " + source + "; build the benchmarks again");
            }
            Files.write(text, resource.readAllBytes());
        }
        List<String> command =
                new ArrayList<>(List.of(COMPILER, "-O3", "-march=native", "-o", program.toString(), text.toString()));
        command.addAll(flags);
        execute(command);
    }

    private List<String> execute(List<String> command) throws IOException {
        Path errors = folder.resolve(source + ".errors");
        Process process;
        try {
            process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        } catch (IOException absent) {
            throw new IOException("no " + command.getFirst() + " here", absent);
        }
        try {
            List<String> lines = process.inputReader().readAllLines();
            int status = process.waitFor();
            if (status != 0) {
                throw new IOException(source + " fails: "
                        + Files.readString(errors).lines().findFirst().orElse("status " + status));
            }
            return lines;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(source + " was interrupted", interrupted);
        }
    }
}
