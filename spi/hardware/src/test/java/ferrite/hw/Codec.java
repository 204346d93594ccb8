package ferrite.hw;

import ferrite.hw.pci.Capability;
import ferrite.hw.pci.CapabilityUpdate;
import ferrite.hw.pci.FunctionConfig;
import ferrite.hw.pci.MsixTableEntry;
import ferrite.hw.pci.PlacedCapability;
import ferrite.hw.scsi.CapacityData;
import ferrite.hw.scsi.Cdb;
import ferrite.hw.scsi.InquiryData;
import ferrite.hw.scsi.SenseData;
import ferrite.hw.usb.SetupPacket;
import ferrite.hw.usb.UsbDescriptor;
import ferrite.hw.usb.storage.CommandBlockWrapper;
import ferrite.hw.usb.storage.CommandStatusWrapper;
import ferrite.hw.xhci.EndpointContext;
import ferrite.hw.xhci.EventRingSegmentTableEntry;
import ferrite.hw.xhci.ExtendedCapability;
import ferrite.hw.xhci.InputControlContext;
import ferrite.hw.xhci.SlotContext;
import ferrite.hw.xhci.Trb;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.ToIntFunction;

/// The codec of one struct in the form that vector and property tests share.
///
/// @param file name of its vectors, without `.hex`
/// @param bytesMax most bytes that decode looks at
/// @param bytes how many bytes encode writes
record Codec<T>(String file, int bytesMax, Decoder<T> decoder, Encoder<T> encoder, ToIntFunction<T> bytes) {
    interface Decoder<T> {
        T decode(MemorySegment segment, long at);
    }

    interface Encoder<T> {
        void encode(T value, MemorySegment segment, long at);
    }

    private static <T> Codec<T> fixed(String file, int bytes, Decoder<T> decoder, Encoder<T> encoder) {
        return new Codec<>(file, bytes, decoder, encoder, _ -> bytes);
    }

    static List<Codec<?>> all() {
        return List.of(
                fixed("trb", Trb.BYTES, Trb::decode, (trb, s, at) -> trb.encode(s, at, false)),
                fixed("slot-context", SlotContext.BYTES, SlotContext::decode, SlotContext::encode),
                fixed("endpoint-context", EndpointContext.BYTES, EndpointContext::decode, EndpointContext::encode),
                fixed(
                        "input-control-context",
                        InputControlContext.BYTES,
                        InputControlContext::decode,
                        InputControlContext::encode),
                fixed(
                        "event-ring-segment-table-entry",
                        EventRingSegmentTableEntry.BYTES,
                        EventRingSegmentTableEntry::decode,
                        EventRingSegmentTableEntry::encode),
                new Codec<>(
                        "xhci-extended-capability",
                        16,
                        ExtendedCapability::decode,
                        ExtendedCapability::encode,
                        ExtendedCapability::bytes),
                fixed("setup-packet", SetupPacket.BYTES, SetupPacket::decode, SetupPacket::encode),
                new Codec<>(
                        "usb-descriptor",
                        UsbDescriptor.BYTES_MAX,
                        (s, at) -> UsbDescriptor.decode(s, at, s.byteSize() - at),
                        UsbDescriptor::encode,
                        UsbDescriptor::bytes),
                fixed(
                        "command-block-wrapper",
                        CommandBlockWrapper.BYTES,
                        CommandBlockWrapper::decode,
                        CommandBlockWrapper::encode),
                fixed(
                        "command-status-wrapper",
                        CommandStatusWrapper.BYTES,
                        CommandStatusWrapper::decode,
                        CommandStatusWrapper::encode),
                new Codec<>("cdb", Cdb.BYTES_MAX, Codec::decodeCdb, (cdb, s, at) -> cdb.encode(s, at), Cdb::bytes),
                fixed("sense-data", SenseData.BYTES, SenseData::decode, SenseData::encode),
                fixed("inquiry-data", InquiryData.BYTES, InquiryData::decode, InquiryData::encode),
                fixed("capacity-data-10", CapacityData.BYTES_10, CapacityData::decode10, CapacityData::encode10),
                fixed("capacity-data-16", CapacityData.BYTES_16, CapacityData::decode16, CapacityData::encode16),
                fixed("msix-table-entry", MsixTableEntry.BYTES, MsixTableEntry::decode, MsixTableEntry::encode),
                new Codec<>("capability", 256, Capability::decode, Capability::encode, Capability::bytes),
                fixed("placed-capability", PlacedCapability.BYTES, PlacedCapability::decode, PlacedCapability::encode),
                fixed("capability-update", CapabilityUpdate.BYTES, CapabilityUpdate::decode, CapabilityUpdate::encode),
                fixed("function-config", FunctionConfig.BYTES, FunctionConfig::decode, FunctionConfig::encode));
    }

    private static Cdb decodeCdb(MemorySegment segment, long at) {
        return Cdb.decode(segment, at, (int) (segment.byteSize() - at));
    }

    @Override
    public String toString() {
        return file;
    }
}
