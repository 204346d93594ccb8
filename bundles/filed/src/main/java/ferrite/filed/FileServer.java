package ferrite.filed;

import ferrite.filed.host.ChannelIo;
import ferrite.filed.host.HostFile;
import ferrite.filed.host.HostFolder;
import ferrite.filed.host.HostIo;
import ferrite.filed.host.OpenMode;
import ferrite.filed.host.UringIo;
import ferrite.spi.context.Context;
import ferrite.spi.driver.Driver;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.plugin.Settings;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The server's life. At a swap it first ends what the host has in its hands; open files go to the successor, with
/// their descriptors and locks.
final class FileServer implements Driver {
    static final SchemeName SCHEME = new SchemeName("file");

    private static final System.Logger LOG = System.getLogger(FileServer.class.getName());

    /// What exists while the server runs.
    private record Running(
            SchemeSocket socket, HostFolder folder, HostIo io, HostWork work, OpenFiles files, FileScheme scheme) {}

    private final Context context;
    private final Settings table;
    private final Supplier<HostIo> uring;
    private final Consumer<String> notice;
    private final PollClock clock;
    private @Nullable Running running;

    @Inject
    FileServer(Context context, Settings settings) {
        this(context, settings, UringIo::open, message -> LOG.log(Level.INFO, message));
    }

    /// @param uring opens the host's io_uring, or says why not
    /// @param notice of what whoever runs this should know
    FileServer(Context context, Settings settings, Supplier<HostIo> uring, Consumer<String> notice) {
        this.context = context;
        this.table = settings;
        this.uring = uring;
        this.notice = notice;
        this.clock = new PollClock(context);
    }

    @Override
    public void start() {
        FiledSettings settings = FiledSettings.of(table);
        running = run(settings, new OpenFiles(1), openIo(settings, true));
    }

    private Running run(FiledSettings settings, OpenFiles files, HostIo io) {
        HostFolder folder = null;
        try {
            folder = HostFolder.open(settings.root(), !io.needsDescriptors());
            HostWork work = new HostWork(context);
            FileScheme scheme = new FileScheme(settings, folder, io, work, files);
            return new Running(context.serve(SCHEME), folder, io, work, files, scheme);
        } catch (RuntimeException failed) {
            io.close();
            if (folder != null) {
                folder.close();
            }
            throw failed;
        }
    }

    /// @param tell whether to log that the host has no io_uring for us
    private HostIo openIo(FiledSettings settings, boolean tell) {
        if (settings.io() == FiledSettings.Io.CHANNEL) {
            return new ChannelIo(context);
        }
        try {
            if (!HostFolder.hasDescriptors()) {
                throw new SchemeException(Errno.ENOSYS, "openat2, or /proc");
            }
            return uring.get();
        } catch (SchemeException refused) {
            if (settings.io() == FiledSettings.Io.URING) {
                throw refused;
            }
            if (tell) {
                notice.accept("file: the host has no io_uring for us (" + refused.getMessage()
                        + "); files go through FileChannel on virtual threads");
            }
            return new ChannelIo(context);
        }
    }

    @Override
    public int poll(int budget) {
        Running now = running();
        try {
            int found = now.work().poll() + now.io().poll();
            found += now.socket().poll(budget, now.scheme());
            found += now.io().poll();
            clock.plan(now.io().needsPolling(), found > 0);
            return found;
        } catch (RuntimeException | Error broken) {
            // The runtime frees the memory of our clients next: the host must have let go of it before.
            now.io().close();
            throw broken;
        }
    }

    @Override
    public boolean isQuiet() {
        Running now = running();
        return now.io().inFlight() == 0 && now.work().isIdle();
    }

    @Override
    public PluginState save() {
        Running now = running();
        PluginState state = FiledState.of(now.files()).encode();
        running = null;
        end(now, true);
        return state;
    }

    @Override
    public void restore(PluginState state) {
        FiledState saved = FiledState.decode(state);
        FiledSettings settings = FiledSettings.of(table);
        Running successor = run(settings, new OpenFiles(saved.nextNumber()), openIo(settings, false));
        try {
            saved.files().forEach((number, file) -> successor.files().put(number, adopt(file, settings, successor)));
        } catch (RuntimeException failed) {
            end(successor, true);
            throw failed;
        }
        running = successor;
    }

    private static OpenFile adopt(FiledState.Entry entry, FiledSettings settings, Running successor) {
        Map<String, Path> exports = settings.exports();
        Optional<Path> export = entry.export() ? Optional.ofNullable(exports.get(entry.path())) : Optional.empty();
        if (entry.export() && export.isEmpty()) {
            throw new SchemeException(Errno.EBADMSG, "filed state: no export " + entry.path());
        }
        OpenMode mode = OpenMode.of(entry.flags());
        HostFile file = successor.folder().adopt(entry.host(), entry.path(), export, mode);
        return new OpenFile(file, mode, entry.export(), entry.ring());
    }

    /// The incumbent has the files.
    @Override
    public void letGo() {
        Running now = running;
        running = null;
        if (now != null) {
            end(now, true);
        }
    }

    @Override
    public void stop() {
        Running now = running;
        running = null;
        if (now != null) {
            end(now, false);
        }
    }

    /// @param handedOver whether another instance has the files
    private static void end(Running last, boolean handedOver) {
        last.io().close();
        last.work().close();
        if (handedOver) {
            last.files().leaveAll();
        } else {
            last.files().closeAll();
        }
        last.folder().close();
    }

    private Running running() {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException("filed has not been started");
        }
        return now;
    }
}
