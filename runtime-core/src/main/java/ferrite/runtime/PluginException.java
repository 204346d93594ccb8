package ferrite.runtime;

/// A plug-in could not be launched, swapped or stopped. The message names the instance, its state and the next step;
/// everything else goes on.
public final class PluginException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PluginException(String message) {
        super(message);
    }

    public PluginException(String message, Throwable cause) {
        super(message, cause);
    }
}
