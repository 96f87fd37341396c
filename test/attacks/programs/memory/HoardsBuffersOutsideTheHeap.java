import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

public class HoardsBuffersOutsideTheHeap {
    public static void main(String[] arguments) {
        List<ByteBuffer> kept = new ArrayList<>();
        for (;;) kept.add(ByteBuffer.allocateDirect(1 << 20));
    }
}
