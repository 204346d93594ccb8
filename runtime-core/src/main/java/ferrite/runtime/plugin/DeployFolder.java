package ferrite.runtime.plugin;

import jakarta.inject.Inject;
import java.io.File;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/// What a user does in the folder `deploy/`: a jar dropped there is installed, or swapped for the plug-in of its name;
/// a jar overwritten is swapped, with the incumbent running on if that fails; a jar deleted is uninstalled.
///
/// fileinstall watches the folder and calls from its own thread, through [#offerTo]. Failures are one line
/// in the log; the file is tried again when it changes.
public final class DeployFolder {
    private static final Logger LOG = System.getLogger(DeployFolder.class.getName());

    private final Deployment deployment;
    private final Map<Path, Deployed> deployed = new HashMap<>();

    private record Deployed(Bundle bundle, long bytes, long modifiedMillis) {
        boolean isOf(File file) {
            return bytes == file.length() && modifiedMillis == file.lastModified();
        }
    }

    @Inject
    DeployFolder(Deployment deployment) {
        this.deployment = deployment;
    }

    /// Takes what lies in the folder when the machine starts, before fileinstall looks.
    public void deployAll(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> jars =
                    files.filter(file -> canHandle(file.toFile())).sorted().toList();
            jars.forEach(jar -> update(jar.toFile()));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot list {0}: {1}", folder, e.getMessage());
        }
    }

    /// Offers this folder to fileinstall.
    ///
    /// @param fileInstall the resolved bundle, which defines the interface
    public void offerTo(Bundle fileInstall, BundleContext framework) {
        BundleInterface installer = BundleInterface.of(fileInstall, "org.apache.felix.fileinstall.ArtifactInstaller");
        Object service = installer.implement((method, arguments) -> {
            File file = (File) arguments.getFirst();
            switch (method) {
                case "canHandle" -> {
                    return canHandle(file);
                }
                case "install", "update" -> update(file);
                case "uninstall" -> uninstall(file);
                default -> throw new UnsupportedOperationException(method);
            }
            return null;
        });
        framework.registerService(installer.name(), service, null);
    }

    private static boolean canHandle(File file) {
        return file.getName().endsWith(".jar") && !PluginJar.isForeignBundle(file.toPath());
    }

    private synchronized void update(File file) {
        Path jar = file.toPath().toAbsolutePath().normalize();
        Deployed before = deployed.get(jar);
        if (before != null && before.isOf(file)) {
            return;
        }
        try {
            Deployed now = new Deployed(deployment.deploy(jar), file.length(), file.lastModified());
            deployed.put(jar, now);
            LOG.log(Level.INFO, "deploy/{0}: running", file.getName());
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "deploy/{0}: nothing changed: {1}", file.getName(), e.getMessage());
        }
    }

    private synchronized void uninstall(File file) {
        Deployed gone = deployed.remove(file.toPath().toAbsolutePath().normalize());
        if (gone != null && gone.bundle.getState() != Bundle.UNINSTALLED) {
            deployment.remove(gone.bundle);
            LOG.log(Level.INFO, "deploy/{0}: removed", file.getName());
        }
    }
}
