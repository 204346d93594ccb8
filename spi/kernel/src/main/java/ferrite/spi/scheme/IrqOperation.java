package ferrite.spi.scheme;

/// Private opcodes of the kernel's `irq:` scheme.
public final class IrqOperation {
    /// On the file `irq:msi`: a message was signalled. `additional1` = its address, `additional2` = its data. Status 0;
    /// ENXIO if no interrupt answers to it.
    public static final int SIGNAL = 128;

    private IrqOperation() {}
}
