package ferrite.runtime.scheme;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.Opcode;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Request;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// The operations `FutexWait` and `FutexWake` on 4 shared bytes, little-endian, at a multiple of 4.
///
/// Waiters are known by shared address, so contexts that hold slices of the same bytes meet. Naming bytes takes a
/// slice:
/// an address alone is none. Comparing and beginning to wait is one step to those who wake: whoever changes the bytes
/// first and wakes afterwards misses nobody.
final class Futexes implements AsyncScheme {
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle WORD = U32.varHandle();

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, LinkedHashSet<Request>> waiting = new HashMap<>();

    @Override
    public void handle(Request request) {
        BufferSlice word = request.buffer();
        if (word.length() != Integer.BYTES || word.address() % Integer.BYTES != 0) {
            request.fail(Errno.EINVAL);
        } else if (request.opcode() == Opcode.FUTEX_WAIT.code()) {
            await(request, word);
        } else {
            wake(request, word.address());
        }
    }

    @Override
    public void cancel(Request request) {
        boolean ours;
        lock.lock();
        try {
            ours = remove(request, request.address());
        } finally {
            lock.unlock();
        }
        if (ours) {
            request.fail(Errno.ECANCELED);
        }
    }

    private void await(Request request, BufferSlice word) {
        if (!word.access().canRead()) {
            request.fail(Errno.EACCES);
            return;
        }
        boolean equal;
        lock.lock();
        try {
            // ORDER: acquire; pairs with the waker's release of the word, which comes before its lock of the table.
            equal = (int) WORD.getAcquire(word.segment(), 0L) == (int) request.additional1();
            if (equal) {
                waiting.computeIfAbsent(word.address(), _ -> new LinkedHashSet<>())
                        .add(request);
            }
        } finally {
            lock.unlock();
        }
        if (!equal) {
            request.fail(Errno.EAGAIN);
        }
    }

    private void wake(Request request, long address) {
        long most = request.additional1();
        if (most < 0) {
            request.fail(Errno.EINVAL);
            return;
        }
        List<Request> woken = new ArrayList<>();
        lock.lock();
        try {
            LinkedHashSet<Request> here = waiting.get(address);
            if (here != null) {
                Iterator<Request> first = here.iterator();
                while (woken.size() < most && first.hasNext()) {
                    woken.add(first.next());
                }
                woken.forEach(each -> remove(each, address));
            }
        } finally {
            lock.unlock();
        }
        woken.forEach(each -> each.complete(0));
        request.complete(woken.size());
    }

    private boolean remove(Request request, long address) {
        LinkedHashSet<Request> here = waiting.get(address);
        if (here == null || !here.remove(request)) {
            return false;
        }
        if (here.isEmpty()) {
            waiting.remove(address);
        }
        return true;
    }
}
