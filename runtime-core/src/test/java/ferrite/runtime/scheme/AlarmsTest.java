package ferrite.runtime.scheme;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.runtime.schedule.Scheduler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AlarmsTest {
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private final Scheduler scheduler = new Scheduler("alarms");
    private final Alarms alarms = new Alarms(scheduler);

    @AfterEach
    void close() {
        scheduler.close();
    }

    @Test
    void alarmsThatWereTakenBackDoNotPileUp() {
        long now = System.nanoTime();
        Alarm kept = alarm(now + HOUR, () -> {});
        alarms.add(kept);
        for (int i = 0; i < 1_000_000; i++) {
            Alarm alarm = alarm(now + HOUR - i, () -> {});
            alarms.add(alarm);
            assertThat(alarm.claim()).isTrue();
        }
        assertThat(alarms.size()).isLessThanOrEqualTo(Alarms.KEPT_MIN);
        assertThat(kept.isOver()).isFalse();
    }

    @Test
    void alarmsRingInTheirOrderAndOnce() throws InterruptedException {
        long seed = Long.getLong("SEED", System.nanoTime());
        Random random = new Random(seed);
        int count = 500;
        CountDownLatch rung = new CountDownLatch(count);
        List<Long> order = Collections.synchronizedList(new ArrayList<>());
        long begin = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
        for (int i = 0; i < count; i++) {
            long at = begin + random.nextInt(50_000_000);
            alarms.add(alarm(at, () -> {
                order.add(at);
                rung.countDown();
            }));
        }
        assertThat(rung.await(10, TimeUnit.SECONDS)).as("SEED=%d", seed).isTrue();
        assertThat(order).as("SEED=%d", seed).isSorted().hasSize(count);
    }

    @Test
    void anEarlierAlarmDoesNotWaitForALaterOne() throws InterruptedException {
        CountDownLatch rung = new CountDownLatch(1);
        alarms.add(alarm(System.nanoTime() + HOUR, () -> {}));
        alarms.add(alarm(System.nanoTime() + 1_000_000, rung::countDown));
        assertThat(rung.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anAlarmRingsOrIsTakenBackButNotBoth() throws InterruptedException {
        AtomicInteger happened = new AtomicInteger();
        int count = 2_000;
        CountDownLatch over = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            Alarm alarm = alarm(System.nanoTime() + 20_000, () -> {
                happened.incrementAndGet();
                over.countDown();
            });
            alarms.add(alarm);
            for (int spin = 0; spin < (i % 100) * 10; spin++) {
                Thread.onSpinWait();
            }
            if (alarm.claim()) {
                happened.incrementAndGet();
                over.countDown();
            }
        }
        assertThat(over.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(happened).hasValue(count);
    }

    private static Alarm alarm(long at, Runnable action) {
        return new Alarm(at) {
            @Override
            void ring() {
                action.run();
            }
        };
    }
}
