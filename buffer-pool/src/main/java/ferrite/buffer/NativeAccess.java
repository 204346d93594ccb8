package ferrite.buffer;

/// Gives this module's native access to one more module by name, so that the runtime itself needs none.
public final class NativeAccess {
    private NativeAccess() {}

    /// Lets a module of a plug-in layer call native code. Called by the runtime when it makes the layer, before any code of
    /// the module runs.
    ///
    /// @param controller of the layer that the module is in
    // This module is the one that has native access.
    @SuppressWarnings("restricted")
    public static void grant(ModuleLayer.Controller controller, Module module) {
        controller.enableNativeAccess(module);
    }
}
