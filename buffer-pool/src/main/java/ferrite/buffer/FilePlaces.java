package ferrite.buffer;

import java.util.Map;
import java.util.TreeMap;

/// Which bytes of a file are whose: those of living regions, those that regions have left, and those of others, before
/// and between ours, which are never handed out. First fit. Not thread-safe: [MappedFile] holds a lock.
final class FilePlaces {
    /// First byte to length of what regions have left; no two touch, and none touches [#end].
    private final TreeMap<Long, Long> free = new TreeMap<>();

    /// Behind the last living region.
    private long end;

    /// Behind the last region that ever was: from [#end] up to here the bytes are ours and free.
    private long highest;

    /// @param bytes whole pages
    /// @param fileBytes size of the file now: what goes beyond our own bytes is somebody else's
    /// @return first byte in the file, whole pages
    long take(long bytes, long fileBytes) {
        for (Map.Entry<Long, Long> range : free.entrySet()) {
            if (range.getValue() >= bytes) {
                return takeFree(range.getKey(), range.getValue(), bytes);
            }
        }
        boolean fits = bytes <= highest - end;
        long start = fits || fileBytes <= highest ? end : Bits.roundUp(fileBytes, Region.PAGE_BYTES);
        if (start > highest && highest > end) {
            free.put(end, highest - end);
        }
        end = start + bytes;
        highest = Math.max(highest, end);
        return start;
    }

    private long takeFree(long start, long length, long bytes) {
        free.remove(start);
        if (length > bytes) {
            free.put(start + bytes, length - bytes);
        }
        return start;
    }

    /// Below it the file may have bytes of former regions.
    long highest() {
        return highest;
    }

    /// A region is gone.
    void giveBack(long start, long bytes) {
        long from = start;
        long to = start + bytes;
        Map.Entry<Long, Long> lower = free.floorEntry(start);
        if (lower != null && lower.getKey() + lower.getValue() == from) {
            free.remove(lower.getKey());
            from = lower.getKey();
        }
        Long higher = free.remove(to);
        if (higher != null) {
            to += higher;
        }
        if (to == end) {
            end = from;
        } else {
            free.put(from, to - from);
        }
    }
}
