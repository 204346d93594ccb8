package ferrite.buffer;

import static ferrite.buffer.BlockTable.NONE;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Which ranges of a pool's regions are free: two-level segregated fit.
///
/// Masmano, Ripoll, Crespo, Real: "TLSF: a New Dynamic Memory Allocator for Real-Time Systems", ECRTS 2004; with the
/// block headers in a side table, and address alignment by splitting. Every region is a chain of blocks; neighbours
/// that are free are merged at once; the chains of two regions never touch, so no range spans two.
///
/// Regions are of two zones with lists of their own: the pool's usual memory, and memory below 4 GiB for devices.
///
/// Taking and releasing is O(1), a fixed place O(log64 region). Not thread-safe: its pool holds a lock.
final class FreeSpace {
    /// Every range starts at a multiple of this and is rounded up to it, bytes: at most 63 bytes a slice are lost.
    static final long GRANULE_BYTES = 64;

    /// Free blocks that a best-fit search looks at before it settles for a block that surely is large enough.
    static final int CANDIDATES_MAX = 64;

    /// Free blocks that are looked at before the answer is ENOMEM: a bound for the worst case.
    static final int CANDIDATES_AT_LAST_MAX = 1024;

    private final BlockTable blocks = new BlockTable();
    private final SizeClasses[] free = {new SizeClasses(blocks), new SizeClasses(blocks)};
    private final List<@Nullable PoolRegion> regions = new ArrayList<>();

    /// By place in the pool.
    private final List<PoolRegion> inOrder = new ArrayList<>();
    private long granulesInUse;

    /// @return the new region as one free block
    int add(PoolRegion region) {
        int number = regions.indexOf(null);
        if (number < 0) {
            number = regions.size();
            regions.add(region);
        } else {
            regions.set(number, region);
        }
        inOrder.add(region);
        int block = blocks.add(number, 0, region.granules());
        region.starts().put(0, block);
        lists(block).add(block);
        return block;
    }

    private SizeClasses lists(int block) {
        return free[region(block).zone()];
    }

    /// Forgets a region in which nothing is taken.
    void remove(PoolRegion region) {
        int block = region.starts().at(0);
        lists(block).remove(block);
        regions.set(blocks.region(block), null);
        inOrder.remove(region);
        blocks.remove(block);
    }

    /// The first block of the lowest size class in which every block is large enough, alignment gap included.
    int greedy(Wanted wanted) {
        SizeClasses lists = free[wanted.zone()];
        int sizeClass = lists.filledFrom(SizeClasses.surelyLargeEnough(wanted.granules() + wanted.gapMost()));
        return sizeClass == SizeClasses.NO_CLASS ? NONE : lists.first(sizeClass);
    }

    /// The smallest block that fits. Exact up to 4,032 bytes and as long as it is among the first
    /// [#CANDIDATES_MAX] candidates; otherwise at most 1/32 larger than the smallest, or what [#greedy] finds.
    int best(Wanted wanted) {
        int found = smallest(wanted, CANDIDATES_MAX);
        return found != NONE ? found : greedy(wanted);
    }

    /// The last resort: a block that fits if there is one among the first [#CANDIDATES_AT_LAST_MAX] that are about as
    /// large as wanted. Misses one only if so many stand in the way that are a granule too short or lie badly aligned.
    int any(Wanted wanted) {
        return smallest(wanted, CANDIDATES_AT_LAST_MAX);
    }

    private int smallest(Wanted wanted, int candidatesMost) {
        SizeClasses lists = free[wanted.zone()];
        int candidates = candidatesMost;
        int sizeClass = lists.filledFrom(SizeClasses.classOf(wanted.granules()));
        while (sizeClass != SizeClasses.NO_CLASS) {
            int smallest = NONE;
            for (int block = lists.first(sizeClass); block != NONE; block = blocks.freeAfter(block)) {
                if (candidates == 0) {
                    return smallest;
                }
                candidates--;
                if (fits(block, wanted) && (smallest == NONE || blocks.size(block) < blocks.size(smallest))) {
                    smallest = block;
                }
            }
            if (smallest != NONE) {
                return smallest;
            }
            sizeClass = lists.filledFrom(sizeClass + 1);
        }
        return NONE;
    }

    private boolean fits(int block, Wanted wanted) {
        return wanted.granules() <= blocks.size(block) - gap(block, wanted);
    }

    private int gap(int block, Wanted wanted) {
        long address = region(block).memory().base() + blocks.start(block) * GRANULE_BYTES;
        return (int) ((Bits.roundUp(address, wanted.alignment()) - address) / GRANULE_BYTES);
    }

    /// Takes the wanted range out of a free block in which it fits.
    ///
    /// @return the taken block
    int take(int block, Wanted wanted) {
        return take(block, gap(block, wanted), wanted.granules());
    }

    private int take(int block, int gap, int size) {
        lists(block).remove(block);
        int taken = block;
        if (gap > 0) {
            taken = split(block, gap);
            lists(block).add(block);
        }
        if (blocks.size(taken) > size) {
            addFree(split(taken, size));
        }
        granulesInUse += size;
        return taken;
    }

    private void addFree(int block) {
        lists(block).add(block);
    }

    /// @return the upper part
    private int split(int block, int size) {
        int number = blocks.region(block);
        int upper = blocks.add(number, blocks.start(block) + size, blocks.size(block) - size);
        blocks.setSize(block, size);
        blocks.link(upper, blocks.higher(block));
        blocks.link(block, upper);
        region(upper).starts().put(blocks.start(upper), upper);
        return upper;
    }

    /// Takes exactly this place.
    ///
    /// @param offset in the pool, bytes
    /// @return the taken block, or NONE if a byte of it is taken
    /// @throws SchemeException EINVAL if the place is not in one region or not aligned
    int takeFixed(long offset, Wanted wanted) {
        PoolRegion region = regionOf(offset, wanted.granules() * GRANULE_BYTES);
        long start = offset - region.poolStart();
        long unit = Math.max(wanted.alignment(), GRANULE_BYTES);
        if ((region.memory().base() + start) % unit != 0) {
            throw new SchemeException(Errno.EINVAL, "fixed offset " + offset + " is not aligned to " + unit);
        }
        int granule = (int) (start / GRANULE_BYTES);
        int block = region.starts().covering(granule);
        int gap = granule - blocks.start(block);
        if (!blocks.isFree(block) || wanted.granules() > blocks.size(block) - gap) {
            return NONE;
        }
        return take(block, gap, wanted.granules());
    }

    private PoolRegion regionOf(long offset, long bytes) {
        int low = 0;
        int high = inOrder.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            PoolRegion region = inOrder.get(middle);
            if (region.contains(offset, bytes)) {
                return region;
            }
            if (offset < region.poolStart()) {
                high = middle - 1;
            } else {
                low = middle + 1;
            }
        }
        throw new SchemeException(Errno.EINVAL, "no region has " + bytes + " bytes at offset " + offset);
    }

    /// Makes a taken block free and merges it with free neighbours.
    void release(int block) {
        granulesInUse -= blocks.size(block);
        int merged = block;
        int higher = blocks.higher(merged);
        if (higher != NONE && blocks.isFree(higher)) {
            lists(higher).remove(higher);
            absorb(merged, higher);
        }
        int lower = blocks.lower(merged);
        if (lower != NONE && blocks.isFree(lower)) {
            lists(lower).remove(lower);
            absorb(lower, merged);
            merged = lower;
        }
        lists(merged).add(merged);
    }

    /// Makes a taken block shorter, or longer by the free bytes behind it.
    ///
    /// @return false, and nothing changes, if they do not suffice
    boolean resize(int block, int size) {
        int before = blocks.size(block);
        int higher = blocks.higher(block);
        boolean canMerge = higher != NONE && blocks.isFree(higher);
        if (size > before + (canMerge ? blocks.size(higher) : 0)) {
            return false;
        }
        if (size != before && canMerge) {
            lists(higher).remove(higher);
            absorb(block, higher);
        }
        if (blocks.size(block) > size) {
            addFree(split(block, size));
        }
        granulesInUse += size - before;
        return true;
    }

    private void absorb(int lower, int upper) {
        region(upper).starts().remove(blocks.start(upper));
        blocks.setSize(lower, blocks.size(lower) + blocks.size(upper));
        blocks.link(lower, blocks.higher(upper));
        blocks.remove(upper);
    }

    /// The block that begins there, or NONE.
    int startingAt(long offset) {
        if (offset % GRANULE_BYTES != 0) {
            return NONE;
        }
        PoolRegion region = regionOf(offset, 1);
        return region.starts().at((int) ((offset - region.poolStart()) / GRANULE_BYTES));
    }

    PoolRegion region(int block) {
        return Objects.requireNonNull(regions.get(blocks.region(block)));
    }

    /// First byte in the region.
    long start(int block) {
        return blocks.start(block) * GRANULE_BYTES;
    }

    long bytes(int block) {
        return blocks.size(block) * GRANULE_BYTES;
    }

    long bytesInUse() {
        return granulesInUse * GRANULE_BYTES;
    }
}
