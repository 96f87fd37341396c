public class FloodsStdout {
    public static void main(String[] arguments) {
        for (;;) System.out.println("8888888888888888888888888888888888888888888888888888888888888888");
    }
}
