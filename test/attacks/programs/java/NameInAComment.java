// public class Wrong { public static void main(
/* public class AlsoWrong */
public class NameInAComment {
    static final String TEXT = "public class Worse { static void main(";
    public static void main(String[] arguments) { System.out.println(8); }
}
