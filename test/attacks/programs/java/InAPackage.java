package school.exercise;

public class InAPackage {
    public static void main(String[] arguments) { System.out.println(8); }
}
