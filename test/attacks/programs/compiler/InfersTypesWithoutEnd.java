import java.util.function.Function;
import java.util.function.ToIntFunction;

public class InfersTypesWithoutEnd {
    static <R> int f(Function<Integer, R> function) { return 1; }
    static <R extends Number> int f(ToIntFunction<R> function) { return 2; }

    public static void main(String[] arguments) {
        System.out.println(f(x1 -> f(x2 -> f(x3 -> f(x4 -> f(x5 -> f(x6 -> f(x7 -> f(x8 -> f(x9 -> f(x10 -> f(x11 -> f(x12 -> f(x13 -> f(x14 -> f(x15 -> f(x16 -> f(x17 -> f(x18 -> f(x19 -> f(x20 -> f(x21 -> f(x22 -> f(x23 -> f(x24 -> 0)))))))))))))))))))))))));
    }
}
