package ferrite.driver.pcid;

import ferrite.spi.error.Errno;
import ferrite.spi.ring.Opcode;
import java.util.ArrayList;
import java.util.List;

/// The kernel's schemes as pcid needs them: `spawn:` notes what is written to it.
final class FakeKernel implements FakeRing.Server {
    /// Paths that were opened, each followed by what was written.
    final List<String> spawned = new ArrayList<>();

    final List<FakeRing.Sent> writes = new ArrayList<>();
    boolean answersLate;

    @Override
    public void take(FakeRing.Sent sent) {
        if (sent.is(Opcode.OPEN)) {
            spawned.add(sent.text());
            sent.answer(spawned.size());
        } else if (sent.is(Opcode.PWRITE)) {
            spawned.add(sent.text());
            writes.add(sent);
            if (!answersLate) {
                sent.answer(sent.entry().length());
            }
        } else if (sent.is(Opcode.CLOSE)) {
            sent.answer(0);
        } else {
            sent.fail(Errno.ENOSYS);
        }
    }
}
