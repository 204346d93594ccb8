package ferrite.driver.xhcid;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsbNodeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "summary",
                "tree",
                "port1",
                "port255/descriptors.bin",
                "port1/ctl",
                "port1/endpoints",
                "port1/endpoints/81",
                "port12/endpoints/0f/data"
            })
    void aNodesPathLeadsBackToIt(String path) {
        assertThat(UsbNode.parse(path).orElseThrow().path()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "port0",
                "port01",
                "port256",
                "port1/",
                "port1//",
                "port1/nothing",
                "port1/endpoints/1",
                "port1/endpoints/8G/data",
                "port1/endpoints/F1",
                "port1/endpoints/91",
                "port1/endpoints/81/ctl",
                "port1/state/81",
                "port1/endpoints/81/data/x",
                "../port1"
            })
    void otherPathsNameNothing(String path) {
        assertThat(UsbNode.parse(path).filter(node -> node.path().equals(path))).isEmpty();
    }
}
