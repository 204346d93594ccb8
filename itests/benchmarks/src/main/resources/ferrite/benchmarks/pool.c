/* The pool workload in C, on an allocator that is loaded by name.
 *
 *   pool LIBRARY ACQUIRE RELEASE SEQUENCE LIVE SLICES MILLIS
 *
 * ACQUIRE is a function (alignment, bytes) like aligned_alloc, or (bytes, alignment) if its name begins with "mi_".
 * SEQUENCE is a file of 64-bit words, little-endian: bits 0..19 bytes, 20..27 log2 of the alignment, 32..63 a random
 * number that chooses the victim.
 *
 * Prints the nanoseconds of one release and acquire, one line a slice, after a warm-up of one slice.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUND 1024u

typedef void *two(size_t, size_t);
typedef void give(void *);

static uint64_t *sequence;
static uint32_t mask, cursor, live;
static void **slots;
static two *acquire;
static give *release;
static int bytes_first;

static inline void *take(uint64_t word) {
    size_t bytes = word & 0xFFFFF, alignment = (size_t)1 << (word >> 20 & 0xFF);
    if (alignment < 16) alignment = 16;
    void *taken = bytes_first ? acquire(bytes, alignment) : acquire(alignment, bytes);
    if (!taken) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    return taken;
}

static void round_of_pairs(void) {
    for (uint32_t i = 0; i < ROUND; i++) {
        uint64_t word = sequence[cursor++ & mask];
        if (live == 0) {
            release(take(word));
        } else {
            void **slot = slots + (uint32_t)(((word >> 32) * live) >> 32);
            release(*slot);
            *slot = take(word);
        }
    }
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int argc, char **argv) {
    if (argc != 8) return 2;
    void *library = dlopen(argv[1], RTLD_NOW);
    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    *(void **)&acquire = dlsym(library, argv[2]);
    *(void **)&release = dlsym(library, argv[3]);
    bytes_first = strncmp(argv[2], "mi_", 3) == 0;
    FILE *file = fopen(argv[4], "rb");
    if (!acquire || !release || !file) return 1;
    fseek(file, 0, SEEK_END);
    long bytes = ftell(file);
    rewind(file);
    sequence = malloc((size_t)bytes);
    if (!sequence || fread(sequence, 1, (size_t)bytes, file) != (size_t)bytes) return 1;
    mask = (uint32_t)(bytes / 8 - 1);
    live = (uint32_t)atol(argv[5]);
    int slices = atoi(argv[6]);
    double nanos = atof(argv[7]) * 1e6;
    slots = calloc(live + 1, sizeof *slots);
    for (uint32_t i = 0; i < live; i++) slots[i] = take(sequence[cursor++ & mask]);
    for (int i = 0; i <= slices; i++) {
        double start = now(), end;
        long rounds = 0;
        do {
            round_of_pairs();
            rounds++;
            end = now();
        } while (end - start < nanos);
        if (i > 0) printf("%.3f\n", (end - start) / ((double)rounds * ROUND));
    }
    return 0;
}
