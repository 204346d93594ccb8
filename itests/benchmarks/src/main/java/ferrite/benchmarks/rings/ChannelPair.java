package ferrite.benchmarks.rings;

/// A request ring made of two channels.
///
/// @param submissions to the server
/// @param completions back
record ChannelPair(Channel submissions, Channel completions) implements RequestRing {
    @Override
    public int ask(int count) {
        return submissions.send(count);
    }

    @Override
    public int serve(int limit) {
        int received = submissions.receive(limit);
        for (int answered = 0; answered < received; ) {
            answered += completions.send(received - answered);
        }
        return received;
    }

    @Override
    public int reap(int limit) {
        return completions.receive(limit);
    }
}
