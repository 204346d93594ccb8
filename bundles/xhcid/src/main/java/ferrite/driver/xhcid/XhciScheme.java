package ferrite.driver.xhcid;

import ferrite.driver.xhcid.OpenFiles.OpenFile;
import ferrite.driver.xhcid.UsbNode.EndpointFile;
import ferrite.driver.xhcid.UsbNode.Listing;
import ferrite.driver.xhcid.UsbNode.Port;
import ferrite.driver.xhcid.UsbNode.PortFile;
import ferrite.hw.usb.SetupPacket;
import ferrite.hw.usb.XhcidOperation;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.Stat;

/// What clients see of xhcid. The only file that knows our opcodes: transfers go to an [Endpoint], the rest is
/// answered here.
final class XhciScheme implements AsyncScheme {
    private final UsbTree tree;
    private final DeviceConfigurator configurator;
    private final EndpointRecovery recovery;
    private final ControlPipe pipe;
    private final OpenFiles files;

    XhciScheme(
            UsbTree tree,
            DeviceConfigurator configurator,
            EndpointRecovery recovery,
            ControlPipe pipe,
            OpenFiles files) {
        this.tree = tree;
        this.configurator = configurator;
        this.recovery = recovery;
        this.pipe = pipe;
        this.files = files;
    }

    @Override
    public void handle(Request request) {
        int ring = request.ring();
        switch (Operation.of(request)) {
            case Operation.Read(long file, long offset, BufferSlice into) ->
                read(files.get(file, ring), offset, into, request);
            case Operation.Write(long file, long _, BufferSlice _) -> transfer(files.get(file, ring), false, request);
            case Operation.Private(int opcode) -> operate(opcode, files.get(request.file(), ring), request);
            case Operation.Open(String path, long flags) -> request.complete(open(path, flags, ring));
            case Operation.Dup(long file, String argument) -> request.complete(dup(files.get(file, ring), argument));
            case Operation.Close(long file) -> {
                files.close(file, ring);
                request.complete(0);
            }
            case Operation.Fsync(long file) -> {
                files.get(file, ring);
                request.complete(0);
            }
            case Operation.Fstat(long file, BufferSlice into) -> request.complete(stat(files.get(file, ring), into));
            case Operation.Fpath(long file, BufferSlice into) ->
                request.complete(UsbTree.copy(files.get(file, ring).node().path(), 0, into));
            case Operation.Ftruncate(long file, long _) -> {
                files.get(file, ring);
                request.fail(Errno.EACCES);
            }
            case Operation.RegisterEvents(long file, int _) ->
                device(files.get(file, ring)).watchers().add(request);
            case Operation.Other _ -> request.fail(Errno.ENOSYS);
        }
    }

    /// Stops the endpoint, if the request has reached its ring.
    @Override
    public void cancel(Request request) {
        for (DeviceSlot device : tree.devices()) {
            if (device.removeWatcher(request)) {
                request.fail(Errno.ECANCELED);
                return;
            }
            for (Endpoint endpoint : device.endpoints()) {
                if (endpoint.holds(request)) {
                    recovery.cancel(device, endpoint, request);
                    return;
                }
            }
        }
        request.fail(Errno.ECANCELED);
    }

    @Override
    public void detached(int ring) {
        files.closeAll(ring);
    }

    private long open(String path, long flags, int ring) {
        UsbNode node = UsbNode.parse(path).orElseThrow(() -> new SchemeException(Errno.ENOENT, path));
        long deviceId = tree.find(node).orElseThrow(() -> new SchemeException(Errno.ENOENT, path));
        boolean directory = node.mode() == Stat.MODE_DIRECTORY;
        boolean writes = (flags & OpenFlags.WRONLY) != 0;
        if (directory && writes) {
            throw new SchemeException(Errno.EISDIR, path);
        }
        if (!directory && (flags & OpenFlags.DIRECTORY) != 0) {
            throw new SchemeException(Errno.ENOTDIR, path);
        }
        if (writes && !node.isWritable()) {
            throw new SchemeException(Errno.EACCES, path + " is read only");
        }
        return files.open(new OpenFile(node, deviceId, ring));
    }

    private long dup(OpenFile file, String argument) {
        if (!argument.isEmpty()) {
            throw new SchemeException(Errno.EINVAL, file.node().path() + " has no part \"" + argument + '"');
        }
        return files.open(file);
    }

    private void read(OpenFile file, long offset, BufferSlice into, Request request) {
        if (file.node() instanceof EndpointFile(int _, var _, boolean data) && data) {
            transfer(file, true, request);
        } else if (offset < 0) {
            request.fail(Errno.EINVAL);
        } else {
            request.complete(UsbTree.copy(tree.text(file), offset, into));
        }
    }

    private void operate(int opcode, OpenFile file, Request request) {
        switch (opcode) {
            case XhcidOperation.TRANSFER ->
                transfer(file, endpoint(file).info().address().in(), request);
            case XhcidOperation.CONTROL -> control(device(file), request);
            case XhcidOperation.CONFIGURE -> {
                long which = request.additional2();
                configurator.configure(
                        device(file),
                        (int) Math.min(request.additional1(), Integer.MAX_VALUE),
                        (int) which & 0xFF,
                        (int) (which >>> 8) & 0xFF);
                request.complete(0);
            }
            case XhcidOperation.RESET_ENDPOINT -> {
                Endpoint endpoint = endpoint(file);
                recovery.reset(tree.device(file), endpoint, pipe);
                request.complete(0);
            }
            default -> request.fail(Errno.ENOSYS);
        }
    }

    /// One transfer in the endpoint's direction.
    private void transfer(OpenFile file, boolean in, Request request) {
        Endpoint endpoint = endpoint(file);
        if (endpoint.info().address().in() != in) {
            request.fail(Errno.EBADF);
        } else if (in && request.buffer().length() == 0) {
            request.complete(0);
        } else {
            request.buffer(); // EFAULT without one
            endpoint.submit(request);
        }
    }

    private void control(DeviceSlot device, Request request) {
        SetupPacket setup = SetupPacket.ofLong(request.additional1());
        long bytes = request.hasBuffer() ? request.buffer().length() : 0;
        if (setup.length() != bytes) {
            request.fail(Errno.EINVAL);
        } else if (changesConfiguration(setup)) {
            // Behind the controller's back its contexts would no longer fit the device; CONFIGURE does both.
            request.fail(Errno.EPERM);
        } else {
            device.control().submit(request);
        }
    }

    private static boolean changesConfiguration(SetupPacket setup) {
        return setup.type() == SetupPacket.TYPE_STANDARD
                && (setup.request() == SetupPacket.SET_ADDRESS
                        || setup.request() == SetupPacket.SET_CONFIGURATION
                        || setup.request() == SetupPacket.SET_INTERFACE);
    }

    private DeviceSlot device(OpenFile file) {
        if (file.node() instanceof Port(int _, PortFile part) && part == PortFile.CONTROL) {
            return tree.device(file);
        }
        throw new SchemeException(Errno.EBADF, file.node().path() + " is not a ctl file");
    }

    private Endpoint endpoint(OpenFile file) {
        if (file.node() instanceof EndpointFile(int _, var address, boolean data) && data) {
            return tree.device(file)
                    .endpoint(address.dci())
                    .orElseThrow(
                            () -> new SchemeException(Errno.ENODEV, file.node().path()));
        }
        throw new SchemeException(Errno.EBADF, file.node().path() + " is not an endpoint's data file");
    }

    private long stat(OpenFile file, BufferSlice into) {
        UsbNode node = file.node();
        long size = node instanceof Listing || node instanceof Port && node.mode() == Stat.MODE_FILE
                ? tree.text(file).length
                : 0;
        if (into.length() < Stat.BYTES) {
            throw new SchemeException(Errno.EINVAL, "buffer " + into.length() + " < " + Stat.BYTES + " bytes");
        }
        new Stat(size, 1, node.mode()).encode(into.segment(), 0);
        return Stat.BYTES;
    }
}
