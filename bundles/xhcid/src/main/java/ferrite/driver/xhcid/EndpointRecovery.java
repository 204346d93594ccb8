package ferrite.driver.xhcid;

import ferrite.hw.usb.SetupPacket;
import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.EndpointState;
import ferrite.hw.xhci.SlotContext;
import ferrite.hw.xhci.Trb;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.Request;
import java.util.List;

/// Takes endpoints out of halt and requests out of rings (xHCI 1.2 §4.6.8 to §4.6.10). Every method waits.
///
/// ```
///   Running --error--> Halted --Reset Endpoint--> Stopped --Set TR Dequeue, doorbell--> Running
///   Running --Stop Endpoint--> Stopped --(Set TR Dequeue,) doorbell--> Running
/// ```
final class EndpointRecovery {
    private static final int SLOT_CONTEXT = 1;

    private final HostController controller;

    EndpointRecovery(HostController controller) {
        this.controller = controller;
    }

    /// Takes a control endpoint out of halt, if it is; a control endpoint needs no CLEAR_FEATURE (USB 2.0
    /// §8.5.3.4).
    void recoverControl(DeviceSlot device) {
        Endpoint control = device.control();
        if (control.isHalted()) {
            leaveHalt(device, control);
            control.restarted();
        }
    }

    /// Takes all control endpoints out of halt that were halted since the last turn.
    ///
    /// @return how many
    int recoverControls() {
        List<Endpoint> halted = List.copyOf(controller.toRecover());
        controller.toRecover().clear();
        for (Endpoint control : halted) {
            controller.devices().stream()
                    .filter(device -> device.slot() == control.info().slot() && !device.isGone())
                    .findFirst()
                    .ifPresent(this::recoverControl);
        }
        return halted.size();
    }

    /// What a class driver asks for after EPIPE: the endpoint works again, here and in the device, and begins with
    /// data toggle 0 on both sides. What was still in it ends with ECANCELED.
    ///
    /// @throws SchemeException EIO, EPIPE, ENODEV, ETIMEDOUT
    void reset(DeviceSlot device, Endpoint endpoint, ControlPipe pipe) {
        boolean halted = isHalted(device, endpoint);
        if (halted) {
            leaveHalt(device, endpoint);
        } else {
            stop(device, endpoint);
        }
        endpoint.failAll(Errno.ECANCELED);
        pipe.noData(device, SetupPacket.clearHalt(endpoint.info().address()));
        if (!halted) {
            reconfigure(device, endpoint);
        }
        endpoint.restarted();
    }

    /// Takes one request back.
    void cancel(DeviceSlot device, Endpoint endpoint, Request request) {
        if (endpoint.removeWaiting(request)) {
            request.fail(Errno.ECANCELED);
            return;
        }
        if (endpoint.find(request).isPresent()) {
            stop(device, endpoint);
            // It may have ended while the endpoint stopped.
            endpoint.find(request).ifPresent(descriptor -> takeBack(device, endpoint, descriptor));
            goOn(endpoint);
        }
    }

    /// Takes one of the driver's own requests back.
    void takeBack(DeviceSlot device, Endpoint endpoint, Asker asker) {
        stop(device, endpoint);
        endpoint.pending().stream()
                .filter(descriptor -> descriptor.asker().equals(asker))
                .findFirst()
                .ifPresent(descriptor -> takeBack(device, endpoint, descriptor));
        goOn(endpoint);
    }

    private void takeBack(DeviceSlot device, Endpoint endpoint, TransferDescriptor descriptor) {
        if (endpoint.takeBack(descriptor) && !endpoint.isHalted()) {
            setDequeue(device, endpoint, endpoint.resumeIndex());
        }
        endpoint.promote();
    }

    private void goOn(Endpoint endpoint) {
        if (!endpoint.pending().isEmpty()) {
            controller.ringLater(endpoint);
        }
    }

    private void stop(DeviceSlot device, Endpoint endpoint) {
        Trb.StopEndpoint stop =
                new Trb.StopEndpoint(device.slot(), endpoint.info().dci(), false);
        CompletionCode code = controller.tryCommand(stop).code();
        // Context state error: it was not running, which is what we want.
        if (code != CompletionCode.SUCCESS && code != CompletionCode.CONTEXT_STATE_ERROR) {
            throw new SchemeException(Errno.EIO, "xHCI command " + stop + " ended with " + code);
        }
    }

    private boolean isHalted(DeviceSlot device, Endpoint endpoint) {
        EndpointState state = device.endpointState(endpoint.info().dci());
        return endpoint.isHalted() || state == EndpointState.HALTED || state == EndpointState.ERROR;
    }

    private void leaveHalt(DeviceSlot device, Endpoint endpoint) {
        int dci = endpoint.info().dci();
        if (device.endpointState(dci) == EndpointState.HALTED) {
            controller.command(new Trb.ResetEndpoint(device.slot(), dci, false));
        }
        setDequeue(device, endpoint, endpoint.ring().enqueueIndex());
    }

    private void setDequeue(DeviceSlot device, Endpoint endpoint, int index) {
        TransferRing ring = endpoint.ring();
        controller.command(new Trb.SetTrDequeuePointer(
                ring.addressOf(index),
                ring.cycleOf(index),
                0,
                0,
                device.slot(),
                endpoint.info().dci()));
    }

    /// Drops and adds the endpoint: the way to data toggle 0 without a halt (xHCI 1.2 §4.6.8).
    private void reconfigure(DeviceSlot device, Endpoint endpoint) {
        int dci = endpoint.info().dci();
        TransferRing ring = endpoint.ring();
        SlotContext slot = device.slotContext();
        InputContext input = new InputContext(device)
                .control(1 << dci, 1 << dci | SLOT_CONTEXT)
                .slot(slot)
                .endpoint(
                        dci,
                        device.endpointContext(dci)
                                .with(EndpointState.DISABLED)
                                .withDequeue(ring.enqueueAddress(), ring.cycle()));
        controller.command(new Trb.ConfigureEndpoint(input.address(), device.slot(), false));
    }
}
