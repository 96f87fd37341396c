import java.util.ArrayList;
import java.util.List;

public class HoardsHeap {
    public static void main(String[] arguments) {
        List<long[]> kept = new ArrayList<>();
        for (;;) kept.add(new long[1 << 17]);
    }
}
