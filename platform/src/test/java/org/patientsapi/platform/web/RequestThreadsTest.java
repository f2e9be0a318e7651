package org.patientsapi.platform.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RequestThreadsTest {

    private final RequestThreads threads = new RequestThreads();
    private final Queue<Thread> busy = new ConcurrentLinkedQueue<>();

    @Test
    void however_many_requests_wait_the_next_one_runs_at_once_and_few_take_a_thread_of_the_system() {
        CountDownLatch event = new CountDownLatch(1);
        try {
            for (int request = 0; request < 3 * RequestThreads.MOST; request++) {
                threads.execute(() -> {
                    busy.add(Thread.currentThread());
                    waitFor(event);
                });
            }

            await().untilAsserted(() -> assertThat(busy).hasSize(3 * RequestThreads.MOST));
            assertThat(busy).filteredOn(Thread::isVirtual).hasSize(2 * RequestThreads.MOST);
        } finally {
            event.countDown();
        }
    }

    @Test
    void a_thread_that_is_free_again_serves_the_next_request() {
        for (int request = 0; request < 20; request++) {
            int before = request;
            threads.execute(() -> busy.add(Thread.currentThread()));
            await().until(() -> busy.size() > before && busy.stream().allMatch(RequestThreadsTest::isIdle));
        }

        assertThat(busy.stream().distinct()).hasSize(1);
    }

    private static boolean isIdle(Thread thread) {
        return thread.getState() == Thread.State.TIMED_WAITING;
    }

    private static void waitFor(CountDownLatch event) {
        try {
            event.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
