public final class FinalStrictMain {
    public static strictfp void main(String[] arguments) { System.out.println(8); }
}
