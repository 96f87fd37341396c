public class ThreadsWithoutEnd {
    public static void main(String[] arguments) {
        for (;;) new Thread(() -> {
            for (;;) Thread.onSpinWait();
        }).start();
    }
}
