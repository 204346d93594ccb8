package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// Assertions on errors.
final class Expect {
    private Expect() {}

    static void errno(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SchemeException.class,
                        thrown -> org.assertj.core.api.Assertions.assertThat(thrown.errno())
                                .as(thrown.getMessage())
                                .isEqualTo(errno));
    }
}
