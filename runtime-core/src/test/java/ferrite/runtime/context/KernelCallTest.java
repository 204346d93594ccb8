package ferrite.runtime.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.Test;

class KernelCallTest {
    /// Header of an object and size of a reference in a JVM with compressed references, which is the default below 32 GiB.
    private static final int HEADER_BYTES = 12;

    private static final int REFERENCE_BYTES = 4;
    private static final int RECORD_BYTES_MAX = 128;

    @Test
    void recordOfAPendingRequestHasAtMost128Bytes() {
        int bytes = HEADER_BYTES;
        for (Field field : KernelCall.class.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                bytes += sizeOf(field.getType());
            }
        }
        assertThat(bytes).isBetween(HEADER_BYTES + Long.BYTES, RECORD_BYTES_MAX);
    }

    private static int sizeOf(Class<?> type) {
        if (type == long.class) {
            return Long.BYTES;
        }
        if (type == int.class) {
            return Integer.BYTES;
        }
        return type == boolean.class ? 1 : REFERENCE_BYTES;
    }
}
