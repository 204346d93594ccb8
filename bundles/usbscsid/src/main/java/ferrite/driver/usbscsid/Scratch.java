package ferrite.driver.usbscsid;

import ferrite.hw.scsi.SenseData;
import ferrite.hw.usb.storage.CommandBlockWrapper;
import ferrite.hw.usb.storage.CommandStatusWrapper;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import java.lang.foreign.MemorySegment;

/// The driver's own bytes that devices read and write: both wrappers, sense data, and answers at start.
///
/// | offset | bytes | what                          |
/// |-------:|------:|-------------------------------|
/// |      0 |    31 | command block wrapper         |
/// |     64 |    13 | command status wrapper        |
/// |    128 |    18 | sense data                    |
/// |    192 |   256 | data of commands at start     |
///
/// @param slice one slice for all
record Scratch(BufferSlice slice) {
    static final int CBW = 0;
    static final int CSW = 64;
    static final int SENSE = 128;
    static final int ANSWER = 192;
    static final int ANSWER_BYTES = 256;
    static final int BYTES = ANSWER + ANSWER_BYTES;

    private static final int CACHE_LINE_BYTES = 64;

    static Scratch acquire(BufferPool pool) {
        return new Scratch(pool.acquire(BYTES, CACHE_LINE_BYTES));
    }

    /// What a predecessor acquired.
    ///
    /// @throws ferrite.spi.error.SchemeException EINVAL if nothing begins there, EFAULT if it is too short
    static Scratch reattach(BufferPool pool, long offset) {
        BufferSlice slice = pool.reattach(offset);
        slice.slice(0, BYTES);
        return new Scratch(slice);
    }

    MemorySegment segment() {
        return slice.segment();
    }

    BufferSlice cbw() {
        return slice.slice(CBW, CommandBlockWrapper.BYTES);
    }

    BufferSlice csw() {
        return slice.slice(CSW, CommandStatusWrapper.BYTES);
    }

    BufferSlice sense() {
        return slice.slice(SENSE, SenseData.BYTES);
    }

    BufferSlice answer(int bytes) {
        return slice.slice(ANSWER, bytes);
    }

    /// For a command without data.
    BufferSlice nothing() {
        return slice.slice(0, 0);
    }
}
