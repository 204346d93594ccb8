package ferrite.runtime.plugin;

import java.nio.file.Path;

/// A file that cannot be used as a plug-in. The message names the file, what is wrong with it and what would be right.
public final class PluginJarException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// What is wrong with the file.
    public enum Problem {
        /// Not a jar, or only a part of one.
        TRUNCATED,
        /// A jar without a readable `module-info.class`.
        NO_MODULE_INFO,
        /// A module that provides neither a driver nor a device.
        NOTHING_PROVIDED,
        /// It requires a module that is neither in the runtime nor in another plug-in.
        MODULE_ABSENT,
        /// A class that `module-info` names is missing or does not fit the contract.
        CLASS_MISSING,
        /// The provider's constructor or one of its methods failed.
        PROVIDER_FAILED,
        /// The plug-in is not the one that was asked for.
        WRONG_PLUGIN
    }

    private final Problem problem;

    PluginJarException(Problem problem, Path jar, String message) {
        super("plug-in jar " + jar.getFileName() + ": " + message);
        this.problem = problem;
    }

    PluginJarException(Problem problem, Path jar, String message, Throwable cause) {
        this(problem, jar, message);
        initCause(cause);
    }

    /// What is wrong with the file.
    public Problem problem() {
        return problem;
    }
}
