/// Who runs when: run tokens, the threads that lend themselves, time. Start reading at [Scheduler].
@NullMarked
package ferrite.runtime.schedule;

import org.jspecify.annotations.NullMarked;
