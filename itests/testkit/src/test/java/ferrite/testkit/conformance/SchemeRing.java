package ferrite.testkit.conformance;

import ferrite.runtime.Application;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.plugin.Layer;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import ferrite.testkit.TestKernel;

/// A ring to [ConformanceServer]: through the kernel, or straight to it.
final class SchemeRing implements RingSubject {
    private static final RingParameters PARAMETERS = new RingParameters(8, 32);

    private final TestKernel kernel = new TestKernel();
    private final Application other;
    private final ConsumerInstance ring;
    private final boolean straight;
    private final long now;
    private final long stay;
    private final long fail;
    private final long fire;
    private final long trigger;

    SchemeRing(boolean straight) {
        this.straight = straight;
        kernel.launch("conformance", Layer.CONTROLLER_DRIVER, (context, _, _) -> new ConformanceServer(context));
        other = kernel.kernel().openApplication("other");
        Application application = kernel.application();
        ring = straight ? application.connect(ConformanceServer.NAME, PARAMETERS) : application.openRing(PARAMETERS);
        now = open("now");
        stay = open("stay");
        fail = open("fail");
        fire = open("fire");
        trigger = other.kernel().open(other.pool(), "conformance:fire", OpenFlags.RDWR);
    }

    private long open(String file) {
        return ring.open(pool(), straight ? file : "conformance:" + file, OpenFlags.RDWR);
    }

    @Override
    public ConsumerInstance ring() {
        return ring;
    }

    @Override
    public int inFlightMax() {
        return PARAMETERS.inFlightMax();
    }

    @Override
    public BufferPool pool() {
        return kernel.application().pool();
    }

    @Override
    public SubmissionQueueEntry succeeding() {
        return ConformanceServer.note(now);
    }

    @Override
    public SubmissionQueueEntry failing() {
        return ConformanceServer.note(fail);
    }

    @Override
    public SubmissionQueueEntry staying() {
        return ConformanceServer.read(stay);
    }

    @Override
    public SubmissionQueueEntry armed() {
        return ConformanceServer.watch(fire);
    }

    @Override
    public void fire() {
        try (BufferSlice buffer = other.pool().acquire(1, 1)) {
            other.kernel().pwrite(trigger, buffer, 0);
        }
    }

    @Override
    public SubmissionQueueEntry reading() {
        return ConformanceServer.read(now);
    }

    @Override
    public boolean hasTimeouts() {
        return !straight;
    }

    @Override
    public boolean hasRegisteredFiles() {
        return !straight;
    }

    @Override
    public void close() {
        other.close();
        kernel.close();
    }
}
