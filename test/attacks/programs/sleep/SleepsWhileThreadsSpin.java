public class SleepsWhileThreadsSpin {
    public static void main(String[] arguments) throws InterruptedException {
        for (int i = 0; i < 8; i++) {
            Thread spinner = new Thread(() -> {
                for (;;) Thread.onSpinWait();
            });
            spinner.setDaemon(true);
            spinner.start();
        }
        Thread.sleep(4000);
        System.out.println("8");
    }
}
