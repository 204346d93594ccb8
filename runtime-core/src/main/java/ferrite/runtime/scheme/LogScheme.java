package ferrite.runtime.scheme;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.Stat;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// `log:TOPIC`: what is written appears in the log, a record a write, under the caller's name.
final class LogScheme implements AsyncScheme {
    /// Longest record, bytes.
    private static final int RECORD_BYTES_MAX = 4096;

    private static final Logger LOG = System.getLogger("ferrite.log");

    private final OpenFiles<String> topics = new OpenFiles<>();

    @Override
    public void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open(String path, long _) -> request.complete(topics.add(path));
            case Operation.Write(long file, long _, BufferSlice from) -> {
                String topic = topics.get(file);
                if (from.length() > RECORD_BYTES_MAX) {
                    request.fail(Errno.EMSGSIZE);
                    return;
                }
                String text = new String(from.segment().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
                String speaker = request.caller().name() + (topic.isEmpty() ? "" : " " + topic);
                LOG.log(Level.INFO, () -> speaker + ": " + text.strip());
                request.complete(from.length());
            }
            case Operation.Read(long file, long _, BufferSlice _) -> {
                topics.get(file);
                request.complete(0);
            }
            case Operation.Fstat(long file, BufferSlice into) -> {
                topics.get(file);
                request.complete(Answers.stat(new Stat(0, 1, Stat.MODE_CHARACTER), into));
            }
            case Operation.Close(long file) -> {
                topics.remove(file);
                request.complete(0);
            }
            default -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public void cancel(Request request) {
        // nothing is ever kept
    }
}
