package ferrite.buffer;

/// What pages a region stands on.
public enum PageKind {
    /// The machine's smallest, 4 KiB.
    SMALL,
    /// Small ones that the kernel may merge into 2 MiB where it finds some (Linux `madvise(MADV_HUGEPAGE)`).
    TRANSPARENT_HUGE,
    /// 2 MiB, reserved beforehand by the administrator (Linux `vm.nr_hugepages`).
    HUGE
}
