public class EndsInAHookThatDoesNot {
    public static void main(String[] arguments) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            for (;;) Thread.onSpinWait();
        }));
        System.out.println("8");
    }
}
