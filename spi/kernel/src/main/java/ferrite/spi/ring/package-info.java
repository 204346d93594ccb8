/// Ring entries and the asking end of a ring. Start reading at [SubmissionQueueEntry] and [ConsumerInstance].
@NullMarked
package ferrite.spi.ring;

import org.jspecify.annotations.NullMarked;
