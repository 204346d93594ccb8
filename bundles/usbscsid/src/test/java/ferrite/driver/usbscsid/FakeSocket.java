package ferrite.driver.usbscsid;

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

/// The serving end of a scheme, and the way for a test to ask.
final class FakeSocket implements SchemeSocket {
    private final SchemeName name;
    private final FakePool pool;
    private final ArrayDeque<Consumer<AsyncScheme>> arriving = new ArrayDeque<>();
    private final List<FakeRequest> handed = new ArrayList<>();
    private long nextId = 1;

    FakeSocket(SchemeName name, FakePool pool) {
        this.name = name;
        this.pool = pool;
    }

    /// A request that the scheme gets at its next poll.
    FakeRequest ask(FakeRequest request) {
        request.id = nextId++;
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

    FakeRequest ask(Opcode opcode, long file, BufferSlice buffer, long offset) {
        return ask(FakeRequest.of(opcode.code()).file(file).offset(offset).buffer(buffer));
    }

    FakeRequest open(String path, long flags) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        BufferSlice slice = pool.acquire(Math.max(1, bytes.length), 1).slice(0, bytes.length);
        MemorySegment.copy(bytes, 0, slice.segment(), ValueLayout.JAVA_BYTE, 0, bytes.length);
        return ask(FakeRequest.of(Opcode.OPEN.code()).offset(flags).buffer(slice));
    }

    /// The asker wants a request back.
    void cancel(FakeRequest request) {
        arriving.add(scheme -> scheme.cancel(request));
    }

    void detach(int ring) {
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
        return handed.stream()
                .filter(FakeRequest::isLive)
                .map(Request.class::cast)
                .toList();
    }

    @Override
    public void close() {}
}
