package ferrite.buffer;

/// The owner that one thread is for good.
record OneThread(Thread thread) implements Owner {
    @Override
    public boolean isMe() {
        return thread == Thread.currentThread();
    }
}
