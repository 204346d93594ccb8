package ferrite.testkit.fake;

import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.Opcode;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The serving end of a scheme, and the way for a test to ask. What is asked arrives in order, at the scheme's next
/// polls.
public final class FakeSocket implements SchemeSocket {
    private final SchemeName name;
    private final BufferPool pool;
    private final ArrayDeque<Consumer<AsyncScheme>> arriving = new ArrayDeque<>();
    private final List<Request> handed = new ArrayList<>();
    private long nextId = 1;

    /// @param pool lends the bytes of paths
    public FakeSocket(SchemeName name, BufferPool pool) {
        this.name = name;
        this.pool = pool;
    }

    /// Asks, and gives the request its [Request#id].
    ///
    /// @return the request, to look at its answer
    public FakeRequest ask(FakeRequest request) {
        request.number(nextId++);
        arriving.add(scheme -> {
            handed.add(request);
            try {
                scheme.handle(request);
            } catch (SchemeException refused) {
                request.fail(refused.errno());
            }
        });
        return request;
    }

    /// Asks for an operation on a file.
    public FakeRequest ask(Opcode opcode, long file, BufferSlice buffer, long offset) {
        return ask(FakeRequest.of(opcode).file(file).offset(offset).buffer(buffer));
    }

    /// Asks to open a path, the part after the colon.
    ///
    /// @param flags [ferrite.spi.scheme.OpenFlags]
    public FakeRequest open(String path, long flags) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        BufferSlice slice = pool.acquire(Math.max(1, bytes.length), 1).slice(0, bytes.length);
        MemorySegment.copy(bytes, 0, slice.segment(), ValueLayout.JAVA_BYTE, 0, bytes.length);
        return ask(FakeRequest.of(Opcode.OPEN).offset(flags).buffer(slice));
    }

    /// The asker wants a request back.
    public void cancel(FakeRequest request) {
        arriving.add(scheme -> {
            if (request.isLive()) {
                scheme.cancel(request);
            }
        });
    }

    /// A ring of the serving context goes.
    public void detach(int ring) {
        arriving.add(scheme -> scheme.detached(ring));
    }

    @Override
    public SchemeName name() {
        return name;
    }

    @Override
    public int poll(int budget, AsyncScheme scheme) {
        int count = 0;
        while (count < budget && !arriving.isEmpty()) {
            arriving.removeFirst().accept(scheme);
            count++;
        }
        return count;
    }

    @Override
    public List<Request> outstanding() {
        handed.removeIf(request -> !request.isLive());
        return List.copyOf(handed);
    }

    @Override
    public void close() {}
}
