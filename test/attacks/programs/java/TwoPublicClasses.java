public class TwoPublicClasses {
    public static void main(String[] arguments) { System.out.println(8); }
}
public class Second {}
