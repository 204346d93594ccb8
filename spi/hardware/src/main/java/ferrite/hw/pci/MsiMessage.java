package ferrite.hw.pci;

/// A message-signalled interrupt: the memory write that a function does to raise it (PCI 3.0 §6.8).
///
/// @param address bus address of the write; bits 1:0 are 0
/// @param data the 32 bits written
public record MsiMessage(long address, int data) {
    /// Start of the address range that x86 local APICs decode (Intel SDM volume 3, "Message Address
    /// Register Format").
    public static final long X86_ADDRESS = 0xFEE0_0000L;
    /// x86 address bit 3.
    public static final int X86_REDIRECTION_HINT = 1 << 3;
    /// x86 address bit 2.
    public static final int X86_LOGICAL_DESTINATION = 1 << 2;
    /// x86 data bits 10:8 are the delivery mode, 0 = fixed.
    public static final int X86_DELIVERY_SHIFT = 8;
    /// x86 data bit 14.
    public static final int X86_LEVEL_ASSERT = 1 << 14;
    /// x86 data bit 15.
    public static final int X86_LEVEL_TRIGGER = 1 << 15;

    /// {@return the edge-triggered, fixed-delivery message for one vector of one processor}
    ///
    /// @param destination APIC id, 0..255
    /// @param vector 0..255
    public static MsiMessage x86(int destination, int vector) {
        return new MsiMessage(X86_ADDRESS | (long) (destination & 0xFF) << 12, vector & 0xFF);
    }

    /// {@return whether the write goes to an x86 local APIC}
    public boolean isX86() {
        return (address & ~0xF_FFFFL) == X86_ADDRESS;
    }

    /// {@return the APIC id of an x86 message, 0..255}
    public int destination() {
        return (int) (address >>> 12) & 0xFF;
    }

    /// {@return the vector of an x86 message, 0..255}
    public int vector() {
        return data & 0xFF;
    }
}
