package ferrite.driver.xhcid;

import ferrite.spi.context.Context;
import ferrite.spi.plugin.Settings;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.scheme.SchemeSocket;

/// The parts of the running driver, wired together.
///
/// @param dmaFile `memory:dma/…`
/// @param interrupt file of the interrupt, or [MessageInterrupt#NONE]
record XhciMachine(
        SchemeSocket socket,
        long dmaFile,
        long interrupt,
        HostController controller,
        EndpointRecovery recovery,
        DeviceEnumerator enumerator,
        RootHub hub,
        OpenFiles files,
        ClassDriverStarter starter,
        XhciScheme scheme) {
    private static final long MILLISECOND_NANOS = 1_000_000;
    private static final int COMPLETIONS_MAX = 64;

    /// Numbers that go on where a predecessor stopped.
    ///
    /// @param nextDeviceId 1 at first
    /// @param nextTag on the kernel ring
    record Counters(long nextDeviceId, long nextTag) {
        static final Counters FIRST = new Counters(1, MessageInterrupt.TAG + 1);
    }

    /// Files of the kernel ring.
    ///
    /// @param dma `memory:dma/…`
    /// @param interrupt of the interrupt, or [MessageInterrupt#NONE]
    record Files(long dma, long interrupt) {}

    static XhciMachine of(
            Context context,
            Settings settings,
            XhciNames names,
            SchemeSocket socket,
            Counters counters,
            Files opened,
            HostController controller) {
        ClassDriverTable drivers = ClassDriverTable.of(settings);
        EndpointRecovery recovery = new EndpointRecovery(controller);
        ControlPipe pipe = new ControlPipe(controller, recovery);
        DeviceEnumerator enumerator = new DeviceEnumerator(controller, pipe, counters.nextDeviceId());
        ClassDriverStarter starter = new ClassDriverStarter(context, drivers, names, counters.nextTag());
        long debounceNanos = settings.number("debounce_millis").orElse(0) * MILLISECOND_NANOS;
        RootHub hub = new RootHub(controller, enumerator, starter::startFor, debounceNanos);
        OpenFiles files = new OpenFiles();
        XhciScheme scheme = new XhciScheme(
                new UsbTree(hub, drivers), new DeviceConfigurator(controller, pipe), recovery, pipe, files);
        return new XhciMachine(
                socket,
                opened.dma(),
                opened.interrupt(),
                controller,
                recovery,
                enumerator,
                hub,
                files,
                starter,
                scheme);
    }

    /// One turn of duty: events first, because they answer requests; then new requests; last the ports, which take
    /// longest.
    ///
    /// @return how many pieces of work were found
    int poll(Context context, int budget) {
        int found = context.kernel().reap(this::kernelCompletion, COMPLETIONS_MAX);
        found += controller.drain(budget);
        found += recovery.recoverControls();
        found += socket.poll(budget, scheme);
        found += recovery.recoverControls(); // of events that a request's commands have met
        found += hub.service();
        controller.flush();
        return found;
    }

    /// An interrupt's event needs no answer: the event ring itself was looked at.
    private void kernelCompletion(CompletionQueueEntry completion) {
        if (completion.userData() != MessageInterrupt.TAG) {
            starter.finish(completion);
        }
    }
}
