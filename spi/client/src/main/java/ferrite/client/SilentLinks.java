package ferrite.client;

import ferrite.spi.error.Errno;
import ferrite.spi.ring.Opcode;
import java.util.List;

/// The links of one chain that are told of failure only, and how it becomes known that they have succeeded: a link
/// after them has run, and no failure came before its completion. Belongs to the owner of the reactor.
final class SilentLinks {
    private final ConsumerPort port;
    private final List<FutureCall<Long>> links;
    private final boolean[] ended;

    /// Links that are told of everything and have not ended.
    private int told;

    private SilentLinks(ConsumerPort port, List<FutureCall<Long>> links) {
        this.port = port;
        this.links = links;
        ended = new boolean[links.size()];
        told = (int) links.stream().filter(link -> !link.isSilent()).count();
    }

    /// Lets the links of a chain tell of each other, if some of them do not tell themselves.
    static void watch(ConsumerPort port, List<FutureCall<Long>> links) {
        if (links.stream().noneMatch(FutureCall::isSilent)) {
            return;
        }
        SilentLinks chain = new SilentLinks(port, links);
        for (int i = 0; i < links.size(); i++) {
            int index = i;
            links.get(i).onEnd((status, wasSent) -> chain.ended(index, status, wasSent));
        }
    }

    private void ended(int index, long status, boolean wasSent) {
        ended[index] = true;
        if (wasSent && hasRun(links.get(index), status)) {
            endSilent(index, 0);
        }
        if (!links.get(index).isSilent()) {
            told--;
            if (told == 0) {
                endSilent(links.size(), Errno.ECANCELED.status());
            }
        }
    }

    /// As if their completions had come.
    private void endSilent(int limit, long status) {
        for (int i = 0; i < limit; i++) {
            if (!ended[i] && links.get(i).isSilent()) {
                port.completed(links.get(i).tag(), status, 0, 0);
            }
        }
    }

    /// Whether an entry with this answer had its turn. ECANCELED is answered while others still run, and when a ring
    /// ends it answers in any order.
    private static boolean hasRun(FutureCall<Long> link, long status) {
        if (link.opcode() == Opcode.LINK_TIMEOUT.code()) {
            return status == Errno.ETIMEDOUT.status();
        }
        return status != Errno.ECANCELED.status() && status != Errno.ENODEV.status() && status != Errno.EPROTO.status();
    }
}
