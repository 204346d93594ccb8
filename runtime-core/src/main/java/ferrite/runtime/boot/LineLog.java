package ferrite.runtime.boot;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/// One line for each log record, on standard error: time, level, class, message; with `--verbose`, a stack trace.
final class LineLog extends Formatter {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private final boolean traces;

    private LineLog(boolean traces) {
        this.traces = traces;
    }

    /// Sends everything from `lowest` on to standard error.
    static void install(Level lowest, boolean traces) {
        LogManager.getLogManager().reset();
        // Not System.err: the shell puts its own stream there.
        Handler handler = new StreamHandler(new FileOutputStream(FileDescriptor.err), new LineLog(traces)) {
            @Override
            public synchronized void publish(LogRecord record) {
                super.publish(record);
                flush();
            }
        };
        handler.setLevel(lowest);
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        root.setLevel(Level.INFO);
        Logger.getLogger("ferrite").setLevel(lowest);
    }

    @Override
    public String format(LogRecord record) {
        StringBuilder line = new StringBuilder(TIME.format(Instant.ofEpochMilli(record.getMillis())))
                .append(' ')
                .append(level(record.getLevel()))
                .append(' ')
                .append(shortName(String.valueOf(record.getLoggerName())))
                .append(": ")
                .append(formatMessage(record).replace('\n', ' '));
        Throwable thrown = record.getThrown();
        for (Throwable t = thrown; traces && t != null; t = t.getCause()) {
            line.append(System.lineSeparator()).append("  ").append(t);
            for (StackTraceElement frame : t.getStackTrace()) {
                line.append(System.lineSeparator()).append("    at ").append(frame);
            }
        }
        return line.append(System.lineSeparator()).toString();
    }

    private static String level(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return "WARN ";
        }
        return level.intValue() >= Level.INFO.intValue() ? "INFO " : "DEBUG";
    }

    private static String shortName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }
}
