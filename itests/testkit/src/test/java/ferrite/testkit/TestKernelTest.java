package ferrite.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.error.SchemeException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TestKernelTest {
    @Test
    void readsAKernelFile() {
        try (TestKernel kernel = new TestKernel()) {
            assertThat(kernel.text("sys:uname")).startsWith("Ferrite");
        }
    }

    @Test
    void tellsADirectoryFromAFile() {
        try (TestKernel kernel = new TestKernel()) {
            assertThat(kernel.stat("sys:").isDirectory()).isTrue();
            assertThat(kernel.stat("sys:uname").isDirectory()).isFalse();
        }
    }

    @Test
    void settingsOfTheWrongTypeAreRefused() {
        TestSettings settings = TestSettings.of(Map.of("ports", 4L, "names", List.of("a", "b")));
        assertThat(settings.number("ports")).hasValue(4);
        assertThat(settings.texts("names")).containsExactly("a", "b");
        assertThatThrownBy(() -> settings.text("ports"))
                .isInstanceOf(SchemeException.class)
                .hasMessageContaining("ports");
    }
}
