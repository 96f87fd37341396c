public class Sleeps {
    public static void main(String[] arguments) throws InterruptedException {
        Thread.sleep(30_000);
    }
}
