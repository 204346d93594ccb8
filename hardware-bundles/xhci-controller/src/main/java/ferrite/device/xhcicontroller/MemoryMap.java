package ferrite.device.xhcicontroller;

import ferrite.hw.pci.MsixTableEntry;

/// Where things are in the controller's 16 KiB of memory, and how many there are.
///
/// |  offset | what                                                                  |
/// |--------:|-----------------------------------------------------------------------|
/// |  0x0000 | capability registers, from 0x20 the two extended capabilities         |
/// |  0x0040 | operational registers                                                 |
/// |  0x0440 | port registers, 16 bytes a port                                       |
/// |  0x1000 | runtime registers, from 0x1020 the interrupters                       |
/// |  0x2000 | doorbells                                                             |
/// |  0x3000 | MSI-X table                                                           |
/// |  0x3800 | MSI-X pending bits                                                    |
final class MemoryMap {
    static final int BYTES = 0x4000;
    static final int EXTENDED_CAPABILITIES = 0x20;
    static final int OPERATIONAL = 0x40;
    static final int RUNTIME = 0x1000;
    static final int DOORBELLS = 0x2000;
    static final int MSIX_TABLE = 0x3000;
    static final int MSIX_PENDING = 0x3800;

    /// Device slots.
    static final int SLOTS = 64;
    /// Interrupters, and MSI-X vectors.
    static final int INTERRUPTERS = 4;
    /// Device context indexes of a slot, 0 (slot context) included.
    static final int CONTEXTS = 32;
    /// Bytes from one context to the next.
    static final int CONTEXT_BYTES = 32;
    /// Most ports that can be configured of each of the two protocols.
    static final int PORTS_MAX = 15;
    /// log2 of the most segments of an event ring.
    static final int EVENT_SEGMENTS_LOG = 4;

    static {
        if (MSIX_TABLE + INTERRUPTERS * MsixTableEntry.BYTES > MSIX_PENDING) {
            throw new AssertionError("MSI-X table and pending bits overlap");
        }
    }

    private MemoryMap() {}
}
