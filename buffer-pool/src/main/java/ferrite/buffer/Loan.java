package ferrite.buffer;

/// How long somebody else may touch lent bytes.
sealed interface Loan permits RequestLoan, MappingLoan {

    boolean isOpen();

    /// Ends it; a second call does nothing.
    void end();
}
