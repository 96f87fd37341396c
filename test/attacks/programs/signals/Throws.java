public class Throws {
    public static void main(String[] arguments) {
        System.out.println("8");
        throw new IllegalStateException("thrown on purpose");
    }
}
