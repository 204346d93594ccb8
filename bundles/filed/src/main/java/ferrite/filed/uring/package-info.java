/// One io_uring of the host, through `syscall(2)` and `mmap(2)`. Start reading at [Uring]; [RegisteredBuffers] keeps
/// pool memory registered with it. Source: `linux/io_uring.h`, io_uring_setup(2), io_uring_enter(2), io_uring_register(2).
@NullMarked
package ferrite.filed.uring;

import org.jspecify.annotations.NullMarked;
