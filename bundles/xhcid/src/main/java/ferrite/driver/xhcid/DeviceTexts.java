package ferrite.driver.xhcid;

import ferrite.hw.usb.UsbDescriptor;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Reads a device's strings (USB 2.0 §9.6.7). A device that refuses one has an empty text instead.
final class DeviceTexts {
    private final DeviceSlot device;
    private final ControlPipe pipe;

    DeviceTexts(DeviceSlot device, ControlPipe pipe) {
        this.device = device;
        this.pipe = pipe;
    }

    /// @return maker, product, serial number
    List<String> read(UsbDescriptor.DeviceStrings indexes) {
        if (indexes.equals(UsbDescriptor.DeviceStrings.NONE)) {
            return List.of("", "", "");
        }
        int language = language();
        return List.of(
                text(indexes.manufacturer(), language),
                text(indexes.product(), language),
                text(indexes.serialNumber(), language));
    }

    private int language() {
        byte[] bytes = string(0, 0);
        List<Integer> languages = UsbDescriptor.decodeStringTable(MemorySegment.ofArray(bytes), 0, bytes.length)
                .languages();
        int english = UsbDescriptor.StringTable.ENGLISH_US;
        return languages.isEmpty() || languages.contains(english) ? english : languages.getFirst();
    }

    private String text(int index, int language) {
        if (index == 0) {
            return "";
        }
        byte[] bytes = string(index, language);
        return UsbDescriptor.decode(MemorySegment.ofArray(bytes), 0, bytes.length)
                        instanceof UsbDescriptor.StringText(String text)
                ? printable(text)
                : "";
    }

    private byte[] string(int index, int language) {
        try {
            return pipe.string(device, index, language);
        } catch (SchemeException refused) {
            if (refused.errno() != Errno.EPIPE) {
                throw refused;
            }
            return new byte[0];
        }
    }

    /// A device's text goes into listings and logs: control characters become spaces.
    private static String printable(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.chars()
                .forEach(c ->
                        clean.append(Character.isISOControl(c) || Character.isSurrogate((char) c) ? ' ' : (char) c));
        return clean.toString().strip();
    }
}
