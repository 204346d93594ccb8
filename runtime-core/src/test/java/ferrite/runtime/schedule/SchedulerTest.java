package ferrite.runtime.schedule;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SchedulerTest {
    private final Scheduler scheduler = new Scheduler("test");

    @AfterEach
    void close() {
        scheduler.close();
    }

    /// Does something in each turn.
    private static Task task(Runnable turn) {
        return new Task(false) {
            @Override
            protected boolean run() {
                turn.run();
                return false;
            }
        };
    }

    private static void fails() {
        throw new AssertionError("fails on purpose");
    }

    @Test
    void aTaskThatFailsEndsNobodyElse() throws InterruptedException {
        CountDownLatch others = new CountDownLatch(1);
        scheduler.wake(task(SchedulerTest::fails));
        scheduler.wake(task(others::countDown));
        others.await();
    }

    @Test
    void aTaskThatFailedRunsAgainWhenItIsWoken() throws InterruptedException {
        CountDownLatch turns = new CountDownLatch(2);
        Task failing = task(() -> {
            turns.countDown();
            fails();
        });
        scheduler.wake(failing);
        while (!failing.isIdle() || turns.getCount() == 2) {
            Thread.sleep(1);
        }
        scheduler.wake(failing);
        turns.await();
    }

    @Test
    void whatFailsAtATimeEndsNobodyElse() throws InterruptedException {
        CountDownLatch others = new CountDownLatch(1);
        long now = System.nanoTime();
        scheduler.at(now, SchedulerTest::fails);
        scheduler.at(now + 1, others::countDown);
        others.await();
    }
}
