package ferrite.driver.pcid;

import ferrite.driver.pcid.PciNode.BarPath;
import ferrite.driver.pcid.PciNode.Config;
import ferrite.driver.pcid.PciNode.Control;
import ferrite.driver.pcid.PciNode.Directory;
import ferrite.driver.pcid.PciNode.Listing;
import ferrite.driver.pcid.PciNode.Root;
import ferrite.hw.pci.Bar;
import ferrite.hw.pci.CapabilityUpdate;
import ferrite.hw.pci.ConfigSpace;
import ferrite.hw.pci.FunctionConfig;
import ferrite.hw.pci.PciAddress;
import ferrite.hw.pci.PcidOperation;
import ferrite.hw.pci.PlacedCapability;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.Stat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/// What clients see of pcid: the tree of `pci:` and the operations of `ctl`. Every request is answered at once.
final class PciScheme implements AsyncScheme {
    private final PciInventory inventory;
    private final ConfigAccess access;
    private final CapabilityControl capabilities;
    private final OpenFiles files;

    PciScheme(PciInventory inventory, ConfigAccess access, OpenFiles files) {
        this.inventory = inventory;
        this.access = access;
        this.capabilities = new CapabilityControl(access);
        this.files = files;
    }

    @Override
    public void handle(Request request) {
        int ring = request.ring();
        switch (Operation.of(request)) {
            case Operation.Open(String path, long flags) -> request.complete(files.open(open(path, flags), ring));
            case Operation.Dup(long file, String argument) -> request.complete(dup(file, argument, ring));
            case Operation.Close(long file) -> {
                files.close(file, ring);
                request.complete(0);
            }
            case Operation.Read(long file, long offset, BufferSlice into) ->
                request.complete(read(files.node(file, ring), offset, into));
            case Operation.Write(long file, long _, BufferSlice _) -> {
                files.node(file, ring);
                request.fail(Errno.EACCES);
            }
            case Operation.Fsync(long file) -> {
                files.node(file, ring);
                request.complete(0);
            }
            case Operation.Ftruncate(long file, long _) -> {
                files.node(file, ring);
                request.fail(Errno.EACCES);
            }
            case Operation.Fstat(long file, BufferSlice into) -> request.complete(stat(files.node(file, ring), into));
            case Operation.Fpath(long file, BufferSlice into) ->
                request.complete(copy(bytes(files.node(file, ring).path()), 0, into));
            case Operation.RegisterEvents _ -> request.fail(Errno.EOPNOTSUPP);
            case Operation.Private(int opcode) -> control(opcode, request);
            case Operation.Other _ -> request.fail(Errno.ENOSYS);
        }
    }

    /// Nothing is ever kept, so there is nothing to cancel.
    @Override
    public void cancel(Request request) {
        request.fail(Errno.ECANCELED);
    }

    @Override
    public void detached(int ring) {
        files.closeAll(ring);
    }

    private PciNode open(String path, long flags) {
        PciNode node = PciNode.parse(path)
                .filter(this::exists)
                .orElseThrow(() -> new SchemeException(Errno.ENOENT, "pci:" + path));
        boolean directory = node.mode() == Stat.MODE_DIRECTORY;
        boolean control = node instanceof Control;
        if (directory && (flags & OpenFlags.WRONLY) != 0) {
            throw new SchemeException(Errno.EISDIR, "pci:" + path);
        }
        if (!directory && (flags & OpenFlags.DIRECTORY) != 0) {
            throw new SchemeException(Errno.ENOTDIR, "pci:" + path);
        }
        if (!control && (flags & OpenFlags.WRONLY) != 0) {
            throw new SchemeException(Errno.EACCES, "pci:" + path + " is read only");
        }
        return node;
    }

    private boolean exists(PciNode node) {
        return switch (node) {
            case Root _, Listing _ -> true;
            case Directory(PciAddress function) -> inventory.has(function);
            case Config(PciAddress function) -> inventory.has(function);
            case Control(PciAddress function) -> inventory.has(function);
            case BarPath(PciAddress function, int index) ->
                inventory.has(function)
                        && inventory.windowPath(inventory.get(function), index).isPresent();
        };
    }

    private long dup(long file, String argument, int ring) {
        PciNode node = files.node(file, ring);
        if (!argument.isEmpty()) {
            throw new SchemeException(Errno.EINVAL, "pci: file " + file + " has no part \"" + argument + '"');
        }
        return files.open(node, ring);
    }

    private long read(PciNode node, long offset, BufferSlice into) {
        if (offset < 0) {
            throw new SchemeException(Errno.EINVAL, "offset " + offset + " < 0");
        }
        return switch (node) {
            case Root _ -> copy(bytes(names()), offset, into);
            case Listing(boolean detailed) -> copy(bytes(listing(detailed)), offset, into);
            case Directory(PciAddress function) -> copy(bytes(fileNames(inventory.get(function))), offset, into);
            case Config(PciAddress function) -> readConfig(function, offset, into);
            case Control _ -> throw new SchemeException(Errno.EINVAL, "ctl takes PcidOperations only");
            case BarPath(PciAddress function, int index) ->
                copy(bytes(inventory.windowPath(inventory.get(function), index).orElse("")), offset, into);
        };
    }

    private String names() {
        return inventory.all().stream()
                .map(function -> function.address() + "\n")
                .collect(Collectors.joining());
    }

    private String listing(boolean detailed) {
        return inventory.all().stream()
                .map(function -> detailed
                        ? LspciText.paragraph(function, access.snapshot(function.address()))
                        : LspciText.line(function))
                .collect(Collectors.joining());
    }

    private String fileNames(PciFunction function) {
        StringBuilder names = new StringBuilder("config\nctl\n");
        for (int i = 0; i < Bar.COUNT; i++) {
            if (inventory.windowPath(function, i).isPresent()) {
                names.append("bar").append(i).append('\n');
            }
        }
        return names.toString();
    }

    /// Reads only the registers that are asked for, so that a caller pays for what it takes.
    private long readConfig(PciAddress function, long offset, BufferSlice into) {
        long end = Math.min(ConfigSpace.EXTENDED_BYTES, offset + into.length());
        if (offset >= end) {
            return 0;
        }
        int from = (int) offset & -Integer.BYTES;
        int to = (int) (end + Integer.BYTES - 1) & -Integer.BYTES;
        byte[] registers = access.copy(function, from, to - from);
        MemorySegment.copy(
                registers, (int) offset - from, into.segment(), ValueLayout.JAVA_BYTE, 0, (int) (end - offset));
        return end - offset;
    }

    private long stat(PciNode node, BufferSlice into) {
        long size = switch (node) {
            case Config _ -> ConfigSpace.EXTENDED_BYTES;
            case Listing(boolean detailed) -> bytes(listing(detailed)).length;
            case BarPath(PciAddress function, int index) ->
                bytes(inventory.windowPath(inventory.get(function), index).orElse("")).length;
            case Root _, Directory _, Control _ -> 0;
        };
        require(into, Stat.BYTES);
        new Stat(size, 1, node.mode()).encode(into.segment(), 0);
        return Stat.BYTES;
    }

    /// The operations of `ctl`. Address and length of an entry with a buffer belong to the buffer, so the other
    /// arguments are in `additional1` and `additional2`.
    private void control(int opcode, Request request) {
        if (request.syscallFlags() != PcidOperation.INTERFACE_VERSION) {
            request.fail(Errno.ENOSYS);
            return;
        }
        if (!(files.node(request.file(), request.ring()) instanceof Control(PciAddress address))) {
            request.fail(Errno.EBADF);
            return;
        }
        switch (opcode) {
            case PcidOperation.FETCH_CONFIG -> {
                require(request.buffer(), FunctionConfig.BYTES);
                inventory.get(address).config().encode(request.buffer().segment(), 0);
                request.complete(0);
            }
            case PcidOperation.FETCH_ALL_CAPABILITIES -> fetchCapabilities(address, request);
            case PcidOperation.GET_CAPABILITY -> {
                require(request.buffer(), PlacedCapability.BYTES);
                capabilities
                        .find(address, request.additional1())
                        .orElseThrow(() -> new SchemeException(Errno.ENOENT, "capability " + request.additional1()))
                        .encode(request.buffer().segment(), 0);
                request.complete(0);
            }
            case PcidOperation.SET_CAPABILITY -> {
                require(request.buffer(), CapabilityUpdate.BYTES);
                // Copied first: the asker may change its bytes while we look.
                MemorySegment asked = request.buffer().segment();
                byte[] update = asked.asSlice(0, CapabilityUpdate.BYTES).toArray(ValueLayout.JAVA_BYTE);
                capabilities.apply(address, CapabilityUpdate.decode(MemorySegment.ofArray(update), 0));
                request.complete(0);
            }
            default -> request.fail(Errno.ENOSYS);
        }
    }

    private void fetchCapabilities(PciAddress function, Request request) {
        List<PlacedCapability> all = capabilities.list(function);
        long first = request.additional1();
        long most = request.additional2();
        BufferSlice buffer = request.buffer();
        if (first < 0 || first > all.size() || most < 0 || buffer.length() / PlacedCapability.BYTES < most) {
            request.fail(Errno.EINVAL);
            return;
        }
        int count = (int) Math.min(most, all.size() - first);
        for (int i = 0; i < count; i++) {
            all.get((int) first + i).encode(buffer.segment(), (long) i * PlacedCapability.BYTES);
        }
        request.complete(count, all.size() - first - count);
    }

    private static void require(BufferSlice buffer, long bytes) {
        if (buffer.length() < bytes) {
            throw new SchemeException(Errno.EINVAL, "buffer " + buffer.length() + " < " + bytes + " bytes");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static long copy(byte[] content, long offset, BufferSlice into) {
        if (offset >= content.length) {
            return 0;
        }
        int count = (int) Math.min(content.length - offset, into.length());
        MemorySegment.copy(content, (int) offset, into.segment(), ValueLayout.JAVA_BYTE, 0, count);
        return count;
    }
}
