package ferrite.benchmarks.host;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;

/// A shared library that may or may not be on this machine.
///
/// @param file as the dynamic loader finds it
public record NativeLibrary(String file) {

    /// The first of them that can be loaded.
    public static Optional<NativeLibrary> find(List<String> files) {
        return files.stream()
                .map(NativeLibrary::new)
                .filter(NativeLibrary::isPresent)
                .findFirst();
    }

    private boolean isPresent() {
        try {
            lookup();
            return true;
        } catch (IllegalArgumentException absent) {
            return false;
        }
    }

    /// A function that does not call back and returns soon: the call takes no transition of the thread's state.
    @SuppressWarnings("restricted")
    public MethodHandle shortFunction(String name, FunctionDescriptor descriptor) {
        return Linker.nativeLinker()
                .downcallHandle(lookup().findOrThrow(name), descriptor, Linker.Option.critical(false));
    }

    @SuppressWarnings("restricted")
    private SymbolLookup lookup() {
        return SymbolLookup.libraryLookup(file, Arena.global());
    }
}
