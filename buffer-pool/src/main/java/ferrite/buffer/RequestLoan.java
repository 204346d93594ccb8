package ferrite.buffer;

/// Until the runtime ends it, which it does when the request is answered.
final class RequestLoan implements Loan {
    private volatile boolean ended;

    @Override
    public boolean isOpen() {
        return !ended;
    }

    @Override
    public void end() {
        ended = true;
    }
}
