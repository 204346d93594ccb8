package ferrite.architecture;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Who copies bytes out of or into shared memory, method by method: nobody on the way of a disk's data.
///
/// Shared memory is reached through `MemorySegment` alone (but for 8-byte words of rings), so what moves several bytes of it
/// is one of the calls below. Why each place that has one is not on the way of the data, is said beside it.
class ZeroCopyTest {
    private static final List<String> FOLDERS = List.of(
            "buffer-pool",
            "runtime-core",
            "bundles/filed",
            "bundles/pcid",
            "bundles/xhcid",
            "bundles/usbscsid",
            "hardware-bundles/pci-host-bridge",
            "hardware-bundles/xhci-controller",
            "hardware-bundles/usb-stick");

    /// Of `runtime-core`, the packages through which a request goes; shell and boot are applications.
    private static final Set<String> RUNTIME = Set.of(
            "ferrite.runtime",
            "ferrite.runtime.context",
            "ferrite.runtime.ring",
            "ferrite.runtime.schedule",
            "ferrite.runtime.scheme");

    private static final String SEGMENT = "java/lang/foreign/MemorySegment";
    private static final Set<String> COPIES = Set.of(
            "asByteBuffer", "asOutputStream", "copy", "copyFrom", "elements", "getString", "setString", "toArray");

    private static final Map<String, String> NOT_ON_THE_WAY = Map.ofEntries(
            entry("ferrite.device.pcihostbridge.PciHostBridge.copy", "configuration space, register by register"),
            entry(
                    "ferrite.device.usbstick.BulkOnlyTransport.receiveCommand",
                    "the 31 bytes of a command block wrapper, which the host may change meanwhile"),
            entry("ferrite.device.usbstick.ControlEndpoint.answer", "a descriptor on the control endpoint"),
            entry(
                    "ferrite.device.usbstick.DataPhase.reply",
                    "an answer that the stick makes up, at most 256 bytes; blocks go by ImageFile"),
            entry("ferrite.device.usbstick.DataPhase.save", "the same, in the state for a successor"),
            entry("ferrite.device.usbstick.ScsiPages.page", "such an answer while it is made"),
            entry(
                    "ferrite.device.xhcicontroller.ControlTransfers.copy",
                    "a control transfer's stages; bulk transfers go by PortLink with the slice itself"),
            entry("ferrite.driver.pcid.DriverStarter.start", "the text of a wish for a driver"),
            entry("ferrite.driver.pcid.PciDriver.readText", "a text file of the bridge"),
            entry("ferrite.driver.pcid.PciScheme.control", "an update of a capability"),
            entry("ferrite.driver.pcid.PciScheme.copy", "a text file of pci:"),
            entry("ferrite.driver.pcid.PciScheme.readConfig", "configuration space"),
            entry("ferrite.driver.usbscsid.DiskScheme.copy", "disk.…:info and the listing; blocks go by DiskQueue"),
            entry("ferrite.driver.usbscsid.UsbPipes.readAll", "the device's descriptors, at the start"),
            entry("ferrite.driver.xhcid.ClassDriverStarter.write", "the text of a wish for a driver"),
            entry("ferrite.driver.xhcid.ControlPipe.in", "a descriptor"),
            entry("ferrite.driver.xhcid.MessageInterrupt.free", "the number of a free interrupt"),
            entry("ferrite.driver.xhcid.PciFunctionClient.barPath", "a path"),
            entry("ferrite.driver.xhcid.UsbTree.copy", "a text file of usb.…:"),
            entry("ferrite.filed.FileScheme.copy", "the listing of a folder; bytes of files go by Transfer"),
            entry(
                    "ferrite.filed.host.ChannelIo.move",
                    "no copy: the host's channel is given a view of the slice, which is memory outside the heap"),
            entry("ferrite.filed.host.LinuxFile.name", "the name of a file"),
            entry("ferrite.filed.linux.Linux.cString", "a path for the host"),
            entry("ferrite.runtime.scheme.Answers.bytes", "a text file of the kernel's own schemes"),
            entry("ferrite.runtime.scheme.Answers.string", "an argument"),
            entry("ferrite.runtime.scheme.LogScheme.handle", "a line for the log"),
            entry("ferrite.runtime.scheme.PathCalls.text", "a path"),
            entry("ferrite.runtime.scheme.PipeScheme$Pipe.put", "a pipe keeps what nobody reads yet"),
            entry("ferrite.runtime.scheme.PipeScheme$Pipe.take", "and gives it to who comes later"),
            entry("ferrite.runtime.scheme.Scratch.of", "a path for a scheme"),
            entry("ferrite.runtime.scheme.SpawnScheme.spawn", "the text of a wish"));

    @Test
    void onlyTheListedMethodsCopyBytesOfSharedMemory() {
        assertThat(copying())
                .as(
                        "methods that copy bytes of segments: if it is on the way of a disk's data, pass the slice on instead;"
                                + " if not, say why in this test")
                .containsExactlyElementsOf(new TreeSet<>(NOT_ON_THE_WAY.keySet()));
    }

    private static SortedSet<String> copying() {
        SortedSet<String> found = new TreeSet<>();
        for (String folder : FOLDERS) {
            for (ClassModel type : ReactorJars.of(folder).classes()) {
                String name = ClassReferences.name(type);
                String inPackage = ClassReferences.packageOf(name);
                if (!folder.equals("runtime-core") || RUNTIME.contains(inPackage)) {
                    type.methods().stream()
                            .filter(ZeroCopyTest::copies)
                            .forEach(method -> found.add(name + '.' + written(method)));
                }
            }
        }
        return found;
    }

    private static boolean copies(MethodModel method) {
        return method.code().stream()
                .flatMap(code -> code.elementStream())
                .anyMatch(element -> element instanceof InvokeInstruction call
                        && call.owner().asInternalName().equals(SEGMENT)
                        && COPIES.contains(call.name().stringValue()));
    }

    /// The method in the source: `handle` for `lambda$handle$3`.
    private static String written(MethodModel method) {
        String name = method.methodName().stringValue();
        return name.startsWith("lambda$") ? name.substring(7, name.lastIndexOf('$')) : name;
    }
}
