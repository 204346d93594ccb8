package ferrite.buffer;

import ferrite.spi.buffer.Access;

/// As long as some mapping of the device covers the bytes, not necessarily the one that was found first.
final class MappingLoan implements Loan {
    private final DeviceAddressMap map;
    private final Mapping found;
    private final Window window;
    private volatile boolean ended;

    MappingLoan(DeviceAddressMap map, Mapping found, Window window) {
        this.map = map;
        this.found = found;
        this.window = window;
    }

    @Override
    public boolean isOpen() {
        if (ended) {
            return false;
        }
        return found.isMapped() || isCoveredByAnother();
    }

    private boolean isCoveredByAnother() {
        Access access = window.access();
        Mapping other = map.find(window.address(), window.length(), access);
        return other != null && other.root() == window.root();
    }

    @Override
    public void end() {
        ended = true;
    }
}
