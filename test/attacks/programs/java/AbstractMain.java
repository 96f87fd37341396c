public abstract class AbstractMain {
    public static void main(String[] arguments) { System.out.println(8); }
}
