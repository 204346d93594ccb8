package ferrite.hw.pci;

import ferrite.hw.Octets;
import ferrite.hw.order.LittleEndian;
import java.lang.foreign.MemorySegment;

/// One element of a function's capability list, little-endian (PCI 3.0 §6.7).
///
/// | offset | bytes | field | meaning                                             |
/// |-------:|------:|-------|-----------------------------------------------------|
/// |      0 |     1 | id    | `ConfigSpace.CAPABILITY_…`                          |
/// |      1 |     1 | next  | offset of the next element, 0 = last                |
/// |      2 |     … | body  | by id, see the variants                             |
public sealed interface Capability {
    /// Offset of the id, 8 bits.
    int ID = 0;
    /// Offset of the pointer to the next element, 8 bits.
    int NEXT = 1;

    /// Message-signalled interrupts, PCI 3.0 §6.8.1. 10, 14, 20 or 24 bytes, see [#bytes()].
    ///
    /// | offset 32-bit | offset 64-bit | bytes | field                             |
    /// |--------------:|--------------:|------:|-----------------------------------|
    /// |             2 |             2 |     2 | control                           |
    /// |             4 |             4 | 4 / 8 | address                           |
    /// |             8 |            12 |     2 | data                              |
    /// |            12 |            16 |     4 | mask, if per-vector masking       |
    /// |            16 |            20 |     4 | pending, if per-vector masking    |
    ///
    /// @param next offset of the next element, 0..255
    /// @param control 16 bits, `CONTROL_…`
    /// @param address message address; bits 63:32 are 0 without `CONTROL_64_BIT`
    /// @param data message data, 16 bits
    /// @param mask one bit per vector, 1 = masked; 0 without `CONTROL_PER_VECTOR_MASK`
    /// @param pending one bit per vector; 0 without `CONTROL_PER_VECTOR_MASK`
    record Msi(int next, int control, long address, int data, int mask, int pending) implements Capability {
        /// Offset of the message control, 16 bits.
        public static final int CONTROL = 2;
        /// Offset of the message address, 32 or 64 bits.
        public static final int ADDRESS = 4;
        /// Control bit 0.
        public static final int CONTROL_ENABLE = 1;
        /// Control bits 3:1: log2 of the vectors the function asks for.
        public static final int CONTROL_CAPABLE_SHIFT = 1;
        /// Control bits 6:4: log2 of the vectors it may use.
        public static final int CONTROL_ENABLED_SHIFT = 4;
        /// Control bit 7.
        public static final int CONTROL_64_BIT = 1 << 7;
        /// Control bit 8.
        public static final int CONTROL_PER_VECTOR_MASK = 1 << 8;

        /// {@return whether the function sends messages instead of asserting a pin}
        public boolean enabled() {
            return (control & CONTROL_ENABLE) != 0;
        }

        /// {@return log2 of the vectors the function asks for, 0..7 (6 and 7 reserved)}
        public int multipleMessageCapable() {
            return control >>> CONTROL_CAPABLE_SHIFT & 7;
        }

        /// {@return log2 of the vectors it may use, 0..7 (6 and 7 reserved)}
        public int multipleMessageEnable() {
            return control >>> CONTROL_ENABLED_SHIFT & 7;
        }

        /// {@return the message of the first vector}
        public MsiMessage message() {
            return new MsiMessage(address, data);
        }

        private static int bytes(int control) {
            return 10 + ((control & CONTROL_64_BIT) != 0 ? 4 : 0) + ((control & CONTROL_PER_VECTOR_MASK) != 0 ? 10 : 0);
        }
    }

    /// MSI-X, PCI 3.0 §6.8.2. 12 bytes.
    ///
    /// | offset | bytes | field                                                     |
    /// |-------:|------:|-----------------------------------------------------------|
    /// |      2 |     2 | control                                                   |
    /// |      4 |     4 | table: bits 2:0 BAR number, bits 31:3 offset in it        |
    /// |      8 |     4 | pending bits: bits 2:0 BAR number, bits 31:3 offset in it |
    ///
    /// @param next offset of the next element, 0..255
    /// @param control 16 bits, `CONTROL_…`
    /// @param table raw table register
    /// @param pendingBits raw pending bit array register
    record Msix(int next, int control, int table, int pendingBits) implements Capability {
        /// Bytes of the element.
        public static final int BYTES = 12;
        /// Offset of the message control, 16 bits.
        public static final int CONTROL = 2;
        /// Offset of the table register, 32 bits.
        public static final int TABLE = 4;
        /// Offset of the pending bit array register, 32 bits.
        public static final int PENDING_BITS = 8;
        /// Control bits 10:0: entries - 1.
        public static final int CONTROL_SIZE_MASK = 0x7FF;
        /// Control bit 14: all vectors are masked.
        public static final int CONTROL_FUNCTION_MASK = 1 << 14;
        /// Control bit 15.
        public static final int CONTROL_ENABLE = 1 << 15;
        /// Table and pending bits registers, bits 2:0: BAR number.
        public static final int BAR_MASK = 7;

        /// {@return whether the function sends messages instead of asserting a pin}
        public boolean enabled() {
            return (control & CONTROL_ENABLE) != 0;
        }

        /// {@return whether all vectors are masked}
        public boolean functionMasked() {
            return (control & CONTROL_FUNCTION_MASK) != 0;
        }

        /// {@return entries of the table, 1..2048}
        public int tableEntries() {
            return (control & CONTROL_SIZE_MASK) + 1;
        }

        /// {@return BAR that holds the table, 0..7 (6 and 7 reserved)}
        public int tableBar() {
            return table & BAR_MASK;
        }

        /// {@return offset of the table in its BAR, bytes}
        public long tableOffset() {
            return (table & ~BAR_MASK) & 0xFFFF_FFFFL;
        }

        /// {@return BAR that holds the pending bits, 0..7 (6 and 7 reserved)}
        public int pendingBitsBar() {
            return pendingBits & BAR_MASK;
        }

        /// {@return offset of the pending bits in their BAR, bytes}
        public long pendingBitsOffset() {
            return (pendingBits & ~BAR_MASK) & 0xFFFF_FFFFL;
        }
    }

    /// PCI Express, PCI Express Base 4.0 §7.5.3. The first 20 bytes, which version 1 and 2 share; slot,
    /// root and "2" registers are not carried.
    ///
    /// @param next offset of the next element, 0..255
    /// @param capabilities 16 bits at 2: bits 3:0 version, bits 7:4 device/port type
    /// @param deviceCapabilities 32 bits at 4
    /// @param deviceControl 16 bits at 8
    /// @param deviceStatus 16 bits at 10
    /// @param linkCapabilities 32 bits at 12
    /// @param linkControl 16 bits at 16
    /// @param linkStatus 16 bits at 18
    record Pcie(
            int next,
            int capabilities,
            int deviceCapabilities,
            int deviceControl,
            int deviceStatus,
            int linkCapabilities,
            int linkControl,
            int linkStatus)
            implements Capability {
        /// Bytes carried.
        public static final int BYTES = 20;
        /// Device/port type: PCI Express endpoint.
        public static final int TYPE_ENDPOINT = 0;
        /// Device/port type: root port of a root complex.
        public static final int TYPE_ROOT_PORT = 4;
        /// Device/port type: endpoint integrated in the root complex.
        public static final int TYPE_INTEGRATED_ENDPOINT = 9;

        /// {@return capability version, 0..15}
        public int version() {
            return capabilities & 0xF;
        }

        /// {@return device/port type, 0..15}
        public int deviceType() {
            return capabilities >>> 4 & 0xF;
        }
    }

    /// Vendor-specific, PCI 3.0 appendix H (capability id 9): byte 2 is the length of the element.
    ///
    /// @param next offset of the next element, 0..255
    /// @param data bytes after the length byte, at most 252
    record VendorSpecific(int next, Octets data) implements Capability {
        /// Bytes before the data.
        public static final int HEADER_BYTES = 3;
        /// Most bytes of data.
        public static final int DATA_MAX = 252;

        /// Checks the size.
        ///
        /// @throws IllegalArgumentException if there is more data than fits
        public VendorSpecific {
            if (data.size() > DATA_MAX) {
                throw new IllegalArgumentException("data " + data.size() + " > " + DATA_MAX + " bytes");
            }
        }
    }

    /// Power management, PCI Bus Power Management 1.2 §3.2. 8 bytes.
    ///
    /// @param next offset of the next element, 0..255
    /// @param capabilities 16 bits at 2: bits 2:0 version
    /// @param controlStatus 16 bits at 4: bits 1:0 power state, 0 = D0, 3 = D3hot
    /// @param bridge 8 bits at 6
    /// @param data 8 bits at 7
    record PowerManagement(int next, int capabilities, int controlStatus, int bridge, int data) implements Capability {
        /// Bytes of the element.
        public static final int BYTES = 8;
        /// Offset of control and status, 16 bits.
        public static final int CONTROL_STATUS = 4;
        /// Control and status bits 1:0.
        public static final int POWER_STATE_MASK = 3;
    }

    /// An id this codec does not know, or a known one whose element does not fit in the configuration space.
    ///
    /// @param id 0..255
    /// @param next offset of the next element, 0..255
    record Unknown(int id, int next) implements Capability {
        /// Bytes carried.
        public static final int BYTES = 2;
    }

    /// {@return the element at `at`}
    ///
    /// @param config configuration space
    /// @param at offset of the id; `at + 2` bytes must be in bounds, what is missing after makes it `Unknown`
    static Capability decode(MemorySegment config, long at) {
        int id = LittleEndian.u8(config, at + ID);
        int next = LittleEndian.u8(config, at + NEXT);
        if (config.byteSize() - at < bytesNeeded(config, at, id)) {
            return new Unknown(id, next);
        }
        return switch (id) {
            case ConfigSpace.CAPABILITY_POWER_MANAGEMENT ->
                new PowerManagement(
                        next,
                        LittleEndian.u16(config, at + 2),
                        LittleEndian.u16(config, at + 4),
                        LittleEndian.u8(config, at + 6),
                        LittleEndian.u8(config, at + 7));
            case ConfigSpace.CAPABILITY_MSI -> decodeMsi(config, at, next);
            case ConfigSpace.CAPABILITY_VENDOR_SPECIFIC ->
                new VendorSpecific(
                        next,
                        Octets.copyOf(
                                config,
                                at + VendorSpecific.HEADER_BYTES,
                                LittleEndian.u8(config, at + 2) - (long) VendorSpecific.HEADER_BYTES));
            case ConfigSpace.CAPABILITY_PCI_EXPRESS ->
                new Pcie(
                        next,
                        LittleEndian.u16(config, at + 2),
                        LittleEndian.i32(config, at + 4),
                        LittleEndian.u16(config, at + 8),
                        LittleEndian.u16(config, at + 10),
                        LittleEndian.i32(config, at + 12),
                        LittleEndian.u16(config, at + 16),
                        LittleEndian.u16(config, at + 18));
            case ConfigSpace.CAPABILITY_MSI_X ->
                new Msix(
                        next,
                        LittleEndian.u16(config, at + Msix.CONTROL),
                        LittleEndian.i32(config, at + Msix.TABLE),
                        LittleEndian.i32(config, at + Msix.PENDING_BITS));
            default -> new Unknown(id, next);
        };
    }

    private static long bytesNeeded(MemorySegment config, long at, int id) {
        return switch (id) {
            case ConfigSpace.CAPABILITY_POWER_MANAGEMENT -> PowerManagement.BYTES;
            case ConfigSpace.CAPABILITY_MSI ->
                config.byteSize() - at < Msi.ADDRESS
                        ? Msi.ADDRESS
                        : Msi.bytes(LittleEndian.u16(config, at + Msi.CONTROL));
            case ConfigSpace.CAPABILITY_VENDOR_SPECIFIC -> VendorSpecific.HEADER_BYTES;
            case ConfigSpace.CAPABILITY_PCI_EXPRESS -> Pcie.BYTES;
            case ConfigSpace.CAPABILITY_MSI_X -> Msix.BYTES;
            default -> Unknown.BYTES;
        };
    }

    private static Msi decodeMsi(MemorySegment config, long at, int next) {
        int control = LittleEndian.u16(config, at + Msi.CONTROL);
        boolean wide = (control & Msi.CONTROL_64_BIT) != 0;
        boolean maskable = (control & Msi.CONTROL_PER_VECTOR_MASK) != 0;
        long data = at + Msi.ADDRESS + (wide ? 8 : 4);
        return new Msi(
                next,
                control,
                wide ? LittleEndian.i64(config, at + Msi.ADDRESS) : LittleEndian.u32(config, at + Msi.ADDRESS),
                LittleEndian.u16(config, data),
                maskable ? LittleEndian.i32(config, data + 4) : 0,
                maskable ? LittleEndian.i32(config, data + 8) : 0);
    }

    /// {@return capability id, 0..255}
    default int id() {
        return switch (this) {
            case PowerManagement _ -> ConfigSpace.CAPABILITY_POWER_MANAGEMENT;
            case Msi _ -> ConfigSpace.CAPABILITY_MSI;
            case VendorSpecific _ -> ConfigSpace.CAPABILITY_VENDOR_SPECIFIC;
            case Pcie _ -> ConfigSpace.CAPABILITY_PCI_EXPRESS;
            case Msix _ -> ConfigSpace.CAPABILITY_MSI_X;
            case Unknown unknown -> unknown.id;
        };
    }

    /// {@return offset of the next element, 0..255; 0 = last}
    int next();

    /// {@return how many bytes [#encode] writes}
    default int bytes() {
        return switch (this) {
            case PowerManagement _ -> PowerManagement.BYTES;
            case Msi msi -> Msi.bytes(msi.control);
            case VendorSpecific vendor -> VendorSpecific.HEADER_BYTES + vendor.data.size();
            case Pcie _ -> Pcie.BYTES;
            case Msix _ -> Msix.BYTES;
            case Unknown _ -> Unknown.BYTES;
        };
    }

    /// Writes [#bytes()] bytes.
    ///
    /// @param config configuration space
    /// @param at offset of the id
    default void encode(MemorySegment config, long at) {
        LittleEndian.put8(config, at + ID, id());
        LittleEndian.put8(config, at + NEXT, next());
        switch (this) {
            case PowerManagement power -> {
                LittleEndian.put16(config, at + 2, power.capabilities);
                LittleEndian.put16(config, at + 4, power.controlStatus);
                LittleEndian.put8(config, at + 6, power.bridge);
                LittleEndian.put8(config, at + 7, power.data);
            }
            case Msi msi -> encodeMsi(config, at, msi);
            case VendorSpecific vendor -> {
                LittleEndian.put8(config, at + 2, bytes());
                vendor.data.encode(config, at + VendorSpecific.HEADER_BYTES);
            }
            case Pcie pcie -> {
                LittleEndian.put16(config, at + 2, pcie.capabilities);
                LittleEndian.put32(config, at + 4, pcie.deviceCapabilities);
                LittleEndian.put16(config, at + 8, pcie.deviceControl);
                LittleEndian.put16(config, at + 10, pcie.deviceStatus);
                LittleEndian.put32(config, at + 12, pcie.linkCapabilities);
                LittleEndian.put16(config, at + 16, pcie.linkControl);
                LittleEndian.put16(config, at + 18, pcie.linkStatus);
            }
            case Msix msix -> {
                LittleEndian.put16(config, at + Msix.CONTROL, msix.control);
                LittleEndian.put32(config, at + Msix.TABLE, msix.table);
                LittleEndian.put32(config, at + Msix.PENDING_BITS, msix.pendingBits);
            }
            case Unknown _ -> {}
        }
    }

    private static void encodeMsi(MemorySegment config, long at, Msi msi) {
        LittleEndian.put16(config, at + Msi.CONTROL, msi.control);
        LittleEndian.put32(config, at + Msi.ADDRESS, (int) msi.address);
        long data = at + Msi.ADDRESS + 4;
        if ((msi.control & Msi.CONTROL_64_BIT) != 0) {
            LittleEndian.put32(config, data, (int) (msi.address >>> 32));
            data += 4;
        }
        LittleEndian.put16(config, data, msi.data);
        if ((msi.control & Msi.CONTROL_PER_VECTOR_MASK) != 0) {
            LittleEndian.put16(config, data + 2, 0);
            LittleEndian.put32(config, data + 4, msi.mask);
            LittleEndian.put32(config, data + 8, msi.pending);
        }
    }
}
