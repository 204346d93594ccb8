/* The rings of the benchmarks in C: 64-byte submissions, 32-byte completions, two pinned threads, nothing checked.
 *
 *   ring MEASURE KIND CPU0 CPU1 SLICES MILLIS
 *
 * MEASURE  one-way     submissions in batches of 32, one direction
 *          round-trip  one submission, its completion, and again
 *          in-flight   128 of them at the same time, in batches of 32
 *          nop-1, nop-32  Linux io_uring NOPs in batches, one thread; KIND and CPU1 do not matter
 * KIND     index       head and tail published, once a batch
 *          sequence    a sequence word in each entry, head published every 64
 *          words       as index, but each word is written and read by itself: no vector instructions, as from Java
 *
 * Prints the nanoseconds of one entry, one line a slice, after a warm-up of one slice.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define ENTRIES 1024u
#define MASK (ENTRIES - 1)
#define BATCH 32u
#define IN_FLIGHT 128u
#define ROUND 1024u
#define HEAD_EVERY 64u
#define WORDS_MAX 8

#if defined(__x86_64__)
#define relax() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define relax() __asm__ __volatile__("isb" ::: "memory")
#else
#define relax() ((void)0)
#endif

/* What both sides see. */
struct shared {
    _Alignas(128) _Atomic uint32_t head;
    _Alignas(128) _Atomic uint32_t tail;
    _Alignas(128) uint64_t words[ENTRIES * WORDS_MAX];
};

/* What one side keeps for itself. */
struct end {
    _Alignas(128) struct shared *ring;
    uint32_t count; /* own tail of a sender, own head of a receiver */
    uint32_t seen;  /* the other's, as last read */
    uint64_t sum;
    char pad[128];
};

static struct shared submissions, completions;
static struct end sq_send, sq_receive, cq_send, cq_receive;
static int sequence_kind, words_kind, one_way, first_cpu, second_cpu;
static _Atomic int stop;

static inline uint32_t minimum(uint32_t a, uint32_t b) { return a < b ? a : b; }

static inline uint32_t room(struct end *e, uint32_t wanted) {
    uint32_t free = ENTRIES - (e->count - e->seen);
    if (free < wanted) {
        e->seen = atomic_load_explicit(&e->ring->head, memory_order_acquire);
        free = ENTRIES - (e->count - e->seen);
    }
    return minimum(free, wanted);
}

/* Word 0 of an entry is its tag, or, in a ring with sequence words, tag and sequence: it is written last. */
static inline uint32_t send(struct end *e, uint32_t wanted, const int words, const int sequence, const int single) {
    uint32_t n = room(e, wanted);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = e->count + i;
        uint64_t *w = e->ring->words + (size_t)(at & MASK) * words;
        for (int k = 1; k < words; k++)
            if (single)
                atomic_store_explicit((_Atomic uint64_t *)(w + k), at + k, memory_order_relaxed);
            else
                w[k] = at + k;
        if (sequence)
            atomic_store_explicit((_Atomic uint64_t *)w, ((uint64_t)at << 32) | (at / ENTRIES + 1),
                                  memory_order_release);
        else
            w[0] = at;
    }
    e->count += n;
    if (!sequence && n) atomic_store_explicit(&e->ring->tail, e->count, memory_order_release);
    return n;
}

static inline uint32_t receive(struct end *e, uint32_t limit, const int words, const int sequence, const int single) {
    uint32_t n = limit;
    if (!sequence) {
        uint32_t ready = e->seen - e->count;
        if (ready == 0) {
            e->seen = atomic_load_explicit(&e->ring->tail, memory_order_acquire);
            ready = e->seen - e->count;
        }
        n = minimum(ready, limit);
    }
    uint32_t i = 0;
    uint64_t sum = 0;
    for (; i < n; i++) {
        uint32_t at = e->count + i;
        uint64_t *w = e->ring->words + (size_t)(at & MASK) * words;
        uint64_t first = sequence ? atomic_load_explicit((_Atomic uint64_t *)w, memory_order_acquire) : w[0];
        if (sequence && (uint32_t)first != at / ENTRIES + 1) break;
        sum += first;
        for (int k = 1; k < words; k++)
            sum += single ? atomic_load_explicit((_Atomic uint64_t *)(w + k), memory_order_relaxed) : w[k];
    }
    uint32_t before = e->count;
    e->count += i;
    e->sum += sum;
    if (i && (!sequence || before / HEAD_EVERY != e->count / HEAD_EVERY))
        atomic_store_explicit(&e->ring->head, e->count, memory_order_release);
    return i;
}

#define KIND(move, e, n, words)                                       \
    (sequence_kind ? move(e, n, words, 1, 0) : words_kind ? move(e, n, words, 0, 1) : move(e, n, words, 0, 0))
static uint32_t ask(uint32_t n) { return KIND(send, &sq_send, n, 8); }
static uint32_t reap(uint32_t n) { return KIND(receive, &cq_receive, n, 4); }
static uint32_t take(uint32_t n) { return KIND(receive, &sq_receive, n, 8); }
static uint32_t answer(uint32_t n) { return KIND(send, &cq_send, n, 4); }

static void pin(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    sched_setaffinity(0, sizeof set, &set);
}

static void *serve(void *unused) {
    (void)unused;
    pin(second_cpu);
    while (!atomic_load_explicit(&stop, memory_order_relaxed)) {
        uint32_t n = take(BATCH);
        if (n == 0) relax();
        for (uint32_t done = one_way ? n : 0; done < n;) done += answer(n - done);
    }
    return NULL;
}

static void round_one_way(void) {
    for (uint32_t sent = 0; sent < ROUND;) {
        uint32_t n = ask(minimum(BATCH, ROUND - sent));
        if (n == 0) relax();
        sent += n;
    }
}

static void round_trips(void) {
    for (uint32_t i = 0; i < ROUND; i++) {
        while (ask(1) == 0) relax();
        while (reap(1) == 0) relax();
    }
}

static void round_in_flight(void) {
    static uint32_t in_flight;
    for (uint32_t done = 0; done < ROUND;) {
        if (in_flight + BATCH <= IN_FLIGHT) in_flight += ask(BATCH);
        uint32_t n = reap(BATCH);
        if (n == 0) relax();
        in_flight -= n;
        done += n;
    }
}

/* ---- Linux io_uring, by hand: one thread, NOPs ---- */

static uint32_t *sq_tail, *cq_head, *cq_tail, cq_mask, sq_mask, nop_batch, own_tail;
static char *sqes, *cqes;
static int uring, enter_flags = 1;

static int open_uring(void) {
    uint32_t p[30] = {0};
    int fd = (int)syscall(425, 128, p);
    if (fd < 0) return -1;
    size_t bytes = p[20 + 5] + (size_t)p[1] * 16, other = p[10 + 6] + (size_t)p[0] * 4;
    char *rings = mmap(NULL, bytes > other ? bytes : other, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
    sqes = mmap(NULL, (size_t)p[0] * 64, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0x10000000);
    if (rings == MAP_FAILED || sqes == MAP_FAILED) return -1;
    sq_tail = (uint32_t *)(rings + p[10 + 1]);
    sq_mask = *(uint32_t *)(rings + p[10 + 2]);
    for (uint32_t i = 0; i < p[0]; i++) ((uint32_t *)(rings + p[10 + 6]))[i] = i;
    cq_head = (uint32_t *)(rings + p[20]);
    cq_tail = (uint32_t *)(rings + p[20 + 1]);
    cq_mask = *(uint32_t *)(rings + p[20 + 2]);
    cqes = rings + p[20 + 5];
    struct { uint32_t offset, reserved; uint64_t data; } update = {~0u, 0, (uint64_t)fd};
    uring = fd;
    if (syscall(427, fd, 20, &update, 1) == 1) {
        uring = (int)update.offset;
        enter_flags |= 1 << 4;
    }
    return 0;
}

static void round_nops(void) {
    for (uint32_t done = 0; done < ROUND; done += nop_batch) {
        for (uint32_t i = 0; i < nop_batch; i++) {
            char *entry = sqes + (size_t)((own_tail + i) & sq_mask) * 64;
            memset(entry, 0, 64);
            *(uint64_t *)(entry + 32) = own_tail + i;
        }
        own_tail += nop_batch;
        __atomic_store_n(sq_tail, own_tail, __ATOMIC_RELEASE);
        syscall(426, uring, nop_batch, nop_batch, enter_flags, NULL, 0);
        uint32_t head = *cq_head, ready = __atomic_load_n(cq_tail, __ATOMIC_ACQUIRE) - head;
        if (ready != nop_batch) {
            fprintf(stderr, "io_uring completed %u of %u\n", ready, nop_batch);
            exit(1);
        }
        for (uint32_t i = 0; i < ready; i++) cq_receive.sum += *(uint64_t *)(cqes + (size_t)((head + i) & cq_mask) * 16);
        __atomic_store_n(cq_head, head + ready, __ATOMIC_RELEASE);
    }
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int argc, char **argv) {
    if (argc != 7) return 2;
    const char *measure = argv[1];
    sequence_kind = strcmp(argv[2], "sequence") == 0;
    words_kind = strcmp(argv[2], "words") == 0;
    first_cpu = atoi(argv[3]);
    second_cpu = atoi(argv[4]);
    int slices = atoi(argv[5]);
    double nanos = atof(argv[6]) * 1e6;
    one_way = strcmp(measure, "one-way") == 0;
    void (*round)(void) = one_way ? round_one_way : strcmp(measure, "round-trip") == 0 ? round_trips : round_in_flight;
    int alone = strncmp(measure, "nop-", 4) == 0;
    if (alone) {
        nop_batch = (uint32_t)atoi(measure + 4);
        round = round_nops;
        if (open_uring() != 0) {
            perror("no io_uring");
            return 1;
        }
    }
    sq_send.ring = sq_receive.ring = &submissions;
    cq_send.ring = cq_receive.ring = &completions;
    if (!alone) pin(first_cpu);
    pthread_t thread;
    if (!alone && pthread_create(&thread, NULL, serve, NULL) != 0) return 1;
    for (int i = 0; i <= slices; i++) {
        double start = now(), end;
        long rounds = 0;
        do {
            round();
            rounds++;
            end = now();
        } while (end - start < nanos);
        if (i > 0) printf("%.3f\n", (end - start) / ((double)rounds * ROUND));
    }
    fprintf(stderr, "sum %llu\n", (unsigned long long)(sq_receive.sum + cq_receive.sum));
    return 0; /* ends the other thread too */
}
