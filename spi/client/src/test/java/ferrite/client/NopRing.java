package ferrite.client;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.ring.CompletionHandler;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.CompletionSink;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SubmissionQueueEntry;

/// A ring that answers everything with the offset, at the next enter, and allocates nothing.
final class NopRing implements ConsumerInstance {
    private final long[] sentTags = new long[64];
    private final long[] sentOffsets = new long[64];
    private final long[] doneTags = new long[64];
    private final long[] doneStatus = new long[64];
    private int sent;
    private int done;

    @Override
    public int id() {
        return 1;
    }

    @Override
    public RingState state() {
        return RingState.OPEN;
    }

    @Override
    public boolean submit(SubmissionQueueEntry entry) {
        return submit(entry, entry.userData());
    }

    @Override
    public boolean submit(SubmissionQueueEntry entry, BufferSlice buffer) {
        return submit(entry, buffer, entry.userData(), entry.offset());
    }

    @Override
    public boolean submit(SubmissionQueueEntry entry, long userData) {
        return push(userData, entry.offset());
    }

    @Override
    public boolean submit(SubmissionQueueEntry entry, BufferSlice buffer, long userData, long offset) {
        return push(userData, offset);
    }

    private boolean push(long tag, long offset) {
        if (sent + done == sentTags.length) {
            return false;
        }
        sentTags[sent] = tag;
        sentOffsets[sent++] = offset;
        return true;
    }

    @Override
    public int reap(CompletionHandler handler, int limit) {
        throw new UnsupportedOperationException("this form makes an object of each completion");
    }

    @Override
    public int reap(CompletionSink sink, int limit) {
        int count = Math.min(limit, done);
        for (int i = 0; i < count; i++) {
            sink.completed(doneTags[i], doneStatus[i], 0, 0);
        }
        System.arraycopy(doneTags, count, doneTags, 0, done - count);
        System.arraycopy(doneStatus, count, doneStatus, 0, done - count);
        done -= count;
        return count;
    }

    @Override
    public int enter(int minComplete) {
        for (int i = 0; i < sent; i++) {
            doneTags[done] = sentTags[i];
            doneStatus[done++] = sentOffsets[i];
        }
        sent = 0;
        return done;
    }

    @Override
    public int enter(int minComplete, int flags, long timeoutNanos) {
        return enter(minComplete);
    }

    @Override
    public CompletionQueueEntry call(SubmissionQueueEntry entry) {
        throw new UnsupportedOperationException("the reactor never calls");
    }

    @Override
    public CompletionQueueEntry call(SubmissionQueueEntry entry, BufferSlice buffer) {
        throw new UnsupportedOperationException("the reactor never calls");
    }

    @Override
    public void close() {
        // nothing to close
    }
}
