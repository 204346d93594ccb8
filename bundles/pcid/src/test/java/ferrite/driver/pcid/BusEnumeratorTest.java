package ferrite.driver.pcid;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.pci.Bar;
import ferrite.hw.pci.ConfigSpace;
import ferrite.hw.pci.PciClass;
import ferrite.testkit.fake.FakeContext;
import ferrite.testkit.fake.FakeRing;
import java.util.List;
import org.junit.jupiter.api.Test;

class BusEnumeratorTest {
    private final FakeBridge bridge = new FakeBridge();
    private final FakeContext context = new FakeContext("test", new FakeKernel());
    private final BusEnumerator enumerator =
            new BusEnumerator(new ConfigAccess(new FakeRing(1, bridge, context::turn), 2));

    private List<String> found(int first, int last) {
        return enumerator.enumerate(first, last).stream()
                .map(function -> function.address().toString())
                .toList();
    }

    @Test
    void functionsOfAllBusesAreFoundInOrder() {
        bridge.add("00:00.0").code(PciClass.HOST_BRIDGE);
        bridge.add("03:1f.0");
        bridge.add("00:04.0");
        assertThat(found(0, 3)).containsExactly("0000:00:00.0", "0000:00:04.0", "0000:03:1f.0");
    }

    @Test
    void busesOutsideOfTheRangeAreNotAsked() {
        bridge.add("00:01.0");
        bridge.add("02:01.0");
        assertThat(found(1, 1)).isEmpty();
    }

    @Test
    void theLastBusOfASegmentIsAsked() {
        bridge.add("ff:1f.0");
        assertThat(found(0, 255)).containsExactly("0000:ff:1f.0");
    }

    @Test
    void furtherFunctionsCountOnlyIfFunctionZeroSaysSo() {
        bridge.add("00:01.0");
        bridge.add("00:01.3");
        bridge.add("00:02.0").header(ConfigSpace.HEADER_TYPE_MULTIFUNCTION);
        bridge.add("00:02.7");
        assertThat(found(0, 0)).containsExactly("0000:00:01.0", "0000:00:02.0", "0000:00:02.7");
    }

    @Test
    void withoutFunctionZeroThereIsNoDevice() {
        bridge.add("00:05.1");
        assertThat(found(0, 0)).isEmpty();
    }

    @Test
    void vendorZeroIsNobody() {
        bridge.add("00:06.0").id(0, 0);
        assertThat(found(0, 0)).isEmpty();
    }

    @Test
    void aBridgeHasTwoBarsAndAnUnknownHeaderNone() {
        Bar bar = new Bar.Memory32(0, 4096, false);
        bridge.add("00:01.0").header(ConfigSpace.HEADER_TYPE_BRIDGE).bar(1, bar).bar(2, bar);
        bridge.add("00:02.0").header(0x55).bar(0, bar);
        List<PciFunction> found = enumerator.enumerate(0, 0);
        assertThat(found.get(0).config().bars()).element(1).isEqualTo(bar);
        assertThat(found.get(0).config().bars()).element(2).isEqualTo(new Bar.None());
        assertThat(found.get(1).config().bars()).containsOnly(new Bar.None());
    }
}
