import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Java warns of each thread that it is refused; what it says is no output of the program. */
public class GoesOnWithTheThreadsItHas {
    public static void main(String[] arguments) throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                Thread thread = new Thread(() -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                thread.start();
                threads.add(thread);
            }
            System.out.println("not refused");
        } catch (OutOfMemoryError refused) {
            end.countDown();
        }
        for (Thread thread : threads) thread.join();
        System.out.println(8);
    }
}
