package ferrite.driver.pcid;

import ferrite.spi.error.Errno;
import ferrite.spi.ring.Opcode;
import ferrite.testkit.fake.FakeRequest;
import ferrite.testkit.fake.FakeRing;
import java.util.ArrayList;
import java.util.List;

/// The kernel's schemes as pcid needs them: `spawn:` notes what is written to it.
final class FakeKernel implements FakeRing.Server {
    /// Paths that were opened, each followed by what was written.
    final List<String> spawned = new ArrayList<>();

    final List<FakeRequest> writes = new ArrayList<>();
    boolean answersLate;

    @Override
    public void take(FakeRequest sent) {
        if (sent.is(Opcode.OPEN)) {
            spawned.add(sent.text());
            sent.complete(spawned.size());
        } else if (sent.is(Opcode.PWRITE)) {
            spawned.add(sent.text());
            writes.add(sent);
            if (!answersLate) {
                sent.complete(sent.entry().length());
            }
        } else if (sent.is(Opcode.CLOSE)) {
            sent.complete(0);
        } else {
            sent.fail(Errno.ENOSYS);
        }
    }
}
