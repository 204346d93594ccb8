package ferrite.device.usbstick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.hw.scsi.Cdb;
import ferrite.hw.usb.storage.CommandStatusWrapper;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.PluginState;
import ferrite.testkit.fake.FakeRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A swap of the stick: what the host sees, and states that nobody saved.
final class StickStateTest {
    private static final int HOSTILE_RUNS = 500;

    private StickRig rig;

    @BeforeEach
    void plugIn(@TempDir Path folder) throws IOException {
        rig = StickRig.configured(folder);
    }

    @AfterEach
    void pullOut() {
        rig.close();
    }

    @Test
    void aReadGoesOnAfterASwap() {
        rig.command(new Cdb.Read10(1, 2, 0), 1024, true);
        assertThat(StickRig.bytes(rig.in(300))).isEqualTo(StickRig.pattern(512, 300));

        rig.swap();

        assertThat(StickRig.bytes(rig.in(724))).isEqualTo(StickRig.pattern(812, 724));
        assertThat(rig.status().status()).isZero();
    }

    @Test
    void aWriteGoesOnAfterASwap() {
        rig.command(new Cdb.Write10(0, 1, Cdb.FLAG_FORCE_UNIT_ACCESS), 512, false);
        rig.out(new byte[100]);

        rig.swap();
        rig.out(new byte[412]);

        assertThat(rig.status().status()).isZero();
        assertThat(Arrays.copyOf(rig.imageBytes(), 512)).containsOnly(0);
    }

    @Test
    void aMadeUpAnswerGoesOnAfterASwap() {
        byte[] whole = rig.ask(new Cdb.Inquiry(false, 0, 36), 36);
        rig.command(new Cdb.Inquiry(false, 0, 36), 36, true);
        rig.in(10);

        rig.swap();

        assertThat(StickRig.bytes(rig.in(26))).isEqualTo(Arrays.copyOfRange(whole, 10, 36));
    }

    @Test
    void packetsThatWaitAreAnsweredByTheSuccessor() {
        FakeRequest data = rig.in(512);
        FakeRequest status = rig.in(CommandStatusWrapper.BYTES);
        assertThat(rig.stick().isQuiet()).isTrue();

        rig.swap();
        rig.command(new Cdb.Read10(3, 1, 0), 512, true);

        assertThat(StickRig.bytes(data)).isEqualTo(StickRig.pattern(3 * 512, 512));
        assertThat(status.status()).isEqualTo(CommandStatusWrapper.BYTES);
    }

    @Test
    void haltsSenseAndUnitStateSurviveASwap() {
        rig.plain(new Cdb.StartStopUnit(false, 0, true, false));
        rig.plain(new Cdb.TestUnitReady());

        rig.swap();

        assertThat(rig.sense()).isEqualTo("2/3a/00");
        rig.out(new byte[31]);
        rig.swap();
        assertThat(rig.in(13).status()).isEqualTo(Errno.EPIPE.status());
    }

    @Test
    void theIncumbentCanTakeItsStateBack() {
        rig.command(new Cdb.Read10(0, 1, 0), 512, true);
        UsbStick stick = rig.stick();

        PluginState state = stick.save();
        stick.restore(state);

        assertThat(StickRig.bytes(rig.in(512))).isEqualTo(StickRig.pattern(0, 512));
    }

    @Test
    void anotherVersionIsRefused() {
        byte[] bytes = rig.stick().save().bytes();

        assertThatThrownBy(() -> rig.another().restore(new PluginState(1, bytes)))
                .isInstanceOfSatisfying(
                        SchemeException.class,
                        refusal -> assertThat(refusal.errno()).isEqualTo(Errno.EOPNOTSUPP));
        rig.another().restore(new PluginState(UsbStick.STATE_VERSION, bytes));
    }

    @Test
    void hostileStatesAreRefusedOrHarmless() {
        PluginState good = rig.stick().save();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int run = 0; run < HOSTILE_RUNS; run++) {
            byte[] bytes = good.bytes();
            int changes = 1 + random.nextInt(4);
            for (int i = 0; i < changes; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            byte[] hostile = Arrays.copyOf(bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length);
            UsbStick stick = rig.another();
            try {
                stick.restore(new PluginState(UsbStick.STATE_VERSION, hostile));
                stick.poll(1);
                stick.stop();
            } catch (SchemeException refused) {
                assertThat(refused.errno()).as("seed %d run %d", seed, run).isEqualTo(Errno.EBADMSG);
            }
        }
        rig.another().restore(good);
    }
}
