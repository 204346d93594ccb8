package ferrite.runtime.boot;

import java.util.concurrent.Callable;
import java.util.logging.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `ferrite settle`: starts a machine, prints how long that took, and ends. For measurements, and for the training run
/// of the AOT cache.
@Command(name = "settle", hidden = true)
final class SettleCommand implements Callable<Integer> {
    @Mixin
    private MachineOptions options = new MachineOptions();

    SettleCommand() {
        // Filled by picocli.
    }

    @Override
    public Integer call() {
        options.common().startLog(Level.WARNING);
        try (RunningMachine machine = RunningMachine.start(Installation.ofThisProgram(), options)) {
            boolean settled = machine.awaitSettled();
            System.out.println(BootTime.settled());
            return settled ? 0 : Main.BOOT_FAILED;
        }
    }
}
