/// The machine below the JVM: threads on chosen processors, system calls, real io_uring, C programs, native allocators.
@NullMarked
package ferrite.benchmarks.host;

import org.jspecify.annotations.NullMarked;
