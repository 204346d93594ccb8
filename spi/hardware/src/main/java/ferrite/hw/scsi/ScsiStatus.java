package ferrite.hw.scsi;

/// Status codes of a finished command (SAM-5). Bulk-only transport reduces them to passed and failed.
public final class ScsiStatus {
    /// The command did what it says.
    public static final int GOOD = 0x00;
    /// Sense data tells what happened.
    public static final int CHECK_CONDITION = 0x02;
    /// A comparison was met (PRE-FETCH only).
    public static final int CONDITION_MET = 0x04;
    /// Try again later.
    public static final int BUSY = 0x08;
    /// Another initiator holds the unit.
    public static final int RESERVATION_CONFLICT = 0x18;
    /// The task set is full.
    public static final int TASK_SET_FULL = 0x28;
    /// An automatic contingent allegiance is in force.
    public static final int ACA_ACTIVE = 0x30;
    /// The command was aborted by another initiator.
    public static final int TASK_ABORTED = 0x40;

    private ScsiStatus() {}
}
