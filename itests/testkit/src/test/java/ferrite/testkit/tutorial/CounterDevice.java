package ferrite.testkit.tutorial;

import ferrite.spi.context.Context;
import ferrite.spi.device.Device;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.plugin.Settings;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The smallest device: one register that counts. `CONTRIBUTING.md` walks through it.
///
/// Private opcodes: 128 reads the register (`extra` = value), 129 adds `additional1`.
final class CounterDevice implements Device, AsyncScheme {
    static final int READ = 128;
    static final int ADD = 129;

    private static final int STATE_VERSION = 1;

    private final Context context;
    private final SchemeName name;
    private @Nullable SchemeSocket socket;
    private long count;

    @Inject
    CounterDevice(Context context, Settings settings) {
        this.context = context;
        name = new SchemeName("hw." + settings.requiredText("name"));
    }

    @Override
    public void start() {
        socket = context.serve(name);
    }

    @Override
    public int poll(int budget) {
        return socket == null ? 0 : socket.poll(budget, this);
    }

    @Override
    public void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open _, Operation.Close _ -> request.complete(0);
            case Operation.Private(int opcode) when opcode == READ -> request.complete(0, count);
            case Operation.Private(int opcode)
            when opcode == ADD -> {
                count += request.additional1();
                request.complete(0);
            }
            default -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public void cancel(Request request) {
        request.fail(Errno.ECANCELED); // every request is answered in handle: never called
    }

    @Override
    public boolean isQuiet() {
        return true;
    }

    @Override
    public PluginState save() {
        return new PluginState(
                STATE_VERSION, ByteBuffer.allocate(Long.BYTES).putLong(count).array());
    }

    @Override
    public void restore(PluginState state) {
        if (state.version() != STATE_VERSION) {
            throw new SchemeException(Errno.EOPNOTSUPP, "state version " + state.version() + " of a counter");
        }
        if (state.bytes().length != Long.BYTES) {
            throw new SchemeException(Errno.EBADMSG, "state of a counter has " + state.bytes().length + " bytes");
        }
        count = ByteBuffer.wrap(state.bytes()).getLong();
        socket = context.serve(name);
    }

    @Override
    public void stop() {
        // the runtime closes the socket
    }
}
